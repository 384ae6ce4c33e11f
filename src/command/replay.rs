//! `gradproof replay`: one theorem, or one witness, again and verbosely.

use super::verify::Size;
use super::{Outcome, json, print};
use gradproof::report::plain;
use gradproof::report::record::TheoremRecord;
use gradproof::verdict::Verdict;
use gradproof::{Result, suite};
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
    let theorem = suite::find(&arguments.what)?;
    let record = suite::run(theorem, arguments.size.seed, arguments.size.effort);
    print(&text(&record)?)?;
    Ok(if record.unexpected() == 0 { Outcome::Expected } else { Outcome::Unexpected })
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
