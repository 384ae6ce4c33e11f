//! `gradproof list`: the theorems, a line each.

use super::{Outcome, json, print};
use gradproof::Result;
use gradproof::suite;
use gradproof::theorem::Theorem;
use serde_json::{Value, json};

/// List the theorems, a line each
#[derive(clap::Args)]
#[command(after_help = "Example:
  gradproof list momentum")]
pub struct Arguments {
    /// Theorems whose topic/id contains one of these; all without one
    patterns: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let theorems = suite::select(&arguments.patterns)?;
    if arguments.json {
        print(&json(&theorems.iter().map(|theorem| entry(theorem)).collect::<Vec<_>>())?)?;
    } else {
        let width = theorems.iter().map(|theorem| theorem.name().len()).max().unwrap_or(0);
        let line = |theorem: &&Theorem| format!("{:width$}  {}\n", theorem.name(), theorem.title);
        print(&theorems.iter().map(line).collect::<String>())?;
    }
    Ok(Outcome::Expected)
}

/// A theorem as `list --json` prints it.
fn entry(theorem: &Theorem) -> Value {
    let claims = theorem.claims.iter().map(
        |claim| json!({"id": claim.id, "as_stated": claim.as_stated, "expected": claim.expected, "method": claim.method.word()}),
    );
    json!({
        "id": theorem.id,
        "topic": theorem.topic,
        "title": theorem.title,
        "record": theorem.record,
        "claims": claims.collect::<Vec<_>>(),
        "controls": theorem.controls.iter().map(|control| control.id).collect::<Vec<_>>(),
    })
}
