//! One cycle, triangles, and one schedule after another.

use super::*;

/// Where a sequence of rates turns: the steps that are higher, or lower, than both neighbours.
fn turns(schedule: &Schedule, steps: u64) -> Vec<u64> {
    let rises = |step: u64| schedule.rate(step + 1) > schedule.rate(step);
    (1..steps - 1).filter(|step| rises(step - 1) != rises(*step)).collect()
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
