//! Newton's method with conjugate gradients: the Hessian is used through its products with vectors alone.

use super::conjugate_gradients::ConjugateGradients;
use super::line_search::{LineSearch, walk};
use super::{Iteration, Status};
use crate::number::{Root, rational};
use crate::problems::TwiceDifferentiable;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{dot, negated};

/// The inexact Newton method (Dembo, Eisenstat and Steihaug 1982; Nocedal and Wright 2006, algorithm 7.1): conjugate gradients on
/// `H d = -g` end when the residual is below `η |g|`, or at a direction of curvature zero or less, with what they have so far
/// (with `-g` if that is nothing).
#[derive(Clone, Debug, PartialEq)]
pub struct NewtonCg<R, L> {
    /// The forcing term η.
    pub forcing: Forcing<R>,
    /// The rule for the length of a step.
    pub line_search: L,
    /// Largest number of products with the Hessian in a step.
    pub products: usize,
}

/// How accurately the inner system is solved; each order of convergence has its own (Nocedal and Wright 2006, theorem 7.2).
#[derive(Clone, Debug, PartialEq)]
pub enum Forcing<R> {
    /// The same fraction of the gradient throughout: linear convergence.
    Constant(R),
    /// `min(1/2, √|g|)`: superlinear.
    Root,
    /// `min(1/2, |g|)`: quadratic.
    Norm,
}

impl<R: Root, L> NewtonCg<R, L> {
    fn direction<P: TwiceDifferentiable<R> + ?Sized>(&self, problem: &P, x: &[R]) -> Result<Vec<R>, Status> {
        let descent = negated(&problem.gradient(x));
        let norm = dot(&descent, &descent).sqrt();
        let half = R::of(&rational(1, 2));
        let forcing = match &self.forcing {
            Forcing::Constant(fraction) => fraction.clone(),
            Forcing::Root => half.smaller(norm.clone().sqrt()),
            Forcing::Norm => half.smaller(norm.clone()),
        };
        let tolerance = forcing * norm;
        let mut inner = ConjugateGradients::new(descent.clone());
        // Unless it ends with NaN, what it has so far descends: each of its steps lowers the quadratic model.
        let (status, steps) = inner.solve(|v| problem.hessian_product(x, v), &(tolerance.clone() * &tolerance), self.products);
        match status {
            Status::NotFinite => Err(status),
            _ if steps == 0 => Ok(descent),
            _ => Ok(inner.solution),
        }
    }
}

impl<R: Root, P: TwiceDifferentiable<R> + ?Sized, L: LineSearch<R, P>> Iteration<R, P> for NewtonCg<R, L> {
    fn advance(&mut self, problem: &P, x: &[R]) -> Result<Vec<R>, Status> {
        let direction = self.direction(problem, x)?;
        walk(&self.line_search, problem, x, &direction).map(|(_, next)| next)
    }
}

/// Newton's method by Hessian-vector products.
pub const NEWTON_CG: System = System {
    name: "newton-cg",
    formula: "x ← x + t d, |H d + g| ≤ η |g| by conjugate gradients on v ↦ H v",
    rows: &["S2 CG-Newton"],
    conventions: &[Convention { name: "forcing term", values: &["min(1/2, √|g|)", "constant", "min(1/2, |g|)"] }],
    sources: &[Source::Note("000", "558-562"), Source::Cited("nocedal2006", "algorithm 7.1")],
    tests: &[
        "tests/second_order/trust_region.rs::newton_cg_solves_as_accurately_as_its_forcing_term_asks",
        "tests/second_order/trust_region.rs::newton_cg_leaves_by_negative_curvature",
        "tests/second_order/every_method.rs::every_method_solves_rosenbrocks_problem",
    ],
};
