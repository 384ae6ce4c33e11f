//! Exact rational numbers.

use super::Real;
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;

/// An exact rational number of any size, always in lowest terms.
pub type Rational = dashu_ratio::RBig;

/// The fraction `numerator / denominator`.
///
/// # Panics
/// If `denominator` is zero.
pub fn rational(numerator: i64, denominator: u64) -> Rational {
    Rational::from_parts(IBig::from(numerator), UBig::from(denominator))
}

/// `x * x`.
pub fn square(x: &Rational) -> Rational {
    x * x
}

/// The `f64` nearest to `x`.
pub fn to_f64(x: &Rational) -> f64 {
    x.to_f64().value()
}

impl Real for Rational {
    type Wide = Rational;

    fn of(value: &Rational) -> Self {
        value.clone()
    }

    fn narrow(wide: &Rational) -> Self {
        wide.clone()
    }

    fn larger(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    fn sign(self) -> Self {
        match self.cmp(&Rational::ZERO) {
            Ordering::Less => Rational::NEG_ONE,
            Ordering::Equal => Rational::ZERO,
            Ordering::Greater => Rational::ONE,
        }
    }

    fn magnitude(self) -> Self {
        if self < Rational::ZERO { -self } else { self }
    }
}
