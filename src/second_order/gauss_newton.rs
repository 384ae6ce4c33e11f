//! Gauss-Newton and Levenberg-Marquardt, for sums of squares.

use super::line_search::{LineSearch, walk};
use super::solve::Cholesky;
use super::{Iteration, Status};
use crate::number::{Real, rational};
use crate::problems::{LeastSquares, Problem, Residuals};
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, dot, finite, negated};

/// `x ← x - t (JᵀJ)⁻¹ Jᵀr`: Newton's method without the residuals' own curvature (Nocedal and Wright 2006, section 10.3). By the
/// normal equations, which exact arithmetic can solve; [`Status::NotDefinite`] where `J` lacks columns of rank.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussNewton<L> {
    /// The rule for t.
    pub line_search: L,
}

/// `JᵀJ`.
fn normal_matrix<R: Real>(jacobian: &[Vec<R>], size: usize) -> Vec<Vec<R>> {
    let column = |place: usize| jacobian.iter().map(|row| row[place].clone()).collect::<Vec<R>>();
    let columns: Vec<Vec<R>> = (0..size).map(column).collect();
    columns.iter().map(|a| columns.iter().map(|b| dot(a, b)).collect()).collect()
}

impl<R: Real, M: Residuals<R>, L: LineSearch<R, LeastSquares<M>>> Iteration<R, LeastSquares<M>> for GaussNewton<L> {
    fn advance(&mut self, problem: &LeastSquares<M>, x: &[R]) -> Result<Vec<R>, Status> {
        let normal = normal_matrix(&problem.0.jacobian(x), x.len());
        if !finite(&normal.concat()) {
            return Err(Status::NotFinite);
        }
        let factor = Cholesky::new(&normal).ok_or(Status::NotDefinite)?;
        let direction = factor.solve(&negated(&problem.gradient(x)));
        walk(&self.line_search, problem, x, &direction).map(|(_, next)| next)
    }
}

/// `x ← x - (JᵀJ + λ D)⁻¹ Jᵀr`, λ multiplied by `factor` until the function decreases, and divided by it after a step
/// (Levenberg 1944; Marquardt 1963).
#[derive(Clone, Debug, PartialEq)]
pub struct LevenbergMarquardt<R> {
    /// The matrix D.
    pub scaling: Damping,
    /// λ in force, positive.
    pub damping: R,
    /// What λ is multiplied and divided by, above 1.
    pub factor: R,
}

/// What the damping of Levenberg and Marquardt adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damping {
    /// The identity (Levenberg).
    Identity,
    /// The diagonal of `JᵀJ`, so that the units of the parameters do not matter (Marquardt).
    Diagonal,
}

/// λ grows at most this often in a step: by the usual factor of 10, from the least to the largest `f64`.
const ATTEMPTS: usize = 640;

impl<R: Real> LevenbergMarquardt<R> {
    /// From `λ = 10⁻³`, with factor 10.
    pub fn new(scaling: Damping) -> Self {
        LevenbergMarquardt { scaling, damping: R::of(&rational(1, 1000)), factor: R::int(10) }
    }
}

impl<R: Real, M: Residuals<R>> Iteration<R, LeastSquares<M>> for LevenbergMarquardt<R> {
    fn advance(&mut self, problem: &LeastSquares<M>, x: &[R]) -> Result<Vec<R>, Status> {
        let normal = normal_matrix(&problem.0.jacobian(x), x.len());
        let (descent, value) = (negated(&problem.gradient(x)), problem.value(x));
        for _ in 0..ATTEMPTS {
            let mut damped = normal.clone();
            for (place, row) in damped.iter_mut().enumerate() {
                let scale = if self.scaling == Damping::Diagonal { row[place].clone() } else { R::one() };
                row[place] = row[place].clone() + scale * &self.damping;
            }
            if !finite(&damped.concat()) {
                return Err(Status::NotFinite);
            }
            if let Some(factor) = Cholesky::new(&damped) {
                let next = along(x, &R::one(), &factor.solve(&descent));
                if next == x {
                    return Err(Status::Stalled);
                }
                if problem.value(&next) < value {
                    self.damping = self.damping.clone() / &self.factor;
                    return Ok(next);
                }
            }
            self.damping = self.damping.clone() * &self.factor;
        }
        Err(Status::Stalled)
    }
}

/// Gauss-Newton, with its damped form.
pub const GAUSS_NEWTON: System = System {
    name: "gauss-newton",
    formula: "x ← x - t (JᵀJ + λ D)⁻¹ Jᵀr for f = ½ |r(x)|²",
    rows: &["S2 Gauss-Newton"],
    conventions: &[Convention { name: "damping", values: &["none", "λ I (Levenberg)", "λ diag(JᵀJ) (Marquardt)"] }],
    sources: &[Source::Note("000", "558-562"), Source::Cited("nocedal2006", "section 10.3")],
    tests: &[
        "tests/second_order/least_squares.rs::gauss_newton_is_newton_for_linear_residuals",
        "tests/second_order/least_squares.rs::gauss_newton_is_not_newton_where_residuals_bend",
        "tests/second_order/least_squares.rs::marquardts_damping_ignores_units_and_levenbergs_does_not",
        "tests/second_order/every_method.rs::every_method_solves_rosenbrocks_problem",
    ],
};
