//! When a metric counts as improved, and how long to wait for it.

use crate::number::{Rational, Real};

/// When a metric counts as improved.
#[derive(Clone, Debug, PartialEq)]
pub struct Improvement {
    /// Whether small or large is good.
    pub goal: MetricGoal,
    /// By how much it must be better.
    pub threshold: Threshold,
}

/// Which values are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricGoal {
    /// Small ones: a loss.
    Least,
    /// Large ones: an accuracy.
    Greatest,
}

/// By how much a value must be better than the reference `b` (stated for [`MetricGoal::Least`]).
#[derive(Clone, Debug, PartialEq)]
pub enum Threshold {
    /// Below `b - δ`.
    Absolute(Rational),
    /// Below `b (1 - δ)` (PyTorch's `rel`): for negative `b` that lies above `b`, and worse values count as improvements.
    Relative(Rational),
    /// Below `b - δ |b|`: the relative threshold that holds for every sign.
    OfMagnitude(Rational),
}

impl Improvement {
    /// Any smaller value.
    pub fn any() -> Self {
        Improvement { goal: MetricGoal::Least, threshold: Threshold::Absolute(Rational::ZERO) }
    }

    /// Whether `value` is better than `reference` by the threshold. NaN never is, nor is anything better than NaN.
    pub fn over<R: Real>(&self, value: &R, reference: &R) -> bool {
        let margin = match &self.threshold {
            Threshold::Absolute(delta) => R::of(delta),
            Threshold::Relative(delta) => R::of(delta) * reference,
            Threshold::OfMagnitude(delta) => R::of(delta) * reference.clone().magnitude(),
        };
        match self.goal {
            MetricGoal::Least => *value < reference.clone() - margin,
            MetricGoal::Greatest => *value > margin + reference,
        }
    }
}

/// How many observations without improvement are borne.
#[derive(Clone, Debug, PartialEq)]
pub struct Patience {
    /// What an improvement is.
    pub improvement: Improvement,
    /// The number p of observations.
    pub allowed: u64,
    /// The observation that is too many.
    pub limit: Limit,
}

/// The observation without improvement at which patience ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The p-th (Keras: `wait >= patience`), and with `p = 0` the first.
    Reached,
    /// The one after the p-th (PyTorch, tinygrad: `num_bad_epochs > patience`).
    Exceeded,
}

/// What patience has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting<R> {
    /// The best value, that of the last improvement; `None` before the first finite value.
    pub best: Option<R>,
    /// The observations without improvement since then, or since the count was set back.
    pub waited: u64,
}

impl<R> Default for Waiting<R> {
    fn default() -> Self {
        Waiting { best: None, waited: 0 }
    }
}

impl Patience {
    /// Takes in a value, and says whether it is an improvement. The first finite one is.
    pub fn observe<R: Real>(&self, waiting: &mut Waiting<R>, value: R) -> bool {
        let finite = value.clone() * R::zero() == R::zero();
        let improved = waiting.best.as_ref().map_or(finite, |best| self.improvement.over(&value, best));
        if improved {
            *waiting = Waiting { best: Some(value), waited: 0 };
        } else {
            waiting.waited += 1;
        }
        improved
    }

    /// Whether patience has ended.
    pub fn ended<R>(&self, waiting: &Waiting<R>) -> bool {
        match self.limit {
            Limit::Reached => waiting.waited >= self.allowed.max(1),
            Limit::Exceeded => waiting.waited > self.allowed,
        }
    }
}
