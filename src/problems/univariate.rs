//! Polynomials of one variable as objectives: the quartic, double wells.

use super::Problem;
use crate::number::{Rational, Real, rational};

/// `f(x) = Σ_k a_k x^k`; in several dimensions the sum over the coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Univariate<R> {
    /// The coefficients `a_0, a_1, ...`.
    pub coefficients: Vec<R>,
}

impl<R: Real> Univariate<R> {
    /// `x⁴/4`: the curvature `3x²` vanishes at the minimiser and has no bound far away.
    pub fn quartic() -> Self {
        Self::of(&[(0, 1), (0, 1), (0, 1), (0, 1), (1, 4)])
    }

    /// `(x² - 1)²/4 + tilt x`: two wells for `|tilt| < 2/(3√3)`, the left one deeper for a positive tilt.
    pub fn double_well(tilt: &Rational) -> Self {
        let mut well = Self::of(&[(1, 4), (0, 1), (-1, 2), (0, 1), (1, 4)]);
        well.coefficients[1] = R::of(tilt);
        well
    }

    fn of(fractions: &[(i64, u64)]) -> Self {
        Univariate { coefficients: fractions.iter().map(|(a, b)| R::of(&rational(*a, *b))).collect() }
    }

    /// `f'(x)`, by Horner's scheme.
    pub fn derivative(&self, x: &R) -> R {
        let powers = self.coefficients.iter().enumerate().skip(1).rev();
        powers.fold(R::zero(), |tail, (power, coefficient)| coefficient.clone() * R::int(power as i64) + tail * x)
    }
}

impl<R: Real> Problem<R> for Univariate<R> {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        x.iter().map(|x| self.derivative(x)).collect()
    }

    fn value(&self, x: &[R]) -> R {
        let horner = |x: &R| self.coefficients.iter().rev().fold(R::zero(), |tail, a| a.clone() + tail * x);
        x.iter().fold(R::zero(), |sum, x| sum + horner(x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::square;

    #[test]
    fn wells_and_quartic_are_their_formulas() {
        let tilt = rational(1, 10);
        let (well, quartic) = (Univariate::<Rational>::double_well(&tilt), Univariate::<Rational>::quartic());
        for x in (-8..=8).map(|k| rational(k, 3)) {
            let from_one = square(&x) - Rational::ONE;
            let at = std::slice::from_ref(&x);
            assert_eq!(well.value(at), square(&from_one) / Rational::from(4) + &tilt * &x);
            assert_eq!(well.gradient(at), [&x * from_one + &tilt]);
            assert_eq!(quartic.value(at), x.pow(4) / Rational::from(4));
            assert_eq!(quartic.gradient(at), [x.pow(3)]);
        }
    }
}
