//! Rates and warm-up for large batches.

use super::Counting;
use crate::number::{Analytic, Rational, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The rate for a batch k times as large, reached by gradual warm-up from the base batch's rate:
/// `η_t = η_base (1 + (s(k) - 1) min(1, t/W))`.
#[derive(Clone, Debug, PartialEq)]
pub struct LargeBatch {
    /// The rate η_base of the base batch.
    pub base: Rational,
    /// The batch's size over the base batch's: `k > 0`.
    pub ratio: Rational,
    /// How the rate follows the batch.
    pub scaling: Scaling,
    /// The steps W of the warm-up (those of five epochs in Goyal et al. 2017); 0 is none.
    pub warm_up: u64,
}

/// How the rate follows the batch size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// `s(k) = k`.
    Linear,
    /// `s(k) = √k`; no exact value.
    Root,
}

/// Warm-up for large batches.
pub const SYSTEM: System = System {
    name: "large-batch-warm-up",
    formula: "η_t = η_base (1 + (k - 1) min(1, t/W)), k = B/B_base",
    rows: &["S3 large-batch warm-up"],
    conventions: &[Convention { name: "scaling", values: &["k", "√k"] }],
    sources: &[Source::Note("000", "432"), Source::Note("001", "238"), Source::Cited("goyal2017", "§2.1 and §2.2")],
    tests: &["tests/schedules.rs::large_batch_warm_up_leads_from_the_base_rate_to_the_scaled_one"],
};

impl LargeBatch {
    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let ratio = R::of(&self.ratio);
        let scaled = match self.scaling {
            Scaling::Linear => ratio,
            Scaling::Root => ratio.to_the(&rational(1, 2))?,
        };
        let done = Counting::FromZero.fraction::<R>(step, &self.warm_up.into());
        Some(R::of(&self.base) * ((scaled - R::one()) * done + R::one()))
    }
}
