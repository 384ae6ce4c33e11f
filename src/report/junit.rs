//! `junit.xml`: a test suite a theorem, a test a claim and a control. Nothing is ever skipped: what was not decided fails.

use super::escape::escape;
use super::markup::plain;
use super::record::{ClaimRecord, ControlRecord, Record, TheoremRecord};
use super::words;

/// The record in the form that CI servers read.
pub fn junit(record: &Record) -> String {
    let suites: Vec<(usize, usize, String)> = record.theorems.iter().map(suite).collect();
    let tests: usize = suites.iter().map(|suite| suite.0).sum();
    let failures: usize = suites.iter().map(|suite| suite.1).sum();
    let body: String = suites.into_iter().map(|suite| suite.2).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gradproof\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"0\" skipped=\"0\">\n{body}</testsuites>\n"
    )
}

fn suite(theorem: &TheoremRecord) -> (usize, usize, String) {
    let class = format!("{}/{}", theorem.topic, theorem.id);
    let claims = theorem.claims.iter().map(|claim| (claim.id.clone(), claim_failure(claim)));
    let controls = theorem.controls.iter().map(|control| (format!("refutes-{}", control.id), control_failure(control)));
    let cases: Vec<_> = claims.chain(controls).collect();
    let failures = cases.iter().filter(|case| case.1.is_some()).count();
    let (name, tests) = (escape(&class), cases.len());
    let body: String = cases.iter().map(|(id, failure)| case(&name, &escape(id), failure.as_ref())).collect();
    let attributes = format!("name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\"");
    (tests, failures, format!("  <testsuite {attributes}>\n{body}  </testsuite>\n"))
}

fn case(class: &str, id: &str, failure: Option<&(String, String)>) -> String {
    match failure {
        None => format!("    <testcase classname=\"{class}\" name=\"{id}\"/>\n"),
        Some((message, text)) => format!(
            "    <testcase classname=\"{class}\" name=\"{id}\">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
            escape(message),
            escape(text)
        ),
    }
}

fn claim_failure(claim: &ClaimRecord) -> Option<(String, String)> {
    let message = format!("expected {}, found {}", claim.expected, claim.verdict);
    (!words::claim_passes(claim)).then(|| (message, found(&plain(&claim.statement), &claim.evidence)))
}

fn control_failure(control: &ControlRecord) -> Option<(String, String)> {
    let message = format!("a control must be refuted, found {}", control.verdict);
    (!words::control_passes(control)).then(|| (message, found(&control.differs, &control.evidence)))
}

fn found(subject: &str, evidence: &crate::evidence::Evidence) -> String {
    let mut text = format!("{subject}\n");
    for (label, value) in words::facts(evidence) {
        text.push_str(&format!("{label}: {value}\n"));
    }
    for (name, row) in words::statistics(evidence) {
        let cells = words::COLUMNS.iter().zip(row).map(|(column, value)| format!("{column} {value}"));
        text.push_str(&format!("{name}: {}\n", cells.collect::<Vec<_>>().join("; ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_is_not_as_expected_fails_and_nothing_is_skipped() {
        let text = junit(&sample::record());
        assert!(
            text.contains("<testsuites name=\"gradproof\" tests=\"13\" failures=\"5\" errors=\"0\" skipped=\"0\">"),
            "{text}"
        );
        assert!(text.contains("<testcase classname=\"gradient-descent/gd-linear-rate\" name=\"refutes-step-too-long\"/>"));
        assert!(text.contains("message=\"expected proved, found not-applicable\""));
        assert!(text.contains("message=\"a control must be refuted, found supported\""));
    }

    #[test]
    fn hostile_strings_are_inert() {
        let text = junit(&sample::record());
        assert!(
            text.contains("&lt;script&gt;") && !text.contains("<script>") && !text.contains("]]>") && !text.contains('\u{1}')
        );
    }
}
