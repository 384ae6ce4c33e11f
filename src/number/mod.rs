//! The number types that an update rule runs in.
//!
//! A rule is written once, generic over [`Real`] (field operations and order) or [`Root`] (square roots as well), a network generic over
//! [`Elementary`] (exponentials and their kin), a schedule generic over [`Analytic`] (powers and the cosine as well), and runs as `f32` and `f64` (the kernels), `bf16` and `f16` (rounded after each
//! operation), [`Rational`] (exact), [`Interval`] (outward-rounded), [`Big`] (the oracle's big floats) and
//! [`Tracked`] (a value in twice the precision with a bound on the subject's rounding error).

/// Lets the right operand of `+ - * /` be borrowed, for a `Copy` type that has the four operations by value.
macro_rules! borrowed_operands {
    ($number:ident $(<$format:ident: $bound:ident>)?) => {
        $crate::number::borrowed_operands!(@ $number $(<$format: $bound>)?, Add, add);
        $crate::number::borrowed_operands!(@ $number $(<$format: $bound>)?, Sub, sub);
        $crate::number::borrowed_operands!(@ $number $(<$format: $bound>)?, Mul, mul);
        $crate::number::borrowed_operands!(@ $number $(<$format: $bound>)?, Div, div);
    };
    (@ $number:ident $(<$format:ident: $bound:ident>)?, $operation:ident, $method:ident) => {
        impl<'a $(, $format: $bound)?> $operation<&'a $number$(<$format>)?> for $number$(<$format>)? {
            type Output = Self;
            fn $method(self, other: &'a Self) -> Self {
                $operation::$method(self, other.clone())
            }
        }
    };
}
pub(crate) use borrowed_operands;

mod analytic;
mod big;
mod elementary;
mod exact;
mod float;
mod half;
mod interval;
mod mixed;
mod polynomial;
mod series;
mod surd;
mod tracked;

pub use ::half::{bf16, f16};
pub use analytic::Analytic;
pub use big::Big;
pub use elementary::{Elementary, Function};
pub use exact::{Rational, rational, square, to_f64};
pub use interval::Interval;
pub use mixed::{Bounded, Mixed};
pub use polynomial::Polynomial;
pub use surd::Surd;
pub use tracked::{Format, Tracked};

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An ordered field, exactly or up to rounding.
///
/// Operands on the right may be borrowed, so that big numbers are not cloned more often than a formula needs:
/// `x - velocity * &step_size`.
pub trait Real:
    Clone
    + Debug
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
    + for<'a> Div<&'a Self, Output = Self>
{
    /// The type in which hyper-parameters and powers of decay rates are held: `f64` for the floats (as the
    /// frameworks do), the type itself otherwise.
    type Wide: Real<Wide = Self::Wide>;

    /// Whether loops over it are compiled for each instruction set: for the floats that processors compute with. The other numbers take
    /// the one plain loop, so that the compiler has a third of the work.
    const VECTORS: bool = false;

    /// The number nearest to `value` (an exact or enclosing one where the type has it).
    fn of(value: &Rational) -> Self;

    /// `wide` rounded to this type.
    fn narrow(wide: &Self::Wide) -> Self;

    /// The larger of two numbers; NaN if either is NaN, so that it propagates as in PyTorch's `maximum`.
    fn larger(self, other: Self) -> Self;

    /// The smaller of two numbers; NaN if either is NaN.
    fn smaller(self, other: Self) -> Self {
        -((-self).larger(-other))
    }

    /// -1, 0 or 1; NaN for NaN.
    fn sign(self) -> Self;

    /// The distance from zero; NaN for NaN.
    fn magnitude(self) -> Self;

    /// `(1 - c) x`, given `factor = 1 - c`: a product, unless a number type knows that others compute `x - c x`.
    #[inline(always)]
    fn shrunk(self, factor: &Self) -> Self {
        self * factor
    }

    /// The nearest point of `[low, high]`; NaN if any of the three is NaN.
    fn between(self, low: &Self, high: &Self) -> Self {
        self.larger(low.clone()).smaller(high.clone())
    }

    /// `then` where this number is zero, `otherwise` where it is not; where a number carries a bound that reaches zero, nothing can be
    /// said.
    fn if_zero(&self, then: Self, otherwise: Self) -> Self {
        if *self == Self::zero() { then } else { otherwise }
    }

    /// This number, which is a sum of so many non-negative terms, as whoever adds them in any order may have it: the number itself,
    /// but where a number carries a bound that bound is widened.
    fn in_any_order(self, _terms: usize) -> Self {
        self
    }

    /// The sum of these numbers, from the left; where a number carries a bound, it allows any order.
    fn sum(terms: impl Iterator<Item = Self>) -> Self {
        terms.fold(Self::zero(), |sum, term| sum + term)
    }

    /// The integer `value`; exact for all types while `|value|` is at most 2^24 (2^11 for `f16`, 2^8 for `bf16`).
    fn int(value: i64) -> Self {
        Self::of(&Rational::from(value))
    }

    /// Zero.
    fn zero() -> Self {
        Self::int(0)
    }

    /// One.
    fn one() -> Self {
        Self::int(1)
    }
}

/// A real number type with square roots.
pub trait Root: Real {
    /// The non-negative square root; NaN (an error bound of infinity, for [`Tracked`]) for a negative number.
    fn sqrt(self) -> Self;

    /// The root of a difference that is not negative but for rounding. Where it may be for whoever computes it, NaN is as right as a
    /// number, and an error bound infinite.
    fn sqrt_of_difference(self) -> Self {
        self.sqrt()
    }

    /// `√(a² + b²)`.
    fn hypotenuse(self, other: Self) -> Self {
        (self.clone() * &self + other.clone() * &other).sqrt()
    }
}
