//! Warm-up.

use super::*;

#[test]
fn linear_warm_up_counts_in_three_ways() {
    let by = |counting| Schedule::WarmUp(WarmUp::to_constant(60.into(), Ramp::linear(4, counting)));
    assert_eq!(exacts(&by(Counting::FromZero), 0..6), integers([0, 15, 30, 45, 60, 60]));
    assert_eq!(exacts(&by(Counting::FromOne), 0..6), integers([15, 30, 45, 60, 60, 60]));
    assert_eq!(exacts(&by(Counting::Between), 0..6), integers([12, 24, 36, 48, 60, 60]));
    for counting in [Counting::FromZero, Counting::FromOne, Counting::Between] {
        let none = Schedule::WarmUp(WarmUp::to_constant(60.into(), Ramp::linear(0, counting)));
        assert_eq!(exact(&none, 0), Rational::from(60), "no warm-up is the peak at once");
    }
    let third = Ramp::Linear { steps: 4.into(), counting: Counting::FromZero, start: rational(1, 3) };
    let third = Schedule::WarmUp(WarmUp::to_constant(60.into(), third));
    assert_eq!(exacts(&third, 0..6), integers([20, 30, 40, 50, 60, 60]));
}

/// `t/W for t ≤ W`, `min(1, t/W)` and `t/W for t < W` are one function of the integers.
#[test]
fn the_notes_linear_warm_ups_are_one() {
    let schedule = Schedule::WarmUp(WarmUp::to_constant(Rational::ONE, Ramp::linear(7, Counting::FromZero)));
    for step in 0..=14_u64 {
        let ratio = rational(step as i64, 7);
        let until = if step <= 7 { ratio.clone() } else { Rational::ONE };
        let before = if step < 7 { ratio.clone() } else { Rational::ONE };
        let least = ratio.min(Rational::ONE);
        assert_eq!([&until, &before, &least].map(Clone::clone), [0; 3].map(|_| exact(&schedule, step)));
    }
    assert_eq!(exact(&schedule, 0), Rational::ZERO, "the first update does nothing");
}

#[test]
fn warm_up_joints_differ_at_the_boundary() {
    let joined = |joint| warm_up(Ramp::linear(4, Counting::FromZero), fall(8), joint);
    assert_eq!(exacts(&joined(Joint::Shifted), 0..13), integers([0, 2, 4, 6, 8, 7, 6, 5, 4, 3, 2, 1, 0]));
    assert_eq!(exacts(&joined(Joint::Running), 0..9), integers([0, 2, 4, 6, 4, 3, 2, 1, 0]), "it never reaches its peak");
    let product = [0, 7, 12, 15, 16, 12, 8, 4, 0].map(|quarters| rational(quarters, 4));
    assert_eq!(exacts(&joined(Joint::Product), 0..9), product.to_vec());
    // Continuous exactly if the schedule begins with the peak: 6 instead of 8 is a jump.
    let low = Schedule::constant(6.into());
    let jump = warm_up(Ramp::linear(4, Counting::FromZero), low, Joint::Shifted);
    assert_eq!(exacts(&jump, 3..6), integers([6, 6, 6]));
}

/// The largest second difference is `O(1/W)` for the linear ramp (its kink), `O(1/W²)` for the cosine, and a jump for the constant.
#[test]
fn warm_up_shapes_are_ordered_by_smoothness() {
    let roughness = |ramp: Ramp| {
        let schedule = Schedule::WarmUp(WarmUp::to_constant(Rational::ONE, ramp));
        let second = |step: u64| schedule.rate(step + 2) - 2.0 * schedule.rate(step + 1) + schedule.rate(step);
        (0..300).map(|step| second(step).abs()).fold(0.0, f64::max)
    };
    let cosine = |steps: u64| Ramp::Cosine { steps: steps.into(), counting: Counting::FromZero };
    let constant = Ramp::Constant { steps: 100, factor: rational(1, 2) };
    let found = [cosine(100), Ramp::linear(100, Counting::FromZero), constant.clone()].map(roughness);
    assert!(found[0] < 0.1 * found[1] && found[1] < 0.1 * found[2], "{found:?}");
    assert!((found[1] * 100.0 - 1.0).abs() < 1e-12);
    // (1 - cos(πt/W))/2 has the second derivative π²/(2W²) at most, by the mean value theorem.
    let bound = std::f64::consts::PI * std::f64::consts::PI / 2.0 / 1e4;
    assert!(found[0] <= bound && found[0] > 0.9 * bound);
    let constant = Schedule::WarmUp(WarmUp::to_constant(8.into(), constant));
    assert_eq!(exacts(&constant, [0, 99, 100]), integers([4, 4, 8]));
    let cosine = Schedule::WarmUp(WarmUp::to_constant(8.into(), cosine(12)));
    assert_eq!(exacts(&cosine, [0, 4, 6, 8, 12, 13]), integers([0, 2, 4, 6, 8, 8]));
}

/// `1 - w_{t+1} = e^{-1/τ} (1 - w_t)`: it never arrives.
#[test]
fn exponential_warm_up_approaches_its_peak_by_a_constant_factor() {
    let schedule = Schedule::WarmUp(WarmUp::to_constant(Rational::ONE, Ramp::Exponential { time: 10.into() }));
    let factor = libm::exp(-0.1);
    assert!((1.0 - schedule.rate(0) - factor).abs() <= 4.0 * ROUNDOFF);
    for step in 0..100 {
        let left = |step| 1.0 - schedule.rate(step);
        assert!((left(step + 1) - factor * left(step)).abs() <= 8.0 * ROUNDOFF);
        assert!(schedule.rate(step) < 1.0);
    }
}

/// For β₂ = .999 the linear ramp takes 2,000 steps, `t/2000` with t from 1, and the exponential one has τ = 1000.
#[test]
fn untuned_warm_up_follows_the_second_moments_memory() {
    let beta = rational(999, 1000);
    let linear = Schedule::WarmUp(WarmUp::untuned_linear(&beta, Schedule::constant(4.into())));
    for (step, rate) in [(0, 1), (999, 1000), (1998, 1999), (1999, 2000), (2000, 2000), (9999, 2000)] {
        assert_eq!(exact(&linear, step), rational(rate, 500), "step {step}");
    }
    let exponential = Schedule::WarmUp(WarmUp::untuned_exponential(&beta, Schedule::constant(4.into())));
    assert!((exponential.rate(999) - 4.0 * (1.0 - libm::exp(-1.0))).abs() <= 32.0 * ROUNDOFF);
    // 2/(1-β₂) need not be an integer: 2/(1 - 3/10) = 20/7, so that step 1 has 7/10 and step 2 is at the peak.
    let odd = Schedule::WarmUp(WarmUp::untuned_linear(&rational(3, 10), Schedule::constant(20.into())));
    assert_eq!(exacts(&odd, 0..4), integers([7, 14, 20, 20]));
    // It multiplies the schedule, which has been running meanwhile.
    let decaying = Schedule::WarmUp(WarmUp::untuned_linear(&rational(1, 2), fall(8)));
    assert_eq!(exacts(&decaying, 0..5), [4, 7, 9, 10, 8].map(|halves| rational(halves, 2)));
}

fn notes(tail: Tail) -> Schedule {
    Schedule::WarmUpCosine(WarmUpCosine { peak: 8.into(), warm_up: 4, total: 16, tail })
}

#[test]
fn the_notes_warm_up_cosine_rises_beyond_its_horizon() {
    let as_written = notes(Tail::AsWritten);
    for (step, rate) in [(0, 0), (1, 2), (3, 6), (4, 8), (8, 6), (10, 4), (12, 2), (16, 0), (20, 2), (22, 4), (28, 8)] {
        assert_eq!(exact(&as_written, step), Rational::from(rate), "step {step}");
    }
    assert!(as_written.rate(17) > as_written.rate(16));
    for step in 0..100 {
        assert_eq!(notes(Tail::NonNegative).rate(step), as_written.rate(step), "max(0, ·) changes nothing");
    }
    assert_eq!(exacts(&notes(Tail::Clamped), [16, 17, 28, 1000]), integers([0, 0, 0, 0]));
    // Without a warm-up there is no division by zero, and the first step has the peak.
    let cold = WarmUpCosine { peak: 8.into(), warm_up: 0, total: 12, tail: Tail::AsWritten };
    assert_eq!(exacts(&Schedule::WarmUpCosine(cold.clone()), [0, 6, 12]), integers([8, 4, 0]));
    let empty = WarmUpCosine { total: 0, tail: Tail::Clamped, ..cold };
    assert_eq!(exacts(&Schedule::WarmUpCosine(empty), 0..3), integers([8, 0, 0]), "max(1, N - W) keeps the peak at step 0");
}

#[test]
fn clamped_warm_up_cosine_is_the_composition_of_its_parts() {
    let parts = warm_up(Ramp::linear(4, Counting::FromZero), cosine(8, 0, Horizon::new(12)), Joint::Shifted);
    for step in 0..40 {
        let (clamped, parts) = (notes(Tail::Clamped).rate(step), parts.rate(step));
        assert!((clamped - parts).abs() <= 32.0 * 8.0 * ROUNDOFF, "step {step}");
    }
}
