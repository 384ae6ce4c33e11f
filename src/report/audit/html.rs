//! An audit as one self-contained page: the matrices first, then findings and zoo, then a section an audit.

use super::anchors::anchors;
use super::words::{self, VERDICTS};
use super::{Companions, html_matrix, html_section, html_zoo};
use crate::Result;
use crate::audit::record::{Audit, AuditRecord, Conformance, Outcome};
use crate::report::escape::escape;
use crate::report::html::{Document, document, foot};
use crate::report::html_matrix::column;
use crate::report::words::{count, number};
use std::collections::BTreeSet;

/// The page. It needs no network and no framework, and without scripts it still shows everything.
///
/// # Errors
/// If the zoo's figure cannot be drawn.
pub fn html(record: &AuditRecord, companions: &Companions) -> Result<String> {
    let anchors = anchors(record);
    let audits = || record.audits.iter().zip(&anchors);
    let sections: String = audits()
        .enumerate()
        .map(|(index, (audit, anchor))| html_section::section(audit, index, anchor, &companions.findings))
        .collect();
    let main = [
        html_matrix::matrices(record, &anchors, &companions.findings),
        html_section::findings(&companions.findings),
        companions.zoo.as_ref().map_or(Ok(String::new()), html_zoo::section)?,
        list(audits()),
        format!("<div id=\"audits\" tabindex=\"-1\">\n{sections}</div>\n"),
    ];
    Ok(document(&Document {
        title: "gradproof audit",
        skip: ("#audits", "Skip to the audits"),
        style: concat!(include_str!("../page.css"), include_str!("audit.css")),
        script: concat!(include_str!("../page.js"), include_str!("audit.js")),
        head: &head(record),
        main: &main.concat(),
        foot: &foot(None, "audit.json"),
    }))
}

/// A verdict with its colour, its mark and a text.
pub(super) fn chip(class: &str, symbol: &str, text: &str) -> String {
    let class = class.replace(' ', "-");
    format!("<span class=\"chip {class}\"><span aria-hidden=\"true\">{symbol}</span> {}</span>", escape(text))
}

/// The chip of an audit's verdict.
pub(super) fn verdict(verdict: Conformance) -> String {
    chip(verdict.word(), words::symbol(verdict), verdict.word())
}

fn head(record: &AuditRecord) -> String {
    let (class, mark) = if record.holds() { ("good", "✓") } else { ("bad", "!") };
    let counts = VERDICTS.map(|one| {
        let many = count(words::many(record, one));
        format!("<li>{} <strong>{many}</strong> <small>{}</small></li>\n", verdict(one), words::meaning(one))
    });
    format!(
        "<header>\n<h1>gradproof <small>audit of implementations against what their names promise</small></h1>\n\
         <p class=\"outcome {class}\"><b aria-hidden=\"true\">{mark}</b> {}</p>\n\
         <ul class=\"counts\" aria-label=\"Audits by verdict\">\n{}</ul>\n</header>",
        words::sentence(record),
        counts.concat()
    )
}

/// All audits in a table that can be filtered and sorted.
fn list<'a>(audits: impl Iterator<Item = (&'a Audit, &'a String)> + Clone) -> String {
    let frameworks: BTreeSet<&str> = audits.clone().map(|(audit, _)| audit.subject.framework.as_str()).collect();
    let option = |value: &str, text: &str| format!("<option value=\"{}\">{}</option>", escape(value), escape(text));
    let frameworks: String = frameworks.into_iter().map(|framework| option(framework, framework)).collect();
    let marks = VERDICTS.map(Conformance::word).into_iter().chain(["hazard", "inconclusive"]);
    let marks: String = marks.map(|word| option(word, word)).collect();
    let head = [("framework", ""), ("name", ""), ("type", ""), ("verdict", "number"), ("reason", "")];
    let head = head.into_iter().chain([("largest ratio", "number"), ("checks", "number")]);
    let head: String = head.map(|(name, kind)| column(name, kind)).collect();
    let rows: String = audits.map(|(audit, anchor)| row(audit, anchor)).collect();
    format!(
        "<section id=\"list\">\n<h2>All audits</h2>\n<form id=\"filters\" role=\"search\" data-of=\"audits\" hidden>\n\
         <label>Filter <input type=\"search\" id=\"words\" placeholder=\"name, reason, hyper-parameter\"></label>\n\
         <label>Framework <select id=\"topic\"><option value=\"\">all</option>{frameworks}</select></label>\n\
         <label>With <select id=\"verdict\"><option value=\"\">any verdict</option>{marks}</select></label>\n\
         <button type=\"reset\">Show all</button> <output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n\
         <div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"All audits\">\n<table id=\"matrix\">\n\
         <thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n\
         <p><small>A ratio is the largest distance from the reference, over what rounding allows there; above one fails.</small></p>\n\
         </section>\n"
    )
}

fn row(audit: &Audit, anchor: &str) -> String {
    let subject = &audit.subject;
    let reason = words::reason(audit);
    let facts: Vec<String> = words::facts(subject).into_iter().map(|(_, value)| value).collect();
    let trace = subject.trace.as_ref().map_or_else(String::new, |file| format!("<small>{}</small>", escape(file)));
    let text = [words::title(subject), reason.clone(), facts.join(" ")].join(" ").to_lowercase();
    let notable = |(outcome, word)| audit.checks.iter().any(|check| check.verdict == outcome).then_some(word);
    let also = [(Outcome::Hazard, "hazard"), (Outcome::Inconclusive, "inconclusive")].into_iter().filter_map(notable);
    let verdicts: Vec<&str> = [audit.verdict.word()].into_iter().chain(also).collect();
    // Scripts read "Infinity", and a check that has no ratio comes before all that have one.
    let sort = match words::worst_ratio(audit) {
        Some(f64::INFINITY) => "Infinity".into(),
        Some(ratio) => format!("{ratio:e}"),
        None => "-1".into(),
    };
    format!(
        "<tr data-for=\"{anchor}\" data-topic=\"{}\" data-verdicts=\"{}\" data-words=\"{}\"><td>{} <small>{}</small></td>\
         <th scope=\"row\"><a href=\"#{anchor}\">{}</a>{trace}</th><td>{}</td><td data-sort=\"{}\">{}</td><td>{}</td>\
         <td data-sort=\"{sort}\">{}</td><td>{}</td></tr>\n",
        escape(&subject.framework),
        verdicts.join(" "),
        escape(&text),
        escape(&subject.framework),
        escape(&subject.version),
        escape(&subject.optimizer),
        escape(&subject.dtype),
        audit.verdict as u8,
        verdict(audit.verdict),
        escape(&reason),
        words::worst_ratio(audit).map_or_else(String::new, number),
        audit.checks.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::record::Check;
    use crate::report::audit::sample;

    fn page(record: &AuditRecord) -> String {
        html(record, &sample::companions()).unwrap()
    }

    #[test]
    fn a_page_shows_everything_and_asks_for_nothing() {
        let record = sample::record();
        let page = page(&record);
        assert_eq!(page, html(&record, &sample::companions()).unwrap());
        for shown in [
            "√(v̂ + ε) instead of √v̂ + ε",
            "ignoring weight_decay",
            "id=\"torch-adam-f32\"",
            "gradproof replay keras-adamw-f32-conformance.json",
            "<h2>Schedules</h2>",
            "Looked into by hand",
            "2 of 3 bugs killed",
            "Not covered",
        ] {
            assert!(page.contains(shown), "{shown}");
        }
        for audit in &record.audits {
            for check in &audit.checks {
                let (_, text) = words::uncovered(check);
                assert!(page.contains(&escape(text)), "{text}");
            }
        }
        assert!(!page.contains("src=") && !page.contains("href=\"http") && !page.contains("url("));
    }

    #[test]
    fn hostile_strings_are_inert() {
        let page = page(&sample::record());
        assert!(!page.contains("<script>alert") && !page.contains("<b>bold") && page.contains("&lt;script&gt;alert"));
        assert_eq!((page.matches("<script>").count(), page.matches("</script>").count()), (1, 1));
        let (opened, closed) = (page.matches("<section").count(), page.matches("</section>").count());
        assert_eq!(opened, closed);
    }

    #[test]
    fn every_link_has_its_target() {
        let page = page(&sample::record());
        for link in page.split("href=\"#").skip(1) {
            let target = link.split('"').next().unwrap();
            assert_eq!(page.matches(&format!("id=\"{target}\"")).count(), 1, "{target}");
        }
    }

    #[test]
    fn ten_thousand_checks_are_all_there() {
        let mut record = sample::record();
        let check = record.audits[0].checks[0].clone();
        record.audits[0].checks = (0..10_000).map(|index| Check { id: format!("check-{index}"), ..check.clone() }).collect();
        let page = page(&record);
        assert!(page.contains("10\u{202f}000 passed") && page.contains(">check-9999<"));
    }
}
