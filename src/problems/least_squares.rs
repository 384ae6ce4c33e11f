//! Sums of squares.

use super::Problem;
use crate::number::Real;

/// Residuals `r(x)`, as many as there are data.
pub trait Residuals<R: Real> {
    /// The residuals at `x`.
    fn residuals(&self, x: &[R]) -> Vec<R>;

    /// Their derivatives by rows: a row a residual, of the length of `x`.
    fn jacobian(&self, x: &[R]) -> Vec<Vec<R>>;
}

/// `f(x) = ½ |r(x)|²`.
#[derive(Clone, Debug, PartialEq)]
pub struct LeastSquares<M>(pub M);

impl<R: Real, M: Residuals<R>> Problem<R> for LeastSquares<M> {
    /// `Jᵀr`.
    fn gradient(&self, x: &[R]) -> Vec<R> {
        let mut gradient = vec![R::zero(); x.len()];
        for (residual, row) in self.0.residuals(x).iter().zip(self.0.jacobian(x)) {
            gradient = gradient.into_iter().zip(row).map(|(sum, slope)| sum + slope * residual).collect();
        }
        gradient
    }

    fn value(&self, x: &[R]) -> R {
        self.0.residuals(x).into_iter().fold(R::zero(), |sum, residual| sum + residual.clone() * residual) / R::int(2)
    }
}
