//! The characteristic polynomial of a method on quadratics, read off the iterates of its code.

use crate::number::{Rational, square, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Subject};

/// Trace and determinant of the two-step recursion `x₊₂ = T x₊₁ - D x` that a method's iterates on `½ λ x²` obey: the sum and the
/// product of the roots of `z² - T z + D`.
#[derive(Clone, Debug, PartialEq)]
pub struct Recursion {
    /// T.
    pub trace: Rational,
    /// D.
    pub determinant: Rational,
    /// Whether later iterates obey it as well.
    pub holds: bool,
}

impl Recursion {
    /// The recursion of the subject's exact iterates from rest at 1.
    ///
    /// # Errors
    /// If the subject has no exact twin for the method.
    pub fn read(subject: &dyn Subject, method: &Method, eigenvalue: &Rational) -> Result<Self, NotOffered> {
        let quadratic = Quadratic { spectrum: vec![eigenvalue.clone()] };
        let mut optimizer = subject.exact(method)?;
        let x: Vec<Rational> = trajectory(&mut *optimizer, vec![Rational::ONE], |x| quadratic.gradient(x), 8).concat();
        // Cramer's rule on the first two instances; from x⁻ = x the heavy ball's pivot is -ηλβ, zero only without momentum.
        let pivot = &x[0] * &x[2] - square(&x[1]);
        if pivot.is_zero() {
            return Ok(Recursion { trace: &x[1] / &x[0], determinant: Rational::ZERO, holds: false });
        }
        let trace = (&x[0] * &x[3] - &x[1] * &x[2]) / &pivot;
        let determinant = (&x[1] * &x[3] - square(&x[2])) / &pivot;
        let holds = x.windows(3).all(|x| x[2] == &trace * &x[1] - &determinant * &x[0]);
        Ok(Recursion { trace, determinant, holds })
    }

    /// Jury's conditions: whether both roots have `|z| < 1`, that is, whether every start leads to the minimum.
    pub fn is_stable(&self) -> bool {
        let both = Rational::ONE + &self.determinant;
        self.determinant < Rational::ONE && &both - &self.trace > Rational::ZERO && both + &self.trace > Rational::ZERO
    }

    /// The larger modulus of the roots, for figures.
    pub fn radius(&self) -> f64 {
        let discriminant = square(&self.trace) / Rational::from(4) - &self.determinant;
        if discriminant < Rational::ZERO {
            to_f64(&self.determinant).sqrt()
        } else {
            to_f64(&self.trace).abs() / 2.0 + to_f64(&discriminant).sqrt()
        }
    }
}
