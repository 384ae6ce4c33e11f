//! The code's matrix on `½ λ x²` for a look-ahead with the step size and for one without, over a grid of momenta, curvatures and step
//! sizes: what it is, and whether it is stable.

use super::transition::{Transition, trace_and_determinant};
use super::variants::nesterov;
use crate::evidence::{Evidence, Exact};
use crate::number::{Rational, rational};
use crate::optimizers::{Form, Method};
use crate::subject::{NotOffered, Subject};

/// The code's matrix on `½ λ x²`; that it is linear is tried.
pub fn matrix(
    exact: &mut Exact,
    subject: &dyn Subject,
    method: &Method,
    curvature: &Rational,
) -> Result<[[Rational; 2]; 2], NotOffered> {
    let transition = Transition::read(subject, method, curvature)?;
    transition.record(exact);
    Ok(transition.matrix)
}

/// Jury's conditions for a real 2 x 2 matrix.
fn inside_unit_circle(matrix: &[[Rational; 2]; 2]) -> bool {
    let [trace, determinant] = trace_and_determinant(matrix);
    let one = Rational::ONE;
    let both = &one + &determinant;
    determinant < one && determinant > -one && &both + &trace > Rational::ZERO && both - trace > Rational::ZERO
}

const MOMENTA: [(i64, u64); 5] = [(1, 4), (1, 2), (3, 4), (9, 10), (99, 100)];
const CURVATURES: [(i64, u64); 6] = [(1, 10), (1, 1), (2, 1), (3, 1), (7, 2), (100, 1)];

/// Whether some step size makes the unscaled form stable: not where the determinant of the code's matrix is the same at all step
/// sizes, and not within ±1. It is affine in η (one row of the matrix is, the other does not contain η), so two would do.
pub fn converges(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let beta = rational(9, 10);
    for lambda in [rational(1, 10), rational(1, 1), rational(2, 1), rational(3, 1)] {
        let mut some = false;
        let mut determinants = Vec::new();
        for exponent in 0..8 {
            let eta = rational(1, 10_u64.pow(exponent)) / &lambda;
            let found = matrix(&mut exact, subject, &nesterov(Form::Unscaled, eta, beta.clone()), &lambda)?;
            some |= inside_unit_circle(&found);
            let [_, determinant] = trace_and_determinant(&found);
            determinants.push(determinant);
        }
        let value = &determinants[0];
        let beyond = *value >= Rational::ONE || *value <= -Rational::ONE;
        let never = beyond && determinants.iter().all(|determinant| determinant == value);
        exact.holds("some η > 0 is stable", !never, || format!("λ = {lambda}, β = {beta}, every η: determinant {value}"));
        exact.holds("the code is stable for some η", some, || format!("λ = {lambda}, β = {beta}, η = 10^(-k)/λ, k < 8"));
    }
    Ok(exact.evidence())
}

/// Whether the scaled form's matrix is as the formula says, and stable.
pub fn stable(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for ((top, bottom), (numerator, denominator)) in MOMENTA.iter().flat_map(|beta| CURVATURES.map(|lambda| (*beta, lambda))) {
        let [beta, lambda] = [rational(top, bottom), rational(numerator, denominator)];
        for exponent in 0..8 {
            let eta = rational(1, 10_u64.pow(exponent)) / &lambda;
            let found = matrix(&mut exact, subject, &nesterov(Form::StepOutside, eta.clone(), beta.clone()), &lambda)?;
            exact.holds("stable for ηλ ≤ 1", inside_unit_circle(&found), || {
                let [trace, determinant] = trace_and_determinant(&found);
                format!("λ = {lambda}, β = {beta}, η = {eta}: trace {trace}, determinant {determinant}")
            });
            compare(&mut exact, Form::StepOutside, [&eta, &beta, &lambda], &found);
        }
    }
    Ok(exact.evidence())
}

/// The code's matrix against the formula's.
fn compare(exact: &mut Exact, form: Form, [eta, beta, lambda]: [&Rational; 3], found: &[[Rational; 2]; 2]) {
    let one = Rational::ONE;
    let reach = if form == Form::Unscaled { one.clone() } else { eta.clone() };
    let kept = beta * (&one - reach * lambda);
    let predicted = [[one - eta * lambda, -eta * &kept], [lambda.clone(), kept]];
    exact.holds("the code's matrix", *found == predicted, || {
        let [[a, b], [c, d]] = found;
        format!("λ = {lambda}, β = {beta}, η = {eta}: ({a}, {b}; {c}, {d})")
    });
}

/// `beyond` the threshold no step size is stable, and as far below it small ones are.
pub fn unscaled_code(subject: &dyn Subject, beyond: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (top, bottom) in MOMENTA {
        let beta = rational(top, bottom);
        let run = |exact: &mut Exact, eta: &Rational, lambda: &Rational| {
            matrix(exact, subject, &nesterov(Form::Unscaled, eta.clone(), beta.clone()), lambda)
        };
        for (numerator, denominator) in CURVATURES {
            let lambda = rational(numerator, denominator);
            for exponent in 0..8 {
                let eta = rational(1, 10_u64.pow(exponent)) / &lambda;
                let found = run(&mut exact, &eta, &lambda)?;
                compare(&mut exact, Form::Unscaled, [&eta, &beta, &lambda], &found);
            }
        }
        let threshold = Rational::ONE + Rational::ONE / &beta;
        for exponent in 0..12 {
            let eta = rational(1, 10_u64.pow(exponent));
            let lambda = &threshold + beyond;
            let is_stable = inside_unit_circle(&run(&mut exact, &eta, &lambda)?);
            exact.holds("unstable beyond", !is_stable, || format!("β = {beta}, η = {eta}: stable at 1 + 1/β + {beyond}"));
        }
        // Stable below 2 + 2β (1 - λ) = 2β distance: half of that.
        let lambda = &threshold - beyond;
        let eta = &beta * beyond / &lambda;
        let is_stable = inside_unit_circle(&run(&mut exact, &eta, &lambda)?);
        exact.holds("stable before", is_stable, || format!("β = {beta}, η = {eta}"));
    }
    Ok(exact.evidence())
}
