//! Small networks and their derivatives, for theorems on deep nets.
//!
//! A [`Network`] is a list of layers, each a formula and its adjoint, generic over [`crate::number::Elementary`]: the same lines run in floats
//! (fast), rationals (exactly, without roots and exponentials), intervals, dual numbers (an [`Objective`]'s Hessian products are its backward pass over
//! duals), counted numbers and the variables of a [`Tape`].

mod activation;
mod architectures;
mod convolution;
mod counted;
mod dense;
mod dual;
mod layer;
mod network;
mod normalisation;
mod objective;
mod recurrent;
mod softmax;
mod stripes;
mod tape;

pub use activation::Activation;
pub use architectures::{cnn8, deep_linear, perceptron, recurrent, residual};
pub use convolution::{AveragePool, Convolution, Padding};
pub use counted::{Counted, operations};
pub use dense::Dense;
pub use dual::Dual;
pub use layer::Layer;
pub use network::Network;
pub use normalisation::{BatchVariance, Normalisation, Over, Running};
pub use objective::Objective;
pub use recurrent::{Recurrent, Weights};
pub use softmax::{Guard, Loss, Softmax};
pub use stripes::{ORIENTATIONS, stripes};
pub use tape::{Tape, Variable};

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[];
