//! Findings in words and numbers, the same in every rendering. Words never claim more than the evidence.

use super::record::{ClaimRecord, ControlRecord, Record, TheoremRecord};
use super::run::RunFacts;
use crate::evidence::{Evidence, Relation, Statistic};
use crate::verdict::Verdict;

/// A mark for a verdict that survives without colour.
pub fn symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "■",
        Verdict::Supported => "●",
        Verdict::Refuted => "×",
        Verdict::Inconclusive => "?",
        Verdict::NotApplicable => "–",
    }
}

/// What a verdict means.
pub fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "exact evidence for all that is stated, over the range given",
        Verdict::Supported => "agrees with statistics or floating-point cases; not a proof",
        Verdict::Refuted => "a witness against it was found",
        Verdict::Inconclusive => "not decided; never a pass",
        Verdict::NotApplicable => "the subject does not offer it; never a pass",
    }
}

/// A number with up to six significant digits.
pub fn number(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 || !x.is_finite() {
        return if x.is_infinite() { if x > 0.0 { "∞".into() } else { "−∞".into() } } else { format!("{x}") };
    }
    let (mantissa, exponent) = {
        let text = format!("{x:.5e}");
        let (mantissa, exponent) = text.split_once('e').map_or((text.as_str(), 0), |(m, e)| (m, e.parse().unwrap_or(0)));
        (mantissa.trim_end_matches('0').trim_end_matches('.').to_string(), exponent)
    };
    let text = if (1e-3..1e6).contains(&size) {
        let fixed = format!("{x:.*}", (5 - exponent).max(0) as usize);
        if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.').into() } else { fixed }
    } else {
        format!("{mantissa}e{exponent}")
    };
    text.replace('-', "−")
}

/// A probability, of which two digits tell enough.
fn chance(probability: f64) -> String {
    number(format!("{probability:.1e}").parse().unwrap_or(probability))
}

/// A count, in groups of three digits.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join("\u{202f}")
}

/// The rational numbers of a list, which their crate writes as `-3 / 1`.
fn fractions(text: &str) -> String {
    ["]", ")", "}", ","].iter().fold(text.to_string(), |text, end| text.replace(&format!(" / 1{end}"), end)).replace(" / ", "/")
}

/// The facts of a piece of evidence: labels and values.
pub fn facts(evidence: &Evidence) -> Vec<(&'static str, String)> {
    let witness = |label, found: &Option<crate::evidence::Witness>| {
        found.as_ref().map(|witness| {
            // A refused certificate is for programs to read.
            let found = match witness.found.split_once("; {\"schema\"") {
                Some((refusal, _)) => format!("{refusal}; the certificate is in report.json"),
                None => witness.found.clone(),
            };
            (label, format!("{}: {}", witness.condition, fractions(&found)))
        })
    };
    match evidence {
        Evidence::Exact(exact) => {
            let mut facts = vec![("exact comparisons", count(exact.cases))];
            facts.extend(exact.file.clone().map(|file| match exact.files {
                Some(several) => ("certificates", format!("{file} and so on to {several}")),
                None => ("certificate", file),
            }));
            match witness("witness", &exact.witness) {
                Some(witness) => facts.push(witness),
                None => {
                    let checked = exact.conditions.iter().map(|known| match known.cases {
                        1 => known.name.clone(),
                        cases => format!("{} ({} times)", known.name, count(cases)),
                    });
                    facts.push(("conditions", checked.collect::<Vec<_>>().join("; ")));
                }
            }
            facts
        }
        Evidence::Property(property) => {
            let mut facts = vec![("cases", count(property.cases)), ("worst margin", number(property.worst_margin))];
            let label = if property.worst_margin < 0.0 { "witness" } else { "closest case" };
            facts.extend(witness(label, &property.witness));
            facts
        }
        Evidence::Sampled(_) => Vec::new(),
        Evidence::NotApplicable { reason } => vec![("not applicable", reason.clone())],
        Evidence::Invalid { reason } => vec![("could not be evaluated", reason.clone())],
    }
}

/// The columns of [`statistics`].
pub const COLUMNS: [&str; 7] = ["claimed", "margin", "estimate", "interval", "n / largest", "α", "P(inconclusive)"];

/// The means of sampled evidence: what was averaged and how it was bounded, and a row of numbers. Empty for other evidence.
pub fn statistics(evidence: &Evidence) -> Vec<(String, [String; 7])> {
    let Evidence::Sampled(sampled) = evidence else { return Vec::new() };
    sampled.statistics.iter().map(|statistic| (format!("{} ({})", statistic.name, statistic.sequence), row(statistic))).collect()
}

fn row(statistic: &Statistic) -> [String; 7] {
    let relation = match statistic.relation {
        Relation::Equal => "=",
        Relation::AtMost => "≤",
    };
    let [lo, hi] = statistic.interval.map(number);
    [
        format!("{relation} {}", number(statistic.target)),
        number(statistic.margin),
        number(statistic.estimate),
        format!("[{lo}, {hi}]"),
        format!("{} / {}", count(statistic.n), count(statistic.largest_n)),
        chance(statistic.alpha),
        chance(statistic.probability_inconclusive),
    ]
}

/// Whether a claim has its expected verdict.
pub fn claim_passes(claim: &ClaimRecord) -> bool {
    claim.verdict == claim.expected && matches!(claim.verdict, Verdict::Proved | Verdict::Supported | Verdict::Refuted)
}

/// Whether a control was refuted.
pub fn control_passes(control: &ControlRecord) -> bool {
    control.verdict == Verdict::Refuted
}

/// Whether every claim has its expected verdict and every control was refuted.
pub fn theorem_passes(theorem: &TheoremRecord) -> bool {
    theorem.claims.iter().all(claim_passes) && theorem.controls.iter().all(control_passes)
}

/// A control's effect in units of the margin.
pub fn effect(control: &ControlRecord) -> String {
    match (control.effect_over_margin.or(control.evidence.effect_over_margin()), &control.evidence) {
        (Some(effect), _) => format!("{} margins", number(effect)),
        (None, Evidence::Exact(_)) => "exact: no tolerance".into(),
        (None, _) => "none".into(),
    }
}

/// Whether a note states the claim so.
pub fn origin(claim: &ClaimRecord) -> &'static str {
    if claim.as_stated { "as stated" } else { "corrected" }
}

/// The outcome of the whole run in a sentence.
pub fn outcome(record: &Record) -> String {
    match record.summary.get("unexpected").copied().unwrap_or(0) {
        0 => "Every claim has its expected verdict, and every control was refuted.".into(),
        1 => "One claim or control does not have its expected verdict.".into(),
        many => format!("{many} claims or controls do not have their expected verdict."),
    }
}

/// When, where and how a run was made, a line each.
pub fn circumstances(run: &RunFacts) -> Vec<String> {
    let threads = if run.jobs == 1 { "1 thread".into() } else { format!("{} threads", run.jobs) };
    vec![format!("Run on {}, {} s on {threads}: {}", run.started, number(run.seconds), run.host), run.command.clone()]
}

/// The command that runs a theorem again.
pub fn replay(record: &Record, theorem: &TheoremRecord) -> String {
    let effort = if record.effort == 1 { String::new() } else { format!(" --effort {}", record.effort) };
    format!("gradproof replay {} --seed {}{effort}", theorem.id, record.seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_honest() {
        for (x, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.1 + 0.2, "0.3"),
            (-1234.5678, "−1234.57"),
            (999_999.4, "999999"),
            (1e-9, "1e−9"),
            (9.765625e-13, "9.76563e−13"),
            (0.012345678, "0.0123457"),
            (1e300, "1e300"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(number(x), text);
        }
        assert_eq!(count(1_048_576), "1\u{202f}048\u{202f}576");
        assert_eq!(count(12), "12");
    }
}
