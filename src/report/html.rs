//! The report as one self-contained page: the matrix first, then a section a theorem.

use super::escape::escape;
use super::formulas::Formulas;
use super::record::{Record, TheoremRecord};
use super::run::RunFacts;
use super::{html_matrix, html_theorem, words};
use crate::Result;
use crate::verdict::Verdict;
use std::collections::BTreeSet;

/// The page. It needs no network and no framework, and without scripts it still shows everything.
///
/// # Errors
/// If a statement cannot be typeset; the message names theorem and claim.
pub fn html(record: &Record, run: Option<&RunFacts>) -> Result<String> {
    let formulas = Formulas::of(record)?;
    let sections: Result<String> =
        record.theorems.iter().map(|theorem| html_theorem::section(record, theorem, &formulas)).collect();
    let main = format!(
        "{filters}{matrix}<div id=\"theorems\" tabindex=\"-1\">\n{sections}</div>\n",
        filters = filters(&record.theorems),
        matrix = html_matrix::matrix(&record.theorems),
        sections = sections?,
    );
    Ok(document(&Document {
        title: "gradproof report",
        skip: ("#theorems", "Skip to the theorems"),
        style: STYLE,
        script: SCRIPT,
        head: &head(record),
        main: &main,
        foot: &foot(run, "report.json"),
    }))
}

/// How a page looks.
pub(super) const STYLE: &str = include_str!("page.css");
/// Its filters, and the order of the rows of its table `#matrix`.
pub(super) const SCRIPT: &str = include_str!("page.js");

/// What a page is made of.
pub(super) struct Document<'a> {
    pub title: &'a str,
    /// Where the link goes that a keyboard meets first, and what it says.
    pub skip: (&'a str, &'a str),
    pub style: &'a str,
    pub script: &'a str,
    pub head: &'a str,
    pub main: &'a str,
    pub foot: &'a str,
}

/// A page in one file.
pub(super) fn document(page: &Document) -> String {
    let Document { title, skip: (target, label), style, script, head, main, foot } = page;
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"{target}\">{label}</a>\n{head}\n<main>\n{main}</main>\n{foot}\n\
         <script>\n{script}</script>\n</body>\n</html>\n"
    )
}

/// A verdict with its colour, symbol and text; an alarm if it is not the expected one.
pub(super) fn chip(verdict: Verdict, text: &str, passes: bool) -> String {
    let (class, mark) = if passes { ("", "") } else { (" alarm", "<b>!</b> ") };
    format!(
        "<span class=\"chip {verdict}{class}\">{mark}<span aria-hidden=\"true\">{}</span> {}</span>",
        words::symbol(verdict),
        escape(text)
    )
}

/// What a filter can select a theorem by.
pub(super) fn verdicts(theorem: &TheoremRecord) -> String {
    let claims = theorem.claims.iter().map(|claim| claim.verdict.word());
    let all = claims.chain(theorem.controls.iter().map(|control| control.verdict.word()));
    let unexpected = (!words::theorem_passes(theorem)).then_some("unexpected");
    all.chain(unexpected).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

fn head(record: &Record) -> String {
    let unexpected = record.summary.get("unexpected").copied().unwrap_or(0);
    let (class, mark) = if unexpected == 0 { ("good", "✓") } else { ("bad", "!") };
    let counts = Verdict::ALL.map(|verdict| {
        let many = record.summary.get(verdict.word()).copied().unwrap_or(0);
        format!(
            "<li>{} <strong>{many}</strong> <small>{}</small></li>\n",
            chip(verdict, spaced(verdict), true),
            words::meaning(verdict)
        )
    });
    format!(
        "<header>\n<h1>gradproof <small>numerical verification of the theory of gradient training</small></h1>\n\
         <p class=\"outcome {class}\"><b aria-hidden=\"true\">{mark}</b> {}</p>\n\
         <p>Version {}, seed {}, effort {}, false-alarm budget {}; {} theorems.</p>\n<ul class=\"counts\" aria-label=\"Claims by verdict\">\n{}</ul>\n\
         <p><small>A box outlined in red and marked with <b>!</b> does not have its expected verdict. A control is wrong on purpose: \
         its theorem must refute it.</small></p>\n</header>",
        escape(&words::outcome(record)),
        escape(&record.suite),
        record.seed,
        record.effort,
        words::number(record.false_alarm_budget),
        record.theorems.len(),
        counts.concat()
    )
}

/// A verdict as people read it.
pub(super) fn spaced(verdict: Verdict) -> &'static str {
    if verdict == Verdict::NotApplicable { "not applicable" } else { verdict.word() }
}

fn filters(theorems: &[TheoremRecord]) -> String {
    let mut topics: Vec<&str> = Vec::new();
    for theorem in theorems {
        if !topics.contains(&theorem.topic.as_str()) {
            topics.push(&theorem.topic);
        }
    }
    let option = |value: &str, text: &str| format!("<option value=\"{}\">{}</option>", escape(value), escape(text));
    let topics: String = topics.iter().map(|topic| option(topic, topic)).collect();
    let verdicts: String = Verdict::ALL.iter().map(|verdict| option(verdict.word(), spaced(*verdict))).collect();
    format!(
        "<form id=\"filters\" role=\"search\" data-of=\"theorems\" hidden>\n\
         <label>Filter <input type=\"search\" id=\"words\" placeholder=\"id, title, statement\"></label>\n\
         <label>Topic <select id=\"topic\"><option value=\"\">all</option>{topics}</select></label>\n\
         <label>With a verdict <select id=\"verdict\"><option value=\"\">any</option>{verdicts}<option>unexpected</option></select></label>\n\
         <button type=\"reset\">Show all</button> <output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n"
    )
}

/// Under which circumstances the page came to be; without them, from which file.
pub(super) fn foot(run: Option<&RunFacts>, file: &str) -> String {
    let Some(run) = run else { return format!("<footer><p>Drawn from {file} alone.</p></footer>") };
    let lines = words::circumstances(run);
    format!("<footer><p>{}</p><p><code>{}</code></p></footer>", escape(&lines[0]), escape(&lines[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_page_shows_everything_and_asks_for_nothing() {
        let record = sample::record();
        let page = html(&record, Some(&sample::run())).unwrap();
        assert_eq!(page, html(&record, Some(&sample::run())).unwrap());
        for shown in
            ["gd-linear-rate", "forgets-correction", "gradproof replay nasty --seed 7", "5 claims or controls", "65\u{202f}536"]
        {
            assert!(page.contains(shown), "{shown}");
        }
        assert!(!page.contains("src=") && !page.contains("href=\"http") && !page.contains("url("));
    }

    #[test]
    fn hostile_strings_are_inert() {
        let page = html(&sample::record(), Some(&sample::run())).unwrap();
        assert!(!page.contains("<script>alert") && !page.contains("<b>bold") && page.contains("&lt;script&gt;alert"));
        assert_eq!(page.matches("<script>").count(), 1);
    }
}
