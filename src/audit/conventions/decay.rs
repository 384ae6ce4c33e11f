//! Scaling and order of a decoupled decay.

use super::{Alternative, word};
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

pub(super) fn scalings() -> Vec<Alternative> {
    let set = |scaling| couple(move |_, order| Coupling::Parameter(scaling, order));
    vec![
        word("step-size", "x ← (1 - η λ) x", set(Scaling::StepSize)),
        word("absolute", "x ← (1 - λ) x", set(Scaling::Absolute)),
        word("schedule", "x ← (1 - λ η_t / η) x", set(Scaling::Schedule)),
    ]
}

pub(super) fn orders() -> Vec<Alternative> {
    let set = |order| couple(move |scaling, _| Coupling::Parameter(scaling, order));
    vec![word("before", "decay before the step", set(Order::Before)), word("after", "decay after the step", set(Order::After))]
}
