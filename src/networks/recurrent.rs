//! Elman's recurrent network, unrolled.

use super::activation::Activation;
use super::dense::{add, add_outer_product, add_product, add_transposed_product, expect};
use super::layer::Operator;
use crate::number::Elementary;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::{Error, Result};

/// Whether the steps share their weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// One set of weights for all steps: a recurrent network.
    Tied,
    /// A set for each step: the feed-forward network into which it unrolls, whose gradients sum to the tied ones.
    Untied,
}

/// `h_t = φ(U x_t + W h_(t-1) + b)` for `t = 1..=steps` (Elman 1990); the output is the last state. A sample holds `h_0`, then
/// `x_1` to the last, so that the backward pass also gives `∂L/∂h_0`.
///
/// Parameters for each set of weights: `U` (hidden × inputs), `W` (hidden × hidden), `b` (hidden). PyTorch's `RNN` has a second bias, which
/// adds to this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrent {
    /// Width of an `x_t`.
    pub inputs: usize,
    /// Width of the state.
    pub hidden: usize,
    /// How often the state is updated.
    pub steps: usize,
    /// φ.
    pub activation: Activation,
    /// Whether the steps share their weights.
    pub weights: Weights,
}

impl Recurrent {
    fn sample(&self) -> usize {
        self.hidden + self.steps * self.inputs
    }

    /// Where the weights of a step (from 0) begin in the list of tensors.
    fn set(&self, step: usize) -> usize {
        if self.weights == Weights::Tied { 0 } else { 3 * step }
    }

    /// Where `x` of a step lies in a sample.
    fn place(&self, step: usize) -> std::ops::Range<usize> {
        let start = self.hidden + step * self.inputs;
        start..start + self.inputs
    }

    /// The argument of φ in each step, and the states from `h_0` on.
    fn unrolled<R: Elementary>(&self, parameters: &[Vec<R>], sample: &[R]) -> (Vec<Vec<R>>, Vec<Vec<R>>) {
        let (mut arguments, mut states) = (Vec::new(), vec![sample[..self.hidden].to_vec()]);
        for step in 0..self.steps {
            let [input, state, bias] = &parameters[self.set(step)..][..3] else { unreachable!("three tensors a set") };
            let mut argument = bias.clone();
            add_product(input, &sample[self.place(step)], &mut argument);
            add_product(state, &states[step], &mut argument);
            states.push(argument.iter().map(|z| self.activation.apply(z.clone())).collect());
            arguments.push(argument);
        }
        (arguments, states)
    }
}

impl Operator for Recurrent {
    fn width(&self, input: usize) -> Result<usize> {
        expect(input, self.sample(), "a recurrent network")?;
        if self.inputs == 0 || self.hidden == 0 {
            return Err(Error::new("a recurrent network has at least one input and one state"));
        }
        Ok(self.hidden)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        let sets = if self.weights == Weights::Tied { 1 } else { self.steps };
        let set = [vec![self.hidden, self.inputs], vec![self.hidden, self.hidden], vec![self.hidden]];
        set.iter().cycle().take(3 * sets).cloned().collect()
    }

    fn forward<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<R> {
        let last = |sample| self.unrolled(parameters, sample).1.pop().expect("there is h_0 at least");
        input.chunks(self.sample()).flat_map(last).collect()
    }

    /// Back-propagation through time (Werbos 1990); the states are computed again.
    fn backward<R: Elementary>(
        &self,
        parameters: &[Vec<R>],
        input: &[R],
        _: &[R],
        adjoint: &[R],
        gradient: &mut [Vec<R>],
    ) -> Vec<R> {
        let mut before = vec![R::zero(); input.len()];
        let samples = input.chunks(self.sample()).zip(adjoint.chunks(self.hidden)).zip(before.chunks_mut(self.sample()));
        for ((sample, adjoint), before) in samples {
            let (arguments, states) = self.unrolled(parameters, sample);
            let mut adjoint = adjoint.to_vec();
            for step in (0..self.steps).rev() {
                for (place, adjoint) in adjoint.iter_mut().enumerate() {
                    *adjoint = adjoint.clone() * self.activation.slope(&arguments[step][place], &states[step + 1][place]);
                }
                let set = self.set(step);
                add_outer_product(&adjoint, &sample[self.place(step)], &mut gradient[set]);
                add_outer_product(&adjoint, &states[step], &mut gradient[set + 1]);
                add(&mut gradient[set + 2], &adjoint);
                add_transposed_product(&parameters[set], &adjoint, &mut before[self.place(step)]);
                let mut earlier = vec![R::zero(); self.hidden];
                add_transposed_product(&parameters[set + 1], &adjoint, &mut earlier);
                adjoint = earlier;
            }
            add(&mut before[..self.hidden], &adjoint);
        }
        before
    }
}

/// The recurrent network.
pub const SYSTEM: System = System {
    name: "elman-rnn",
    formula: "h_t = φ(U x_t + W h_(t-1) + b)",
    rows: &[],
    conventions: &[Convention { name: "weights", values: &["tied", "untied"] }],
    sources: &[
        Source::Note("000", "482-484"),
        Source::Cited("elman1990", "figure 2"),
        Source::Cited("werbos1990", "section III"),
    ],
    tests: &[
        "tests/networks/layers.rs::tied_gradients_are_the_sum_of_the_unrolled_ones",
        "tests/networks/layers.rs::a_linear_recurrent_network_is_a_power_of_its_matrix",
        "tests/networks/layers.rs::an_untied_linear_network_is_the_product_of_its_matrices_in_order",
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
