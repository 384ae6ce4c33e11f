//! Schedules one after another.

use super::Schedule;
use crate::number::{Analytic, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// A first schedule, and others that take over at milestones.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequential {
    /// The schedule from step 0 on.
    pub first: Box<Schedule>,
    /// Each later schedule with the step of its first rate, ascending; of several at one step the last counts.
    pub later: Vec<(u64, Schedule)>,
    /// Which step a later schedule is asked for.
    pub clock: PartClock,
}

/// The time that a part of a sequence sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartClock {
    /// The steps since its own milestone (PyTorch's `SequentialLR`, optax's `join_schedules`).
    Own,
    /// The steps of the whole run.
    Common,
}

/// Schedules one after another.
pub const SYSTEM: System = System {
    name: "sequential-schedules",
    formula: "η_t = schedule_i(t - m_i) for m_i ≤ t < m_{i+1}",
    rows: &[],
    conventions: &[Convention { name: "clock", values: &["own", "common"] }],
    sources: &[Source::Note("003", "535")],
    tests: &["tests/schedules/cycles.rs::a_sequence_changes_at_its_milestones_and_wraps_without_a_trace"],
};

impl Sequential {
    /// The schedule of a step, and the step that it is asked for.
    fn part(&self, step: u64) -> (&Schedule, u64) {
        let reached = self.later.iter().rev().find(|(milestone, _)| *milestone <= step);
        let (begin, part) = reached.map_or((0, self.first.as_ref()), |(begin, part)| (*begin, part));
        match self.clock {
            PartClock::Own => (part, step - begin),
            PartClock::Common => (part, step),
        }
    }

    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let (part, step) = self.part(step);
        part.value(step)
    }
}

impl Schedule {
    /// This schedule up to `milestone`, then `next` from its own beginning.
    pub fn followed_by(self, milestone: u64, next: Schedule) -> Self {
        Schedule::Sequential(Sequential { first: Box::new(self), later: vec![(milestone, next)], clock: PartClock::Own })
    }

    /// The constant rate.
    pub fn constant(rate: Rational) -> Self {
        Schedule::Constant(super::Constant { rate })
    }
}
