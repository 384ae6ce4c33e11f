//! Noise on the gradients: isotropic around any optimizer, or with the covariance of a smaller batch.

use super::perturbed::drawn;
use super::{Optimizer, Saved};
use crate::lab::Stream;
use crate::number::{Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// Gradient noise in the registry.
pub const SYSTEM: System = System {
    name: "gradient-noise",
    formula: "g ← g + N(0, σ_t² I), σ_t² = η/(1 + t)^γ",
    rows: &["S1.31"],
    conventions: &[
        Convention { name: "covariance", values: &["isotropic", "(1/b - 1/B) Σ of the samples"] },
        Convention { name: "sample covariance", values: &["over N", "over N - 1"] },
    ],
    sources: &[
        Source::Note("000", "145-147"),
        Source::Note("000", "435"),
        Source::Cited("neelakantan2015", "section 3"),
        Source::Cited("wen2020", "structured covariance noise"),
    ],
    tests: &[
        "tests/wrappers.rs::the_noise_is_annealed",
        "tests/wrappers.rs::noise_is_addressed_by_its_step",
        "tests/wrappers.rs::matched_noise_makes_a_large_batch_as_noisy_as_a_small_one",
        "tests/wrappers.rs::a_sample_of_three_is_divided_by_two",
    ],
};

/// Independent normal noise of variance `σ_t² = η / (1 + t)^γ` on every element, `t` from 0 (Neelakantan et al. 2015;
/// optax' `add_noise`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnnealedVariance {
    /// The variance η at the start.
    pub variance: f64,
    /// The exponent γ: 0.55 in the paper, 0 for constant noise.
    pub exponent: f64,
}

impl AnnealedVariance {
    /// The standard deviation at step `t`.
    pub fn deviation(&self, step: u64) -> f64 {
        (self.variance / libm::pow(1.0 + step as f64, self.exponent)).sqrt()
    }
}

/// An optimizer whose gradients carry noise.
pub struct Noisy<R: Real> {
    inner: Box<dyn Optimizer<R>>,
    annealing: AnnealedVariance,
    stream: Stream,
    step: u64,
}

impl<R: Real> Noisy<R> {
    /// An optimizer at its start. The noise of step `t` is drawn from trial `t` of the stream, tensor after tensor.
    pub fn new(inner: Box<dyn Optimizer<R>>, annealing: AnnealedVariance, stream: Stream) -> Self {
        Noisy { inner, annealing, stream, step: 0 }
    }
}

impl<R: Real> Optimizer<R> for Noisy<R> {
    fn probe(&self, parameters: &[Vec<R>]) -> Vec<Vec<R>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<R>], gradients: &[Option<&[R]>]) {
        let deviation = self.annealing.deviation(self.step);
        let mut draws = self.stream.trial(self.step);
        let mut shaken =
            |gradient: &[R]| -> Vec<R> { gradient.iter().map(|g| g.clone() + drawn::<R>(deviation * draws.normal())).collect() };
        let shaken: Vec<Option<Vec<R>>> = gradients.iter().map(|gradient| gradient.map(&mut shaken)).collect();
        self.inner.step(parameters, &super::tensorwise::borrowed(&shaken));
        self.step += 1;
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.inner.set_step_size(step_size);
    }

    /// Behind the optimizer's tensors: the number of the step.
    fn save(&self) -> Saved<R> {
        let mut saved = self.inner.save();
        saved.tensors.push(Some((self.step, Vec::new())));
        saved
    }

    fn load(&mut self, mut saved: Saved<R>) {
        (self.step, _) = saved.tensors.pop().flatten().expect("the step behind the tensors");
        self.inner.load(saved);
    }
}

/// What the sum of squared deviations is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// The number `N` of samples: the covariance of the data themselves.
    Population,
    /// `N - 1`: the unbiased estimate from a sample.
    Sample,
}

/// The noise that lowers a batch from `large` samples to `small`: `√((1/b - 1/B) / N) Σ_i ξ_i (g_i - ḡ)` with independent standard
/// normal weights ξ has the covariance `(1/b - 1/B) Σ` of the samples' gradients, without a root of that matrix (Wen et al. 2020).
///
/// # Panics
/// If there are no samples (one, for [`Spread::Sample`]), the gradients differ in length, there is not one weight a sample, or not
/// `0 < small <= large`.
pub fn covariance_matched<R: Root>(gradients: &[Vec<R>], spread: Spread, small: u32, large: u32, weights: &[R]) -> Vec<R> {
    assert!(0 < small && small <= large, "from a batch of {large} to one of {small}: noise cannot be taken away");
    assert_eq!(gradients.len(), weights.len(), "one weight a sample");
    let count = |count: usize| R::int(i64::try_from(count).expect("samples fit in memory"));
    let divisor = match spread {
        Spread::Population => gradients.len(),
        Spread::Sample => gradients.len() - 1,
    };
    assert!(divisor > 0, "samples to estimate a covariance from");
    let excess = R::one() / R::int(small.into()) - R::one() / R::int(large.into());
    let scale = (excess / count(divisor)).sqrt();
    let length = gradients[0].len();
    assert!(gradients.iter().all(|gradient| gradient.len() == length), "gradients of one model have one length");
    let element = |index: usize| {
        let total = gradients.iter().fold(R::zero(), |sum, gradient| sum + &gradient[index]);
        let mean = total / count(gradients.len());
        let deviations = gradients.iter().map(|gradient| gradient[index].clone() - &mean);
        deviations.zip(weights).fold(R::zero(), |sum, (deviation, weight)| sum + deviation * weight) * &scale
    };
    (0..length).map(element).collect()
}
