//! The machine's floats.

use super::{Rational, Real, Root, to_f64};

impl Real for f64 {
    type Wide = f64;
    const VECTORS: bool = true;

    fn of(value: &Rational) -> Self {
        to_f64(value)
    }

    #[inline(always)]
    fn narrow(wide: &f64) -> Self {
        *wide
    }

    // `other` when it is larger or NaN, `self` otherwise: if `self` is NaN no comparison holds and it stays.
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        if other > self || other.is_nan() { other } else { self }
    }

    // Zero and NaN are their own signs.
    #[inline(always)]
    fn sign(self) -> Self {
        let nonnegative = if self > 0.0 { 1.0 } else { self };
        if self < 0.0 { -1.0 } else { nonnegative }
    }

    #[inline(always)]
    fn magnitude(self) -> Self {
        self.abs()
    }

    fn int(value: i64) -> Self {
        value as f64
    }
}

impl Real for f32 {
    type Wide = f64;
    const VECTORS: bool = true;

    fn of(value: &Rational) -> Self {
        value.to_f32().value()
    }

    #[inline(always)]
    fn narrow(wide: &f64) -> Self {
        *wide as f32
    }

    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        if other > self || other.is_nan() { other } else { self }
    }

    // Zero and NaN are their own signs.
    #[inline(always)]
    fn sign(self) -> Self {
        let nonnegative = if self > 0.0 { 1.0 } else { self };
        if self < 0.0 { -1.0 } else { nonnegative }
    }

    #[inline(always)]
    fn magnitude(self) -> Self {
        self.abs()
    }

    fn int(value: i64) -> Self {
        value as f32
    }
}

impl Root for f64 {
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
}

impl Root for f32 {
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
}
