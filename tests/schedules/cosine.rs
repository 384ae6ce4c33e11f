//! Cosine annealing and its restarts.

use super::*;

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
