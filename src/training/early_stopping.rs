//! Early stopping with the best weights kept.

use crate::number::{Rational, Real};
use crate::schedules::{Improvement, Limit, Patience, Waiting};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// When training stops.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlyStopping {
    /// What is waited for, and how long.
    pub patience: Patience,
    /// What a metric is compared with.
    pub compared_with: ComparedWith,
    /// A value that a metric must beat too.
    pub baseline: Option<Rational>,
    /// What an improvement that does not beat the baseline does.
    pub below_baseline: BelowBaseline,
    /// The first epoch that counts, from 0.
    pub start: u64,
}

/// What a metric is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparedWith {
    /// The best one so far.
    Best,
    /// The one before ("stop when validation loss increases", read literally).
    Previous,
}

/// What an improvement on the best metric that does not beat the baseline does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BelowBaseline {
    /// The count goes on (Keras): training stops although it improves.
    CountsOn,
    /// The count begins again.
    Restarts,
}

/// What early stopping has seen, with weights of type `W`.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch<R, W> {
    /// The best metric and the observations since.
    pub waiting: Waiting<R>,
    /// The epoch and the weights of the best metric.
    pub best: Option<(u64, W)>,
    /// The metric before.
    previous: Option<R>,
    /// Epochs seen.
    epochs: u64,
}

impl<R, W> Default for Watch<R, W> {
    fn default() -> Self {
        Watch { waiting: Waiting::default(), best: None, previous: None, epochs: 0 }
    }
}

/// Early stopping.
pub const SYSTEM: System = System {
    name: "early-stopping",
    formula: "stop when the metric has not improved for p epochs; return the weights of the best one",
    rows: &["S4 early stopping"],
    conventions: &[
        Convention { name: "compared with", values: &["the best", "the previous"] },
        Convention { name: "patience ends", values: &["at p (Keras)", "after p"] },
        Convention { name: "improvement below the baseline", values: &["counts on (Keras)", "restarts"] },
    ],
    sources: &[Source::Note("002", "197"), Source::Note("000", "575"), Source::Cited("prechelt1998", "stopping criteria")],
    tests: &[
        "tests/monitors.rs::early_stopping_stops_after_the_minimum_and_returns_it",
        "tests/monitors.rs::false_stops_follow_the_law_of_records",
        "tests/monitors.rs::a_baseline_stops_what_improves_below_it",
        "tests/monitors.rs::off_by_one_patience_is_one_epoch_late",
    ],
};

/// Patience alone.
pub const PATIENCE: System = System {
    name: "patience",
    formula: "improved if L < L_best - δ or L < L_best (1 - δ); ended after p observations without",
    rows: &["S4 patience"],
    conventions: &[
        Convention { name: "threshold", values: &["absolute", "relative", "relative to the magnitude"] },
        Convention { name: "goal", values: &["least", "greatest"] },
        Convention { name: "limit", values: &["reached", "exceeded"] },
    ],
    sources: &[Source::Note("000", "568"), Source::Note("002", "237"), Source::Cited("prechelt1998", "stopping criteria")],
    tests: &[
        "tests/monitors.rs::thresholds_separate_their_readings",
        "tests/monitors.rs::an_improvement_sets_the_count_back",
        "tests/monitors.rs::patience_is_the_length_of_the_run_without_a_record",
    ],
};

impl EarlyStopping {
    /// Keras 3's defaults but for the patience p: any smaller metric is better, no baseline.
    pub fn keras(allowed: u64) -> Self {
        EarlyStopping {
            patience: Patience { improvement: Improvement::any(), allowed, limit: Limit::Reached },
            compared_with: ComparedWith::Best,
            baseline: None,
            below_baseline: BelowBaseline::CountsOn,
            start: 0,
        }
    }

    /// Takes in the metric of the next epoch, asks for its weights if it is the best one, and says whether training is to stop. It
    /// never stops at the very first epoch, which nothing precedes.
    pub fn observe<R: Real, W>(&self, watch: &mut Watch<R, W>, metric: R, weights: impl FnOnce() -> W) -> bool {
        let epoch = watch.epochs;
        watch.epochs += 1;
        if epoch < self.start {
            return false;
        }
        let waited = watch.waiting.waited;
        let best = self.patience.observe(&mut watch.waiting, metric.clone());
        if best || watch.best.is_none() {
            watch.best = Some((epoch, weights()));
        }
        let beaten = |baseline: &Rational| self.patience.improvement.over(&metric, &R::of(baseline));
        let short = best && !self.baseline.as_ref().is_none_or(beaten) && self.below_baseline == BelowBaseline::CountsOn;
        if short {
            watch.waiting.waited = waited + 1;
        }
        if self.compared_with == ComparedWith::Previous {
            let better = watch.previous.as_ref().is_none_or(|previous| self.patience.improvement.over(&metric, previous));
            watch.waiting.waited = if better { 0 } else { waited + 1 };
        }
        watch.previous = Some(metric);
        epoch > 0 && !best && self.patience.ended(&watch.waiting)
    }
}
