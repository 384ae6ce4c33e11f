//! How long runs stay in a region.

use crate::number::{Rational, rational};
use crate::system::System;
use crate::theorem::Source;

/// The estimator.
pub const SYSTEM: System = System {
    name: "escape-time",
    formula: "counts of runs that left by each step, still inside at the horizon, and not finite; rate = escapes / steps at risk",
    rows: &["S6 escape time"],
    conventions: &[],
    sources: &[Source::Note("000", "145-146"), Source::Note("002", "25-28"), Source::Cited("cox1984", "section 3.2")],
    tests: &[
        "tests/landscape/runs.rs::escape_counts_are_those_of_a_doubling_map",
        "tests/landscape/runs.rs::the_rate_is_the_geometric_laws_whatever_the_horizon",
        "tests/landscape/runs.rs::a_run_that_is_not_finite_has_not_escaped",
    ],
};

/// How one run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was outside after this many steps for the first time.
    Escaped(u64),
    /// It was still inside at the horizon.
    Censored,
    /// It had an entry that is not finite after this many steps: neither an escape nor a stay.
    NotFinite(u64),
}

/// Follows a run until it leaves the region, for at most `horizon` steps. A start outside has escaped after zero steps.
pub fn escape(
    start: Vec<f64>,
    horizon: u64,
    mut step: impl FnMut(&[f64]) -> Vec<f64>,
    inside: impl Fn(&[f64]) -> bool,
) -> Ending {
    let mut x = start;
    for steps in 0..=horizon {
        if x.iter().any(|x| !x.is_finite()) {
            return Ending::NotFinite(steps);
        }
        if !inside(&x) {
            return Ending::Escaped(steps);
        }
        if steps < horizon {
            x = step(&x);
        }
    }
    Ending::Censored
}

/// What replicated runs with one horizon have shown. There is no mean of the escape times here: over those that escaped it is too
/// small by as much as the others were cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escapes {
    /// Steps that each run had.
    pub horizon: u64,
    /// The times of those that escaped, in ascending order.
    pub times: Vec<u64>,
    /// Runs that were still inside at the horizon.
    pub censored: usize,
    /// Runs that ended at a number that is not finite.
    pub not_finite: usize,
}

impl Escapes {
    /// The results of runs with this horizon.
    pub fn of(horizon: u64, runs: &[Ending]) -> Self {
        let mut times: Vec<u64> =
            runs.iter().filter_map(|run| if let Ending::Escaped(t) = run { Some(*t) } else { None }).collect();
        times.sort_unstable();
        let censored = runs.iter().filter(|run| **run == Ending::Censored).count();
        Escapes { horizon, censored, not_finite: runs.len() - times.len() - censored, times }
    }

    /// How many had escaped after `steps` steps, at most the horizon.
    ///
    /// # Panics
    /// If `steps` is beyond the horizon, where nothing is known.
    pub fn by(&self, steps: u64) -> usize {
        assert!(steps <= self.horizon, "nothing is known beyond {} steps", self.horizon);
        self.times.partition_point(|time| *time <= steps)
    }

    /// Escapes per step at risk, `#escaped / (Σ times + #censored horizon)`: the maximum-likelihood rate of a geometric escape time
    /// under censoring (Cox and Oakes 1984, section 3.2, in discrete time). `None` without a step at risk, or if a run was not finite.
    pub fn rate(&self) -> Option<Rational> {
        let at_risk = self.times.iter().sum::<u64>() + self.censored as u64 * self.horizon;
        (at_risk > 0 && self.not_finite == 0).then(|| rational(self.times.len() as i64, at_risk))
    }
}
