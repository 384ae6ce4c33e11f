//! Backtracking to Armijo's condition.

use super::{LineSearch, Ray, Status};
use crate::number::{Real, rational};
use crate::problems::Problem;

/// The first of `t, ρ t, ρ² t, ...` with sufficient decrease `f(x + t d) ≤ f(x) + c t gᵀd` (Armijo 1966; Nocedal and Wright 2006,
/// algorithm 3.1). A trial whose value is NaN or infinite counts as too long.
#[derive(Clone, Debug, PartialEq)]
pub struct Backtracking<R> {
    /// The first length t, positive: 1 for Newton's and quasi-Newton steps.
    pub first: R,
    /// The factor ρ in (0, 1) after a failure.
    pub contraction: R,
    /// The fraction c in (0, 1) of the decrease that the slope promises; below 1/2, so that Newton's steps pass.
    pub sufficient: R,
    /// Largest number of trials.
    pub trials: usize,
}

impl<R: Real> Default for Backtracking<R> {
    /// From 1, halving, with `c = 10⁻⁴`.
    fn default() -> Self {
        let of = |numerator, denominator| R::of(&rational(numerator, denominator));
        Backtracking { first: R::one(), contraction: of(1, 2), sufficient: of(1, 10_000), trials: 60 }
    }
}

impl<R: Real, P: Problem<R> + ?Sized> LineSearch<R, P> for Backtracking<R> {
    fn length(&self, problem: &P, x: &[R], direction: &[R]) -> Result<R, Status> {
        let ray = Ray::new(problem, x, direction)?;
        let lengths = std::iter::successors(Some(self.first.clone()), |length| Some(length.clone() * &self.contraction));
        let mut trials = lengths.take(self.trials);
        trials.find(|length| ray.decreases(length, &ray.value(length), &self.sufficient)).ok_or(Status::Stalled)
    }
}
