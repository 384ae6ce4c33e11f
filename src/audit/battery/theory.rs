//! The theorems that name the method, run on the subject.
//!
//! Most claims are proved in exact arithmetic, for our code: nothing follows for code that computes in floats. What runs here are the
//! claims that are made of floats, on the methods that the subject was found to be.

use super::Sitting;
use super::acting::{Played, perform, rehearse};
use super::fingerprint::Fingerprint;
use super::repertoire::Repertoire;
use crate::Result;
use crate::audit::header::Dtype;
use crate::audit::record::{Check, Outcome};
use crate::evidence::Evidence;
use crate::lab::Lab;
use crate::theorem::{Claim, Method, Theorem};
use crate::theorems;
use crate::verdict::{Verdict, judge};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Steps of all claims together: about a second of a process.
const STEPS: usize = 2000;

const KIND: &str = "theory";

/// A check for each theorem that has something to say about the subject; if there is none, one that says so.
pub(super) fn checks(sitting: &Sitting, fingerprint: &Fingerprint) -> Result<Vec<Check>> {
    let Sitting { hello, name, offer, dtype, pinned, .. } = *sitting;
    let repertoire = Repertoire { hello, name, offer, pinned, dtype, fingerprint };
    let mut checks = vec![];
    // An experiment that goes on for too long is ended by unwinding.
    if matches!(dtype, Dtype::F64 | Dtype::F32) && cfg!(panic = "unwind") {
        let mut left = STEPS;
        for theorem in theorems::ALL {
            checks.extend(of_theorem(sitting, &repertoire, theorem, &mut left)?);
        }
    }
    if checks.is_empty() {
        let detail = format!("no theorem has a claim in {} about what '{name}' was found to be", dtype.word());
        checks.push(Check::new(KIND, Outcome::NotApplicable, KIND, detail));
    }
    Ok(checks)
}

/// The verdict on a claim with its evidence, or what it takes that the subject is not asked for.
type Fate = std::result::Result<(Verdict, Evidence), String>;

fn of_theorem(sitting: &Sitting, repertoire: &Repertoire, theorem: &Theorem, left: &mut usize) -> Result<Option<Check>> {
    let lab = Lab::new(0, 1, theorem.id);
    let mut fates = vec![];
    let before = *left;
    for claim in theorem.claims.iter().filter(|claim| in_floats(claim) && !is_silent(theorem, claim)) {
        let rehearsal = rehearse(repertoire, claim, &lab, *left);
        if !rehearsal.asked && rehearsal.found.is_ok() {
            silent().insert((theorem.id, claim.id));
        }
        fates.extend(match rehearsal.found {
            // It is about something else than this optimizer.
            _ if rehearsal.optimizers == 0 => None,
            Ok(Evidence::NotApplicable { .. }) => None,
            Ok(_) if rehearsal.steps == 0 => None,
            Ok(_) => {
                let Played { found, steps, .. } = perform(sitting.subject, repertoire, claim, &lab, *left)?;
                *left -= steps;
                Some((claim, found.map(|evidence| (judge(&evidence, &lab.policy), evidence))))
            }
            Err(reason) => Some((claim, Err(reason))),
        });
    }
    Ok(check(theorem, &fates, before - *left))
}

/// Claims that came to their evidence without asking for any optimizer: they would do so in every audit of this process.
fn silent() -> MutexGuard<'static, BTreeSet<(&'static str, &'static str)>> {
    static SILENT: Mutex<BTreeSet<(&str, &str)>> = Mutex::new(BTreeSet::new());
    SILENT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_silent(theorem: &Theorem, claim: &Claim) -> bool {
    silent().contains(&(theorem.id, claim.id))
}

fn in_floats(claim: &Claim) -> bool {
    match claim.method {
        Method::Property | Method::MonteCarlo | Method::Measurement => true,
        Method::Certificate | Method::Enumeration => false,
    }
}

/// The worst of the claims' fates.
fn check(theorem: &Theorem, fates: &[(&Claim, Fate)], steps: usize) -> Option<Check> {
    let new = |verdict, detail| Check::new(&format!("{KIND}: {}", theorem.name()), verdict, KIND, detail);
    let judged = |wanted: fn(&Claim, Verdict) -> bool| {
        fates.iter().find_map(|(claim, fate)| match fate {
            Ok((verdict, evidence)) if wanted(claim, *verdict) => Some((*claim, evidence)),
            _ => None,
        })
    };
    let refuted = judged(|claim, verdict| verdict == Verdict::Refuted && claim.expected != verdict);
    if let Some((claim, evidence)) = refuted {
        let (condition, found) = evidence.witness().map_or(("", ""), |witness| (&witness.condition, &witness.found));
        let detail = format!("{}: '{}' is refuted: {condition}, {found}", theorem.title, claim.id);
        let witness = json!({"theorem": theorem.name(), "claim": claim.id, "condition": condition, "found": found});
        let worst_ratio = evidence.effect_over_margin();
        return Some(Check { worst_ratio, witness: Some(witness), ..new(Outcome::Deviates, detail) });
    }
    if let Some((claim, evidence)) = judged(|claim, verdict| verdict != claim.expected) {
        let reason = match evidence {
            Evidence::Invalid { reason } => format!(": {reason}"),
            _ => String::new(),
        };
        return Some(new(Outcome::Inconclusive, format!("{}: '{}' is not decided{reason}", theorem.title, claim.id)));
    }
    let as_expected: Vec<(&str, Option<f64>)> = fates
        .iter()
        .filter_map(|(claim, fate)| fate.as_ref().ok().map(|(_, evidence)| (claim.id, evidence.effect_over_margin())))
        .collect();
    if !as_expected.is_empty() {
        let ids: Vec<&str> = as_expected.iter().map(|(id, _)| *id).collect();
        let detail = format!("{}: '{}' in {steps} steps of the subject", theorem.title, ids.join("', '"));
        let worst_ratio = as_expected.iter().filter_map(|(_, ratio)| *ratio).max_by(f64::total_cmp);
        return Some(Check { worst_ratio, ..new(Outcome::Pass, detail) });
    }
    fates.iter().find_map(|(claim, fate)| match fate {
        Err(reason) => Some(new(Outcome::NotApplicable, format!("{}: '{}': {reason}", theorem.title, claim.id))),
        Ok(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::audit::implementation::{Answer, Hello, Hyper, Implementation, Offer, Order, Running};
    use crate::audit::in_process::{Element, InProcess};
    use crate::audit::setting::Setting;
    use crate::audit::tensor::Tensor;

    /// Theory alone, before any run of the battery.
    fn theory(subject: &dyn Implementation) -> Result<Vec<Check>> {
        let hello = subject.hello();
        let (name, offer) = hello.optimizers.first_key_value().expect("a subject of these tests has an optimizer");
        let (dtype, pinned) = (offer.dtypes[0], Hyper::new());
        checks(
            &Sitting { subject, hello: &hello, name, offer, dtype, pinned: &pinned, unasked: &Hyper::new() },
            &Fingerprint::new(),
        )
    }

    /// Momentum whose steps are longer by this factor.
    fn momentum<P: Element>(factor: f64) -> impl Implementation {
        InProcess::new("sgd", &[("lr", 0.1), ("momentum", 0.0)], move |hyper, start: &[Vec<P>]| {
            let (lr, momentum) = (factor * hyper("lr"), hyper("momentum"));
            let mut velocity = vec![0.0; start.iter().map(Vec::len).sum()];
            move |parameters: &mut [Vec<P>], gradients: &[Vec<P>]| {
                let pairs = parameters.iter_mut().flatten().zip(gradients.iter().flatten());
                for ((x, g), v) in pairs.zip(&mut velocity) {
                    *v = momentum * *v + g.number();
                    *x = P::of(x.number() - lr * *v);
                }
            }
        })
    }

    fn outcomes(checks: &[Check]) -> Vec<(&str, Outcome)> {
        checks.iter().map(|check| (check.id.as_str(), check.verdict)).collect()
    }

    const CYCLE: &str = "theory: momentum/hb-global-convergence";

    #[test]
    fn momentum_has_the_cycle_of_the_heavy_ball() {
        let checks = theory(&momentum::<f64>(1.0)).expect("it does not fail");
        assert!(outcomes(&checks).contains(&(CYCLE, Outcome::Pass)), "{checks:#?}");
        assert!(checks.iter().all(|check| check.verdict != Outcome::Deviates), "{checks:#?}");
    }

    #[test]
    fn a_step_that_is_too_long_by_a_fiftieth_is_refuted() {
        for factor in [1.02, 1.0 + 1e-9] {
            let checks = theory(&momentum::<f64>(factor)).expect("it does not fail");
            let check = checks.iter().find(|check| check.id == CYCLE).expect("the theorem runs");
            assert_eq!(check.verdict, Outcome::Deviates, "{factor}: {check:#?}");
            assert!(check.worst_ratio > Some(1.0) && check.witness.is_some(), "{factor}: {check:#?}");
        }
    }

    #[test]
    fn numbers_that_are_none_are_no_refutation() {
        let checks = theory(&momentum::<f64>(f64::NAN)).expect("it does not fail");
        assert!(outcomes(&checks).contains(&(CYCLE, Outcome::Inconclusive)), "{checks:#?}");
    }

    #[test]
    fn a_claim_in_doubles_says_nothing_of_singles() {
        let checks = theory(&momentum::<f32>(1.0)).expect("it does not fail");
        assert_eq!(outcomes(&checks), [("theory", Outcome::NotApplicable)]);
    }

    /// Fails in the step with this number.
    struct Failing(usize);

    impl Implementation for Failing {
        fn hello(&self) -> Hello {
            momentum::<f64>(1.0).hello()
        }

        fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
            Ok(Box::new(Countdown(self.0, order.params.clone())))
        }
    }

    struct Countdown(usize, Vec<Tensor>);

    impl Running for Countdown {
        fn hyper(&self) -> Hyper {
            Hyper::new()
        }

        fn step(&mut self, _gradients: &[Option<Tensor>]) -> Result<Answer> {
            self.0 = self.0.checked_sub(1).ok_or_else(|| Error::new("out of order"))?;
            Ok(Answer::Moved { params: self.1.clone(), grads: None })
        }
    }

    #[test]
    fn a_failure_ends_the_audit_with_its_own_words() {
        for steps in [0, 1, 150] {
            let error = theory(&Failing(steps)).expect_err("it fails");
            assert_eq!(error.to_string(), "out of order");
        }
    }

    #[test]
    fn what_was_pinned_stays() {
        let subject = momentum::<f64>(1.0);
        let hello = subject.hello();
        let offer: &Offer = &hello.optimizers["sgd"];
        let pinned = [("momentum".to_string(), Setting::Number(0.5))].into();
        let sitting = Sitting {
            subject: &subject,
            hello: &hello,
            name: "sgd",
            offer,
            dtype: Dtype::F64,
            pinned: &pinned,
            unasked: &Hyper::new(),
        };
        let checks = checks(&sitting, &Fingerprint::new()).expect("it does not fail");
        assert!(checks.iter().all(|check| check.verdict == Outcome::NotApplicable), "{checks:#?}");
    }
}
