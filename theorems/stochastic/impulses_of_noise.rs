//! SGD with momentum on `½ λ x²` in response to impulses of noise: the average of its iterates, and the sum of its gradients.

use crate::evidence::{Evidence, Exact, readable};
use crate::number::{Rational, Real, rational, square};
use crate::optimizers::{Algorithm, Method, Momentum, Optimizer, Velocity, advance};
use crate::subject::{NotOffered, Subject};

/// The response of the iterates `x_0, ..., x_T` to a unit of noise in each step: coordinate `s` of a tensor has it in step `s`. One more
/// coordinate has no noise, and starts at 1 instead of 0.
pub(super) fn responses<R: Real>(optimizer: &mut dyn Optimizer<R>, lambda: &R, steps: usize) -> Vec<Vec<R>> {
    let mut x = vec![R::zero(); steps];
    x.push(R::one());
    let mut iterates = vec![x.clone()];
    for step in 0..steps {
        let noise = |place: usize| if place == step { R::one() } else { R::zero() };
        advance(optimizer, &mut x, |x| x.iter().enumerate().map(|(place, x)| x.clone() * lambda + noise(place)).collect());
        iterates.push(x.clone());
    }
    iterates
}

/// λ, β, and momentum with that β at `η = 1/2`.
fn settings() -> impl Iterator<Item = (Rational, Rational, Method)> {
    let pairs = [1, 2].into_iter().flat_map(|lambda| [(1, 2), (9, 10)].map(|beta| (lambda, beta)));
    pairs.map(|(lambda, (a, b))| {
        let (beta, eta) = (rational(a, b), rational(1, 2));
        let rule = Momentum { momentum: beta.clone(), velocity: Velocity::StepOutside };
        (Rational::from(lambda), beta, Method::new(Algorithm::Momentum(rule), eta))
    })
}

/// `λ² T E x̄²`, or of the last iterate, for noise of variance 1: the sum of the squares of the responses.
pub(super) fn averaged(subject: &dyn Subject, last: bool, most: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (lambda, beta, method) in settings() {
        for steps in [32, 64] {
            let iterates = responses(&mut *subject.exact(&method)?, &lambda, steps);
            let response = |place: usize| {
                if last {
                    return iterates[steps][place].clone();
                }
                let sum = iterates[..steps].iter().fold(Rational::ZERO, |sum, x| sum + &x[place]);
                sum / Rational::from(steps)
            };
            let squares = (0..steps).map(response).fold(Rational::ZERO, |sum, x| sum + square(&x));
            let scaled = squares * Rational::from(steps) * square(&lambda);
            exact.holds("λ² T times the mean square", scaled <= *most, || {
                format!("λ = {lambda}, β = {beta}, η = 1/2, T = {steps}: {} against {most}", readable(&scaled))
            });
        }
    }
    Ok(exact.evidence())
}

/// Whether the code's gradients sum up to what the start and the last two iterates say.
pub(super) fn telescoping(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    const STEPS: usize = 12;
    let mut exact = Exact::new();
    for (lambda, beta, method) in settings() {
        let iterates = responses(&mut *subject.exact(&method)?, &lambda, STEPS);
        for (steps, place) in (1..=STEPS).flat_map(|steps| (0..=STEPS).map(move |place| (steps, place))) {
            let noise = if place < steps { Rational::ONE } else { Rational::ZERO };
            let sum = iterates[..steps].iter().fold(noise, |sum, x| sum + &lambda * &x[place]);
            let [start, before, end] = [&iterates[0][place], &iterates[steps - 1][place], &iterates[steps][place]];
            let right = (Rational::ONE - &beta) * (start - end) + &beta * (before - end);
            let input = || format!("λ = {lambda}, β = {beta}, T = {steps}, x_0 = {start}, noise in step {place}");
            exact.equal("the sum of the gradients", &(&method.step_size * sum), &right, input);
        }
    }
    Ok(exact.evidence())
}
