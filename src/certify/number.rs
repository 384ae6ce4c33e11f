//! The numbers of a problem, for those who look for its certificate.

use super::read_number;
use crate::number::{Rational, Surd, rational};
use crate::{Error, Result};
use dashu_int::UBig;

/// The number that a formula without parameters stands for.
///
/// # Errors
/// If it is none.
pub fn value(text: &str) -> Result<Surd> {
    read_number(text).map_err(Error::new)
}

/// A fraction within `2^-120 |b|` of the number `a + b √d`, and equal to it where it is rational.
///
/// # Errors
/// If the text is no number.
pub fn approximate(text: &str) -> Result<Rational> {
    let number = value(text)?;
    let [a, b] = number.parts();
    let Some(radicand) = number.radicand() else { return Ok(a.clone()) };
    let scaled = dashu_int::ops::SquareRoot::sqrt(&(UBig::from(radicand) << 240));
    Ok(a + b * Rational::from_parts(scaled.into(), UBig::ONE << 120))
}

/// Replaces names by the values that they stand for.
pub fn substitute(formula: &str, names: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = formula;
    while !rest.is_empty() {
        let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        if word == 0 {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            text.push_str(&rest[..first]);
            rest = &rest[first..];
            continue;
        }
        match names.iter().find(|(name, _)| *name == &rest[..word]) {
            Some((_, value)) => text.push_str(&format!("({value})")),
            None => text.push_str(&rest[..word]),
        }
        rest = &rest[word..];
    }
    text
}

/// The fraction of least denominator within `error` of `x ≥ 0` (continued fractions), or `None` if its denominator exceeds 10^6.
pub fn simplest(x: f64, error: f64) -> Option<Rational> {
    let (mut rest, mut last, mut this) = (x, (0i64, 1u64), (1i64, 0u64));
    for _ in 0..40 {
        let whole = rest.floor();
        if !(0.0..1e9).contains(&whole) {
            return None;
        }
        let next =
            (this.0.checked_mul(whole as i64)?.checked_add(last.0)?, this.1.checked_mul(whole as u64)?.checked_add(last.1)?);
        (last, this) = (this, next);
        if this.1 > 1_000_000 {
            return None;
        }
        if (this.0 as f64 / this.1 as f64 - x).abs() <= error {
            return Some(rational(this.0, this.1));
        }
        rest = 1.0 / (rest - whole);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_whole() {
        assert_eq!(substitute("2/(L + mu) - Lmu*sqrt(L)", &[("L", "10"), ("mu", "1/2")]), "2/((10) + (1/2)) - Lmu*sqrt((10))");
    }

    #[test]
    fn fractions_are_found_again() {
        assert_eq!(simplest(1.0 / 42.0 + 1e-13, 1e-11), Some(rational(1, 42)));
        assert_eq!(simplest(0.0, 1e-11), Some(Rational::ZERO));
        assert_eq!(simplest(std::f64::consts::PI, 1e-14), None);
        assert_eq!(simplest(f64::NAN, 1e-11), None);
    }

    #[test]
    fn roots_are_approximated_closely() {
        let two = approximate("sqrt(2)").unwrap();
        let error = &two * &two - Rational::from(2);
        assert!(error < Rational::ZERO && -error < Rational::from(4) / Rational::from(2).pow(120));
        assert_eq!(approximate("1/3").unwrap(), rational(1, 3));
    }
}
