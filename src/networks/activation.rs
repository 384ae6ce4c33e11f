//! Activations: functions of one neuron.

use crate::number::{Elementary, Function, Real};
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
