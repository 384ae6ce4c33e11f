//! The theorems that speak of an optimizer under audit, on our own in its place.

#[path = "common/honest.rs"]
mod honest;

use gradproof::audit::record::{AuditRecord, Conformance, Outcome};
use gradproof::audit::{Candidate, Dtype, Hyper, Setting};
use honest::{Honest, defaults};

/// The theorems that hold on the subject; none may be open or refuted.
fn hold(record: &AuditRecord) -> Vec<&str> {
    let [audit] = &record.audits[..] else { panic!("one audit: {record:#?}") };
    assert!(audit.verdict <= Conformance::Variant, "{audit:#?}");
    let theory = || audit.checks.iter().filter(|check| check.kind == "theory");
    assert!(theory().all(|check| matches!(check.verdict, Outcome::Pass | Outcome::NotApplicable)), "{audit:#?}");
    theory().filter(|check| check.verdict == Outcome::Pass).map(|check| check.id.as_str()).collect()
}

fn plain(optimizer: &str, hyper: Hyper) -> AuditRecord {
    gradproof::audit(&Honest::plain(optimizer, hyper, &[Dtype::F64]))
}

const CYCLE: &str = "theory: momentum/hb-global-convergence";

#[test]
fn momentum_is_the_heavy_ball_with_gradients_or_steps_in_its_velocity() {
    let hyper = || defaults(&[("lr", 1e-3), ("momentum", 0.0)], &[]);
    assert_eq!(hold(&plain("sgd", hyper())), [CYCLE]);
    for (word, expected) in [("inside", &[CYCLE][..]), ("average", &[])] {
        let is_this = move |candidate: &Candidate| {
            candidate.choices.iter().any(|c| c.convention == "velocity" && c.value == Setting::Word(word.into()))
        };
        let choose = move |all: &[Candidate]| all.iter().position(is_this).unwrap_or(0);
        let subject = Honest { choose: Box::new(choose), ..Honest::plain("sgd", hyper(), &[Dtype::F64]) };
        assert_eq!(hold(&gradproof::audit(&subject)), expected, "{word}");
    }
}

#[test]
fn nesterovs_sequence_has_its_exponent() {
    let expected = ["theory: momentum/nag-one-over-k-squared"];
    assert_eq!(hold(&plain("nesterov", defaults(&[("lr", 1e-2)], &[]))), expected);
}

#[test]
fn adam_follows_its_formula_and_its_samples_are_too_large_for_an_audit() {
    let hyper = defaults(&[("lr", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("eps", 1e-8)], &[]);
    let record = plain("adam", hyper);
    let expected = ["adam-epsilon-hat-form", "per-parameter-lr-helps", "adam-first-step-is-lr-sign"];
    assert_eq!(hold(&record), expected.map(|id| format!("theory: adaptive/{id}")));
    let sampled = record.audits[0].checks.iter().filter(|check| check.id.starts_with("theory: adaptive/"));
    assert!(sampled.count() >= expected.len() + 2, "{record:#?}");
}

#[test]
fn adagrad_and_rmsprop_follow_their_formulas() {
    let adagrad = ["per-parameter-lr-helps", "adagrad-lr-monotone", "adagrad-regret"];
    let rmsprop =
        ["eps-inside-vs-outside-root", "per-parameter-lr-helps", "rmsprop-first-step-inflated", "rmsprop-nonstationary"];
    for (optimizer, hyper, expected) in [
        ("adagrad", defaults(&[("lr", 1e-2), ("eps", 1e-10)], &[]), &adagrad[..]),
        ("rmsprop", defaults(&[("lr", 1e-2), ("rho", 0.99), ("eps", 1e-8)], &[]), &rmsprop[..]),
    ] {
        let expected: Vec<String> = expected.iter().map(|id| format!("theory: adaptive/{id}")).collect();
        assert_eq!(hold(&plain(optimizer, hyper)), expected);
    }
}
