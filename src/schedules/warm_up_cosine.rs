//! Linear warm-up and cosine decay as the notes' code has it.

use super::{cosine::half_wave, count};
use crate::number::{Analytic, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// `η_t = η_max t / max(1, W)` for `t < W`, then `η_max (1 + cos(πp))/2` with `p = (t - W) / max(1, N - W)`: a `LambdaLR`.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmUpCosine {
    /// The rate η_max.
    pub peak: Rational,
    /// The warm-up's steps W. The first update has rate 0 and does nothing, unless W is 0.
    pub warm_up: u64,
    /// The steps N of the run, at least W.
    pub total: u64,
    /// What happens after step N.
    pub tail: Tail,
}

/// The decay beyond its horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// As written: the cosine rises again, to the peak at step `2N - W`.
    AsWritten,
    /// `max(0, (1 + cos(πp))/2)`, as in transformers' `get_cosine_schedule_with_warmup`: the same, for the wave is never negative.
    NonNegative,
    /// `min(1, p)`: zero from step N on.
    Clamped,
}

/// The notes' warm-up with cosine decay.
pub const SYSTEM: System = System {
    name: "warm-up-cosine",
    formula: "η_t = η_max t/W for t < W, else η_max (1 + cos(π(t-W)/(N-W)))/2",
    rows: &["S3 warm-up and cosine"],
    conventions: &[Convention { name: "beyond the horizon", values: &["as written", "max(0, ·)", "clamped progress"] }],
    sources: &[Source::Note("003", "552")],
    tests: &[
        "tests/schedules/warm_up.rs::the_notes_warm_up_cosine_rises_beyond_its_horizon",
        "tests/schedules/warm_up.rs::clamped_warm_up_cosine_is_the_composition_of_its_parts",
        "tests/golden_schedules.rs::golden_values",
    ],
};

impl WarmUpCosine {
    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let ratio = |part: u64, whole: u64| count::<R>(part) / count::<R>(whole.max(1));
        let peak = R::of(&self.peak);
        if step < self.warm_up {
            return Some(peak * ratio(step, self.warm_up));
        }
        let (since, length) = (step - self.warm_up, self.total.saturating_sub(self.warm_up).max(1));
        let wave = match self.tail {
            Tail::AsWritten => half_wave(ratio(since, length))?,
            Tail::NonNegative => half_wave(ratio(since, length))?.larger(R::zero()),
            Tail::Clamped => half_wave(ratio(since.min(length), length))?,
        };
        Some(peak * wave)
    }
}
