//! The zoo: optimizers with one fault each, which the audit must catch and explain; documented conventions, which it must name; and
//! honest ones, which it must not accuse.
//!
//! `GRADPROOF_ZOO=zoo.json cargo test --test zoo` writes what became of each, and in how much time.

mod honest;
mod row;
mod rows;
mod subject;
mod verdict;

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;

/// Every row of the list is in the table, as optimizers or with the reason why not, and not as both.
fn every_row_is_there_once() -> Result<(), Failed> {
    let expressed: BTreeSet<&str> = rows::all().iter().map(|row| row.of()).filter(|id| !own(id)).collect();
    let reasons: Vec<&str> = rows::UNEXPRESSED.iter().map(|(id, _)| *id).collect();
    let mut found: Vec<&str> = expressed.into_iter().chain(reasons).collect();
    found.sort_unstable();
    let mut listed: Vec<&str> = rows::LISTED.split_whitespace().collect();
    listed.sort_unstable();
    if found == listed { Ok(()) } else { Err(format!("the table has {found:?}\nand the list {listed:?}").into()) }
}

/// Whether a row is no row of the list.
fn own(id: &str) -> bool {
    id.starts_with('X') || id.starts_with("honest")
}

fn ids_are_unique() -> Result<(), Failed> {
    let mut seen = BTreeSet::new();
    match rows::all().iter().find(|row| !seen.insert(row.id)) {
        Some(twice) => Err(format!("{} is there twice", twice.id).into()),
        None => Ok(()),
    }
}

/// B12 is equivalent: beyond the count at which a counter in single precision stops, both corrections are 1 in any case.
fn no_power_is_left_where_a_single_counter_stops() -> Result<(), Failed> {
    let left = 0.9999f64.powi(1 << 24);
    if left == 0.0 { Ok(()) } else { Err(format!("{left:e} is left").into()) }
}

fn main() {
    let tests = vec![
        Trial::test("every-row-is-there-once", every_row_is_there_once),
        Trial::test("ids-are-unique", ids_are_unique),
        Trial::test("no-power-is-left-where-a-single-counter-stops", no_power_is_left_where_a_single_counter_stops),
    ];
    let rows = rows::all().into_iter().map(|row| Trial::test(format!("{}-{}", row.id, row.optimizer.name), move || verdict::check(&row).1));
    libtest_mimic::run(&Arguments::from_args(), tests.into_iter().chain(rows).collect()).exit();
}
