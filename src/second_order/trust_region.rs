//! Trust regions.

use super::conjugate_gradients::ConjugateGradients;
use super::secular::Spectrum;
use super::solve::Cholesky;
use super::{Iteration, Status};
use crate::number::{Real, Root, rational};
use crate::problems::TwiceDifferentiable;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, difference, dot, finite, negated, scaled};
use std::cmp::Ordering;

/// A step s that lowers the quadratic model `m(s) = gᵀs + ½ sᵀH s` within `|s| ≤ Δ`, judged by
/// `ρ = (f(x) - f(x + s)) / -m(s)` (Nocedal and Wright 2006, algorithm 4.1): below 1/4 the radius shrinks, above 3/4 it doubles if the
/// step reached it, and the step is taken if ρ exceeds `acceptance`. A value that is NaN counts as a failure of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustRegion<R, S> {
    /// How the model is minimised.
    pub subproblem: S,
    /// The radius Δ in force, positive.
    pub radius: R,
    /// The largest radius.
    pub largest_radius: R,
    /// A step is taken if ρ is larger: in `[0, 1/4)`.
    pub acceptance: R,
    /// The factor of a radius that failed: 1/4. (At 1 the radius never shrinks, and convergence is lost.)
    pub contraction: R,
}

/// A way to lower the model.
pub trait Subproblem<R: Real, P: ?Sized> {
    /// A step of length at most `radius`, and whether it has that length.
    ///
    /// # Errors
    /// [`Status::NotFinite`].
    fn step(&self, problem: &P, x: &[R], gradient: &[R], radius: &R) -> Result<(Vec<R>, bool), Status>;
}

impl<R: Root, S> TrustRegion<R, S> {
    /// From radius 1, at most 100, taking every step that lowers the function.
    pub fn new(subproblem: S) -> Self {
        let contraction = R::of(&rational(1, 4));
        TrustRegion { subproblem, radius: R::one(), largest_radius: R::int(100), acceptance: R::zero(), contraction }
    }
}

impl<R: Root, P: TwiceDifferentiable<R> + ?Sized, S: Subproblem<R, P>> Iteration<R, P> for TrustRegion<R, S> {
    fn advance(&mut self, problem: &P, x: &[R]) -> Result<Vec<R>, Status> {
        let gradient = problem.gradient(x);
        let (step, reached) = self.subproblem.step(problem, x, &gradient, &self.radius)?;
        let next = along(x, &R::one(), &step);
        let bend = dot(&step, &problem.hessian_product(x, &step)) / R::int(2);
        let predicted = -(dot(&gradient, &step) + bend);
        if !finite(std::slice::from_ref(&predicted)) {
            return Err(Status::NotFinite);
        }
        if next == x || predicted <= R::zero() {
            return Err(Status::Stalled); // the model has nothing left that rounding does not swallow
        }
        let agreement = (problem.value(x) - problem.value(&next)) / predicted;
        let (poor, good) = (R::of(&rational(1, 4)), R::of(&rational(3, 4)));
        if agreement > good && reached {
            self.radius = (self.radius.clone() * R::int(2)).smaller(self.largest_radius.clone());
        } else if agreement.partial_cmp(&poor).is_none_or(Ordering::is_lt) {
            self.radius = self.radius.clone() * &self.contraction;
        }
        Ok(if agreement > self.acceptance { next } else { x.to_vec() })
    }
}

/// The minimiser along the path from the origin through the steepest-descent minimiser to Newton's step (Powell 1970; Nocedal and
/// Wright 2006, equation 4.16); where the Hessian is not positive definite, the Cauchy point (equations 4.11 and 4.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dogleg;

/// Conjugate gradients on the model until they converge, leave the region or find negative curvature, and then to its boundary
/// (Steihaug 1983, Toint 1981; Nocedal and Wright 2006, algorithm 7.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Steihaug<R> {
    /// The inner residual's tolerance as a fraction of the gradient's norm.
    pub tolerance: R,
    /// Largest number of products with the Hessian.
    pub products: usize,
}

/// The exact minimiser, by eigenvalues (Moré and Sorensen 1983): for a few unknowns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExactSubproblem;

/// The step from `from` along `direction` to the sphere: the larger root t of `|from + t direction| = radius`.
fn to_boundary<R: Root>(from: &[R], direction: &[R], radius: &R) -> Vec<R> {
    let (square, cross) = (dot(direction, direction), dot(from, direction));
    let room = radius.clone() * radius - dot(from, from);
    let root = (cross.clone() * &cross + square.clone() * &room).sqrt();
    // Of the two forms of the root, the one that adds numbers of one sign.
    let length = if cross > R::zero() { room / (root + cross) } else { (root - cross) / square };
    along(from, &length, direction)
}

fn inside<R: Real>(step: &[R], radius: &R) -> bool {
    dot(step, step) < radius.clone() * radius
}

impl<R: Root, P: TwiceDifferentiable<R> + ?Sized> Subproblem<R, P> for Dogleg {
    fn step(&self, problem: &P, x: &[R], gradient: &[R], radius: &R) -> Result<(Vec<R>, bool), Status> {
        let descent = negated(gradient);
        let curvature = dot(gradient, &problem.hessian_product(x, gradient));
        let origin = vec![R::zero(); x.len()];
        if curvature.partial_cmp(&R::zero()) != Some(Ordering::Greater) {
            return Ok((to_boundary(&origin, &descent, radius), true));
        }
        let steepest = scaled(&descent, &(dot(gradient, gradient) / curvature));
        if !inside(&steepest, radius) {
            return Ok((to_boundary(&origin, &descent, radius), true));
        }
        let Some(factor) = Cholesky::new(&problem.hessian(x)) else { return Ok((steepest, false)) };
        let newton = factor.solve(&descent);
        if inside(&newton, radius) {
            return Ok((newton, false));
        }
        Ok((to_boundary(&steepest, &difference(&newton, &steepest), radius), true))
    }
}

impl<R: Root, P: TwiceDifferentiable<R> + ?Sized> Subproblem<R, P> for Steihaug<R> {
    fn step(&self, problem: &P, x: &[R], gradient: &[R], radius: &R) -> Result<(Vec<R>, bool), Status> {
        let mut inner = ConjugateGradients::new(negated(gradient));
        let tolerance = inner.squared_residual() * &self.tolerance * &self.tolerance;
        for _ in 0..self.products {
            let product = problem.hessian_product(x, &inner.direction);
            let from = inner.clone();
            let curved = dot(&inner.direction, &product) > R::zero();
            if curved {
                inner.advance(&product);
            }
            if !curved || !inside(&inner.solution, radius) {
                return Ok((to_boundary(&from.solution, &from.direction, radius), true));
            }
            if inner.squared_residual() <= tolerance {
                break;
            }
        }
        Ok((inner.solution, false))
    }
}

impl<P: TwiceDifferentiable<f64> + ?Sized> Subproblem<f64, P> for ExactSubproblem {
    fn step(&self, problem: &P, x: &[f64], gradient: &[f64], radius: &f64) -> Result<(Vec<f64>, bool), Status> {
        let step = Spectrum::new(gradient, &problem.hessian(x))?.bounded_step(|_| *radius);
        // On the boundary up to rounding: the sum of n squares and its root lose less than n + 1 half ulps.
        let reached = dot(&step, &step).sqrt() >= radius * (1.0 - f64::EPSILON * (step.len() + 1) as f64);
        Ok((step, reached))
    }
}

/// Trust regions.
pub const TRUST_REGION: System = System {
    name: "trust-region",
    formula: "x ← x + s, s lowers gᵀs + ½ sᵀH s within |s| ≤ Δ; Δ by ρ = (f(x) - f(x + s)) / (m(0) - m(s))",
    rows: &["S2 trust region"],
    conventions: &[Convention { name: "subproblem", values: &["dogleg", "Steihaug-Toint", "exact"] }],
    sources: &[Source::Note("000", "560-561"), Source::Cited("nocedal2006", "algorithms 4.1 and 7.2, theorem 4.1")],
    tests: &[
        "tests/second_order/trust_region.rs::the_exact_step_meets_the_optimality_conditions",
        "tests/second_order/trust_region.rs::dogleg_and_steihaug_lie_between_cauchys_point_and_the_exact_step",
        "tests/second_order/trust_region.rs::subproblems_agree_when_the_radius_is_large_and_differ_when_it_binds",
        "tests/second_order/trust_region.rs::a_trust_region_converges_from_afar_unless_its_radius_never_shrinks",
        "tests/second_order/every_method.rs::every_method_solves_rosenbrocks_problem",
    ],
};
