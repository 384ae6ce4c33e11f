//! Constant rates and decays.

use super::*;

#[test]
fn a_constant_rate_is_constant() {
    let constant = Schedule::constant(rational(1, 10));
    for step in [0, 1, 1_000_000, u64::MAX] {
        assert_eq!((constant.rate(step), constant.exact(step)), (0.1, Some(rational(1, 10))));
    }
}

#[test]
fn step_decay_drops_at_the_multiples_of_its_period() {
    let schedule = step_decay(1, rational(1, 10), 30, Division::Floor);
    for (step, drops) in [(0, 0), (1, 0), (29, 0), (30, 1), (59, 1), (60, 2), (89, 2), (90, 3)] {
        assert_eq!(exact(&schedule, step), rational(1, 10u64.pow(drops)), "step {step}");
    }
    // Rounding the exponent up would drop at step 1, rounding to nearest at step 16.
    assert_eq!(exact(&schedule, 16), Rational::ONE);
}

/// `(γ^{t/s})^s = γ^t`, so that powers tell the two readings apart exactly: `γ^{t/s} ≤ γ^⌊t/s⌋ < γ^{t/s-1}`, equal at multiples alone.
#[test]
fn step_decay_without_floor_is_sandwiched() {
    let [floor, real] = [Division::Floor, Division::Real].map(|division| step_decay(1, rational(1, 4), 4, division));
    for step in 0..=24_u64 {
        let squared = real.rate(step) * real.rate(step);
        let (power, fine) = (exact(&floor, step).pow(4), rational(1, 4).pow(step as isize));
        assert!(fine <= power && power < &fine / rational(1, 256));
        assert_eq!(fine == power, step % 4 == 0);
        assert_eq!(real.exact(step).is_some(), step % 4 == 0, "quarter powers have no exact form here");
        assert!((squared * squared - to_f64(&fine)).abs() <= 16.0 * ROUNDOFF * to_f64(&fine));
    }
    assert_eq!(real.exact(8), floor.exact(8));
}

#[test]
fn milestones_have_every_piece_and_a_side_for_their_boundary() {
    let at = |boundary| {
        let milestones = vec![2, 5, 5, 9];
        Schedule::Milestones(Milestones { base: 16.into(), factor: rational(1, 2), milestones, boundary })
    };
    assert_eq!(exacts(&at(Boundary::New), 0..11), integers([16, 16, 8, 8, 8, 2, 2, 2, 2, 1, 1]));
    assert_eq!(exacts(&at(Boundary::Old), 0..11), integers([16, 16, 16, 8, 8, 8, 2, 2, 2, 2, 1]));
}

/// Each chainable form, applied once a step.
#[test]
fn recursions_equal_closed_forms_in_exact_numbers() {
    let milestones = vec![0, 3, 3, 7];
    let schedules = [
        Schedule::constant(rational(1, 3)),
        step_decay(5, rational(1, 3), 4, Division::Floor),
        Schedule::Milestones(Milestones { base: 5.into(), factor: rational(1, 3), milestones, boundary: Boundary::New }),
        Schedule::Exponential(Exponential { base: 5.into(), decay: DecayParameter::Factor(rational(2, 3)) }),
        polynomial(Rational::from(3), 10, AfterDecay::Hold),
    ];
    for schedule in schedules {
        let mut rate = exact(&schedule, 0);
        for step in 1..=20 {
            rate = schedule.chained(step, rate).expect("a chained form");
            assert_eq!(rate, exact(&schedule, step), "{schedule:?} at {step}");
        }
    }
    // Asking for the rate is no step; taking the step twice is 10 times too small (pytorch#22107).
    let drop = step_decay(1, rational(1, 10), 4, Division::Floor);
    assert_eq!(exacts(&drop, [4, 4]), [rational(1, 10), rational(1, 10)]);
    assert_eq!(drop.chained(4, exact(&drop, 4)), Some(rational(1, 100)));
    assert_eq!(polynomial(Rational::ONE, 10, AfterDecay::Cycle).chained(1, Rational::ONE), None);
    assert_eq!(step_decay(1, rational(1, 4), 4, Division::Real).chained(1, Rational::ONE), None);
}

/// `η_{s+t} η_0 = η_s η_t`, and the two parameters agree for `γ = e^{-λ}`: .95 is λ = .0512933, and not 1 - λ.
#[test]
fn exponential_decay_is_multiplicative() {
    let by = |decay| Schedule::Exponential(Exponential { base: 2.into(), decay });
    let factor = by(DecayParameter::Factor(rational(2, 3)));
    assert_eq!(exact(&factor, 5) * exact(&factor, 7), exact(&factor, 12) * Rational::from(2));
    let rate = by(DecayParameter::Rate(rational(1, 2)));
    assert_eq!(exact(&rate, 0), Rational::from(2));
    for step in 1..100 {
        // e^{-t/2}: t halves are exact, so each side has the exponential's rounding and the product's.
        let (one, other) = (rate.rate(step) * rate.rate(step), 2.0 * rate.rate(2 * step));
        assert!((one - other).abs() <= 8.0 * ROUNDOFF * other, "{one} {other}");
        assert_eq!(rate.exact(step), None);
    }
    let lambda = Rational::try_from(-libm::log(0.95)).expect("finite");
    let (slow, fast) = (by(DecayParameter::Rate(lambda.clone())), by(DecayParameter::Factor(rational(19, 20))));
    let first_order = by(DecayParameter::Factor(Rational::ONE - lambda));
    for step in 1..100 {
        // λ carries its logarithm's error of one ulp, u relative to it; the exponent is t λ with one rounding more.
        let allowed = (4.0 + 3.0 * 0.0513 * step as f64) * ROUNDOFF * fast.rate(step);
        assert!((slow.rate(step) - fast.rate(step)).abs() <= allowed);
        assert!((first_order.rate(step) - fast.rate(step)).abs() > 1e9 * allowed);
    }
}

/// Every step of the recursion rounds once, and its factor was rounded once.
#[test]
fn exponential_recursion_stays_within_its_roundings() {
    let schedule = Schedule::Exponential(Exponential { base: 1.into(), decay: DecayParameter::Factor(rational(19, 20)) });
    let mut rate = 1.0;
    let mut worst: f64 = 0.0;
    for step in 1..=1000 {
        rate = schedule.chained(step, rate).expect("a rate");
        let closed = to_f64(&exact(&schedule, step));
        let bound = (2.0 * step as f64 + 1.0) * ROUNDOFF * closed;
        assert!((rate - closed).abs() <= bound);
        worst = worst.max((rate - closed).abs() / bound);
    }
    assert!(worst > 1e-3, "the bound is far from what happens: {worst}");
}

/// `η_t = 1/(t+2)` on f = x²/2: the iterate is `1/(t+1)` of the start (claims: exponential-decay-stalls).
#[test]
fn inverse_time_sums_and_products_telescope() {
    let half = rational(1, 2);
    let schedule = Schedule::InversePower(InversePower { base: half.clone(), speed: half, power: Rational::ONE });
    let mut x = Rational::ONE;
    for step in 0..50 {
        assert_eq!(x, rational(1, step + 1));
        x *= Rational::ONE - exact(&schedule, step);
    }
    // Σ 1/((t+1)(t+2)) = 1 - 1/(T+1), with 1/(t+1) from the other constructor.
    let inverse = Schedule::InversePower(InversePower::inverse_time(Rational::ONE));
    let sum: Rational = (0..50).fold(Rational::ZERO, |sum, step| sum + exact(&inverse, step) * exact(&schedule, step));
    assert_eq!(sum, rational(50, 51));
}

#[test]
fn inverse_root_squared_is_inverse_time() {
    let root = Schedule::InversePower(InversePower::inverse_root(Rational::ONE));
    let squared = Schedule::InversePower(InversePower::inverse_time(Rational::ONE));
    assert_eq!((root.exact(0), root.exact(3)), (Some(Rational::ONE), None), "roots have no exact form, but that of one");
    for step in 0..1000 {
        // The power and the quotient round once each, and squaring doubles them and adds one; the other side rounds once.
        let (one, other) = (root.rate(step) * root.rate(step), squared.rate(step));
        assert!((one - other).abs() <= 8.0 * ROUNDOFF * other);
    }
    let steep = Schedule::InversePower(InversePower { base: 1.into(), speed: 2.into(), power: 3.into() });
    assert_eq!(exact(&steep, 2), rational(1, 125));
}

#[test]
fn polynomial_decay_has_its_end_points_and_its_power_matters() {
    let quadratic = polynomial(Rational::from(2), 4, AfterDecay::Hold);
    assert_eq!(exacts(&quadratic, 0..7), integers([16, 9, 4, 1, 0, 0, 0]));
    let linear = polynomial(Rational::ONE, 4, AfterDecay::Hold);
    assert_eq!(exacts(&linear, 0..6), integers([16, 12, 8, 4, 0, 0]));
    let floor = PolynomialDecay { base: 10.into(), end: 2.into(), power: Rational::ONE, steps: 4, after: AfterDecay::Hold };
    assert_eq!(exacts(&Schedule::Polynomial(floor), 0..6), integers([10, 8, 6, 4, 2, 2]));
}

/// TensorFlow's cycle was `T ⌈t/T⌉`, which is 0 at step 0 (tensorflow#13271).
#[test]
fn polynomial_cycle_begins_without_a_zero_division() {
    let cycle = polynomial(Rational::ONE, 4, AfterDecay::Cycle);
    // Up to step 4 of 4, then step 5 of 8, ..., step 8 of 8, then step 9 of 12.
    let expected = [16, 12, 8, 4, 0].map(Rational::from).into_iter().chain([6, 4, 2, 0].map(Rational::from));
    assert_eq!(exacts(&cycle, 0..9), expected.collect::<Vec<_>>());
    assert_eq!(exact(&cycle, 9), Rational::from(4));
    assert_eq!(polynomial(Rational::ONE, 4, AfterDecay::Hold).exact(5), Some(Rational::ZERO));
    for after in [AfterDecay::Hold, AfterDecay::Cycle] {
        assert_eq!(exacts(&polynomial(Rational::ONE, 0, after), 0..2), integers([0, 0]), "a decay over no steps is over");
    }
}
