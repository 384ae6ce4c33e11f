//! The functions of schedules, with the error of whoever takes them from a library.

use super::{Format, SLACK, Tracked};
use crate::number::{Analytic, Big, Elementary, Function, Real, Root};
use std::f64::consts::PI;
use twofloat::TwoFloat;

/// Largest relative error of a library's function, in units of roundoff: four units in the last place, which is what vector libraries
/// state (Intel's SVML below 4, SLEEF's fast forms 3.5); scalar ones stay below one (the table of known errors in glibc's manual).
const LIBRARY: f64 = 8.0;

impl<F: Format> Tracked<F> {
    /// A library function with this exact result: what came in, and the library's own error.
    fn by_library(exact: &Big, incoming: f64) -> Self {
        let value = double(exact);
        let largest = f64::from(value).abs() + incoming;
        if largest.is_nan() || largest > F::LARGEST {
            return Self::unknown(value);
        }
        let underflow = if f64::from(value).abs() - incoming < F::LEAST_NORMAL { F::LEAST_NORMAL } else { 0.0 };
        Self::with(value, (incoming + LIBRARY * F::UNIT_ROUNDOFF * largest + underflow) * SLACK)
    }

    fn big(&self) -> Big {
        Big::exactly(self.value.hi()) + Big::exactly(self.value.lo())
    }

    fn relative(&self) -> f64 {
        if self.bound == 0.0 { 0.0 } else { self.bound / self.size() }
    }
}

fn double(exact: &Big) -> TwoFloat {
    let high = exact.to_f64();
    if !high.is_finite() {
        return TwoFloat::from(high);
    }
    TwoFloat::new_add(high, (exact.clone() - Big::exactly(high)).to_f64())
}

/// Whether both parts are finite numbers and the bound is one.
fn known<F: Format>(x: &Tracked<F>) -> bool {
    x.size().is_finite() && x.bound.is_finite()
}

impl<F: Format> Elementary for Tracked<F> {
    /// The error that comes in is multiplied by at most the largest slope between the operand and where the subject may have it.
    fn checked(self, function: Function) -> Option<Self> {
        if function == Function::SquareRoot {
            return Some(Root::sqrt(self));
        }
        let least = f64::from(self.value) - self.bound;
        if !known(&self) || self.size() > 1e4 || (function == Function::Logarithm && least <= 0.0) {
            return Some(Self::unknown(TwoFloat::from(f64::NAN)));
        }
        let exact = self.big().apply(function);
        let incoming = match function {
            Function::Exponential => exact.to_f64() * libm::expm1(self.bound),
            Function::Logarithm => self.bound / least,
            // Their slopes are at most 1 and 1/4.
            Function::Tanh | Function::Sigmoid | Function::SquareRoot => self.bound,
        };
        Some(Self::by_library(&exact, incoming * SLACK))
    }
}

impl<F: Format> Analytic for Tracked<F> {
    /// π is rounded and multiplied by, which moves the argument by two units of it; the cosine's slope is at most 1.
    fn cos_pi(self) -> Option<Self> {
        if !known(&self) {
            return Some(Self::unknown(TwoFloat::from(f64::NAN)));
        }
        let moved = 2.0 * F::UNIT_ROUNDOFF * (self.size() + self.bound) + self.bound;
        Some(Self::by_library(&self.big().cos_pi()?, PI * moved * SLACK * SLACK))
    }

    /// By a library's power, by repeated multiplication (`k` errors of the base, `k` roundings), or as `e^(k ln x)` (the exponent is off by
    /// two roundings and the logarithm's own error).
    fn power(self, exponent: u64) -> Option<Self> {
        match exponent {
            0 => return Some(Self::one()),
            1 => return Some(self),
            _ if self.bound == 0.0 && (self.size() == 0.0 || self.is_one()) => return Some(self),
            _ if !known(&self) || self.bound >= self.size() => return Some(Self::unknown(TwoFloat::from(f64::NAN))),
            _ => {}
        }
        let logarithm = libm::log(self.size()).abs();
        let factor = self.relative() + F::UNIT_ROUNDOFF * (1.0 + logarithm * (2.0 + LIBRARY));
        let units = exponent as f64 * factor;
        let relative = if units < 1.0 { units / (1.0 - units) } else { f64::INFINITY };
        let exact = Analytic::power(self.big(), exponent)?;
        let incoming = exact.to_f64().abs() * relative;
        Some(if incoming.is_finite() { Self::by_library(&exact, incoming * SLACK) } else { Self::unknown(double(&exact)) })
    }
}
