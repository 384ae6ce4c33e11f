//! Gradient descent (Cauchy 1847).

use super::Rule;
use crate::number::Real;

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
