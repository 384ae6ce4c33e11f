//! Networks and derivatives against one another, closed forms, direct sums and PyTorch.
//!
//! Networks of polynomials and ReLU run in exact rationals, where every way to a derivative gives the same fraction. The others run in
//! 256-bit floats and in intervals.

mod derivatives;
mod functions;
mod layers;
mod pytorch;
mod stripes;

use gradproof::lab::{Draws, Lab};
use gradproof::networks::{
    Activation, AveragePool, BatchVariance, Convolution, Counted, Dense, Dual, Guard, Layer, Loss, Network, Normalisation,
    ORIENTATIONS, Objective, Over, Padding, Recurrent, RunningMoments, Softmax, Tape, Variable, Weights, cnn8, deep_linear,
    operations, perceptron, recurrent, residual, stripes,
};
use gradproof::number::{Big, Elementary, Function, Interval, Rational, Real, rational, to_f64};
use num_dual::{DualNum, HyperDual64, second_partial_derivative};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn draws(purpose: &str) -> Draws {
    Lab::new(1, 1, "networks").stream(purpose).trial(0)
}

/// A fraction of small size, never 0.
fn fraction(draws: &mut Draws) -> Rational {
    let numerator = draws.fraction(1..9, 1);
    if draws.sign() < 0.0 { -numerator / rational(5, 1) } else { numerator / rational(6, 1) }
}

fn exactly(x: f64) -> Rational {
    Rational::try_from(x).expect("a finite number")
}

fn size<R: Real>(x: R) -> R {
    if x < R::zero() { -x } else { x }
}

fn power_of_two(exponent: i64) -> Big {
    let power = Big::int(2).power(exponent.unsigned_abs());
    if exponent < 0 { Big::one() / power } else { power }
}

fn dense(inputs: usize, outputs: usize) -> Layer {
    Layer::Dense(Dense { inputs, outputs, bias: true })
}

fn normalisation(features: usize, over: Over) -> Layer {
    Layer::Normalisation(Normalisation { features, epsilon: rational(1, 100), over })
}

fn elman(activation: Activation, weights: Weights) -> Recurrent {
    Recurrent { inputs: 2, hidden: 2, steps: 3, activation, weights }
}

/// Objectives on a few samples whose parameters, inputs and targets are drawn.
fn objective(network: Network, loss: Loss, samples: usize, draws: &mut Draws) -> Objective<Rational> {
    let inputs = (0..samples * network.inputs()).map(|_| fraction(draws)).collect();
    let targets = (0..samples * network.outputs()).map(|_| fraction(draws)).collect();
    Objective::new(network, loss, inputs, targets).expect("samples of the network's widths")
}

/// Networks with roots and exponentials, and their losses.
fn smooth_networks() -> Vec<(Network, Loss)> {
    let given = Over::Given { mean: vec![rational(1, 3); 3], variance: vec![rational(5, 4); 3] };
    let normalised = |over| Network::new(2, vec![dense(2, 3), normalisation(3, over), dense(3, 2)]).unwrap();
    let probabilities = || Network::new(2, vec![dense(2, 3), Layer::Softmax(Softmax { classes: 3 })]).unwrap();
    let clip = Guard::Clip(rational(1, 1000));
    vec![
        (perceptron(&[2, 3, 2], Activation::Tanh).unwrap(), Loss::MeanSquares),
        (perceptron(&[2, 3, 2], Activation::Sigmoid).unwrap(), Loss::CrossEntropy),
        (probabilities(), Loss::CrossEntropyOfProbabilities(Guard::Nothing)),
        (probabilities(), Loss::CrossEntropyOfProbabilities(clip.clone())),
        (Network::new(3, vec![Layer::Activation(Activation::Sigmoid)]).unwrap(), Loss::CrossEntropyOfProbabilities(clip)),
        (normalised(Over::Batch), Loss::HalfSquares),
        (normalised(Over::Features), Loss::HalfSquares),
        (normalised(given), Loss::HalfSquares),
        (residual(2, 2, Activation::Tanh).unwrap(), Loss::HalfSquares),
        (recurrent(elman(Activation::Tanh, Weights::Tied), 1).unwrap(), Loss::HalfSquares),
    ]
}

fn along<R: Real>(point: &[Vec<R>], direction: &[Vec<R>]) -> Vec<Vec<Dual<R>>> {
    point.iter().zip(direction).map(|(point, direction)| Dual::along(point, direction)).collect()
}

fn inner(a: &[Vec<Rational>], b: &[Vec<Rational>]) -> Rational {
    a.iter().flatten().zip(b.iter().flatten()).fold(Rational::ZERO, |sum, (a, b)| sum + a * b)
}
