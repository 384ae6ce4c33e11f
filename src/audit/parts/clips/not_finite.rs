//! What becomes of gradients without a finite norm.

use super::Answered;
use super::conventions::NormRule;
use super::probes::Probe;
use crate::audit::conventions::Choice;
use crate::audit::setting::Setting;
use crate::number::Real;

/// A documented way, with its formula.
type Way = (&'static str, &'static str);

/// The ways that are documented, that of PyTorch and optax first.
const WAYS: [Way; 4] = [
    ("arithmetic", "C/∞ = 0 times finite elements is 0, times infinite ones NaN; a NaN norm makes all NaN"),
    ("poison", "all elements NaN"),
    ("zero", "all elements 0"),
    ("replaced", "a NaN norm counts as 0, an infinite one as 1e9"),
];

/// The convention that these answers follow; `None` if that is none of those that are documented.
pub(super) fn way(rule: NormRule, answers: &[Answered]) -> Option<Choice> {
    let index = WAYS.iter().position(|(word, _)| answers.iter().all(|answered| follows(rule, word, answered, false)))?;
    let (word, formula) = WAYS[index];
    let instead_of = (index > 0).then_some(WAYS[0].1);
    Some(Choice { convention: "non_finite", value: Setting::Word(word.into()), formula, instead_of, allowed: true })
}

/// Whether squares that overflow make an infinite norm, which is treated as any other, or are added in a type with room for them.
pub(super) fn overflow_is_harmless(rule: NormRule, answered: &Answered) -> bool {
    WAYS.iter().any(|(word, _)| follows(rule, word, answered, false) || follows(rule, word, answered, true))
}

/// Whether an answer is what a convention makes of its probe. Which one it is shows in the kind of number: what is finite was measured
/// elsewhere.
fn follows(rule: NormRule, word: &str, answered: &Answered, overflows: bool) -> bool {
    let Probe { limit, grads, .. } = &answered.probe;
    let whole: Vec<f64> = grads.iter().flat_map(|tensor| tensor.data.clone()).collect();
    let expected = grads.iter().flat_map(|tensor| {
        let norm = if overflows { f64::INFINITY } else { norm(if rule.own { &tensor.data } else { &whole }) };
        let finite = norm.is_finite();
        let scale = match word {
            _ if finite => limit / norm.max(*limit),
            "arithmetic" if norm.is_nan() => f64::NAN,
            "arithmetic" => 0.0,
            "replaced" if norm.is_nan() => 1.0,
            "replaced" => limit / 1e9,
            _ => f64::NAN,
        };
        tensor.data.iter().map(move |x| if word == "zero" && !finite { 0.0 } else { scale * x })
    });
    let same = |(expected, answered): (f64, &f64)| {
        let near = (answered - expected).abs() <= 0.5 * expected.abs();
        near || *answered == expected || (answered.is_nan() && expected.is_nan())
    };
    expected.zip(&answered.grads).all(same)
}

/// The Euclidean norm, without overflow.
fn norm(x: &[f64]) -> f64 {
    let largest = x.iter().fold(0.0, |largest, x| x.abs().larger(largest));
    if largest.is_finite() && largest > 0.0 {
        return largest * x.iter().map(|x| (x / largest) * (x / largest)).sum::<f64>().sqrt();
    }
    largest
}
