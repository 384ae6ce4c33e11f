//! # The variance of a batch gradient is σ²/B
//!
//! **Setting.** `N` samples with gradients of covariance `Σ` (normalised by `1/N`), `σ² = tr Σ`, and a batch of `B` indices.
//!
//! **Statement.** (1) If the indices are independent and uniform, `Cov(g_B) = Σ/B`. (2) For isotropic Gaussian gradients the sample
//! variance `s²` of `n` batch gradients, summed over `d` coordinates, has `(n - 1) d s² B/σ² ~ χ²` with `(n - 1) d` degrees.
//! (3) It fails without replacement, and where `σ²` is infinite.
//!
//! **Why.** `Cov(c) = (1/B)(I/N - 11ᵀ/N²)` for the coefficient vector `c` of `g_B = Σ c_i g_i`: variances of independent draws add.
//!
//! **How it could fail.** `Cov(c)` is enumerated exactly, so that the data do not matter. Drawn batches of a logistic regression
//! and means of Gaussian samples are held against the stated variance and law.

use super::faults::{COPIES, FAVOUR};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational};
use crate::plot::{Plot, Series};
use crate::problems::{Logistic, Problem};
use crate::statistics::{Law, Question, distribution, estimate};
use crate::subject::{BatchImpostor, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Accumulation, Sampler, Sampling, accumulate, covariance};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "minibatch-variance",
    title: "Independent draws divide the gradient's variance by B",
    topic: "stochastic",
    record: Some("minibatch-variance"),
    statement: "For $B$ independent uniform draws of a sample, $\"Cov\"(g_B) = Σ/B$, so $\"Var\"[g_B] = σ^2/B$, whatever the data: \
                enumerated for $N ≤ 5$ and $B ≤ N$. \
                It fails for sampling without replacement, and there is no $σ^2$ where the second moment is infinite.",
    hypotheses: &["indices independent and uniform, or fresh samples", "finite second moment"],
    sources: &[
        Source::Note("000", "110-112"),
        Source::Note("000", "396"),
        Source::Note("000", "589"),
        Source::Cited("bottou2018", "section 4.1"),
    ],
    claims: &[
        Claim {
            id: "any-sampling",
            as_stated: true,
            statement: "$\"Var\"[g_B] = σ^2/B$, also for batches without repeated samples",
            quantifier: "2 ≤ N ≤ 5 samples, sampled without replacement",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(spread(subject.sampler(Sampling::WithoutReplacement), &sizes(2..=5), one_over_batch)),
        },
        Claim {
            id: "with-replacement",
            as_stated: false,
            statement: "independent uniform draws have $\"Cov\"(g_B) = Σ/B$",
            quantifier: "all data of N ≤ 5 samples, every batch size up to N",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(spread(subject.sampler(Sampling::WithReplacement), &sizes(1..=5), one_over_batch)),
        },
        Claim {
            id: "logistic",
            as_stated: false,
            statement: "drawn batches of a logistic regression have $B ⋅ 𝔼‖g_B - ∇R‖^2 = σ^2$",
            quantifier: "one data set with N = 1000 and d = 20, at one point, B = 1, 4, 16, 64, 256",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| Ok(logistic(lab, subject, |_| 1.0)),
        },
        Claim {
            id: "gaussian",
            as_stated: false,
            statement: "for isotropic Gaussian samples, averaged by the code, $(n - 1) d s^2 B/σ^2 ∼ χ^2_((n - 1) d)$",
            quantifier: "n = 3, d = 2, B = 4",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| Ok(gaussian(lab, subject, 2)),
        },
        Claim {
            id: "heavy-tails",
            as_stated: false,
            statement: "Student's $t$ with $ν = 3/2$ has no variance: the second moment of its tail beyond $x = 1$ diverges",
            quantifier: "the density's power-law bound for all x ≥ 1; 64 shells from 4ᵏ to 4ᵏ⁺¹, and the ratio of any two",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(heavy(3)),
        },
    ],
    controls: &[
        Control {
            id: "same-sample-twice",
            differs: "each draw enters its batch twice: the variance doubles",
            broken: Broken::Subject { claim: "with-replacement", subject: &COPIES },
        },
        Control {
            id: "same-sample-twice-drawn",
            differs: "each draw enters its batch twice: the variance doubles",
            broken: Broken::Subject { claim: "logistic", subject: &COPIES },
        },
        Control {
            id: "favoured-sample",
            differs: "sample 0 has two tickets",
            broken: Broken::Subject { claim: "with-replacement", subject: &FAVOUR },
        },
        Control {
            id: "one-over-root",
            differs: "claims σ²/√B",
            broken: Broken::Statement(|lab, subject| Ok(logistic(lab, subject, f64::sqrt))),
        },
        Control {
            id: "one-over-square",
            differs: "claims σ²/B²",
            broken: Broken::Statement(|lab, subject| Ok(logistic(lab, subject, |batch| 1.0 / batch))),
        },
        Control {
            id: "one-over-square-enumerated",
            differs: "claims Σ/B²",
            broken: Broken::Statement(|_, subject| {
                let claimed = |_, batch: usize| rational(1, (batch * batch) as u64);
                Ok(spread(subject.sampler(Sampling::WithReplacement), &sizes(1..=5), claimed))
            }),
        },
        Control {
            id: "degrees-of-known-mean",
            differs: "claims n d degrees instead of (n - 1) d",
            broken: Broken::Statement(|lab, subject| Ok(gaussian(lab, subject, 3))),
        },
        Control {
            id: "sum-instead-of-mean",
            differs: "the code adds the samples' gradients without dividing by B",
            broken: Broken::Subject {
                claim: "gaussian",
                subject: &BatchImpostor {
                    name: "sum over the batch",
                    accumulation: |_| Accumulation::Sum,
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "tails-of-five-halves",
            differs: "claims divergence for ν = 5/2, where the variance is finite",
            broken: Broken::Statement(|_, _| Ok(heavy(5))),
        },
    ],
    plots: &[slope],
};

pub(super) fn one_over_batch(_samples: usize, batch: usize) -> Rational {
    rational(1, batch as u64)
}

/// Every number of samples in the range with every batch size up to it.
pub(super) fn sizes(samples: std::ops::RangeInclusive<usize>) -> Vec<(usize, usize)> {
    samples.flat_map(|samples| (1..=samples).map(move |batch| (samples, batch))).collect()
}

/// Whether the coefficients of a batch have the covariance `claimed(N, B) (I/N - 11ᵀ/N²)`, so that `Cov(g_B) = claimed(N, B) Σ`
/// for all data.
pub(super) fn spread(sampler: Sampler, sizes: &[(usize, usize)], claimed: impl Fn(usize, usize) -> Rational) -> Evidence {
    let mut exact = Exact::new();
    for &(samples, batch) in sizes {
        let law = sampler.law(samples, batch);
        let share = rational(1, samples as u64);
        for (i, j) in (0..samples).flat_map(|i| (i..samples).map(move |j| (i, j))) {
            let of_one = if i == j { &share - &share * &share } else { -(&share * &share) };
            let input = || format!("N = {samples}, B = {batch}, samples {i} and {j}");
            exact.equal("covariance of two coefficients", &covariance(&law, i, j), &(claimed(samples, batch) * of_one), input);
        }
    }
    exact.evidence()
}

/// The sample gradients of a logistic regression at one point, their mean, and what follows from them.
struct Data {
    gradients: Vec<Vec<f64>>,
    mean: Vec<f64>,
    /// `σ² = E‖g_i - ∇R‖²`.
    variance: f64,
    /// `E‖g_i - ∇R‖⁴`.
    fourth: f64,
    /// `tr Σ²`.
    concentration: f64,
}

impl Data {
    fn drawn(lab: &Lab) -> Data {
        const DIMENSION: usize = 20;
        let draws = &mut lab.stream("data").trial(0);
        let problem = Logistic::drawn(draws, 1000, DIMENSION);
        let point: Vec<f64> = (0..DIMENSION).map(|_| draws.normal() / 8.0).collect();
        let gradients: Vec<Vec<f64>> = (0..problem.samples()).map(|sample| problem.sample_gradient(sample, &point)).collect();
        let mean = problem.gradient(&point);
        let share = 1.0 / gradients.len() as f64;
        let (mut variance, mut fourth, mut products) = (0.0, 0.0, vec![0.0; DIMENSION * DIMENSION]);
        for gradient in &gradients {
            let deviation: Vec<f64> = gradient.iter().zip(&mean).map(|(g, mean)| g - mean).collect();
            let square: f64 = deviation.iter().map(|x| x * x).sum();
            variance += share * square;
            fourth += share * square * square;
            for (place, product) in products.iter_mut().enumerate() {
                *product += share * deviation[place / DIMENSION] * deviation[place % DIMENSION];
            }
        }
        let concentration = products.iter().map(|x| x * x).sum();
        Data { gradients, mean, variance, fourth, concentration }
    }

    /// `B ‖g - ∇R‖² / σ²` for the batch of these indices.
    fn statistic(&self, indices: &[usize], batch: usize, divisor: u64) -> f64 {
        let mut sum = vec![0.0; self.mean.len()];
        for &index in indices {
            sum.iter_mut().zip(&self.gradients[index]).for_each(|(sum, gradient)| *sum += gradient);
        }
        let square = |(sum, mean): (&f64, &f64)| (sum / divisor as f64 - mean) * (sum / divisor as f64 - mean);
        sum.iter().zip(&self.mean).map(square).sum::<f64>() * batch as f64 / self.variance
    }

    /// The variance of that statistic for independent uniform draws: with `S` the sum of `B` independent deviations,
    /// `E‖S‖⁴ = B E‖ξ‖⁴ + B(B - 1)(σ⁴ + 2 tr Σ²)`.
    fn statistic_variance(&self, batch: f64) -> f64 {
        let square = self.variance * self.variance;
        self.fourth / (square * batch) + (1.0 - 1.0 / batch) * (1.0 + 2.0 * self.concentration / square) - 1.0
    }
}

/// `B ‖g_B - ∇R‖²/σ²` has the mean `claimed(B)`. The data set is fixed and finite, so under the hypothesis the statistic's variance
/// is known exactly. Batches of doubled samples have four times the variance of half as many draws: the law covers both. A range would be valid as well,
/// but at B = 256 it is a thousand spreads. The smallest control effect is 0.996 (1/B² at B = 256), more than five margins.
fn logistic(lab: &Lab, subject: &dyn Subject, claimed: fn(f64) -> f64) -> Evidence {
    let data = Data::drawn(lab);
    let sampler = subject.sampler(Sampling::WithReplacement);
    let margin = 0.19;
    let statistics = [1, 4, 16, 64, 256].map(|batch| {
        let half = (batch / 2).max(1);
        let variance = [batch, half].map(|draws| data.statistic_variance(draws as f64)).into_iter().fold(0.0, f64::max);
        let law = Law::Variance { bound: 4.0 * variance };
        let largest = 4 * law.required(margin, lab.policy.alpha());
        let name = &format!("B Var[g_B] / σ² at B = {batch}");
        let question = Question { name, relation: Relation::Equal, target: claimed(batch as f64), margin, law, largest };
        estimate(lab, &question, |draws| {
            let indices = sampler.draw(data.gradients.len(), batch, draws);
            data.statistic(&indices, batch, sampler.divisor(batch))
        })
    });
    Evidence::sampled(statistics.into())
}

/// Three batches of four standard normal samples in two dimensions, each averaged by the code: the law of
/// `(n - 1) d s² B/σ² = (B/(σ²/d)) Σ ‖g_j - mean‖²` against χ² with `2 pairs` degrees, whose distribution function is elementary.
/// The two laws with 4 and with 6 degrees are 0.27 apart.
fn gaussian(lab: &Lab, subject: &dyn Subject, pairs: i32) -> Evidence {
    let joined = subject.accumulation(Accumulation::Mean);
    let stated = |x: f64| {
        let half = x / 2.0;
        let series = 1.0 + half + if pairs > 2 { half * half / 2.0 } else { 0.0 };
        1.0 - libm::exp(-half) * series
    };
    let statistic = distribution(lab, "(n - 1) d s² B / σ²", 0.05, stated, |draws| {
        let batch = |_| {
            let samples: Vec<Vec<Vec<f64>>> = (0..4).map(|_| vec![vec![draws.normal(), draws.normal()]]).collect();
            accumulate(joined, &samples)
        };
        let batches: [Vec<f64>; 3] = [(); 3].map(batch);
        let squares = (0..2).map(|coordinate| {
            let mean = batches.iter().map(|g| g[coordinate]).sum::<f64>() / 3.0;
            batches.iter().map(|g| (g[coordinate] - mean) * (g[coordinate] - mean)).sum::<f64>()
        });
        4.0 * squares.sum::<f64>()
    });
    Evidence::sampled(vec![statistic])
}

/// Student's density with ν = `halves`/2 is proportional to `(1 + u/ν)^(-(ν+1)/2)`, `u = x²`. For `u ≥ 1` that is at least
/// `((1 + 1/ν) u)^(-(ν+1)/2)`, so that up to a constant the shell `4^k ≤ x ≤ 4^(k+1)` adds
/// `∫ x² x^(-ν-1) dx = 4^((2-ν)k) (4^(2-ν) - 1)/(2 - ν)` to the second moment. If no shell adds less than the one before it, the sum
/// diverges.
fn heavy(halves: i64) -> Evidence {
    let mut exact = Exact::new();
    let [u] = Polynomial::variables();
    let inverse = rational(2, halves as u64);
    let bound = u.constant(&(Rational::ONE + &inverse)) * &u;
    let base = u.int(1) + u.constant(&inverse) * &u;
    // The difference of the bases is u - 1: non-negative for u ≥ 1.
    exact.holds("(1 + 1/ν) u - (1 + u/ν) = u - 1", bound - base == &u - &u.int(1), || format!("ν = {halves}/2"));
    let growth = Rational::from(2).pow(4 - halves as isize); // 4^(2-ν)
    let mass = |shell: isize| growth.pow(shell) * (&growth - Rational::ONE) * rational(2, 1) / Rational::from(4 - halves);
    exact.holds("4^(2-ν) ≥ 1: no shell adds less than the one before", growth >= Rational::ONE, || {
        format!("ν = {halves}/2: each shell adds {growth} times the one before")
    });
    for shell in 0..64 {
        let found = || format!("ν = {halves}/2, k = {shell}: {} against {}", mass(shell), mass(0));
        exact.holds("every shell adds at least what the first does", mass(shell) >= mass(0) && mass(0) > Rational::ZERO, found);
    }
    exact.evidence()
}

fn slope(lab: &Lab) -> Plot {
    let data = Data::drawn(lab);
    let stream = lab.stream("slope");
    let sizes = || (0..10).map(|power| 1_usize << power);
    let sampler = Sampler::new(Sampling::WithReplacement);
    let measured = sizes().map(|batch| {
        let trial = |index| {
            let indices = sampler.draw(data.gradients.len(), batch, &mut stream.trial(index));
            data.statistic(&indices, batch, batch as u64) * data.variance / batch as f64
        };
        [batch as f64, (0..400).map(trial).sum::<f64>() / 400.0]
    });
    Plot {
        id: "slope".into(),
        title: "Variance of the batch gradient of a logistic regression, 400 batches a point".into(),
        x: "batch size B".into(),
        y: "total variance".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("σ²/B", sizes().map(|batch| [batch as f64, data.variance / batch as f64])),
            Series::measured("drawn batches", measured),
        ],
    }
}
