//! The methods of this topic from their parameters.

use crate::number::Rational;
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, Momentum, Nesterov, Velocity};

/// Momentum with this meaning of the velocity.
pub fn momentum(velocity: Velocity<Rational>, step_size: Rational, momentum: Rational) -> Method {
    Method::new(Algorithm::Momentum(Momentum { momentum, velocity }), step_size)
}

/// A momentum method in another convention; any other method as it is.
pub fn in_convention(method: &Method, velocity: Velocity<Rational>) -> Method {
    match &method.algorithm {
        Algorithm::Momentum(rule) => {
            Method { algorithm: Algorithm::Momentum(Momentum { velocity, ..rule.clone() }), ..method.clone() }
        }
        _ => method.clone(),
    }
}

/// Nesterov's method with a constant momentum.
pub fn nesterov(form: Form, step_size: Rational, momentum: Rational) -> Method {
    Method::new(Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(momentum), form }), step_size)
}

/// Nesterov's method in two sequences, with the momentum `(k - 1)/(k + 2)` in update `k`.
pub fn scheduled(step_size: Rational) -> Method {
    Method::new(Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Counting, form: Form::Sequence }), step_size)
}

/// One of Nesterov's methods in another form; any other method as it is.
pub fn with_form(method: &Method, form: Form) -> Method {
    match &method.algorithm {
        Algorithm::Nesterov(rule) => {
            Method { algorithm: Algorithm::Nesterov(Nesterov { form, ..rule.clone() }), ..method.clone() }
        }
        _ => method.clone(),
    }
}

/// The form of one of Nesterov's methods.
pub fn form(method: &Method) -> Option<Form> {
    match &method.algorithm {
        Algorithm::Nesterov(rule) => Some(rule.form),
        _ => None,
    }
}
