//! Mini-batches: which samples enter a gradient, and with which weight.

use crate::lab::Draws;
use crate::number::{Rational, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;
use std::collections::BTreeMap;

/// Stochastic gradient descent in the registry: [`GradientDescent`](crate::optimizers::GradientDescent) on a batch of one.
pub const SYSTEM: System = System {
    name: "stochastic-gradient-descent",
    formula: "θ ← θ - η ∇ℓ_i(θ), i uniform",
    rows: &["S1.2"],
    conventions: &[Convention { name: "sampling", values: &["with replacement", "without replacement"] }],
    sources: &[
        Source::Note("000", "90-103"),
        Source::Note("002", "25-29"),
        Source::Note("003", "132-152"),
        Source::Cited("bottou2018", "Algorithm 4.1"),
    ],
    tests: &["theorems/stochastic/sgd_unbiased.rs::sgd-unbiased", "tests/batches.rs::the_schemes_have_their_variances"],
};

/// A scheme of drawing a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Indices independent and uniform.
    WithReplacement,
    /// A uniform subset.
    WithoutReplacement,
}

/// As reports name it.
impl std::fmt::Display for Sampling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Sampling::WithReplacement => "with replacement",
            Sampling::WithoutReplacement => "without replacement",
        })
    }
}

/// Draws batches; [`Sampler::new`] makes the honest ones, the other fields exist for controls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    /// The scheme.
    pub sampling: Sampling,
    /// How often each drawn index enters the batch: 1. With 2 a batch of `B` holds `B / 2` distinct draws.
    pub copies: usize,
    /// Extra weight of sample 0 in the draw, relative to the others: 0. Only with replacement.
    pub favour: u64,
    /// What the sum over the batch is divided by: the batch size, unless this is set.
    pub divisor: Option<u64>,
}

/// One possible batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its probability.
    pub probability: Rational,
    /// The coefficient of each sample's gradient in the batch gradient: for all data at once.
    pub coefficients: Vec<Rational>,
}

impl Sampler {
    /// The honest sampler of a scheme.
    pub fn new(sampling: Sampling) -> Self {
        Sampler { sampling, copies: 1, favour: 0, divisor: None }
    }

    fn draws(&self, batch: usize) -> usize {
        batch.div_ceil(self.copies)
    }

    /// What the sum over a batch of this size is divided by.
    pub fn divisor(&self, batch: usize) -> u64 {
        self.divisor.unwrap_or(batch as u64)
    }

    /// The indices of one batch, drawn.
    ///
    /// # Panics
    /// If `samples` is zero, or without replacement smaller than the batch.
    pub fn draw(&self, samples: usize, batch: usize, draws: &mut Draws) -> Vec<usize> {
        let distinct = self.draws(batch);
        let drawn = match self.sampling {
            Sampling::WithoutReplacement => draws.distinct(distinct, samples),
            Sampling::WithReplacement => {
                let tickets = samples + self.favour as usize;
                (0..distinct).map(|_| draws.index(tickets).saturating_sub(self.favour as usize)).collect()
            }
        };
        self.copied(&drawn).take(batch).collect()
    }

    /// All batches with their exact probabilities: all subsets without replacement, all multisets with it, each with the
    /// probability of all its orders.
    ///
    /// # Panics
    /// If `samples` is zero, or without replacement smaller than the batch.
    pub fn law(&self, samples: usize, batch: usize) -> Vec<Outcome> {
        let mut partial = BTreeMap::from([(Vec::new(), Rational::ONE)]);
        for _ in 0..self.draws(batch) {
            let mut longer = BTreeMap::new();
            for (chosen, probability) in partial {
                for (probability, mut indices) in self.extend(samples, (probability, chosen)) {
                    indices.sort_unstable();
                    *longer.entry(indices).or_insert(Rational::ZERO) += probability;
                }
            }
            partial = longer;
        }
        let outcome = |(indices, probability): (Vec<usize>, Rational)| {
            let indices: Vec<usize> = self.copied(&indices).take(batch).collect();
            Outcome { probability, coefficients: self.coefficients(samples, batch, &indices) }
        };
        partial.into_iter().map(outcome).collect()
    }

    /// All batches that can follow `first` in the same epoch, with their probabilities given `first`: without replacement they
    /// come from the samples that `first` leaves over.
    ///
    /// # Panics
    /// If too few samples are left over.
    pub fn law_after(&self, first: &Outcome, batch: usize) -> Vec<Outcome> {
        let samples = first.coefficients.len();
        let left: Vec<usize> = match self.sampling {
            Sampling::WithReplacement => (0..samples).collect(),
            Sampling::WithoutReplacement => (0..samples).filter(|&index| first.coefficients[index].is_zero()).collect(),
        };
        let back = |outcome: Outcome| {
            let mut coefficients = vec![Rational::ZERO; samples];
            for (&index, coefficient) in left.iter().zip(outcome.coefficients) {
                coefficients[index] = coefficient;
            }
            Outcome { probability: outcome.probability, coefficients }
        };
        self.law(left.len(), batch).into_iter().map(back).collect()
    }

    /// The coefficient of each sample's gradient in the gradient of the batch with these indices.
    fn coefficients(&self, samples: usize, batch: usize, indices: &[usize]) -> Vec<Rational> {
        let share = rational(1, self.divisor(batch));
        let mut coefficients = vec![Rational::ZERO; samples];
        for &index in indices {
            coefficients[index] += &share;
        }
        coefficients
    }

    fn copied(&self, indices: &[usize]) -> impl Iterator<Item = usize> {
        indices.iter().flat_map(|&index| std::iter::repeat_n(index, self.copies))
    }

    /// The continuations of a partial choice by one more index. Subsets are grown in increasing order, the first index standing
    /// for all orders of the subset.
    fn extend(&self, samples: usize, (probability, chosen): (Rational, Vec<usize>)) -> Vec<(Rational, Vec<usize>)> {
        let with = |index: usize, share: Rational| {
            let longer = chosen.iter().copied().chain([index]).collect();
            (probability.clone() * share, longer)
        };
        match self.sampling {
            Sampling::WithReplacement => {
                let tickets = samples as u64 + self.favour;
                let share = |index: usize| rational(if index == 0 { 1 + self.favour as i64 } else { 1 }, tickets);
                (0..samples).map(|index| with(index, share(index))).collect()
            }
            // The k-th element joins a set of k - 1: each set of k is reached once in increasing order, but stands for k
            // continuations of its subsets, so its share is k / (samples - k + 1).
            Sampling::WithoutReplacement => {
                let size = chosen.len() as u64 + 1;
                let share = rational(size as i64, samples as u64 + 1 - size);
                let first = chosen.last().map_or(0, |last| last + 1);
                (first..samples).map(|index| with(index, share.clone())).collect()
            }
        }
    }
}

/// The mean of a function of the coefficients over all batches.
pub fn expectation(law: &[Outcome], of: impl Fn(&[Rational]) -> Rational) -> Rational {
    law.iter().fold(Rational::ZERO, |sum, outcome| sum + &outcome.probability * of(&outcome.coefficients))
}

/// The covariance of the coefficients of samples `i` and `j`.
pub fn covariance(law: &[Outcome], i: usize, j: usize) -> Rational {
    let mean = |index: usize| expectation(law, |coefficients| coefficients[index].clone());
    expectation(law, |coefficients| &coefficients[i] * &coefficients[j]) - mean(i) * mean(j)
}
