//! Escape times and basins.

use super::*;

#[test]
fn escape_counts_are_those_of_a_doubling_map() {
    let run = |start: f64, horizon| escape(vec![start], horizon, |x| vec![2.0 * x[0]], |x| x[0] <= 100.0);
    assert_eq!(
        [run(1.0, 7), run(1.0, 6), run(101.0, 0), run(1.0, 100)],
        [Ending::Escaped(7), Ending::Censored, Ending::Escaped(0), Ending::Escaped(7)]
    );
    let runs: Vec<Ending> = [1.0, 50.0, 60.0, 0.001, 200.0].map(|start| run(start, 3)).to_vec();
    let escapes = Escapes::of(3, &runs);
    assert_eq!(escapes, Escapes { horizon: 3, times: vec![0, 1, 2], censored: 2, not_finite: 0 });
    assert_eq!([0, 1, 2, 3].map(|steps| escapes.by(steps)), [1, 2, 3, 3]);
    assert_eq!(escapes.rate(), Some(rational(3, 9)));
    assert_eq!(Escapes::of(0, &[Ending::Censored]).rate(), None);
}

/// 3ᵀ runs in the exact proportions of a geometric law with p = 1/3, cut at T: the rate is p for every T, while the mean of the
/// times of those that escaped falls short of 1/p, the more the shorter the horizon.
#[test]
fn the_rate_is_the_geometric_laws_whatever_the_horizon() {
    for horizon in 1..=7u32 {
        let escaped = (1..=horizon).flat_map(|t| vec![Ending::Escaped(t.into()); 2usize.pow(t - 1) * 3usize.pow(horizon - t)]);
        let runs: Vec<Ending> = escaped.chain(vec![Ending::Censored; 2usize.pow(horizon)]).collect();
        assert_eq!(runs.len(), 3usize.pow(horizon));
        let escapes = Escapes::of(horizon.into(), &runs);
        assert_eq!(escapes.rate(), Some(rational(1, 3)), "horizon {horizon}");
        let naive = rational(escapes.times.iter().sum::<u64>() as i64, escapes.times.len() as u64);
        assert!(naive < rational(3, 1), "the uncensored mean is {naive}");
    }
}

#[test]
fn a_run_that_is_not_finite_has_not_escaped() {
    let square = |x: &[f64]| vec![x[0] * x[0]];
    let run = |horizon| escape(vec![1e200], horizon, square, |x| x[0] < 1e300);
    assert_eq!([run(5), run(0)], [Ending::NotFinite(1), Ending::Censored]);
    let escapes = Escapes::of(5, &[run(5), Ending::Escaped(2)]);
    assert_eq!((escapes.not_finite, escapes.by(5), escapes.rate()), (1, 1, None));
}

/// `¼(x² − 1)²` under gradient descent with η = 1/16, below `1/L = 1/11` on [−2, 2]: a monotone map, so that each side keeps to its
/// minimum; 0 stays on the maximum between them.
#[test]
fn the_double_wells_basins_meet_at_its_saddle() {
    let step = |x: &[f64]| vec![x[0] - 0.0625 * (x[0] * x[0] * x[0] - x[0])];
    let starts: Vec<Vec<f64>> = (-8..=8).map(|i| vec![f64::from(i) / 4.0]).collect();
    let map = basin_map(&starts, &[vec![-1.0], vec![1.0]], &1e-6, 400, step);
    for (start, basin) in starts.iter().zip(map) {
        let expected = if start[0] == 0.0 { None } else { Some(usize::from(start[0] > 0.0)) };
        assert_eq!(basin, expected, "from {}", start[0]);
    }
}

#[test]
fn a_start_that_settles_nowhere_belongs_to_no_basin() {
    let minima = [vec![rational(1, 1)], vec![rational(2, 1)]];
    let map = |start: i64, tolerance: Rational, steps| {
        basin_map(&[vec![Rational::from(start)]], &minima, &tolerance, steps, |x| vec![-x[0].clone()])[0]
    };
    // A two-cycle: at its minimum after an even number of steps, away after an odd one.
    assert_eq!([map(1, rational(1, 10), 4), map(1, rational(1, 10), 5)], [Some(0), None]);
    // The nearest of several within the tolerance, which includes its end.
    assert_eq!([map(2, rational(1, 1), 0), map(3, rational(1, 1), 0), map(4, rational(1, 1), 0)], [Some(1), Some(1), None]);
    // At 3/5 from the nearer one, a tolerance of a half does not reach, though 9/25 is below it.
    let from = |start| basin_map(&[vec![start]], &minima, &rational(1, 2), 0, |x| x.to_vec())[0];
    assert_eq!([from(rational(13, 5)), from(rational(12, 5))], [None, Some(1)]);
    let diverged = basin_map(&[vec![10.0]], &[vec![0.0]], &1e-3, 3000, |x| vec![x[0] - x[0] * x[0] * x[0]]);
    assert_eq!(diverged, [None], "infinity minus infinity");
}
