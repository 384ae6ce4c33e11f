//! Forward mode: dual numbers.

use crate::number::{Elementary, Function, Rational, Real, borrowed_operands};
use crate::system::System;
use crate::theorem::Source;
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// `value + tangent ε` with `ε² = 0`: a number and its derivative along one direction (Griewank and Walther 2008, section 3.1).
///
/// Ours, because the crate num-dual, which the tests compare it with, starts from `f32` or `f64` alone (its `DualNum::Primitive` is a
/// float), while theorems want exact derivatives in rationals and enclosures in intervals. Over itself it gives second derivatives, and under a
/// network's backward pass Hessian-vector products.
#[derive(Clone, Debug)]
pub struct Dual<R> {
    /// The number.
    pub value: R,
    /// Its derivative along the direction.
    pub tangent: R,
}

impl<R: Real> Dual<R> {
    /// A number that does not depend on the direction.
    pub fn constant(value: R) -> Self {
        Dual { value, tangent: R::zero() }
    }

    /// Values with their tangents.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn along(values: &[R], direction: &[R]) -> Vec<Self> {
        assert_eq!(values.len(), direction.len(), "a direction has the length of its point");
        values.iter().zip(direction).map(|(value, tangent)| Dual { value: value.clone(), tangent: tangent.clone() }).collect()
    }
}

/// Duals are ordered by their values.
impl<R: Real> PartialOrd for Dual<R> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<R: Real> PartialEq for Dual<R> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<R: Real> Neg for Dual<R> {
    type Output = Self;
    fn neg(self) -> Self {
        Dual { value: -self.value, tangent: -self.tangent }
    }
}

impl<R: Real> Add for Dual<R> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Dual { value: self.value + other.value, tangent: self.tangent + other.tangent }
    }
}

impl<R: Real> Sub for Dual<R> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Dual { value: self.value - other.value, tangent: self.tangent - other.tangent }
    }
}

impl<R: Real> Mul for Dual<R> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let tangent = self.tangent * &other.value + self.value.clone() * other.tangent;
        Dual { value: self.value * other.value, tangent }
    }
}

impl<R: Real> Div for Dual<R> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let value = self.value / &other.value;
        let tangent = (self.tangent - value.clone() * other.tangent) / other.value;
        Dual { value, tangent }
    }
}

borrowed_operands!(Dual<R: Real>);

impl<R: Real> Real for Dual<R> {
    type Wide = Self;

    fn of(value: &Rational) -> Self {
        Dual::constant(R::of(value))
    }

    fn narrow(wide: &Self) -> Self {
        wide.clone()
    }

    /// The tangent is that of the larger number, of `self` where they are equal: so `max(0, x)` has the slope 0 at 0, as in the
    /// frameworks. Where the order is undecided the tangent is `0/0`: NaN in floats, the whole line in intervals.
    fn larger(self, other: Self) -> Self {
        let order = self.value.partial_cmp(&other.value);
        let tangent = match order {
            Some(Ordering::Less) => other.tangent,
            Some(_) => self.tangent,
            None => R::zero() / R::zero(),
        };
        Dual { value: self.value.larger(other.value), tangent }
    }

    fn sign(self) -> Self {
        Dual::constant(self.value.sign())
    }

    /// With the slope 0 at 0, as in the frameworks.
    fn magnitude(self) -> Self {
        self.clone() * self.sign()
    }

    fn int(value: i64) -> Self {
        Dual::constant(R::int(value))
    }
}

impl<R: Elementary> Elementary for Dual<R> {
    fn checked(self, function: Function) -> Option<Self> {
        let value = self.value.clone().checked(function)?;
        Some(Dual { tangent: self.tangent * function.slope(&self.value, &value), value })
    }
}

/// Forward mode.
pub const SYSTEM: System = System {
    name: "forward-dual-numbers",
    formula: "(x + ẋ ε)(y + ẏ ε) = x y + (ẋ y + x ẏ) ε: a directional derivative in at most 4 evaluations",
    rows: &["S5 forward dual numbers"],
    conventions: &[],
    sources: &[Source::Note("000", "47"), Source::Cited("griewank2008", "section 3.1")],
    tests: &[
        "tests/networks/derivatives.rs::a_gradient_costs_at_most_five_evaluations_and_its_tape_is_the_program",
        "tests/networks/derivatives.rs::second_derivatives_agree_with_num_dual",
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
    ],
};
