//! Logistic regression on a finite data set.

use super::{Likelihood, Problem, TwiceDifferentiable};
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
        let features: Vec<Vec<f64>> = (0..samples).map(|_| draws.normals(dimension)).collect();
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

impl TwiceDifferentiable<f64> for Logistic {
    /// `(1/N) Σ p_i (1 - p_i) a_i ⟨a_i, v⟩` with `p_i = 1 / (1 + exp(-⟨a_i, x⟩))`, whatever the labels.
    fn hessian_product(&self, x: &[f64], v: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; x.len()];
        for (sample, features) in self.features.iter().enumerate() {
            let weight = self.probability(sample, 0, x) * self.probability(sample, 1, x);
            let along: f64 = features.iter().zip(v).map(|(a, v)| a * v).sum();
            sum.iter_mut().zip(features).for_each(|(sum, a)| *sum += weight * along * a);
        }
        sum.into_iter().map(|sum| sum / self.samples() as f64).collect()
    }
}

/// Outcome 1 is the label 1, outcome 0 the label -1.
impl Likelihood<f64> for Logistic {
    fn samples(&self) -> usize {
        self.labels.len()
    }

    fn outcomes(&self) -> usize {
        2
    }

    fn observed(&self, sample: usize) -> usize {
        usize::from(self.labels[sample] > 0.0)
    }

    fn probability(&self, sample: usize, outcome: usize, x: &[f64]) -> f64 {
        let activation: f64 = self.features[sample].iter().zip(x).map(|(a, x)| a * x).sum();
        1.0 / (1.0 + libm::exp(if outcome == 1 { -activation } else { activation }))
    }

    fn score(&self, sample: usize, outcome: usize, x: &[f64]) -> Vec<f64> {
        let other = self.probability(sample, 1 - outcome, x);
        let residual = if outcome == 1 { other } else { -other };
        self.features[sample].iter().map(|a| residual * a).collect()
    }
}
