//! Step decay: a drop by a factor every so many steps.

use crate::number::{Analytic, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;
use std::num::NonZeroU64;

/// `η_t = η_0 γ^⌊t/s⌋`.
#[derive(Clone, Debug, PartialEq)]
pub struct StepDecay {
    /// The first rate η₀.
    pub base: Rational,
    /// The factor γ of a drop, in `(0, 1]`.
    pub factor: Rational,
    /// The number of steps s between drops.
    pub period: NonZeroU64,
    /// What is done to the exponent `t/s`.
    pub division: Division,
}

/// The exponent of the factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// `⌊t/s⌋`: piecewise constant (PyTorch's `StepLR`, Keras's `ExponentialDecay(staircase=True)`).
    Floor,
    /// `t/s`: exponential decay, equal to step decay at the multiples of s alone (note 002; Keras's default).
    Real,
}

/// Step decay.
pub const SYSTEM: System = System {
    name: "step-decay",
    formula: "η_t = η_0 γ^⌊t/s⌋",
    rows: &["S3 step decay with floor", "S3 step decay without floor"],
    conventions: &[
        Convention { name: "exponent", values: &["⌊t/s⌋", "t/s"] },
        Convention { name: "form", values: &["closed", "recursive"] },
    ],
    sources: &[
        Source::Note("000", "260"),
        Source::Note("002", "69"),
        Source::Note("003", "460, 471"),
        Source::Note("004", "168"),
    ],
    tests: &[
        "tests/schedules/decays.rs::step_decay_drops_at_the_multiples_of_its_period",
        "tests/schedules/decays.rs::step_decay_without_floor_is_sandwiched",
        "tests/schedules/decays.rs::recursions_equal_closed_forms_in_exact_numbers",
    ],
};

impl StepDecay {
    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let factor = R::of(&self.factor);
        let decay = match self.division {
            Division::Floor => factor.power(step / self.period),
            Division::Real => factor.to_the(&(Rational::from(step) / Rational::from(self.period.get()))),
        };
        Some(R::of(&self.base) * decay?)
    }

    /// PyTorch's `StepLR`: `η_t = γ η_{t-1}` at the multiples of s; `None` without a floor.
    pub(super) fn chained<R: Analytic>(&self, step: u64, previous: R) -> Option<R> {
        let drops = step.is_multiple_of(self.period.get());
        (self.division == Division::Floor).then(|| if drops { previous * R::of(&self.factor) } else { previous })
    }
}
