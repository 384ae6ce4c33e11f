//! Schedules against values worked out by hand, other forms of the same sequence, and the variants that they are mistaken for.

use gradproof::number::{Big, Interval, Rational, Real, rational, to_f64};
use gradproof::schedules::{
    AfterDecay, AfterDrop, AfterEnd, Annealing, BatchScaling, BatchSize, Boundary, Cosine, CosineForm, Counting, Cycle,
    DecayParameter, Division, Exponential, Greedy, Horizon, Improvement, InversePower, Joint, LargeBatch, LastStep, Limit,
    Milestones, OneCycle, OneCyclePyTorch, PartClock, Patience, PolynomialDecay, Ramp, ReduceOnPlateau, Restarts, Schedule,
    Sequential, StepDecay, Tail, Threshold, TriangleHeight, Triangular, WarmUp, WarmUpCosine, variance_curvature_rate,
};
use proptest::prelude::*;
use std::num::NonZeroU64;

/// The unit roundoff of `f64`.
const ROUNDOFF: f64 = f64::EPSILON / 2.0;

fn period(steps: u64) -> NonZeroU64 {
    NonZeroU64::new(steps).expect("a period")
}

fn exact(schedule: &Schedule, step: u64) -> Rational {
    schedule.exact(step).unwrap_or_else(|| panic!("{schedule:?} has no rational value at {step}"))
}

fn exacts(schedule: &Schedule, steps: impl IntoIterator<Item = u64>) -> Vec<Rational> {
    steps.into_iter().map(|step| exact(schedule, step)).collect()
}

fn integers(values: impl IntoIterator<Item = i64>) -> Vec<Rational> {
    values.into_iter().map(Rational::from).collect()
}

fn step_decay(base: i64, factor: Rational, every: u64, division: Division) -> Schedule {
    Schedule::StepDecay(StepDecay { base: base.into(), factor, period: period(every), division })
}

fn cosine(max: i64, min: i64, horizon: Horizon) -> Schedule {
    Schedule::Cosine(Cosine { horizon, ..Cosine::new(max.into(), min.into(), 0) })
}

fn polynomial(power: Rational, steps: u64, after: AfterDecay) -> Schedule {
    Schedule::Polynomial(PolynomialDecay { base: 16.into(), end: Rational::ZERO, power, steps, after })
}

/// A fall from 8 that is no cosine: exact at every step.
fn fall(steps: u64) -> Schedule {
    Schedule::Polynomial(PolynomialDecay { base: 8.into(), end: 0.into(), power: Rational::ONE, steps, after: AfterDecay::Hold })
}

fn warm_up(ramp: Ramp, then: Schedule, joint: Joint) -> Schedule {
    Schedule::WarmUp(WarmUp { peak: 8.into(), ramp, then: Box::new(then), joint })
}

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

#[test]
fn cosine_has_its_end_points_its_middle_and_its_symmetry() {
    let plain = Horizon::new(12);
    let schedule = cosine(9, 1, plain);
    // cos(π/3) = 1/2: at a third of the way three quarters of the height are left.
    for (step, rate) in [(0, 9), (4, 7), (6, 5), (8, 3), (12, 1), (13, 1), (100, 1)] {
        assert_eq!(exact(&schedule, step), Rational::from(rate), "step {step}");
    }
    assert_eq!(schedule.exact(5), None);
    for step in 0..12 {
        assert!(schedule.rate(step) > schedule.rate(step + 1));
        // η(t) + η(T-t) = η_max + η_min: each side within 16 roundings of the largest rate.
        assert!((schedule.rate(step) + schedule.rate(12 - step) - 10.0).abs() <= 32.0 * ROUNDOFF * 9.0);
    }
    let goes_on = cosine(9, 1, Horizon { after: AfterEnd::Continue, ..plain });
    assert_eq!(exacts(&goes_on, [12, 16, 18, 24, 36]), integers([1, 3, 5, 9, 1]), "it rises again, with the period 2T");
    assert!((goes_on.rate(24 * 1_000_000_007 + 5) - schedule.rate(5)).abs() < 1e-5, "one part in 10⁷ of a step is lost to t/T");
    let stops = cosine(9, 1, Horizon { after: AfterEnd::Zero, ..plain });
    assert_eq!(exacts(&stops, [0, 12, 13]), integers([9, 1, 0]));
    // A run of 13 steps has its last one at step 12: T-1 is reached where T is not.
    let whole = cosine(9, 1, Horizon { last: LastStep::LengthLessOne, ..Horizon::new(13) });
    assert_eq!(exacts(&whole, [0, 4, 12, 13]), integers([9, 7, 1, 1]));
    assert!(cosine(9, 1, Horizon::new(13)).rate(12) > 1.1);
    for last in [LastStep::Length, LastStep::LengthLessOne] {
        for steps in [0, 1] {
            let over = Horizon { last, ..Horizon::new(steps) };
            let first = if over.end() == 0 { 1 } else { 9 };
            assert_eq!(exacts(&cosine(9, 1, over), 0..3), integers([first, 1, 1]), "{over:?}");
        }
    }
    // t/T in integers is 0 until T (pytorch#4648): two values only.
    assert_eq!(exact(&schedule, 6), Rational::from(5));
}

/// At most four ulps of the largest rate apart (claims: cosine-annealing-formula). Where a factor 1/2 stands changes no bit; whether
/// π t or t/T comes first does.
#[test]
fn cosine_transcriptions_agree() {
    let mut differ = false;
    for steps in [3, 10, 90] {
        let rates = |step, min: &Rational| {
            let plain = Cosine::new(rational(1, 10), min.clone(), steps);
            CosineForm::ALL.map(|form| Schedule::Cosine(Cosine { form, ..plain.clone() }).rate(step))
        };
        for step in 0..=steps {
            let [first, one, two, three, four] = rates(step, &Rational::ZERO);
            assert_eq!([one, two, three], [first; 3]);
            assert!((four - first).abs() <= 8.0 * ROUNDOFF * 0.1, "{first} {four}");
            differ |= four != first;
            let [first, one, _, three, four] = rates(step, &rational(1, 1000));
            assert_eq!([one, three], [first; 2]);
            assert!((four - first).abs() <= 8.0 * ROUNDOFF * 0.1, "{first} {four}");
        }
    }
    assert!(differ, "they are two orders of evaluation");
    let floor = Cosine::new(2.into(), 1.into(), 2);
    let at_end = |form| exact(&Schedule::Cosine(Cosine { form, ..floor.clone() }), 2);
    assert_eq!(CosineForm::ALL.map(at_end).to_vec(), integers([1, 1, 0, 1, 1]), "note 002 has no least rate");
}

/// `Σ_{t<T} η_t = T (η_max + η_min)/2 + (η_max - η_min)/2`, since the cosines of `t` and `T-t` cancel.
#[test]
fn cosine_sums_to_its_mean() {
    for steps in [1, 2, 7, 1000] {
        let schedule = cosine(9, 1, Horizon::new(steps));
        let sum: f64 = (0..steps).map(|step| schedule.rate(step)).sum();
        let expected = 5.0 * steps as f64 + 4.0;
        // 16 roundings a term and one an addition, each of at most the sum.
        let allowed = (16.0 * 9.0 * steps as f64 + steps as f64 * expected) * ROUNDOFF;
        assert!((sum - expected).abs() <= allowed, "{sum} {expected}");
    }
}

/// PyTorch's recursion in exact numbers over T = 3, whose cosines are all rational: through `w = 0` at steps 3 and 9.
#[test]
fn cosine_recursion_follows_the_closed_form_through_its_zeros() {
    let schedule = cosine(9, 1, Horizon { after: AfterEnd::Continue, ..Horizon::new(3) });
    let mut rate = exact(&schedule, 0);
    for step in 1..=20 {
        rate = schedule.chained(step, rate).expect("a rational cosine");
        assert_eq!(rate, exact(&schedule, step), "step {step}");
    }
    assert_eq!(exacts(&schedule, 0..8), integers([9, 7, 3, 1, 3, 7, 9, 7]));
}

#[test]
fn restarts_come_at_the_sums_of_the_periods() {
    let restarts = |growth| Restarts::new(9.into(), 1.into(), period(10), period(growth));
    let found = |restarts: &Restarts, steps: u64| (1..steps).filter(|step| restarts.cycle(*step).since == 0).collect::<Vec<_>>();
    assert_eq!(found(&restarts(2), 400), [10, 30, 70, 150, 310]);
    assert_eq!(found(&restarts(1), 45), [10, 20, 30, 40]);
    let schedule = Schedule::Restarts(restarts(2));
    for (step, rate) in [(0, 9), (5, 5), (10, 9), (20, 5), (30, 9), (50, 5)] {
        assert_eq!(exact(&schedule, step), Rational::from(rate), "step {step}");
    }
    for restart in [10, 30, 70, 150, 310] {
        let period = restarts(2).cycle(restart - 1).period;
        assert_eq!(restarts(2).cycle(restart).period, 2 * period);
        // The last step before: η_min + Δ/2 (1 - cos(π/T_i)).
        let last = 1.0 + 4.0 * (1.0 - libm::cos(std::f64::consts::PI / period as f64));
        assert!((schedule.rate(restart - 1) - last).abs() <= 32.0 * 9.0 * ROUNDOFF);
    }
    let falling = Schedule::Restarts(Restarts { height_factor: rational(1, 2), ..restarts(1) });
    assert_eq!(exacts(&falling, [0, 10, 20, 25]), integers([9, 5, 3, 2]));
}

/// A restart found by steps, one by one, is found by a jump too (pytorch#88791), also where a quotient of logarithms rounds below the integer.
#[test]
fn a_jump_lands_where_steps_lead() {
    for growth in [1, 2, 3, 5] {
        let restarts = Restarts::new(9.into(), 1.into(), period(2), period(growth));
        let mut walked = Cycle { index: 0, since: 0, period: 2 };
        for step in 0..2000 {
            assert_eq!(restarts.cycle(step), walked, "growth {growth}, step {step}");
            walked.since += 1;
            if walked.since == walked.period {
                walked = Cycle { index: walked.index + 1, since: 0, period: walked.period * growth };
            }
        }
    }
    let restarts = Restarts::new(9.into(), 1.into(), period(1), period(3));
    assert_eq!(restarts.cycle(121), Cycle { index: 5, since: 0, period: 243 });
    let wrong = |base: u64, power: u32| libm::log(base.pow(power) as f64) / libm::log(base as f64) < f64::from(power);
    assert!((2..10).any(|base| (2..12).any(|power| wrong(base, power))), "a logarithm would be as good");
}

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

/// Where a sequence of rates turns: the steps that are higher, or lower, than both neighbours.
fn turns(schedule: &Schedule, steps: u64) -> Vec<u64> {
    let rises = |step: u64| schedule.rate(step + 1) > schedule.rate(step);
    (1..steps - 1).filter(|step| rises(step - 1) != rises(*step)).collect()
}

fn text(total: u64) -> Schedule {
    Schedule::OneCycle(OneCycle::text(1.into(), 9.into(), rational(1, 100), total))
}

fn smith(total: u64) -> Schedule {
    Schedule::OneCycle(OneCycle::smith(1.into(), 9.into(), rational(1, 100), total))
}

#[test]
fn one_cycle_of_the_text_peaks_half_way() {
    let schedule = text(100);
    for (step, rate) in [(0, 1), (25, 5), (50, 9), (70, 5), (90, 1)] {
        assert_eq!(exact(&schedule, step), Rational::from(rate), "step {step}");
    }
    assert_eq!(exacts(&schedule, [95, 100, 101]), [rational(101, 200), rational(1, 100), rational(1, 100)]);
    assert_eq!(turns(&schedule, 100), [50]);
}

#[test]
fn one_cycle_of_smith_is_symmetric() {
    let schedule = smith(100);
    for step in 0..=45 {
        assert_eq!(exact(&schedule, step), exact(&schedule, 90 - step));
        assert_eq!(exact(&schedule, step), rational(45 + 8 * step as i64, 45));
    }
    assert_eq!(exact(&schedule, 100), rational(1, 100));
}

#[test]
fn one_cycle_of_pytorch_has_its_knots() {
    let two = OneCyclePyTorch::new(1.into(), 100);
    let schedule = Schedule::OneCycle(two.cycle());
    assert_eq!(exacts(&schedule, [0, 29, 99]), [rational(1, 25), Rational::ONE, rational(1, 250_000)]);
    assert_eq!(turns(&schedule, 100), [29]);
    assert_eq!(turns(&Schedule::OneCycle(OneCyclePyTorch::new(1.into(), 1000).cycle()), 1000), [299]);
    let three = OneCyclePyTorch { three_phases: true, ..two.clone() };
    let schedule = Schedule::OneCycle(three.cycle());
    assert_eq!(exacts(&schedule, [0, 29, 58, 99]), [rational(1, 25), Rational::ONE, rational(1, 25), rational(1, 250_000)]);
    let linear = Schedule::OneCycle(OneCyclePyTorch { annealing: Annealing::Linear, ..two }.cycle());
    assert_eq!(exact(&linear, 28) - exact(&linear, 27), exact(&linear, 2) - exact(&linear, 1), "linear up");
    assert!(schedule.exact(1).is_none() && linear.exact(1).is_some());
}

/// PyTorch has its least rate at step N-1 and goes on rising if it is asked again; tinygrad has it at step N.
#[test]
fn one_cycle_ends_at_the_last_step_or_after_it() {
    let parameters = OneCyclePyTorch::new(1.into(), 100);
    let least = rational(1, 250_000);
    let (torch, tiny) = (Schedule::OneCycle(parameters.cycle()), Schedule::OneCycle(parameters.tinygrad()));
    assert_eq!(exacts(&torch, [99, 100, 101]), [least.clone(), least.clone(), least.clone()]);
    assert_eq!(exacts(&tiny, [0, 30, 100]), [rational(1, 25), Rational::ONE, least.clone()]);
    assert!(tiny.rate(99) > to_f64(&least) * 10.0);
    let after = |after| Schedule::OneCycle(OneCycle { after, ..parameters.cycle() });
    assert_eq!(exact(&after(AfterEnd::Zero), 100), Rational::ZERO);
    assert!(after(AfterEnd::Continue).rate(100) > to_f64(&least));
    // `max / final_divisor` instead of `first / final_divisor` would end 25 times higher (AiDotNet).
    assert_eq!(exact(&torch, 99), exact(&torch, 0) / Rational::from(10_000));
}

/// Three schedules of one name: peak at 50, 45 and 29 of 100, and a different number of straight pieces (pytorch#40362).
#[test]
fn one_cycles_differ_in_their_pieces() {
    let torch = |three_phases| {
        let parameters = OneCyclePyTorch { three_phases, annealing: Annealing::Linear, ..OneCyclePyTorch::new(9.into(), 100) };
        Schedule::OneCycle(parameters.cycle())
    };
    let all = [text(100), smith(100), torch(false), torch(true)];
    assert_eq!(all.each_ref().map(|schedule| turns(schedule, 100)), [vec![50], vec![45], vec![29], vec![29]]);
    let kinks = |schedule: &Schedule| {
        let slope = |step: u64| exact(schedule, step + 1) - exact(schedule, step);
        (1..98).filter(|step| slope(step - 1) != slope(*step)).count()
    };
    assert_eq!(all[1..].iter().map(kinks).collect::<Vec<_>>(), [2, 1, 2]);
}

/// Against it, but not its reciprocal.
#[test]
fn momentum_moves_against_the_rate() {
    let parameters = OneCyclePyTorch::new(1.into(), 100);
    let cycles = [
        parameters.cycle(),
        OneCycle::text(1.into(), 9.into(), 0.into(), 100),
        OneCycle::smith(1.into(), 9.into(), 0.into(), 100),
    ];
    for cycle in cycles {
        let schedule = Schedule::OneCycle(cycle.clone());
        let momentum = |step| cycle.momentum::<f64>(step).expect("a float");
        for step in 0..99 {
            assert!((momentum(step + 1) - momentum(step)) * (schedule.rate(step + 1) - schedule.rate(step)) <= 0.0);
        }
        let product = |step| momentum(step) * schedule.rate(step);
        assert!((product(0) / product(20) - 1.0).abs() > 0.5);
        assert_eq!(cycle.momentum(0), Some(rational(19, 20)));
        assert_eq!((0..100).filter_map(|step| cycle.momentum::<Rational>(step)).min(), Some(rational(17, 20)));
    }
    let triangle = triangular(TriangleHeight::Constant);
    let momentum = |step| triangle.momentum(step, &rational(19, 20), &rational(17, 20));
    assert_eq!([0, 4, 7, 10].map(momentum), [19, 17, 18, 19].map(|twentieths| Some(rational(twentieths, 20))));
}

fn triangular(scale: TriangleHeight) -> Triangular {
    Triangular { base: 1.into(), max: 13.into(), up: period(4), down: period(6), scale }
}

#[test]
fn triangles_have_their_feet_and_tips() {
    let schedule = Schedule::Triangular(triangular(TriangleHeight::Constant));
    assert_eq!(exacts(&schedule, 0..12), integers([1, 4, 7, 10, 13, 11, 9, 7, 5, 3, 1, 4]));
}

#[test]
fn triangle_heights_differ_from_the_second_cycle_on() {
    let tips = |scale| exacts(&Schedule::Triangular(triangular(scale)), [4, 14, 24]);
    assert_eq!(tips(TriangleHeight::Constant), integers([13, 13, 13]));
    assert_eq!(tips(TriangleHeight::Halving), integers([13, 7, 4]));
    let half = rational(1, 2);
    let exponential = [4, 14, 24].map(|step| Rational::ONE + Rational::from(12) * half.clone().pow(step));
    assert_eq!(tips(TriangleHeight::Exponential(half.clone())), exponential);
}

#[test]
fn a_sequence_changes_at_its_milestones_and_wraps_without_a_trace() {
    let joined = fall(4).followed_by(3, Schedule::constant(5.into())).followed_by(6, fall(8));
    assert_eq!(exacts(&joined, 0..9), integers([8, 6, 4, 5, 5, 5, 8, 7, 6]));
    let wrapped = Sequential { first: Box::new(fall(4)), later: vec![], clock: PartClock::Own };
    let once = Schedule::Sequential(wrapped);
    assert_eq!(exacts(&once, 0..6), exacts(&fall(4), 0..6));
    let from_the_start = Schedule::constant(5.into()).followed_by(0, fall(4));
    assert_eq!(exacts(&from_the_start, 0..6), exacts(&fall(4), 0..6), "milestone 0 is not skipped");
    let later = vec![(3, fall(8))];
    let [own, common] = [PartClock::Own, PartClock::Common].map(|clock| {
        Schedule::Sequential(Sequential { first: Box::new(Schedule::constant(9.into())), later: later.clone(), clock })
    });
    assert_eq!((exacts(&own, 2..5), exacts(&common, 2..5)), (integers([9, 8, 7]), integers([9, 5, 4])));
}

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
