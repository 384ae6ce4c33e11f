//! What weight decay acts on; scaling and order of a decoupled one.

use super::Alternative;
use crate::optimizers::{Coupling, Method, Order, Scaling};

fn couple(change: impl Fn(Scaling, Order) -> Coupling) -> impl Fn(&mut Method) {
    move |method| {
        if let Some(decay) = &mut method.decay
            && let Coupling::Parameter(scaling, order) = decay.coupling
        {
            decay.coupling = change(scaling, order);
        }
    }
}

fn set(coupling: Coupling) -> impl Fn(&mut Method) {
    move |method| {
        if let Some(decay) = &mut method.decay {
            decay.coupling = coupling;
        }
    }
}

pub(super) fn scalings() -> Vec<Alternative> {
    let set = |scaling| couple(move |_, order| Coupling::Parameter(scaling, order));
    vec![
        Alternative::word("step-size", "x ← (1 - η λ) x", set(Scaling::StepSize)),
        Alternative::word("absolute", "x ← (1 - λ) x", set(Scaling::Absolute)),
        Alternative::word("schedule", "x ← (1 - λ η_t / η) x", set(Scaling::Schedule)),
        Alternative::word("step-size-squared", "x ← (1 - λ η_t² / η) x", set(Scaling::StepSizeSquared)),
    ]
}

pub(super) fn orders() -> Vec<Alternative> {
    let set = |order| couple(move |scaling, _| Coupling::Parameter(scaling, order));
    vec![
        Alternative::word("before", "decay before the step", set(Order::Before)),
        Alternative::word("after", "decay after the step", set(Order::After)),
    ]
}

/// Where the name promises a decoupled decay.
pub(super) fn decoupled() -> Vec<Alternative> {
    vec![
        Alternative::word("decoupled", "decay on the parameter", |_| {}),
        Alternative::word("coupled", "g ← g + λ x", set(Coupling::Gradient)).ruled_out(),
    ]
}

/// Where the name promises a decay on the gradient.
pub(super) fn coupled() -> Vec<Alternative> {
    let decoupled = Coupling::Parameter(Scaling::StepSize, Order::Before);
    vec![
        Alternative::word("coupled", "g ← g + λ x", set(Coupling::Gradient)),
        Alternative::word("coupled-twice", "g ← g + 2 λ x", set(Coupling::DoubledGradient)),
        Alternative::word("decoupled", "x ← (1 - η λ) x beside the step", set(decoupled)).ruled_out(),
    ]
}
