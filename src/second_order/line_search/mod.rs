//! How far to go along a direction.
//!
//! The crate argmin has line searches (backtracking, Moré-Thuente, Hager-Zhang), but over its own float trait, which exact
//! rationals do not meet, inside an executor that owns the problem; and neither Nocedal and Wright's nor PyTorch's, which are the
//! ones that theorems and the audit name.

mod backtracking;
mod pytorch;
mod strong_wolfe;

pub use backtracking::Backtracking;
pub use pytorch::{CubicZoom, Found};
pub use strong_wolfe::StrongWolfe;

use super::Status;
use crate::number::Real;
use crate::problems::{Problem, TwiceDifferentiable};
use crate::vector::{along, dot, finite};

/// A rule for the length of a step.
pub trait LineSearch<R: Real, P: ?Sized> {
    /// The factor by which `direction` is multiplied to become the step from `x`.
    ///
    /// # Errors
    /// [`Status::NotDescent`], [`Status::NotFinite`], or [`Status::Stalled`] when its trials are spent.
    fn length(&self, problem: &P, x: &[R], direction: &[R]) -> Result<R, Status>;
}

/// Length and end of the step from `x` along `direction`; [`Status::Stalled`] if rounding swallows it.
pub(super) fn walk<R: Real, P: ?Sized>(
    search: &impl LineSearch<R, P>,
    problem: &P,
    x: &[R],
    direction: &[R],
) -> Result<(R, Vec<R>), Status> {
    let length = search.length(problem, x, direction)?;
    let next = along(x, &length, direction);
    if next == x { Err(Status::Stalled) } else { Ok((length, next)) }
}

/// Always the same length, whatever the function does.
#[derive(Clone, Debug, PartialEq)]
pub struct Fixed<R>(pub R);

impl<R: Real, P: ?Sized> LineSearch<R, P> for Fixed<R> {
    fn length(&self, _problem: &P, _x: &[R], _direction: &[R]) -> Result<R, Status> {
        Ok(self.0.clone())
    }
}

/// The minimiser along the direction of the quadratic model at `x`, `-gᵀd / dᵀHd`: exact where the function is quadratic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExactSearch;

impl<R: Real, P: TwiceDifferentiable<R> + ?Sized> LineSearch<R, P> for ExactSearch {
    /// [`Status::NotDefinite`] where the curvature along the direction is not positive.
    fn length(&self, problem: &P, x: &[R], direction: &[R]) -> Result<R, Status> {
        let curvature = dot(direction, &problem.hessian_product(x, direction));
        let slope = dot(&problem.gradient(x), direction);
        if curvature > R::zero() { Ok(-slope / curvature) } else { Err(Status::NotDefinite) }
    }
}

/// A function along a ray, `φ(t) = f(x + t d)`.
struct Ray<'a, R, P: ?Sized> {
    problem: &'a P,
    x: &'a [R],
    direction: &'a [R],
    /// `φ(0)`.
    value: R,
    /// `φ'(0)`, negative.
    slope: R,
}

impl<'a, R: Real, P: Problem<R> + ?Sized> Ray<'a, R, P> {
    /// The ray, if its direction descends.
    fn new(problem: &'a P, x: &'a [R], direction: &'a [R]) -> Result<Self, Status> {
        let (value, slope) = (problem.value(x), dot(&problem.gradient(x), direction));
        if !finite(&[value.clone(), slope.clone()]) {
            Err(Status::NotFinite)
        } else if slope < R::zero() {
            Ok(Ray { problem, x, direction, value, slope })
        } else {
            Err(Status::NotDescent)
        }
    }

    /// `φ(t)`.
    fn value(&self, length: &R) -> R {
        self.problem.value(&along(self.x, length, self.direction))
    }

    /// `φ'(t)`.
    fn slope(&self, length: &R) -> R {
        dot(&self.problem.gradient(&along(self.x, length, self.direction)), self.direction)
    }

    /// Armijo's condition `φ(t) ≤ φ(0) + c t φ'(0)`; false for NaN.
    fn decreases(&self, length: &R, value: &R, sufficient: &R) -> bool {
        *value <= self.value.clone() + self.slope.clone() * sufficient * length
    }
}
