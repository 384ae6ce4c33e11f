//! The audit of schedules, clips and initialisers.

mod honest;
mod recorded;
#[path = "../zoo/parts/mod.rs"]
mod zoo;

use gradproof::audit::audit_parts;
use gradproof::audit::record::{Audit, Conformance};
use std::collections::BTreeSet;
use zoo::covered::{COVERED, LISTED, UNEXPRESSED};
use zoo::{Kind, Row};

/// All that an audit says, in one line.
fn said(audit: &Audit) -> String {
    let words: Vec<String> = audit.identified.iter().flat_map(|identified| identified.words()).collect();
    let checks = audit.checks.iter().map(|check| format!("{} {:?} {} {}", check.id, check.verdict, check.kind, check.detail));
    format!("{:?} {words:?} {}", audit.verdict, checks.collect::<Vec<_>>().join(" | "))
}

/// What is wrong with what the audits, one for each type, say about a row.
fn complaint(row: &Row) -> Option<String> {
    let expected = match row.kind {
        Kind::Plain => Conformance::Conforms,
        Kind::Convention => Conformance::Variant,
        Kind::Bug => Conformance::Deviates,
    };
    let audits = audit_parts(&row.part);
    let wrong = |audit: &Audit| {
        let said = said(audit);
        let witnessed = row.kind != Kind::Bug || audit.checks.iter().any(|check| check.witness.is_some());
        let right = audit.verdict == expected && said.contains(row.words) && witnessed;
        (!right).then(|| format!("{} {}: expected {expected:?} with '{}', got {said}", row.id, row.part.name(), row.words))
    };
    if audits.is_empty() { Some(format!("{}: no audit", row.id)) } else { audits.iter().find_map(wrong) }
}

#[test]
fn every_row_of_the_zoo_is_what_it_is() {
    let complaints: Vec<String> = zoo::rows().iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn rows_have_ids_of_their_own() {
    let rows = zoo::rows();
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows.len());
}

/// The row of the list that an id belongs to.
fn listed(id: &str) -> &str {
    id.trim_end_matches(|letter: char| letter.is_ascii_lowercase())
}

#[test]
fn every_row_of_the_list_is_expressed_or_caught_elsewhere() {
    let rows = zoo::rows();
    let expressed = rows.iter().map(|row| listed(row.id)).filter(|id| !id.starts_with('X'));
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
