//! A rate that drops when a metric stops improving.

use super::{Improvement, Limit, MetricGoal, Patience, Threshold, Waiting};
use crate::number::{Rational, Real, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The rate is multiplied by a factor whenever patience ends.
#[derive(Clone, Debug, PartialEq)]
pub struct ReduceOnPlateau {
    /// The factor γ, in `(0, 1)`.
    pub factor: Rational,
    /// What is waited for, and how long.
    pub patience: Patience,
    /// Observations after a drop in which none counts as bad.
    pub cooldown: u64,
    /// Whether the last observation of a cooldown counts.
    pub cooling: Cooling,
    /// The rate never falls below this.
    pub least: Rational,
    /// A drop by no more than this is left out (PyTorch's `eps`).
    pub negligible: Rational,
    /// What the count does after a drop.
    pub after_drop: AfterDrop,
}

/// How the observations of a cooldown are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cooling {
    /// None of them counts as bad (PyTorch).
    Whole,
    /// The last one does (Keras: the counter is set down before it is asked).
    LessOne,
}

/// What the count of bad observations does after a drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterDrop {
    /// It begins again: the next drop is a whole patience later.
    Restart,
    /// It goes on, so that the rate drops at every observation until the metric improves (Keras before 2017).
    Keep,
}

/// The state of a rate that drops on plateaus.
#[derive(Clone, Debug, PartialEq)]
pub struct OnPlateau<R> {
    /// The rate in force.
    pub rate: R,
    /// What patience has seen.
    pub waiting: Waiting<R>,
    /// The observations of the cooldown that are left.
    pub cooldown: u64,
}

/// The rate that drops on plateaus.
pub const SYSTEM: System = System {
    name: "reduce-on-plateau",
    formula: "η ← max(γ η, η_min) when the metric has not improved for more than p observations",
    rows: &["S3 ReduceLROnPlateau"],
    conventions: &[
        Convention { name: "patience ends", values: &["after p (PyTorch)", "at p (Keras)"] },
        Convention { name: "threshold", values: &["relative", "absolute", "relative to the magnitude"] },
        Convention { name: "goal", values: &["least", "greatest"] },
        Convention { name: "cooldown", values: &["whole", "less one"] },
        Convention { name: "count after a drop", values: &["from zero", "goes on"] },
    ],
    sources: &[Source::Note("003", "849")],
    tests: &[
        "tests/schedules/plateau.rs::a_constant_metric_drops_the_rate_after_patience",
        "tests/schedules/plateau.rs::a_relative_threshold_fails_below_zero",
        "tests/schedules/plateau.rs::cooldown_is_counted_in_two_ways",
        "tests/schedules/plateau.rs::small_drops_are_left_out_and_the_least_rate_holds",
        "tests/golden_schedules.rs::golden_plateaus",
    ],
};

impl ReduceOnPlateau {
    /// PyTorch 2.15's defaults: factor 0.1, patience 10, relative threshold 10⁻⁴, ignored drop 10⁻⁸.
    pub fn pytorch() -> Self {
        ReduceOnPlateau {
            factor: rational(1, 10),
            patience: Patience {
                improvement: Improvement { goal: MetricGoal::Least, threshold: Threshold::Relative(rational(1, 10_000)) },
                allowed: 10,
                limit: Limit::Exceeded,
            },
            cooldown: 0,
            cooling: Cooling::Whole,
            least: Rational::ZERO,
            negligible: rational(1, 100_000_000),
            after_drop: AfterDrop::Restart,
        }
    }

    /// Keras 3's defaults: factor 0.1, patience 10, absolute threshold 10⁻⁴.
    pub fn keras() -> Self {
        ReduceOnPlateau {
            patience: Patience {
                improvement: Improvement { goal: MetricGoal::Least, threshold: Threshold::Absolute(rational(1, 10_000)) },
                allowed: 10,
                limit: Limit::Reached,
            },
            cooling: Cooling::LessOne,
            negligible: Rational::ZERO,
            ..ReduceOnPlateau::pytorch()
        }
    }

    /// The state before the first observation.
    pub fn start<R: Real>(&self, rate: R) -> OnPlateau<R> {
        OnPlateau { rate, waiting: Waiting::default(), cooldown: 0 }
    }

    /// Takes in a metric; the rate in the state is that of the next step. NaN counts as no improvement.
    pub fn observe<R: Real>(&self, state: &mut OnPlateau<R>, metric: R) {
        let improved = self.patience.observe(&mut state.waiting, metric);
        if state.cooldown > 0 {
            state.cooldown -= 1;
            let counts = self.cooling == Cooling::LessOne && state.cooldown == 0 && !improved;
            state.waiting.waited = u64::from(counts);
        }
        if self.patience.ended(&state.waiting) {
            let reduced = (state.rate.clone() * R::of(&self.factor)).larger(R::of(&self.least));
            if state.rate.clone() - &reduced > R::of(&self.negligible) {
                state.rate = reduced;
            }
            state.cooldown = self.cooldown;
            if self.after_drop == AfterDrop::Restart {
                state.waiting.waited = 0;
            }
        }
    }
}
