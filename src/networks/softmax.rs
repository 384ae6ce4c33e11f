//! Softmax and the losses.

use super::dense::{expect, inner};
use super::layer::Operator;
use crate::Result;
use crate::number::{Elementary, Function, Rational, Real};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// `p_k = e^(z_k) / Σ_j e^(z_j)` over a sample. No parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Softmax {
    /// Width of a sample.
    pub classes: usize,
}

/// A loss: the mean over the samples of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum Loss {
    /// `½ Σ_k (y_k - t_k)²` for each sample.
    HalfSquares,
    /// `(1/K) Σ_k (y_k - t_k)²` for each sample: PyTorch's and Keras's mean squared error.
    MeanSquares,
    /// `-Σ_k t_k ln p_k` with `p` the softmax of the outputs (PyTorch's `CrossEntropyLoss`, Keras's `from_logits=True`).
    CrossEntropy,
    /// `-Σ_k t_k ln p_k` with `p` the outputs themselves, which are probabilities.
    CrossEntropyOfProbabilities(Guard),
}

/// What protects the logarithm of a probability.
#[derive(Clone, Debug, PartialEq)]
pub enum Guard {
    /// Nothing: the loss is infinite where a probability vanishes that should not.
    Nothing,
    /// Keras (`categorical_crossentropy`, `from_logits=False`): outputs are divided by their sum, then clipped to `[ε, 1 - ε]`; where
    /// clipped, the slope is 0. Keras's ε is 10^-7.
    Clip(Rational),
}

/// The logits less the largest one (any shift is right; this one keeps exponentials from overflowing), and `Σ e^` of them.
fn shifted<R: Elementary>(logits: &[R]) -> (Vec<R>, R) {
    let largest = logits.iter().fold(&logits[0], |largest, z| if z > largest { z } else { largest });
    let shifted: Vec<R> = logits.iter().map(|z| z.clone() - largest).collect();
    let sum = shifted.iter().fold(R::zero(), |sum, z| sum + z.clone().apply(Function::Exponential));
    (shifted, sum)
}

/// The softmax of one sample: all exponentials are of numbers up to 0, so that nothing overflows.
fn softmax<R: Elementary>(logits: &[R]) -> Vec<R> {
    let (shifted, sum) = shifted(logits);
    shifted.into_iter().map(|z| z.apply(Function::Exponential) / &sum).collect()
}

impl Operator for Softmax {
    fn width(&self, input: usize) -> Result<usize> {
        expect(input, self.classes, "a softmax")?;
        Ok(input)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        Vec::new()
    }

    fn forward<R: Elementary>(&self, _: &[Vec<R>], input: &[R]) -> Vec<R> {
        input.chunks(self.classes).flat_map(softmax).collect()
    }

    /// `∂L/∂z = p ⊙ (a - ⟨a, p⟩)` with the adjoint `a`.
    fn backward<R: Elementary>(&self, _: &[Vec<R>], _: &[R], output: &[R], adjoint: &[R], _: &mut [Vec<R>]) -> Vec<R> {
        let sample = |(p, adjoint): (&[R], &[R])| {
            let mean = inner(R::zero(), adjoint, p);
            let part = |(p, a): (&R, &R)| (a.clone() - &mean) * p;
            p.iter().zip(adjoint).map(part).collect::<Vec<R>>()
        };
        output.chunks(self.classes).zip(adjoint.chunks(self.classes)).flat_map(sample).collect()
    }
}

impl Loss {
    /// The loss of a batch whose samples have this `width`, and its adjoint `∂L/∂outputs`.
    pub(super) fn evaluate<R: Elementary>(&self, width: usize, outputs: &[R], targets: &[R]) -> (R, Vec<R>) {
        let count = R::int((outputs.len() / width) as i64);
        let mut total = R::zero();
        let mut adjoint = Vec::with_capacity(outputs.len());
        for (outputs, targets) in outputs.chunks(width).zip(targets.chunks(width)) {
            let (loss, part) = self.of_sample(outputs, targets);
            total = total + loss;
            adjoint.extend(part.into_iter().map(|part| part / &count));
        }
        (total / &count, adjoint)
    }

    fn of_sample<R: Elementary>(&self, outputs: &[R], targets: &[R]) -> (R, Vec<R>) {
        match self {
            Loss::HalfSquares => squares(outputs, targets, R::int(2)),
            Loss::MeanSquares => squares(outputs, targets, R::int(outputs.len() as i64)),
            Loss::CrossEntropy => {
                let (logits, sum) = shifted(outputs);
                let logarithm = sum.clone().apply(Function::Logarithm);
                let terms = logits.iter().zip(targets).map(|(z, t)| (logarithm.clone() - z) * t);
                let loss = terms.fold(R::zero(), |loss, term| loss + term);
                let mass = targets.iter().fold(R::zero(), |mass, t| mass + t);
                let slope = |(z, t): (R, &R)| z.apply(Function::Exponential) / &sum * &mass - t;
                (loss, logits.into_iter().zip(targets).map(slope).collect())
            }
            Loss::CrossEntropyOfProbabilities(Guard::Nothing) => surprise(outputs, targets),
            Loss::CrossEntropyOfProbabilities(Guard::Clip(epsilon)) => {
                let sum = outputs.iter().fold(R::zero(), |sum, p| sum + p);
                let (low, high) = (R::of(epsilon), R::one() - R::of(epsilon));
                let shares: Vec<R> = outputs.iter().map(|p| p.clone() / &sum).collect();
                let clipped: Vec<R> = shares.iter().map(|p| p.clone().between(&low, &high)).collect();
                let (loss, slopes) = surprise(&clipped, targets);
                let within = |(slope, p): (R, &R)| {
                    if *p >= low && *p <= high {
                        slope
                    } else if *p < low || *p > high {
                        R::zero()
                    } else {
                        R::zero() / R::zero() // undecided: NaN in floats, the whole line in intervals
                    }
                };
                let slopes: Vec<R> = slopes.into_iter().zip(&shares).map(within).collect();
                let mean = inner(R::zero(), &slopes, &shares);
                (loss, slopes.into_iter().map(|slope| (slope - &mean) / &sum).collect())
            }
        }
    }
}

/// `Σ (y - t)² / divisor`.
fn squares<R: Real>(outputs: &[R], targets: &[R], divisor: R) -> (R, Vec<R>) {
    let errors: Vec<R> = outputs.iter().zip(targets).map(|(y, t)| y.clone() - t).collect();
    let loss = inner(R::zero(), &errors, &errors) / &divisor;
    (loss, errors.into_iter().map(|error| (error.clone() + error) / &divisor).collect())
}

/// `-Σ t ln p`. A class of target 0 adds nothing, even where its probability is 0.
fn surprise<R: Elementary>(probabilities: &[R], targets: &[R]) -> (R, Vec<R>) {
    let wanted = |t: &R| *t != R::zero();
    let loss = probabilities.iter().zip(targets).filter(|(_, t)| wanted(t));
    let loss = loss.fold(R::zero(), |loss, (p, t)| loss - p.clone().apply(Function::Logarithm) * t);
    let slope = |(p, t): (&R, &R)| if wanted(t) { -t.clone() / p } else { R::zero() };
    (loss, probabilities.iter().zip(targets).map(slope).collect())
}

/// Softmax and cross-entropy.
pub const SYSTEM: System = System {
    name: "softmax-cross-entropy",
    formula: "L = -Σ t_k ln p_k, p_k = e^z_k / Σ_j e^z_j, after subtracting the largest logit",
    rows: &["S5 softmax cross-entropy"],
    conventions: &[
        Convention { name: "input", values: &["logits", "probabilities"] },
        Convention { name: "guard", values: &["none", "keras-clip"] },
    ],
    sources: &[Source::Note("002", "301"), Source::Note("002", "330"), Source::Cited("goodfellow2016", "section 6.2.2.3")],
    tests: &[
        "tests/networks/layers.rs::softmax_is_stable_and_does_not_see_a_shift",
        "tests/networks/layers.rs::cross_entropy_of_logits_and_of_probabilities_agree",
        "tests/networks/layers.rs::guards_differ_where_probabilities_vanish_or_do_not_sum_to_one",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};

/// The squared error.
pub const SQUARES: System = System {
    name: "squared-error",
    formula: "L = (1/N) Σ ½ |y - t|²",
    rows: &[],
    conventions: &[Convention { name: "scale", values: &["half", "mean-over-outputs"] }],
    sources: &[Source::Note("000", "22-28"), Source::Cited("goodfellow2016", "section 6.2.1.1")],
    tests: &[
        "tests/networks/layers.rs::squares_differ_by_half_the_width",
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
