//! A problem in rotated coordinates.

use super::{Problem, TwiceDifferentiable};
use crate::number::{Rational, Real};

/// `f(H x)` for a Householder reflection `H = I - 2 v vᵀ / vᵀv`, which is orthogonal, its own inverse, and exactly rational if `v`
/// is: the class, the minimum and all rates stay what they were, and no coordinate is special any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotated<P, R> {
    inner: P,
    axis: Vec<R>,
    /// `2 / vᵀv`.
    scale: R,
}

impl<P, R: Real> Rotated<P, R> {
    /// Reflects along `axis`.
    ///
    /// # Panics
    /// If `axis` is zero.
    pub fn new(inner: P, axis: &[Rational]) -> Self {
        let length = axis.iter().fold(Rational::ZERO, |sum, v| sum + v * v);
        assert!(!length.is_zero(), "a reflection needs an axis");
        Rotated { inner, axis: axis.iter().map(R::of).collect(), scale: R::of(&(Rational::from(2) / length)) }
    }

    fn reflect(&self, x: &[R]) -> Vec<R> {
        let along = self.axis.iter().zip(x).fold(R::zero(), |sum, (v, x)| sum + v.clone() * x);
        let amount = along * &self.scale;
        self.axis.iter().zip(x).map(|(v, x)| x.clone() - v.clone() * &amount).collect()
    }
}

impl<R: Real, P: Problem<R>> Problem<R> for Rotated<P, R> {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        self.reflect(&self.inner.gradient(&self.reflect(x)))
    }

    fn value(&self, x: &[R]) -> R {
        self.inner.value(&self.reflect(x))
    }
}

impl<R: Real, P: TwiceDifferentiable<R>> TwiceDifferentiable<R> for Rotated<P, R> {
    fn hessian_product(&self, x: &[R], v: &[R]) -> Vec<R> {
        self.reflect(&self.inner.hessian_product(&self.reflect(x), &self.reflect(v)))
    }
}
