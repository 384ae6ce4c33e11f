//! Cosine annealing.

use super::{Horizon, count};
use crate::number::{Analytic, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// `η_t = η_min + (η_max - η_min)/2 · (1 + cos(πt/T))`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cosine {
    /// The first rate η_max.
    pub max: Rational,
    /// The last rate η_min, at most `max`.
    pub min: Rational,
    /// The length T.
    pub horizon: Horizon,
    /// In whose words the formula is evaluated.
    pub form: CosineForm,
}

/// The notes' five transcriptions of one formula: equal numbers in different orders of evaluation. (Where a factor 1/2
/// stands makes no difference in binary floats; the order in the cosine's argument does.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CosineForm {
    /// `η_min + (η_max - η_min)/2 × (1 + cos(πt/T))`.
    Note000,
    /// `η_min + (η_max - η_min) × (1 + cos(πt/T)) / 2`; PyTorch's closed form.
    Note001,
    /// `0.5 × η_max × (1 + cos(πt/T))`: without a least rate, `min` is not read.
    Note002,
    /// `η_min + (η_max - η_min)/2 · (1 + cos(πt/T))`, as note 000.
    Note003,
    /// `η_min + 1/2 (η_max - η_min) (1 + cos((t/T) π))`: the quotient first.
    Note004,
}

impl CosineForm {
    /// The five.
    pub const ALL: [CosineForm; 5] =
        [CosineForm::Note000, CosineForm::Note001, CosineForm::Note002, CosineForm::Note003, CosineForm::Note004];
}

/// Cosine annealing.
pub const SYSTEM: System = System {
    name: "cosine-annealing",
    formula: "η_t = η_min + (η_max - η_min)/2 · (1 + cos(πt/T))",
    rows: &["S3 cosine", "S3 CosineAnnealingLR"],
    conventions: &[
        Convention { name: "transcription", values: &["note 000", "note 001", "note 002", "note 003", "note 004"] },
        Convention { name: "last step", values: &["T", "T-1"] },
        Convention { name: "after the end", values: &["hold", "continue", "zero"] },
        Convention { name: "form", values: &["closed", "recursive"] },
    ],
    sources: &[
        Source::Note("000", "291"),
        Source::Note("001", "254"),
        Source::Note("002", "79"),
        Source::Note("003", "502, 514"),
        Source::Note("004", "178"),
        Source::Cited("loshchilov2017", "eq. (5)"),
    ],
    tests: &[
        "tests/schedules/cosine.rs::cosine_has_its_end_points_its_middle_and_its_symmetry",
        "tests/schedules/cosine.rs::cosine_transcriptions_agree",
        "tests/schedules/cosine.rs::cosine_sums_to_its_mean",
        "tests/schedules/cosine.rs::cosine_recursion_follows_the_closed_form_through_its_zeros",
        "tests/golden_schedules.rs::golden_values",
    ],
};

/// `(1 + cos(πx)) / 2`: from 1 at 0 to 0 at 1.
pub(super) fn half_wave<R: Analytic>(progress: R) -> Option<R> {
    Some((R::one() + progress.cos_pi()?) / R::int(2))
}

impl Cosine {
    /// From `max` to `min` over `steps`, in the form of note 000, complete at step T, with the last value kept.
    pub fn new(max: Rational, min: Rational, steps: u64) -> Self {
        Cosine { max, min, horizon: Horizon::new(steps), form: CosineForm::Note000 }
    }

    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let ([max, min], two, one) = ([&self.max, &self.min].map(R::of), R::int(2), R::one());
        self.horizon.at(step, |step: R, length: R| {
            let cosine = match self.form {
                CosineForm::Note004 => (step / length).cos_pi(),
                _ => R::cos_pi_times(step, length),
            };
            let wave = one.clone() + cosine?;
            Some(match self.form {
                CosineForm::Note000 | CosineForm::Note003 => (max - &min) / two * wave + min,
                CosineForm::Note001 => (max - &min) * wave / two + min,
                CosineForm::Note002 => one / two * max * wave,
                CosineForm::Note004 => one / two * (max - &min) * wave + min,
            })
        })
    }

    /// PyTorch's `CosineAnnealingLR`: `η_t = η_min + (η_{t-1} - η_min) (1 + cos(πt/T)) / (1 + cos(π(t-1)/T))`, and where that
    /// denominator is zero, at `t - 1 = T, 3T, 5T, ...`, one addition of `(η_max - η_min)(1 - cos(π/T))/2`. It does not stop at
    /// T: the recursion of a cosine that goes on.
    pub(super) fn chained<R: Analytic>(&self, step: u64, previous: R) -> Option<R> {
        let (steps, [max, min]) = (self.horizon.end(), [&self.max, &self.min].map(R::of));
        if step == 0 || steps == 0 {
            return Some(previous);
        }
        let wave = |step: u64| half_wave(count::<R>(step) / count::<R>(steps));
        if (step - 1).is_multiple_of(steps) && !((step - 1) / steps).is_multiple_of(2) {
            return Some(previous + (max - min) * (R::one() - wave(1)?));
        }
        Some(wave(step)? / wave(step - 1)? * (previous - &min) + min)
    }
}
