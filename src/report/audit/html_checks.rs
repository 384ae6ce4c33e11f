//! The checks of an audit: what did not pass first, then what passed, folded, then what is not covered.

use super::html::chip;
use super::witness::Shown;
use super::words;
use crate::audit::record::{Audit, Check, Outcome};
use crate::report::escape::escape;
use crate::report::words::count;

/// All checks of the audit at this place of the record.
pub fn checks(audit: &Audit, index: usize, anchor: &str) -> String {
    let numbered = || audit.checks.iter().enumerate();
    let rows = |wanted: &dyn Fn(Outcome) -> bool| -> (u64, String) {
        let rows = numbered().filter(|(_, check)| wanted(check.verdict));
        let rows: Vec<String> =
            rows.map(|(number, check)| row(check, &format!("audits[{index}].checks[{number}]"), anchor)).collect();
        (rows.len() as u64, rows.concat())
    };
    let (some, notable) = rows(&|outcome| outcome != Outcome::Pass && outcome != Outcome::NotApplicable);
    let (many, passed) = rows(&|outcome| outcome == Outcome::Pass);
    let notable = if some == 0 { String::new() } else { table(&notable) };
    let passed = if many == 0 {
        String::new()
    } else {
        format!("<details class=\"passed\"><summary>{} passed</summary>\n{}</details>\n", count(many), table(&passed))
    };
    notable + &passed + &not_covered(audit)
}

fn table(rows: &str) -> String {
    let head = ["check", "finding", "allowed", "ratio", "where", "outcome"];
    let head = head.map(|name| format!("<th scope=\"col\">{name}</th>")).concat();
    format!("<div class=\"wide\"><table class=\"checks\">\n<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n")
}

fn row(check: &Check, place: &str, anchor: &str) -> String {
    let (word, symbol) = words::outcome(check.verdict);
    format!(
        "<tr><th scope=\"row\">{}<small>{}</small></th><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        escape(&check.id),
        escape(&check.kind),
        escape(&check.detail),
        Shown::of(check, anchor).map_or_else(String::new, |witness| replay(&witness, place)),
        words::maybe(check.bound),
        words::maybe(check.worst_ratio),
        words::place(check),
        chip(word, symbol, word),
    )
}

/// The witness, folded, and how to see it again.
fn replay(witness: &Shown, place: &str) -> String {
    let command = |file: &String| {
        format!(
            "<p><code>gradproof replay {file}</code>, with {place}.witness of audit.json in that file \
             <button type=\"button\" data-save=\"{file}\" hidden>Save it</button></p>\n"
        )
    };
    format!(
        "<details><summary>Witness</summary>\n<p>{}</p>\n{}<pre tabindex=\"0\">{}</pre></details>",
        escape(&witness.facts),
        witness.file.as_ref().map_or_else(String::new, command),
        escape(&witness.json),
    )
}

fn not_covered(audit: &Audit) -> String {
    let absent = audit.checks.iter().filter(|check| check.verdict == Outcome::NotApplicable);
    let entry = |check: &Check| {
        let (id, text) = words::uncovered(check);
        let id = id.map_or_else(String::new, |id| format!("<b>{}</b> ", escape(id)));
        format!("<li>{id}{}</li>\n", escape(text))
    };
    let entries: String = absent.map(entry).collect();
    if entries.is_empty() {
        entries
    } else {
        format!("<div class=\"uncovered\"><h3>Not covered</h3><ul>\n{entries}</ul></div>\n")
    }
}
