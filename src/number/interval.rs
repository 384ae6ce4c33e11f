//! Rigorous enclosures.

use super::{Rational, Real, Root, to_f64};
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A closed interval `[lo, hi]` that contains the exact result of every operation on members of its operands.
///
/// IEEE addition, multiplication, division and square root round to nearest, so the exact endpoint lies strictly between
/// the neighbours of the computed one: moving each endpoint one ulp outward encloses it, overflow and underflow included
/// (`next_up` of the largest finite number is infinity; `next_up` of 0 is the least subnormal). `x + 0`, `0 x`, `1 x` and `0 / x`
/// are not rounded at all: without that a sum of squares that starts at zero would seem to be negative. An operation without a bounded result
/// (division by an interval that contains zero, `inf - inf`) gives the whole line.
#[derive(Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower endpoint.
    pub lo: f64,
    /// Upper endpoint, at least `lo`.
    pub hi: f64,
}

/// As mathematics writes it: witnesses in reports show intervals.
impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:?}, {:?}]", self.lo, self.hi)
    }
}

impl Interval {
    /// Everything.
    pub const WHOLE: Interval = Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY };

    /// The interval of one number.
    pub fn point(x: f64) -> Self {
        Interval { lo: x, hi: x }
    }

    /// Whether this is the number zero, exactly.
    fn is_zero(&self) -> bool {
        self.lo == 0.0 && self.hi == 0.0
    }

    /// The least and largest of `candidates`, one ulp outward; the whole line if one of them is NaN.
    fn outward(candidates: [f64; 4]) -> Self {
        if candidates.iter().any(|x| x.is_nan()) {
            return Interval::WHOLE;
        }
        let lo = candidates.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = candidates.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Interval { lo: lo.next_down(), hi: hi.next_up() }
    }

    /// Between exact endpoints; the whole line if one of them is NaN.
    fn enclosing(lo: f64, hi: f64) -> Self {
        if lo.is_nan() || hi.is_nan() { Interval::WHOLE } else { Interval { lo, hi } }
    }

    /// Whether all members are greater than `limit`, or none is.
    pub fn above(&self, limit: f64) -> Option<bool> {
        if self.lo > limit {
            Some(true)
        } else if self.hi <= limit {
            Some(false)
        } else {
            None
        }
    }

    /// Whether all members lie strictly between `-limit` and `limit`, or none does.
    pub fn smaller_than(&self, limit: f64) -> Option<bool> {
        if -limit < self.lo && self.hi < limit {
            Some(true)
        } else if self.hi <= -limit || limit <= self.lo {
            Some(false)
        } else {
            None
        }
    }

    /// Whether `x` lies in the interval.
    pub fn contains(&self, x: f64) -> bool {
        self.lo <= x && x <= self.hi
    }
}

/// Certainly less or certainly greater; `None` when the intervals overlap and are not the same point.
impl PartialOrd for Interval {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        if self.hi < other.lo {
            Some(std::cmp::Ordering::Less)
        } else if self.lo > other.hi {
            Some(std::cmp::Ordering::Greater)
        } else if self == other && self.lo == self.hi {
            Some(std::cmp::Ordering::Equal)
        } else {
            None
        }
    }
}

impl Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Interval { lo: -self.hi, hi: -self.lo }
    }
}

impl Add for Interval {
    type Output = Self;
    fn add(self, b: Self) -> Self {
        if self.is_zero() {
            return b;
        }
        if b.is_zero() {
            return self;
        }
        let (lo, hi) = (self.lo + b.lo, self.hi + b.hi);
        Interval::outward([lo, hi, lo, hi])
    }
}

impl Sub for Interval {
    type Output = Self;
    fn sub(self, b: Self) -> Self {
        self + -b
    }
}

impl Mul for Interval {
    type Output = Self;
    /// Members are finite, so that zero times the whole line is zero.
    fn mul(self, b: Self) -> Self {
        if self.is_zero() || b.is_zero() {
            return Interval::point(0.0);
        }
        if self == Interval::point(1.0) {
            return b;
        }
        if b == Interval::point(1.0) {
            return self;
        }
        Interval::outward([self.lo * b.lo, self.lo * b.hi, self.hi * b.lo, self.hi * b.hi])
    }
}

impl Div for Interval {
    type Output = Self;
    fn div(self, b: Self) -> Self {
        if b.contains(0.0) {
            return Interval::WHOLE;
        }
        if self.is_zero() {
            return Interval::point(0.0);
        }
        Interval::outward([self.lo / b.lo, self.lo / b.hi, self.hi / b.lo, self.hi / b.hi])
    }
}

super::borrowed_operands!(Interval);

impl Real for Interval {
    type Wide = Interval;

    /// The point itself where the number is an `f64`, its two neighbours' hull otherwise.
    fn of(value: &Rational) -> Self {
        let nearest = to_f64(value);
        if Rational::try_from(nearest).as_ref() == Ok(value) { Interval::point(nearest) } else { Interval::outward([nearest; 4]) }
    }

    fn narrow(wide: &Interval) -> Self {
        *wide
    }

    fn larger(self, other: Self) -> Self {
        Interval::enclosing(self.lo.larger(other.lo), self.hi.larger(other.hi))
    }

    /// All signs of members.
    fn sign(self) -> Self {
        Interval::enclosing(self.lo.sign(), self.hi.sign())
    }

    fn magnitude(self) -> Self {
        let (lo, hi) = (self.lo.magnitude(), self.hi.magnitude());
        let nearest = if self.contains(0.0) { 0.0 } else { lo.smaller(hi) };
        Interval::enclosing(nearest, lo.larger(hi))
    }
}

impl Root for Interval {
    /// The enclosure of the roots of the non-negative members; the whole line if there is a negative one.
    fn sqrt(self) -> Self {
        if self.lo < 0.0 {
            return Interval::WHOLE;
        }
        let lo = self.lo.sqrt().next_down().max(0.0);
        Interval { lo, hi: self.hi.sqrt().next_up() }
    }
}
