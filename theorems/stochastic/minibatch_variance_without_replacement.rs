//! # The variance of a batch without replacement carries the finite-population correction
//!
//! **Setting.** `N` samples with gradients of covariance `Σ` (normalised by `1/N`); an epoch visits each sample once, in uniform
//! random order, cut into batches of `B`.
//!
//! **Statement.** (1) `Cov(g_B) = (Σ/B)(N - B)/(N - 1)`: less than `Σ/B`, and 0 for `B = N`. (2) Two batches of one epoch, of any
//! sizes, have `Cov(g_1, g_2) = -Σ/(N - 1)`.
//!
//! **Why.** Two different places of a random order have the covariance `-Σ/(N - 1)`, because the sum over all `N` is constant.
//!
//! **How it could fail.** All subsets, and all pairs of successive ones, are enumerated on coefficient vectors, so that the data do
//! not matter; drawn epochs are held against the covariance of their first two batches.

use super::faults::{COPIES, PUT_BACK};
use super::minibatch_variance::{one_over_batch, sizes, spread};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::Subject;
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Sampler, Sampling, expectation};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "minibatch-variance-without-replacement",
    title: "Batches of an epoch have variance (σ²/B)(N - B)/(N - 1)",
    topic: "stochastic",
    record: Some("minibatch-variance-without-replacement"),
    statement: "A uniform batch of $B$ distinct samples out of $N$ has $\"Cov\"(g_B) = Σ/B ⋅ (N - B)/(N - 1)$, with $Σ$ normalised by \
                $1/N$, and two batches of one epoch have $\"Cov\"(g_1, g_2) = -Σ/(N - 1)$: enumerated for $N ≤ 7$, \
                whatever the data.",
    hypotheses: &["a uniform subset, as the batches of a reshuffled epoch are", "$N ≥ 2$"],
    sources: &[
        Source::Note("000", "111"),
        Source::Note("003", "156"),
        Source::Note("002", "304"),
        Source::Cited("cochran1977", "chapter 2"),
    ],
    claims: &[
        Claim {
            id: "without-correction",
            as_stated: true,
            statement: "$\"Var\"[g_B] = σ^2/B$ for the batches of an epoch",
            quantifier: "N = 7, B = 4, where it is half of that",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(without_correction(subject)),
        },
        Claim {
            id: "corrected",
            as_stated: false,
            statement: "$\"Cov\"(g_B) = Σ/B ⋅ (N - B)/(N - 1)$",
            quantifier: "all data of 2 ≤ N ≤ 7 samples, every batch size up to N",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(spread(subject.sampler(Sampling::WithoutReplacement), &sizes(2..=7), corrected)),
        },
        Claim {
            id: "within-an-epoch",
            as_stated: false,
            statement: "two successive batches of an epoch have $\"Cov\"(g_1, g_2) = -Σ/(N - 1)$",
            quantifier: "all data of 2 ≤ N ≤ 7 samples, all pairs of batch sizes that fit into the epoch",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(successive(subject, |samples| rational(-1, samples - 1))),
        },
        Claim {
            id: "drawn",
            as_stated: false,
            statement: "the first two batches of drawn epochs have $\"Cov\"(g_1, g_2) = -σ^2/(N - 1)$ and $\"Var\"(g_1) = 2σ^2/9$",
            quantifier: "the data -3, ..., 3 in batches of 3",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| Ok(drawn(lab, subject)),
        },
    ],
    controls: &[
        Control {
            id: "no-correction-at-seven-four",
            differs: "the factor (N - B)/(N - 1), here 1/2, is left out",
            broken: Broken::Statement(|_, subject| Ok(without_correction(subject))),
        },
        Control {
            id: "population-for-population-less-one",
            differs: "claims (Σ/B)(N - B)/N: N instead of N - 1",
            broken: Broken::Statement(|_, subject| {
                let claimed = |samples, batch| rational((samples - batch) as i64, (samples * batch) as u64);
                Ok(spread(subject.sampler(Sampling::WithoutReplacement), &sizes(2..=7), claimed))
            }),
        },
        Control {
            id: "covariance-over-population",
            differs: "claims Cov(g_1, g_2) = -Σ/N",
            broken: Broken::Statement(|_, subject| Ok(successive(subject, |samples| rational(-1, samples)))),
        },
        Control {
            id: "samples-put-back",
            differs: "the law is that of draws with replacement",
            broken: Broken::Subject { claim: "corrected", subject: &PUT_BACK },
        },
        Control {
            id: "independent-batches",
            differs: "the second batch is drawn from all samples again: no covariance",
            broken: Broken::Subject { claim: "within-an-epoch", subject: &PUT_BACK },
        },
        Control {
            id: "samples-put-back-drawn",
            differs: "epochs are drawn with replacement",
            broken: Broken::Subject { claim: "drawn", subject: &PUT_BACK },
        },
        Control {
            id: "same-sample-twice",
            differs: "each draw enters its batch twice",
            broken: Broken::Subject { claim: "corrected", subject: &COPIES },
        },
    ],
    plots: &[correction],
};

fn corrected(samples: usize, batch: usize) -> Rational {
    rational((samples - batch) as i64, (batch * (samples - 1)) as u64)
}

fn without_correction(subject: &dyn Subject) -> Evidence {
    spread(subject.sampler(Sampling::WithoutReplacement), &[(7, 4)], one_over_batch)
}

/// Whether the coefficients of two successive batches have the covariance `claimed(N) (I/N - 11ᵀ/N²)`.
fn successive(subject: &dyn Subject, claimed: fn(u64) -> Rational) -> Evidence {
    let sampler = subject.sampler(Sampling::WithoutReplacement);
    let mut exact = Exact::new();
    let pairs = sizes(2..=7).into_iter();
    for (samples, first, second) in pairs.flat_map(|(samples, first)| (1..=samples - first).map(move |b| (samples, first, b))) {
        let law = sampler.law(samples, first);
        let mut products = vec![vec![Rational::ZERO; samples]; samples];
        let mut mean = vec![Rational::ZERO; samples];
        for outcome in &law {
            let after = sampler.law_after(outcome, second);
            for (j, mean) in mean.iter_mut().enumerate() {
                let given_first = expectation(&after, |coefficients| coefficients[j].clone()) * &outcome.probability;
                for (products, coefficient) in products.iter_mut().zip(&outcome.coefficients) {
                    products[j] += coefficient * &given_first;
                }
                *mean += given_first;
            }
        }
        let share = rational(1, samples as u64);
        for (i, j) in (0..samples).flat_map(|i| (0..samples).map(move |j| (i, j))) {
            let covariance = &products[i][j] - expectation(&law, |coefficients| coefficients[i].clone()) * &mean[j];
            let of_one = if i == j { &share - &share * &share } else { -(&share * &share) };
            let input = || format!("N = {samples}, batches of {first} and {second}, samples {i} and {j}");
            exact.equal("covariance across batches", &covariance, &(claimed(samples as u64) * of_one), input);
        }
    }
    exact.evidence()
}

/// An epoch's first two batches of three from the data -3, ..., 3, which have the mean 0 and `σ² = 4`: their gradients.
fn first_two(sampler: Sampler, draws: &mut Draws) -> [f64; 2] {
    let order = sampler.draw(7, 6, draws);
    // The epoch is one long draw, so that its divisor does not matter: each batch is averaged here.
    [&order[..3], &order[3..]].map(|batch| batch.iter().map(|&index| index as f64 - 3.0).sum::<f64>() / 3.0)
}

/// In units of σ² = 4. A batch mean lies in [-2, 2], with replacement in [-3, 3], so that both statistics lie in [-9/4, 9/4].
/// Without replacement the product has the mean -1/6 and the square (1/3)(7 - 3)/(7 - 1) = 2/9; with it 0 and 1/3: the smallest
/// effect is 1/9.
fn drawn(lab: &Lab, subject: &dyn Subject) -> Evidence {
    let sampler = subject.sampler(Sampling::WithoutReplacement);
    let (law, margin) = (Law::Bounded { lo: -2.5, hi: 2.5 }, 0.022);
    // `required` supposes the range's largest variance, 6.25; the true ones are below 0.2, so that sampling stops much earlier.
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let ask = |name, target: Rational, of: fn([f64; 2]) -> f64| {
        let question = Question { name, relation: Relation::Equal, target: to_f64(&target), margin, law, largest };
        estimate(lab, &question, |draws| of(first_two(sampler, draws)) / 4.0)
    };
    Evidence::sampled(vec![
        ask("Cov(g_1, g_2)/σ²", rational(-1, 6), |[first, second]| first * second),
        ask("Var(g_1)/σ²", corrected(7, 3), |[first, _]| first * first),
    ])
}

fn correction(lab: &Lab) -> Plot {
    const SAMPLES: usize = 60;
    let stream = lab.stream("correction");
    let sizes = || (1..=20).map(|third| 3 * third);
    let variance = (SAMPLES * SAMPLES - 1) as f64 / 12.0; // of the data 0, ..., 59
    let measured = |sampling: Sampling| {
        let stream = &stream;
        sizes().map(move |batch| {
            let trial = |index| {
                let drawn = Sampler::new(sampling).draw(SAMPLES, batch, &mut stream.trial(index));
                let mean = drawn.into_iter().sum::<usize>() as f64 / batch as f64 - (SAMPLES - 1) as f64 / 2.0;
                mean * mean / variance
            };
            [batch as f64, (0..400).map(trial).sum::<f64>() / 400.0]
        })
    };
    let theory = |factor: fn(usize) -> f64| sizes().map(move |batch| [batch as f64, factor(batch) / batch as f64]);
    Plot {
        id: "correction".into(),
        title: "Variance of a batch from 60 samples, 400 batches a point".into(),
        x: "batch size B".into(),
        y: "Var[g] / σ²".into(),
        series: vec![
            Series::theory("1/B, as the note says", theory(|_| 1.0)),
            Series::theory("(1/B)(N - B)/(N - 1)", theory(|batch| (SAMPLES - batch) as f64 / (SAMPLES - 1) as f64)),
            Series::measured("with replacement", measured(Sampling::WithReplacement)),
            Series::measured("without replacement", measured(Sampling::WithoutReplacement)),
        ],
        ..Plot::default()
    }
}
