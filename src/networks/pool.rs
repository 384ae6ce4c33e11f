//! 2 × 2 average pooling.

use super::dense::{add, expect};
use super::layer::Operator;
use crate::number::Elementary;
use crate::system::System;
use crate::theorem::Source;
use crate::{Error, Result};

/// The mean of every 2 × 2 block (`AvgPool2d(2)`): halves height and width. No parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AveragePool {
    /// Channels of the image.
    pub channels: usize,
    /// Rows, an even number.
    pub height: usize,
    /// Columns, an even number.
    pub width: usize,
}

impl AveragePool {
    /// The place in the output of each place in the input.
    fn place(&self, input: usize) -> usize {
        let (row, column) = (input / self.width, input % self.width);
        row / 2 * (self.width / 2) + column / 2
    }

    fn inputs(&self) -> usize {
        self.channels * self.height * self.width
    }
}

impl Operator for AveragePool {
    fn width(&self, input: usize) -> Result<usize> {
        expect(input, self.inputs(), "a pooling layer")?;
        if !self.height.is_multiple_of(2) || !self.width.is_multiple_of(2) {
            return Err(Error::new("2 x 2 pooling takes images of even height and width"));
        }
        Ok(self.inputs() / 4)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        Vec::new()
    }

    fn forward<R: Elementary>(&self, _: &[Vec<R>], input: &[R]) -> Vec<R> {
        let mut output = vec![R::zero(); input.len() / 4];
        // Rows are even in number, so that places continue from channel to channel and from sample to sample.
        for (index, x) in input.iter().enumerate() {
            add(&mut output[self.place(index)..][..1], std::slice::from_ref(x));
        }
        output.into_iter().map(|sum| sum / R::int(4)).collect()
    }

    fn backward<R: Elementary>(&self, _: &[Vec<R>], input: &[R], _: &[R], adjoint: &[R], _: &mut [Vec<R>]) -> Vec<R> {
        (0..input.len()).map(|index| adjoint[self.place(index)].clone() / R::int(4)).collect()
    }
}

/// The pooling layer.
pub const SYSTEM: System = System {
    name: "average-pool-2x2",
    formula: "y = (x₁₁ + x₁₂ + x₂₁ + x₂₂) / 4 over 2 × 2 blocks",
    rows: &[],
    conventions: &[],
    sources: &[Source::Cited("goodfellow2016", "section 9.3")],
    tests: &[
        "tests/networks/layers.rs::pooling_keeps_the_mean_of_every_channel",
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
