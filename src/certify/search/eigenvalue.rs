//! Quadratics: the eigenvalue at which the method's polynomial is worst.

use super::instance::{posed, stretched};
use super::relaxation::rounded_up;
use super::{Found, Proof};
use crate::certify::certificate::{Certificate, Class, Function};
use crate::certify::number::approximate;
use crate::certify::{check, run_function};
use crate::number::Rational;
use crate::{Error, Result};

/// The worst eigenvalue.
pub fn worst(problem: &Certificate) -> Result<Found> {
    let Class::Quadratic { mu, L } = &problem.class else { unreachable!("the caller asked for quadratics") };
    let [lowest, largest] = [approximate(mu)?, approximate(L)?];
    let at = |eigenvalue: &Rational| -> Result<Rational> {
        let function = Function::Quadratic { spectrum: vec![eigenvalue.to_string()] };
        let [known, level, value] = run_function(&posed(problem, function, vec!["1".into()])).map_err(Error::new)?;
        approximate(&(value * level / known).to_string())
    };
    let grid = |k: i64| &lowest + (&largest - &lowest) * Rational::from(k) / Rational::from(400);
    let mut worst = (grid(1), Rational::ZERO);
    for k in 0..=400 {
        let eigenvalue = grid(k);
        if eigenvalue.is_zero() {
            continue;
        }
        let value = at(&eigenvalue)?;
        if value > worst.1 {
            worst = (eigenvalue, value);
        }
    }
    let step = (&largest - &lowest) / Rational::from(400);
    let inside = worst.0 > lowest && worst.0 < largest;
    if inside {
        worst = peak(&at, [&worst.0 - &step, &worst.0 + &step])?;
    }
    let function = Function::Quadratic { spectrum: vec![worst.0.to_string()] };
    let lower = stretched(problem, &posed(problem, function, vec!["1".into()]))
        .ok_or_else(|| Error::new("this initial condition and measure are not known of quadratics"))?;
    let mut refusal = String::new();
    // At an end of the interval the bound is exact; inside the largest value is approached.
    for slack in [0u64, 1, 10, 100, 1000] {
        let slack = Rational::from(slack) / Rational::from(100_000_000_000i64);
        let bound =
            if slack.is_zero() { lower.bound.clone() } else { rounded_up(&(&worst.1 * (Rational::ONE + slack)), 12).to_string() };
        let candidate = problem.upper(bound, Vec::new());
        match check(&candidate) {
            Ok(_) => {
                let lower = Some(lower).filter(|lower| check(lower).is_ok());
                return Ok(Found { upper: candidate, proof: Proof::Polynomial, lower, attained: None });
            }
            Err(why) => refusal = why.to_string(),
        }
    }
    Err(Error::new(format!("no bound over the eigenvalues was accepted ({refusal}): the measure may have none on quadratics")))
}

/// Golden sections to a relative width of 2^-40 of the interval; fractions are kept short.
fn peak(at: &dyn Fn(&Rational) -> Result<Rational>, [mut low, mut high]: [Rational; 2]) -> Result<(Rational, Rational)> {
    let short = |x: Rational| -> Rational {
        let places = Rational::from(1u64 << 50);
        let (whole, _) = (x * &places).split_at_point();
        Rational::from(whole) / places
    };
    for _ in 0..60 {
        let width = &high - &low;
        let (left, right) = (
            short(&low + &width * Rational::from(382) / Rational::from(1000)),
            short(&low + &width * Rational::from(618) / Rational::from(1000)),
        );
        if at(&left)? < at(&right)? { low = left } else { high = right }
    }
    let middle = short((&low + &high) / Rational::from(2));
    let value = at(&middle)?;
    Ok((middle, value))
}
