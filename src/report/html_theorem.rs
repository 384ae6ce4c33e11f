//! A theorem's section of the page.

use super::escape::escape;
use super::formulas::Formulas;
use super::html::{chip, spaced};
use super::names::slug;
use super::record::{ClaimRecord, ControlRecord, Record, TheoremRecord};
use super::words;
use crate::Result;
use crate::evidence::Evidence;

/// The section.
///
/// # Errors
/// If a figure cannot be drawn.
pub fn section(record: &Record, theorem: &TheoremRecord, formulas: &Formulas) -> Result<String> {
    let anchor = slug(&theorem.id);
    let hypotheses = list("Hypotheses", theorem.hypotheses.iter().map(|text| formulas.statement(text)));
    let sources = list("Sources", theorem.sources.iter().map(|text| escape(text)));
    let claims: String = theorem.claims.iter().map(|claim| claim_row(&anchor, claim, formulas)).collect();
    let controls: String = theorem.controls.iter().map(|control| control_row(&anchor, control)).collect();
    let outcome =
        if words::theorem_passes(theorem) { "<span>as expected</span>" } else { "<span class=\"unexpected\">unexpected</span>" };
    Ok(format!(
        "<section id=\"{anchor}\" aria-labelledby=\"{anchor}-title\">\n<h2 id=\"{anchor}-title\">{}</h2>\n\
         <p class=\"id\"><a href=\"#{anchor}\">{}/{}</a> {outcome}</p>\n<p>Run it again: <code>{}</code></p>\n<p class=\"statement\">{}</p>\n<div class=\"aside\">{hypotheses}{sources}</div>\n\
         {}<div class=\"figures\">{}</div>\n{}</section>\n",
        escape(&theorem.title),
        escape(&theorem.topic),
        escape(&theorem.id),
        escape(&words::replay(record, theorem)),
        formulas.statement(&theorem.statement),
        table(["claim", "statement and finding", "expected", "verdict"], &claims),
        figures(theorem)?,
        table(["control", "differs in, and finding", "effect", "verdict"], &controls),
    ))
}

fn list(name: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: String = entries.map(|entry| format!("<li>{entry}</li>")).collect();
    if entries.is_empty() { entries } else { format!("<div><h3>{name}</h3><ul>{entries}</ul></div>") }
}

fn table(head: [&str; 4], rows: &str) -> String {
    let head = head.map(|name| format!("<th scope=\"col\">{name}</th>")).concat();
    if rows.is_empty() {
        String::new()
    } else {
        format!("<div class=\"wide\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody>\n</table></div>\n")
    }
}

fn claim_row(anchor: &str, claim: &ClaimRecord, formulas: &Formulas) -> String {
    format!(
        "<tr id=\"{anchor}.{}\"><th scope=\"row\">{}<small>{}, {}</small></th><td>{}<p class=\"for\"><small>for</small> {}</p>{}</td>\
         <td>{}</td><td>{}</td></tr>\n",
        slug(&claim.id),
        escape(&claim.id),
        words::origin(claim),
        escape(&claim.method),
        formulas.statement(&claim.statement),
        escape(&claim.quantifier),
        found(&claim.evidence),
        spaced(claim.expected),
        chip(claim.verdict, spaced(claim.verdict), words::claim_passes(claim)),
    )
}

fn control_row(anchor: &str, control: &ControlRecord) -> String {
    format!(
        "<tr id=\"{anchor}.refutes-{}\"><th scope=\"row\">{}</th><td>{}{}</td><td>{}</td><td>{}</td></tr>\n",
        slug(&control.id),
        escape(&control.id),
        escape(&control.differs),
        found(&control.evidence),
        words::effect(control),
        chip(control.verdict, spaced(control.verdict), words::control_passes(control)),
    )
}

fn found(evidence: &Evidence) -> String {
    let fact = |(label, value): (&str, String)| format!("<div><dt>{label}</dt><dd>{}</dd></div>", escape(&value));
    let facts: String = words::facts(evidence).into_iter().map(fact).collect();
    let cell = |cell: &String| format!("<td>{}</td>", escape(cell));
    let mean = |(name, row): (String, [String; 7])| {
        let cells: String = row.iter().map(cell).collect();
        format!("<tr class=\"name\"><th scope=\"rowgroup\" colspan=\"7\">{}</th></tr><tr>{cells}</tr>", escape(&name))
    };
    let rows: String = words::statistics(evidence).into_iter().map(mean).collect();
    let facts = if facts.is_empty() { facts } else { format!("<dl>{facts}</dl>") };
    let head = words::COLUMNS.map(|name| format!("<th scope=\"col\">{name}</th>")).concat();
    let rows = if rows.is_empty() {
        rows
    } else {
        format!("<div class=\"wide\"><table class=\"numbers\"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")
    };
    facts + &rows
}

#[cfg(feature = "plots")]
fn figures(theorem: &TheoremRecord) -> Result<String> {
    let figure = |plot| {
        let drawing = super::plots::svg(plot)?;
        let drawing = drawing.replacen("<svg ", "<svg role=\"img\" ", 1);
        Ok(format!("<figure aria-label=\"{}\">{drawing}</figure>\n", escape(&plot.title)))
    };
    theorem.plots.iter().map(figure).collect()
}

#[cfg(not(feature = "plots"))]
fn figures(theorem: &TheoremRecord) -> Result<String> {
    let files = theorem
        .plots
        .iter()
        .map(|plot| format!("<p>Points: <code>data/{}.csv</code></p>\n", super::names::figure(theorem, plot)));
    Ok(files.collect())
}
