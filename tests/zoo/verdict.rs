//! What an audit says about a row, and whether that is what the row asks for.

use crate::row::{Kind, Row};
use gradproof::audit::record::{Audit, AuditRecord, Check, Conformance, Outcome};
use gradproof::audit::{Selection, Setting, audit_selected};
use libtest_mimic::Failed;
use serde::Serialize;
use std::time::Instant;

/// What became of a row, as `zoo.json` has it.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    pub id: &'static str,
    pub row: &'static str,
    pub subject: String,
    pub kind: &'static str,
    pub expected: &'static str,
    pub verdict: &'static str,
    /// Whether the audit said what the row asks for.
    pub passes: bool,
    /// The checks that found something.
    pub by: Vec<String>,
    /// What the audit had to say and said.
    pub named: String,
    pub seconds: f64,
}

/// What became of a row, and the result of its trial.
pub type Checked = (Verdict, Result<(), Failed>);

/// The verdict that a row asks for.
fn expected(row: &Row) -> Conformance {
    match row.kind {
        Kind::Bug => Conformance::Deviates,
        Kind::Convention if !row.words.is_empty() => Conformance::Variant,
        Kind::Honest | Kind::Convention | Kind::Hazard | Kind::Equivalent => Conformance::Conforms,
    }
}

/// Everything that an audit says.
fn said(audit: &Audit) -> String {
    let variant: Vec<String> = audit.identified.iter().flat_map(|identified| identified.words()).collect();
    let check = |check: &Check| format!("{}: {:?}, {}: {}\n", check.id, check.verdict, check.kind, check.detail);
    let telling = |check: &&Check| !matches!(check.verdict, Outcome::Pass | Outcome::NotApplicable);
    let checks: String = audit.checks.iter().filter(telling).map(check).collect();
    format!("{} {:?}: {}\n{checks}", audit.subject.dtype, audit.verdict, variant.join(" "))
}

/// What a row asks for.
pub struct Asked {
    pub id: &'static str,
    pub row: &'static str,
    pub subject: String,
    pub kind: &'static str,
    pub expected: Conformance,
    pub words: &'static str,
}

impl Asked {
    /// What became of the row: whether all audits agree with it and the words are there; `text` is what the audits say, for an error.
    pub fn answered(self, audits: &[Audit], [agree, named]: [bool; 2], text: &str, seconds: f64) -> Checked {
        let Asked { id, row, subject, kind, expected, words } = self;
        let worst = audits.iter().map(|audit| audit.verdict).max().unwrap_or(Conformance::Error);
        let found = |check: &&Check| !matches!(check.verdict, Outcome::Pass | Outcome::NotApplicable | Outcome::Inconclusive);
        let mut by: Vec<String> =
            audits.iter().flat_map(|audit| &audit.checks).filter(found).map(|check| check.id.clone()).collect();
        by.sort();
        by.dedup();
        let (passes, named) = (agree && named, if named { words.into() } else { String::new() });
        let (expected, verdict) = (expected.word(), worst.word());
        let result = match passes {
            true => Ok(()),
            false => Err(format!("{id} must be '{expected}' with '{words}':\n{text}").into()),
        };
        (Verdict { id, row, subject, kind, expected, verdict, passes, by, named, seconds }, result)
    }
}

/// Audits a row; an error says what the row asks for and what the audit says.
pub fn check(row: &Row) -> Checked {
    let start = Instant::now();
    let pinned = row.pinned.map(|name| (name.to_string(), Setting::Flag(true))).into_iter().collect();
    let selection = Selection { pinned, ..Selection::default() };
    let AuditRecord { audits, .. } = audit_selected(&row.optimizer, &selection).expect("the optimizer is offered");
    let seconds = start.elapsed().as_secs_f64();
    let expected = expected(row);
    let text: String = audits.iter().map(said).collect();
    // A convention or a bug must show in every type; what is right must be right in each.
    let agree = audits.iter().all(|audit| audit.verdict == expected);
    let (subject, kind) = (row.optimizer.name.into(), row.kind.word());
    let asked = Asked { id: row.id, row: row.of(), subject, kind, expected, words: row.words };
    asked.answered(&audits, [agree, text.contains(row.words)], &text, seconds)
}
