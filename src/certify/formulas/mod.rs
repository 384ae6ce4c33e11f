//! Certificates whose multipliers are known as formulas: no solver, no relaxation.

pub mod fixed_step;
pub mod gradient_descent;
pub mod line_search;
pub mod nonsmooth;
pub mod optimized_gradient;
pub mod potentials;
pub mod ranges;
pub mod triple_momentum;

use super::certificate::{Certificate, Class, Function, Inequality, Initial, Measure, Method, Multiplier, Square};
use crate::number::Rational;

/// An upper bound without its proof, at level 1 of the initial condition.
fn statement(method: Method, class: Class, measure: Measure, initial: Initial, steps: usize, bound: &Rational) -> Certificate {
    Certificate { bound: bound.to_string(), ..Certificate::problem(method, class, measure, initial, steps) }
}

/// The same with parameters.
fn symbolic(parameters: &[&str], claim: Certificate, bound: &str) -> Certificate {
    Certificate { parameters: parameters.iter().map(ToString::to_string).collect(), bound: bound.into(), ..claim }
}

/// The lower bound that a function attains from a start, for the problem of an upper bound.
pub fn attained_by(upper: &Certificate, function: Function, start: &[Rational]) -> Certificate {
    upper.lower(function, start.iter().map(Rational::to_string).collect())
}

/// The inequality from point `j` to point `i`, as often as a formula says.
fn added(i: impl ToString, j: impl ToString, value: &str) -> Multiplier {
    Multiplier { of: Inequality::Interpolation(i.to_string(), j.to_string()), value: value.into() }
}

/// `weight ‖form‖²`.
fn square(weight: &str, form: &[(&str, &str)]) -> Square {
    Square { weight: weight.into(), form: form.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect() }
}

/// The inequality from point `j` to point `i`, `value` times; `None` for 0 times.
fn between(i: impl ToString, j: impl ToString, value: &Rational) -> Option<Multiplier> {
    multiplier(Inequality::Interpolation(i.to_string(), j.to_string()), value)
}

/// Any inequality, `value` times; `None` for 0 times.
fn multiplier(of: Inequality, value: &Rational) -> Option<Multiplier> {
    (!value.is_zero()).then(|| Multiplier { of, value: value.to_string() })
}

/// `‖x_0 - x*‖ ≤ 1`.
fn at_distance_one() -> Initial {
    Initial::Distance("1".into())
}
