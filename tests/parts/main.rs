//! The audit of schedules, clips and initialisers: honest ones, recorded ones, and the list of those with faults, which the zoo audits.

mod honest;
mod recorded;
#[allow(dead_code, unused_imports, reason = "tests/zoo audits the rows")]
#[path = "../zoo/parts/mod.rs"]
mod zoo;

use std::collections::BTreeSet;
use zoo::Row;
use zoo::covered::{COVERED, LISTED, UNEXPRESSED};

#[test]
fn every_row_of_the_list_is_expressed_or_caught_elsewhere() {
    let rows = zoo::rows();
    let expressed = rows.iter().map(Row::of).filter(|id| !id.starts_with('X'));
    let elsewhere = COVERED.iter().chain(UNEXPRESSED).map(|(id, _)| *id);
    let found: BTreeSet<&str> = expressed.chain(elsewhere).collect();
    assert_eq!(found, LISTED.split_whitespace().collect());
}

#[test]
fn what_catches_a_row_elsewhere_exists() {
    for (id, place) in COVERED {
        let (file, name) = place.split_once("::").expect("a file and a name");
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{id}: {file}: {error}"));
        let there = text.contains(&format!("fn {name}(")) || text.contains(&format!("id: \"{name}\""));
        assert!(there, "{id}: {file} has no {name}");
    }
}
