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
const ACCUMULATED: &str = "theory: accumulation/accumulation-same-convergence";

#[test]
fn momentum_is_the_heavy_ball_with_gradients_or_steps_in_its_velocity() {
    let hyper = || defaults(&[("lr", 1e-3), ("momentum", 0.0)], &[]);
    let record = plain("sgd", hyper());
    assert!([CYCLE, ACCUMULATED].iter().all(|theorem| hold(&record).contains(theorem)), "{record:#?}");
    for (word, expected) in [("inside", true), ("average", false)] {
        let is_this = move |candidate: &Candidate| {
            candidate.choices.iter().any(|c| c.convention == "velocity" && c.value == Setting::Word(word.into()))
        };
        let choose = move |all: &[Candidate]| all.iter().position(is_this).unwrap_or(0);
        let subject = Honest { choose: Box::new(choose), ..Honest::plain("sgd", hyper(), &[Dtype::F64]) };
        assert_eq!(hold(&gradproof::audit(&subject)).contains(&CYCLE), expected, "{word}");
    }
}

#[test]
fn gradient_descent_keeps_its_rule() {
    let record = plain("sgd", defaults(&[("lr", 1e-3), ("momentum", 0.0)], &[]));
    let held = hold(&record);
    for id in ["gd-stuck-at-saddle", "gd-update-rule", "kappa-causes-oscillation"] {
        assert!(held.contains(&format!("theory: foundations/{id}").as_str()), "{id}: {held:?}");
    }
}

#[test]
fn nesterovs_sequence_has_its_exponent() {
    let record = plain("nesterov", defaults(&[("lr", 1e-2)], &[]));
    assert!(hold(&record).contains(&"theory: momentum/nag-one-over-k-squared"), "{record:#?}");
}

#[test]
fn adam_follows_its_formula_and_its_samples_are_too_large_for_an_audit() {
    let hyper = defaults(&[("lr", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("eps", 1e-8)], &[]);
    let record = plain("adam", hyper);
    let holding = hold(&record);
    assert!(holding.contains(&ACCUMULATED), "{record:#?}");
    for id in ["adam-epsilon-hat-form", "per-parameter-lr-helps", "adam-first-step-is-lr-sign"] {
        assert!(holding.contains(&format!("theory: adaptive/{id}").as_str()), "{id} in {record:#?}");
    }
    let left_out = record.audits[0].checks.iter().filter(|check| check.verdict == Outcome::NotApplicable);
    assert!(left_out.filter(|check| check.id.starts_with("theory: adaptive/")).count() >= 2, "{record:#?}");
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
        let record = plain(optimizer, hyper);
        let holding = hold(&record);
        for id in expected {
            assert!(holding.contains(&format!("theory: adaptive/{id}").as_str()), "{optimizer}: {id} in {record:#?}");
        }
    }
}
