//! Batches that grow instead of rates that fall.

use crate::system::{Convention, System};
use crate::theorem::Source;
use std::num::NonZeroU64;

/// `B_t = min(B_max, B_0 k^⌊t/s⌋)`: at a constant rate it has the ratio `η/B` of a step decay by `1/k`.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchSize {
    /// The first batch size B_0.
    pub first: u64,
    /// The factor k.
    pub factor: u64,
    /// The steps s between two increases.
    pub period: NonZeroU64,
    /// The largest batch size B_max.
    pub largest: u64,
}

/// Batch sizes that grow.
pub const SYSTEM: System = System {
    name: "batch-size-schedule",
    formula: "B_t = min(B_max, B_0 k^⌊t/s⌋)",
    rows: &["S3 batch-size schedule"],
    conventions: &[Convention { name: "largest batch", values: &["reached", "not reached"] }],
    sources: &[Source::Note("000", "434"), Source::Cited("smith2018batch", "abstract")],
    tests: &["tests/schedules/batches.rs::growing_batches_stand_for_falling_rates"],
};

impl BatchSize {
    /// The batch size at this step.
    pub fn size(&self, step: u64) -> u64 {
        let increases = u32::try_from(step / self.period).unwrap_or(u32::MAX);
        self.first.saturating_mul(self.factor.saturating_pow(increases)).min(self.largest)
    }
}
