//! Fractions of polynomials in the parameters of a certificate.

use super::exact::{pays, words};
use crate::number::Polynomial;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Largest exponent of a parameter.
const DEGREE: u32 = 10_000;

/// `numerator / denominator`, not reduced; the denominator has positive coefficients only, so that it is positive for positive parameters.
#[derive(Clone, Debug)]
pub struct Fraction {
    numerator: Polynomial,
    denominator: Polynomial,
}

impl Fraction {
    /// A polynomial.
    pub fn of(numerator: Polynomial) -> Fraction {
        let denominator = numerator.int(1);
        Fraction { numerator, denominator }
    }

    /// Above the line.
    pub fn numerator(&self) -> &Polynomial {
        &self.numerator
    }

    /// Below the line.
    pub fn denominator(&self) -> &Polynomial {
        &self.denominator
    }

    fn sum(self, other: Fraction) -> Fraction {
        if self.denominator == other.denominator {
            return Fraction { numerator: self.numerator + other.numerator, denominator: self.denominator };
        }
        Fraction {
            numerator: times(&self.numerator, &other.denominator) + times(&other.numerator, &self.denominator),
            denominator: times(&self.denominator, &other.denominator),
        }
    }
}

/// The product, if it can be paid for.
fn times(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let longest = |of: &Polynomial| of.coefficients().map(words).max().unwrap_or(0);
    let (pairs, length) = ((a.terms() * b.terms()) as u64, longest(a) + longest(b));
    let price = if a.degree() + b.degree() > DEGREE { u64::MAX } else { 64 + pairs * (512 + length * length) };
    if pays(price) { a * b } else { a.int(0) }
}

impl Add for Fraction {
    type Output = Fraction;
    fn add(self, other: Fraction) -> Fraction {
        if self.numerator.terms() == 0 {
            return other;
        }
        if other.numerator.terms() == 0 {
            return self;
        }
        self.sum(other)
    }
}

impl Neg for Fraction {
    type Output = Fraction;
    fn neg(self) -> Fraction {
        Fraction { numerator: -self.numerator, denominator: self.denominator }
    }
}

impl Sub for Fraction {
    type Output = Fraction;
    fn sub(self, other: Fraction) -> Fraction {
        self + -other
    }
}

impl Mul for Fraction {
    type Output = Fraction;
    fn mul(self, other: Fraction) -> Fraction {
        Fraction {
            numerator: times(&self.numerator, &other.numerator),
            denominator: times(&self.denominator, &other.denominator),
        }
    }
}

/// The divisor's numerator must have one sign for all positive parameters ([`super::field::Field::is_divisor`]).
impl Div for Fraction {
    type Output = Fraction;
    fn div(self, other: Fraction) -> Fraction {
        let (numerator, denominator) = (times(&self.numerator, &other.denominator), times(&self.denominator, &other.numerator));
        if other.numerator.is_positive_termwise() {
            Fraction { numerator, denominator }
        } else {
            Fraction { numerator: -numerator, denominator: -denominator }
        }
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a fraction of {} over {} terms", self.numerator.terms(), self.denominator.terms())
    }
}
