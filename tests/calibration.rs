//! Every confidence sequence under its null: how many of many paths ever miss the mean, against the exact binomial bound.

use gradproof::evidence::{Evidence, Relation, Statistic};
use gradproof::lab::{Draws, Lab};
use gradproof::statistics::{Law, Look, Question, Running, Sequence, distribution, estimate};
use gradproof::verdict::{Policy, Verdict, judge};
use rayon::prelude::*;
use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, Normal, StudentsT};

/// Paths of which at least one interval misses the mean, of 2,000. Blocks of 8 trials, a look after each of the first 8 and then
/// whenever there are an eighth more: coarser blocks or rarer looks could only hide a miss.
fn misses(name: &str, mean: f64, sequence: impl Fn() -> Box<dyn Sequence + Send> + Sync, trial: fn(&mut Draws) -> f64) -> u64 {
    let stream = Lab::new(1, 1, "calibration").stream(name);
    let path = |index: u64| {
        let (mut draws, mut sequence, mut next) = (stream.trial(index), sequence(), 1);
        let missed = (1..=128).any(|block| {
            let values: Vec<f64> = (0..8).map(|_| trial(&mut draws)).collect();
            sequence.feed(&values);
            if block < next {
                return false;
            }
            next = block + 1 + block / 8;
            let [lo, hi] = sequence.look().interval;
            !(lo <= mean && mean <= hi)
        });
        u64::from(missed)
    };
    (0..PATHS).into_par_iter().map(path).sum()
}

const PATHS: u64 = 2000;

/// More misses than a sequence with this α has, but with probability 10⁻⁶ (the seed is fixed: nothing flickers).
fn allowed(alpha: f64) -> u64 {
    let count = Binomial::new(alpha, PATHS).unwrap();
    (0..PATHS).find(|&misses| count.sf(misses) < 1e-6).unwrap()
}

/// A law, trials that obey it, and their mean; the last law is the same with its spread understated, which must be noticed.
struct Case {
    name: &'static str,
    law: Law,
    mean: f64,
    trial: fn(&mut Draws) -> f64,
    understated: Option<Law>,
}

fn square(draws: &mut Draws) -> f64 {
    let z = draws.normal();
    z * z
}

/// The mean of Pareto's law on (1, ∞) with density 2.5·x^(−3.5): 5/3, the variance 20/9, no third moment.
fn pareto(draws: &mut Draws) -> f64 {
    libm::pow(draws.uniform(), -0.4)
}

fn cases() -> Vec<Case> {
    let case = |name, law, mean, trial, understated| Case { name, law, mean, trial, understated };
    let (gaussian, chi_square) = (Law::SubGaussian { deviation: 1.0 }, Law::chi_square(1.0, 1.0));
    let unit = Law::Bounded { lo: 0.0, hi: 1.0 };
    let wrong = Some(Law::SubGaussian { deviation: 0.5 });
    vec![
        case("normal", gaussian, 0.0, Draws::normal, wrong),
        case("sign", gaussian, 0.0, Draws::sign, wrong),
        case("uniform", unit, 0.5, Draws::uniform, None),
        case("rare", unit, 0.05, |draws| f64::from(draws.uniform() < 0.05), None),
        case("square", chi_square, 1.0, square, Some(Law::SubGamma { variance: 0.5, scale: 0.0 })),
        case("product", Law::SubGamma { variance: 1.0, scale: 1.0 }, 0.0, |draws| draws.normal() * draws.normal(), None),
        case("pareto", Law::Variance { bound: 20.0 / 9.0 }, 5.0 / 3.0, pareto, Some(Law::Variance { bound: 20.0 / 81.0 })),
    ]
}

#[test]
fn sequences_miss_no_more_often_than_they_say() {
    for Case { name, law, mean, trial, .. } in cases() {
        for alpha in [0.05, 1e-3] {
            let found = misses(name, mean, || law.sequence(0.3, alpha), trial);
            println!("{name} at {alpha}: {found} of {PATHS}, allowed {}", allowed(alpha));
            assert!(found <= allowed(alpha), "{name} at {alpha}: {found} of {PATHS}");
        }
    }
}

#[test]
fn the_mixture_does_not_miss_much_less_often_either() {
    let found = misses("normal", 0.0, || Law::SubGaussian { deviation: 1.0 }.sequence(0.3, 0.05), Draws::normal);
    assert!(found > 10, "{found} of {PATHS}");
}

/// Control: the interval of one sample size, used again at every look.
#[derive(Default)]
struct Naive {
    quantile: f64,
    trials: f64,
    sum: f64,
}

impl Sequence for Naive {
    fn feed(&mut self, block: &[f64]) {
        self.trials += block.len() as f64;
        self.sum += block.iter().sum::<f64>();
    }

    fn look(&self) -> Look {
        let (estimate, radius) = (self.sum / self.trials, self.quantile / self.trials.sqrt());
        Look { estimate, interval: [estimate - radius, estimate + radius] }
    }
}

#[test]
fn control_repeated_z_intervals_are_caught() {
    for alpha in [0.05, 1e-3] {
        let quantile = Normal::standard().inverse_cdf(1.0 - alpha / 2.0);
        let found = misses("normal", 0.0, || Box::new(Naive { quantile, ..Naive::default() }), Draws::normal);
        println!("repeated z-interval at {alpha}: {found} of {PATHS}, allowed {}", allowed(alpha));
        assert!(found > allowed(alpha), "at {alpha}: {found} of {PATHS}");
    }
}

#[test]
fn control_understated_spreads_are_caught() {
    for Case { name, understated, mean, trial, .. } in cases() {
        let Some(law) = understated else { continue };
        let found = misses(name, mean, || law.sequence(0.3, 0.05), trial);
        println!("{name} understated: {found} of {PATHS}, allowed {}", allowed(0.05));
        assert!(found > allowed(0.05), "{name}: {found} of {PATHS}");
    }
}

/// Control for empirical Bernstein, which learns the spread: a range that trials leave is invalid rather than narrow.
#[test]
fn control_trials_outside_their_range_are_invalid() {
    let law = Law::Bounded { lo: 0.0, hi: 0.9 };
    let statistic = ask(1, law, 0.5, Draws::uniform);
    assert!(statistic.estimate.is_nan());
    assert!(matches!(Evidence::sampled(vec![statistic]), Evidence::Invalid { .. }));
}

fn ask(effort: u64, law: Law, target: f64, trial: fn(&mut Draws) -> f64) -> Statistic {
    let lab = Lab::new(7, effort, "calibration");
    let largest = 4 * law.required(0.2, lab.policy.alpha());
    estimate(&lab, &Question { name: "mean", relation: Relation::Equal, target, margin: 0.2, law, largest }, trial)
}

fn verdict(statistic: Statistic) -> Verdict {
    judge(&Evidence::sampled(vec![statistic]), &Policy::default())
}

#[test]
fn true_claims_are_supported_and_wrong_ones_refuted() {
    for Case { name, law, mean, trial, .. } in cases() {
        let (honest, wrong) = (ask(1, law, mean, trial), ask(1, law, mean + 1.0, trial));
        println!("{name}: {honest:?}");
        assert!(honest.probability_inconclusive < 1e-6, "{name}: {}", honest.probability_inconclusive);
        assert_eq!(verdict(honest), Verdict::Supported, "{name}");
        assert_eq!(verdict(wrong), Verdict::Refuted, "{name}");
        // At the margin's edge neither can be decided.
        let edge = ask(1, law, mean + 0.2, trial);
        assert_eq!(edge.n, edge.largest_n);
        assert_eq!(verdict(edge), Verdict::Inconclusive, "{name}");
    }
}

#[test]
fn an_inequality_is_decided_on_one_side() {
    let lab = Lab::new(7, 1, "calibration");
    let law = Law::SubGaussian { deviation: 1.0 };
    let at_most = |target| {
        let question = Question { name: "mean", relation: Relation::AtMost, target, margin: 0.2, law, largest: 8000 };
        verdict(estimate(&lab, &question, Draws::normal))
    };
    assert_eq!(at_most(5.0), Verdict::Supported);
    assert_eq!(at_most(0.0), Verdict::Supported);
    assert_eq!(at_most(-1.0), Verdict::Refuted);
}

#[test]
fn effort_narrows_a_decided_interval() {
    for Case { name, law, mean, trial, .. } in cases() {
        let (once, more) = (ask(1, law, mean, trial), ask(16, law, mean, trial));
        let width = |statistic: &Statistic| statistic.interval[1] - statistic.interval[0];
        assert_eq!((more.n, more.largest_n), (16 * once.n, 16 * once.largest_n), "{name}");
        assert!(width(&more) < 0.45 * width(&once), "{name}: {} after {}", width(&more), width(&once));
        assert!(once.interval[0] <= more.interval[0] && more.interval[1] <= once.interval[1], "{name}");
    }
}

#[test]
fn threads_change_nothing() {
    for Case { name, law, mean, trial, .. } in cases() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| ask(2, law, mean, trial))
        };
        assert_eq!(with(1), with(2), "{name}");
    }
}

#[test]
fn a_trial_that_is_not_finite_is_invalid() {
    for poison in [f64::NAN, f64::INFINITY] {
        let lab = Lab::new(7, 1, "calibration");
        let law = Law::SubGaussian { deviation: 1.0 };
        let question = Question { name: "mean", relation: Relation::Equal, target: 0.0, margin: 0.2, law, largest: 1_000_000 };
        let statistic = estimate(&lab, &question, |draws| if draws.uniform() < 0.01 { poison } else { 0.0 });
        assert_eq!(statistic.n, 1024);
        assert!(matches!(Evidence::sampled(vec![statistic]), Evidence::Invalid { .. }));
    }
}

#[test]
fn contradictory_intervals_decide_nothing() {
    let mut running = Running::new(Law::SubGaussian { deviation: 1.0 }.sequence(0.2, 1e-3));
    for value in [0.0, 100.0, 0.0] {
        running.feed(&[value; 1024]);
        running.look();
    }
    let look = running.look();
    assert!(look.interval.iter().all(|end| end.is_nan()) && look.estimate.is_finite());
}

/// The predicted sample size is where the radius reaches the margin.
#[test]
fn required_trials_suffice_and_three_quarters_of_them_do_not() {
    let half = |law: Law, trials: u64| {
        let mut sequence = law.sequence(0.1, 1e-12);
        // Half the trials at either end: the largest variance for a bounded law, and the Gaussian's own for the others.
        let block = [0.0, 1.0].repeat(trials.div_ceil(2) as usize);
        block.chunks(1024).for_each(|block| sequence.feed(block));
        let [lo, hi] = sequence.look().interval;
        (hi - lo) / 2.0
    };
    let laws = [
        Law::SubGaussian { deviation: 0.5 },
        Law::Bounded { lo: 0.0, hi: 1.0 },
        Law::chi_square(2.0, 0.25),
        Law::Variance { bound: 0.25 },
    ];
    for law in laws {
        let required = law.required(0.1, 1e-12);
        let (enough, less) = (half(law, required), half(law, required * 3 / 4));
        assert!(enough < 0.102 && less > 0.1, "{law}: {enough} at {required}, {less} before");
    }
}

#[test]
fn a_distribution_is_told_from_its_neighbour() {
    let lab = Lab::new(7, 1, "calibration");
    let normal = Normal::standard();
    let honest = distribution(&lab, "law", 0.05, |x| normal.cdf(x), Draws::normal);
    assert!(honest.probability_inconclusive < 1.1 * honest.alpha);
    assert_eq!(verdict(honest), Verdict::Supported);
    // Control: Student's law with 1 degree of freedom, 0.125 away. The smaller shift by 0.2 is 0.08 away.
    let student = StudentsT::new(0.0, 1.0, 1.0).unwrap();
    assert_eq!(verdict(distribution(&lab, "law", 0.05, |x| student.cdf(x), Draws::normal)), Verdict::Refuted);
    assert_eq!(verdict(distribution(&lab, "law", 0.05, |x| normal.cdf(x - 0.2), Draws::normal)), Verdict::Refuted);
    let broken = distribution(&lab, "law", 0.05, |x| normal.cdf(x), |draws| if draws.uniform() < 1e-3 { f64::NAN } else { 0.0 });
    assert!(broken.estimate.is_nan());
}

/// The band under its null: it misses the distance 0 as often as its α allows, and a band of half the width much more often.
#[test]
fn the_band_misses_no_more_often_than_it_says() {
    let mut lab = Lab::new(7, 1, "calibration");
    for alpha in [0.05, 1e-3] {
        lab.policy = Policy { false_alarm_budget: alpha * f64::from(Policy::SHARES) };
        let runs: Vec<Statistic> =
            (0..PATHS).map(|run| distribution(&lab, &format!("run {run}"), 0.2, |x| x, Draws::uniform)).collect();
        let missing = |factor: f64| {
            let radius = runs[0].margin / 2.0 * factor;
            runs.iter().filter(|run| run.estimate > radius).count() as u64
        };
        let beyond = runs.iter().filter(|run| run.interval[0] > 0.0).count() as u64;
        println!("band at {alpha}: {beyond} of {PATHS}, half as wide {}", missing(0.5));
        assert!(beyond <= allowed(alpha), "at {alpha}: {beyond}");
        assert!(missing(0.5) > allowed(alpha), "at {alpha}: the control missed {}", missing(0.5));
    }
}
