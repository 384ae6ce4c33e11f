//! The layers, as data.

use super::activation::Activation;
use super::convolution::Convolution;
use super::dense::{Dense, expect};
use super::network::Network;
use super::normalisation::Normalisation;
use super::pool::AveragePool;
use super::recurrent::Recurrent;
use super::softmax::Softmax;
use crate::Result;
use crate::number::Elementary;
use crate::system::System;
use crate::theorem::Source;

/// A layer. Signals are batches: `samples × width` numbers, sample by sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// `W x + b`.
    Dense(Dense),
    /// 3 × 3 convolution.
    Convolution(Convolution),
    /// 2 × 2 average pooling.
    AveragePool(AveragePool),
    /// A function of each number.
    Activation(Activation),
    /// Softmax over a sample.
    Softmax(Softmax),
    /// Batch or layer normalisation.
    Normalisation(Normalisation),
    /// `x + F(x)`, with `F` a network of as many outputs as inputs (He, Zhang, Ren and Sun 2016). Its parameters are those of `F`.
    Residual(Network),
    /// Elman's recurrent network.
    Recurrent(Recurrent),
}

/// What a layer computes: forward, and backward from the adjoint of its output.
///
/// `parameters` and `gradient` are the layer's own tensors, in the order of `shapes`.
pub(super) trait Operator {
    /// Width of the output.
    ///
    /// # Errors
    /// If the layer takes no input of this width.
    fn width(&self, input: usize) -> Result<usize>;

    /// Shapes of the parameters.
    fn shapes(&self) -> Vec<Vec<usize>>;

    /// The output.
    fn forward<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<R>;

    /// `adjoint` is `∂L/∂output`; adds `∂L/∂parameters` to `gradient` and returns `∂L/∂input`.
    fn backward<R: Elementary>(
        &self,
        parameters: &[Vec<R>],
        input: &[R],
        output: &[R],
        adjoint: &[R],
        gradient: &mut [Vec<R>],
    ) -> Vec<R>;
}

impl Operator for Activation {
    fn width(&self, input: usize) -> Result<usize> {
        Ok(input)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        Vec::new()
    }

    fn forward<R: Elementary>(&self, _: &[Vec<R>], input: &[R]) -> Vec<R> {
        input.iter().map(|x| self.apply(x.clone())).collect()
    }

    fn backward<R: Elementary>(&self, _: &[Vec<R>], input: &[R], output: &[R], adjoint: &[R], _: &mut [Vec<R>]) -> Vec<R> {
        let places = input.iter().zip(output).zip(adjoint);
        places.map(|((x, y), adjoint)| adjoint.clone() * self.slope(x, y)).collect()
    }
}

/// The residual block; its backward pass runs `F` forward again rather than keep its signals.
impl Operator for Network {
    fn width(&self, input: usize) -> Result<usize> {
        expect(input, self.inputs(), "a residual block")?;
        expect(self.outputs(), input, "the sum of a residual block")?;
        Ok(input)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        Network::shapes(self)
    }

    fn forward<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<R> {
        let branch = Network::forward(self, parameters, input);
        input.iter().zip(branch).map(|(x, branch)| branch + x).collect()
    }

    fn backward<R: Elementary>(
        &self,
        parameters: &[Vec<R>],
        input: &[R],
        _: &[R],
        adjoint: &[R],
        gradient: &mut [Vec<R>],
    ) -> Vec<R> {
        let signals = self.signals(parameters, input);
        let branch = Network::backward(self, parameters, &signals, adjoint.to_vec(), gradient);
        branch.into_iter().zip(adjoint).map(|(branch, adjoint)| branch + adjoint).collect()
    }
}

/// Hands a call to the layer's own type.
macro_rules! each {
    ($layer:expr, $inner:ident => $call:expr) => {
        match $layer {
            Layer::Dense($inner) => $call,
            Layer::Convolution($inner) => $call,
            Layer::AveragePool($inner) => $call,
            Layer::Activation($inner) => $call,
            Layer::Softmax($inner) => $call,
            Layer::Normalisation($inner) => $call,
            Layer::Residual($inner) => $call,
            Layer::Recurrent($inner) => $call,
        }
    };
}

impl Operator for Layer {
    fn width(&self, input: usize) -> Result<usize> {
        each!(self, layer => layer.width(input))
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        each!(self, layer => layer.shapes())
    }

    fn forward<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<R> {
        each!(self, layer => Operator::forward(layer, parameters, input))
    }

    fn backward<R: Elementary>(
        &self,
        parameters: &[Vec<R>],
        input: &[R],
        output: &[R],
        adjoint: &[R],
        gradient: &mut [Vec<R>],
    ) -> Vec<R> {
        each!(self, layer => Operator::backward(layer, parameters, input, output, adjoint, gradient))
    }
}

/// The residual block.
pub const RESIDUAL: System = System {
    name: "residual-block",
    formula: "y = x + F(x)",
    rows: &["S5 residual block"],
    conventions: &[],
    sources: &[Source::Note("003", "627-633"), Source::Cited("he2016", "equation 1")],
    tests: &[
        "tests/networks/layers.rs::a_residual_block_with_a_zero_branch_is_the_identity",
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/derivatives.rs::the_adjoint_of_the_inputs_is_the_tapes",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
