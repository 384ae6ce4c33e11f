//! The meaning of the velocity.

use super::{Alternative, word};
use crate::audit::Setting;
use crate::number::Rational;
use crate::optimizers::{Algorithm, Form, Method, Velocity};

pub(super) fn velocities() -> Vec<Alternative> {
    let set = |velocity: Velocity<Rational>| {
        move |method: &mut Method| {
            if let Algorithm::Momentum(rule) = &mut method.algorithm {
                rule.velocity = velocity.clone();
            }
        }
    };
    vec![
        word("outside", "v ← μ v + g, x ← x - η v", set(Velocity::StepOutside)),
        word("inside", "v ← μ v + η g, x ← x - v", set(Velocity::StepInside)),
        word("average", "v ← μ v + (1 - μ) g, x ← x - η v", set(Velocity::Average)),
    ]
}

pub(super) fn nesterov_velocities() -> Vec<Alternative> {
    let set = |form| {
        move |method: &mut Method| {
            if let Algorithm::Nesterov(rule) = &mut method.algorithm {
                rule.form = form;
            }
        }
    };
    vec![
        word("outside", "v ← μ v + g, x ← x - η (g + μ v)", set(Form::Corrected)),
        word("inside", "v ← μ v + η g, x ← x - (η g + μ v)", set(Form::CorrectedStepInside)),
    ]
}

pub(super) fn dampening() -> Vec<Alternative> {
    let set = |first: bool| {
        move |method: &mut Method| {
            if let Algorithm::Momentum(rule) = &mut method.algorithm
                && let Velocity::Dampened { from_the_first, .. } = &mut rule.velocity
            {
                *from_the_first = first;
            }
        }
    };
    vec![(Setting::Flag(false), "v₁ = g₁", Box::new(set(false))), (Setting::Flag(true), "v₁ = (1 - τ) g₁", Box::new(set(true)))]
}
