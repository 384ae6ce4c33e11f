//! What one element is: a number of a tensor, its gradient and its memory.

use super::hyper::Step;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

/// The floats that a subject computes in.
pub trait Float: Copy + Default + PartialOrd + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Sum {
    /// The nearest number.
    fn of(x: f64) -> Self;
    /// The number.
    fn number(self) -> f64;
    /// The square root.
    fn root(self) -> Self;
    /// -1, 0 or 1, and NaN for NaN.
    fn sign(self) -> Self;
}

/// An element.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell<F> {
    /// The parameter.
    pub x: F,
    /// Its gradient.
    pub g: F,
    /// First memory: an average of gradients, a velocity.
    pub m: F,
    /// Second memory: an average or a sum of squares.
    pub v: F,
    /// Third memory: a maximum, a direction.
    pub w: F,
}

macro_rules! float {
    ($float:ident, $number:expr) => {
        impl Float for $float {
            fn of(x: f64) -> Self {
                x as $float
            }
            fn number(self) -> f64 {
                $number(self)
            }
            fn root(self) -> Self {
                self.sqrt()
            }
            fn sign(self) -> Self {
                if self == 0.0 { 0.0 } else { self.signum() }
            }
        }

        impl Cell<$float> {
            /// An L2 penalty.
            pub fn coupled(&mut self, h: &Step<$float>) {
                self.g += h.decay * self.x;
            }

            /// Decay beside the step.
            pub fn decoupled(&mut self, h: &Step<$float>) {
                self.x *= 1.0 - h.lr * h.decay;
            }

            /// The averages of the gradient and of its square.
            pub fn average(&mut self, h: &Step<$float>) {
                self.m = h.beta1 * self.m + (1.0 - h.beta1) * self.g;
                self.v = h.beta2 * self.v + (1.0 - h.beta2) * self.g * self.g;
            }

            /// NAdam's products of the momenta up to this update, which the third memory holds, and up to the next.
            pub fn products(&mut self, h: &Step<$float>, decay: $float) -> [$float; 2] {
                self.w = h.mu(h.t, decay) * if h.t == 1 { 1.0 } else { self.w };
                [self.w, self.w * h.mu(h.t + 1, decay)]
            }

            /// `m / (1 - β₁^t)`.
            pub fn mean(&self, h: &Step<$float>) -> $float {
                self.m / h.correction1()
            }

            /// `√(v / (1 - β₂^t))`.
            pub fn spread(&self, h: &Step<$float>) -> $float {
                (self.v / h.correction2()).sqrt()
            }
        }
    };
}

float!(f32, f64::from);
float!(f64, |x| x);

/// The Euclidean norm of numbers, added one after the other.
pub fn norm<F: Float>(numbers: impl Iterator<Item = F>) -> F {
    numbers.map(|x| x * x).sum::<F>().root()
}
