//! What an audit says about a schedule, a clip or an initialiser of the zoo, and whether that is what the row asks for.

use crate::parts::{Kind, Row};
use crate::verdict::{Asked, Checked};
use gradproof::audit::audit_parts;
use gradproof::audit::record::{Audit, Conformance};
use std::time::Instant;

/// All that an audit says, in one line.
fn said(audit: &Audit) -> String {
    let words: Vec<String> = audit.identified.iter().flat_map(|identified| identified.words()).collect();
    let checks = audit.checks.iter().map(|check| format!("{} {:?} {} {}", check.id, check.verdict, check.kind, check.detail));
    format!("{:?} {words:?} {}", audit.verdict, checks.collect::<Vec<_>>().join(" | "))
}

/// Audits a row, once for each type: it must get the verdict that it asks for in all of them, a bug with a witness.
pub fn check(row: &Row) -> Checked {
    let (expected, kind) = match row.kind {
        Kind::Plain => (Conformance::Conforms, "honest"),
        Kind::Convention => (Conformance::Variant, "convention"),
        Kind::Bug => (Conformance::Deviates, "bug"),
    };
    let start = Instant::now();
    let audits = audit_parts(&row.part);
    let seconds = start.elapsed().as_secs_f64();
    let witnessed = |audit: &Audit| row.kind != Kind::Bug || audit.checks.iter().any(|check| check.witness.is_some());
    let agree = !audits.is_empty() && audits.iter().all(|audit| audit.verdict == expected && witnessed(audit));
    let said: Vec<String> = audits.iter().map(said).collect();
    let named = said.iter().all(|text| text.contains(row.words));
    let asked = Asked { id: row.id, row: row.of(), subject: row.part.name(), kind, expected, words: row.words };
    asked.answered(&audits, [agree, named], &said.join("\n"), seconds)
}
