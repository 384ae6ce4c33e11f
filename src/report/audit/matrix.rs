//! Who offers what, and what became of it: a row an optimizer, a column a framework. Schedules, clips and initialisers have matrices
//! of their own.

use super::words;
use crate::audit::record::{AuditRecord, Conformance, Outcome};
use std::collections::BTreeMap;

/// A matrix of verdicts.
pub struct Matrix {
    /// What its rows are.
    pub title: String,
    /// Frameworks and their versions.
    pub frameworks: Vec<(String, String)>,
    /// Names, each with a cell a framework; none where there was no audit.
    pub rows: Vec<(String, Vec<Option<Cell>>)>,
}

/// All audits of one name in one framework.
#[derive(Clone)]
pub struct Cell {
    /// The worst verdict.
    pub verdict: Conformance,
    /// Its reason in short.
    pub reason: String,
    /// Number of hazards.
    pub hazards: usize,
    /// A type, the worst verdict in it, and the audit that has it.
    pub marks: Vec<(String, Conformance, usize)>,
}

/// The matrices, that of the optimizers first.
pub fn matrices(record: &AuditRecord) -> Vec<Matrix> {
    let mut kinds: Vec<&str> = record.audits.iter().map(|audit| kind(&audit.subject.optimizer).0).collect();
    kinds.sort_by_key(|kind| PARTS.iter().position(|(part, _)| part == kind).unwrap_or(PARTS.len()));
    kinds.dedup();
    kinds.into_iter().map(|kind| matrix(record, kind)).collect()
}

/// Kinds of parts, before the colon in their names, in the order of their matrices.
const PARTS: [(&str, &str); 4] =
    [("", "Optimizers"), ("schedule", "Schedules"), ("clip", "Clipping"), ("init", "Initialisation")];

fn kind(name: &str) -> (&str, &str) {
    match name.split_once(':') {
        Some((kind, rest)) if PARTS.iter().any(|(part, _)| *part == kind) => (kind, rest),
        _ => ("", name),
    }
}

fn matrix(record: &AuditRecord, wanted: &str) -> Matrix {
    let mut frameworks: Vec<(String, String)> = vec![];
    let mut cells: BTreeMap<&str, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
    for (index, audit) in record.audits.iter().enumerate() {
        let (kind, name) = kind(&audit.subject.optimizer);
        if kind == wanted {
            let framework = (audit.subject.framework.clone(), audit.subject.version.clone());
            let column = frameworks.iter().position(|known| *known == framework).unwrap_or_else(|| {
                frameworks.push(framework);
                frameworks.len() - 1
            });
            cells.entry(name).or_default().entry(column).or_default().push(index);
        }
    }
    let row = |(name, cells): (&str, BTreeMap<usize, Vec<usize>>)| {
        let cells = (0..frameworks.len()).map(|column| cells.get(&column).map(|audits| cell(record, audits)));
        (name.to_string(), cells.collect())
    };
    let rows = cells.into_iter().map(row).collect();
    let title = PARTS.iter().find(|(part, _)| *part == wanted).map_or(wanted, |(_, title)| title).into();
    Matrix { title, frameworks, rows }
}

fn cell(record: &AuditRecord, audits: &[usize]) -> Cell {
    let mut marks: Vec<(String, Conformance, usize)> = vec![];
    for &index in audits {
        let audit = &record.audits[index];
        match marks.iter_mut().find(|(dtype, ..)| *dtype == audit.subject.dtype) {
            Some((_, verdict, place)) if audit.verdict > *verdict => (*verdict, *place) = (audit.verdict, index),
            Some(_) => {}
            None => marks.push((audit.subject.dtype.clone(), audit.verdict, index)),
        }
    }
    let verdict = marks.iter().map(|(_, verdict, _)| *verdict).max().unwrap_or(Conformance::Error);
    let reason = marks
        .iter()
        .find(|(_, its, _)| *its == verdict)
        .map_or_else(String::new, |(.., index)| words::reason(&record.audits[*index]));
    let checks = audits.iter().flat_map(|&index| &record.audits[index].checks);
    let hazards = checks.filter(|check| check.verdict == Outcome::Hazard).count();
    Cell { verdict, reason, hazards, marks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::audit::sample;

    #[test]
    fn a_cell_has_the_worst_verdict_and_a_mark_a_type() {
        let matrices = matrices(&sample::record());
        let titles: Vec<&str> = matrices.iter().map(|matrix| matrix.title.as_str()).collect();
        assert_eq!(titles, ["Optimizers", "Schedules", "Clipping", "Initialisation"]);
        let (name, cells) = &matrices[0].rows.iter().find(|(name, _)| name == "adam").unwrap();
        let cell = cells[0].as_ref().unwrap();
        assert_eq!((name.as_str(), cell.verdict, cell.reason.as_str()), ("adam", Conformance::Variant, "eps-hat"));
        assert_eq!(cell.marks.len(), 2);
        assert!(cells.iter().any(Option::is_none));
        assert_eq!(matrices[1].rows[0].0, "cosine");
    }

    #[test]
    fn an_empty_record_has_none() {
        assert!(super::matrices(&AuditRecord { schema: String::new(), audits: vec![] }).is_empty());
    }
}
