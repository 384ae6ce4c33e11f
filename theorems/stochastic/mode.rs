//! The code on one mode `½ λ x²` with noisy gradients: linear in the start and in every step's noise.

use crate::evidence::Exact;
use crate::number::{Rational, rational, square};
use crate::optimizers::{Method, advance};
use crate::subject::{NotOffered, Subject};

/// The weights of the start and of the noise of the steps so far in a point.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    pub start: Rational,
    pub noise: Vec<Rational>,
}

impl Weights {
    /// `E x²` from a fixed start with independent noise of mean 0 and this variance in each step.
    pub fn second_moment(&self, start: &Rational, variance: &Rational) -> Rational {
        let squares = self.noise.iter().fold(Rational::ZERO, |sum, weight| sum + square(weight));
        square(&(&self.start * start)) + variance * squares
    }
}

/// The weights after 0, 1, 2, ... steps: the start's is read with start 1 and no noise, the noise's with start 0 and a unit of it in one step.
/// That the code adds them up is recorded, on a start and noises that are none of these.
pub(super) fn weights(
    exact: &mut Exact,
    subject: &dyn Subject,
    step_size: &Rational,
    curvature: &Rational,
    steps: usize,
) -> Result<Vec<Weights>, NotOffered> {
    let (start, noise) = (rational(-3, 2), |step: usize| rational((step % 5) as i64 - 2, 3));
    let mut optimizer = subject.exact(&Method::gradient_descent(step_size.clone()))?;
    let mut x = vec![Rational::ZERO; steps + 2];
    x[0] = Rational::ONE;
    x[steps + 1] = start.clone();
    let read = |x: &[Rational], step: usize| Weights { start: x[0].clone(), noise: x[1..=step].to_vec() };
    let mut found = vec![read(&x, 0)];
    for step in 0..steps {
        advance(&mut *optimizer, &mut x, |x| {
            let mut gradient: Vec<Rational> = x.iter().map(|x| curvature * x).collect();
            gradient[step + 1] += Rational::ONE;
            gradient[steps + 1] += noise(step);
            gradient
        });
        found.push(read(&x, step + 1));
        let last = &found[step + 1];
        let noises = last.noise.iter().enumerate().map(|(step, weight)| weight * noise(step));
        let sum = noises.fold(&last.start * &start, |sum, term| sum + term);
        exact.equal("the code is linear", &x[steps + 1], &sum, || format!("η = {step_size}, λ = {curvature}, step {step}"));
    }
    Ok(found)
}

/// The variance that a step of the code keeps on one mode: `V = a² V + c² σ²` for the weights `a` of the point and `c` of the noise. `None`
/// where no variance is kept.
pub(super) fn floor(
    exact: &mut Exact,
    subject: &dyn Subject,
    step_size: &Rational,
    curvature: &Rational,
    variance: &Rational,
) -> Result<Option<Rational>, NotOffered> {
    // One step of noise weighs as the last of two does: the rule has no memory.
    let found = weights(exact, subject, step_size, curvature, 2)?;
    let input = || format!("η = {step_size}, λ = {curvature}");
    exact.equal("no memory: the noise", &found[2].noise[1], &found[1].noise[0], input);
    exact.equal("no memory: the start", &found[2].start, &square(&found[1].start), input);
    let left = Rational::ONE - square(&found[1].start);
    Ok((left > Rational::ZERO).then(|| variance * square(&found[1].noise[0]) / left))
}
