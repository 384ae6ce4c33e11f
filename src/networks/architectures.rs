//! The networks that theorems run on.

use super::activation::Activation;
use super::convolution::{Convolution, Padding};
use super::dense::Dense;
use super::layer::Layer;
use super::network::Network;
use super::pool::AveragePool;
use super::recurrent::Recurrent;
use crate::system::System;
use crate::theorem::Source;
use crate::{Error, Result};

/// `W_L ⋯ W_1 x` without biases, through the given widths; widths 1, 1, 1 are `u v x`.
///
/// # Errors
/// If there are fewer than two widths, or one is 0.
pub fn deep_linear(widths: &[usize]) -> Result<Network> {
    chain(widths, Activation::Identity, false)
}

/// The multi-layer perceptron through the given widths: dense layers with biases, and the activation between them.
///
/// # Errors
/// If there are fewer than two widths, or one is 0.
pub fn perceptron(widths: &[usize], activation: Activation) -> Result<Network> {
    chain(widths, activation, true)
}

fn chain(widths: &[usize], activation: Activation, bias: bool) -> Result<Network> {
    if widths.len() < 2 {
        return Err(Error::new("a chain of layers has an input and an output width"));
    }
    let mut layers = Vec::new();
    for (index, pair) in widths.windows(2).enumerate() {
        if index > 0 && activation != Activation::Identity {
            layers.push(Layer::Activation(activation));
        }
        layers.push(Layer::Dense(Dense { inputs: pair[0], outputs: pair[1], bias }));
    }
    Network::new(widths[0], layers)
}

/// Elman's network over a sequence, and a dense layer on its last state. A sample is `h_0`, then the sequence.
///
/// # Errors
/// If a width is 0.
pub fn recurrent(recurrent: Recurrent, outputs: usize) -> Result<Network> {
    let (hidden, sample) = (recurrent.hidden, recurrent.hidden + recurrent.steps * recurrent.inputs);
    let readout = Dense { inputs: hidden, outputs, bias: true };
    Network::new(sample, vec![Layer::Recurrent(recurrent), Layer::Dense(readout)])
}

/// Residual blocks `x + W₂ φ(W₁ x + b₁) + b₂` of one width.
///
/// # Errors
/// If the width is 0.
pub fn residual(width: usize, blocks: usize, activation: Activation) -> Result<Network> {
    let block = perceptron(&[width, width, width], activation)?;
    Network::new(width, vec![Layer::Residual(block); blocks])
}

/// The catalog's CNN8 for 8 × 8 images of one channel: twice a 3 × 3 convolution with zero padding, ReLU and 2 × 2 average pooling, then a dense
/// layer from the 2 × 2 images that are left. The catalog fixes two convolutions and one dense layer; pooling and channels are ours.
///
/// # Errors
/// If a count is 0.
pub fn cnn8(channels: usize, classes: usize) -> Result<Network> {
    let stage = |channels_in, size| {
        let geometry = Convolution { channels_in, channels_out: channels, height: size, width: size, padding: Padding::Zeros };
        [
            Layer::Convolution(geometry),
            Layer::Activation(Activation::Relu),
            Layer::AveragePool(AveragePool { channels, height: size, width: size }),
        ]
    };
    let dense = Layer::Dense(Dense { inputs: 4 * channels, outputs: classes, bias: true });
    Network::new(64, stage(1, 8).into_iter().chain(stage(channels, 4)).chain([dense]).collect())
}

/// The convolutional network.
pub const CNN8: System = System {
    name: "cnn8",
    formula: "twice (3 × 3 convolution, ReLU, 2 × 2 mean), then dense: 8 × 8 images of stripes to classes",
    rows: &[],
    conventions: &[],
    sources: &[Source::Note("004", "347-348")],
    tests: &[
        "tests/networks/stripes.rs::cnn8_tells_stripes_apart",
        "tests/networks/stripes.rs::stripes_are_what_their_label_says",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
