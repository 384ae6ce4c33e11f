//! `gradproof list`: the theorems, a line each, or the reference systems.

use super::{Outcome, json, print};
use gradproof::suite;
use gradproof::system::{Convention, SECTIONS, System};
use gradproof::theorem::Theorem;
use gradproof::{Error, Result};
use serde_json::{Value, json};

/// List the theorems, or the reference systems, a line each
#[derive(clap::Args)]
#[command(after_help = "Example:
  gradproof list momentum
  gradproof list --systems adam")]
pub struct Arguments {
    /// Theorems whose topic/id, or systems whose name, contains one of these; all without one
    patterns: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// The reference systems with their conventions, sources and tests, instead of the theorems
    #[arg(long)]
    systems: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    if arguments.systems {
        return systems(arguments);
    }
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

fn systems(arguments: &Arguments) -> Result<Outcome> {
    let named = |system: &&&System| {
        arguments.patterns.is_empty() || arguments.patterns.iter().any(|pattern| system.name.contains(pattern.as_str()))
    };
    let sections: Vec<(&str, Vec<&&System>)> =
        SECTIONS.iter().map(|(title, systems)| (*title, systems.iter().filter(named).collect())).collect();
    if sections.iter().all(|(_, systems)| systems.is_empty()) {
        let patterns = arguments.patterns.join("', '");
        return Err(Error::new(format!("no system's name contains '{patterns}'; `gradproof list --systems` shows all")));
    }
    if arguments.json {
        let all: Vec<Value> =
            sections.iter().flat_map(|(section, systems)| systems.iter().map(|system| described(section, system))).collect();
        print(&json(&all)?)?;
    } else {
        let shown = sections.iter().filter(|(_, systems)| !systems.is_empty());
        let text = |(title, systems): &(&str, Vec<&&System>)| {
            format!("{title}\n{}\n", systems.iter().map(|system| paragraph(system)).collect::<String>())
        };
        print(shown.map(text).collect::<String>().trim_end_matches('\n'))?;
        print("\n")?;
    }
    Ok(Outcome::Expected)
}

/// A system as the terminal shows it.
fn paragraph(system: &System) -> String {
    let convention = |convention: &Convention| format!("      {}: {}\n", convention.name, convention.values.join(" | "));
    let conventions: String = system.conventions.iter().map(convention).collect();
    let sources: Vec<String> = system.sources.iter().map(ToString::to_string).collect();
    let (sources, tests) = (sources.join("; "), system.tests.join(", "));
    format!("  {}  {}\n{conventions}      from {sources}\n      tested by {tests}\n", system.name, system.formula)
}

/// A system as `list --systems --json` prints it.
fn described(section: &str, system: &System) -> Value {
    let conventions = system.conventions.iter().map(|convention| json!({"name": convention.name, "values": convention.values}));
    json!({
        "name": system.name,
        "section": section,
        "formula": system.formula,
        "rows": system.rows,
        "conventions": conventions.collect::<Vec<_>>(),
        "sources": system.sources.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "tests": system.tests,
    })
}
