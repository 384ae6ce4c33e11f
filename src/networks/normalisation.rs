//! Batch and layer normalisation.

use super::dense::expect;
use super::layer::Operator;
use crate::Result;
use crate::number::{Elementary, Function, Rational, Real};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// What is normalised together.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// A feature over the samples of the batch (batch normalisation in training, Ioffe and Szegedy 2015).
    Batch,
    /// A sample's features (layer normalisation, Ba, Kiros and Hinton 2016).
    Features,
    /// Nothing: each feature with its given mean and variance (batch normalisation in evaluation), as [`super::Running`] collects them.
    Given {
        /// A mean for each feature.
        mean: Vec<Rational>,
        /// A variance for each feature.
        variance: Vec<Rational>,
    },
}

/// `y = γ (x - m) / √(v + ε) + β`, `m` and `v` the mean and the *biased* variance (divided by the count), `γ` and `β` for each
/// feature. ε is inside the root in every framework. Parameters: `γ` and `β`.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalisation {
    /// Width of a sample.
    pub features: usize,
    /// ε: 10^-5 in PyTorch, 10^-3 in Keras.
    pub epsilon: Rational,
    /// What is normalised together.
    pub over: Over,
}

/// A group that is normalised together: its places in the signal are `first + k · stride`, `k < count`.
struct Group {
    first: usize,
    stride: usize,
    count: usize,
}

impl Group {
    fn places(&self) -> impl Iterator<Item = usize> + use<> {
        (self.first..).step_by(self.stride).take(self.count)
    }
}

/// `(1/n) Σ x`.
fn mean<R: Real>(values: impl ExactSizeIterator<Item = R>) -> R {
    let count = R::int(values.len() as i64);
    values.fold(R::zero(), |sum, x| sum + x) / count
}

/// Mean and biased variance.
pub(super) fn moments<R: Real>(values: &[R]) -> (R, R) {
    let center = mean(values.iter().cloned());
    let square = |x: &R| (x.clone() - &center) * (x.clone() - &center);
    let variance = mean(values.iter().map(square));
    (center, variance)
}

impl Normalisation {
    fn groups(&self, signal: usize) -> Vec<Group> {
        let (features, samples) = (self.features, signal / self.features);
        match self.over {
            Over::Features => (0..samples).map(|s| Group { first: s * features, stride: 1, count: features }).collect(),
            _ => (0..features).map(|first| Group { first, stride: features, count: samples }).collect(),
        }
    }

    /// The group's standardised values, and `1 / √(v + ε)`.
    fn standardised<R: Elementary>(&self, group: &Group, input: &[R]) -> (Vec<R>, R) {
        let values: Vec<R> = group.places().map(|place| input[place].clone()).collect();
        let (center, variance) = match &self.over {
            Over::Given { mean, variance } => (R::of(&mean[group.first]), R::of(&variance[group.first])),
            Over::Batch => {
                assert!(group.count > 1, "batch normalisation trains on at least two samples");
                moments(&values)
            }
            Over::Features => moments(&values),
        };
        let scale = R::one() / (variance + R::of(&self.epsilon)).apply(Function::SquareRoot);
        (values.into_iter().map(|x| (x - &center) * &scale).collect(), scale)
    }
}

impl Operator for Normalisation {
    fn width(&self, input: usize) -> Result<usize> {
        expect(input, self.features, "a normalisation")?;
        if let Over::Given { mean, variance } = &self.over {
            expect(mean.len(), self.features, "a normalisation")?;
            expect(variance.len(), self.features, "a normalisation")?;
        }
        Ok(input)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.features]; 2]
    }

    fn forward<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<R> {
        let mut output = input.to_vec();
        for group in self.groups(input.len()) {
            for (place, x) in group.places().zip(self.standardised(&group, input).0) {
                let feature = place % self.features;
                output[place] = x * &parameters[0][feature] + &parameters[1][feature];
            }
        }
        output
    }

    /// `∂L/∂x = (d - mean(d) - x̂ mean(d x̂)) / √(v + ε)` over a group, `d = γ ∂L/∂y` and `x̂` the standardised value (Ioffe and Szegedy
    /// 2015, section 3); with given moments `d / √(v + ε)`.
    fn backward<R: Elementary>(
        &self,
        parameters: &[Vec<R>],
        input: &[R],
        _: &[R],
        adjoint: &[R],
        gradient: &mut [Vec<R>],
    ) -> Vec<R> {
        let mut before = input.to_vec();
        for group in self.groups(input.len()) {
            let (standardised, scale) = self.standardised(&group, input);
            let mut inner = Vec::with_capacity(group.count);
            for (place, x) in group.places().zip(&standardised) {
                let feature = place % self.features;
                gradient[0][feature] = gradient[0][feature].clone() + adjoint[place].clone() * x;
                gradient[1][feature] = gradient[1][feature].clone() + &adjoint[place];
                inner.push(adjoint[place].clone() * &parameters[0][feature]);
            }
            let (center, slope) = match self.over {
                Over::Given { .. } => (R::zero(), R::zero()),
                _ => (mean(inner.iter().cloned()), mean(inner.iter().zip(&standardised).map(|(d, x)| d.clone() * x))),
            };
            for ((place, d), x) in group.places().zip(inner).zip(standardised) {
                before[place] = (d - &center - x * &slope) * &scale;
            }
        }
        before
    }
}

/// Batch normalisation.
pub const BATCH: System = System {
    name: "batch-norm",
    formula: "y = γ (x - m) / √(v + ε) + β, m and v of each feature over the batch",
    rows: &["S5 BatchNorm"],
    conventions: &[
        Convention { name: "moments", values: &["batch (training)", "given (evaluation)"] },
        Convention { name: "running variance", values: &["unbiased", "biased"] },
    ],
    sources: &[Source::Note("003", "621-625"), Source::Note("002", "274"), Source::Cited("ioffe2015", "algorithms 1 and 2")],
    tests: &[
        "tests/networks/layers.rs::normalised_values_have_mean_zero_and_variance_one",
        "tests/networks/layers.rs::evaluation_takes_given_moments_and_training_the_batchs",
        "tests/networks/layers.rs::running_moments_have_their_closed_form_and_two_variances",
        "tests/networks/layers.rs::batch_normalisation_does_not_train_on_one_sample",
        "tests/networks/derivatives.rs::gradients_match_central_differences",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};

/// Layer normalisation.
pub const LAYER: System = System {
    name: "layer-norm",
    formula: "y = γ (x - m) / √(v + ε) + β, m and v of each sample over its features",
    rows: &["S5 LayerNorm"],
    conventions: &[],
    sources: &[Source::Note("003", "693"), Source::Cited("ba2016", "section 3")],
    tests: &[
        "tests/networks/layers.rs::normalised_values_have_mean_zero_and_variance_one",
        "tests/networks/derivatives.rs::gradients_match_central_differences",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
