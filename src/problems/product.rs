//! The least factorisation.

use super::{Problem, TwiceDifferentiable};
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

impl<R: Real> TwiceDifferentiable<R> for Product {
    /// `H = [[v², 2uv - 1], [2uv - 1, u²]]`.
    fn hessian_product(&self, x: &[R], v: &[R]) -> Vec<R> {
        let mixed = x[0].clone() * &x[1] * R::int(2) - R::one();
        let row = |own: &R, other: &R, across: &R| other.clone() * other * own + mixed.clone() * across;
        vec![row(&v[0], &x[1], &v[1]), row(&v[1], &x[0], &v[0])]
    }
}
