//! Certificates over whole ranges of parameters: multipliers, bounds and the squares that remain are formulas.
//!
//! Parameters stand for any positive numbers, so that each range is written in what is left to its ends: `L = m + d` says `0 < μ < L`.

pub mod gradient_descent;

use super::certificate::{Inequality, Multiplier, Square};

fn between(i: impl ToString, j: impl ToString, value: &str) -> Multiplier {
    Multiplier { of: Inequality::Interpolation(i.to_string(), j.to_string()), value: value.into() }
}

/// `weight ‖form‖²`.
fn square(weight: &str, form: &[(&str, &str)]) -> Square {
    Square { weight: weight.into(), form: form.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect() }
}

fn names(parameters: &[&str]) -> Vec<String> {
    parameters.iter().map(ToString::to_string).collect()
}
