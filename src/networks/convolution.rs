//! 3 × 3 convolution.

use super::dense::{add_multiple, expect, inner};
use super::layer::Operator;
use crate::number::Elementary;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::{Error, Result};

/// What stands beyond the edge of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Zeros: the output has the size of the input (`padding=1` in PyTorch, `"same"` in Keras).
    Zeros,
    /// Nothing: the output loses a pixel at each edge (`padding=0`, `"valid"`).
    Nothing,
}

/// `y[o](i, j) = b[o] + Σ_(c, k, l) K[o, c](k, l) x[c](i + k - 1, j + l - 1)`: cross-correlation with stride 1, which every framework calls
/// convolution (PyTorch's `Conv2d`). A sample is stored channel by channel, row by row.
///
/// Parameters: `K` (channels out × channels in × 3 × 3) and `b` (channels out).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// Channels of the input.
    pub channels_in: usize,
    /// Channels of the output.
    pub channels_out: usize,
    /// Rows of the input.
    pub height: usize,
    /// Columns of the input.
    pub width: usize,
    /// What stands beyond the edge.
    pub padding: Padding,
}

/// A kernel weight at work on one row: where it stands in the kernels, and where the stretches of a sample's input and output begin that
/// it joins.
struct Stretch {
    weight: usize,
    input: usize,
    output: usize,
    length: usize,
}

impl Convolution {
    fn inputs(&self) -> usize {
        self.channels_in * self.height * self.width
    }

    /// Rows and columns of an output plane.
    fn plane(&self) -> (usize, usize) {
        match self.padding {
            Padding::Zeros => (self.height, self.width),
            Padding::Nothing => (self.height - 2, self.width - 2),
        }
    }

    fn outputs(&self) -> usize {
        self.channels_out * self.plane().0 * self.plane().1
    }

    /// Every stretch once. The forward pass, its adjoint and the kernels' gradient are sums over the same stretches.
    fn stretches(&self) -> Vec<Stretch> {
        let (rows, columns) = self.plane();
        let margin = if self.padding == Padding::Zeros { 1 } else { 0 };
        // The outputs whose input, shifted by `tap - margin`, is there.
        let reach = |tap: usize, outputs: usize, inputs: usize| margin.max(tap) - tap..outputs.min(inputs + margin - tap);
        let mut stretches = Vec::with_capacity(9 * self.channels_in * self.channels_out * rows);
        for weight in 0..9 * self.channels_in * self.channels_out {
            let (out, channel) = (weight / 9 / self.channels_in, weight / 9 % self.channels_in);
            let (down, right) = (weight % 9 / 3, weight % 3);
            let reached = reach(right, columns, self.width);
            for row in reach(down, rows, self.height) {
                let output = (out * rows + row) * columns + reached.start;
                let input = (channel * self.height + row + down - margin) * self.width + reached.start + right - margin;
                stretches.push(Stretch { weight, input, output, length: reached.len() });
            }
        }
        stretches
    }
}

impl Operator for Convolution {
    fn width(&self, input: usize) -> Result<usize> {
        expect(input, self.inputs(), "a convolution")?;
        if self.channels_out == 0 || self.height < 3 || self.width < 3 {
            return Err(Error::new("a 3 x 3 convolution takes images of at least 3 x 3 and gives at least one channel"));
        }
        Ok(self.outputs())
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.channels_out, self.channels_in, 3, 3], vec![self.channels_out]]
    }

    fn forward<R: Elementary>(&self, parameters: &[Vec<R>], input: &[R]) -> Vec<R> {
        let area = self.outputs() / self.channels_out;
        let plane = |bias: &R| std::iter::repeat_n(bias.clone(), area);
        let start: Vec<R> = parameters[1].iter().flat_map(plane).collect();
        let mut output: Vec<R> = start.iter().cycle().take(input.len() / self.inputs() * start.len()).cloned().collect();
        let stretches = self.stretches();
        for (x, y) in input.chunks(self.inputs()).zip(output.chunks_mut(self.outputs())) {
            for Stretch { weight, input, output, length } in &stretches {
                add_multiple(&mut y[*output..][..*length], &parameters[0][*weight], &x[*input..][..*length]);
            }
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
        let stretches = self.stretches();
        let samples = input.chunks(self.inputs()).zip(adjoint.chunks(self.outputs())).zip(before.chunks_mut(self.inputs()));
        for ((x, adjoint), before) in samples {
            for Stretch { weight, input, output, length } in &stretches {
                let adjoint = &adjoint[*output..][..*length];
                add_multiple(&mut before[*input..][..*length], &parameters[0][*weight], adjoint);
                let slope = &mut gradient[0][*weight];
                *slope = inner(slope.clone(), &x[*input..][..*length], adjoint);
            }
            for (bias, plane) in gradient[1].iter_mut().zip(adjoint.chunks(self.outputs() / self.channels_out)) {
                *bias = plane.iter().fold(bias.clone(), |sum, part| sum + part);
            }
        }
        before
    }
}

/// The convolution.
pub const SYSTEM: System = System {
    name: "convolution-3x3",
    formula: "y[o](i, j) = b[o] + Σ K[o, c](k, l) x[c](i + k - 1, j + l - 1)",
    rows: &["S5 3x3 convolution"],
    conventions: &[Convention { name: "padding", values: &["zeros", "nothing"] }],
    sources: &[Source::Note("004", "347-348"), Source::Cited("goodfellow2016", "section 9.1, equation 9.6")],
    tests: &[
        "tests/networks/layers.rs::convolution_is_the_direct_sum_and_its_backward_pass_the_adjoint",
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
        "tests/networks/pytorch.rs::layers_and_losses_agree_with_pytorch",
    ],
};
