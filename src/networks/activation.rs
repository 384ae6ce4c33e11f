//! Activations: functions of one neuron.

use crate::number::{Elementary, Function, Real};
use crate::system::System;
use crate::theorem::Source;
use std::cmp::Ordering;

/// A function that every neuron of a layer applies to its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x`.
    Identity,
    /// `max(0, x)`, with the slope 0 at 0 as in PyTorch, TensorFlow and JAX. Where an interval contains 0 its slope is the whole line.
    Relu,
    /// `x²`: a network of polynomials, which exact numbers can differentiate.
    Square,
    /// `x³`: as [`Activation::Square`], and odd like tanh.
    Cube,
    /// `tanh x`.
    Tanh,
    /// `1 / (1 + e^-x)`.
    Sigmoid,
}

impl Activation {
    /// The function's value.
    pub fn apply<R: Elementary>(self, x: R) -> R {
        match self {
            Activation::Identity => x,
            Activation::Relu => R::zero().larger(x),
            Activation::Square => x.clone() * x,
            Activation::Cube => x.clone() * &x * x,
            Activation::Tanh => x.apply(Function::Tanh),
            Activation::Sigmoid => x.apply(Function::Sigmoid),
        }
    }

    /// The derivative at `x`, where `y` is the function's value there.
    pub fn slope<R: Real>(self, x: &R, y: &R) -> R {
        match self {
            Activation::Identity => R::one(),
            Activation::Relu => match x.partial_cmp(&R::zero()) {
                Some(Ordering::Greater) => R::one(),
                Some(_) => R::zero(),
                None => R::zero() / R::zero(),
            },
            Activation::Square => x.clone() + x,
            Activation::Cube => x.clone() * x * R::int(3),
            Activation::Tanh => Function::Tanh.slope(x, y),
            Activation::Sigmoid => Function::Sigmoid.slope(x, y),
        }
    }
}

/// The logistic function.
pub const SIGMOID: System = System {
    name: "sigmoid",
    formula: "σ(x) = 1 / (1 + e⁻ˣ), by e^-|x| so that nothing overflows; σ′ = σ (1 - σ)",
    rows: &["S5 sigmoid"],
    conventions: &[],
    sources: &[Source::Note("003", "607"), Source::Cited("goodfellow2016", "section 6.3.2")],
    tests: &[
        "tests/networks/functions.rs::functions_at_the_ends_of_their_domains",
        "tests/networks/functions.rs::floats_are_within_ulps_of_big_floats",
        "tests/networks/derivatives.rs::gradients_match_central_differences",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};

/// The hyperbolic tangent.
pub const TANH: System = System {
    name: "tanh",
    formula: "tanh x; tanh′ = 1 - tanh²",
    rows: &["S5 tanh"],
    conventions: &[],
    sources: &[Source::Note("003", "607"), Source::Cited("goodfellow2016", "section 6.3.2")],
    tests: &[
        "tests/networks/functions.rs::big_functions_obey_their_rules",
        "tests/networks/functions.rs::floats_are_within_ulps_of_big_floats",
        "tests/networks/derivatives.rs::gradients_match_central_differences",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};

/// The rectifier.
pub const RELU: System = System {
    name: "relu",
    formula: "max(0, x); slope 1 for x > 0 and 0 for x ≤ 0",
    rows: &["S5 ReLU"],
    conventions: &[],
    sources: &[Source::Note("003", "613-618"), Source::Cited("glorot2011", "section 3")],
    tests: &[
        "tests/networks/derivatives.rs::relu_has_the_slope_zero_at_zero",
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
