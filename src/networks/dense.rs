//! Dense layers, and the three products with a matrix that forward and backward passes consist of.

use super::layer::Operator;
use crate::number::{Elementary, Real};
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::{Error, Result};

/// `y = W x + b` for every sample (PyTorch's `Linear`). Parameters: `W` (outputs × inputs, row by row), and `b` (outputs) if there is a bias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dense {
    /// Width of a sample.
    pub inputs: usize,
    /// Width of its image.
    pub outputs: usize,
    /// Whether `b` is there.
    pub bias: bool,
}

impl Operator for Dense {
    fn width(&self, input: usize) -> Result<usize> {
        expect(input, self.inputs, "a dense layer")?;
        Ok(self.outputs)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        let weights = vec![self.outputs, self.inputs];
        if self.bias { vec![weights, vec![self.outputs]] } else { vec![weights] }
    }

    fn forward<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<R> {
        let samples = input.len() / self.inputs;
        let mut output = match parameters.get(1) {
            Some(bias) => bias.iter().cycle().take(samples * self.outputs).cloned().collect(),
            None => vec![R::zero(); samples * self.outputs],
        };
        for (x, y) in input.chunks(self.inputs).zip(output.chunks_mut(self.outputs)) {
            add_product(&parameters[0], x, y);
        }
        output
    }

    fn backward<R: Elementary>(
        &self,
        parameters: &[Vec<R>],
        input: &[R],
        _: &[R],
        adjoint: &[R],
        gradient: &mut [Vec<R>],
    ) -> Vec<R> {
        let mut before = vec![R::zero(); input.len()];
        let samples = input.chunks(self.inputs).zip(adjoint.chunks(self.outputs)).zip(before.chunks_mut(self.inputs));
        for ((x, adjoint), before) in samples {
            add_transposed_product(&parameters[0], adjoint, before);
            add_outer_product(adjoint, x, &mut gradient[0]);
            if let Some(bias) = gradient.get_mut(1) {
                add(bias, adjoint);
            }
        }
        before
    }
}

/// An error unless a layer's input has the width that it takes.
pub(super) fn expect(input: usize, expected: usize, layer: &str) -> Result<()> {
    if input == expected && expected > 0 {
        return Ok(());
    }
    Err(Error::new(format!("{layer} of {expected} inputs cannot follow {input} outputs")))
}

/// `sum += part`.
pub(super) fn add<R: Real>(sum: &mut [R], part: &[R]) {
    for (sum, part) in sum.iter_mut().zip(part) {
        *sum = sum.clone() + part;
    }
}

/// `sum += factor · part`.
pub(super) fn add_multiple<R: Real>(sum: &mut [R], factor: &R, part: &[R]) {
    for (sum, part) in sum.iter_mut().zip(part) {
        *sum = sum.clone() + factor.clone() * part;
    }
}

/// `start + ⟨a, b⟩`, first to last.
pub(super) fn inner<R: Real>(start: R, a: &[R], b: &[R]) -> R {
    a.iter().zip(b).fold(start, |sum, (a, b)| sum + a.clone() * b)
}

/// `y += W x`.
pub(super) fn add_product<R: Real>(weights: &[R], x: &[R], y: &mut [R]) {
    for (y, row) in y.iter_mut().zip(weights.chunks(x.len())) {
        *y = inner(y.clone(), row, x);
    }
}

/// `x += Wᵀ y`.
pub(super) fn add_transposed_product<R: Real>(weights: &[R], y: &[R], x: &mut [R]) {
    for (y, row) in y.iter().zip(weights.chunks(x.len())) {
        add_multiple(x, y, row);
    }
}

/// `W += y xᵀ`.
pub(super) fn add_outer_product<R: Real>(y: &[R], x: &[R], weights: &mut [R]) {
    for (y, row) in y.iter().zip(weights.chunks_mut(x.len())) {
        add_multiple(row, y, x);
    }
}

/// The dense layer.
pub const SYSTEM: System = System {
    name: "dense",
    formula: "y = W x + b",
    rows: &["S5 dense"],
    conventions: &[Convention { name: "bias", values: &["learned", "none"] }],
    sources: &[Source::Note("002", "295-297"), Source::Cited("goodfellow2016", "chapter 6")],
    tests: &[
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/derivatives.rs::the_adjoint_of_the_inputs_is_the_tapes",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
