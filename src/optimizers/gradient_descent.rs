//! Gradient descent (Cauchy 1847).

use super::Rule;
use crate::number::Real;
use crate::system::System;
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "gradient-descent",
    formula: "x ← x - η g",
    rows: &["S1.1"],
    conventions: &[],
    sources: &[
        Source::Note("000", "93"),
        Source::Note("001", "18"),
        Source::Note("002", "38"),
        Source::Note("003", "49"),
        Source::Note("004", "28"),
    ],
    tests: &[
        "tests/oracles.rs::gradient_descent_subtracts_the_sum_of_gradients",
        "theorems/gradient_descent/gd_linear_rate.rs::gd-linear-rate",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// `x ← x - η g`. With the gradient of a batch it is stochastic gradient descent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientDescent;

impl<R: Real> Rule<R, 0> for GradientDescent {
    type Clock = ();
    type Step = R;

    fn start(&self) {}

    fn step(&self, _clock: &(), step_size: &R::Wide) -> R {
        R::narrow(step_size)
    }

    #[inline(always)]
    fn update(step_size: &R, x: R, gradient: R, _state: [R; 0]) -> (R, [R; 0]) {
        (x - gradient * step_size, [])
    }
}
