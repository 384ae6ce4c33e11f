//! The code of momentum on gradients that alternate in sign: the size of its steps.

use super::impulses::{FORMS, MOMENTA, displacements};
use crate::evidence::{Evidence, Exact};
use crate::number::{Rational, Real, rational, to_f64};
use crate::optimizers::{Algorithm, Method};
use crate::subject::{NotOffered, Subject};

/// The `g` of each coordinate.
const SIZES: [(i64, u64); 3] = [(1, 1), (-100, 1), (3, 7)];

/// `(-1)^(t-1)`.
fn sign(t: usize) -> Rational {
    Rational::from(if t % 2 == 1 { 1 } else { -1 })
}

fn step_size() -> Rational {
    rational(1, 10)
}

/// 100 steps of the code at gradients `(-1)^(t-1) g`, with the `g` of each coordinate.
fn steps(subject: &dyn Subject, algorithm: Algorithm) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let gradient = |t: usize| SIZES.map(|(top, bottom)| sign(t) * rational(top, bottom)).to_vec();
    displacements(subject, &Method::new(algorithm, step_size()), &(1..=100).map(gradient).collect::<Vec<_>>())
}

/// Whether the t-th step is `(-1)^(t-1) η g claimed(β, (-β)^t)`.
pub fn alternating(subject: &dyn Subject, claimed: fn(&Rational, &Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (form, (top, bottom)) in FORMS.iter().flat_map(|form| MOMENTA.map(|beta| (form, beta))) {
        let beta = rational(top, bottom);
        let mut power = Rational::ONE;
        for (before, step) in steps(subject, form(&beta))?.iter().enumerate() {
            power *= -&beta;
            for ((top, bottom), step) in SIZES.into_iter().zip(step) {
                let claimed = sign(before + 1) * step_size() * rational(top, bottom) * claimed(&beta, &power);
                exact.holds("the step", *step == claimed, || {
                    let [step, claimed] = [step, &claimed].map(to_f64);
                    format!("{}, g = {top}/{bottom}, step {}: {step:e} against {claimed:e}", form(&beta), before + 1)
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// Whether the hundredth step is a hundredth of gradient descent's at most.
pub fn cancels(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let plain = steps(subject, Algorithm::GradientDescent)?;
    let mut exact = Exact::new();
    for (form, (top, bottom)) in FORMS.iter().flat_map(|form| MOMENTA.map(|beta| (form, beta))) {
        let found = steps(subject, form(&rational(top, bottom)))?;
        let quotient = (&found[99][0] / &plain[99][0]).magnitude();
        exact.holds("the hundredth step is a hundredth of gradient descent's", quotient <= rational(1, 100), || {
            format!("β = {top}/{bottom}: it is {:.6} of that", to_f64(&quotient))
        });
    }
    Ok(exact.evidence())
}
