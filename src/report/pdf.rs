//! The report as a PDF: the record becomes data, which a template reads; nothing of it is ever pasted into Typst code.

use super::markup::{Segment, segments};
use super::record::{ClaimRecord, ControlRecord, Record, TheoremRecord};
use super::run::RunFacts;
use super::statements::{blame, formulas};
use super::typeset::{Desk, complaint};
use super::words;
use crate::Result;
use crate::evidence::Evidence;
use crate::verdict::Verdict;
use serde_json::{Value, json};

/// The report, the same bytes for the same record and facts.
///
/// # Errors
/// If a statement cannot be typeset; the message names theorem and claim.
pub fn pdf(record: &Record, run: Option<&RunFacts>) -> Result<Vec<u8>> {
    formulas(record)?;
    let mut files = Vec::new();
    let theorems: Vec<Value> = record.theorems.iter().map(|theorem| page(record, theorem, &mut files)).collect::<Result<_>>()?;
    let meanings = Verdict::ALL.map(|verdict| {
        let many = record.summary.get(verdict.word()).copied().unwrap_or(0);
        json!({ "verdict": verdict, "symbol": words::symbol(verdict), "count": many, "meaning": words::meaning(verdict) })
    });
    let data = json!({
        "suite": record.suite,
        "seed": record.seed.to_string(),
        "effort": record.effort.to_string(),
        "budget": words::number(record.false_alarm_budget),
        "outcome": words::outcome(record),
        "unexpected": record.summary.get("unexpected"),
        "meanings": meanings,
        "columns": words::COLUMNS,
        "run": run.map(words::circumstances),
        "theorems": theorems,
    });
    files.push(("record.json".into(), data.to_string().into_bytes()));
    let desk = Desk::new(concat!(include_str!("look.typ"), include_str!("report.typ")), files);
    let document = desk.compile::<typst_layout::PagedDocument>().map_err(|why| blame(record, why))?;
    typst_pdf::pdf(&document, &typst_pdf::PdfOptions::default()).map_err(|why| complaint(&why))
}

fn page(record: &Record, theorem: &TheoremRecord, files: &mut Vec<(String, Vec<u8>)>) -> Result<Value> {
    let figures = figures(theorem, files)?;
    Ok(json!({
        "id": theorem.id,
        "title": theorem.title,
        "topic": theorem.topic,
        "passes": words::theorem_passes(theorem),
        "statement": pieces(&theorem.statement),
        "hypotheses": theorem.hypotheses.iter().map(|text| pieces(text)).collect::<Vec<_>>(),
        "sources": theorem.sources,
        "claims": theorem.claims.iter().map(claim).collect::<Vec<_>>(),
        "controls": theorem.controls.iter().map(control).collect::<Vec<_>>(),
        "figures": figures,
        "replay": words::replay(record, theorem),
    }))
}

#[cfg(feature = "plots")]
fn figures(theorem: &TheoremRecord, files: &mut Vec<(String, Vec<u8>)>) -> Result<Vec<Value>> {
    let mut figures = Vec::new();
    for plot in &theorem.plots {
        let name = format!("{}.svg", files.len());
        files.push((name.clone(), super::plots::svg(plot)?.into_bytes()));
        figures.push(json!({ "file": name, "title": plot.title }));
    }
    Ok(figures)
}

#[cfg(not(feature = "plots"))]
fn figures(_: &TheoremRecord, _: &mut Vec<(String, Vec<u8>)>) -> Result<Vec<Value>> {
    Ok(Vec::new())
}

fn claim(claim: &ClaimRecord) -> Value {
    json!({
        "id": claim.id,
        "origin": words::origin(claim),
        "statement": pieces(&claim.statement),
        "quantifier": claim.quantifier,
        "expected": claim.expected,
        "verdict": claim.verdict,
        "symbol": words::symbol(claim.verdict),
        "passes": words::claim_passes(claim),
        "method": claim.method,
        "found": found(&claim.evidence),
    })
}

fn control(control: &ControlRecord) -> Value {
    json!({
        "id": control.id,
        "differs": control.differs,
        "effect": words::effect(control),
        "verdict": control.verdict,
        "symbol": words::symbol(control.verdict),
        "passes": words::control_passes(control),
        "found": found(&control.evidence),
    })
}

fn found(evidence: &Evidence) -> Value {
    json!({ "facts": words::facts(evidence), "statistics": words::statistics(evidence) })
}

fn pieces(markup: &str) -> Vec<Value> {
    let piece = |segment| match segment {
        Segment::Text(text) => json!({ "text": text }),
        Segment::Code(code) => json!({ "code": code }),
        Segment::Formula { source, display } => json!({ "formula": source, "display": display }),
    };
    segments(markup).into_iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_record_with_hostile_strings_becomes_the_same_pdf_every_time() {
        let (record, run) = (sample::record(), sample::run());
        let bytes = pdf(&record, Some(&run)).unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        assert!(bytes == pdf(&record, Some(&run)).unwrap(), "the bytes differ");
    }

    #[test]
    fn a_broken_statement_is_named() {
        let mut record = sample::record();
        record.theorems[0].statement = "$ab$".into();
        let error = pdf(&record, None).unwrap_err().to_string();
        assert!(error.contains("theorem 'gd-linear-rate'"), "{error}");
    }
}
