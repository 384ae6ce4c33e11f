//! Diagonal quadratics.

use super::{Problem, TwiceDifferentiable};
use crate::number::{Rational, Real};

/// `f(x) = ½ Σ λ_i x_i²`: a member of `F(min λ, max λ)` with its minimum 0 at the origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Quadratic<R> {
    /// The eigenvalues λ of the Hessian, one for each coordinate.
    pub spectrum: Vec<R>,
}

impl<R: Real> Quadratic<R> {
    /// The quadratic with these eigenvalues, rounded to `R`.
    pub fn of(spectrum: &[Rational]) -> Self {
        Quadratic { spectrum: spectrum.iter().map(R::of).collect() }
    }
}

impl<R: Real> Problem<R> for Quadratic<R> {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        self.spectrum.iter().zip(x).map(|(eigenvalue, x)| eigenvalue.clone() * x).collect()
    }

    fn value(&self, x: &[R]) -> R {
        let terms = self.spectrum.iter().zip(x).map(|(eigenvalue, x)| eigenvalue.clone() * x * x);
        terms.fold(R::zero(), |sum, term| sum + term) / R::int(2)
    }
}

impl<R: Real> TwiceDifferentiable<R> for Quadratic<R> {
    fn hessian_product(&self, _x: &[R], v: &[R]) -> Vec<R> {
        self.gradient(v)
    }
}
