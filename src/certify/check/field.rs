//! The numbers that the checker computes with.

use super::fraction::Fraction;
use crate::number::{Polynomial, Rational, Real, Surd};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A field in which the checker can tell zero, and can tell some elements non-negative.
pub trait Field:
    Clone + std::fmt::Display + Neg<Output = Self> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// What names and roots stand for.
    type Names;

    /// The rational number `value`.
    fn rational(value: Rational, names: &Self::Names) -> Self;

    /// The square root of a fraction that is not negative, with at most 10^12 as the product of numerator and denominator.
    fn root(&self, names: &Self::Names) -> Result<Self, String>;

    /// The parameter `name`.
    fn parameter(name: &str, names: &Self::Names) -> Result<Self, String>;

    /// Whether the number is 0, for all values of the parameters.
    fn is_zero(&self) -> bool;

    /// True only if the number is not negative for any values of the parameters.
    fn is_nonnegative(&self) -> bool;

    /// Whether the number may be divided by: it is not 0 for any values of the parameters.
    fn is_divisor(&self) -> bool;

    /// Whether the number is small enough to go on computing with.
    fn is_manageable(&self) -> bool;
}

/// Numbers `a + b √d` with one `d`: the radicand of the certificate.
impl Field for Surd {
    type Names = std::cell::Cell<u64>;

    fn rational(value: Rational, _: &Self::Names) -> Self {
        value.into()
    }

    fn root(&self, names: &Self::Names) -> Result<Self, String> {
        // √(p/q) = √(pq) / q
        let [whole, _] = self.parts();
        let product = whole.numerator() * dashu_int::IBig::from(whole.denominator().clone());
        let product = u64::try_from(product).ok().filter(|product| self.radicand().is_none() && *product <= 1_000_000_000_000);
        let product = product.ok_or("'sqrt' needs a fraction p/q that is not negative, with p q of at most 10^12")?;
        let root = Surd::root(product) / Surd::from(Rational::from(whole.denominator().clone()));
        match root.radicand() {
            Some(radicand) if names.get() != 0 && names.get() != radicand => {
                Err(format!("√{radicand} and √{} in one certificate; use one root", names.get()))
            }
            Some(radicand) => {
                names.set(radicand);
                Ok(root)
            }
            None => Ok(root),
        }
    }

    fn parameter(name: &str, _: &Self::Names) -> Result<Self, String> {
        Err(format!("'{name}' is no number; a name must be listed in \"parameters\""))
    }

    fn is_zero(&self) -> bool {
        Surd::is_zero(self)
    }

    fn is_nonnegative(&self) -> bool {
        *self >= Surd::zero()
    }

    fn is_divisor(&self) -> bool {
        !Surd::is_zero(self)
    }

    fn is_manageable(&self) -> bool {
        true
    }
}

/// Fractions of polynomials in positive parameters.
impl Field for Fraction {
    type Names = Vec<String>;

    fn rational(value: Rational, names: &Self::Names) -> Self {
        Fraction::of(Polynomial::fixed(names.len(), &value))
    }

    fn root(&self, _: &Self::Names) -> Result<Self, String> {
        Err("a root beside parameters; make the root a parameter".into())
    }

    fn parameter(name: &str, names: &Self::Names) -> Result<Self, String> {
        let index = names.iter().position(|known| known == name);
        let index = index.ok_or_else(|| format!("'{name}' is not listed in \"parameters\""))?;
        Ok(Fraction::of(Polynomial::variable(names.len(), index)))
    }

    fn is_zero(&self) -> bool {
        self.numerator().terms() == 0
    }

    fn is_nonnegative(&self) -> bool {
        self.numerator().is_positive_termwise() && self.denominator().is_positive_termwise()
    }

    fn is_divisor(&self) -> bool {
        !self.is_zero() && (self.is_nonnegative() || (-self.clone()).is_nonnegative())
    }

    fn is_manageable(&self) -> bool {
        self.numerator().terms() + self.denominator().terms() <= 5_000
    }
}
