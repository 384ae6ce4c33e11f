//! The least factorisation.

use super::Problem;
use crate::number::Real;

/// `f(u, v) = ½ (uv - 1)²`: not convex, with a saddle at the origin and minimisers along a hyperbola.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product;

impl<R: Real> Problem<R> for Product {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        let residual = x[0].clone() * &x[1] - R::one();
        vec![residual.clone() * &x[1], residual * &x[0]]
    }

    fn value(&self, x: &[R]) -> R {
        let residual = x[0].clone() * &x[1] - R::one();
        residual.clone() * residual / R::int(2)
    }
}
