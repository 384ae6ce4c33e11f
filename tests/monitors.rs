//! Monitors, patience and early stopping against closed forms, exact laws and the readings that they are mistaken for.

use gradproof::lab::Lab;
use gradproof::number::{Rational, rational};
use gradproof::schedules::{Improvement, Limit, MetricGoal, Patience, Threshold, Waiting};
use gradproof::training::{
    AverageChange, BelowBaseline, ComparedWith, Denominator, EarlyStopping, Health, NormDetector, SlopeDetector, Watch, Window,
    first_non_finite, gradient_is_small,
};
use proptest::prelude::*;

/// A scale of the loss makes a healthy gradient "exploding", a converged one is "vanishing", and NaN is neither.
#[test]
fn the_norm_detector_takes_scale_for_explosion_and_convergence_for_vanishing() {
    let detector = NormDetector::notes();
    let health = |gradients: &[Vec<f64>]| detector.health(gradients);
    assert_eq!(health(&[vec![0.3], vec![0.4]]), Health::Quiet);
    assert_eq!(health(&[vec![300.0], vec![400.0]]), Health::Exploding);
    assert_eq!(health(&[vec![3e-6], vec![4e-6]]), Health::Vanishing, "at an optimum");
    assert_eq!(health(&[vec![f64::NAN]]), Health::Quiet);
    assert_eq!(health(&[vec![f64::INFINITY]]), Health::Exploding);
    assert_eq!(health(&vec![vec![3.0]; 10_000]), Health::Exploding, "10⁴ copies of a quiet gradient");
    let judged = [rational(100, 1), rational(100_001, 1000), rational(1, 100_000), rational(9, 1_000_000)];
    let expected = [Health::Quiet, Health::Exploding, Health::Quiet, Health::Vanishing];
    assert_eq!(judged.map(|norm| detector.judge(&norm)), expected, "both thresholds are strict");
}

/// On planted norms `c r^l` it sees ln r alone.
#[test]
fn the_slope_detector_sees_the_rate_and_no_scale() {
    let planted = |scale: f64, slope: f64| (0..12).map(|layer| scale * libm::exp(slope * f64::from(layer))).collect::<Vec<_>>();
    let at = |steepest| SlopeDetector { steepest };
    for scale in [1e-9, 1.0, 1e3, 1e9] {
        for (slope, health) in
            [(-1.444, Health::Vanishing), (-0.1, Health::Quiet), (0.0, Health::Quiet), (0.3466, Health::Exploding)]
        {
            assert_eq!(at(0.2).health(&planted(scale, slope)), Some(health), "{scale} {slope}");
            // The slope itself, within the roundings of twelve exponentials and logarithms of at most 40.
            let [below, above] = [slope.abs() - 1e-13, slope.abs() + 1e-13];
            assert_eq!(at(above).health(&planted(scale, slope)), Some(Health::Quiet));
            assert!(slope == 0.0 || at(below).health(&planted(scale, slope)) != Some(Health::Quiet));
        }
    }
    // Least squares over all layers: what rises and falls has no slope.
    assert_eq!(at(0.0).health(&[1.0, 7.0, 7.0, 1.0]), Some(Health::Quiet));
    for norms in [vec![], vec![1.0], vec![1.0, 0.0], vec![1.0, f64::NAN], vec![f64::INFINITY, 1.0]] {
        assert_eq!(at(1.0).health(&norms), None, "{norms:?}");
    }
}

#[test]
fn the_non_finite_detector_names_the_tensor() {
    assert_eq!(first_non_finite(&[vec![1.0, f64::MAX], vec![], vec![-0.0, 5e-324]]), None);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(first_non_finite(&[vec![1.0], vec![], vec![2.0, bad], vec![bad]]), Some(2));
    }
    // A diverging run: x ← -9 x overflows f32 at step 41, since 9^40 < 2^128 ≤ 9^41, and the detector fires there.
    let mut x = 1.0_f32;
    let step = (1..100).find(|_| {
        x -= 10.0 * x;
        first_non_finite(&[vec![x]]).is_some()
    });
    assert_eq!(step, Some(41));
}

/// On f = (x² + 9y²)/2 with μ = 1, ‖∇f‖² ≤ 2με bounds the gap by ε; and the tolerance is not met at the tolerance.
#[test]
fn the_gradient_monitor_bounds_the_gap() {
    assert!(gradient_is_small(&[vec![0.6, 0.0], vec![0.7]], &1.0));
    assert!(!gradient_is_small(&[vec![3.0, 0.0], vec![4.0]], &5.0));
    assert!(!gradient_is_small(&[vec![f64::NAN]], &1e300));
    let (mut x, mut y, gap) = (3.0_f64, -2.0_f64, 1e-6);
    let mut steps = 0;
    while !gradient_is_small(&[vec![x, 9.0 * y]], &libm::sqrt(2.0 * gap)) {
        (x, y, steps) = (x - 0.1 * x, y - 0.1 * 9.0 * y, steps + 1);
    }
    assert!((x * x + 9.0 * y * y) / 2.0 <= gap && steps > 10);
}

fn changes(losses: &[Rational], lag: usize, denominator: Denominator) -> Vec<Option<Rational>> {
    let mut window = Window::new(lag + 1);
    let mut found = Vec::new();
    for loss in losses {
        window.push(loss.clone());
        found.push(window.relative_change(denominator));
    }
    found
}

/// `r^t` has the ratio 1 - r^k for ever; a k-cycle has 0 at once; `L* + c/t` fires far from the end (claims: relative-loss-convergence).
#[test]
fn the_relative_monitor_never_fires_on_linear_convergence_and_at_once_on_a_cycle() {
    let geometric: Vec<Rational> = (0..30).map(|t| rational(9, 10).pow(t)).collect();
    let found = changes(&geometric, 3, Denominator::AsWritten);
    assert!(found[..3].iter().all(Option::is_none), "the window is not full");
    assert!(found[3..].iter().all(|ratio| *ratio == Some(Rational::ONE - rational(729, 1000))));
    let cycle: Vec<Rational> = (0..30).map(|t| rational(1 + t % 2, 1)).collect();
    assert!(changes(&cycle, 2, Denominator::AsWritten)[2..].iter().all(|ratio| *ratio == Some(Rational::ZERO)));
    let slow: Vec<Rational> = (1..200).map(|t| Rational::ONE + rational(1, t)).collect();
    let found = changes(&slow, 1, Denominator::AsWritten);
    let fires = found.iter().position(|ratio| ratio.as_ref().is_some_and(|ratio| *ratio < rational(1, 1000)));
    // 1/(t(t-1)) over 1 + 1/(t-1) is 1/t²: below 1/1000 from t = 32, at index 31, where the gap is still 1/32.
    assert_eq!(fires, Some(31));
}

#[test]
fn the_relative_monitor_as_written_fires_below_zero() {
    let losses = [-1, -100, 0, 5].map(Rational::from);
    assert_eq!(changes(&losses, 1, Denominator::AsWritten)[1], Some(Rational::from(-99)), "below every tolerance");
    assert_eq!(changes(&losses, 1, Denominator::Magnitude)[1], Some(Rational::from(99)));
    assert_eq!(changes(&losses, 1, Denominator::Magnitude)[3], None, "nothing is relative to zero");
    // Not invariant under a shift of the loss: 1 to 2 is a change by 1, 101 to 102 one by 1/101.
    let shifted = [101, 102].map(Rational::from);
    assert_eq!(changes(&shifted, 1, Denominator::AsWritten)[1], Some(rational(1, 101)));
}

/// The mean of k changes telescopes to `(L_t - L_{t-k})/k`: it smooths nothing.
#[test]
fn an_average_of_changes_is_the_difference_of_its_ends() {
    let mut draws = Lab::new(5, 1, "monitors").stream("losses").trial(0);
    let losses: Vec<Rational> = (0..50).map(|_| draws.fraction(-100..100, 7)).collect();
    for k in [1, 2, 5, 10] {
        let mut window = Window::new(k + 1);
        for (t, loss) in losses.iter().enumerate() {
            window.push(loss.clone());
            let ends = (t >= k).then(|| (loss - &losses[t - k]) / Rational::from(k));
            assert_eq!(window.mean_change(), ends);
        }
    }
    let mut single = Window::new(1);
    single.push(Rational::ONE);
    assert_eq!(single.mean_change(), None, "one loss has no change");
}

/// `a_t = (1-β) Σ β^i (L_{t-i} - L_{t-i-1})`, all changes with weights of their own.
#[test]
fn an_exponential_average_of_changes_is_not() {
    let losses = [8, 4, 5, 1].map(Rational::from);
    let mut average = AverageChange::default();
    for loss in &losses {
        average.push(loss.clone(), &rational(1, 2));
    }
    // (-4/4 + 1/2 - 4)/2.
    assert_eq!(average.average, rational(-9, 4));
    let mut first = AverageChange::default();
    first.push(Rational::from(8), &rational(1, 2));
    assert_eq!(first.average, Rational::ZERO, "the first loss is no change");
}

#[test]
fn a_plateau_is_a_window_of_losses_that_lie_together() {
    let losses = [9, 5, 4, 3, 4, 3, 1, 1, 1, 1].map(Rational::from);
    let mut window = Window::new(4);
    let flat: Vec<bool> = losses
        .iter()
        .map(|loss| {
            window.push(loss.clone());
            window.is_flat(&Rational::ONE)
        })
        .collect();
    assert_eq!(flat, [false, false, false, false, false, true, false, false, false, true]);
    let mut nan = Window::new(2);
    nan.push(1.0);
    nan.push(f64::NAN);
    assert!(!nan.is_flat(&f64::INFINITY), "NaN is no plateau");
}

fn patience(allowed: u64, limit: Limit) -> Patience {
    Patience { improvement: Improvement::any(), allowed, limit }
}

/// An improvement by half the threshold (K07), and each reading on values that it alone judges so.
#[test]
fn thresholds_separate_their_readings() {
    let by = |threshold| Improvement { goal: MetricGoal::Least, threshold };
    let delta = rational(1, 10);
    let [absolute, relative, magnitude] =
        [Threshold::Absolute(delta.clone()), Threshold::Relative(delta.clone()), Threshold::OfMagnitude(delta)].map(by);
    let better = |improvement: &Improvement, value: Rational, best: i64| improvement.over(&value, &Rational::from(best));
    assert!(Improvement::any().over(&rational(99, 50), &Rational::from(2)));
    assert!(!better(&absolute, rational(39, 20), 2) && !better(&relative, rational(39, 20), 2));
    // 1.85 is 0.15 below 2: more than 0.1, less than 0.2.
    assert!(better(&absolute, rational(37, 20), 2) && !better(&relative, rational(37, 20), 2));
    assert!(!better(&absolute, rational(19, 10), 2), "exactly by the threshold is not more than the threshold");
    assert!(better(&relative, rational(-19, 20), -1) && !better(&magnitude, rational(-19, 20), -1));
    assert!(better(&magnitude, rational(-23, 20), -1));
    let greatest = Improvement { goal: MetricGoal::Greatest, ..absolute };
    assert!(better(&greatest, rational(43, 20), 2) && !better(&greatest, rational(41, 20), 2));
    assert!(!Improvement::any().over(&f64::NAN, &1.0) && !Improvement::any().over(&1.0, &f64::NAN));
}

/// [1, 2, .5, 2, ...]: the improvement at the third value begins the count anew; without that, patience 3 ends at the fourth.
#[test]
fn an_improvement_sets_the_count_back() {
    let three = patience(3, Limit::Reached);
    let mut waiting = Waiting::default();
    let ended: Vec<bool> = [1.0, 2.0, 0.5, 2.0, 2.0, 2.0]
        .map(|value| {
            three.observe(&mut waiting, value);
            three.ended(&waiting)
        })
        .to_vec();
    assert_eq!(ended, [false, false, false, false, false, true]);
    // Values that are no numbers are no improvements, at the beginning neither.
    let mut waiting = Waiting::default();
    let improved = [f64::NAN, f64::INFINITY, 3.0, f64::NAN, 2.0].map(|value| three.observe(&mut waiting, value));
    assert_eq!(improved, [false, false, true, false, true]);
}

fn stops(rule: &EarlyStopping, metrics: &[f64]) -> (Option<usize>, Option<u64>) {
    let mut watch: Watch<f64, usize> = Watch::default();
    let stop = metrics.iter().enumerate().position(|(epoch, metric)| rule.observe(&mut watch, *metric, || epoch));
    if let Some((epoch, weights)) = watch.best {
        assert_eq!(epoch as usize, weights, "the weights are those of the best epoch");
    }
    (stop, watch.best.map(|(epoch, _)| epoch))
}

/// On a U-curve with its minimum at t* it stops at t* + p and returns t*.
#[test]
fn early_stopping_stops_after_the_minimum_and_returns_it() {
    let curve: Vec<f64> = (0..40).map(|t| f64::from((t - 12) * (t - 12))).collect();
    for allowed in [1, 2, 5, 20] {
        assert_eq!(stops(&EarlyStopping::keras(allowed), &curve), (Some(12 + allowed as usize), Some(12)));
    }
    let falling: Vec<f64> = (0..40).map(|t| -f64::from(t)).collect();
    assert_eq!(stops(&EarlyStopping::keras(1), &falling), (None, Some(39)));
    // Keras's own example: patience 3 on what never improves runs four epochs.
    assert_eq!(stops(&EarlyStopping::keras(3), &[1.0; 100]), (Some(3), Some(0)));
    assert_eq!(stops(&EarlyStopping::keras(0), &[1.0; 100]), (Some(1), Some(0)));
    let late = EarlyStopping { start: 5, ..EarlyStopping::keras(3) };
    assert_eq!(stops(&late, &[1.0; 100]), (Some(8), Some(5)));
    // "Stop when validation loss increases", against the one before: a new height below the best stops it, a slow rise does too.
    let literal = EarlyStopping { compared_with: ComparedWith::Previous, ..EarlyStopping::keras(1) };
    let bumpy = [5.0, 3.0, 4.0, 3.5, 3.2, 3.1, 1.0];
    assert_eq!(stops(&literal, &bumpy), (Some(2), Some(1)));
    let [best, previous] = [ComparedWith::Best, ComparedWith::Previous]
        .map(|compared_with| EarlyStopping { compared_with, ..EarlyStopping::keras(2) });
    assert_eq!((stops(&best, &bumpy), stops(&previous, &bumpy)), ((Some(3), Some(1)), (None, Some(6))));
}

/// keras#8100: counted after the comparison, a constant metric stops an epoch later.
#[test]
fn off_by_one_patience_is_one_epoch_late() {
    for allowed in 1..6 {
        let limit = |limit| EarlyStopping { patience: patience(allowed, limit), ..EarlyStopping::keras(allowed) };
        let stop = |rule: &EarlyStopping| stops(rule, &[1.0; 20]).0;
        assert_eq!(stop(&limit(Limit::Reached)), Some(allowed as usize));
        assert_eq!(stop(&limit(Limit::Exceeded)), Some(allowed as usize + 1));
    }
}

/// It improves at every epoch but stays above the baseline: Keras goes on counting, and stops at the first pause.
#[test]
fn a_baseline_stops_what_improves_below_it() {
    let with = |below_baseline| EarlyStopping { baseline: Some(rational(1, 2)), below_baseline, ..EarlyStopping::keras(3) };
    let metrics = [9.0, 8.0, 7.0, 6.0, 6.0, 5.0, 4.0];
    assert_eq!(stops(&with(BelowBaseline::CountsOn), &metrics), (Some(4), Some(3)));
    assert_eq!(stops(&with(BelowBaseline::Restarts), &metrics), (None, Some(6)));
    let crossing = [9.0, 8.0, 0.25, 1.0, 1.0, 1.0];
    assert_eq!(stops(&with(BelowBaseline::CountsOn), &crossing), (Some(5), Some(2)), "beaten, it begins anew");
}

/// All orders of n different values.
fn permutations(n: usize) -> Vec<Vec<f64>> {
    if n == 0 {
        return vec![vec![]];
    }
    let longer = |shorter: Vec<f64>| {
        (0..n).map(move |place| {
            let mut order = shorter.clone();
            order.insert(place, n as f64);
            order
        })
    };
    permutations(n - 1).into_iter().flat_map(longer).collect()
}

/// Independent losses of one continuous law: after k of them none of the next p is a new best with probability k/(k+p). Over all
/// orders of k + p values, so exactly.
#[test]
fn false_stops_follow_the_law_of_records() {
    for (k, p) in [(1, 1), (1, 3), (2, 2), (3, 2), (2, 5), (4, 4)] {
        let orders = permutations(k + p);
        let quiet = orders.iter().filter(|order| {
            let rule = patience(p as u64, Limit::Reached);
            let mut waiting = Waiting::default();
            let improved: Vec<bool> = order.iter().map(|loss| rule.observe(&mut waiting, *loss)).collect();
            !improved[k..].contains(&true)
        });
        assert_eq!(rational(quiet.count() as i64, orders.len() as u64), rational(k as i64, (k + p) as u64), "k = {k}, p = {p}");
    }
    // So patience 1 stops at the second evaluation half of the time.
    let orders = permutations(4);
    let at_once = orders.iter().filter(|order| stops(&EarlyStopping::keras(1), order).0 == Some(1)).count();
    assert_eq!(2 * at_once, orders.len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 10_000, ..ProptestConfig::default() })]

    /// A second automaton: patience has ended at the first time whose last p values (or p + 1) hold no record.
    #[test]
    fn patience_is_the_length_of_the_run_without_a_record(metrics in prop::collection::vec(0..20_i32, 1..40), allowed in 1..6_usize, exceeded: bool) {
        let rule = patience(allowed as u64, if exceeded { Limit::Exceeded } else { Limit::Reached });
        let mut waiting = Waiting::default();
        let found = metrics.iter().position(|metric| {
            rule.observe(&mut waiting, f64::from(*metric));
            rule.ended(&waiting)
        });
        let run = allowed + usize::from(exceeded);
        let record = |t: usize| metrics[..t].iter().all(|before| metrics[t] < *before);
        let expected = (run..metrics.len()).find(|t| (t + 1 - run..=*t).all(|t| !record(t)));
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn any_metrics_leave_the_best_of_them(metrics in prop::collection::vec(any::<f64>(), 1..30), allowed in 0..5_u64) {
        let mut watch: Watch<f64, f64> = Watch::default();
        let rule = EarlyStopping::keras(allowed);
        let seen = metrics.iter().position(|metric| rule.observe(&mut watch, *metric, || *metric)).map_or(metrics.len(), |stop| stop + 1);
        let best = metrics[..seen].iter().copied().filter(|metric| metric.is_finite()).reduce(f64::min);
        if let (Some(best), Some((_, kept))) = (best, watch.best) {
            prop_assert!(kept == best || best.is_infinite() || metrics[..seen].contains(&f64::NEG_INFINITY));
        }
    }
}
