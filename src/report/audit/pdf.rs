//! An audit as a PDF: the record becomes data, which a template reads; nothing of it is ever pasted into Typst code.

use super::matrix::{Cell, Matrix, matrices};
use super::witness::Shown;
use super::words::{self, VERDICTS, shortened};
use super::{Companions, Finding, Mutant, Zoo};
use crate::Result;
use crate::audit::record::{Audit, AuditRecord, Check, Identified, Outcome};
use crate::report::typeset::{Desk, complaint};
use crate::report::words::{count, number};
use serde_json::{Value, json};

/// What a page shows of a text, of a witness, and of the checks of one audit; all of it is in `audit.json`.
const LONGEST: usize = 2_000;
const LONGEST_WITNESS: usize = 600;
const MOST_CHECKS: usize = 80;
/// Columns that a page has room for.
const FRAMEWORKS: usize = 5;

/// The audit, the same bytes for the same record and companions.
///
/// # Errors
/// If it cannot be typeset.
pub fn pdf(record: &AuditRecord, companions: &Companions) -> Result<Vec<u8>> {
    let mut files = vec![];
    let meanings = VERDICTS.map(|verdict| {
        let many = count(words::many(record, verdict));
        json!({ "verdict": verdict, "symbol": words::symbol(verdict), "count": many, "meaning": words::meaning(verdict) })
    });
    let data = json!({
        "outcome": words::sentence(record),
        "passes": record.holds(),
        "meanings": meanings,
        "matrices": matrices(record).iter().flat_map(matrix).collect::<Vec<_>>(),
        "findings": companions.findings.iter().map(finding).collect::<Vec<_>>(),
        "zoo": companions.zoo.as_ref().map(|zoo| zoo_page(zoo, &mut files)).transpose()?,
        "frameworks": frameworks(record, companions),
    });
    files.push(("record.json".into(), data.to_string().into_bytes()));
    let desk = Desk::new(concat!(include_str!("../look.typ"), include_str!("audit.typ")), files);
    let document = desk.compile::<typst_layout::PagedDocument>()?;
    typst_pdf::pdf(&document, &typst_pdf::PdfOptions::default()).map_err(|why| complaint(&why))
}

/// A matrix, cut into as many as it takes for each to fit on a page.
fn matrix(matrix: &Matrix) -> Vec<Value> {
    let columns: Vec<usize> = (0..matrix.frameworks.len()).collect();
    let part = |(number, columns): (usize, &[usize])| {
        let title = if number == 0 { matrix.title.clone() } else { format!("{}, continued", matrix.title) };
        let cell = |cell: &Cell| {
            let marks = cell.marks.iter().map(|(dtype, verdict, index)| json!([dtype, verdict, words::symbol(*verdict), index]));
            let (marks, symbol) = (marks.collect::<Vec<_>>(), words::symbol(cell.verdict));
            json!({ "verdict": cell.verdict, "symbol": symbol, "reason": cell.reason, "hazards": cell.hazards, "marks": marks })
        };
        let row = |(name, cells): &(String, Vec<Option<Cell>>)| {
            let cells: Vec<_> = columns.iter().map(|&column| cells[column].as_ref().map(cell)).collect();
            json!({ "name": name, "cells": cells })
        };
        // A name that none of these frameworks has takes no room.
        let rows = matrix.rows.iter().filter(|(_, cells)| columns.iter().any(|&column| cells[column].is_some()));
        let frameworks: Vec<_> = columns.iter().map(|&column| &matrix.frameworks[column]).collect();
        json!({ "title": title, "frameworks": frameworks, "rows": rows.map(row).collect::<Vec<_>>() })
    };
    columns.chunks(FRAMEWORKS).enumerate().map(part).collect()
}

fn finding(finding: &Finding) -> Value {
    json!({ "about": finding.about(), "text": finding.text, "documentation": finding.documentation() })
}

fn zoo_page(zoo: &Zoo, files: &mut Vec<(String, Vec<u8>)>) -> Result<Value> {
    let row = |mutant: &Mutant| {
        json!({
            "id": mutant.id, "subject": mutant.subject, "kind": mutant.kind, "row": mutant.row, "passes": mutant.passes,
            "verdict": mutant.verdict, "finding": mutant.finding(), "seconds": number(mutant.seconds),
        })
    };
    let rows: Vec<Value> = zoo.mutants.iter().map(row).collect();
    Ok(json!({ "outcome": zoo.outcome(), "passes": zoo.passes(), "figure": figure(zoo, files)?, "mutants": rows }))
}

#[cfg(feature = "plots")]
fn figure(zoo: &Zoo, files: &mut Vec<(String, Vec<u8>)>) -> Result<Option<&'static str>> {
    files.push(("zoo.svg".into(), crate::report::plots::svg(&zoo.plot())?.into_bytes()));
    Ok(Some("zoo.svg"))
}

#[cfg(not(feature = "plots"))]
fn figure(_: &Zoo, _: &mut Vec<(String, Vec<u8>)>) -> Result<Option<&'static str>> {
    Ok(None)
}

/// The audits of each framework, in the order in which the record comes to them.
fn frameworks(record: &AuditRecord, companions: &Companions) -> Vec<Value> {
    let mut groups: Vec<(&str, Vec<Value>)> = vec![];
    for (index, audit) in record.audits.iter().enumerate() {
        let page = page(audit, index, &companions.findings);
        match groups.iter_mut().find(|(framework, _)| *framework == audit.subject.framework) {
            Some((_, pages)) => pages.push(page),
            None => groups.push((&audit.subject.framework, vec![page])),
        }
    }
    groups.into_iter().map(|(name, audits)| json!({ "name": name, "audits": audits })).collect()
}

fn page(audit: &Audit, index: usize, findings: &[Finding]) -> Value {
    let numbered = |wanted: &dyn Fn(Outcome) -> bool| -> Vec<(usize, &Check)> {
        audit.checks.iter().enumerate().filter(|(_, check)| wanted(check.verdict)).collect()
    };
    let shown = |found: &[(usize, &Check)]| {
        let shown: Vec<Value> = found.iter().take(MOST_CHECKS).map(|(number, check)| row(check, index, *number)).collect();
        json!({ "checks": shown, "more": found.len().saturating_sub(MOST_CHECKS) })
    };
    let absent = numbered(&|outcome| outcome == Outcome::NotApplicable);
    let notable = numbered(&|outcome| outcome != Outcome::Pass && outcome != Outcome::NotApplicable);
    let made = [notable, numbered(&|outcome| outcome == Outcome::Pass)].concat();
    let facts = words::facts(&audit.subject).into_iter().map(|(label, value)| (label, shortened(&value, LONGEST)));
    json!({
        "index": index,
        "title": words::title(&audit.subject),
        "verdict": audit.verdict,
        "symbol": words::symbol(audit.verdict),
        "reason": words::reason(audit),
        "facts": facts.collect::<Vec<_>>(),
        "identified": audit.identified.as_ref().map(|found| identified(found, words::explanation(audit))),
        "findings": findings.iter().filter(|finding| finding.concerns(&audit.subject)).map(finding).collect::<Vec<_>>(),
        "made": shown(&made),
        "uncovered": shown(&absent),
    })
}

fn identified(found: &Identified, cause: Option<&str>) -> Value {
    let convention = |(name, value): (&String, _)| json!([name, words::setting(value), found.differs_from_name.contains(name)]);
    let conventions: Vec<Value> = found.variant.iter().map(convention).collect();
    let plain = found.differs_from_name.is_empty();
    json!({
        "algorithm": found.algorithm, "plain": plain, "difference": found.difference, "cause": cause, "conventions": conventions,
    })
}

fn row(check: &Check, index: usize, number: usize) -> Value {
    let (word, symbol) = words::outcome(check.verdict);
    let witness = Shown::of(check, "witness").map(|witness| {
        let place = witness.file.map(|_| format!("audits[{index}].checks[{number}].witness of audit.json"));
        let [facts, json] =
            [(&witness.facts, LONGEST), (&witness.json, LONGEST_WITNESS)].map(|(text, most)| shortened(text, most));
        json!({ "facts": facts, "json": json, "place": place })
    });
    json!({
        "id": check.id, "kind": check.kind, "uncovered": words::uncovered(check), "outcome": word, "symbol": symbol, "detail": shortened(&check.detail, LONGEST),
        "bound": words::maybe(check.bound), "ratio": words::maybe(check.worst_ratio), "place": words::place(check), "witness": witness,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::audit::sample;

    #[test]
    fn a_record_with_hostile_strings_becomes_the_same_pdf_every_time() {
        let (record, companions) = (sample::record(), sample::companions());
        let bytes = pdf(&record, &companions).unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        assert!(bytes == pdf(&record, &companions).unwrap(), "the bytes differ");
    }

    #[test]
    fn no_number_of_checks_breaks_it() {
        let mut record = sample::record();
        let check = record.audits[0].checks[0].clone();
        record.audits[0].checks = vec![check; 10_000];
        assert!(pdf(&record, &Companions::default()).unwrap().starts_with(b"%PDF"));
        record.audits.clear();
        assert!(pdf(&record, &Companions::default()).unwrap().starts_with(b"%PDF"));
    }
}
