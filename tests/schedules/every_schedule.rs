//! Any schedule in any arithmetic.

use super::*;

/// k optimizer steps an update (gradient accumulation, several processes) end a schedule k times too early: it counts updates.
#[test]
fn a_schedule_asked_for_micro_batches_ends_early() {
    let schedule = fall(8);
    let (updates, micro_batches) = (exact(&schedule, 1), exact(&schedule, 4));
    assert_eq!((updates, micro_batches), (Rational::from(7), Rational::from(4)));
}

/// Any schedule with positive rates up to 9, of every kind, and its least upper bound.
fn any_schedule() -> impl Strategy<Value = Schedule> {
    let horizon = (0..40_u64, any::<bool>(), 0..3_usize).prop_map(|(steps, less, after)| Horizon {
        steps,
        last: if less { LastStep::LengthLessOne } else { LastStep::Length },
        after: [AfterEnd::Hold, AfterEnd::Continue, AfterEnd::Zero][after],
    });
    let counting = prop_oneof![Just(Counting::FromZero), Just(Counting::FromOne), Just(Counting::Between)];
    let joint = prop_oneof![Just(Joint::Shifted), Just(Joint::Running), Just(Joint::Product)];
    let factor = || (1..=20_i64).prop_map(|part| rational(part, 20));
    let every = || (1..20_u64).prop_map(period);
    let division = prop_oneof![Just(Division::Floor), Just(Division::Real)];
    let leaf = prop_oneof![
        (0..=9_i64).prop_map(|rate| Schedule::constant(rate.into())),
        (factor(), every(), division).prop_map(|(factor, period, division)| Schedule::StepDecay(StepDecay {
            base: 9.into(),
            factor,
            period,
            division
        })),
        factor().prop_map(|factor| Schedule::Exponential(Exponential { base: 9.into(), decay: DecayParameter::Factor(factor) })),
        factor().prop_map(|rate| Schedule::Exponential(Exponential { base: 9.into(), decay: DecayParameter::Rate(rate) })),
        (factor(), factor()).prop_map(|(speed, power)| Schedule::InversePower(InversePower { base: 9.into(), speed, power })),
        (factor(), 0..40_u64, any::<bool>()).prop_map(|(power, steps, cycle)| {
            let after = if cycle { AfterDecay::Cycle } else { AfterDecay::Hold };
            Schedule::Polynomial(PolynomialDecay { base: 9.into(), end: 1.into(), power, steps, after })
        }),
        horizon.prop_map(|horizon| cosine(9, 1, horizon)),
        (every(), 1..4_u64)
            .prop_map(|(first, growth)| { Schedule::Restarts(Restarts::new(9.into(), 1.into(), first, period(growth))) }),
        (0..20_u64, 0..40_u64).prop_map(|(warm_up, total)| {
            Schedule::WarmUpCosine(WarmUpCosine { peak: 9.into(), warm_up, total, tail: Tail::AsWritten })
        }),
        (0..40_u64).prop_map(|total| Schedule::OneCycle(OneCyclePyTorch::new(9.into(), total).cycle())),
        (0..40_u64).prop_map(text),
        (every(), every()).prop_map(|(up, down)| {
            Schedule::Triangular(Triangular { base: 1.into(), max: 9.into(), up, down, scale: TriangleHeight::Halving })
        }),
    ];
    (leaf, 0..20_u64, counting, joint, 0..4_u8).prop_map(|(leaf, steps, counting, joint, wrap)| match wrap {
        0 => leaf,
        1 => warm_up(Ramp::linear(steps, counting), leaf, joint),
        2 => warm_up(Ramp::Cosine { steps: steps.into(), counting }, leaf, joint),
        _ => leaf.followed_by(steps, Schedule::constant(5.into())),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn rates_lie_between_zero_and_the_peak(schedule in any_schedule(), step in prop_oneof![0..100_u64, any::<u64>(), Just(u64::MAX)]) {
        let rate = schedule.rate(step);
        prop_assert!((0.0..=9.0 * (1.0 + 16.0 * ROUNDOFF)).contains(&rate), "{rate}");
    }

    #[test]
    fn every_arithmetic_has_the_same_rate(schedule in any_schedule(), step in 0..100_u64) {
        let big = schedule.value::<Big>(step).expect("big floats have every rate");
        // Powers of the rounded factor carry its relative error once for each multiplication.
        let allowed = (40.0 + 2.0 * step as f64) * 9.0 * ROUNDOFF;
        prop_assert!((schedule.rate(step) - big.to_f64()).abs() <= allowed, "{} {}", schedule.rate(step), big.to_f64());
        let interval = schedule.value::<Interval>(step).expect("intervals have every rate");
        prop_assert!(Big::exactly(interval.lo) <= big && big <= Big::exactly(interval.hi), "{interval:?} {}", big.to_f64());
        // An operation widens an interval by two units in the last place where a float has half of one.
        prop_assert!(interval.hi - interval.lo <= 4.0 * allowed, "{interval:?}");
        if let Some(exact) = schedule.exact(step) {
            prop_assert!((big - Big::of(&exact)).magnitude().to_f64() <= libm::exp2(-200.0), "{exact}");
        }
    }

    #[test]
    fn decays_never_rise(factor in 1..=20_i64, every in 1..20_u64, step in 0..1000_u64) {
        let factor = rational(factor, 20);
        let decays = [
            step_decay(9, factor.clone(), every, Division::Floor),
            step_decay(9, factor.clone(), every, Division::Real),
            Schedule::Exponential(Exponential { base: 9.into(), decay: DecayParameter::Rate(factor.clone()) }),
            Schedule::InversePower(InversePower { base: 9.into(), speed: factor.clone(), power: factor.clone() }),
            polynomial(factor, every, AfterDecay::Hold),
            cosine(9, 1, Horizon::new(every)),
        ];
        for schedule in decays {
            prop_assert!(schedule.rate(step + 1) <= schedule.rate(step), "{schedule:?}");
        }
    }
}
