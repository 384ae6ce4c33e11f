//! The objectives that theorems run on.

mod least_squares;
mod likelihood;
mod log_cosh;
mod logistic;
mod piecewise;
mod product;
mod quadratic;
mod rotated;
mod tridiagonal;
mod univariate;

pub use least_squares::{LeastSquares, Residuals};
pub use likelihood::Likelihood;
pub use log_cosh::LogCosh;
pub use logistic::Logistic;
pub use piecewise::Piecewise;
pub use product::Product;
pub use quadratic::Quadratic;
pub use rotated::Rotated;
pub use tridiagonal::Tridiagonal;
pub use univariate::Univariate;

use crate::number::Real;

/// A differentiable function on `R^d`.
pub trait Problem<R: Real> {
    /// The gradient at `x`, of the length of `x`.
    fn gradient(&self, x: &[R]) -> Vec<R>;

    /// The value at `x`.
    fn value(&self, x: &[R]) -> R;
}

/// A function whose curvature is known.
pub trait TwiceDifferentiable<R: Real>: Problem<R> {
    /// The product `∇²f(x) v` of the Hessian with a vector, of the length of `x`.
    fn hessian_product(&self, x: &[R], v: &[R]) -> Vec<R>;

    /// The Hessian at `x` by rows, from one product for each coordinate.
    fn hessian(&self, x: &[R]) -> Vec<Vec<R>> {
        let unit = |place| (0..x.len()).map(|other| if other == place { R::one() } else { R::zero() }).collect::<Vec<R>>();
        // Column by column, which symmetry makes row by row.
        (0..x.len()).map(|place| self.hessian_product(x, &unit(place))).collect()
    }
}
