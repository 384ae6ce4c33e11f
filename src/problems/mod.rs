//! The objectives that theorems run on.

mod logistic;
mod piecewise;
mod quadratic;
mod rotated;

pub use logistic::Logistic;
pub use piecewise::Piecewise;
pub use quadratic::Quadratic;
pub use rotated::Rotated;

use crate::number::Real;

/// A differentiable function on `R^d`.
pub trait Problem<R: Real> {
    /// The gradient at `x`, of the length of `x`.
    fn gradient(&self, x: &[R]) -> Vec<R>;

    /// The value at `x`.
    fn value(&self, x: &[R]) -> R;
}
