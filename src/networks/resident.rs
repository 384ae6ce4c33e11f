//! Memory, as the numbers that exist at one time.
//!
//! What an allocator would count depends on how vectors grow and on what else the process does. Numbers that count themselves say what
//! the algorithm keeps, and they say it exactly.

use crate::number::{Elementary, Function, Rational, Real, Root, borrowed_operands};
use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

thread_local! {
    static ALIVE: Cell<u64> = const { Cell::new(0) };
    static MOST: Cell<u64> = const { Cell::new(0) };
}

/// A number that counts as long as it exists, on the thread where it was made.
#[derive(Debug, PartialEq, PartialOrd)]
pub struct Resident<R>(R);

/// What `compute` returns, and how many more resident numbers existed at one time on this thread than before it began.
pub fn most_resident<T>(compute: impl FnOnce() -> T) -> (T, u64) {
    let (before, outer) = (ALIVE.get(), MOST.get());
    MOST.set(before);
    let result = compute();
    let most = MOST.get();
    // A count within another one must not forget the outer one's peak.
    MOST.set(most.max(outer));
    (result, most - before)
}

impl<R> Resident<R> {
    /// This number, which exists from now on.
    pub fn new(value: R) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        MOST.set(MOST.get().max(ALIVE.get()));
        Resident(value)
    }

    /// The number.
    pub fn value(&self) -> &R {
        &self.0
    }
}

impl<R> Drop for Resident<R> {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl<R: Clone> Clone for Resident<R> {
    fn clone(&self) -> Self {
        Resident::new(self.0.clone())
    }
}

macro_rules! resident {
    ($($operation:ident, $method:ident;)*) => {$(
        impl<R: Real> $operation for Resident<R> {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Resident::new($operation::$method(self.0.clone(), &other.0))
            }
        }
    )*};
}
resident! { Add, add; Sub, sub; Mul, mul; Div, div; }
borrowed_operands!(Resident<R: Real>);

impl<R: Real> Neg for Resident<R> {
    type Output = Self;
    fn neg(self) -> Self {
        Resident::new(-self.0.clone())
    }
}

impl<R: Real> Real for Resident<R> {
    type Wide = Self;

    fn of(value: &Rational) -> Self {
        Resident::new(R::of(value))
    }

    fn narrow(wide: &Self) -> Self {
        wide.clone()
    }

    fn larger(self, other: Self) -> Self {
        Resident::new(self.0.clone().larger(other.0.clone()))
    }

    fn sign(self) -> Self {
        Resident::new(self.0.clone().sign())
    }

    fn magnitude(self) -> Self {
        Resident::new(self.0.clone().magnitude())
    }

    fn int(value: i64) -> Self {
        Resident::new(R::int(value))
    }
}

impl<R: Root> Root for Resident<R> {
    fn sqrt(self) -> Self {
        Resident::new(self.0.clone().sqrt())
    }
}

impl<R: Elementary> Elementary for Resident<R> {
    fn checked(self, function: Function) -> Option<Self> {
        self.0.clone().checked(function).map(Resident::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_while_they_exist() {
        let kept = Resident::new(1.0);
        let ((), most) = most_resident(|| {
            let pair = [kept.clone(), kept.clone()];
            drop(pair);
            drop(kept.clone());
        });
        assert_eq!(most, 2);
        let (moved, most) = most_resident(|| vec![kept]);
        assert_eq!((moved.len(), most), (1, 0));
    }

    #[test]
    fn a_count_within_another_keeps_the_outer_peak() {
        let ((), most) = most_resident(|| {
            drop([1.0, 2.0, 3.0].map(Resident::new));
            assert_eq!(most_resident(|| drop(Resident::new(1.0))).1, 1);
        });
        assert_eq!(most, 3);
    }

    #[test]
    fn a_sum_takes_its_operands_and_one_more() {
        let (sum, most) = most_resident(|| Resident::new(1.0) + Resident::new(2.0));
        assert_eq!((*sum.value(), most), (3.0, 3));
    }
}
