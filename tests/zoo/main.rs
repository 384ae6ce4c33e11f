//! The zoo: optimizers, schedules, clips and initialisers with one fault each, which the audit must catch and explain; documented
//! conventions, which it must name; and honest ones, which it must not accuse.
//!
//! `GRADPROOF_ZOO=zoo.json cargo test --release --test zoo` writes what became of each, and in how much time.
#![allow(clippy::disallowed_methods, reason = "subjects compute with the platform's library, as frameworks do")]
#![allow(clippy::useless_conversion, reason = "a rule is written once for both floats")]

mod honest;
mod part;
mod parts;
mod record;
mod row;
mod rows;
mod subject;
mod verdict;

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Every row of the list is in the tables, as mutants or with the reason why not, and not as both.
fn every_row_is_there_once() -> Result<(), Failed> {
    let expressed = rows::all().iter().map(|row| row.of()).filter(|id| !own(id)).collect();
    listed(expressed, rows::UNEXPRESSED, rows::LISTED)?;
    let caught = parts::covered::COVERED.iter().map(|(id, _)| *id);
    let expressed = parts::rows().iter().map(|row| row.of()).filter(|id| !own(id)).chain(caught).collect();
    listed(expressed, parts::covered::UNEXPRESSED, parts::covered::LISTED)
}

/// Whether what is expressed and what is not, for a reason, are a list.
fn listed(expressed: BTreeSet<&str>, unexpressed: &[(&str, &str)], list: &str) -> Result<(), Failed> {
    let mut found: Vec<&str> = expressed.into_iter().chain(unexpressed.iter().map(|(id, _)| *id)).collect();
    found.sort_unstable();
    let mut listed: Vec<&str> = list.split_whitespace().collect();
    listed.sort_unstable();
    if found == listed { Ok(()) } else { Err(format!("the table has {found:?}\nand the list {listed:?}").into()) }
}

/// What catches a row elsewhere: a test or a control of that name.
fn what_catches_a_row_elsewhere_exists() -> Result<(), Failed> {
    for (id, place) in parts::covered::COVERED {
        let (file, name) = place.split_once("::").ok_or("a file and a name")?;
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file))
            .map_err(|error| format!("{id}: {file}: {error}"))?;
        if !text.contains(&format!("fn {name}(")) && !text.contains(&format!("id: \"{name}\"")) {
            return Err(format!("{id}: {file} has no {name}").into());
        }
    }
    Ok(())
}

/// Whether a row is no row of the list.
fn own(id: &str) -> bool {
    id.starts_with('X') || id.starts_with("honest")
}

fn ids_are_unique() -> Result<(), Failed> {
    let mut seen = BTreeSet::new();
    let mut ids = rows::all().into_iter().map(|row| row.id).chain(parts::rows().into_iter().map(|row| row.id));
    match ids.find(|id| !seen.insert(*id)) {
        Some(twice) => Err(format!("{twice} is there twice").into()),
        None => Ok(()),
    }
}

/// B12 is equivalent: where a counter in single precision stops, no digit of the powers is left, and none comes back.
fn no_power_is_left_where_a_single_counter_stops() -> Result<(), Failed> {
    let left = 0.9999f64.powi(1 << 24);
    if left == 0.0 { Ok(()) } else { Err(format!("{left:e} is left").into()) }
}

fn main() {
    let verdicts = Arc::new(Mutex::new(vec![]));
    let trial = |name: String, check: Box<dyn FnOnce() -> verdict::Checked + Send>| {
        let verdicts = verdicts.clone();
        Trial::test(name, move || {
            let (verdict, result) = check();
            verdicts.lock().expect("no trial panics while it holds the list").push(verdict);
            result
        })
    };
    let row = |row: row::Row| trial(format!("{}-{}", row.id, row.optimizer.name), Box::new(move || verdict::check(&row)));
    let part = |row: parts::Row| trial(format!("{}-{}", row.id, row.part.name()), Box::new(move || part::check(&row)));
    let tests = vec![
        Trial::test("every-row-is-there-once", every_row_is_there_once),
        Trial::test("ids-are-unique", ids_are_unique),
        Trial::test("what-catches-a-row-elsewhere-exists", what_catches_a_row_elsewhere_exists),
        Trial::test("no-power-is-left-where-a-single-counter-stops", no_power_is_left_where_a_single_counter_stops),
    ];
    let trials = tests.into_iter().chain(rows::all().into_iter().map(row)).chain(parts::rows().into_iter().map(part)).collect();
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    if let Some(file) = std::env::var_os("GRADPROOF_ZOO") {
        record::write(file.as_ref(), &verdicts.lock().expect("all trials have ended"));
    }
    conclusion.exit();
}
