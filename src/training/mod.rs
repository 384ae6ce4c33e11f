//! The parts of a training loop around the optimizer.

mod accumulation;
mod dropout;
mod fans;
mod gain;
mod initialisation;
mod law;
mod orthogonal;
mod regularisation;
mod sampling;
mod standardisation;

pub use accumulation::{Accumulation, accumulate};
pub use dropout::{Dropout, DropoutScaling, Probability};
pub use fans::{Connection, Fans, Layer, Layout};
pub use gain::Nonlinearity;
pub use initialisation::{Fan, Initialiser};
pub use law::{DEVIATION_WITHIN_TWO, Law, Reading};
pub use orthogonal::{Signs, orthonormal_factor};
pub use regularisation::{Penalty, decayed};
pub use sampling::{Outcome, Sampler, Sampling, covariance, expectation};
pub use standardisation::{Constant, Divisor, Standardisation};

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[
    &initialisation::XAVIER_UNIFORM,
    &initialisation::XAVIER_NORMAL,
    &initialisation::HE,
    &initialisation::HE_MISREAD,
    &initialisation::ZEROS,
    &initialisation::CONSTANT,
    &orthogonal::SYSTEM,
    &dropout::STANDARD,
    &dropout::INVERTED,
    &regularisation::L1,
    &regularisation::L2,
    &regularisation::DECAY,
    &standardisation::SYSTEM,
];
