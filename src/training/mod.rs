//! The parts of a training loop around the optimizer.
//!
//! Where a line belongs: what makes a gradient of samples (`sampling`, `epochs`, `accumulation`), what is done to it before the step
//! (`clipping`, `adaptive_clipping`, `regularisation`, `dropout`), what the data and weights are at the start (`standardisation`,
//! `initialisation`), and what watches the run and may end it (`detectors`, `monitors`, `early_stopping`). What changes the step itself
//! is in [`crate::optimizers`], what its size is over time in [`crate::schedules`].

mod accumulation;
mod adaptive_clipping;
mod clipping;
mod detectors;
mod dropout;
mod early_stopping;
mod epochs;
mod initialisation;
mod monitors;
mod regularisation;
mod sampling;
mod standardisation;

pub use accumulation::{Accumulation, Accumulator, ClipPlace, LastWindow, Windows, accumulate};
pub use adaptive_clipping::{AdaptiveClipping, AveragedNorms};
pub use clipping::{Clipping, KerasClipping, NonFinite, Norm, NormClipping};
pub use detectors::{Health, NormDetector, SlopeDetector, first_non_finite};
pub use dropout::{Dropout, DropoutScaling, Probability};
pub use early_stopping::{BelowBaseline, ComparedWith, EarlyStopping, Watch};
pub use epochs::{Epochs, LastBatch, SampleOrder};
pub use initialisation::{
    Connection, DEVIATION_WITHIN_TWO, EntryLaw, Fan, Fans, Initialiser, Layout, Nonlinearity, Reading, Signs, WeightLayer,
    orthonormal_factor,
};
pub use monitors::{AverageChange, Denominator, Window, gradient_is_small};
pub use regularisation::{Penalty, decayed};
pub use sampling::{Outcome, Sampler, Sampling, covariance, expectation};
pub use standardisation::{ConstantFeature, Divisor, Standardisation};

use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[
    &sampling::SYSTEM,
    &epochs::SYSTEM,
    &accumulation::SYSTEM,
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
    &initialisation::XAVIER_UNIFORM,
    &initialisation::XAVIER_NORMAL,
    &initialisation::HE,
    &initialisation::HE_MISREAD,
    &initialisation::ZEROS,
    &initialisation::CONSTANT,
    &initialisation::ORTHOGONAL,
    &dropout::STANDARD,
    &dropout::INVERTED,
    &regularisation::L1,
    &regularisation::L2,
    &regularisation::DECAY,
    &standardisation::SYSTEM,
];
