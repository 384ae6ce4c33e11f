//! Numbers `a + b √d`: what the constants of Nesterov's and Polyak's methods need.

use super::{Rational, Real, square};
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// `a + b √d`, exactly, with rational `a` and `b` and a square-free `d > 1`; `d` is 0 where `b` is, so that equality is structural.
///
/// Numbers with different `d` do not mix: `√2 + √3` is no number of this kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surd {
    rational: Rational,
    coefficient: Rational,
    radicand: u64,
}

impl Surd {
    /// The root of an integer: `√12 = 2 √3`.
    pub fn root(of: u64) -> Surd {
        let (mut outside, mut inside) = (1u64, of);
        let mut factor = 2u64;
        while factor.checked_mul(factor).is_some_and(|squared| squared <= inside) && factor <= 1_000_000 {
            while inside.is_multiple_of(factor * factor) {
                inside /= factor * factor;
                outside *= factor;
            }
            factor += 1;
        }
        // What is left has no square factor below 10^12; it may still be one square.
        let whole = inside.isqrt();
        if whole * whole == inside {
            return Surd::from(Rational::from(outside * whole));
        }
        Surd::new(Rational::ZERO, Rational::from(outside), inside)
    }

    /// `d`, or `None` for a rational number.
    pub fn radicand(&self) -> Option<u64> {
        (self.radicand != 0).then_some(self.radicand)
    }

    /// `a` and `b`.
    pub fn parts(&self) -> [&Rational; 2] {
        [&self.rational, &self.coefficient]
    }

    /// Whether the number is 0.
    pub fn is_zero(&self) -> bool {
        self.rational.is_zero() && self.coefficient.is_zero()
    }

    fn new(rational: Rational, coefficient: Rational, radicand: u64) -> Surd {
        let radicand = if coefficient.is_zero() { 0 } else { radicand };
        Surd { rational, coefficient, radicand }
    }

    /// The root that both numbers share.
    ///
    /// # Panics
    /// If they have different ones.
    fn shared(&self, other: &Surd) -> u64 {
        let (one, two) = (self.radicand, other.radicand);
        assert!(one == two || one == 0 || two == 0, "√{one} and √{two} do not mix");
        one.max(two)
    }
}

impl From<Rational> for Surd {
    fn from(value: Rational) -> Surd {
        Surd::new(value, Rational::ZERO, 0)
    }
}

impl Add for Surd {
    type Output = Surd;
    fn add(self, other: Surd) -> Surd {
        let radicand = self.shared(&other);
        Surd::new(self.rational + other.rational, self.coefficient + other.coefficient, radicand)
    }
}

impl Sub for Surd {
    type Output = Surd;
    fn sub(self, other: Surd) -> Surd {
        let radicand = self.shared(&other);
        Surd::new(self.rational - other.rational, self.coefficient - other.coefficient, radicand)
    }
}

impl Neg for Surd {
    type Output = Surd;
    fn neg(self) -> Surd {
        Surd::new(-self.rational, -self.coefficient, self.radicand)
    }
}

impl Mul for Surd {
    type Output = Surd;
    fn mul(self, other: Surd) -> Surd {
        let radicand = self.shared(&other);
        if radicand == 0 {
            return Surd::from(self.rational * other.rational);
        }
        let cross = &self.rational * &other.coefficient + &self.coefficient * &other.rational;
        let rational = self.rational * other.rational + self.coefficient * other.coefficient * Rational::from(radicand);
        Surd::new(rational, cross, radicand)
    }
}

/// Panics if `other` is zero.
impl Div for Surd {
    type Output = Surd;
    fn div(self, other: Surd) -> Surd {
        if other.radicand == 0 {
            let Surd { rational, coefficient, radicand } = self;
            return Surd::new(rational / &other.rational, coefficient / other.rational, radicand);
        }
        // The norm is not zero: √d is irrational.
        let norm = square(&other.rational) - square(&other.coefficient) * Rational::from(other.radicand);
        let conjugate = Surd::new(other.rational / &norm, -other.coefficient / norm, other.radicand);
        self * conjugate
    }
}

borrowed_operands!(Surd);

impl PartialOrd for Surd {
    fn partial_cmp(&self, other: &Surd) -> Option<Ordering> {
        let difference = self.clone() - other;
        let [a, b] = difference.parts().map(|part| part.cmp(&Rational::ZERO));
        Some(match (a, b) {
            (Ordering::Equal, sign) | (sign, Ordering::Equal) => sign,
            (one, two) if one == two => one,
            // Opposite signs: the larger square decides.
            (sign, opposite) => {
                let root = square(&difference.coefficient) * Rational::from(difference.radicand);
                if square(&difference.rational) > root { sign } else { opposite }
            }
        })
    }
}

impl Real for Surd {
    type Wide = Surd;

    fn of(value: &Rational) -> Self {
        value.clone().into()
    }

    fn narrow(wide: &Surd) -> Self {
        wide.clone()
    }

    fn larger(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    fn sign(self) -> Self {
        let zero = Surd::zero();
        Surd::int(i64::from(self > zero) - i64::from(self < zero))
    }

    fn magnitude(self) -> Self {
        if self < Surd::zero() { -self } else { self }
    }
}

/// A fraction, or `a + b*sqrt(d)` as certificates have it.
impl std::fmt::Display for Surd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Surd { rational, coefficient, radicand } = self;
        if *radicand == 0 {
            return write!(f, "{rational}");
        }
        if rational.is_zero() {
            write!(f, "{coefficient}*sqrt({radicand})")
        } else if *coefficient < Rational::ZERO {
            write!(f, "{rational} - {}*sqrt({radicand})", -coefficient)
        } else {
            write!(f, "{rational} + {coefficient}*sqrt({radicand})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::rational;
    use quickcheck::quickcheck;

    fn number(a: i8, b: i8) -> Surd {
        Surd::from(rational(a.into(), 7)) + Surd::root(5) * Surd::from(rational(b.into(), 3))
    }

    #[test]
    fn roots_are_reduced() {
        assert_eq!(Surd::root(12), Surd::int(2) * Surd::root(3));
        assert_eq!(Surd::root(49), Surd::int(7));
        assert_eq!(Surd::root(0), Surd::int(0));
        assert_eq!(Surd::root(1_000_003 * 1_000_003), Surd::int(1_000_003)); // no factor is found, but the rest is a square
        assert_eq!((Surd::root(5) * Surd::root(5), Surd::root(5).radicand()), (Surd::int(5), Some(5)));
    }

    quickcheck! {
        fn a_quotient_times_its_divisor_is_the_dividend(a: i8, b: i8, c: i8, d: i8) -> bool {
            let (x, y) = (number(a, b), number(c, d));
            y.is_zero() || (x.clone() / &y) * y == x
        }

        fn the_order_is_that_of_the_reals(a: i8, b: i8, c: i8, d: i8) -> bool {
            let real = |a: i8, b: i8| f64::from(a) / 7.0 + f64::from(b) / 3.0 * 5f64.sqrt();
            let (x, y) = (number(a, b), number(c, d));
            // Different numbers of this size are further apart than the rounding errors of two floats.
            if x == y { x.partial_cmp(&y) == Some(Ordering::Equal) } else { (x < y) == (real(a, b) < real(c, d)) }
        }
    }
}
