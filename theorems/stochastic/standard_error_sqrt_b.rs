//! # The standard error of a batch gradient is σ/√B
//!
//! **Setting.** `g_B` the mean of `B` gradients with mean `∇R` and total variance `σ²`.
//!
//! **Statement.** (1) For independent uniform draws the root of `E‖g_B - ∇R‖²` is `σ/√B`, so half the error takes four times the batch:
//! `E‖g_(4B) - ∇R‖² = ¼ E‖g_B - ∇R‖²`. (2) Without replacement it is less, for `B ≥ 2`. (3) Without a variance it fails: for Cauchy gradients the median of
//! `|g_B|` is the same for every `B`, where for normal ones it is `0.6745 σ/√B`.
//!
//! **Why.** Variances of independent draws add.
//!
//! **How it could fail.** Laws of batches are enumerated on coefficient vectors, so that the data do not matter; medians of the means that
//! the code takes are counted.

use super::faults::{COPIES, FAVOUR, SUM};
use super::minibatch_clt::standard_cauchy;
use super::minibatch_variance::{one_over_batch, sizes, spread};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Rational, rational};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Accumulation, Sampling, accumulate, covariance};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "standard-error-sqrt-b",
    title: "Half the error of a batch gradient takes four times the batch, if there is a variance",
    topic: "stochastic",
    record: Some("standard-error-sqrt-b"),
    statement: "For independent uniform draws with finite variance $sqrt(𝔼‖g_B - ∇R‖^2) = σ/sqrt(B)$, so that four times the batch \
                halves the error. Without replacement the error of $B ≥ 2$ samples is smaller. For Cauchy gradients, which have no variance, the median \
                of $|g_B|$ is $1$ for every $B$.",
    hypotheses: &["indices independent and uniform, or fresh samples", "finite variance"],
    sources: &[
        Source::Note("000", "389-390"),
        Source::Note("000", "589"),
        Source::Cited("bottou2018", "section 4.1"),
        Source::Cited("cochran1977", "chapter 2"),
    ],
    claims: &[
        Claim {
            id: "any-sampling",
            as_stated: true,
            statement: "the standard error is $σ/sqrt(B)$, also for batches without repeated samples",
            quantifier: "2 ≤ N ≤ 5 samples, sampled without replacement",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(spread(subject.sampler(Sampling::WithoutReplacement), &sizes(2..=5), one_over_batch)),
        },
        Claim {
            id: "any-gradients",
            as_stated: true,
            statement: "estimation improves with $sqrt(B)$, also for Cauchy gradients: the median of $|g_B|$ is $1/sqrt(B)$",
            quantifier: "B = 4 and 16",
            expected: Verdict::Refuted,
            method: By::MonteCarlo,
            check: |lab, subject| Ok(medians(lab, subject, CAUCHY, f64::sqrt)),
        },
        Claim {
            id: "four-times-the-batch",
            as_stated: false,
            statement: "for independent uniform draws $\"Cov\"(g_(4 B)) = 1/4 \"Cov\"(g_B)$, and $\"Cov\"(g_B) = Σ/B$",
            quantifier: "all data of N ≤ 4 samples, B ≤ 3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(quadrupled(subject, 4)),
        },
        Claim {
            id: "normal-median",
            as_stated: false,
            statement: "for normal gradients, averaged by the code, the median of $|g_B|$ is $0.6745/sqrt(B)$",
            quantifier: "B = 4 and 16, in one dimension, σ = 1",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| Ok(medians(lab, subject, NORMAL, |batch| batch.sqrt() / QUARTILE)),
        },
        Claim {
            id: "cauchy-median",
            as_stated: false,
            statement: "for Cauchy gradients, averaged by the code, the median of $|g_B|$ is $1$",
            quantifier: "B = 4 and 16, in one dimension",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| Ok(medians(lab, subject, CAUCHY, |_| 1.0)),
        },
    ],
    controls: &[
        Control {
            id: "proportional-to-b",
            differs: "claims that the error improves with B",
            broken: Broken::Statement(|_, subject| Ok(quadrupled(subject, 16))),
        },
        Control {
            id: "normal-median-inverse-to-b",
            differs: "claims the median 0.6745/B",
            broken: Broken::Statement(|lab, subject| Ok(medians(lab, subject, NORMAL, |batch| batch / QUARTILE))),
        },
        Control {
            id: "cauchy-median-falls",
            differs: "claims the median 1/√B of Cauchy gradients",
            broken: Broken::Statement(|lab, subject| Ok(medians(lab, subject, CAUCHY, f64::sqrt))),
        },
        Control {
            id: "same-sample-twice",
            differs: "the code takes each draw twice",
            broken: Broken::Subject { claim: "four-times-the-batch", subject: &COPIES },
        },
        Control {
            id: "favoured-sample",
            differs: "the code's sampler gives sample 0 two tickets",
            broken: Broken::Subject { claim: "four-times-the-batch", subject: &FAVOUR },
        },
        Control {
            id: "sum-instead-of-mean",
            differs: "the code adds the gradients without dividing by B",
            broken: Broken::Subject { claim: "normal-median", subject: &SUM },
        },
    ],
    plots: &[errors],
};

/// A law of gradients: its name, which keeps its random numbers apart from the other's, and a draw.
type Gradients = (&'static str, fn(&mut Draws) -> f64);

const NORMAL: Gradients = ("normal", Draws::normal);
const CAUCHY: Gradients = ("Cauchy", standard_cauchy);

/// The third quartile of the standard normal law, which is the median of `|Z|`.
const QUARTILE: f64 = 0.674_489_750_196_081_7;

/// `factor Cov(c)` of `4B` draws against `Cov(c)` of `B`, and the latter against `(I/N - 11ᵀ/N²)/B`.
fn quadrupled(subject: &dyn Subject, factor: i64) -> Evidence {
    let mut exact = Exact::new();
    let sampler = subject.sampler(Sampling::WithReplacement);
    for (samples, batch) in (1..=4).flat_map(|samples| (1..=3).map(move |batch| (samples, batch))) {
        let (small, large) = (sampler.law(samples, batch), sampler.law(samples, 4 * batch));
        let share = rational(1, samples as u64);
        for (i, j) in (0..samples).flat_map(|i| (i..samples).map(move |j| (i, j))) {
            let of_one = if i == j { &share - &share * &share } else { -(&share * &share) };
            let [small, large] = [&small, &large].map(|law| covariance(law, i, j));
            let input = || format!("N = {samples}, B = {batch}, samples {i} and {j}");
            exact.equal("Cov(g_4B) against Cov(g_B)", &(Rational::from(factor) * large), &small, input);
            exact.equal("Cov(g_B) = Σ/B", &(small * Rational::from(batch)), &of_one, input);
        }
    }
    exact.evidence()
}

/// How often `|g_B|` times `scale(B)` is at most 1: half of the time if the median is `1/scale(B)`. With a median off by the factor 2 the
/// frequency is `2 atan(½)/π = 0.295` (Cauchy) or `P(|Z| ≤ 0.337) = 0.264`: at least 0.2 away, five margins.
fn medians(lab: &Lab, subject: &dyn Subject, (gradients, one): Gradients, scale: fn(f64) -> f64) -> Evidence {
    let accumulation = subject.accumulation(Accumulation::Mean);
    let (law, margin) = (Law::Bounded { lo: 0.0, hi: 1.0 }, 0.04);
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let statistics = [4_usize, 16].map(|batch| {
        let name = &format!("frequency of a small error, {gradients} gradients, B = {batch}");
        let question = Question { name, relation: Relation::Equal, target: 0.5, margin, law, largest };
        estimate(lab, &question, |draws| {
            let samples: Vec<Vec<Vec<f64>>> = (0..batch).map(|_| vec![vec![one(draws)]]).collect();
            f64::from(u8::from(accumulate(accumulation, &samples)[0].abs() * scale(batch as f64) <= 1.0))
        })
    });
    Evidence::sampled(statistics.into())
}

fn errors(lab: &Lab) -> Plot {
    let stream = lab.stream("errors");
    let accumulation = Reference.accumulation(Accumulation::Mean);
    let sizes = || (0..=6).map(|power| 1_usize << power);
    let measured = |one: fn(&mut Draws) -> f64, first: u64| {
        let median = |batch: usize| {
            let mean = |trial| {
                let draws = &mut stream.trial(first + trial);
                let samples: Vec<Vec<Vec<f64>>> = (0..batch).map(|_| vec![vec![one(draws)]]).collect();
                accumulate(accumulation, &samples)[0].abs()
            };
            let mut errors: Vec<f64> = (0..401).map(mean).collect();
            errors.sort_by(f64::total_cmp);
            errors[200]
        };
        sizes().map(|batch| [batch as f64, median(batch)]).collect::<Vec<_>>()
    };
    Plot {
        id: "errors".into(),
        title: "Median error of a batch mean, 401 batches a point".into(),
        x: "batch size B".into(),
        y: "median |g|".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("0.6745/√B", sizes().map(|batch| [batch as f64, QUARTILE / (batch as f64).sqrt()])),
            Series::theory("1", [[1.0, 1.0], [64.0, 1.0]]),
            Series::measured("normal gradients", measured(Draws::normal, 0)),
            Series::measured("Cauchy gradients", measured(standard_cauchy, 1000)),
        ],
    }
}
