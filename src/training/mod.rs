//! The parts of a training loop around the optimizer.

mod accumulation;
mod adaptive_clipping;
mod clipping;
mod detectors;
mod early_stopping;
mod monitors;
mod sampling;

pub use accumulation::{Accumulation, accumulate};
pub use adaptive_clipping::{AdaptiveClipping, Averaged};
pub use clipping::{Clipping, KerasClipping, NonFinite, Norm, NormClipping, Scope};
pub use detectors::{Health, NormDetector, SlopeDetector, first_non_finite};
pub use early_stopping::{BelowBaseline, EarlyStopping, Reference, Watch};
pub use monitors::{AverageChange, Denominator, Window, gradient_is_small};
pub use sampling::{Outcome, Sampler, Sampling, covariance, expectation};

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[
    &clipping::NORM,
    &clipping::VALUE,
    &clipping::KERAS,
    &adaptive_clipping::SYSTEM,
    &detectors::NORM,
    &detectors::SLOPE,
    &detectors::NON_FINITE,
    &monitors::GRADIENT,
    &monitors::RELATIVE,
    &monitors::AVERAGE,
    &monitors::PLATEAU,
    &early_stopping::PATIENCE,
    &early_stopping::SYSTEM,
];
