//! `gradproof show`: one theorem in full.

use super::{Outcome, json, print};
use gradproof::report::plain;
use gradproof::theorem::{Broken, Source, Theorem};
use gradproof::{Result, bibliography, suite};
use serde_json::{Value, json};
use std::fmt::Write;

/// Show one theorem in full: statement, hypotheses, sources, how it is tested, its controls
#[derive(clap::Args)]
#[command(after_help = "Example:
  gradproof show gd-linear-rate")]
pub struct Arguments {
    /// The theorem's id, or topic/id
    id: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let theorem = suite::find(&arguments.id)?;
    print(&if arguments.json { json(&full(theorem))? } else { text(theorem) })?;
    Ok(Outcome::Expected)
}

fn text(theorem: &Theorem) -> String {
    let mut text = format!("{}\n{}\n\n{}\n", theorem.name(), theorem.title, plain(theorem.statement));
    let mut section = |title: &str, lines: Vec<String>| {
        let _ = writeln!(text, "\n{title}");
        lines.iter().for_each(|line| {
            let _ = writeln!(text, "{line}");
        });
    };
    section("Hypotheses", theorem.hypotheses.iter().map(|line| format!("  - {}", plain(line))).collect());
    let claims = theorem.claims.iter().map(|claim| {
        let origin = if claim.as_stated { "as stated" } else { "corrected or sharper" };
        let (expected, method, quantifier) = (claim.expected, claim.method.word(), claim.quantifier);
        let statement = plain(claim.statement);
        format!("  {} ({origin}): {statement}\n      expected {expected}, by {method}; for {quantifier}", claim.id)
    });
    section("Claims", claims.collect());
    let controls =
        theorem.controls.iter().map(|control| format!("  {}: {} ({})", control.id, control.differs, broken(&control.broken)));
    section("Controls, which the same checks must refute", controls.collect());
    section("Sources", theorem.sources.iter().map(|source| format!("  - {source}")).collect());
    section("BibTeX", bibtex(theorem).into_iter().map(String::from).collect());
    section("Run it", vec![format!("  gradproof replay {} --seed 0", theorem.id)]);
    text
}

fn broken(broken: &Broken) -> String {
    match broken {
        Broken::Statement(_) => "a wrong statement".into(),
        Broken::Subject { claim, subject } => format!("broken code '{}' under claim '{claim}'", subject.name()),
    }
}

fn bibtex(theorem: &Theorem) -> Vec<&'static str> {
    let entries = bibliography::entries();
    let cited = theorem.sources.iter().filter_map(|source| match source {
        Source::Cited(key, _) => entries.get(key).copied(),
        Source::Note(..) => None,
    });
    cited.collect()
}

fn full(theorem: &Theorem) -> Value {
    let claims = theorem.claims.iter().map(|claim| {
        json!({
            "id": claim.id, "as_stated": claim.as_stated, "statement": claim.statement, "quantifier": claim.quantifier,
            "expected": claim.expected, "method": claim.method.word(),
        })
    });
    let controls = theorem
        .controls
        .iter()
        .map(|control| json!({"id": control.id, "differs": control.differs, "broken": broken(&control.broken)}));
    json!({
        "id": theorem.id, "topic": theorem.topic, "title": theorem.title, "record": theorem.record,
        "statement": theorem.statement, "hypotheses": theorem.hypotheses,
        "sources": theorem.sources.iter().map(ToString::to_string).collect::<Vec<_>>(), "bibtex": bibtex(theorem),
        "claims": claims.collect::<Vec<_>>(), "controls": controls.collect::<Vec<_>>(),
    })
}
