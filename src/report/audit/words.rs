//! Audits in words, the same in every rendering.

use crate::audit::Setting;
use crate::audit::record::{Audit, AuditRecord, Check, Conformance, Outcome, Subject};
use crate::report::words::{count, number};

/// All verdicts, the best first.
pub const VERDICTS: [Conformance; 4] = [Conformance::Conforms, Conformance::Variant, Conformance::Deviates, Conformance::Error];

/// A mark for a verdict that survives without colour.
pub fn symbol(verdict: Conformance) -> &'static str {
    match verdict {
        Conformance::Conforms => "✓",
        Conformance::Variant => "●",
        Conformance::Deviates => "×",
        Conformance::Error => "!",
    }
}

/// What a verdict means.
pub fn meaning(verdict: Conformance) -> &'static str {
    match verdict {
        Conformance::Conforms => "the plain form of its name, within what rounding allows",
        Conformance::Variant => "a documented convention of its name, other than the plain one",
        Conformance::Deviates => "not what its name and its hyper-parameters promise; a witness shows it",
        Conformance::Error => "the audit could not say anything; never a pass",
    }
}

/// The outcome of a check in a word, and a mark for it.
pub fn outcome(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Pass => ("pass", "✓"),
        Outcome::Variant => ("variant", "●"),
        Outcome::Deviates => ("deviates", "×"),
        Outcome::Hazard => ("hazard", "!"),
        Outcome::NotApplicable => ("not applicable", "–"),
        Outcome::Inconclusive => ("inconclusive", "?"),
    }
}

/// What came out, in a sentence.
pub fn sentence(record: &AuditRecord) -> String {
    let words = |verdict| match verdict {
        Conformance::Conforms => "conform",
        Conformance::Variant => "are a documented variant",
        Conformance::Deviates => "deviate",
        Conformance::Error => "could not be evaluated",
    };
    let parts = VERDICTS.map(|verdict| (many(record, verdict), words(verdict)));
    let parts = parts.into_iter().filter(|(many, _)| *many > 0).map(|(many, words)| format!("{} {words}", count(many)));
    match record.audits.len() as u64 {
        0 => "Nothing was audited.".into(),
        all => format!("Of {} audits, {}.", count(all), parts.collect::<Vec<_>>().join(", ")),
    }
}

/// Number of audits with a verdict.
pub fn many(record: &AuditRecord, verdict: Conformance) -> u64 {
    record.audits.iter().filter(|audit| audit.verdict == verdict).count() as u64
}

/// A verdict's reason, in short; nothing for what conforms.
pub fn reason(audit: &Audit) -> String {
    let named = || audit.identified.as_ref().map(|found| found.words().join(", ")).filter(|words| !words.is_empty());
    let speaks = |wanted: Outcome| audit.checks.iter().find(move |check| check.verdict == wanted);
    let text = match audit.verdict {
        Conformance::Conforms => String::new(),
        Conformance::Variant => {
            named().or_else(|| speaks(Outcome::Variant).map(|check| check.detail.clone())).unwrap_or_default()
        }
        Conformance::Deviates => match speaks(Outcome::Deviates) {
            Some(check) => cause(check).map_or_else(|| format!("{}: {}", check.kind, check.id), String::from),
            None => String::new(),
        },
        Conformance::Error => {
            let check = speaks(Outcome::Inconclusive).or(audit.checks.first());
            check.map_or_else(String::new, |check| check.detail.clone())
        }
    };
    shortened(&text, 120)
}

/// What explains a deviation, where something is known to: the last clause of a check says so.
fn cause(check: &Check) -> Option<&str> {
    let (_, clause) = check.detail.rsplit_once("; all of it ")?;
    Some(clause.strip_prefix("is explained by ").unwrap_or(clause))
}

/// What a subject does that its identified form does not.
pub fn explanation(audit: &Audit) -> Option<&str> {
    let deviation = audit.checks.iter().find(|check| check.verdict == Outcome::Deviates)?;
    Some(deviation.detail.rsplit_once("; all of it is explained by ")?.1)
}

/// What a check that does not apply leaves open: its id, if its text does not begin with it, and the text.
pub fn uncovered(check: &Check) -> (Option<&str>, &str) {
    match check.detail.strip_prefix(check.id.as_str()).and_then(|rest| rest.strip_prefix(": ")) {
        Some(rest) => (None, rest),
        None => (Some(&check.id), &check.detail),
    }
}

/// The beginning of a long text.
pub fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.into(),
    }
}

/// The value of a hyper-parameter or a convention, every digit of it.
pub fn setting(value: &Setting) -> String {
    let digits = |x: &f64| format!("{x:?}").trim_end_matches(".0").to_string();
    match value {
        Setting::Number(x) => digits(x),
        Setting::Flag(on) => on.to_string(),
        Setting::Word(word) => word.clone(),
        Setting::Numbers(numbers) => format!("[{}]", numbers.iter().map(digits).collect::<Vec<_>>().join(", ")),
    }
}

/// Who was audited: labels and values.
pub fn facts(subject: &Subject) -> Vec<(&'static str, String)> {
    let hyper: Vec<String> = subject.hyper.iter().map(|(name, value)| format!("{name} = {}", setting(value))).collect();
    let mut facts = vec![("framework", format!("{} {}", subject.framework, subject.version))];
    facts.push(("held in", subject.dtype.clone()));
    facts.push(("hyper-parameters", if hyper.is_empty() { "the defaults".into() } else { hyper.join(", ") }));
    facts.extend(subject.trace.clone().map(|trace| ("recorded in", trace)));
    facts
}

/// A subject in a line.
pub fn title(subject: &Subject) -> String {
    let Subject { framework, version, optimizer, dtype, .. } = subject;
    format!("{optimizer} of {framework} {version}, {dtype}")
}

/// Where a check came closest to failing, or failed.
pub fn place(check: &Check) -> String {
    match (check.step, check.coordinate) {
        (Some(step), Some(coordinate)) => format!("step {step}, coordinate {coordinate}"),
        (Some(step), None) => format!("step {step}"),
        (None, Some(coordinate)) => format!("coordinate {coordinate}"),
        (None, None) => String::new(),
    }
}

/// A number that a check may not have.
pub fn maybe(x: Option<f64>) -> String {
    x.map_or_else(String::new, number)
}

/// The largest ratio of all checks of an audit.
pub fn worst_ratio(audit: &Audit) -> Option<f64> {
    audit.checks.iter().filter_map(|check| check.worst_ratio).reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::audit::sample;

    #[test]
    fn reasons_are_short_and_say_the_cause() {
        let record = sample::record();
        let reasons: Vec<String> = record.audits.iter().take(5).map(reason).collect();
        assert_eq!(reasons[0], "");
        assert_eq!(reasons[1], "eps-hat");
        assert_eq!(reasons[2], "ignoring weight_decay");
        assert_eq!(reasons[3], "state: save-and-load");
        assert!(record.audits.iter().all(|audit| reason(audit).chars().count() <= 121));
    }

    #[test]
    fn an_id_is_not_said_twice() {
        let check = |id, detail| sample::check(id, Outcome::NotApplicable, "coverage", detail);
        assert_eq!(uncovered(&check("not covered", "not covered: masks")), (None, "masks"));
        assert_eq!(uncovered(&check("groups", "none are offered")), (Some("groups"), "none are offered"));
    }

    #[test]
    fn values_keep_every_digit() {
        let text = |x: f64| setting(&Setting::Number(x));
        assert_eq!([text(1e-8), text(1.0), text(0.1 + 0.2), text(100.0)], ["1e-8", "1", "0.30000000000000004", "100"]);
        assert_eq!(setting(&Setting::Numbers(vec![30.0, 0.5])), "[30, 0.5]");
    }
}
