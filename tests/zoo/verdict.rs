//! What an audit says about a row, and whether that is what the row asks for.

use crate::row::{Kind, Row};
use crate::tape;
use gradproof::audit::audit_trace;
use gradproof::audit::record::Conformance;
use libtest_mimic::Failed;

pub fn check(row: &Row) -> Result<(), Failed> {
    let mut worst = Conformance::Conforms;
    let mut said = vec![];
    for &dtype in row.optimizer.dtypes {
        for hyper in tape::settings(row) {
            let trace = tape::record(row, &hyper, dtype, 40);
            let audit = audit_trace(&trace).map_err(|e| Failed::from(e.to_string()))?;
            worst = worst.max(audit.verdict);
            let words: Vec<String> = audit.identified.iter().flat_map(|i| i.words()).collect();
            said.push(format!("{dtype:?} {:?} {words:?} {:?}", audit.verdict, audit.checks.iter().map(|c| format!("{:?} {}", c.verdict, c.detail)).collect::<Vec<_>>()));
        }
    }
    let text = said.join("\n");
    let expected = match row.kind {
        Kind::Honest | Kind::Equivalent | Kind::Hazard => Conformance::Conforms,
        Kind::Bug => Conformance::Deviates,
        Kind::Convention => if row.words.is_empty() { Conformance::Conforms } else { Conformance::Variant },
    };
    if worst == expected && text.contains(row.words) { Ok(()) } else { Err(format!("{} expected {expected:?} '{}', got {worst:?}\n{text}", row.id, row.words).into()) }
}
