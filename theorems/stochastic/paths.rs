//! The code on every path of two-point noise, in exact arithmetic: means over the noise are finite sums.

use crate::number::{Rational, square};
use crate::optimizers::{Method, advance};
use crate::subject::{NotOffered, Subject};

/// Noise `±size`, added to the gradients of independent steps.
pub struct Paths<'a, S> {
    /// Where every path starts.
    pub start: &'a Rational,
    /// The size of the noise.
    pub noise: &'a Rational,
    /// The step size of step `t`, from 0.
    pub step_size: S,
    /// Number of steps.
    pub steps: usize,
}

impl<S: Fn(usize) -> Rational> Paths<'_, S> {
    /// The iterates of SGD from the start on: element `p` of an iterate is path `p`, whose sign at step `t` is bit `t` of `p`. Every step is
    /// made by an optimizer of its own, because gradient descent has no memory: so the step size goes through the method.
    pub fn run(
        &self,
        subject: &dyn Subject,
        gradient: impl Fn(&[Rational]) -> Vec<Rational>,
    ) -> Result<Vec<Vec<Rational>>, NotOffered> {
        let mut iterates = vec![vec![self.start.clone(); 1 << self.steps]];
        for step in 0..self.steps {
            let mut x = iterates[step].clone();
            let mut optimizer = subject.exact(&Method::gradient_descent((self.step_size)(step)))?;
            advance(&mut *optimizer, &mut x, |x| {
                let signed = |path: usize| if path >> step & 1 == 0 { self.noise.clone() } else { -self.noise.clone() };
                gradient(x).into_iter().enumerate().map(|(path, gradient)| gradient + signed(path)).collect()
            });
            iterates.push(x);
        }
        Ok(iterates)
    }
}

/// The mean over the paths.
pub fn mean(paths: &[Rational]) -> Rational {
    paths.iter().fold(Rational::ZERO, |sum, x| sum + x) / Rational::from(paths.len())
}

/// The mean square over the paths.
pub fn mean_square(paths: &[Rational]) -> Rational {
    paths.iter().fold(Rational::ZERO, |sum, x| sum + square(x)) / Rational::from(paths.len())
}
