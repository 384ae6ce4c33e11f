//! Conjugate gradients, linear and nonlinear.

use super::line_search::{LineSearch, walk};
use super::{Iteration, Status};
use crate::number::Real;
use crate::problems::Problem;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, dot, negated};
use std::cmp::Ordering;

/// The state of the linear method for `A x = b` with a symmetric positive definite `A` (Hestenes and Stiefel 1952; Nocedal and
/// Wright 2006, algorithm 5.2), from `x = 0`: in exact arithmetic it is done after at most as many steps as `A` has distinct
/// eigenvalues.
#[derive(Clone, Debug, PartialEq)]
pub struct ConjugateGradients<R> {
    /// The approximation `x` of the solution.
    pub solution: Vec<R>,
    /// `b - A x`.
    pub residual: Vec<R>,
    /// The direction of the next step.
    pub direction: Vec<R>,
}

impl<R: Real> ConjugateGradients<R> {
    /// The state at `x = 0`.
    pub fn new(right: Vec<R>) -> Self {
        let solution = right.iter().map(|_| R::zero()).collect();
        ConjugateGradients { solution, direction: right.clone(), residual: right }
    }

    /// `|b - A x|²`.
    pub fn squared_residual(&self) -> R {
        dot(&self.residual, &self.residual)
    }

    /// One step, given the product `A d` with the current direction, whose curvature `dᵀA d` must be positive.
    pub fn advance(&mut self, product: &[R]) {
        let square = self.squared_residual();
        let length = square.clone() / dot(&self.direction, product);
        self.solution = along(&self.solution, &length, &self.direction);
        self.residual = along(&self.residual, &-length, product);
        let factor = self.squared_residual() / square;
        self.direction = along(&self.residual, &factor, &self.direction);
    }

    /// Steps until `|b - A x|² ≤ tolerance`, at most `limit` of them; `multiply` is `v ↦ A v`. Returns the status and the number of
    /// steps: [`Status::NotDefinite`] where a direction's curvature is not positive, and then the solution stays where it was.
    pub fn solve(&mut self, mut multiply: impl FnMut(&[R]) -> Vec<R>, tolerance: &R, limit: usize) -> (Status, usize) {
        for steps in 0..=limit {
            let square = self.squared_residual();
            if square <= *tolerance {
                return (Status::Converged, steps);
            }
            if square.partial_cmp(tolerance).is_none() {
                return (Status::NotFinite, steps);
            }
            if steps == limit {
                break;
            }
            let product = multiply(&self.direction);
            let curvature = dot(&self.direction, &product);
            match curvature.partial_cmp(&R::zero()) {
                Some(Ordering::Greater) => self.advance(&product),
                Some(_) => return (Status::NotDefinite, steps),
                None => return (Status::NotFinite, steps),
            }
        }
        (Status::Exhausted, limit)
    }
}

/// Which multiple of the last direction the next one keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conjugacy {
    /// `|g₊|² / |g|²` (Fletcher and Reeves 1964; Nocedal and Wright 2006, equation 5.41a).
    FletcherReeves,
    /// `max(⟨g₊, g₊ - g⟩ / |g|², 0)` (Polak and Ribière 1969; Nocedal and Wright 2006, equations 5.44 and 5.45).
    PolakRibierePlus,
}

/// The nonlinear method (Nocedal and Wright 2006, algorithm 5.4): `d ← -g₊ + β d`. Where that does not descend, it starts again
/// from `-g₊`.
#[derive(Clone, Debug, PartialEq)]
pub struct NonlinearConjugateGradients<R, L> {
    /// The formula for β.
    pub conjugacy: Conjugacy,
    /// The rule for the length of a step.
    pub line_search: L,
    /// The last gradient and direction.
    last: Option<(Vec<R>, Vec<R>)>,
}

impl<R: Real, L> NonlinearConjugateGradients<R, L> {
    /// The method before its first step.
    pub fn new(conjugacy: Conjugacy, line_search: L) -> Self {
        NonlinearConjugateGradients { conjugacy, line_search, last: None }
    }

    fn direction(&self, gradient: &[R]) -> Vec<R> {
        let steepest = negated(gradient);
        let Some((last, direction)) = &self.last else { return steepest };
        let square = dot(last, last);
        let factor = match self.conjugacy {
            Conjugacy::FletcherReeves => dot(gradient, gradient) / square,
            Conjugacy::PolakRibierePlus => ((dot(gradient, gradient) - dot(gradient, last)) / square).larger(R::zero()),
        };
        let conjugate = along(&steepest, &factor, direction);
        if dot(&conjugate, gradient) < R::zero() { conjugate } else { steepest }
    }
}

impl<R: Real, P: Problem<R> + ?Sized, L: LineSearch<R, P>> Iteration<R, P> for NonlinearConjugateGradients<R, L> {
    fn advance(&mut self, problem: &P, x: &[R]) -> Result<Vec<R>, Status> {
        let gradient = problem.gradient(x);
        let direction = self.direction(&gradient);
        let (_, next) = walk(&self.line_search, problem, x, &direction)?;
        self.last = Some((gradient, direction));
        Ok(next)
    }
}

/// The linear method.
pub const CONJUGATE_GRADIENTS: System = System {
    name: "conjugate-gradients",
    formula: "A x = b: x ← x + α d, r ← r - α A d, d ← r + β d, α = |r|² / dᵀA d, β = |r₊|² / |r|²",
    rows: &["S2 CG"],
    conventions: &[],
    sources: &[Source::Note("003", "410-414"), Source::Cited("nocedal2006", "algorithm 5.2")],
    tests: &[
        "tests/second_order/conjugate_gradients.rs::conjugate_gradients_end_after_as_many_steps_as_there_are_eigenvalues",
        "tests/second_order/conjugate_gradients.rs::conjugate_gradients_refuse_what_is_not_definite",
    ],
};

/// The nonlinear methods.
pub const NONLINEAR_CONJUGATE_GRADIENTS: System = System {
    name: "nonlinear-conjugate-gradients",
    formula: "d ← -g₊ + β d, x ← x + t d, t by a line search",
    rows: &["S2 CG"],
    conventions: &[Convention { name: "conjugacy", values: &["Fletcher-Reeves", "Polak-Ribière+"] }],
    sources: &[Source::Cited("nocedal2006", "algorithm 5.4, equations 5.41, 5.44 and 5.45")],
    tests: &[
        "tests/second_order/conjugate_gradients.rs::the_iterates_of_conjugate_gradients_and_bfgs_agree_on_quadratics",
        "tests/second_order/conjugate_gradients.rs::fletcher_reeves_and_polak_ribiere_differ_off_quadratics",
        "tests/second_order/every_method.rs::every_method_solves_rosenbrocks_problem",
    ],
};
