//! Drops at given steps.

use crate::number::{Analytic, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// `η_t = η_0 γ^k`, where k counts the milestones that `t` has reached: `MultiStepLR`.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestones {
    /// The first rate η₀.
    pub base: Rational,
    /// The factor γ of a drop, in `(0, 1]`.
    pub factor: Rational,
    /// The steps of the drops, ascending; one that occurs twice drops twice.
    pub milestones: Vec<u64>,
    /// Whose rate the step of a milestone has.
    pub boundary: Boundary,
}

/// To which side the step of a boundary belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// The drop has happened (PyTorch's `MultiStepLR`, optax).
    New,
    /// The drop comes with the next step (Keras's `PiecewiseConstantDecay`).
    Old,
}

/// Drops at milestones: a step decay with unequal periods.
pub const SYSTEM: System = System {
    name: "milestone-decay",
    formula: "η_t = η_0 γ^#{i : m_i ≤ t}",
    rows: &[],
    conventions: &[
        Convention { name: "rate at a milestone", values: &["new", "old"] },
        Convention { name: "form", values: &["closed", "recursive"] },
    ],
    sources: &[Source::Note("003", "460")],
    tests: &[
        "tests/schedules/decays.rs::milestones_have_every_piece_and_a_side_for_their_boundary",
        "tests/schedules/decays.rs::recursions_equal_closed_forms_in_exact_numbers",
    ],
};

impl Milestones {
    fn reached(&self, step: u64) -> u64 {
        let reached = |milestone: &&u64| match self.boundary {
            Boundary::New => **milestone <= step,
            Boundary::Old => **milestone < step,
        };
        self.milestones.iter().filter(reached).count() as u64
    }

    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        Some(R::of(&self.base) * R::of(&self.factor).power(self.reached(step))?)
    }

    /// PyTorch's `MultiStepLR`: the factor for every milestone that this step is the first to reach.
    pub(super) fn chained<R: Analytic>(&self, step: u64, previous: R) -> Option<R> {
        let before = step.checked_sub(1).map_or(0, |before| self.reached(before));
        Some(previous * R::of(&self.factor).power(self.reached(step) - before)?)
    }
}
