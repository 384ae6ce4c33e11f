//! The checker's numbers `a + b √d`, whose arithmetic is paid for: no file keeps the checker busy for long.

use crate::number::{Rational, Real, Surd, borrowed_operands, to_f64};
use dashu_int::ops::BitTest;
use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// What one certificate may cost: some seconds. The unit is about that of a product of two words.
const BUDGET: u64 = 2_000_000_000;

thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(BUDGET) };
}

/// Runs a check, whose result counts if its arithmetic stayed within the budget. Operations are counted and not timed, so that the
/// verdict is the same everywhere.
pub fn within_budget<T>(check: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    LEFT.set(BUDGET);
    let result = check();
    let exhausted = LEFT.replace(BUDGET) == 0;
    if exhausted { Err("work: the numbers are too many or too long to be checked within seconds".into()) } else { result }
}

/// Takes a price off the budget. Once it says no it goes on doing so, and any value may stand for the result: [`within_budget`] refuses.
pub fn pays(cost: u64) -> bool {
    let left = LEFT.get().saturating_sub(cost);
    LEFT.set(left);
    left > 0
}

/// Ends a loop early once the budget is exhausted.
pub fn going_on() -> Result<(), String> {
    if pays(0) { Ok(()) } else { Err(String::new()) }
}

/// The length of a fraction in words, a short one's being 0.
pub fn words(x: &Rational) -> u64 {
    lengths(x).into_iter().sum()
}

/// The lengths of numerator and denominator in words.
fn lengths(x: &Rational) -> [u64; 2] {
    [x.numerator().bit_len(), x.denominator().bit_len()].map(|bits| bits as u64 / 64)
}

/// A number `a + b √d`.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact(Surd);

impl Exact {
    /// The root of an integer.
    pub fn root(of: u64) -> Exact {
        // It is found by trial divisions.
        if pays(16 * of.isqrt()) { Exact(Surd::root(of)) } else { Exact::zero() }
    }

    /// The number without its price.
    pub fn into_surd(self) -> Surd {
        self.0
    }

    /// `d`, or `None` for a rational number.
    pub fn radicand(&self) -> Option<u64> {
        self.0.radicand()
    }

    /// `a` and `b`.
    pub fn parts(&self) -> [&Rational; 2] {
        self.0.parts()
    }

    /// Whether the number is 0.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    fn affords_sum(&self, other: &Exact) -> bool {
        let [one, two] = [self, other].map(|number| {
            let [[n, d], [m, e]] = number.parts().map(lengths);
            [n + m, d + e]
        });
        let below = one[1] + two[1];
        let all = one[0] + two[0] + below;
        let rooted = self.radicand().is_some() || other.radicand().is_some();
        pays(128 + all * (below + 1) + if rooted { all * all } else { 0 })
    }

    fn affords_product(&self, other: &Exact) -> bool {
        let [one, two] = [self, other].map(|number| number.parts().map(words).into_iter().sum::<u64>());
        let rooted = self.radicand().is_some() || other.radicand().is_some();
        pays(128 + one * two + if rooted { 4 * (one + two).pow(2) } else { 0 })
    }
}

impl From<Rational> for Exact {
    fn from(value: Rational) -> Exact {
        Exact(value.into())
    }
}

macro_rules! paid {
    ($operation:ident, $method:ident, $affords:ident) => {
        impl $operation for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                if self.$affords(&other) { Exact($operation::$method(self.0, other.0)) } else { Exact::zero() }
            }
        }
    };
}
paid!(Add, add, affords_sum);
paid!(Sub, sub, affords_sum);
paid!(Mul, mul, affords_product);
paid!(Div, div, affords_product);
borrowed_operands!(Exact);

impl Neg for Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        Exact(-self.0)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        if self.affords_sum(other) { self.0.partial_cmp(&other.0) } else { Some(Ordering::Equal) }
    }
}

impl Real for Exact {
    type Wide = Exact;

    fn of(value: &Rational) -> Self {
        value.clone().into()
    }

    fn narrow(wide: &Exact) -> Self {
        wide.clone()
    }

    fn larger(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    fn sign(self) -> Self {
        Exact(self.0.sign())
    }

    fn magnitude(self) -> Self {
        Exact(self.0.magnitude())
    }
}

impl std::fmt::Display for Exact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b] = self.parts();
        if words(a) + words(b) <= 8 {
            return self.0.fmt(f);
        }
        let root = self.radicand().map_or(0.0, |radicand| (radicand as f64).sqrt());
        write!(f, "about {:e}", to_f64(a) + to_f64(b) * root)
    }
}
