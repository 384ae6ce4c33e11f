//! Models that give probabilities to finitely many outcomes.

use crate::number::Real;

/// A model `p(y | sample, x)` of an outcome `y` among finitely many, with parameters `x`, and the outcomes that were observed.
pub trait Likelihood<R: Real> {
    /// Number of samples.
    fn samples(&self) -> usize;

    /// Number of possible outcomes of each.
    fn outcomes(&self) -> usize;

    /// The outcome that was observed.
    fn observed(&self, sample: usize) -> usize;

    /// `p(outcome | sample, x)`.
    fn probability(&self, sample: usize, outcome: usize, x: &[R]) -> R;

    /// The score `∇ ln p(outcome | sample, x)`, of the length of `x`.
    fn score(&self, sample: usize, outcome: usize, x: &[R]) -> Vec<R>;

    /// The gradient of the mean negative log-likelihood: minus the mean score of what was observed.
    fn loss_gradient(&self, x: &[R]) -> Vec<R> {
        let mut sum = vec![R::zero(); x.len()];
        for sample in 0..self.samples() {
            let score = self.score(sample, self.observed(sample), x);
            sum = sum.into_iter().zip(score).map(|(sum, score)| sum - score).collect();
        }
        let count = R::int(self.samples() as i64);
        sum.into_iter().map(|sum| sum / &count).collect()
    }
}
