//! Big floats, for oracles.

use super::{Rational, Real, Root};
use dashu_float::{FBig, round::mode::HalfEven};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Bits of an oracle's significand: more than four times those of `f64`, so that cancellation costs an oracle nothing.
const BITS: usize = 256;

/// A binary float with 256 bits, rounded to nearest.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub struct Big(FBig<HalfEven, 2>);

impl Big {
    /// The exact value of a finite float.
    ///
    /// # Panics
    /// If `x` is infinite or NaN.
    pub fn exactly(x: f64) -> Self {
        Self::of(&Rational::try_from(x).expect("an oracle takes finite numbers"))
    }

    /// The nearest `f64`.
    pub fn to_f64(&self) -> f64 {
        self.0.to_f64().value()
    }

    /// `self · 2^exponent`, exactly.
    pub(super) fn scaled(self, exponent: isize) -> Self {
        Big(self.0 << exponent)
    }

    /// The nearest integer, one of the two where there are two.
    pub(super) fn nearest_integer(&self) -> Self {
        Big(self.0.round().with_precision(BITS).value())
    }

    /// The `k` with `2^(k-1) ≤ |self| < 2^k`.
    pub(super) fn binary_exponent(&self) -> isize {
        let exact = self.0.repr();
        exact.exponent() + exact.digits() as isize
    }

    /// `self` to the power of `exponent`.
    pub fn power(&self, exponent: u64) -> Self {
        Big(self.0.powi(exponent.into()))
    }
}

macro_rules! by_value {
    ($operation:ident, $method:ident) => {
        impl $operation for Big {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Big($operation::$method(self.0, other.0))
            }
        }
    };
}
by_value!(Add, add);
by_value!(Sub, sub);
by_value!(Mul, mul);
by_value!(Div, div);
super::borrowed_operands!(Big);

impl Neg for Big {
    type Output = Self;
    fn neg(self) -> Self {
        Big(-self.0)
    }
}

impl Real for Big {
    type Wide = Big;

    fn of(value: &Rational) -> Self {
        let part = |integer: dashu_int::IBig| FBig::from(integer).with_precision(BITS).value();
        Big(part(value.numerator().clone()) / part(value.denominator().clone().into()))
    }

    fn narrow(wide: &Big) -> Self {
        wide.clone()
    }

    fn larger(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    fn sign(self) -> Self {
        if self > Self::zero() {
            Self::one()
        } else if self < Self::zero() {
            -Self::one()
        } else {
            self
        }
    }

    fn magnitude(self) -> Self {
        if self < Self::zero() { -self } else { self }
    }

    fn int(value: i64) -> Self {
        Big(FBig::from(value).with_precision(BITS).value())
    }
}

impl Root for Big {
    fn sqrt(self) -> Self {
        Big(self.0.sqrt())
    }
}
