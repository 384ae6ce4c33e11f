//! The numbers that the checker computes with.

use super::exact::Exact;
use super::fraction::Fraction;
use crate::number::{Polynomial, Rational, Real};
use std::cell::Cell;
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
}

/// Numbers `a + b √d` with one `d`: the radicand of the certificate.
impl Field for Exact {
    type Names = Cell<u64>;

    fn rational(value: Rational, _: &Self::Names) -> Self {
        value.into()
    }

    fn root(&self, names: &Self::Names) -> Result<Self, String> {
        // √(p/q) = √(pq) / q
        let [whole, _] = self.parts();
        let product = whole.numerator() * dashu_int::IBig::from(whole.denominator().clone());
        let product = u64::try_from(product).ok().filter(|product| self.radicand().is_none() && *product <= 1_000_000_000_000);
        let product = product.ok_or("'sqrt' needs a fraction p/q that is not negative, with p q of at most 10^12")?;
        let root = Exact::root(product) / Exact::from(Rational::from(whole.denominator().clone()));
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
        Exact::is_zero(self)
    }

    fn is_nonnegative(&self) -> bool {
        *self >= Exact::zero()
    }

    fn is_divisor(&self) -> bool {
        !Exact::is_zero(self)
    }
}

/// The parameters of a certificate, and which of them its numbers have named so far.
#[derive(Clone)]
pub struct Parameters {
    names: Vec<String>,
    named: Cell<u64>,
}

impl Parameters {
    /// Most parameters.
    pub const MOST: usize = 20;

    /// At most [`Parameters::MOST`].
    pub fn new(names: &[String]) -> Self {
        Parameters { names: names.to_vec(), named: Cell::new(0) }
    }

    /// A parameter that no number names.
    pub fn unused(&self) -> Option<&String> {
        self.names.iter().enumerate().find(|(index, _)| self.named.get() >> index & 1 == 0).map(|(_, name)| name)
    }
}

/// Fractions of polynomials in positive parameters.
impl Field for Fraction {
    type Names = Parameters;

    fn rational(value: Rational, names: &Self::Names) -> Self {
        Fraction::of(Polynomial::fixed(names.names.len(), &value))
    }

    fn root(&self, _: &Self::Names) -> Result<Self, String> {
        Err("a root beside parameters; make the root a parameter".into())
    }

    fn parameter(name: &str, names: &Self::Names) -> Result<Self, String> {
        let index = names.names.iter().position(|known| known == name);
        let index = index.ok_or_else(|| format!("'{name}' is not listed in \"parameters\""))?;
        names.named.set(names.named.get() | 1 << index);
        Ok(Fraction::of(Polynomial::variable(names.names.len(), index)))
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
}
