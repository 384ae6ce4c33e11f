//! The parts of a training loop around the optimizer.

mod accumulation;
mod epochs;
mod large_batch;
mod sampling;

pub use accumulation::{Accumulation, ClipPlace, LastWindow, Windows, accumulate};
pub use epochs::{Epochs, LastBatch, SampleOrder};
pub use large_batch::{BatchScaling, LargeBatch};
pub use sampling::{Outcome, Sampler, Sampling, covariance, expectation};

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[];
