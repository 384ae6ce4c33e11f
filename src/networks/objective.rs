//! Objectives: the loss of a network on data, as a function of its parameters.

use super::dual::Dual;
use super::network::Network;
use super::softmax::Loss;
use crate::number::Elementary;
use crate::system::System;
use crate::theorem::Source;
use crate::{Error, Result};

/// `L(θ)`: the loss of a network with parameters `θ` on a data set, with its gradient and its Hessian's products.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective<R> {
    network: Network,
    loss: Loss,
    inputs: Vec<R>,
    targets: Vec<R>,
}

impl<R: Elementary> Objective<R> {
    /// The objective on these samples, one after another in `inputs` and `targets`.
    ///
    /// # Errors
    /// If there is no sample, or inputs and targets are not those of the same number of samples.
    pub fn new(network: Network, loss: Loss, inputs: Vec<R>, targets: Vec<R>) -> Result<Self> {
        let samples = inputs.len() / network.inputs();
        if samples == 0 || inputs.len() != samples * network.inputs() || targets.len() != samples * network.outputs() {
            let (width, wanted) = (network.inputs(), network.outputs());
            let (inputs, targets) = (inputs.len(), targets.len());
            return Err(Error::new(format!(
                "{inputs} inputs and {targets} targets are not samples of {width} inputs and {wanted} targets each"
            )));
        }
        Ok(Objective { network, loss, inputs, targets })
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.inputs.len() / self.network.inputs()
    }

    /// The objective on some of the samples, such as a mini-batch.
    ///
    /// # Panics
    /// If there is none, or an index is out of range.
    pub fn on(&self, samples: &[usize]) -> Self {
        assert!(!samples.is_empty(), "a batch has a sample");
        let pick = |all: &[R], width: usize| samples.iter().flat_map(|s| all[s * width..][..width].to_vec()).collect();
        Objective {
            network: self.network.clone(),
            loss: self.loss.clone(),
            inputs: pick(&self.inputs, self.network.inputs()),
            targets: pick(&self.targets, self.network.outputs()),
        }
    }

    /// The same data and loss for another network.
    ///
    /// # Errors
    /// If its inputs or outputs are not as wide.
    pub fn with(&self, network: Network) -> Result<Self> {
        Objective::new(network, self.loss.clone(), self.inputs.clone(), self.targets.clone())
    }

    /// `L(θ)`.
    ///
    /// # Panics
    /// If the parameters do not have the network's shapes; so do the others.
    pub fn value(&self, parameters: &[Vec<R>]) -> R {
        let outputs = self.network.forward(parameters, &self.inputs);
        self.loss.evaluate(self.network.outputs(), &outputs, &self.targets).0
    }

    /// `L(θ)` and `∇L(θ)`, by back-propagation.
    pub fn gradient(&self, parameters: &[Vec<R>]) -> (R, Vec<Vec<R>>) {
        let (value, gradient, _) = self.differentiated(parameters);
        (value, gradient)
    }

    /// The derivatives by the inputs, in their order.
    pub fn inputs_gradient(&self, parameters: &[Vec<R>]) -> Vec<R> {
        self.differentiated(parameters).2
    }

    fn differentiated(&self, parameters: &[Vec<R>]) -> (R, Vec<Vec<R>>, Vec<R>) {
        let signals = self.network.signals(parameters, &self.inputs);
        let (value, adjoint) = self.loss.evaluate(self.network.outputs(), &signals[signals.len() - 1], &self.targets);
        let mut gradient = self.network.parameters(R::zero);
        let before = self.network.backward(parameters, &signals, adjoint, &mut gradient);
        (value, gradient, before)
    }

    /// `∇²L(θ) v`: the derivative of the gradient along `direction`, by back-propagation of dual numbers (Pearlmutter 1994). Exact, and at
    /// the price of a few gradients. At a kink of ReLU it is the Hessian's product on the side where the slope is 0.
    pub fn hessian_product(&self, parameters: &[Vec<R>], direction: &[Vec<R>]) -> Vec<Vec<R>> {
        let along = |(point, direction): (&Vec<R>, &Vec<R>)| Dual::along(point, direction);
        let parameters: Vec<Vec<Dual<R>>> = parameters.iter().zip(direction).map(along).collect();
        let gradient = self.over(Dual::constant).gradient(&parameters).1;
        gradient.into_iter().map(|tensor| tensor.into_iter().map(|element| element.tangent).collect()).collect()
    }

    /// The same objective over another number type.
    pub fn over<S: Elementary>(&self, convert: impl Fn(R) -> S) -> Objective<S> {
        Objective {
            network: self.network.clone(),
            loss: self.loss.clone(),
            inputs: self.inputs.iter().cloned().map(&convert).collect(),
            targets: self.targets.iter().cloned().map(&convert).collect(),
        }
    }
}

/// Back-propagation over dual numbers.
pub const SYSTEM: System = System {
    name: "hessian-vector-product",
    formula: "∇²L(θ) v = d/dt ∇L(θ + t v) at t = 0",
    rows: &["S5 Hessian-vector product"],
    conventions: &[],
    sources: &[Source::Note("003", "389-390"), Source::Cited("pearlmutter1994", "the R-operator")],
    tests: &[
        "tests/networks/derivatives.rs::hessian_products_are_symmetric_and_those_of_nested_duals",
        "tests/networks/derivatives.rs::second_derivatives_agree_with_num_dual",
        "tests/networks/derivatives.rs::hessian_products_match_central_differences_of_the_gradient",
        "tests/networks/functions.rs::enclosures_of_networks_contain_big_floats",
    ],
};
