//! The 16-bit floats: every operation is computed in `f32` and rounded, which is the correctly rounded result, because 24 digits are at
//! least twice 11 and two more (Figueroa 1995).

use super::{Rational, Real, Root, to_f64};
use ::half::{bf16, f16};

macro_rules! sixteen_bits {
    ($float:ident) => {
        impl Real for $float {
            type Wide = f64;

            /// By way of the nearest `f64`.
            fn of(value: &Rational) -> Self {
                $float::from_f64(to_f64(value))
            }

            fn narrow(wide: &f64) -> Self {
                $float::from_f64(*wide)
            }

            fn larger(self, other: Self) -> Self {
                if other > self || other.is_nan() { other } else { self }
            }

            fn sign(self) -> Self {
                $float::from_f32(self.to_f32().sign())
            }

            fn magnitude(self) -> Self {
                if self.is_sign_negative() { -self } else { self }
            }

            fn int(value: i64) -> Self {
                $float::from_f64(value as f64)
            }
        }

        impl Root for $float {
            fn sqrt(self) -> Self {
                $float::from_f32(self.to_f32().sqrt())
            }
        }
    };
}
sixteen_bits!(bf16);
sixteen_bits!(f16);
