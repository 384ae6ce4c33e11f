//! What batches move while the samples' gradients stay what they are: read from the code, for all data at once.

use crate::evidence::Exact;
use crate::number::{Rational, rational};
use crate::optimizers::{Method, advance};
use crate::subject::{NotOffered, Subject};
use crate::training::Sampling;

/// `N` samples, batches of `B`, and how many steps.
#[derive(Clone, Copy)]
pub(super) struct Batches {
    pub samples: usize,
    pub size: usize,
    pub steps: usize,
}

impl std::fmt::Display for Batches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "N = {}, B = {}, {} steps", self.samples, self.size, self.steps)
    }
}

/// Mean and covariance of the movement `x_0 - x_k` in the coefficients of the samples' gradients.
struct Movement {
    mean: Vec<Rational>,
    covariance: Vec<Vec<Rational>>,
}

/// All runs of the code on independent uniform draws, with their probabilities. Sample `i` has the gradient `e_i` at every point, so that the
/// point is minus the coefficient vector of the movement; the runs lie side by side in one tensor.
fn runs(subject: &dyn Subject, step_size: &Rational, batches: Batches) -> Result<Vec<(Rational, Vec<Rational>)>, NotOffered> {
    let Batches { samples, size, steps } = batches;
    let law = subject.sampler(Sampling::WithReplacement).law(samples, size);
    let count = law.len().pow(steps as u32);
    let outcome = |run: usize, step: usize| &law[run / law.len().pow(step as u32) % law.len()];
    let mut optimizer = subject.exact(&Method::gradient_descent(step_size.clone()))?;
    let mut x = vec![Rational::ZERO; count * samples];
    for step in 0..steps {
        advance(&mut *optimizer, &mut x, |_| (0..count).flat_map(|run| outcome(run, step).coefficients.clone()).collect());
    }
    let probability = |run| (0..steps).fold(Rational::ONE, |product, step| product * &outcome(run, step).probability);
    let movement = |point: &[Rational]| point.iter().map(|x| -x).collect();
    Ok(x.chunks(samples).enumerate().map(|(run, point)| (probability(run), movement(point))).collect())
}

impl Movement {
    fn of(runs: &[(Rational, Vec<Rational>)], samples: usize) -> Movement {
        let mean_of = |value: &dyn Fn(&[Rational]) -> Rational| {
            runs.iter().fold(Rational::ZERO, |sum, (probability, movement)| sum + probability * value(movement))
        };
        let mean: Vec<Rational> = (0..samples).map(|i| mean_of(&|movement| movement[i].clone())).collect();
        let entry = |i: usize, j: usize| mean_of(&|movement| &movement[i] * &movement[j]) - &mean[i] * &mean[j];
        let covariance = (0..samples).map(|i| (0..samples).map(|j| entry(i, j)).collect()).collect();
        Movement { mean, covariance }
    }
}

/// The numbers `[a, c]` for which the code moves by `a ∇f` in the mean, with the covariance `c Σ`, whatever the samples' gradients are; `Σ` is
/// theirs, normalised by `1/N`. That it is of this form is recorded.
pub(super) fn moments(
    exact: &mut Exact,
    subject: &dyn Subject,
    step_size: &Rational,
    batches: Batches,
) -> Result<[Rational; 2], NotOffered> {
    let runs = runs(subject, step_size, batches)?;
    Ok(of_runs(exact, &runs, batches.samples, || format!("η = {step_size}, {batches}")))
}

/// The same of these movements, each a vector of coefficients with its probability.
pub(super) fn of_runs(
    exact: &mut Exact,
    runs: &[(Rational, Vec<Rational>)],
    samples: usize,
    input: impl Fn() -> String + Copy,
) -> [Rational; 2] {
    let Movement { mean, covariance } = Movement::of(runs, samples);
    let (count, share) = (Rational::from(samples), rational(1, samples as u64));
    let drift = &mean[0] * &count;
    // Off the diagonal Σ has -1/N², on it 1/N - 1/N².
    let spread = -(&covariance[0][1] * &count * &count);
    for i in 0..samples {
        exact.equal("every sample moves alike", &mean[i], &mean[0], input);
        for (j, entry) in covariance[i].iter().enumerate() {
            let of_one = if i == j { &share - &share * &share } else { -(&share * &share) };
            exact.equal("the covariance is a multiple of Σ", entry, &(&spread * of_one), input);
        }
    }
    [drift, spread]
}
