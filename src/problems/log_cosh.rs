//! The logarithm of the hyperbolic cosine.

use super::{Problem, TwiceDifferentiable};
use crate::number::{Elementary, Function};

/// `f(x) = Σ ln cosh x_i`: convex, with its minimum 0 at the origin and the curvature `sech² x_i ≤ 1`, which is largest there and
/// vanishes far away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogCosh;

impl<R: Elementary> Problem<R> for LogCosh {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        x.iter().map(|x| x.clone().apply(Function::Tanh)).collect()
    }

    /// As `|x| + ln(1 + e^(-2|x|)) - ln 2`, which does not overflow.
    fn value(&self, x: &[R]) -> R {
        let term = |x: &R| {
            let size = x.clone().magnitude();
            let small = (-(size.clone() + &size)).apply(Function::Exponential);
            size + (R::one() + small).apply(Function::Logarithm) - R::int(2).apply(Function::Logarithm)
        };
        x.iter().fold(R::zero(), |sum, x| sum + term(x))
    }
}

impl<R: Elementary> TwiceDifferentiable<R> for LogCosh {
    /// `sech² x = (2 / (e^x + e^-x))²`: unlike `1 - tanh² x` never zero in intervals.
    fn hessian_product(&self, x: &[R], v: &[R]) -> Vec<R> {
        let curvature = |x: &R| {
            let inverse = R::int(2) / (x.clone().apply(Function::Exponential) + (-x.clone()).apply(Function::Exponential));
            inverse.clone() * inverse
        };
        x.iter().zip(v).map(|(x, v)| curvature(x) * v).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Big, Interval, Real, rational};

    #[test]
    fn slope_and_curvature_are_derivatives() {
        let width = Big::of(&rational(1, 1 << 40));
        for x in [-3, 0, 1, 20].map(Big::int) {
            let ends = [x.clone() - &width, x.clone() + &width];
            let twice = width.clone() + &width;
            let [low, high] = ends.clone().map(|x| LogCosh.value(&[x]));
            let [left, right] = ends.map(|x| LogCosh.gradient(&[x]).remove(0));
            let slope = LogCosh.gradient(std::slice::from_ref(&x)).remove(0);
            let curvature = LogCosh.hessian_product(&[x], &[Big::one()]).remove(0);
            assert!(((high - low) / &twice - slope).magnitude().to_f64() < 1e-20);
            assert!(((right - left) / twice - curvature).magnitude().to_f64() < 1e-20);
        }
    }

    #[test]
    fn a_far_curvature_is_positive() {
        let curvature = LogCosh.hessian_product(&[Interval::point(50.0)], &[Interval::point(1.0)])[0];
        assert!(curvature.lo > 0.0 && curvature.hi < 1e-40);
    }
}
