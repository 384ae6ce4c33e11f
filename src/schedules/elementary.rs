//! The arithmetics in which a schedule is evaluated.

use crate::number::{Rational, Real, to_f64};
use dashu_int::IBig;
use dashu_int::ops::{BitTest, RemEuclid, UnsignedAbs};
use std::f64::consts::PI;

/// A number type in which schedules are evaluated, with the functions that some of them need.
///
/// `None` says that the value is not a number of this type: exact rationals have the values that are rational and small enough to
/// write down, floats have all of them (NaN and infinity included).
pub trait Elementary: Real {
    /// `e^x`.
    fn exp(self) -> Option<Self>;

    /// `cos(π x)`.
    fn cos_pi(self) -> Option<Self>;

    /// `cos(π t / T)` with the product first, as most write it; the other order in floats is `(t / T).cos_pi()`.
    fn cos_pi_times(step: Self, length: Self) -> Option<Self> {
        (step / length).cos_pi()
    }

    /// `x^k`.
    fn power(self, exponent: u64) -> Option<Self>;

    /// `x^p` for `x ≥ 0`.
    fn to_the(self, exponent: &Rational) -> Option<Self>;
}

/// The number of a step. Floats round it above their integers' exact range.
pub(super) fn count<R: Real>(steps: u64) -> R {
    R::of(&Rational::from(steps))
}

/// Through `libm`, so that every platform has the same bits.
impl Elementary for f64 {
    fn exp(self) -> Option<Self> {
        Some(libm::exp(self))
    }

    /// The period 2 is taken off before the multiplication by π, exactly: the error does not grow with `|x|`.
    fn cos_pi(self) -> Option<Self> {
        Some(libm::cos(PI * (self % 2.0)))
    }

    fn cos_pi_times(step: Self, length: Self) -> Option<Self> {
        Some(libm::cos(PI * step / length))
    }

    fn power(self, exponent: u64) -> Option<Self> {
        Some(libm::pow(self, exponent as f64))
    }

    fn to_the(self, exponent: &Rational) -> Option<Self> {
        Some(libm::pow(self, to_f64(exponent)))
    }
}

/// Bits that an exact power may have.
const LARGEST_POWER: u64 = 1 << 20;

impl Elementary for Rational {
    /// Rational at 0 alone (Lambert 1761).
    fn exp(self) -> Option<Self> {
        self.is_zero().then_some(Rational::ONE)
    }

    /// Rational at the multiples of 1/2 and 1/3 alone (Niven 1956).
    fn cos_pi(self) -> Option<Self> {
        let sixths = self * Rational::from(6);
        let sixth = u8::try_from(sixths.is_int().then(|| sixths.numerator().clone())?.rem_euclid(IBig::from(12))).ok()?;
        match sixth {
            0 => Some(Rational::ONE),
            2 | 10 => Some(Rational::ONE / Rational::from(2)),
            3 | 9 => Some(Rational::ZERO),
            4 | 8 => Some(-Rational::ONE / Rational::from(2)),
            6 => Some(-Rational::ONE),
            _ => None,
        }
    }

    fn power(self, exponent: u64) -> Option<Self> {
        let trivial = self.is_zero() || self == Rational::ONE;
        let bits = self.numerator().bit_len() as u64 + self.denominator().bit_len() as u64;
        let exponent = if trivial { exponent.min(1) } else { exponent };
        (bits.saturating_mul(exponent) <= LARGEST_POWER).then(|| self.pow(exponent as isize))
    }

    /// For integer exponents, negative ones included.
    fn to_the(self, exponent: &Rational) -> Option<Self> {
        let magnitude = u64::try_from(exponent.is_int().then(|| exponent.numerator().unsigned_abs())?).ok()?;
        let power = self.power(magnitude)?;
        if *exponent >= Rational::ZERO { Some(power) } else { (!power.is_zero()).then(|| Rational::ONE / power) }
    }
}
