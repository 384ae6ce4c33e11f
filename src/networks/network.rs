//! Networks: layers in a row, forward and backward.

use super::layer::{Layer, Operator};
use crate::number::Elementary;
use crate::system::System;
use crate::theorem::Source;
use crate::{Error, Result};
use std::ops::Range;

/// A feed-forward network as data: it runs in every number type with [`Elementary`] functions.
///
/// Its parameters are a flat list of tensors, layer by layer, each the list of its elements; [`Network::shapes`] tells which is which.
/// Signals are batches: `samples × width` numbers, sample by sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    inputs: usize,
    outputs: usize,
    layers: Vec<Layer>,
    /// The tensors of each layer, as places in the list of all.
    tensors: Vec<Range<usize>>,
    /// Elements of each tensor.
    lengths: Vec<usize>,
}

impl Network {
    /// The network that applies `layers` to samples of `inputs` numbers.
    ///
    /// # Errors
    /// If `inputs` is 0, or a layer does not take what the one before gives.
    pub fn new(inputs: usize, layers: Vec<Layer>) -> Result<Self> {
        if inputs == 0 {
            return Err(Error::new("a network takes at least one input"));
        }
        let mut network = Network { inputs, outputs: inputs, layers, tensors: Vec::new(), lengths: Vec::new() };
        for (index, layer) in network.layers.iter().enumerate() {
            let number = index + 1;
            network.outputs = layer.width(network.outputs).map_err(|error| Error::new(format!("layer {number}: {error}")))?;
            if network.outputs == 0 {
                return Err(Error::new(format!("layer {number} has no output")));
            }
            let start = network.lengths.len();
            network.lengths.extend(layer.shapes().iter().map(|shape| shape.iter().product::<usize>()));
            network.tensors.push(start..network.lengths.len());
        }
        Ok(network)
    }

    /// Width of an input sample.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Width of an output sample.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The shapes of the parameters' tensors, in order.
    pub fn shapes(&self) -> Vec<Vec<usize>> {
        self.layers.iter().flat_map(Operator::shapes).collect()
    }

    /// The outputs.
    ///
    /// # Panics
    /// If the parameters or the input do not fit the network.
    pub fn forward<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<R> {
        self.signals(parameters, input).pop().expect("the input at least")
    }

    /// The input, and each layer's output: what the backward pass needs.
    ///
    /// # Panics
    /// If the parameters or the input do not fit the network.
    pub fn signals<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<Vec<R>> {
        assert!(parameters.iter().map(Vec::len).eq(self.lengths.iter().copied()), "parameters of the network's shapes");
        assert!(input.len().is_multiple_of(self.inputs), "samples of {} inputs", self.inputs);
        let mut signals = vec![input.to_vec()];
        for (layer, tensors) in self.layers.iter().zip(&self.tensors) {
            signals.push(layer.forward(&parameters[tensors.clone()], &signals[signals.len() - 1]));
        }
        signals
    }

    /// Back-propagation (Rumelhart, Hinton and Williams 1986): from the `signals` of the forward pass and the adjoint `∂L/∂outputs`, adds
    /// `∂L/∂parameters` to `gradient` and returns `∂L/∂inputs`.
    ///
    /// # Panics
    /// If parameters, signals, adjoint or gradient do not fit the network.
    pub fn backward<R: Elementary>(
        &self,
        parameters: &[Vec<R>],
        signals: &[Vec<R>],
        mut adjoint: Vec<R>,
        gradient: &mut [Vec<R>],
    ) -> Vec<R> {
        assert_eq!(signals.len(), self.layers.len() + 1, "a signal around every layer");
        for (index, (layer, tensors)) in self.layers.iter().zip(&self.tensors).enumerate().rev() {
            let (input, output) = (&signals[index], &signals[index + 1]);
            assert_eq!(adjoint.len(), output.len(), "an adjoint for each number of the signal");
            let own = &mut gradient[tensors.clone()];
            adjoint = layer.backward(&parameters[tensors.clone()], input, output, &adjoint, own);
        }
        adjoint
    }

    /// A list of tensors of the parameters' lengths, each element drawn from `draw` in order.
    pub fn parameters<R>(&self, mut draw: impl FnMut() -> R) -> Vec<Vec<R>> {
        self.lengths.iter().map(|length| (0..*length).map(|_| draw()).collect()).collect()
    }
}

/// Back-propagation.
pub const SYSTEM: System = System {
    name: "back-propagation",
    formula: "δ_l = (W_(l+1)ᵀ δ_(l+1)) ⊙ φ′(z_l), ∂L/∂W_l = δ_l h_(l-1)ᵀ",
    rows: &[],
    conventions: &[],
    sources: &[
        Source::Note("000", "45-49"),
        Source::Note("003", "600"),
        Source::Cited("rumelhart1986", "the equations of the backward pass"),
    ],
    tests: &[
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/derivatives.rs::back_propagation_costs_at_most_five_evaluations_and_its_tape_grows_affinely_with_the_batch",
        "tests/networks/derivatives.rs::gradients_match_central_differences",
    ],
};
