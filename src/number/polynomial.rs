//! Polynomials in several variables with rational coefficients.

use super::Rational;
use std::collections::BTreeMap;
use std::ops::{Add, Mul, Neg, Sub};

/// A polynomial: exponents of the variables, in order, to coefficient. No coefficient is zero, so that equality is structural.
///
/// An identity between two formulas holds for all real values of the variables exactly if the two polynomials are equal; for
/// vectors it suffices to check it with scalars in their place where both sides are quadratic forms in the vectors, because the
/// monomial `x * g` then stands for the inner product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polynomial {
    variables: usize,
    terms: BTreeMap<Vec<u32>, Rational>,
}

impl Polynomial {
    /// `N` variables.
    pub fn variables<const N: usize>() -> [Polynomial; N] {
        std::array::from_fn(|index| Polynomial::variable(N, index))
    }

    /// The variable `index` of `variables`.
    pub fn variable(variables: usize, index: usize) -> Polynomial {
        let exponents = (0..variables).map(|other| u32::from(other == index)).collect();
        Polynomial::collect(variables, [(exponents, Rational::ONE)])
    }

    /// The constant `value` in a ring of `variables`.
    pub fn fixed(variables: usize, value: &Rational) -> Polynomial {
        Polynomial::collect(variables, [(vec![0; variables], value.clone())])
    }

    /// The constant `value` in the ring of `self`.
    pub fn constant(&self, value: &Rational) -> Polynomial {
        Polynomial::fixed(self.variables, value)
    }

    /// The integer `value` in the ring of `self`.
    pub fn int(&self, value: i64) -> Polynomial {
        self.constant(&Rational::from(value))
    }

    /// The polynomial times itself.
    pub fn squared(&self) -> Polynomial {
        self * self
    }

    /// Number of terms.
    pub fn terms(&self) -> usize {
        self.terms.len()
    }

    /// The coefficients, none of them zero.
    pub fn coefficients(&self) -> impl Iterator<Item = &Rational> {
        self.terms.values()
    }

    /// The largest exponent of any variable.
    pub fn degree(&self) -> u32 {
        self.terms.keys().flatten().copied().max().unwrap_or(0)
    }

    /// Whether no coefficient is negative: then no value is at a point without negative coordinates.
    pub fn is_positive_termwise(&self) -> bool {
        self.terms.values().all(|coefficient| *coefficient > Rational::ZERO)
    }

    /// The partial derivative by the variable `index`.
    pub fn derivative(&self, index: usize) -> Polynomial {
        let lowered = self.terms.iter().filter(|(exponents, _)| exponents[index] > 0).map(|(exponents, coefficient)| {
            let mut lower = exponents.clone();
            lower[index] -= 1;
            (lower, coefficient * Rational::from(exponents[index]))
        });
        Polynomial::collect(self.variables, lowered)
    }

    /// Value at a point, one number for each variable.
    pub fn at(&self, point: &[Rational]) -> Rational {
        self.terms.iter().fold(Rational::ZERO, |sum, (exponents, coefficient)| {
            let powers = exponents.iter().zip(point);
            sum + powers.fold(coefficient.clone(), |product, (exponent, x)| product * x.pow(*exponent as isize))
        })
    }

    fn collect(variables: usize, terms: impl IntoIterator<Item = (Vec<u32>, Rational)>) -> Polynomial {
        let mut sum: BTreeMap<Vec<u32>, Rational> = BTreeMap::new();
        for (exponents, coefficient) in terms {
            *sum.entry(exponents).or_insert(Rational::ZERO) += coefficient;
        }
        sum.retain(|_, coefficient| !coefficient.is_zero());
        Polynomial { variables, terms: sum }
    }
}

impl Add for Polynomial {
    type Output = Polynomial;
    fn add(self, other: Polynomial) -> Polynomial {
        Polynomial::collect(self.variables, self.terms.into_iter().chain(other.terms))
    }
}

impl Neg for Polynomial {
    type Output = Polynomial;
    fn neg(self) -> Polynomial {
        Polynomial::collect(self.variables, self.terms.into_iter().map(|(exponents, c)| (exponents, -c)))
    }
}

impl Sub for Polynomial {
    type Output = Polynomial;
    fn sub(self, other: Polynomial) -> Polynomial {
        self + -other
    }
}

impl Mul for &Polynomial {
    type Output = Polynomial;
    fn mul(self, other: &Polynomial) -> Polynomial {
        let products = self.terms.iter().flat_map(|(left, a)| {
            other.terms.iter().map(move |(right, b)| (left.iter().zip(right).map(|(i, j)| i + j).collect(), a * b))
        });
        Polynomial::collect(self.variables, products)
    }
}

impl Mul for Polynomial {
    type Output = Polynomial;
    fn mul(self, other: Polynomial) -> Polynomial {
        &self * &other
    }
}

impl Mul<Polynomial> for &Polynomial {
    type Output = Polynomial;
    fn mul(self, other: Polynomial) -> Polynomial {
        self * &other
    }
}

impl Mul<&Polynomial> for Polynomial {
    type Output = Polynomial;
    fn mul(self, other: &Polynomial) -> Polynomial {
        &self * other
    }
}

impl Sub for &Polynomial {
    type Output = Polynomial;
    fn sub(self, other: &Polynomial) -> Polynomial {
        self.clone() - other.clone()
    }
}

impl Add<&Polynomial> for Polynomial {
    type Output = Polynomial;
    fn add(self, other: &Polynomial) -> Polynomial {
        self + other.clone()
    }
}

impl Add for &Polynomial {
    type Output = Polynomial;
    fn add(self, other: &Polynomial) -> Polynomial {
        self.clone() + other.clone()
    }
}

impl Sub<Polynomial> for &Polynomial {
    type Output = Polynomial;
    fn sub(self, other: Polynomial) -> Polynomial {
        self.clone() - other
    }
}

impl Sub<&Polynomial> for Polynomial {
    type Output = Polynomial;
    fn sub(self, other: &Polynomial) -> Polynomial {
        self - other.clone()
    }
}

impl Add<Polynomial> for &Polynomial {
    type Output = Polynomial;
    fn add(self, other: Polynomial) -> Polynomial {
        self.clone() + other
    }
}
