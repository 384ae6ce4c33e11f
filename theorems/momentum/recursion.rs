//! The characteristic polynomial of a method on quadratics, read off the iterates of its code.

use crate::certify::roots_inside;
use crate::evidence::{Evidence, Exact};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
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

    /// Whether both roots have `|z| < 1`, that is, whether every start leads to the minimum.
    pub fn is_stable(&self) -> bool {
        self.is_faster_than(&Rational::ONE)
    }

    /// Whether both roots are smaller than `rate`.
    pub fn is_faster_than(&self, rate: &Rational) -> bool {
        roots_inside(&self.trace, &self.determinant, rate)
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

/// The proof that momentum on a single curvature has a smaller spectral radius than gradient descent at the same `a = ηλ > 0` exactly
/// if `β < (1 - a)²`, for `v ← βv + g` and for `v ← βv + (1 - β)g`. `error` billionths are added to the traces.
pub fn faster_exactly_when(error: i64) -> Evidence {
    let [a, beta] = Polynomial::variables();
    let [one, two] = [1, 2].map(|n| a.int(n));
    // Gradient descent's factor, by whose size ρ = |b| the roots are scaled. If both are smaller then so is the root of their product
    // β, hence β < b²; and Jury's conditions for |z| < ρ are β < ρ² and |T| ρ < ρ² + β, that is, T b < b² + β and -T b < b² + β.
    let b = &one - &a;
    let rest = &one - &beta;
    let excess = a.constant(&rational(error, 1_000_000_000));
    let plain = &one + &beta - &a + &excess;
    let averaged = &one + &beta - &rest * &a + &excess;
    let mut exact = Exact::new();
    exact.identity("v ← βv + g: b² + β - T b = β a", b.squared() + &beta - &plain * &b, &beta * &a);
    let square = (a.int(4) * &b + &one).squared() + a.int(7);
    let sum = &beta * &square + a.int(16) * &rest * b.squared();
    exact.identity("v ← βv + g: 8(b² + β + T b) is a sum of squares", a.int(8) * (b.squared() + &beta + &plain * &b), sum);
    exact.identity("v ← βv + (1 - β)g: b² + β - T b = β a²", b.squared() + &beta - &averaged * &b, &beta * a.squared());
    let sum = &beta * (&one + &b).squared() + &two * &rest * b.squared();
    exact.identity("v ← βv + (1 - β)g: b² + β + T b is a sum of squares", b.squared() + &beta + &averaged * &b, sum);
    exact.evidence()
}

/// The recursion's trace for `a = ηλ` if the new gradient is multiplied by `input`: `1 + β - input a`.
pub fn trace(beta: &Rational, input: &Rational, product: &Rational) -> Rational {
    Rational::ONE + beta - input * product
}
