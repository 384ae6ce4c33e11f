//! Running moments, which batch normalisation evaluates with.

use super::normalisation::moments;
use crate::number::Real;

/// Which variance of a batch joins the running variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchVariance {
    /// Divided by `n - 1` (PyTorch), although the batch itself is normalised by the biased one.
    Unbiased,
    /// Divided by `n` (Keras 3).
    Biased,
}

/// Running moments of each feature, for evaluation: `running ← keep · running + (1 - keep) · batch`, from mean 0 and variance 1.
///
/// `keep` is Keras's `momentum` (0.99) and one minus PyTorch's (0.1).
#[derive(Clone, Debug, PartialEq)]
pub struct RunningMoments<R> {
    /// A mean for each feature.
    pub mean: Vec<R>,
    /// A variance for each feature.
    pub variance: Vec<R>,
    keep: R,
    kind: BatchVariance,
}

impl<R: Real> RunningMoments<R> {
    /// Nothing seen yet.
    pub fn new(features: usize, keep: R, kind: BatchVariance) -> Self {
        RunningMoments { mean: vec![R::zero(); features], variance: vec![R::one(); features], keep, kind }
    }

    /// Takes in a batch, `samples × features` in rows.
    ///
    /// # Panics
    /// If the batch has fewer than two samples.
    pub fn update(&mut self, batch: &[R]) {
        let features = self.mean.len();
        let samples = batch.len() / features;
        assert!(samples > 1, "batch normalisation trains on at least two samples");
        let mix = |running: &R, batch: R| self.keep.clone() * running + (R::one() - &self.keep) * batch;
        for feature in 0..features {
            let values: Vec<R> = batch[feature..].iter().step_by(features).cloned().collect();
            let (mean, variance) = moments(&values);
            let variance = match self.kind {
                BatchVariance::Biased => variance,
                BatchVariance::Unbiased => variance * R::int(samples as i64) / R::int(samples as i64 - 1),
            };
            self.mean[feature] = mix(&self.mean[feature], mean);
            self.variance[feature] = mix(&self.variance[feature], variance);
        }
    }
}
