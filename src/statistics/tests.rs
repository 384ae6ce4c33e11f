//! Small algebraic laws that every sequence obeys.

use super::{Law, Look};
use quickcheck::quickcheck;

/// A law of each kind for statistics in [0, 1], moved and stretched with them.
fn laws(shift: f64, stretch: f64) -> [Law; 4] {
    [
        Law::SubGaussian { deviation: 0.5 * stretch },
        Law::Bounded { lo: shift, hi: shift + stretch },
        Law::SubGamma { variance: 0.25 * stretch * stretch, scale: stretch },
        Law::Variance { bound: 0.25 * stretch * stretch },
    ]
}

fn looks(values: &[u8], shift: f64, stretch: f64) -> Vec<Look> {
    let block: Vec<f64> = values.iter().map(|&x| shift + stretch * f64::from(x) / 256.0).collect();
    let look = |law: &Law| {
        let mut sequence = law.sequence(0.1 * stretch, 1e-3);
        block.chunks(16).for_each(|block| sequence.feed(block));
        sequence.look()
    };
    laws(shift, stretch).iter().map(look).collect()
}

quickcheck! {
    /// Intervals move and stretch with the statistic.
    fn intervals_are_equivariant(first: u8, rest: Vec<u8>, shift: i8, octaves: u8) -> bool {
        let values = [vec![first], rest].concat();
        let (shift, stretch) = (f64::from(shift), f64::from(1 << (octaves % 8)));
        let moved = |x: f64| shift + stretch * x;
        looks(&values, 0.0, 1.0).iter().zip(looks(&values, shift, stretch)).all(|(plain, other)| {
            let pairs = [(plain.estimate, other.estimate), (plain.interval[0], other.interval[0]), (plain.interval[1], other.interval[1])];
            // Where bisection ends may move by its last step.
            pairs.iter().all(|&(x, y)| (moved(x) - y).abs() <= stretch * 0.005 * (plain.interval[1] - plain.interval[0]))
        })
    }

    /// Bounded trials upside down turn the interval upside down.
    fn intervals_are_reflected(first: u8, rest: Vec<u8>) -> bool {
        let values = [vec![first], rest].concat();
        let sequence = |reflect: bool| {
            let mut sequence = Law::Bounded { lo: 0.0, hi: 256.0 }.sequence(25.0, 1e-3);
            let block: Vec<f64> = values.iter().map(|&x| f64::from(x)).map(|x| if reflect { 256.0 - x } else { x }).collect();
            sequence.feed(&block);
            sequence.look()
        };
        let (plain, reflected) = (sequence(false), sequence(true));
        (plain.interval[0] + reflected.interval[1] - 256.0).abs() < 1e-9 && (plain.interval[1] + reflected.interval[0] - 256.0).abs() < 1e-9
    }

    /// A smaller error or margin costs more trials, never fewer, and more trials never leave more undecided.
    fn predictions_are_monotone(digits: u8, percent: u8, times: u8) -> bool {
        let (alpha, margin) = (libm::exp10(-1.0 - f64::from(digits % 13)), f64::from(percent % 40 + 1) / 100.0);
        laws(0.0, 1.0).iter().all(|law| {
            let trials = law.required(margin, alpha);
            let undecided = |times: u64| law.inconclusive(margin, alpha, times * trials);
            trials <= law.required(margin, alpha / 2.0)
                && trials <= law.required(margin * 0.9, alpha)
                && undecided(u64::from(times) + 2) <= undecided(u64::from(times) + 1)
        })
    }
}
