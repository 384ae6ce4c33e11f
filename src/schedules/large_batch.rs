//! Rates and warm-up for large batches.

use super::Counting;
use crate::number::{Analytic, Function, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The rate for a batch k times as large, reached in a line from the base batch's rate (gradual warm-up):
/// `η_t = η_base (1 + (s(k) - 1) min(1, t/W))`.
#[derive(Clone, Debug, PartialEq)]
pub struct LargeBatch {
    /// The rate η_base of the base batch.
    pub base: Rational,
    /// The batch's size over the base batch's: `k > 0`.
    pub ratio: Rational,
    /// How the rate follows the batch.
    pub scaling: BatchScaling,
    /// The steps W of the warm-up (those of five epochs in Goyal et al. 2017); 0 is none.
    pub warm_up: u64,
}

/// How the rate follows the batch size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchScaling {
    /// Not at all: `s(k) = 1`.
    Constant,
    /// `s(k) = k` (Krizhevsky 2014; Goyal et al. 2017): keeps the mean movement a sample.
    Linear,
    /// `s(k) = √k` (Krizhevsky 2014; Hoffer et al. 2017): keeps the covariance of the movement a sample.
    SquareRoot,
}

/// Rates and warm-up for large batches.
pub const SYSTEM: System = System {
    name: "large-batch-scaling",
    formula: "η_t = η_base (1 + (s(k) - 1) min(1, t/W)), k = B/B_base",
    rows: &["S1.36", "S3 large-batch warm-up"],
    conventions: &[
        Convention { name: "scaling", values: &["k", "√k", "none"] },
        Convention { name: "warm-up", values: &["gradual", "none"] },
    ],
    sources: &[
        Source::Note("000", "408-416, 432"),
        Source::Note("001", "238-244"),
        Source::Note("003", "197-203"),
        Source::Cited("krizhevsky2014", "learning rates of larger batches"),
        Source::Cited("goyal2017", "sections 2.1 and 2.2"),
        Source::Cited("hoffer2017", "square-root scaling"),
    ],
    tests: &[
        "tests/schedules/batches.rs::large_batch_warm_up_leads_from_the_base_rate_to_the_scaled_one",
        "tests/batches.rs::the_step_size_of_a_large_batch",
        "tests/batches.rs::each_scaling_keeps_what_it_promises",
    ],
};

impl LargeBatch {
    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let ratio = R::of(&self.ratio);
        let scaled = match self.scaling {
            BatchScaling::Constant => R::one(),
            BatchScaling::Linear => ratio,
            BatchScaling::SquareRoot => ratio.checked(Function::SquareRoot)?,
        };
        let done = Counting::FromZero.fraction::<R>(step, &self.warm_up.into());
        Some(R::of(&self.base) * ((scaled - R::one()) * done + R::one()))
    }
}
