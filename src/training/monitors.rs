//! Monitors of convergence.

use super::Norm;
use crate::number::{Rational, Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;
use std::collections::VecDeque;

/// The gradient's norm below a tolerance.
pub const GRADIENT: System = System {
    name: "gradient-norm-monitor",
    formula: "converged if ‖∇f(x)‖ < ε",
    rows: &["S4 gradient norm monitor"],
    conventions: &[],
    sources: &[Source::Note("000", "544")],
    tests: &["tests/monitors.rs::the_gradient_monitor_bounds_the_gap"],
};

/// The relative change of the loss below a tolerance.
pub const RELATIVE: System = System {
    name: "relative-loss-monitor",
    formula: "converged if |L_t - L_{t-k}| / L_{t-k} < tolerance",
    rows: &["S4 relative loss monitor"],
    conventions: &[Convention { name: "denominator", values: &["L_{t-k}", "|L_{t-k}|"] }],
    sources: &[Source::Note("000", "579")],
    tests: &[
        "tests/monitors.rs::the_relative_monitor_never_fires_on_linear_convergence_and_at_once_on_a_cycle",
        "tests/monitors.rs::the_relative_monitor_as_written_fires_below_zero",
    ],
};

/// Averages of changes.
pub const AVERAGE: System = System {
    name: "moving-average-of-changes",
    formula: "(1/k) Σ_{i<k} (L_{t-i} - L_{t-i-1})",
    rows: &["S4 moving average of changes"],
    conventions: &[Convention { name: "average", values: &["of k", "exponential"] }],
    sources: &[Source::Note("000", "574, 580")],
    tests: &[
        "tests/monitors.rs::an_average_of_changes_is_the_difference_of_its_ends",
        "tests/monitors.rs::an_exponential_average_of_changes_is_not",
    ],
};

/// Losses that lie together.
pub const PLATEAU: System = System {
    name: "plateau-detector",
    formula: "max - min of the last k losses ≤ tolerance",
    rows: &["S4 plateau detector"],
    conventions: &[],
    sources: &[Source::Note("000", "568")],
    tests: &["tests/monitors.rs::a_plateau_is_a_window_of_losses_that_lie_together"],
};

/// Whether the Euclidean norm of all gradients is below the tolerance; NaN is not.
pub fn gradient_is_small<R: Root>(gradients: &[Vec<R>], tolerance: &R) -> bool {
    Norm::Euclidean.of(gradients) < *tolerance
}

/// The last losses, the oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Window<R> {
    length: usize,
    losses: VecDeque<R>,
}

impl<R: Real> Window<R> {
    /// An empty window for `length` losses.
    ///
    /// # Panics
    /// If `length` is zero.
    pub fn new(length: usize) -> Self {
        assert!(length > 0, "a window holds at least one loss");
        Window { length, losses: VecDeque::with_capacity(length) }
    }

    /// Takes in a loss; the oldest one leaves a full window.
    pub fn push(&mut self, loss: R) {
        if self.losses.len() == self.length {
            self.losses.pop_front();
        }
        self.losses.push_back(loss);
    }

    /// The oldest and the newest loss of a full window.
    fn ends(&self) -> Option<(&R, &R)> {
        (self.losses.len() == self.length).then(|| (&self.losses[0], &self.losses[self.length - 1]))
    }

    /// `|L_t - L_{t-k}| / L_{t-k}` over a full window of `k + 1` losses; `None` before it is full, or if `L_{t-k}` is zero.
    pub fn relative_change(&self, denominator: Denominator) -> Option<R> {
        let (old, new) = self.ends()?;
        let denominator = match denominator {
            Denominator::AsWritten => old.clone(),
            Denominator::Magnitude => old.clone().magnitude(),
        };
        (*old != R::zero()).then(|| (new.clone() - old).magnitude() / denominator)
    }

    /// `(1/k) Σ (L_{t-i} - L_{t-i-1})` over a full window of `k + 1` losses, added from the newest change to the oldest; `None` before
    /// it is full, or for `k = 0`.
    pub fn mean_change(&self) -> Option<R> {
        self.ends()?;
        let changes = (1..self.length).rev().map(|index| self.losses[index].clone() - &self.losses[index - 1]);
        let count = R::int(i64::try_from(self.length - 1).ok()?);
        changes.reduce(|sum, change| sum + change).map(|sum| sum / count)
    }

    /// The largest loss less the smallest, of a full window; NaN if one is.
    pub fn spread(&self) -> Option<R> {
        self.ends()?;
        let largest = self.losses.iter().cloned().reduce(R::larger)?;
        let smallest = -self.losses.iter().map(|loss| -loss.clone()).reduce(R::larger)?;
        Some(largest - smallest)
    }

    /// Whether the losses of a full window lie within `tolerance` of each other.
    pub fn is_flat(&self, tolerance: &R) -> bool {
        self.spread().is_some_and(|spread| spread <= *tolerance)
    }
}

/// What a change of the loss is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denominator {
    /// `L_{t-k}`: for negative losses the ratio is negative, and below every tolerance.
    AsWritten,
    /// `|L_{t-k}|`.
    Magnitude,
}

/// The exponential average of changes, `a ← β a + (1 - β)(L_t - L_{t-1})` from `a = 0`.
#[derive(Clone, Debug, PartialEq)]
pub struct AverageChange<R> {
    /// The average a.
    pub average: R,
    last: Option<R>,
}

impl<R: Real> Default for AverageChange<R> {
    fn default() -> Self {
        AverageChange { average: R::zero(), last: None }
    }
}

impl<R: Real> AverageChange<R> {
    /// Takes in a loss, with the decay β in `[0, 1)`.
    pub fn push(&mut self, loss: R, decay: &Rational) {
        let decay = R::of(decay);
        if let Some(last) = self.last.replace(loss.clone()) {
            self.average = self.average.clone() * &decay + (R::one() - decay) * (loss - last);
        }
    }
}
