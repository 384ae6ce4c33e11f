//! Batches: their laws by enumeration, the windows of gradient accumulation, and the step size of larger ones.

use gradproof::lab::{Lab, Stream};
use gradproof::number::{Big, Rational, Real, rational};
use gradproof::optimizers::{Algorithm, Method, Momentum, Velocity, advance};
use gradproof::schedules::{BatchScaling, LargeBatch, Schedule};
use gradproof::training::{
    Accumulation, ClipPlace, Epochs, LastBatch, LastWindow, Outcome, SampleOrder, Sampler, Sampling, Windows, accumulate,
    covariance, expectation,
};
use std::collections::{BTreeMap, BTreeSet};

fn stream() -> Stream {
    Lab::new(9, 1, "batches").stream("order")
}

fn epochs(samples: usize, batch: usize, last: LastBatch) -> Epochs {
    Epochs { samples, batch, order: SampleOrder::Reshuffled, last }
}

/// All orders of `0..count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    match count {
        0 => vec![vec![]],
        _ => {
            let place = |order: Vec<usize>| {
                (0..count).map(move |at| {
                    let mut longer = order.clone();
                    longer.insert(at, count - 1);
                    longer
                })
            };
            orders(count - 1).into_iter().flat_map(place).collect()
        }
    }
}

/// How often each set of indices is drawn, as the law writes it: coefficients `1/B`.
fn frequencies(samples: usize, drawn: impl Iterator<Item = Vec<usize>>) -> BTreeMap<Vec<Rational>, Rational> {
    let mut counts = BTreeMap::new();
    let mut total = 0;
    for batch in drawn {
        let mut coefficients = vec![Rational::ZERO; samples];
        batch.iter().for_each(|&index| coefficients[index] += rational(1, batch.len() as u64));
        *counts.entry(coefficients).or_insert(0) += 1;
        total += 1;
    }
    counts.into_iter().map(|(batch, count)| (batch, rational(count, total))).collect()
}

fn as_map(law: Vec<Outcome>) -> BTreeMap<Vec<Rational>, Rational> {
    law.into_iter().map(|outcome| (outcome.coefficients, outcome.probability)).collect()
}

/// Over all orders of an epoch every batch, wherever it stands, is a uniform subset, and the next one a uniform subset of what is left:
/// the laws of sampling without replacement.
#[test]
fn reshuffled_batches_are_subsets_without_replacement() {
    for (samples, batch) in [(4, 2), (5, 2), (6, 3), (6, 1)] {
        let sampler = Sampler::new(Sampling::WithoutReplacement);
        let epochs = epochs(samples, batch, LastBatch::Kept);
        let all: Vec<Vec<Vec<usize>>> = orders(samples).into_iter().map(|order| epochs.cut(order).collect()).collect();
        for place in 0..samples / batch {
            let found = frequencies(samples, all.iter().map(|batches| batches[place].clone()));
            assert_eq!(found, as_map(sampler.law(samples, batch)), "batch {place} of {samples} by {batch}");
        }
        let first: Vec<usize> = (0..batch).collect();
        let law = sampler.law(samples, batch);
        let outcome = law.iter().find(|outcome| first.iter().all(|&i| !outcome.coefficients[i].is_zero())).expect("a subset");
        let same = |batches: &&Vec<Vec<usize>>| batches[0].iter().collect::<BTreeSet<_>>() == first.iter().collect();
        let second = frequencies(samples, all.iter().filter(same).map(|batches| batches[1].clone()));
        if samples >= 2 * batch {
            assert_eq!(second, as_map(sampler.law_after(outcome, batch)));
        }
    }
}

/// A subset of the last `r` samples is uniform too, so that its mean gradient is unbiased; but over a whole epoch each of its samples
/// weighs `B/r` times as much as another.
#[test]
fn a_short_last_batch_is_unbiased_and_unequal() {
    let (samples, batch) = (5, 2);
    let kept = epochs(samples, batch, LastBatch::Kept);
    let last = frequencies(samples, orders(samples).into_iter().map(|order| kept.cut(order).last().expect("a batch")));
    assert_eq!(last, as_map(Sampler::new(Sampling::WithoutReplacement).law(samples, 1)));
    let weights = |epochs: &Epochs, order: Vec<usize>| {
        let mut weights = vec![Rational::ZERO; samples];
        for batch in epochs.cut(order) {
            batch.iter().for_each(|&index| weights[index] += rational(1, batch.len() as u64));
        }
        weights
    };
    assert_eq!(weights(&kept, (0..5).collect()), [1, 1, 1, 1, 2].map(|weight| rational(weight, 2)));
    let dropped = epochs(samples, batch, LastBatch::Dropped);
    assert_eq!(weights(&dropped, (0..5).collect()), [1, 1, 1, 1, 0].map(|weight| rational(weight, 2)));
}

#[test]
fn an_epoch_sees_every_sample_once() {
    for samples in [0, 1, 6, 7, 20] {
        for batch in [1, 2, 3, 7, 30] {
            for order in [SampleOrder::Reshuffled, SampleOrder::ShuffledOnce, SampleOrder::Given] {
                for last in [LastBatch::Kept, LastBatch::Dropped] {
                    let epochs = Epochs { samples, batch, order, last };
                    let batches: Vec<Vec<usize>> = epochs.epoch(&stream(), 3).collect();
                    assert_eq!(batches.len(), epochs.batches());
                    let seen = batches.concat();
                    let rest = if last == LastBatch::Dropped { samples % batch } else { 0 };
                    assert_eq!(seen.len(), samples - rest, "{epochs:?}");
                    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{epochs:?}");
                    assert!(batches.iter().rev().skip(1).all(|full| full.len() == batch), "{epochs:?}");
                    assert!(last == LastBatch::Kept || batches.iter().all(|full| full.len() == batch), "{epochs:?}");
                }
            }
        }
    }
}

#[test]
fn orders_are_new_in_every_epoch_or_not() {
    let order = |order, epoch| {
        let epochs = Epochs { samples: 20, batch: 3, order, last: LastBatch::Kept };
        epochs.epoch(&stream(), epoch).collect::<Vec<_>>().concat()
    };
    assert_eq!(order(SampleOrder::Given, 4), (0..20).collect::<Vec<_>>());
    assert_eq!(order(SampleOrder::ShuffledOnce, 0), order(SampleOrder::ShuffledOnce, 4));
    assert_ne!(order(SampleOrder::ShuffledOnce, 0), order(SampleOrder::Given, 0));
    assert_ne!(order(SampleOrder::Reshuffled, 0), order(SampleOrder::Reshuffled, 1));
    assert_eq!(order(SampleOrder::Reshuffled, 1), order(SampleOrder::Reshuffled, 1));
}

/// Each of the 3! orders has the share 1/6 up to `√(ln(2·6/α) / 2n)`, beyond which some share falls with probability at most α
/// (Hoeffding 1963), here 1e-9.
#[test]
fn every_order_is_as_likely() {
    let epochs = epochs(3, 3, LastBatch::Kept);
    let mut counts = BTreeMap::new();
    for epoch in 0..6000 {
        *counts.entry(epochs.epoch(&stream(), epoch).next()).or_insert(0) += 1;
    }
    let margin = (libm::log(12e9) / 12_000.0).sqrt();
    assert_eq!(counts.len(), 6);
    assert!(counts.values().all(|count| (f64::from(*count) / 6000.0 - 1.0 / 6.0).abs() <= margin), "{counts:?}");
}

/// A batch with replacement may hold a sample twice: its variance is `σ²/B`, that of a subset `(σ²/B) (N-B)/(N-1)`.
#[test]
fn the_schemes_have_their_variances() {
    let (samples, batch) = (5, 3);
    let gradient = [2, -1, 4, 0, -5].map(|g| rational(g, 1)); // mean 0
    let variance = |scheme| {
        let law = Sampler::new(scheme).law(samples, batch);
        let mean = |coefficients: &[Rational]| {
            coefficients.iter().zip(&gradient).fold(Rational::ZERO, |sum, (share, g)| sum + share * g)
        };
        assert_eq!(expectation(&law, mean), Rational::ZERO);
        expectation(&law, |coefficients| mean(coefficients) * mean(coefficients))
    };
    let single = rational(4 + 1 + 16 + 25, 5);
    assert_eq!(variance(Sampling::WithReplacement), &single / rational(3, 1));
    assert_eq!(variance(Sampling::WithoutReplacement), &single / rational(3, 1) * rational(5 - 3, 5 - 1));
}

fn scalars(micro_batches: &[&[i64]]) -> Vec<Vec<Vec<Rational>>> {
    micro_batches.iter().map(|batch| batch.iter().map(|g| vec![rational(*g, 1)]).collect()).collect()
}

fn windows(length: usize, accumulation: Accumulation, last: LastWindow, micro_batches: &[&[i64]]) -> Vec<Rational> {
    let windows = Windows { length, accumulation, last };
    windows.gradients(&scalars(micro_batches), &ClipPlace::None).concat()
}

/// Sizes 1 and 3: the mean of means gives the single sample as much weight as the three others together.
#[test]
fn unequal_micro_batches_need_their_sizes() {
    let micro_batches = scalars(&[&[12], &[3, 6, 9]]);
    assert_eq!(accumulate(Accumulation::Mean, &micro_batches), [rational(9, 1)]);
    assert_eq!(accumulate(Accumulation::Weighted, &micro_batches), [rational(30, 4)]);
    assert_eq!(accumulate(Accumulation::Sum, &micro_batches), [rational(18, 1)]);
}

#[test]
fn a_sum_grows_with_the_window() {
    let same: &[&[i64]] = &[&[5], &[5], &[5], &[5]];
    for (accumulation, gradient) in [(Accumulation::Mean, 5), (Accumulation::Weighted, 5), (Accumulation::Sum, 20)] {
        assert_eq!(windows(4, accumulation, LastWindow::OwnCount, same), [rational(gradient, 1)]);
        assert_eq!(windows(1, accumulation, LastWindow::OwnCount, same), [const { Rational::ZERO }; 4].map(|_| rational(5, 1)));
    }
}

/// `k = 4` and one micro-batch left over.
#[test]
fn the_last_window_has_three_conventions() {
    let five: &[&[i64]] = &[&[4], &[8], &[4], &[8], &[12]];
    let found = |last| windows(4, Accumulation::Mean, last, five);
    assert_eq!(found(LastWindow::OwnCount), [rational(6, 1), rational(12, 1)]);
    assert_eq!(found(LastWindow::WholeCount), [rational(6, 1), rational(3, 1)]);
    assert_eq!(found(LastWindow::Dropped), [rational(6, 1)]);
    // An epoch shorter than the window still has its step.
    assert_eq!(windows(4, Accumulation::Mean, LastWindow::OwnCount, &[&[4], &[8]]), [rational(6, 1)]);
    assert_eq!(windows(4, Accumulation::Mean, LastWindow::Dropped, &[&[4], &[8]]), []);
    // A sum has no count to divide by.
    assert_eq!(windows(4, Accumulation::Sum, LastWindow::WholeCount, five), [rational(24, 1), rational(12, 1)]);
}

/// A large first micro-batch: clipped alone it loses its direction's share, clipped after joining the batch keeps it.
#[test]
fn clipping_each_micro_batch_is_not_clipping_their_mean() {
    let clip = |gradient: Vec<Rational>| -> Vec<Rational> {
        gradient.into_iter().map(|g| -(-g.larger(-Rational::ONE)).larger(-Rational::ONE)).collect()
    };
    let at = |place: ClipPlace<Rational>, micro_batches: &[&[i64]]| {
        let windows = Windows { length: 2, accumulation: Accumulation::Mean, last: LastWindow::OwnCount };
        windows.gradients(&scalars(micro_batches), &place).concat()
    };
    let large: &[&[i64]] = &[&[10], &[-2]];
    assert_eq!(at(ClipPlace::None, large), [rational(4, 1)]);
    assert_eq!(at(ClipPlace::EachMicroBatch(&clip), large), [Rational::ZERO]);
    assert_eq!(at(ClipPlace::Joined(&clip), large), [Rational::ONE]);
    assert_eq!(accumulate(Accumulation::ClippedMean, &scalars(large)), [Rational::ZERO]);
    let small: &[&[i64]] = &[&[1], &[0]];
    assert_eq!(at(ClipPlace::EachMicroBatch(&clip), small), at(ClipPlace::Joined(&clip), small));
}

/// Windows of equal micro-batches give momentum the gradients of the whole batches, and so its trajectory; advancing the state in
/// every micro-batch does not.
#[test]
fn accumulated_steps_are_those_of_the_large_batch() {
    let data: &[&[i64]] = &[&[1, 5], &[-2, 4], &[0, 3], &[7, -1], &[2, 2], &[-3, 1]];
    let run = |gradients: Vec<Rational>| {
        let momentum = Momentum { momentum: rational(1, 2), velocity: Velocity::StepOutside };
        let mut optimizer = Method::new(Algorithm::Momentum(momentum), rational(1, 4)).build_exact().expect("no roots");
        let mut x = vec![Rational::ZERO];
        gradients.into_iter().for_each(|gradient| advance(&mut *optimizer, &mut x, |_| vec![gradient]));
        x
    };
    let whole: Vec<Rational> = data.chunks(2).map(|pair| rational(pair.concat().iter().sum(), 4)).collect();
    assert_eq!(run(windows(2, Accumulation::Mean, LastWindow::OwnCount, data)), run(whole.clone()));
    assert_ne!(run(windows(1, Accumulation::Mean, LastWindow::OwnCount, data)), run(whole));
}

fn large_batch(scaling: BatchScaling, warm_up: u64) -> impl Fn(u64) -> Big {
    let schedule = Schedule::LargeBatch(LargeBatch { base: rational(1, 10), ratio: rational(2304, 256), scaling, warm_up });
    move |step| schedule.value(step).expect("big floats have roots")
}

/// `k = 9`: the factors 1, 9 and 3, reached in a line.
#[test]
fn the_step_size_of_a_large_batch() {
    for (scaling, factor) in [(BatchScaling::Constant, 1), (BatchScaling::Linear, 9), (BatchScaling::SquareRoot, 3)] {
        let eta = Big::of(&rational(1, 10));
        let scaled = eta.clone() * Big::int(factor);
        let near = |x: Big, y: &Big| (x - y).to_f64().abs() < 1e-70; // 256 bits, and a handful of roundings
        for step in [0, 1, 1000] {
            assert!(near(large_batch(scaling, 0)(step), &scaled));
        }
        let warmed = large_batch(scaling, 4);
        assert!(near(warmed(0), &eta));
        assert!(near(warmed(1), &((eta.clone() * Big::int(3) + &scaled) / Big::int(4))));
        assert!(near(warmed(2), &((eta + &scaled) / Big::int(2))));
        assert!(near(warmed(4), &scaled) && near(warmed(5), &scaled));
    }
}

/// What each rule keeps, by the law of sampling with replacement: the mean movement of `k` small steps at a fixed point for the linear
/// one, the variance of one step for the square root.
#[test]
fn each_scaling_keeps_what_it_promises() {
    let variance = |batch: usize| covariance(&Sampler::new(Sampling::WithReplacement).law(3, batch), 0, 0);
    let step_size = |scaling| {
        let schedule = Schedule::LargeBatch(LargeBatch { base: rational(1, 2), ratio: rational(4, 1), scaling, warm_up: 0 });
        schedule.exact(0).expect("the root of a square")
    };
    let base = rational(1, 2);
    let spread = |step_size: &Rational, batch| step_size * step_size * variance(batch);
    assert_eq!(spread(&step_size(BatchScaling::SquareRoot), 4), spread(&base, 1));
    assert_eq!(step_size(BatchScaling::Linear), &base * rational(4, 1));
    // k steps of variance η² σ² make k η² σ²; so does the linear rule's one step of variance (k η)² σ² / k.
    assert_eq!(spread(&step_size(BatchScaling::Linear), 4), rational(4, 1) * spread(&base, 1));
    assert_eq!(step_size(BatchScaling::Constant), base);
}
