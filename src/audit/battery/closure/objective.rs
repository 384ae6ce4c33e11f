//! The objectives that a subject may ask for: smooth, stationary at zero, and the same bits for the same point.
//!
//! The stationary point is zero so that parameters shrink with their steps: what rounding takes from a step stays small beside it.

use crate::audit::header::Dtype;
use crate::audit::tensor::Tensor;
use crate::lab::Lab;

/// Shapes of the tensors: a matrix, a single number, an empty one, a vector, and one element. Few elements keep the bounds of sums sharp.
const SHAPES: [&[u64]; 5] = [&[2, 3], &[], &[0], &[3], &[1]];

/// `Σ w_i x_i² / 2 + c ln cosh(Σ a_i x_i)` over the elements of all tensors, with `|w_i|` from 1/8 to 8 and `a_i` from -1/2 to 1/2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// c: zero for a quadratic.
    coupling: f64,
    /// Whether every third weight is negative, so that steps find negative curvature, which no pair may have.
    saddle: bool,
}

impl Objective {
    /// Every objective.
    pub const ALL: [Objective; 3] = [
        Objective { coupling: 0.0, saddle: false },
        Objective { coupling: 2.0, saddle: false },
        Objective { coupling: 2.0, saddle: true },
    ];

    /// The loss and the gradients, both rounded to the type.
    pub fn at(&self, point: &[Tensor], dtype: Dtype) -> (f64, Vec<Tensor>) {
        let row: Vec<f64> = point.iter().flat_map(|tensor| tensor.data.iter().copied()).collect();
        let weight = |element: usize| {
            let size = libm::exp2((element * 7 % 11) as f64 * 0.6 - 3.0);
            if self.saddle && element.is_multiple_of(3) { -size } else { size }
        };
        let share = |element: usize| 0.125 * ((element * 5 % 9) as f64 - 4.0);
        let along: f64 = row.iter().enumerate().map(|(element, x)| share(element) * x).sum();
        let squares: f64 = row.iter().enumerate().map(|(element, x)| weight(element) * x * x / 2.0).sum();
        let loss = squares + self.coupling * libm::log(libm::cosh(along));
        let pull = self.coupling * libm::tanh(along);
        let mut gradients = (0..row.len()).map(|element| weight(element) * row[element] + pull * share(element));
        let tensor = |like: &Tensor| {
            let data = gradients.by_ref().take(like.data.len()).collect();
            Tensor { shape: like.shape.clone(), data }.rounded(dtype)
        };
        (dtype.round(loss), point.iter().map(tensor).collect())
    }
}

/// Parameters to start from, another set for each number.
///
/// Every second one is within reach of a whole first step, the others are far beyond it. Two of three have few elements that are not
/// zero, so that sums have few terms and sharp bounds.
pub fn start(number: usize, dtype: Dtype) -> Vec<Tensor> {
    let mut draws = Lab::new(0, 1, "audit").stream("starts").trial(number as u64);
    let size = if number.is_multiple_of(2) { 0.0625 } else { 1.0 };
    let mut element = number;
    let mut tensor = |shape: &[u64]| {
        let mut one = |_| {
            element += 1;
            let present = number.is_multiple_of(3) || element.is_multiple_of(4);
            if present { size * draws.normal() } else { 0.0 }
        };
        let data = (0..shape.iter().product()).map(&mut one).collect();
        Tensor { shape: shape.to_vec(), data }.rounded(dtype)
    };
    SHAPES.iter().map(|shape| tensor(shape)).collect()
}
