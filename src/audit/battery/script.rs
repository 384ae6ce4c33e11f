//! What a subject is given: starting parameters, gradients and learning rates, with a probe of a convention in each element.

use crate::audit::header::Dtype;
use crate::audit::tensor::Tensor;
use crate::lab::{Draws, Lab};

/// Parameters, then for each step the gradients and the factor of the learning rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Parameters before the first step.
    pub params: Vec<Tensor>,
    /// Gradients of each step; `None` for a tensor that has none.
    pub gradients: Vec<Vec<Option<Tensor>>>,
    /// Learning rate of each step over the first one's.
    pub rates: Vec<f64>,
}

/// Shapes of the tensors: a matrix, a single number, an empty one, an odd length, three dimensions, and one element.
pub const SHAPES: [&[u64]; 6] = [&[3, 5], &[], &[0], &[7], &[2, 1, 4], &[1]];

/// Steps between two pulses: longer than a short run, so that a velocity dies away between them.
const PULSE: usize = 50;

/// Magnitude of the huge gradients: their squares and the sums of squares over a run stay finite.
fn huge(dtype: Dtype) -> f64 {
    match dtype {
        Dtype::F16 => 16.0,
        _ => 1e4,
    }
}

/// The gradient of element number `element` in a step.
///
/// The patterns are those that bugs and conventions need to show: constants (corrections, counters), as small as ε or smaller (its
/// place), a single pulse (what a momentum keeps), one large and then small ones (maxima), zeros (decay alone), changes of sign, noise.
fn gradient(element: usize, step: usize, epsilon: f64, dtype: Dtype, draws: &mut Draws) -> f64 {
    let noise = draws.normal();
    let sign = if step.is_multiple_of(2) { 1.0 } else { -1.0 };
    match element % 16 {
        0 => 1.0,
        1 => epsilon,
        2 => epsilon / 8.0,
        3 if step == 0 => 1.0,
        3 => 0.0,
        4 if step == 0 => 10.0,
        // In 16 bits steps in one direction would be lost beside the parameter that they add up to.
        4 if matches!(dtype, Dtype::Bf16 | Dtype::F16) => {
            if step % 4 < 2 {
                4.0
            } else {
                -4.0
            }
        }
        4 => 0.1,
        5 => sign,
        6 => noise,
        7 => noise * 1e-3,
        8 => 0.0,
        9 if noise > 0.0 => noise,
        9 => 0.0,
        10 => libm::pow(0.9, step as f64),
        11 => -0.01 * (step % 128) as f64,
        12 => 0.01 * noise - 0.25,
        13 if step.is_multiple_of(PULSE) => -1.0,
        13 => 0.0,
        14 => huge(dtype) * noise,
        _ => epsilon * noise,
    }
}

/// Where element number `element` starts: half of them at zero, where a small step loses no digits.
fn start(element: usize) -> f64 {
    match element % 6 {
        1 => 1.0,
        3 => -0.5,
        4 => 12.0 * if element == 4 { 1.0 } else { -0.0025 },
        _ => 0.0,
    }
}

impl Script {
    /// So many steps in a type, with probes of this ε. Where the learning rate may change, it falls to a tenth at half of the run and
    /// rises to a half at three quarters.
    pub fn new(steps: usize, epsilon: f64, dtype: Dtype, rates_change: bool) -> Self {
        let stream = Lab::new(0, 1, "audit").stream("gradients");
        let mut element = 0;
        let mut params = vec![];
        let mut firsts = vec![];
        for shape in SHAPES {
            let length = shape.iter().product::<u64>() as usize;
            firsts.push(element);
            let data = (element..element + length).map(start).collect();
            params.push(Tensor { shape: shape.to_vec(), data }.rounded(dtype));
            element += length;
        }
        // A tensor that starts at zero: norms of parameters vanish there.
        params[3].data.fill(0.0);
        let row = |step: usize| {
            let mut draws = stream.trial(step as u64);
            let mut tensor = |(first, params): (&usize, &Tensor)| {
                let mut one = |index| gradient(first + index, step, epsilon, dtype, &mut draws);
                let data = (0..params.data.len()).map(&mut one).collect();
                Some(Tensor { shape: params.shape.clone(), data }.rounded(dtype))
            };
            firsts.iter().zip(&params).map(&mut tensor).collect()
        };
        let rate = |step: usize| match (4 * step) / steps.max(1) {
            _ if !rates_change => 1.0,
            0 | 1 => 1.0,
            2 => 0.1,
            _ => 0.5,
        };
        Script { gradients: (0..steps).map(row).collect(), rates: (0..steps).map(rate).collect(), params }
    }

    /// The same run with its parameters and its gradients changed.
    pub fn map(
        &self,
        params: impl Fn(&[Tensor]) -> Vec<Tensor>,
        gradients: impl Fn(&[Option<Tensor>]) -> Vec<Option<Tensor>>,
    ) -> Script {
        let gradients = self.gradients.iter().map(|row| gradients(row)).collect();
        Script { params: params(&self.params), gradients, rates: self.rates.clone() }
    }

    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.gradients.len()
    }
}
