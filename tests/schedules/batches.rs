//! Rates and batch sizes.

use super::*;

#[test]
fn large_batch_warm_up_leads_from_the_base_rate_to_the_scaled_one() {
    let by = |scaling| Schedule::LargeBatch(LargeBatch { base: 3.into(), ratio: 16.into(), scaling, warm_up: 5 });
    assert_eq!(exacts(&by(BatchScaling::Linear), 0..7), integers([3, 12, 21, 30, 39, 48, 48]));
    assert_eq!([0, 5, 6].map(|step| by(BatchScaling::SquareRoot).rate(step)), [3.0, 12.0, 12.0]);
    let at_once = LargeBatch { base: 3.into(), ratio: 16.into(), scaling: BatchScaling::Linear, warm_up: 0 };
    assert_eq!(exact(&Schedule::LargeBatch(at_once), 0), Rational::from(48));
}

/// `η/B_t` at a constant η is the step decay of `η_t/B_0` by 1/k.
#[test]
fn growing_batches_stand_for_falling_rates() {
    let batches = BatchSize { first: 32, factor: 5, period: period(3), largest: u64::MAX };
    let rates = step_decay(1, rational(1, 5), 3, Division::Floor);
    for step in 0..30 {
        assert_eq!(rational(1, batches.size(step)), exact(&rates, step) / Rational::from(32));
    }
    let capped = BatchSize { largest: 1000, ..batches };
    assert_eq!([0, 2, 3, 6, 9, u64::MAX].map(|step| capped.size(step)), [32, 32, 160, 800, 1000, 1000]);
}

/// Under f → cf the best step is divided by c; the rule's by c^{3/2}, or by c^{1/2} if the variance is made free of units. Under
/// x → cx (curvature and variance by 1/c²) the best step grows by c², the rule's by c² or by c.
#[test]
fn the_greedy_rate_scales_as_a_step_and_the_notes_rule_does_not() {
    let greedy = |c: i64| {
        let [square, cube] = [c * c, c * c * c].map(Rational::from);
        let curvature = cube.clone() * Rational::from(5);
        Greedy { gradient: square * Rational::from(7), curvature, noise: cube * Rational::from(3), batch: Rational::from(2) }
            .rate()
    };
    for c in [4_i64, 16] {
        assert_eq!(greedy(c) * Rational::from(c), greedy(1));
        let (scale, root) = (c as f64, (c as f64).sqrt());
        let rule = |variance: f64, curvature: f64| variance_curvature_rate(1.0, variance, curvature);
        assert_eq!(rule(scale * scale, scale) * scale * root, rule(1.0, 1.0), "c^{{-3/2}}");
        assert_eq!(rule(1.0, scale) * root, rule(1.0, 1.0), "c^{{-1/2}} with a relative variance");
        assert_eq!(rule(1.0, 1.0 / (scale * scale)), scale * rule(1.0, 1.0), "c instead of c² for x → cx");
    }
    assert_eq!(variance_curvature_rate(6.0, 4.0, 9.0), 1.0);
}

/// E f(x - ηg) - f(x) = -η|G|² + η²/2 (GᵀHG + tr(HΣ)/B): a parabola whose minimum no other rational rate reaches.
#[test]
fn the_greedy_rate_minimises_the_expected_loss() {
    let greedy = Greedy { gradient: rational(7, 2), curvature: rational(5, 1), noise: rational(9, 1), batch: rational(4, 1) };
    let change = |rate: &Rational| {
        let noise = &greedy.noise / &greedy.batch;
        -(rate * &greedy.gradient) + rate * rate * (&greedy.curvature + noise) / Rational::from(2)
    };
    let best = greedy.rate();
    assert_eq!(best, rational(14, 29));
    for off in (-20..=20).filter(|off| *off != 0) {
        assert!(change(&best) < change(&(&best + rational(off, 1000))));
    }
    let larger = Greedy { batch: rational(8, 1), ..greedy.clone() };
    assert!(larger.rate() > best, "less noise, longer steps");
}
