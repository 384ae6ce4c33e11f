//! Small networks and their derivatives, for theorems on deep nets.
//!
//! A [`Network`] is a list of layers, each a formula and its adjoint, generic over [`crate::number::Elementary`]: the same lines run in floats
//! (fast), rationals (exactly, without roots and exponentials), intervals, dual numbers (an [`Objective`]'s Hessian products are its backward pass over
//! duals), counted numbers and the variables of a [`Tape`].
//!
//! Where a line belongs: a layer has its formula and its adjoint in one file and is a variant of [`Layer`]; a loss is in `softmax` with the
//! others of [`Loss`]; [`Network`] only composes, and [`Objective`] adds samples, gradients and Hessian products. The ways to a derivative that
//! know nothing of layers are number types (`dual`, `tape`), and so are the ways to a cost (`counted`, `resident`). `architectures` and `stripes` are what theorems train.

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
mod pool;
mod recurrent;
mod resident;
mod running;
mod softmax;
mod stripes;
mod tape;

pub use activation::Activation;
pub use architectures::{cnn8, deep_linear, perceptron, recurrent, residual};
pub use convolution::{Convolution, Padding};
pub use counted::{Counted, operations};
pub use dense::Dense;
pub use dual::Dual;
pub use layer::Layer;
pub use network::Network;
pub use normalisation::{Normalisation, Over};
pub use objective::Objective;
pub use pool::AveragePool;
pub use recurrent::{Recurrent, Weights};
pub use resident::{Resident, most_resident};
pub use running::{BatchVariance, RunningMoments};
pub use softmax::{Guard, Loss, Softmax};
pub use stripes::{ORIENTATIONS, stripes};
pub use tape::{Tape, Variable};

use crate::system::System;
use crate::theorem::Source;

/// Exact numbers.
const RATIONAL: System = System {
    name: "rational-scalar",
    formula: "fractions of big integers: networks of polynomials and ReLU without any rounding",
    rows: &["S5 rational scalar"],
    conventions: &[],
    sources: &[Source::Cited("knuth1997", "section 4.5.1")],
    tests: &[
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/functions.rs::the_root_of_two_is_not_rational",
        "tests/numbers.rs::intervals_enclose_the_exact_result",
    ],
};

/// Enclosures.
const INTERVAL: System = System {
    name: "interval-scalar",
    formula: "[lo, hi] with every result of its members, ends rounded outward; elementary functions by 256-bit series",
    rows: &["S5 interval scalar"],
    conventions: &[],
    sources: &[Source::Cited("moore2009", "chapters 2 and 5")],
    tests: &[
        "tests/networks/functions.rs::intervals_contain_the_functions_of_their_members",
        "tests/networks/functions.rs::enclosures_of_networks_contain_big_floats",
        "tests/networks/functions.rs::big_functions_have_the_digits_of_mpmath",
        "tests/numbers.rs::intervals_enclose_the_exact_result",
    ],
};

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[
    &activation::SIGMOID,
    &activation::TANH,
    &activation::RELU,
    &softmax::SYSTEM,
    &softmax::SQUARES,
    &dense::SYSTEM,
    &convolution::SYSTEM,
    &pool::SYSTEM,
    &normalisation::BATCH,
    &normalisation::LAYER,
    &layer::RESIDUAL,
    &recurrent::SYSTEM,
    &architectures::CNN8,
    &network::SYSTEM,
    &tape::SYSTEM,
    &dual::SYSTEM,
    &objective::SYSTEM,
    &counted::SYSTEM,
    &RATIONAL,
    &INTERVAL,
];
