//! Upper bounds over quadratics: a polynomial in the eigenvalue is not negative on `[μ, L]`.

use super::expression::parse;
use super::field::Field;
use super::form::Combine;
use super::method::{Oracle, run};
use crate::certify::certificate::{Certificate, Class, Initial, Measure, Method, Number};
use crate::number::{Rational, Real, Surd};
use std::cell::Cell;

/// A polynomial in the eigenvalue, from the constant upwards, without leading zeros.
#[derive(Clone, Debug, PartialEq)]
struct InEigenvalue(Vec<Surd>);

impl InEigenvalue {
    fn new(mut coefficients: Vec<Surd>) -> Self {
        while coefficients.last().is_some_and(Surd::is_zero) {
            coefficients.pop();
        }
        InEigenvalue(coefficients)
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = vec![Surd::zero(); self.0.len() + other.0.len()];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                product[i + j] = product[i + j].clone() + a.clone() * b;
            }
        }
        Self::new(product)
    }

    fn at(&self, x: &Surd) -> Surd {
        self.0.iter().rev().fold(Surd::zero(), |sum, coefficient| sum * x + coefficient)
    }

    fn derivative(&self) -> Self {
        Self::new(self.0.iter().enumerate().skip(1).map(|(power, c)| c.clone() * Surd::int(power as i64)).collect())
    }

    /// Quotient and remainder; the divisor is not zero.
    fn divided(&self, divisor: &Self) -> [Self; 2] {
        let mut rest = self.0.clone();
        let degree = divisor.0.len() - 1;
        let mut quotient = vec![Surd::zero(); rest.len().saturating_sub(degree)];
        for place in (0..quotient.len()).rev() {
            let factor = rest[place + degree].clone() / &divisor.0[degree];
            for (offset, coefficient) in divisor.0.iter().enumerate() {
                rest[place + offset] = rest[place + offset].clone() - factor.clone() * coefficient;
            }
            quotient[place] = factor;
        }
        [Self::new(quotient), Self::new(rest)]
    }
}

impl Combine<Surd> for InEigenvalue {
    fn plus(&self, coefficient: &Surd, other: &Self) -> Self {
        let at = |list: &[Surd], index: usize| list.get(index).cloned().unwrap_or_else(Surd::zero);
        let size = self.0.len().max(other.0.len());
        Self::new((0..size).map(|index| at(&self.0, index) + coefficient.clone() * at(&other.0, index)).collect())
    }
}

/// The component of an eigenvector: its gradient is the eigenvalue times the component.
struct Eigenvector;

impl Oracle<Surd, InEigenvalue> for Eigenvector {
    fn gradient(&mut self, at: &InEigenvalue) -> Result<InEigenvalue, String> {
        Ok(InEigenvalue::new(std::iter::once(Surd::zero()).chain(at.0.iter().cloned()).collect()))
    }

    fn proximal(&mut self, _: &InEigenvalue, _: &Surd) -> Result<InEigenvalue, String> {
        Err("proximal steps are no polynomials in the eigenvalue".into())
    }

    fn ray(&mut self, _: &InEigenvalue, _: &InEigenvalue) -> Result<InEigenvalue, String> {
        Err("a line search is no polynomial in the eigenvalue".into())
    }
}

/// Component by component: measure ≤ bound / level * initial condition, for every eigenvalue.
pub fn bounded(certificate: &Certificate) -> Result<(), String> {
    let names = Cell::new(0);
    let number = |text: &Number| parse::<Surd>(text, &names);
    let Class::Quadratic { mu, L } = &certificate.class else { unreachable!("only quadratics come here") };
    let [mu, smoothness] = [number(mu)?, number(L)?];
    if mu < Surd::zero() || smoothness <= mu {
        return Err("the class needs 0 ≤ mu < L".into());
    }
    if !certificate.multipliers.is_empty() || !certificate.parameters.is_empty() {
        return Err("quadratics need neither multipliers nor parameters".into());
    }
    if matches!(
        certificate.method,
        Method::NesterovPotential { .. } | Method::OptimizedPotential { .. } | Method::StochasticGradientDescent { .. }
    ) {
        return Err("this method has no certificates over quadratics".into());
    }
    let one = InEigenvalue::new(vec![Surd::one()]);
    let constant = |value: Rational| Surd::from(value);
    let [last, _] = run(&certificate.method, certificate.steps, [one.clone(), one], &number, constant, &mut Eigenvector)?;
    let power = |coefficients: [i64; 3]| InEigenvalue::new(coefficients.map(Surd::int).into());
    // Twice the measure and the initial condition.
    let (gap, distance, slope) = (power([0, 1, 0]), power([2, 0, 0]), power([0, 0, 2]));
    let (known, level) = match &certificate.initial {
        Initial::Distance(level) => (distance.clone(), number(level)?),
        Initial::FunctionGap(level) => (gap.clone(), number(level)?),
        Initial::GradientNorm(level) => (slope.clone(), number(level)?),
        Initial::Potential(_) => return Err("quadratics start from a distance, a function gap or a gradient norm".into()),
    };
    let measured = match &certificate.measure {
        Measure::FunctionGap => gap,
        Measure::Distance => distance,
        Measure::GradientNorm => slope,
        _ => return Err("over quadratics the last iterate is measured".into()),
    };
    super::method::positive(&level, "the initial condition's level")?;
    let bound = number(&certificate.bound)?;
    let allowed = InEigenvalue::new(Vec::new()).plus(&(bound / level), &known);
    let left = allowed.plus(&Surd::int(-1), &measured.times(&last.times(&last)));
    if is_nonnegative(left, &mu, &smoothness) {
        Ok(())
    } else {
        Err("polynomial: what is left of the bound is negative, or touches zero, for an eigenvalue inside (mu, L)".into())
    }
}

/// Whether a polynomial is positive on `(from, to)`: no root there (Sturm 1829) and the right sign. Roots at the ends are divided out first.
fn is_nonnegative(mut polynomial: InEigenvalue, from: &Surd, to: &Surd) -> bool {
    if polynomial.0.is_empty() {
        return true;
    }
    for (end, sign) in [(from, 1), (to, -1)] {
        // λ - from and to - λ are positive inside.
        let factor = InEigenvalue::new(vec![-(end.clone() * Surd::int(sign)), Surd::int(sign)]);
        while polynomial.at(end).is_zero() {
            let [quotient, _] = polynomial.divided(&factor);
            polynomial = quotient;
        }
    }
    let mut chain = vec![polynomial.clone(), polynomial.derivative()];
    while let [.., before, last] = &chain[..] {
        if last.0.is_empty() {
            break;
        }
        let [_, rest] = before.divided(last);
        // Only signs count: a positive factor keeps the coefficients short.
        let largest = rest.0.last().map_or_else(Surd::one, |top| top.clone().magnitude());
        chain.push(InEigenvalue::new(rest.0.into_iter().map(|c| -(c / &largest)).collect()));
    }
    let changes = |x: &Surd| {
        let signs: Vec<bool> =
            chain.iter().map(|p| p.at(x)).filter(|value| !value.is_zero()).map(|value| value.is_nonnegative()).collect();
        signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    changes(from) == changes(to) && polynomial.at(from) > Surd::zero()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(coefficients: &[i64]) -> InEigenvalue {
        InEigenvalue::new(coefficients.iter().map(|&c| Surd::int(c)).collect())
    }

    #[test]
    fn signs_between_two_points() {
        let inside = |coefficients: &[i64]| is_nonnegative(polynomial(coefficients), &Surd::one(), &Surd::int(3));
        assert!(inside(&[1]) && inside(&[-1, 1]) && inside(&[3, -1]) && inside(&[-3, 4, -1]) && inside(&[]));
        assert!(!inside(&[-1]) && !inside(&[-2, 1]) && !inside(&[3, -4, 1]));
        assert!(!inside(&[4, -4, 1])); // (λ - 2)²: touches zero, which is refused rather than resolved
        assert!(inside(&[5, -4, 1]));
        assert!(inside(&[1, -2, 1])); // (λ - 1)², at the end
        assert!(inside(&[16, -8, 1])); // (λ - 4)², outside
    }
}
