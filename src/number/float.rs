//! The machine's floats.

use super::{Rational, Real, Root, to_f64};

macro_rules! machine_float {
    ($float:ident, $nearest:expr) => {
        impl Real for $float {
            type Wide = f64;
            const VECTORS: bool = true;

            fn of(value: &Rational) -> Self {
                $nearest(value)
            }

            #[inline(always)]
            fn narrow(wide: &f64) -> Self {
                *wide as $float
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
                value as $float
            }
        }

        impl Root for $float {
            #[inline(always)]
            fn sqrt(self) -> Self {
                self.sqrt()
            }
        }
    };
}
machine_float!(f64, to_f64);
machine_float!(f32, |value: &Rational| value.to_f32().value());
