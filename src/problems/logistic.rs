//! Logistic regression on a finite data set.

use super::Problem;
use crate::lab::Draws;

/// `R(x) = (1/N) Σ ln(1 + exp(-y_i ⟨a_i, x⟩))` with labels `y_i = ±1`, by `libm`, so that every platform computes the same bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    features: Vec<Vec<f64>>,
    labels: Vec<f64>,
}

impl Logistic {
    /// Normal features; each label is the sign of the sum of its features after standard normal noise of half that sum's spread.
    pub fn drawn(draws: &mut Draws, samples: usize, dimension: usize) -> Self {
        let features: Vec<Vec<f64>> = (0..samples).map(|_| (0..dimension).map(|_| draws.normal()).collect()).collect();
        let spread = (dimension as f64).sqrt() / 2.0;
        let labels = features.iter().map(|a| (a.iter().sum::<f64>() + spread * draws.normal()).signum()).collect();
        Logistic { features, labels }
    }

    /// Number N of samples.
    pub fn samples(&self) -> usize {
        self.labels.len()
    }

    /// `y_i ⟨a_i, x⟩`.
    fn margin(&self, sample: usize, x: &[f64]) -> f64 {
        self.labels[sample] * self.features[sample].iter().zip(x).map(|(a, x)| a * x).sum::<f64>()
    }

    /// The gradient of one sample's loss, `-y_i a_i / (1 + exp(y_i ⟨a_i, x⟩))`.
    pub fn sample_gradient(&self, sample: usize, x: &[f64]) -> Vec<f64> {
        let pull = -self.labels[sample] / (1.0 + libm::exp(self.margin(sample, x)));
        self.features[sample].iter().map(|a| pull * a).collect()
    }
}

impl Problem<f64> for Logistic {
    fn gradient(&self, x: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; x.len()];
        for sample in 0..self.samples() {
            sum.iter_mut().zip(self.sample_gradient(sample, x)).for_each(|(sum, gradient)| *sum += gradient);
        }
        sum.into_iter().map(|sum| sum / self.samples() as f64).collect()
    }

    fn value(&self, x: &[f64]) -> f64 {
        // ln(1 + exp(-m)) = max(-m, 0) + ln(1 + exp(-|m|)), which does not overflow.
        let loss = |margin: f64| (-margin).max(0.0) + libm::log1p(libm::exp(-margin.abs()));
        (0..self.samples()).map(|sample| loss(self.margin(sample, x))).sum::<f64>() / self.samples() as f64
    }
}
