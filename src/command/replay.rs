//! `gradproof replay`: one theorem, or one witness, again and verbosely.

use super::verify::Size;
use super::{Outcome, json, print};
use gradproof::audit::record::Conformance;
use gradproof::audit::{Trace, audit_trace};
use gradproof::evidence::Witness;
use gradproof::report::plain;
use gradproof::report::record::TheoremRecord;
use gradproof::suite::run_again;
use gradproof::verdict::Verdict;
use gradproof::{Error, Result, suite};
use serde_json::Value;
use std::fmt::Write;

/// Run one theorem, or one witness of a report or an audit, again, exactly and verbosely
#[derive(clap::Args)]
#[command(after_help = "Examples:
  gradproof replay gd-linear-rate --seed 0
  gradproof replay witness.json")]
pub struct Arguments {
    /// A theorem's id, or a file with a witness
    #[arg(value_name = "ID|WITNESS.json")]
    what: String,
    #[command(flatten)]
    size: Size,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    if arguments.what.ends_with(".json") {
        return witness(&arguments.what);
    }
    let theorem = suite::find(&arguments.what)?;
    let record = suite::run(theorem, arguments.size.seed, arguments.size.effort);
    print(&text(&record)?)?;
    Ok(if record.unexpected() == 0 { Outcome::Expected } else { Outcome::Unexpected })
}

/// Repeats a witness: the object under `witness` in a report or an audit, in a file of its own.
fn witness(path: &str) -> Result<Outcome> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::new(format!("{path} cannot be read: {error}")))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| Error::new(format!("{path} is not JSON: {error}")))?;
    if value.get("trace").is_some() {
        let trace = Trace::of_witness(&value).map_err(|error| Error::new(format!("{path}: {error}")))?;
        let audit = audit_trace(&trace)?;
        print(&json(&audit)?)?;
        return Ok(if audit.verdict == Conformance::Deviates { Outcome::Unexpected } else { Outcome::Expected });
    }
    let unusable = || Error::new(format!("{path} is no witness: it has neither an 'origin' nor a 'trace'"));
    let known: Witness = serde_json::from_value(value).map_err(|_| unusable())?;
    let origin = known.origin.as_ref().ok_or_else(unusable)?;
    let evidence = run_again(origin)?;
    print(&json(&evidence)?)?;
    let same = evidence.witness() == Some(&known);
    print(if same { "The same witness again.\n" } else { "Not the same witness: another version, or fixed.\n" })?;
    Ok(if same { Outcome::Expected } else { Outcome::Unexpected })
}

fn text(record: &TheoremRecord) -> Result<String> {
    let mut text = format!("{}/{}\n{}\n{}\n", record.topic, record.id, record.title, plain(&record.statement));
    for claim in &record.claims {
        let mark = if claim.verdict == claim.expected { "as expected" } else { "NOT as expected" };
        let _ = writeln!(text, "\nclaim {}: {} ({mark})\n  {}", claim.id, claim.verdict, plain(&claim.statement));
        let _ = writeln!(text, "  for {}, by {}\n{}", claim.quantifier, claim.method, indented(&json(&claim.evidence)?));
    }
    for control in &record.controls {
        let mark = if control.verdict == Verdict::Refuted { "as expected" } else { "NOT as expected" };
        let _ = writeln!(text, "\ncontrol {}: {} ({mark})\n  {}", control.id, control.verdict, control.differs);
        let _ = writeln!(text, "{}", indented(&json(&control.evidence)?));
    }
    Ok(text)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
