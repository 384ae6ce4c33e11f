//! What methods that look at whole tensors leave open.

use super::{Alternative, epsilon, moments};
use crate::number::Rational;
use crate::optimizers::{
    Adaptation, Algorithm, AtZero, Coupling, Decay, Lamb, Lars, Method, Momentum, Normalized, Order, Scaling, Scope, StepNorm,
    Treatment, TrustRatio, Velocity, ZeroNorm,
};

type Conventions = Vec<(&'static str, Vec<Alternative>)>;

fn lamb(change: impl Fn(&mut Lamb<Rational>) + 'static) -> impl Fn(&mut Method) + 'static {
    move |method| {
        if let Algorithm::Lamb(rule) = &mut method.algorithm {
            change(rule);
        }
    }
}

fn lars(change: impl Fn(&mut Lars<Rational>) + 'static) -> impl Fn(&mut Method) + 'static {
    move |method| {
        if let Algorithm::Lars(rule) = &mut method.algorithm {
            change(rule);
        }
    }
}

/// The ratio of the paper: the identity for φ, 1 where a norm is zero, each tensor for itself.
pub(in crate::audit) fn plain_ratio(coefficient: Rational, epsilon: Rational) -> TrustRatio<Rational> {
    let (zero_norm, scope) = (ZeroNorm::Unscaled, Scope::Tensor);
    TrustRatio { coefficient, epsilon, norm_range: None, largest: None, zero_norm, scope }
}

/// LAMB's, whose decay the paper has in the step and its norm, and Keras before the step.
pub(super) fn of_lamb(rule: &Lamb<Rational>) -> Conventions {
    let before = |method: &mut Method| {
        if let Algorithm::Lamb(rule) = &mut method.algorithm {
            let strength = std::mem::replace(&mut rule.decay, Rational::ZERO);
            method.decay = Some(Decay { strength, coupling: Coupling::Parameter(Scaling::StepSize, Order::Before) });
        }
    };
    let in_gradient = |method: &mut Method| {
        if let Algorithm::Lamb(rule) = &mut method.algorithm {
            let strength = std::mem::replace(&mut rule.decay, Rational::ZERO);
            method.decay = Some(Decay { strength, coupling: Coupling::Gradient });
        }
    };
    let to_ten = lamb(|rule| rule.trust.norm_range = Some([Rational::ZERO, Rational::from(10)]));
    let all = lamb(|rule| rule.trust.scope = Scope::All);
    let mut conventions = vec![
        ("bias_correction", moments::corrections()),
        ("epsilon", epsilon::placements(true)),
        (
            "norm_function",
            vec![Alternative::word("identity", "‖x‖", |_| {}), Alternative::word("at-most-10", "min(‖x‖, 10)", to_ten)],
        ),
        (
            "norm_scope",
            vec![
                Alternative::word("tensor", "norms of each tensor", |_| {}),
                Alternative::word("all", "norms over all tensors", all).ruled_out(),
            ],
        ),
    ];
    if rule.decay.is_zero() {
        let with_decay = lamb(|rule| rule.adaptation = Adaptation::WithDecay);
        conventions.push((
            "adaptation",
            vec![
                Alternative::word("always", "ratio ‖x‖ / ‖u‖", |_| {}),
                Alternative::word("with-decay", "ratio 1 without decay", with_decay),
            ],
        ));
    } else {
        conventions.push((
            "decay",
            vec![
                Alternative::word("in-the-step", "u = r + λ x", |_| {}),
                Alternative::word("before", "x ← (1 - η λ) x before the step, u = r", before),
                Alternative::word("in-the-gradient", "g ← g + λ x, u = r", in_gradient).ruled_out(),
            ],
        ));
    }
    conventions
}

pub(super) fn of_lars(rule: &Lars<Rational>) -> Conventions {
    let outside = lars(|rule| rule.momentum = Momentum { velocity: Velocity::StepOutside, ..rule.momentum.clone() });
    let joint = lars(|rule| rule.step_norm = StepNorm::Joint);
    let mut conventions = vec![
        (
            "velocity",
            vec![
                Alternative::word("inside", "v ← μ v + η ρ (g + λ x), x ← x - v", |_| {}),
                Alternative::word("outside", "v ← μ v + ρ (g + λ x), x ← x - η v", outside),
            ],
        ),
        ("step_norm", vec![Alternative::word("separate", "‖g‖ + λ ‖x‖", |_| {}), Alternative::word("joint", "‖g + λ x‖", joint)]),
    ];
    if rule.decay.is_zero() {
        let with_decay = lars(|rule| rule.adaptation = Adaptation::WithDecay);
        conventions.push((
            "adaptation",
            vec![
                Alternative::word("always", "ratio ‖x‖ / ‖g‖", |_| {}),
                Alternative::word("with-decay", "ratio 1 without decay", with_decay),
            ],
        ));
    }
    conventions
}

pub(super) fn of_normalized() -> Conventions {
    let each = |method: &mut Method| {
        if let Algorithm::Normalized(Normalized { scope, .. }) = &mut method.algorithm {
            *scope = Scope::Tensor;
        }
    };
    let scopes = vec![
        Alternative::word("all", "g over the norm of all gradients", |_| {}),
        Alternative::word("tensor", "g over the norm of its tensor", each),
    ];
    vec![("norm_scope", scopes)]
}

/// What a penalty by its subgradient leaves open, and FISTA its sequence.
pub(super) fn of_l1(treatment: Treatment) -> Conventions {
    let set = |treatment| {
        move |method: &mut Method| {
            if let Algorithm::L1(rule) = &mut method.algorithm {
                rule.treatment = treatment;
            }
        }
    };
    let at = |at_zero| set(Treatment::Subgradient(at_zero));
    match treatment {
        Treatment::Subgradient(_) => {
            let subgradients = vec![
                Alternative::word("zero", "sign(0) = 0", at(AtZero::Zero)),
                Alternative::word("one", "sign(0) = 1", at(AtZero::One)),
                Alternative::word("least-norm", "the subgradient at 0 that is nearest to -g / λ", at(AtZero::LeastNorm)),
            ];
            vec![("at_zero", subgradients)]
        }
        Treatment::Accelerated => {
            let sequences = vec![
                Alternative::word("fista", "β_k = (t_(k-1) - 1) / t_k", |_| {}),
                Alternative::word("counting", "β_k = (k - 1) / (k + 2)", set(Treatment::AcceleratedCounting)),
            ];
            vec![("momentum_sequence", sequences)]
        }
        _ => vec![],
    }
}
