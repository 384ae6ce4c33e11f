//! The frameworks' polynomial decay to an end value; linear for power 1.

use super::count;
use crate::number::{Analytic, Rational, Real};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// `η_t = η_end + (η_0 - η_end) (1 - t/T)^p` up to T.
#[derive(Clone, Debug, PartialEq)]
pub struct PolynomialDecay {
    /// The first rate η₀.
    pub base: Rational,
    /// The last rate η_end (0 in PyTorch).
    pub end: Rational,
    /// The power p, positive; exact values exist for integers.
    pub power: Rational,
    /// The length T; a schedule of length zero is over at once.
    pub steps: u64,
    /// What happens after T.
    pub after: AfterDecay,
}

/// What a decay to an end value does after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterDecay {
    /// It keeps the end value.
    Hold,
    /// It starts again from where a decay over the next multiple of T would be (`cycle=True` of Keras and TensorFlow). Step 0 belongs
    /// to the first cycle: TensorFlow once made `0/0` of it.
    Cycle,
}

/// The frameworks' polynomial decay.
pub const SYSTEM: System = System {
    name: "polynomial-decay",
    formula: "η_t = η_end + (η_0 - η_end) (1 - t/T)^p",
    rows: &[],
    conventions: &[
        Convention { name: "after the end", values: &["hold", "cycle"] },
        Convention { name: "form", values: &["closed", "recursive"] },
    ],
    sources: &[Source::Note("000", "279")],
    tests: &[
        "tests/schedules/decays.rs::polynomial_decay_has_its_end_points_and_its_power_matters",
        "tests/schedules/decays.rs::polynomial_cycle_begins_without_a_zero_division",
        "tests/schedules/decays.rs::recursions_equal_closed_forms_in_exact_numbers",
    ],
};

impl PolynomialDecay {
    /// The step within the decay, and the length of the decay.
    fn clock(&self, step: u64) -> (u64, u64) {
        match self.after {
            AfterDecay::Cycle if step > self.steps && self.steps > 0 => {
                (step, self.steps.saturating_mul(step.div_ceil(self.steps)))
            }
            _ => (step.min(self.steps), self.steps),
        }
    }

    fn remainder<R: Real>(&self, step: u64) -> R {
        let (now, length) = self.clock(step);
        // At the end it is zero, also for numbers whose T/T is an enclosure of 1.
        if now == length { R::zero() } else { R::one() - count::<R>(now) / count::<R>(length) }
    }

    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let [base, end] = [&self.base, &self.end].map(R::of);
        Some((base - &end) * self.remainder::<R>(step).to_the(&self.power)? + end)
    }

    /// PyTorch's `PolynomialLR`: `η_t = η_{t-1} ((1 - t/T) / (1 - (t-1)/T))^p`, constant after T. It has no end value and does not
    /// cycle: `None` for a schedule that does.
    pub(super) fn chained<R: Analytic>(&self, step: u64, previous: R) -> Option<R> {
        if !self.end.is_zero() || self.after == AfterDecay::Cycle {
            return None;
        }
        if step == 0 || step > self.steps {
            return Some(previous);
        }
        Some(previous * (self.remainder::<R>(step) / self.remainder::<R>(step - 1)).to_the(&self.power)?)
    }
}
