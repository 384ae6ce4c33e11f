//! Faults in drawing and joining batches that several theorems must catch.

use crate::subject::BatchImpostor;
use crate::training::{Accumulation, Sampler, Sampling};

/// Draws with replacement, whatever is asked for.
pub static PUT_BACK: BatchImpostor = BatchImpostor {
    name: "samples put back",
    sampler: |sampler| Sampler { sampling: Sampling::WithReplacement, ..sampler },
    ..BatchImpostor::HONEST
};

/// Each draw enters its batch twice.
pub static COPIES: BatchImpostor =
    BatchImpostor { name: "the same sample twice", sampler: |sampler| Sampler { copies: 2, ..sampler }, ..BatchImpostor::HONEST };

/// Sample 0 has two tickets.
pub static FAVOUR: BatchImpostor =
    BatchImpostor { name: "sample 0 favoured", sampler: |sampler| Sampler { favour: 1, ..sampler }, ..BatchImpostor::HONEST };

/// The means of micro-batches are added, not averaged.
pub static SUM: BatchImpostor =
    BatchImpostor { name: "sum over the micro-batches", accumulation: |_| Accumulation::Sum, ..BatchImpostor::HONEST };

/// What is to be added is averaged.
pub static AVERAGE: BatchImpostor =
    BatchImpostor { name: "mean instead of a sum", accumulation: |_| Accumulation::Mean, ..BatchImpostor::HONEST };
