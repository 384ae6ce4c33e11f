//! Gradient accumulation: one gradient from those of several micro-batches.

use crate::number::{Rational, Real, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// Gradient accumulation in the registry.
pub const SYSTEM: System = System {
    name: "gradient-accumulation",
    formula: "g = (1/K) Σ_j g_j over the mean gradients of K micro-batches",
    rows: &["S1.35"],
    conventions: &[
        Convention { name: "joining", values: &["mean of means", "weighted by size", "sum"] },
        Convention { name: "clipping", values: &["of the joined gradient", "of each micro-batch"] },
        Convention { name: "last window", values: &["divided by its own count", "divided by the whole count", "dropped"] },
    ],
    sources: &[Source::Note("000", "440-454")],
    tests: &[
        "tests/batches.rs::unequal_micro_batches_need_their_sizes",
        "tests/batches.rs::a_sum_grows_with_the_window",
        "tests/batches.rs::the_last_window_has_three_conventions",
        "tests/batches.rs::clipping_each_micro_batch_is_not_clipping_their_mean",
        "tests/batches.rs::accumulated_steps_are_those_of_the_large_batch",
        "theorems/accumulation/accumulation_equivalence.rs::accumulation-equivalence",
        "theorems/accumulation/accumulation_unequal.rs::accumulation-unequal",
        "theorems/accumulation/accumulation_same_convergence.rs::accumulation-same-convergence",
        "theorems/accumulation/accumulation_memory.rs::accumulation-memory",
    ],
};

/// How the gradients of micro-batches are joined, each being the mean over its own samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accumulation {
    /// The mean of the micro-batches' means, `(1/K) Σ_j g_j`: the batch gradient if all have the same size.
    Mean,
    /// Weighted by size, `Σ_j (b_j / B) g_j`: the batch gradient always.
    Weighted,
    /// The sum of the means, without `1/K`: K times the batch gradient for equal sizes.
    Sum,
    /// As [`Accumulation::Mean`], with every micro-batch's gradient clipped to `[-1, 1]` first.
    ClippedMean,
    /// As [`Accumulation::Weighted`], with the first micro-batch's weight too large by the factor `1 + 2^-halvings`: for controls.
    Skewed {
        /// How small the excess is, at most 62.
        halvings: u32,
    },
}

/// Where the gradients of micro-batches are clipped.
pub enum ClipPlace<'a, R> {
    /// Nowhere.
    None,
    /// Each micro-batch's mean gradient, before they are joined: a bias that the batch's own clipping does not have.
    EachMicroBatch(&'a dyn Fn(Vec<R>) -> Vec<R>),
    /// The joined gradient, as if the batch had come whole.
    Joined(&'a dyn Fn(Vec<R>) -> Vec<R>),
}

/// What becomes of the micro-batches that do not fill a window: `r < k` of them at the end of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastWindow {
    /// A step with their own mean: a sum over `r` divided by `r`.
    OwnCount,
    /// A step with their sum divided by `k`, too small by the factor `r / k` (Lightning's issue 19987, mlx-lm). Sums and weighted means
    /// have no `k` to divide by.
    WholeCount,
    /// No step.
    Dropped,
}

/// Gradient accumulation over a run of micro-batches: a step for every `length` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Micro-batches to a step, `k`, at least 1.
    pub length: usize,
    /// How they are joined.
    pub accumulation: Accumulation,
    /// What becomes of the last ones.
    pub last: LastWindow,
}

impl Windows {
    /// The gradient of each step.
    ///
    /// # Panics
    /// If `length` is zero, a micro-batch is empty, or gradients differ in length.
    pub fn gradients<R: Real>(&self, micro_batches: &[Vec<Vec<R>>], clip: &ClipPlace<R>) -> Vec<Vec<R>> {
        let step = |window: &[Vec<Vec<R>>]| {
            let count = if self.last == LastWindow::WholeCount { self.length } else { window.len() };
            match clip {
                ClipPlace::None => join(self.accumulation, window, count, |mean| mean),
                ClipPlace::EachMicroBatch(clip) => join(self.accumulation, window, count, clip),
                ClipPlace::Joined(clip) => clip(join(self.accumulation, window, count, |mean| mean)),
            }
        };
        let kept = |window: &&[Vec<Vec<R>>]| window.len() == self.length || self.last != LastWindow::Dropped;
        micro_batches.chunks(self.length).filter(kept).map(step).collect()
    }
}

/// The gradient that the optimizer sees. `micro_batches[j][i]` is the gradient of sample `i` of micro-batch `j`.
///
/// Means divide by the count: multiplying by a reciprocal would add a rounding.
///
/// # Panics
/// If there is no micro-batch, one is empty, or gradients differ in length.
pub fn accumulate<R: Real>(accumulation: Accumulation, micro_batches: &[Vec<Vec<R>>]) -> Vec<R> {
    join(accumulation, micro_batches, micro_batches.len(), |mean| mean)
}

/// The micro-batches' means, each passed through `clip`, joined; a mean of them divides by `divisor`.
fn join<R: Real>(
    accumulation: Accumulation,
    micro_batches: &[Vec<Vec<R>>],
    divisor: usize,
    clip: impl Fn(Vec<R>) -> Vec<R>,
) -> Vec<R> {
    let mut accumulator = Accumulator::new(accumulation);
    for samples in micro_batches {
        let mean = total(samples).into_iter().map(|sum| sum / count::<R>(samples.len())).collect();
        accumulator.push(clip(mean), samples.len());
    }
    accumulator.over(divisor)
}

/// Joins the mean gradients of micro-batches as they come: it keeps one gradient, however many they are.
#[derive(Clone, Debug)]
pub struct Accumulator<R> {
    accumulation: Accumulation,
    sum: Option<Vec<R>>,
    parts: usize,
    samples: usize,
}

impl<R: Real> Accumulator<R> {
    /// Nothing joined yet.
    pub fn new(accumulation: Accumulation) -> Self {
        Accumulator { accumulation, sum: None, parts: 0, samples: 0 }
    }

    /// Takes in the mean gradient of a micro-batch of so many samples.
    ///
    /// # Panics
    /// If it is not as long as the others.
    pub fn push(&mut self, mean: Vec<R>, samples: usize) {
        let mean = mean.into_iter();
        let part: Vec<R> = match self.accumulation {
            Accumulation::Mean | Accumulation::Sum => mean.collect(),
            Accumulation::Weighted => mean.map(|mean| mean * count::<R>(samples)).collect(),
            Accumulation::Skewed { halvings } => {
                let excess = if self.parts == 0 { rational(1, 1 << halvings) } else { Rational::ZERO };
                let factor = R::of(&(Rational::ONE + excess));
                mean.map(|mean| mean * count::<R>(samples) * &factor).collect()
            }
            Accumulation::ClippedMean => mean.map(|mean| mean.between(&-R::one(), &R::one())).collect(),
        };
        self.sum = Some(match self.sum.take() {
            None => part,
            Some(sum) => added(sum, &part),
        });
        self.parts += 1;
        self.samples += samples;
    }

    /// The joined gradient.
    ///
    /// # Panics
    /// If nothing was joined.
    pub fn joined(self) -> Vec<R> {
        let parts = self.parts;
        self.over(parts)
    }

    /// The joined gradient, where a mean of micro-batches divides by `parts`.
    fn over(self, parts: usize) -> Vec<R> {
        let divisor = match self.accumulation {
            Accumulation::Mean | Accumulation::ClippedMean => count::<R>(parts),
            Accumulation::Weighted | Accumulation::Skewed { .. } => count::<R>(self.samples),
            Accumulation::Sum => R::one(),
        };
        let sum = self.sum.expect("at least one micro-batch");
        sum.into_iter().map(|sum| sum / &divisor).collect()
    }
}

fn count<R: Real>(count: usize) -> R {
    R::int(i64::try_from(count).expect("a batch fits in memory"))
}

/// The sum of the gradients, first to last.
fn total<R: Real>(gradients: &[Vec<R>]) -> Vec<R> {
    let (first, rest) = gradients.split_first().expect("at least one gradient");
    rest.iter().fold(first.clone(), |sum, gradient| added(sum, gradient))
}

fn added<R: Real>(sum: Vec<R>, gradient: &[R]) -> Vec<R> {
    assert_eq!(sum.len(), gradient.len(), "gradients of one model have one length");
    sum.into_iter().zip(gradient).map(|(sum, part)| sum + part).collect()
}
