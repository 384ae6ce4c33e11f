//! Rates that follow a metric.

use super::*;

fn drops(reduce: &ReduceOnPlateau, metrics: impl IntoIterator<Item = f64>) -> Vec<usize> {
    let mut state = reduce.start(0.1);
    let mut before = 0.1;
    let mut found = Vec::new();
    for (epoch, metric) in metrics.into_iter().enumerate() {
        reduce.observe(&mut state, metric);
        if state.rate < before {
            found.push(epoch);
        }
        assert!(state.rate <= before, "a rate that drops on plateaus never rises (darknet#8927)");
        before = state.rate;
    }
    found
}

#[test]
fn a_constant_metric_drops_the_rate_after_patience() {
    let torch = ReduceOnPlateau::pytorch();
    // From .1 seven times by a tenth; the eighth drop would be 9e-9, below 1e-8.
    assert_eq!(drops(&torch, [1.0; 200]), [11, 22, 33, 44, 55, 66, 77]);
    assert_eq!(drops(&ReduceOnPlateau::keras(), [1.0; 45]), [10, 20, 30, 40]);
    let short = |keras: ReduceOnPlateau| ReduceOnPlateau { patience: Patience { allowed: 4, ..keras.patience.clone() }, ..keras };
    assert_eq!(drops(&short(ReduceOnPlateau::keras()), [1.0; 14]), [4, 8, 12], "not every epoch after the first drop");
    let kept = ReduceOnPlateau { after_drop: AfterDrop::Keep, ..short(ReduceOnPlateau::keras()) };
    assert_eq!(drops(&kept, [1.0; 8]), [4, 5, 6, 7], "keras#3991");
}

/// best = -1, δ = 0.1: -0.95 is worse, and counts as better than -1 · (1 - 0.1) (pytorch#47513).
#[test]
fn a_relative_threshold_fails_below_zero() {
    let with = |threshold| ReduceOnPlateau {
        patience: Patience {
            improvement: Improvement { threshold, ..Improvement::any() },
            allowed: 0,
            ..ReduceOnPlateau::pytorch().patience
        },
        ..ReduceOnPlateau::pytorch()
    };
    let delta = rational(1, 10);
    let metrics = [-1.0, -0.95];
    assert_eq!(drops(&with(Threshold::Relative(delta.clone())), metrics), [0; 0]);
    assert_eq!(drops(&with(Threshold::OfMagnitude(delta.clone())), metrics), [1]);
    assert_eq!(drops(&with(Threshold::Absolute(delta.clone())), metrics), [1]);
    assert_eq!(drops(&with(Threshold::Relative(delta)), [-1.0; 50]), [0; 0], "a constant negative metric is always better");
    assert_eq!(drops(&ReduceOnPlateau::pytorch(), [0.0; 23]), [11, 22]);
}

#[test]
fn cooldown_is_counted_in_two_ways() {
    let with = |cooling, cooldown| {
        let plain = ReduceOnPlateau::pytorch();
        let patience = Patience { allowed: 2, limit: Limit::Reached, ..plain.patience.clone() };
        drops(&ReduceOnPlateau { cooling, cooldown, patience, ..plain }, [1.0; 13])
    };
    use gradproof::schedules::Cooling::{LessOne, Whole};
    assert_eq!(with(Whole, 0), [2, 4, 6, 8, 10, 12]);
    assert_eq!(with(Whole, 3), [2, 7, 12]);
    assert_eq!(with(LessOne, 3), [2, 6, 10]);
    // With patience 1 an observation that counted during the cooldown would drop the rate at once.
    let impatient = |cooling| {
        let plain = ReduceOnPlateau::pytorch();
        let patience = Patience { allowed: 1, limit: Limit::Reached, ..plain.patience.clone() };
        drops(&ReduceOnPlateau { cooling, cooldown: 3, patience, ..plain }, [1.0; 10])
    };
    assert_eq!((impatient(Whole), impatient(LessOne)), (vec![1, 5, 9], vec![1, 4, 7]));
}

#[test]
fn small_drops_are_left_out_and_the_least_rate_holds() {
    let plain = ReduceOnPlateau {
        patience: Patience { allowed: 0, ..ReduceOnPlateau::pytorch().patience },
        ..ReduceOnPlateau::pytorch()
    };
    let last = |reduce: &ReduceOnPlateau| {
        let mut state = reduce.start(0.1);
        (0..20).for_each(|_| reduce.observe(&mut state, 1.0));
        state.rate
    };
    assert_eq!(last(&ReduceOnPlateau { least: rational(1, 64), ..plain.clone() }), 1.0 / 64.0);
    assert_eq!(last(&ReduceOnPlateau { negligible: rational(1, 10), ..plain.clone() }), 0.1);
    assert_eq!(last(&ReduceOnPlateau { factor: rational(1, 2), negligible: rational(1, 50), ..plain }), 0.025);
}
