//! The summary that ends a run, as text.

use console::style;
use gradproof::report::RunFacts;
use gradproof::report::record::{Record, TheoremRecord};
use gradproof::verdict::Verdict;
use std::fmt::Write;
use std::path::Path;

/// One line a theorem, the counts, and where the report is.
pub fn summary(record: &Record, facts: &RunFacts, dir: &Path) -> String {
    let name = |theorem: &TheoremRecord| format!("{}/{}", theorem.topic, theorem.id);
    let width = record.theorems.iter().map(|theorem| name(theorem).len()).max().unwrap_or(0);
    let mut text = String::new();
    for theorem in &record.theorems {
        let mark = if theorem.unexpected() == 0 { style("ok  ").green() } else { style("FAIL").red().bold() };
        let refuted = theorem.controls.iter().filter(|control| control.verdict == Verdict::Refuted).count();
        let controls = format!("{refuted} of {} controls refuted", theorem.controls.len());
        let _ = writeln!(text, "{mark} {:width$}  {}; {controls}", name(theorem), claims(theorem));
        for line in surprises(theorem) {
            let _ = writeln!(text, "     {}", style(line).red());
        }
    }
    let counts = Verdict::ALL.iter().map(|verdict| format!("{} {verdict}", record.summary[verdict.word()]));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let _ = writeln!(text, "\nClaims: {counts}. Unexpected: {}.", record.summary["unexpected"]);
    let budget = record.false_alarm_budget;
    let _ =
        writeln!(text, "Seed {}, effort {}, false-alarm budget {budget:e}, {:.1} s.", record.seed, record.effort, facts.seconds);
    let _ = writeln!(text, "Report: {}", dir.join("report.html").display());
    text
}

/// The verdicts of a theorem's claims, counted.
fn claims(theorem: &TheoremRecord) -> String {
    let count = |verdict: &Verdict| theorem.claims.iter().filter(|claim| claim.verdict == *verdict).count();
    let counted = Verdict::ALL.iter().map(|verdict| (count(verdict), verdict)).filter(|(count, _)| *count > 0);
    counted.map(|(count, verdict)| format!("{count} {verdict}")).collect::<Vec<_>>().join(", ")
}

/// What is not as expected, and how to look closer.
fn surprises(theorem: &TheoremRecord) -> Vec<String> {
    let claims = theorem.claims.iter().filter(|claim| claim.verdict != claim.expected);
    let claims = claims.map(|claim| format!("claim '{}' is {} where {} is expected", claim.id, claim.verdict, claim.expected));
    let controls = theorem.controls.iter().filter(|control| control.verdict != Verdict::Refuted);
    let controls = controls.map(|control| format!("control '{}' is {}, not refuted", control.id, control.verdict));
    claims.chain(controls).collect()
}
