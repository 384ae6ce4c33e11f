//! Cosine annealing with warm restarts (SGDR).

use super::{cosine::half_wave, count};
use crate::number::{Analytic, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;
use std::num::NonZeroU64;

/// `η_t = η_min + (η_max - η_min)/2 · (1 + cos(π T_cur/T_i))` with periods `T_i = T_0 T_mult^i`.
///
/// The notes' `t_cur` is the paper's T_cur, and their `T_cur` the paper's T_i.
#[derive(Clone, Debug, PartialEq)]
pub struct Restarts {
    /// The rate η_max right after a restart.
    pub max: Rational,
    /// The rate η_min at the end of a period, at most `max`.
    pub min: Rational,
    /// The first period T_0.
    pub first_period: NonZeroU64,
    /// The factor T_mult of the periods.
    pub growth: NonZeroU64,
    /// The factor of the height `η_max - η_min` with each restart, 1 in the paper (`m_mul` of Keras's `CosineDecayRestarts`).
    pub height_factor: Rational,
}

/// Where a step is within its restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// How many restarts there have been.
    pub index: u64,
    /// The steps since the last one, less than the period.
    pub since: u64,
    /// The length of this period, or `u64::MAX` if it is longer than that.
    pub period: u64,
}

/// Warm restarts.
pub const SYSTEM: System = System {
    name: "cosine-warm-restarts",
    formula: "η_t = η_min + (η_max - η_min)/2 · (1 + cos(π T_cur/T_i)), T_i = T_0 T_mult^i",
    rows: &["S3 SGDR"],
    conventions: &[Convention { name: "height after a restart", values: &["η_max - η_min", "(η_max - η_min) m^i"] }],
    sources: &[Source::Note("000", "303"), Source::Note("003", "523"), Source::Cited("loshchilov2017", "§3")],
    tests: &[
        "tests/schedules/cosine.rs::restarts_come_at_the_sums_of_the_periods",
        "tests/schedules/cosine.rs::a_jump_lands_where_steps_lead",
        "tests/golden_schedules.rs::golden_values",
    ],
};

impl Restarts {
    /// Restarts of constant height.
    pub fn new(max: Rational, min: Rational, first_period: NonZeroU64, growth: NonZeroU64) -> Self {
        Restarts { max, min, first_period, growth, height_factor: Rational::ONE }
    }

    /// The cycle of a step, by integers alone: a logarithm would round to the wrong cycle (`ln 243 / ln 3 < 5` in floats).
    pub fn cycle(&self, step: u64) -> Cycle {
        let (first, growth) = (self.first_period.get(), self.growth.get());
        if growth == 1 {
            return Cycle { index: step / first, since: step % first, period: first };
        }
        let mut cycle = Cycle { index: 0, since: step, period: first };
        while cycle.since >= cycle.period {
            let period = cycle.period.saturating_mul(growth);
            cycle = Cycle { index: cycle.index + 1, since: cycle.since - cycle.period, period };
        }
        cycle
    }

    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let Cycle { index, since, period } = self.cycle(step);
        let [max, min] = [&self.max, &self.min].map(R::of);
        let height = (max - &min) * R::of(&self.height_factor).power(index)?;
        Some(height * half_wave::<R>(count::<R>(since) / count::<R>(period))? + min)
    }
}
