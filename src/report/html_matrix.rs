//! The matrix: a row a theorem, a coloured cell a claim and a control.

use super::escape::escape;
use super::html::{chip, verdicts};
use super::markup::plain;
use super::names::slug;
use super::record::TheoremRecord;
use super::words::{claim_passes, control_passes, theorem_passes};
use crate::verdict::Verdict;

/// The matrix, with columns to sort by.
pub fn matrix(theorems: &[TheoremRecord]) -> String {
    let head = [("#", "number"), ("topic", ""), ("theorem", ""), ("claims", "number"), ("controls", "number"), ("outcome", "")];
    let head: String = head.iter().map(|(name, kind)| column(name, kind)).collect();
    let rows: String = theorems.iter().enumerate().map(|(index, theorem)| row(index, theorem)).collect();
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Matrix of theorems and verdicts\">\n<table id=\"matrix\">\n\
         <thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

/// The head of a column that can be sorted by.
pub(super) fn column(name: &str, kind: &str) -> String {
    format!("<th scope=\"col\"><button type=\"button\" data-kind=\"{kind}\">{name}</button></th>")
}

fn row(index: usize, theorem: &TheoremRecord) -> String {
    let anchor = slug(&theorem.id);
    let link = |target: &str, title: &str, chip: String| {
        format!("<a href=\"#{anchor}.{target}\" title=\"{}\">{chip}</a>", escape(title))
    };
    let claims = theorem.claims.iter().map(|claim| {
        let chip = chip(claim.verdict, &claim.id, claim_passes(claim)).replacen("</span>", &said(claim.verdict, ""), 1);
        link(&slug(&claim.id), &format!("{}: {}", claim.verdict, plain(&claim.statement)), chip)
    });
    // There are many controls and all look alike: a symbol each keeps the matrix a picture.
    let controls = theorem.controls.iter().map(|control| {
        let chip = chip(control.verdict, "", control_passes(control)).replacen("</span>", &said(control.verdict, &control.id), 1);
        let title = format!("{}: {} ({})", control.verdict, control.id, control.differs);
        link(&format!("refutes-{}", slug(&control.id)), &title, chip)
    });
    let outcome = if theorem_passes(theorem) { "<td>as expected</td>" } else { "<td class=\"unexpected\">unexpected</td>" };
    format!(
        "<tr data-for=\"{anchor}\" {}><td>{}</td><td>{}</td><th scope=\"row\"><a href=\"#{anchor}\">{}</a></th>\
         <td data-sort=\"{}\">{}</td><td data-sort=\"{}\">{}</td>{outcome}</tr>\n",
        selectors(theorem),
        index + 1,
        escape(&theorem.topic),
        escape(&theorem.id),
        theorem.claims.len(),
        claims.collect::<Vec<_>>().join(" "),
        theorem.controls.len(),
        controls.collect::<Vec<_>>().join(" "),
    )
}

/// The verdict in words, and what is shown as a symbol alone, for those who do not see colour and symbol.
fn said(verdict: Verdict, id: &str) -> String {
    format!("</span><span class=\"said\">{verdict}: {}</span>", escape(id))
}

/// The attributes that filters read.
fn selectors(theorem: &TheoremRecord) -> String {
    let words = format!("{} {} {}", theorem.id, theorem.title, plain(&theorem.statement)).to_lowercase();
    format!("data-topic=\"{}\" data-verdicts=\"{}\" data-words=\"{}\"", escape(&theorem.topic), verdicts(theorem), escape(&words))
}
