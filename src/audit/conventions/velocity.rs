//! The meaning of the velocity.

use super::Alternative;
use crate::audit::Setting;
use crate::number::Rational;
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, Momentum, Nesterov, Velocity};

fn set(velocity: Velocity<Rational>) -> impl Fn(&mut Method) {
    move |method| {
        if let Algorithm::Momentum(rule) = &mut method.algorithm {
            rule.velocity = velocity.clone();
        }
    }
}

pub(super) fn velocities() -> Vec<Alternative> {
    let after_the_first = |method: &mut Method| {
        if let Algorithm::Momentum(rule) = &mut method.algorithm {
            rule.velocity = Velocity::Dampened { dampening: rule.momentum.clone(), from_the_first: false };
        }
    };
    vec![
        Alternative::word("outside", "v ← μ v + g, x ← x - η v", set(Velocity::StepOutside)),
        Alternative::word("inside", "v ← μ v + η g, x ← x - v", set(Velocity::StepInside)),
        Alternative::word("average", "v ← μ v + (1 - μ) g, x ← x - η v", set(Velocity::Average)),
        Alternative::word("average-after-first", "v₁ = g₁, v ← μ v + (1 - μ) g, x ← x - η v", after_the_first),
    ]
}

/// The textbooks' forms take their gradients ahead of the parameters, which a trace does not show: their steps are those of plain
/// momentum, and wrong where the gradients are those at the parameters.
pub(super) fn nesterov_velocities() -> Vec<Alternative> {
    let ahead = |velocity: Velocity<Rational>| {
        move |method: &mut Method| {
            if let Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(momentum), .. }) = &method.algorithm {
                let (momentum, velocity) = (momentum.clone(), velocity.clone());
                method.algorithm = Algorithm::Momentum(Momentum { momentum, velocity });
            }
        }
    };
    let set = |form| {
        move |method: &mut Method| {
            if let Algorithm::Nesterov(rule) = &mut method.algorithm {
                rule.form = form;
            }
        }
    };
    vec![
        Alternative::word("outside", "v ← μ v + g, x ← x - η (g + μ v)", set(Form::Corrected)),
        Alternative::word("inside", "v ← μ v + η g, x ← x - (η g + μ v)", set(Form::CorrectedStepInside)),
        Alternative::word(
            "outside-ahead",
            "v ← μ v + g, x ← x - η v, Nesterov's only where g is that at x - η μ v,",
            ahead(Velocity::StepOutside),
        )
        .ruled_out(),
        Alternative::word(
            "inside-ahead",
            "v ← μ v + η g, x ← x - v, Nesterov's only where g is that at x - μ v,",
            ahead(Velocity::StepInside),
        )
        .ruled_out(),
    ]
}

/// Of Nesterov's own form, whose gradients are those at `x + β (x - x⁻)`.
pub(super) fn sequences() -> Vec<Alternative> {
    vec![
        Alternative::word("counting", "β_k = (k - 1) / (k + 2)", |_| {}),
        Alternative::word("fista", "β_k = (t_(k-1) - 1) / t_k", |method: &mut Method| method.algorithm = Algorithm::Fista),
    ]
}

/// Of the gradient over its root mean square.
pub(super) fn preconditioned() -> Vec<Alternative> {
    let set = |velocity: Velocity<Rational>| {
        move |method: &mut Method| {
            if let Algorithm::RmsProp(rule) = &mut method.algorithm
                && let Some(momentum) = &mut rule.momentum
            {
                momentum.velocity = velocity.clone();
            }
        }
    };
    vec![
        Alternative::word("outside", "v ← μ v + g / (√s + ε), x ← x - η v", set(Velocity::StepOutside)),
        Alternative::word("inside", "v ← μ v + η g / (√s + ε), x ← x - v", set(Velocity::StepInside)),
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
    vec![
        Alternative::new(Setting::Flag(false), "v₁ = g₁", set(false)),
        Alternative::new(Setting::Flag(true), "v₁ = (1 - τ) g₁", set(true)),
    ]
}
