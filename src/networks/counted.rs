//! Operation counts.

use crate::number::{Elementary, Function, Rational, Real, Root, borrowed_operands};
use crate::system::System;
use crate::theorem::Source;
use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

thread_local! {
    static OPERATIONS: Cell<u64> = const { Cell::new(0) };
}

/// A number whose field operations, maxima, roots and elementary functions are counted, each as one; comparisons and copies are free.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub struct Counted<R>(pub R);

/// What `compute` returns, and how many operations on counted numbers it took on this thread.
pub fn operations<T>(compute: impl FnOnce() -> T) -> (T, u64) {
    let before = OPERATIONS.get();
    let result = compute();
    (result, OPERATIONS.get() - before)
}

fn count<T>(result: T) -> T {
    OPERATIONS.set(OPERATIONS.get() + 1);
    result
}

macro_rules! counted {
    ($($operation:ident, $method:ident;)*) => {$(
        impl<R: Real> $operation for Counted<R> {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                count(Counted($operation::$method(self.0, other.0)))
            }
        }
    )*};
}
counted! { Add, add; Sub, sub; Mul, mul; Div, div; }
borrowed_operands!(Counted<R: Real>);

impl<R: Real> Neg for Counted<R> {
    type Output = Self;
    fn neg(self) -> Self {
        count(Counted(-self.0))
    }
}

impl<R: Real> Real for Counted<R> {
    type Wide = Self;

    fn of(value: &Rational) -> Self {
        Counted(R::of(value))
    }

    fn narrow(wide: &Self) -> Self {
        wide.clone()
    }

    fn larger(self, other: Self) -> Self {
        count(Counted(self.0.larger(other.0)))
    }

    fn sign(self) -> Self {
        count(Counted(self.0.sign()))
    }

    fn magnitude(self) -> Self {
        count(Counted(self.0.magnitude()))
    }

    fn int(value: i64) -> Self {
        Counted(R::int(value))
    }
}

impl<R: Root> Root for Counted<R> {
    fn sqrt(self) -> Self {
        count(Counted(self.0.sqrt()))
    }
}

impl<R: Elementary> Elementary for Counted<R> {
    fn checked(self, function: Function) -> Option<Self> {
        self.0.checked(function).map(|value| count(Counted(value)))
    }
}

/// Counted numbers.
pub const SYSTEM: System = System {
    name: "operation-counting-scalar",
    formula: "one for each + - × ÷, negation, maximum and elementary function",
    rows: &["S5 operation-counting scalar"],
    conventions: &[],
    sources: &[Source::Note("000", "47-48"), Source::Cited("griewank2008", "chapter 4")],
    tests: &[
        "tests/networks/derivatives.rs::a_gradient_costs_at_most_five_evaluations_and_its_tape_is_the_program",
        "tests/networks/derivatives.rs::the_bound_of_five_is_attained_by_a_product",
    ],
};
