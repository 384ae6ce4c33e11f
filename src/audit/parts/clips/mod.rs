//! Gradient clipping: what a subject makes of gradients, against [`crate::training::Clipping`]'s formulas.

mod causes;
mod conventions;
mod expected;
mod not_finite;
mod probes;

use super::{failed, subject_of, unknown};
use crate::audit::conformance::{Place, ratio};
use crate::audit::conventions::{Candidate, Choice};
use crate::audit::header::Dtype;
use crate::audit::implementation::{Implementation, Offer};
use crate::audit::record::{Audit, Check, Conformance, Outcome, Subject};
use crate::audit::tensor::Tensor;
use crate::number::{Format, Real, Tracked, bf16, f16};
use crate::{Error, Result};
use conventions::{KNOWN, NormRule, Rule, candidates};
use expected::{Expected, expected};
use not_finite::{overflow_is_harmless, way};
use probes::Probe;
use serde_json::json;

/// Audits every way of clipping that the subject offers, in every type that it declares, else in double and in single precision.
pub fn audit_clips(subject: &dyn Implementation) -> Vec<Audit> {
    let hello = subject.hello();
    let types = |offer: &Offer| if offer.dtypes.is_empty() { vec![Dtype::F64, Dtype::F32] } else { offer.dtypes.clone() };
    let each = |(kind, offer): (&String, &Offer)| {
        let about = |dtype: Dtype| Subject { dtype: dtype.word().into(), ..subject_of(&hello, "clip", kind, offer) };
        let audit = |dtype: Dtype| match KNOWN.contains(&kind.as_str()) {
            false => unknown(about(dtype), &KNOWN),
            true => match dtype {
                Dtype::F64 => examine::<f64>(subject, kind, dtype, about(dtype)),
                Dtype::F32 => examine::<f32>(subject, kind, dtype, about(dtype)),
                Dtype::Bf16 => examine::<bf16>(subject, kind, dtype, about(dtype)),
                Dtype::F16 => examine::<f16>(subject, kind, dtype, about(dtype)),
            }
            .unwrap_or_else(|error| failed(about(dtype), &error)),
        };
        types(offer).into_iter().map(audit).collect::<Vec<_>>()
    };
    hello.clips.iter().flat_map(each).collect()
}

/// A probe with what was answered.
struct Answered {
    probe: Probe,
    grads: Vec<f64>,
    norm: Option<f64>,
}

fn ask(subject: &dyn Implementation, kind: &str, dtype: Dtype, probe: Probe) -> Result<Answered> {
    let (grads, norm) = subject.clip(kind, probe.limit, &probe.grads, dtype)?;
    let shapes = |grads: &[Tensor]| grads.iter().map(|tensor| tensor.shape.clone()).collect::<Vec<_>>();
    match shapes(&grads) == shapes(&probe.grads) {
        true => Ok(Answered { probe, grads: grads.into_iter().flat_map(|tensor| tensor.data).collect(), norm }),
        false => Err(Error::new(format!("clip '{kind}' answers with other shapes to {}", probe.name))),
    }
}

fn examine<F: Format>(subject: &dyn Implementation, kind: &str, dtype: Dtype, about: Subject) -> Result<Audit> {
    let asked = |probes: Vec<Probe>| -> Result<Vec<Answered>> {
        probes.into_iter().map(|probe| ask(subject, kind, dtype, probe)).collect()
    };
    let finite = asked(probes::finite(dtype))?;
    let all = candidates(kind);
    let misses =
        |candidate: &Candidate<Rule>| finite.iter().filter(|answered| place::<F>(candidate, answered).ratio > 1.0).count();
    let fitting = all.iter().position(|candidate| misses(candidate) == 0);
    let free = all.iter().filter(|candidate| candidate.ruled_out().next().is_none());
    let nearest = || free.min_by_key(|candidate| misses(candidate)).expect("the plain form is a candidate");
    let mut candidate = fitting.map_or_else(nearest, |index| &all[index]).clone();
    let plain = &all[0];
    let deviates = fitting.is_none() || candidate.ruled_out().next().is_some();
    let mut checks = vec![if deviates {
        let held = if fitting.is_none() { &candidate } else { plain };
        let mut check = deviating::<F>(kind, &candidate, held, fitting.is_some(), &finite);
        if fitting.is_none() {
            check.detail += &causes::find::<F>(&all, &finite).unwrap_or_default();
        }
        check
    } else {
        fits::<F>(&candidate, &finite)
    }];
    let not_finite = asked(probes::not_finite(dtype))?;
    let overflowing = probes::overflowing(dtype).map(|probe| ask(subject, kind, dtype, probe)).transpose()?;
    match candidate.method {
        Rule::Norm(rule) => {
            checks.extend(finite.iter().find_map(|answered| wrong_norm::<F>(&candidate, answered)));
            let way = way(rule, &not_finite);
            checks.push(special(rule, way.as_ref(), &not_finite, overflowing.as_ref()));
            candidate.choices.extend(way);
        }
        Rule::Value(_) => checks.push(special_values(&not_finite)),
    }
    let deviates = checks.iter().any(|check| check.verdict == Outcome::Deviates);
    let verdict = match candidate.differences().next() {
        _ if deviates => Conformance::Deviates,
        None => Conformance::Conforms,
        Some(_) => Conformance::Variant,
    };
    let identified = fitting.map(|_| candidate.identified(kind));
    Ok(Audit { subject: about, verdict, identified, checks })
}

/// The element of an answer that is farthest from what a candidate allows; the step of the place is not meant.
fn place<F: Format>(candidate: &Candidate<Rule>, answered: &Answered) -> Place {
    let Expected { grads, .. } = expected::<F>(candidate.method, answered.probe.limit, &answered.probe.grads);
    let places =
        grads.iter().zip(&answered.grads).enumerate().map(|(index, (expected, &observed))| at(index, expected, observed));
    places.max_by(|a, b| a.ratio.total_cmp(&b.ratio)).expect("a probe has an element")
}

fn at<F: Format>(coordinate: usize, expected: &Tracked<F>, observed: f64) -> Place {
    let (value, bound) = (expected.value(), expected.bound());
    // Where squares may overflow or vanish in the type, nothing can be said.
    let ratio = if bound.is_finite() { ratio(expected.distance(observed), bound) } else { 0.0 };
    Place { step: 0, coordinate, expected: value, observed, bound, ratio }
}

/// The check with a place that has no step.
fn with_place(check: Check, place: Place) -> Check {
    Check { step: None, ..check.at(Some(place)) }
}

fn fits<F: Format>(candidate: &Candidate<Rule>, finite: &[Answered]) -> Check {
    let places = finite.iter().map(|answered| place::<F>(candidate, answered));
    let worst = places.max_by(|a, b| a.ratio.total_cmp(&b.ratio)).expect("there are probes");
    let detail = format!(
        "gradients of {} requests are clipped by {}, within {:.3} of what rounding allows",
        finite.len(),
        candidate.name(),
        worst.ratio
    );
    let outcome = if candidate.differences().next().is_some() { Outcome::Variant } else { Outcome::Pass };
    with_place(Check::new("gradients", outcome, "formula", detail), worst)
}

/// The smallest probe that `held` does not explain.
fn deviating<F: Format>(
    kind: &str,
    candidate: &Candidate<Rule>,
    held: &Candidate<Rule>,
    known: bool,
    finite: &[Answered],
) -> Check {
    let misses = |answered: &&Answered| place::<F>(held, answered).ratio > 1.0;
    let answered = finite.iter().find(misses).expect("a probe is missed");
    let place = place::<F>(held, answered);
    let Place { coordinate, expected, observed, bound, ratio, .. } = place;
    let mut detail = match known {
        true => {
            let wrong: Vec<&str> = candidate.ruled_out().map(|choice| choice.formula).collect();
            format!("gradients are clipped by {}: {}, which '{kind}' rules out", candidate.name(), wrong.join(" and "))
        }
        false => format!(
            "the nearest is {}; with {}, element {coordinate} is {observed:e} and should be {expected:e} within {bound:.1e}, {ratio:.3} \
             times over",
            candidate.name(),
            answered.probe.name
        ),
    };
    let untouched = |answered: &Answered| answered.grads.iter().eq(answered.probe.grads.iter().flat_map(|tensor| &tensor.data));
    if finite.iter().all(untouched) {
        detail += "; no gradient is ever changed: the limit is without any effect";
    }
    let request = json!({"op": "clip", "kind": kind, "limit": answered.probe.limit, "grads": answered.probe.grads});
    let witness = json!({"request": request, "element": coordinate, "observed": observed, "expected": expected, "bound": bound});
    Check { witness: Some(witness), ..with_place(Check::new("gradients", Outcome::Deviates, "formula", detail), place) }
}

/// A reported norm that is not that of the gradients before clipping.
fn wrong_norm<F: Format>(candidate: &Candidate<Rule>, answered: &Answered) -> Option<Check> {
    let expected = expected::<F>(candidate.method, answered.probe.limit, &answered.probe.grads).norm?;
    let place = at(0, &expected, answered.norm?);
    let Place { expected, observed, bound, .. } = place;
    let detail = format!(
        "with {}, the reported norm is {observed:e}; before clipping it is {expected:e} within {bound:.1e}",
        answered.probe.name
    );
    let witness =
        json!({"limit": answered.probe.limit, "grads": answered.probe.grads, "observed": observed, "expected": expected});
    let check = with_place(Check::new("norm", Outcome::Deviates, "formula", detail), place);
    (place.ratio > 1.0).then_some(Check { witness: Some(witness), coordinate: None, ..check })
}

/// What becomes of gradients whose norm is not finite: nothing that a name promises, so that what is not documented is a hazard.
fn special(rule: NormRule, way: Option<&Choice>, not_finite: &[Answered], overflowing: Option<&Answered>) -> Check {
    let strange = overflowing.filter(|answered| !overflow_is_harmless(rule, answered));
    let (outcome, detail) = match (way, strange) {
        (Some(choice), None) if choice.instead_of.is_none() => {
            (Outcome::Pass, format!("a norm that is not finite: {}", choice.formula))
        }
        (Some(choice), None) => (Outcome::Variant, format!("a norm that is not finite: {}", choice.formula)),
        (Some(_), Some(answered)) => (Outcome::Hazard, undocumented(answered)),
        (None, _) => (Outcome::Hazard, not_finite.iter().map(undocumented).collect::<Vec<_>>().join("; ")),
    };
    Check::new("non-finite", outcome, "special-values", detail)
}

fn undocumented(answered: &Answered) -> String {
    let shown: Vec<String> = answered.grads.iter().take(4).map(|x| format!("{x:e}")).collect();
    format!("{} ends, in no documented way, in {}", answered.probe.name, shown.join(", "))
}

/// Clipping by value: a NaN stays, infinities become the limit.
fn special_values(not_finite: &[Answered]) -> Check {
    let kept = |answered: &&Answered| {
        let given = answered.probe.grads.iter().flat_map(|tensor| &tensor.data);
        let limit = answered.probe.limit;
        given.zip(&answered.grads).any(|(given, &answered)| {
            let expected = given.between(&-limit, &limit);
            answered != expected && !(answered.is_nan() && expected.is_nan())
        })
    };
    let (outcome, detail) = match not_finite.iter().find(kept) {
        None => (Outcome::Pass, "a NaN stays, infinities become the limit".into()),
        Some(answered) => (Outcome::Hazard, undocumented(answered)),
    };
    Check::new("non-finite", outcome, "special-values", detail)
}
