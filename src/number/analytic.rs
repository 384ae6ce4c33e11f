//! Powers and the cosine: what schedules need beyond the functions of networks, and the numbers that have them.

use super::series::cosine;
use super::{Big, Elementary, Function, Interval, Rational, Real, rational, to_f64};
use dashu_int::IBig;
use dashu_int::ops::{BitTest, RemEuclid, UnsignedAbs};
use std::f64::consts::PI;

/// A number type with powers and the cosine.
///
/// As for [`Elementary::checked`], `None` says that the value is no number of this type: floats have all of them (NaN and infinity
/// included), exact rationals those that are rational and small enough to write down.
pub trait Analytic: Elementary {
    /// `cos(π x)`.
    fn cos_pi(self) -> Option<Self>;

    /// `cos(π t / T)` with the product first, as most write it; the other order in floats is `(t / T).cos_pi()`.
    fn cos_pi_times(step: Self, length: Self) -> Option<Self> {
        (step / length).cos_pi()
    }

    /// `x^k`.
    fn power(self, exponent: u64) -> Option<Self>;

    /// `x^p` for `x ≥ 0`: by multiplication for integers p, negative ones included, otherwise `e^(p ln x)`.
    fn to_the(self, exponent: &Rational) -> Option<Self> {
        if exponent.is_int() {
            let power = self.power(exponent.numerator().unsigned_abs().try_into().ok()?)?;
            return if *exponent >= Rational::ZERO { Some(power) } else { (power != Self::zero()).then(|| Self::one() / power) };
        }
        if self == Self::zero() {
            return (*exponent > Rational::ZERO).then_some(self);
        }
        (self.checked(Function::Logarithm)? * Self::of(exponent)).checked(Function::Exponential)
    }
}

/// Through `libm`, so that every platform has the same bits.
impl Analytic for f64 {
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

impl Analytic for Rational {
    /// Rational at the multiples of 1/2 and 1/3 alone (Niven 1956).
    fn cos_pi(self) -> Option<Self> {
        let sixths = self * Rational::from(6);
        let sixth = u8::try_from(sixths.is_int().then(|| sixths.numerator().clone())?.rem_euclid(IBig::from(12))).ok()?;
        match sixth {
            0 => Some(Rational::ONE),
            2 | 10 => Some(rational(1, 2)),
            3 | 9 => Some(Rational::ZERO),
            4 | 8 => Some(rational(-1, 2)),
            6 => Some(Rational::NEG_ONE),
            _ => None,
        }
    }

    fn power(self, exponent: u64) -> Option<Self> {
        let trivial = self.is_zero() || self.is_one();
        let bits = self.numerator().bit_len() as u64 + self.denominator().bit_len() as u64;
        let exponent = if trivial { exponent.min(1) } else { exponent };
        (bits.saturating_mul(exponent) <= LARGEST_POWER).then(|| self.pow(exponent as isize))
    }
}

impl Analytic for Big {
    /// Within a relative error of 2^-150, as all functions of big floats.
    fn cos_pi(self) -> Option<Self> {
        Some(cosine(&self))
    }

    fn power(self, exponent: u64) -> Option<Self> {
        Some(Big::power(&self, exponent))
    }
}

impl Analytic for Interval {
    /// 1 and -1 where an even or an odd integer may lie within, otherwise between the ends' values: the cosine is monotone between
    /// integers. Wide or distant intervals have all of `[-1, 1]`.
    fn cos_pi(self) -> Option<Self> {
        // Closer to zero than that, and narrower, `(lo - 1) / 2` and its ceiling are exact or on the safe side.
        if !(self.hi - self.lo < 1.0 && self.lo.abs() < (1u64 << 50) as f64) {
            return Some(Interval { lo: -1.0, hi: 1.0 });
        }
        let [lo, hi] = [self.lo, self.hi].map(|x| cosine(&Big::exactly(x)).to_f64());
        let holds_integer = |parity: f64| 2.0 * ((self.lo - parity) / 2.0).ceil() + parity <= self.hi;
        Some(Interval {
            lo: if holds_integer(1.0) { -1.0 } else { lo.min(hi).next_down().max(-1.0) },
            hi: if holds_integer(0.0) { 1.0 } else { lo.max(hi).next_up().min(1.0) },
        })
    }

    /// By repeated squaring.
    fn power(self, exponent: u64) -> Option<Self> {
        let (mut power, mut square, mut rest) = (Interval::one(), self, exponent);
        while rest > 0 {
            if rest % 2 == 1 {
                power = power * square;
            }
            square = square * square;
            rest /= 2;
        }
        Some(power)
    }
}
