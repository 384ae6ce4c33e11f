//! The section of one audit, and the findings that were made by hand.

use super::Finding;
use super::html::verdict;
use super::{html_checks, words};
use crate::audit::record::{Audit, Conformance, Identified};
use crate::report::escape::escape;

/// The section of the audit at this place of the record.
pub fn section(audit: &Audit, index: usize, anchor: &str, findings: &[Finding]) -> String {
    let facts: String = words::facts(&audit.subject).into_iter().map(fact).collect();
    let reason = words::reason(audit);
    let reason = if reason.is_empty() { reason } else { format!(" {}", escape(&reason)) };
    let concerning: Vec<&Finding> = findings.iter().filter(|finding| finding.concerns(&audit.subject)).collect();
    let by_hand: String = concerning.into_iter().map(|finding| by_hand(finding, false)).collect();
    format!(
        "<section id=\"{anchor}\" aria-labelledby=\"{anchor}-title\">\n<h2 id=\"{anchor}-title\">{}</h2>\n\
         <p class=\"id\"><span>{}{reason}</span> <a href=\"#{anchor}\">audits[{index}]</a></p>\n<dl>{facts}</dl>\n{}{by_hand}{}</section>\n",
        escape(&words::title(&audit.subject)),
        verdict(audit.verdict),
        identified(audit),
        html_checks::checks(audit, index, anchor),
    )
}

fn fact((label, value): (&str, String)) -> String {
    format!("<div><dt>{label}</dt><dd>{}</dd></div>", escape(&value))
}

/// What the subject was found to be.
fn identified(audit: &Audit) -> String {
    let Some(found) = &audit.identified else {
        let known = audit.verdict == Conformance::Deviates;
        return if known { "<p class=\"statement\">Nothing known fits.</p>\n".into() } else { String::new() };
    };
    let difference = found.difference.as_deref().map_or_else(String::new, |formula| format!(": {}", escape(formula)));
    let form = if found.differs_from_name.is_empty() { ", the plain form" } else { "" };
    let cause = words::explanation(audit).map_or_else(String::new, |cause| format!(", but for {}", escape(cause)));
    format!(
        "<p class=\"statement\">Identified as <b>{}</b>{form}{difference}{cause}</p>\n{}",
        escape(&found.algorithm),
        conventions(found)
    )
}

fn conventions(found: &Identified) -> String {
    let row = |(name, value): (&String, &crate::audit::Setting)| {
        let differs = found.differs_from_name.contains(name);
        let (class, note) = if differs { (" class=\"variant\"", "another") } else { ("", "the same") };
        let value = escape(&words::setting(value));
        format!("<tr><th scope=\"row\">{}</th><td{class}>{value}</td><td>{note}</td></tr>", escape(&name.replace('_', " ")))
    };
    let rows: String = found.variant.iter().map(row).collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<table class=\"conventions\"><thead><tr><th scope=\"col\">convention</th><th scope=\"col\">value</th><th scope=\"col\">plain form</th></tr></thead>\
         <tbody>{rows}</tbody></table>\n"
    )
}

/// All findings that were made by hand.
pub fn findings(findings: &[Finding]) -> String {
    let all: String = findings.iter().map(|finding| by_hand(finding, true)).collect();
    if all.is_empty() {
        all
    } else {
        format!("<section id=\"findings\">\n<h2>Findings, looked into by hand</h2>\n{all}</section>\n")
    }
}

fn by_hand(finding: &Finding, with_name: bool) -> String {
    let about = if with_name { finding.about() } else { "Looked into by hand".into() };
    let documentation = finding.documentation().map_or_else(String::new, |words| format!("<small>{}</small>", escape(&words)));
    format!("<div class=\"finding\"><b>{}</b><p>{}</p>{documentation}</div>\n", escape(&about), escape(&finding.text))
}
