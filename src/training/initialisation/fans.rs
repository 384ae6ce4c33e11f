//! How many inputs and outputs a weight tensor connects.

use crate::number::Rational;
use crate::{Error, Result};

/// The numbers that an initialiser scales by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fans {
    /// Inputs of one output unit.
    pub fan_in: Rational,
    /// Outputs of one input unit.
    pub fan_out: Rational,
}

/// How a framework stores weights, and so which fans it reads off a shape alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// PyTorch, `[out, in / groups, kernel…]`: `fan_in = s₁ Πk`, `fan_out = s₀ Πk`; at least two dimensions
    /// (`torch.nn.init._calculate_fan_in_and_fan_out`). A transposed convolution stores `[in, out / groups, kernel…]`, so that its fans are
    /// swapped; groups are not divided out of fan_out.
    PyTorch,
    /// Keras 3, `[kernel…, in, out]`: `fan_in = s₋₂ Πk`, `fan_out = s₋₁ Πk`, one dimension gives its length twice
    /// (`keras.initializers.compute_fans`). A transposed convolution stores `[kernel…, out, in]`, a depthwise one
    /// `[kernel…, in, multiplier]`: both are read as if they did not.
    Keras,
    /// DyNet 2: no fans, but the mean of all d dimensions for both, so that Glorot's bound is `√(3 d) / √(Σ sᵢ)`
    /// (`ParameterInitGlorot`); four dimensions are a convolution's `[kernel, kernel, in, out]` and read as Keras does (its pull request 1420).
    DyNet,
}

/// How a layer's inputs and outputs are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Dense or a convolution, in so many groups.
    Forward {
        /// Groups, 1 for a plain layer.
        groups: usize,
    },
    /// A transposed convolution, in so many groups.
    Transposed {
        /// Groups, 1 for a plain layer.
        groups: usize,
    },
    /// A convolution of each input channel alone, with `outputs / inputs` outputs for each.
    Depthwise,
}

/// A layer of weights: dense without a kernel, a convolution with its sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightLayer {
    /// Input channels.
    pub inputs: usize,
    /// Output channels.
    pub outputs: usize,
    /// Sizes of the kernel, none for a dense layer.
    pub kernel: Vec<usize>,
    /// How they are connected.
    pub connection: Connection,
}

impl WeightLayer {
    /// The fans by counting connections: at stride 1 and away from edges, each output sees `in / groups` channels through the kernel,
    /// each input is seen by `out / groups`.
    pub fn fans(&self) -> Fans {
        let groups = self.groups();
        let field: usize = self.kernel.iter().product();
        Fans { fan_in: whole(self.inputs / groups * field), fan_out: whole(self.outputs / groups * field) }
    }

    fn groups(&self) -> usize {
        match self.connection {
            Connection::Forward { groups } | Connection::Transposed { groups } => groups,
            Connection::Depthwise => self.inputs,
        }
    }

    /// The shape in which a framework stores the weights (DyNet's dense layers as PyTorch's, its convolutions as Keras's).
    ///
    /// # Errors
    /// If the groups do not divide the channels, or Keras is asked for a transposed convolution in groups.
    pub fn shape(&self, layout: Layout) -> Result<Vec<usize>> {
        let (inputs, outputs, groups) = (self.inputs, self.outputs, self.groups());
        if groups == 0 || inputs % groups != 0 || outputs % groups != 0 {
            return Err(Error::new(format!("{groups} groups do not divide {inputs} inputs and {outputs} outputs")));
        }
        let layout = match layout {
            Layout::DyNet if self.kernel.is_empty() => Layout::PyTorch,
            Layout::DyNet => Layout::Keras,
            framework => framework,
        };
        let channels = match (layout, self.connection) {
            (Layout::Keras, Connection::Transposed { groups: 2.. }) => {
                return Err(Error::new("Keras has no transposed convolution in groups"));
            }
            (Layout::Keras, Connection::Forward { .. }) => [inputs / groups, outputs],
            (Layout::Keras, Connection::Transposed { .. }) => [outputs, inputs],
            (Layout::Keras, Connection::Depthwise) => [inputs, outputs / inputs],
            (_, Connection::Transposed { .. }) => [inputs, outputs / groups],
            _ => [outputs, inputs / groups],
        };
        let kernel = self.kernel.iter().copied();
        Ok(if layout == Layout::Keras { kernel.chain(channels).collect() } else { channels.into_iter().chain(kernel).collect() })
    }
}

impl Layout {
    /// The fans that the framework reads off a shape.
    ///
    /// # Errors
    /// If the shape has a zero, no dimension, or only one for PyTorch.
    pub fn fans(self, shape: &[usize]) -> Result<Fans> {
        let fewest = if self == Layout::PyTorch { 2 } else { 1 };
        if shape.len() < fewest || shape.contains(&0) {
            return Err(Error::new(format!("fans need at least {fewest} dimensions, none of them zero, not {shape:?}")));
        }
        let fans = |[fan_in, fan_out]: [usize; 2], kernel: &[usize]| {
            let field: usize = kernel.iter().product();
            Fans { fan_in: whole(fan_in * field), fan_out: whole(fan_out * field) }
        };
        Ok(match (self, shape) {
            (Layout::DyNet, [_] | [_, _] | [_, _, _] | [_, _, _, _, _, ..]) => {
                let mean = whole(shape.iter().sum()) / whole(shape.len());
                Fans { fan_in: mean.clone(), fan_out: mean }
            }
            (Layout::PyTorch, [outputs, inputs, kernel @ ..]) => fans([*inputs, *outputs], kernel),
            (_, [kernel @ .., inputs, outputs]) => fans([*inputs, *outputs], kernel),
            (_, [only]) => fans([*only, *only], &[]),
            (_, []) => unreachable!("the number of dimensions was checked"),
        })
    }

    /// The matrix that an orthogonal initialiser fills: PyTorch flattens all dimensions but the first, Keras all but the last.
    pub(super) fn matrix(self, shape: &[usize]) -> [usize; 2] {
        let elements: usize = shape.iter().product();
        match self {
            Layout::Keras => [elements / shape[shape.len() - 1], shape[shape.len() - 1]],
            Layout::PyTorch | Layout::DyNet => [shape[0], elements / shape[0]],
        }
    }
}

fn whole(count: usize) -> Rational {
    Rational::from(count)
}
