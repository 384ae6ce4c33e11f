//! Elementary functions: those of networks, their slopes, and the numbers that have them.

use super::series::{exponential, logarithm, sigmoid, tanh};
use super::{Big, Interval, Rational, Real, Root, rational, square};
use dashu_int::ops::UnsignedAbs;

/// A function beyond field operations, as data: a tape records it, a dual number needs its slope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `√x`, for `x ≥ 0`.
    SquareRoot,
    /// `e^x`.
    Exponential,
    /// `ln x`, for `x > 0`.
    Logarithm,
    /// `tanh x`.
    Tanh,
    /// `σ(x) = 1 / (1 + e^-x)`.
    Sigmoid,
}

impl Function {
    /// The derivative at `x`, where `y` is the function's value there. `1 - y²` and `y (1 - y)` are the frameworks' forms: as the
    /// function saturates they lose relative accuracy, never absolute accuracy.
    pub fn slope<R: Real>(self, x: &R, y: &R) -> R {
        match self {
            Function::SquareRoot => R::one() / (y.clone() + y),
            Function::Exponential => y.clone(),
            Function::Logarithm => R::one() / x,
            Function::Tanh => R::one() - y.clone() * y,
            Function::Sigmoid => (R::one() - y) * y,
        }
    }
}

/// A number type with elementary functions.
///
/// Outside a function's domain floats give NaN and intervals the whole line.
pub trait Elementary: Real {
    /// The function's value here, or `None` if it is no number of this type.
    fn checked(self, function: Function) -> Option<Self>;

    /// The function's value here.
    ///
    /// # Panics
    /// If it is no number of this type: see [`Elementary::checked`].
    fn apply(self, function: Function) -> Self {
        self.clone().checked(function).unwrap_or_else(|| panic!("the {function:?} of {self:?} is no number of its type"))
    }
}

/// `libm` has the same bits on every platform. The sigmoid's exponential never overflows: its argument is `-|x|`.
macro_rules! by_libm {
    ($float:ty, $exp:path, $log:path, $tanh:path) => {
        impl Elementary for $float {
            fn checked(self, function: Function) -> Option<Self> {
                Some(match function {
                    Function::SquareRoot => Root::sqrt(self),
                    Function::Exponential => $exp(self),
                    Function::Logarithm => $log(self),
                    Function::Tanh => $tanh(self),
                    Function::Sigmoid => {
                        let small = $exp(-self.abs());
                        (if self < 0.0 { small } else { 1.0 }) / (1.0 + small)
                    }
                })
            }
        }
    };
}
by_libm!(f64, libm::exp, libm::log, libm::tanh);
by_libm!(f32, libm::expf, libm::logf, libm::tanhf);

impl Elementary for Big {
    /// Within a relative error of 2^-150, by series whose remainders are bounded. Big floats have no NaN: `None` outside the domain,
    /// and for exponentials and their kin where `|x| ≥ 2^39`.
    fn checked(self, function: Function) -> Option<Self> {
        let defined = match function {
            Function::SquareRoot => self >= Big::zero(),
            Function::Logarithm => self > Big::zero(),
            _ => self.clone().magnitude() < Big::one().scaled(39),
        };
        defined.then(|| match function {
            Function::SquareRoot => self.sqrt(),
            Function::Exponential => exponential(&self),
            Function::Logarithm => logarithm(&self),
            Function::Tanh => tanh(&self),
            Function::Sigmoid => sigmoid(&self),
        })
    }
}

impl Elementary for Interval {
    /// All five functions increase, so that endpoints bound the values between. An endpoint's value is computed in big floats and
    /// rounded to the nearest `f64`; the exact one is off by 2^-150 more than half the distance to a neighbour at most, and
    /// so lies between the neighbours.
    ///
    /// Functions of `|x| > 1000` are as large or small as `f64` can tell already at 1000, which keeps the series short.
    fn checked(self, function: Function) -> Option<Self> {
        let least = if function == Function::Logarithm || function == Function::SquareRoot { 0.0 } else { f64::NEG_INFINITY };
        if self.lo.is_nan() || self.hi.is_nan() || self.lo < least {
            return Some(Interval::WHOLE);
        }
        if function == Function::SquareRoot {
            return Some(self.sqrt());
        }
        let value = |x: f64| match function {
            Function::Logarithm if x == 0.0 => f64::NEG_INFINITY,
            Function::Logarithm if x == f64::INFINITY => x,
            Function::Logarithm => Big::exactly(x).apply(function).to_f64(),
            _ => Big::exactly(x.clamp(-1000.0, 1000.0)).apply(function).to_f64(),
        };
        let (floor, ceiling) = match function {
            Function::Exponential => (0.0, f64::INFINITY),
            Function::Sigmoid => (0.0, 1.0),
            Function::Tanh => (-1.0, 1.0),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        };
        Some(Interval { lo: value(self.lo).next_down().max(floor), hi: value(self.hi).next_up().min(ceiling) })
    }
}

impl Elementary for Rational {
    /// Rational are roots of squares, `e^0`, `ln 1`, `tanh 0` and `σ(0)` alone (Lambert 1761 for the functions).
    fn checked(self, function: Function) -> Option<Self> {
        match function {
            Function::SquareRoot if self >= Rational::ZERO => {
                let (numerator, denominator) = self.clone().into_parts();
                let root = Rational::from_parts(numerator.unsigned_abs().nth_root(2).into(), denominator.nth_root(2));
                (square(&root) == self).then_some(root)
            }
            Function::Exponential if self.is_zero() => Some(Rational::ONE),
            Function::Logarithm if self.is_one() => Some(Rational::ZERO),
            Function::Tanh if self.is_zero() => Some(Rational::ZERO),
            Function::Sigmoid if self.is_zero() => Some(rational(1, 2)),
            _ => None,
        }
    }
}
