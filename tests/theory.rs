//! The theorems that speak of an optimizer under audit, on our own in its place.

#[path = "common/honest.rs"]
mod honest;

use gradproof::audit::record::{AuditRecord, Conformance, Outcome};
use gradproof::audit::{Candidate, Dtype, Hyper, Setting};
use honest::{Honest, defaults};

/// The theorems of a topic that hold on the subject; none of any topic may be open or refuted.
fn hold<'a>(record: &'a AuditRecord, topic: &str) -> Vec<&'a str> {
    let [audit] = &record.audits[..] else { panic!("one audit: {record:#?}") };
    assert!(audit.verdict <= Conformance::Variant, "{audit:#?}");
    let theory = || audit.checks.iter().filter(|check| check.kind == "theory");
    assert!(theory().all(|check| matches!(check.verdict, Outcome::Pass | Outcome::NotApplicable)), "{audit:#?}");
    let of_topic = |id: &&str| id.starts_with(&format!("theory: {topic}/"));
    theory().filter(|check| check.verdict == Outcome::Pass).map(|check| check.id.as_str()).filter(of_topic).collect()
}

fn plain(optimizer: &str, hyper: Hyper) -> AuditRecord {
    gradproof::audit(&Honest::plain(optimizer, hyper, &[Dtype::F64]))
}

const CYCLE: &str = "theory: momentum/hb-global-convergence";

#[test]
fn momentum_is_the_heavy_ball_with_gradients_or_steps_in_its_velocity() {
    let hyper = || defaults(&[("lr", 1e-3), ("momentum", 0.0)], &[]);
    assert_eq!(hold(&plain("sgd", hyper()), "momentum"), [CYCLE]);
    for (word, expected) in [("inside", &[CYCLE][..]), ("average", &[])] {
        let is_this = move |candidate: &Candidate| {
            candidate.choices.iter().any(|c| c.convention == "velocity" && c.value == Setting::Word(word.into()))
        };
        let choose = move |all: &[Candidate]| all.iter().position(is_this).unwrap_or(0);
        let subject = Honest { choose: Box::new(choose), ..Honest::plain("sgd", hyper(), &[Dtype::F64]) };
        assert_eq!(hold(&gradproof::audit(&subject), "momentum"), expected, "{word}");
    }
}

#[test]
fn gradient_descent_keeps_its_rule() {
    let record = plain("sgd", defaults(&[("lr", 1e-3), ("momentum", 0.0)], &[]));
    let held = hold(&record, "foundations");
    for id in ["gd-stuck-at-saddle", "gd-update-rule", "kappa-causes-oscillation"] {
        assert!(held.contains(&format!("theory: foundations/{id}").as_str()), "{id}: {held:?}");
    }
}

#[test]
fn nesterovs_sequence_has_its_exponent() {
    let expected = ["theory: momentum/nag-one-over-k-squared"];
    assert_eq!(hold(&plain("nesterov", defaults(&[("lr", 1e-2)], &[])), "momentum"), expected);
}

#[test]
fn samples_of_adam_are_too_large_for_an_audit() {
    let hyper = defaults(&[("lr", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("eps", 1e-8)], &[]);
    let record = plain("adam", hyper);
    assert_eq!(hold(&record, "adaptive"), [""; 0]);
    let sampled = record.audits[0].checks.iter().filter(|check| check.id.starts_with("theory: adaptive/"));
    assert!(sampled.count() >= 2, "{record:#?}");
}
