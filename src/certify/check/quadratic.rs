//! Upper bounds over quadratics: a polynomial in the eigenvalue is not negative on `[μ, L]`.

use super::exact::{Exact, going_on};
use super::expression::parse;
use super::field::Field;
use super::form::Combine;
use super::method::{Oracle, run};
use crate::certify::certificate::{Certificate, Class, Initial, Measure, Method, Number};
use crate::number::{Rational, Real};
use std::cell::Cell;

/// A polynomial in the eigenvalue, from the constant upwards, without leading zeros.
#[derive(Clone, Debug, PartialEq)]
struct InEigenvalue(Vec<Exact>);

impl InEigenvalue {
    fn new(mut coefficients: Vec<Exact>) -> Self {
        while coefficients.last().is_some_and(Exact::is_zero) {
            coefficients.pop();
        }
        InEigenvalue(coefficients)
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = vec![Exact::zero(); self.0.len() + other.0.len()];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                product[i + j] = product[i + j].clone() + a.clone() * b;
            }
        }
        Self::new(product)
    }

    fn at(&self, x: &Exact) -> Exact {
        self.0.iter().rev().fold(Exact::zero(), |sum, coefficient| sum * x + coefficient)
    }

    fn derivative(&self) -> Self {
        Self::new(self.0.iter().enumerate().skip(1).map(|(power, c)| c.clone() * Exact::int(power as i64)).collect())
    }

    /// Quotient and remainder; the divisor is not zero.
    fn divided(&self, divisor: &Self) -> [Self; 2] {
        let mut rest = self.0.clone();
        let degree = divisor.0.len() - 1;
        let mut quotient = vec![Exact::zero(); rest.len().saturating_sub(degree)];
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

impl Combine<Exact> for InEigenvalue {
    fn plus(&self, coefficient: &Exact, other: &Self) -> Self {
        let at = |list: &[Exact], index: usize| list.get(index).cloned().unwrap_or_else(Exact::zero);
        let size = self.0.len().max(other.0.len());
        Self::new((0..size).map(|index| at(&self.0, index) + coefficient.clone() * at(&other.0, index)).collect())
    }
}

/// The component of an eigenvector: its gradient is the eigenvalue times the component.
struct Eigenvector;

impl Oracle<Exact, InEigenvalue> for Eigenvector {
    fn gradient(&mut self, at: &InEigenvalue) -> Result<InEigenvalue, String> {
        going_on()?;
        Ok(InEigenvalue::new(std::iter::once(Exact::zero()).chain(at.0.iter().cloned()).collect()))
    }

    fn proximal(&mut self, _: &InEigenvalue, _: &Exact) -> Result<InEigenvalue, String> {
        Err("problem: proximal steps are no polynomials in the eigenvalue".into())
    }

    fn ray(&mut self, _: &InEigenvalue, _: &InEigenvalue) -> Result<InEigenvalue, String> {
        Err("problem: a line search is no polynomial in the eigenvalue".into())
    }
}

/// Component by component: measure ≤ bound / level * initial condition, for every eigenvalue.
pub fn bounded(certificate: &Certificate) -> Result<(), String> {
    let names = Cell::new(0);
    let number = |text: &Number| parse::<Exact>(text, &names);
    let Class::Quadratic { mu, L } = &certificate.class else { unreachable!("only quadratics come here") };
    let [mu, smoothness] = [number(mu)?, number(L)?];
    if mu < Exact::zero() || smoothness <= mu {
        return Err("constants: the class needs 0 ≤ mu < L".into());
    }
    if !certificate.multipliers.is_empty() || !certificate.parameters.is_empty() {
        return Err("unused: quadratics need neither multipliers nor parameters".into());
    }
    if matches!(
        certificate.method,
        Method::NesterovPotential { .. } | Method::OptimizedPotential { .. } | Method::StochasticGradientDescent { .. }
    ) {
        return Err("problem: this method has no certificates over quadratics".into());
    }
    let one = InEigenvalue::new(vec![Exact::one()]);
    let constant = |value: Rational| Exact::from(value);
    let [last, _] = run(&certificate.method, certificate.steps, [one.clone(), one], &number, constant, &mut Eigenvector)?;
    let power = |coefficients: [i64; 3]| InEigenvalue::new(coefficients.map(Exact::int).into());
    // Twice the measure and the initial condition.
    let (gap, distance, slope) = (power([0, 1, 0]), power([2, 0, 0]), power([0, 0, 2]));
    let (known, level) = match &certificate.initial {
        Initial::Distance(level) => (distance.clone(), number(level)?),
        Initial::FunctionGap(level) => (gap.clone(), number(level)?),
        Initial::GradientNorm(level) => (slope.clone(), number(level)?),
        Initial::Potential(_) => {
            return Err("problem: quadratics start from a distance, a function gap or a gradient norm".into());
        }
    };
    let measured = match &certificate.measure {
        Measure::FunctionGap => gap,
        Measure::Distance => distance,
        Measure::GradientNorm => slope,
        _ => return Err("problem: over quadratics the last iterate is measured".into()),
    };
    super::method::positive(&level, "the initial condition's level")?;
    let bound = number(&certificate.bound)?;
    let allowed = InEigenvalue::new(Vec::new()).plus(&(bound / level), &known);
    let left = allowed.plus(&Exact::int(-1), &measured.times(&last.times(&last)));
    if is_nonnegative(left, &mu, &smoothness) {
        Ok(())
    } else {
        Err("polynomial: what is left of the bound is negative, or touches zero, for an eigenvalue inside (mu, L)".into())
    }
}

/// Whether a polynomial is positive on `(from, to)`: no root there (Sturm 1829) and the right sign. Roots at the ends are divided out first.
fn is_nonnegative(mut polynomial: InEigenvalue, from: &Exact, to: &Exact) -> bool {
    if polynomial.0.is_empty() {
        return true;
    }
    for (end, sign) in [(from, 1), (to, -1)] {
        // λ - from and to - λ are positive inside.
        let factor = InEigenvalue::new(vec![-(end.clone() * Exact::int(sign)), Exact::int(sign)]);
        while !polynomial.0.is_empty() && polynomial.at(end).is_zero() {
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
        let largest = rest.0.last().map_or_else(Exact::one, |top| top.clone().magnitude());
        chain.push(InEigenvalue::new(rest.0.into_iter().map(|c| -(c / &largest)).collect()));
    }
    let changes = |x: &Exact| {
        let signs: Vec<bool> =
            chain.iter().map(|p| p.at(x)).filter(|value| !value.is_zero()).map(|value| value.is_nonnegative()).collect();
        signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    changes(from) == changes(to) && polynomial.at(from) > Exact::zero()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(coefficients: &[i64]) -> InEigenvalue {
        InEigenvalue::new(coefficients.iter().map(|&c| Exact::int(c)).collect())
    }

    #[test]
    fn signs_between_two_points() {
        let inside = |coefficients: &[i64]| is_nonnegative(polynomial(coefficients), &Exact::one(), &Exact::int(3));
        assert!(inside(&[1]) && inside(&[-1, 1]) && inside(&[3, -1]) && inside(&[-3, 4, -1]) && inside(&[]));
        assert!(!inside(&[-1]) && !inside(&[-2, 1]) && !inside(&[3, -4, 1]));
        assert!(!inside(&[4, -4, 1])); // (λ - 2)²: touches zero, which is refused rather than resolved
        assert!(inside(&[5, -4, 1]));
        assert!(inside(&[1, -2, 1])); // (λ - 1)², at the end
        assert!(inside(&[16, -8, 1])); // (λ - 4)², outside
    }
}
