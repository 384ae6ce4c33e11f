//! The matrices of a page, a coloured cell for each name that a framework offers.

use super::matrix::{Cell, Matrix, matrices as all};
use super::{Finding, words};
use crate::audit::record::AuditRecord;
use crate::report::escape::escape;

/// All matrices of a record.
pub fn matrices(record: &AuditRecord, anchors: &[String], findings: &[Finding]) -> String {
    let matrices: String = all(record).iter().map(|matrix| section(record, matrix, anchors, findings)).collect();
    format!(
        "{matrices}<p><small>A cell has the worst verdict of its types, and a mark for each. A dash: not audited, because the framework \
         does not offer it or it was not asked for.</small></p>\n"
    )
}

fn section(record: &AuditRecord, matrix: &Matrix, anchors: &[String], findings: &[Finding]) -> String {
    let head = |(framework, version): &(String, String)| {
        format!("<th scope=\"col\">{} <small>{}</small></th>", escape(framework), escape(version))
    };
    let head: String = matrix.frameworks.iter().map(head).collect();
    let row = |(name, cells): &(String, Vec<Option<Cell>>)| {
        let noted = |cell: &Cell| {
            let subjects = cell.marks.iter().map(|(.., index)| &record.audits[*index].subject);
            subjects.into_iter().any(|subject| findings.iter().any(|finding| finding.concerns(subject)))
        };
        let content = |cell: &Option<Cell>| cell.as_ref().map_or(ABSENT.into(), |cell| content(cell, anchors, noted(cell)));
        let cells: String = cells.iter().map(content).collect();
        format!("<tr><th scope=\"row\">{}</th>{cells}</tr>\n", escape(name))
    };
    let rows: String = matrix.rows.iter().map(row).collect();
    let title = escape(&matrix.title);
    format!(
        "<h2>{title}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{title} by framework\">\n\
         <table class=\"offers\">\n<thead><tr><td></td>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

const ABSENT: &str = "<td class=\"absent\"><span aria-hidden=\"true\">–</span><span class=\"said\">not audited</span></td>";

fn content(cell: &Cell, anchors: &[String], noted: bool) -> String {
    let mark = |(dtype, verdict, index): &(String, _, usize)| {
        format!(
            "<a class=\"{word}\" href=\"#{}\">{} <span aria-hidden=\"true\">{}</span><span class=\"said\">{word}</span></a>",
            anchors[*index],
            escape(dtype),
            words::symbol(*verdict),
            word = verdict.word(),
        )
    };
    let marks: Vec<String> = cell.marks.iter().map(mark).collect();
    let hazards = match cell.hazards {
        0 => String::new(),
        1 => "<small>1 hazard</small>".into(),
        many => format!("<small>{many} hazards</small>"),
    };
    let reason = if cell.reason.is_empty() { String::new() } else { format!("<small>{}</small>", escape(&cell.reason)) };
    let noted = if noted { " <a href=\"#findings\">note</a>" } else { "" };
    format!(
        "<td class=\"{word}\"><b><span aria-hidden=\"true\">{}</span> {word}</b>{reason}{hazards}<span class=\"marks\">{}{noted}</span></td>",
        words::symbol(cell.verdict),
        marks.join(" "),
        word = cell.verdict.word(),
    )
}
