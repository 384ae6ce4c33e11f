//! The parts of a training loop around the optimizer.

mod accumulation;
mod sampling;

pub use accumulation::{Accumulation, accumulate};
pub use sampling::{Outcome, Sampler, Sampling, covariance, expectation};

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[];
