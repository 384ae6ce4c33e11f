//! Gradient descent, the heavy ball and Nesterov's method, each tuned for eigenvalues from `μ = 1` to `L = κ = s²`, and the closed
//! forms of their iterates from rest at 1 on the two ends of that spectrum.

use crate::evidence::{Exact, readable};
use crate::number::{Elementary, Function, Interval, Rational, Real, rational, square};
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, Nesterov, polyak_tuning, trajectory};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Subject};

/// A tuned method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tuned {
    /// `η = 2/(L + μ)`.
    GradientDescent,
    /// Polyak's parameters.
    HeavyBall,
    /// `η = 1/L`, `β = (s - 1)/(s + 1)`.
    Nesterov,
}

pub const ALL: [Tuned; 3] = [Tuned::GradientDescent, Tuned::HeavyBall, Tuned::Nesterov];

impl Tuned {
    /// The method for `s`.
    pub fn method(self, root: &Rational) -> Method {
        let [one, two] = [1, 2].map(Rational::from);
        match self {
            Tuned::GradientDescent => Method::gradient_descent(two / (one + square(root))),
            Tuned::HeavyBall => Method::heavy_ball(polyak_tuning(&one, root)),
            Tuned::Nesterov => {
                let momentum = Extrapolation::Constant((root - &one) / (root + &one));
                Method::new(Algorithm::Nesterov(Nesterov { momentum, form: Form::Sequence }), one / square(root))
            }
        }
    }

    /// The spectral radius `r`.
    pub fn radius(self, root: &Rational) -> Rational {
        let one = Rational::ONE;
        match self {
            Tuned::GradientDescent => (square(root) - &one) / (square(root) + &one),
            Tuned::HeavyBall => (root - &one) / (root + &one),
            Tuned::Nesterov => &one - &one / root,
        }
    }

    /// The `c` of `(1 + c k) r^k`, the larger of the iterates' sizes at `λ = μ` and `λ = L` after `k` steps.
    pub fn factor(self, root: &Rational) -> Rational {
        let radius = self.radius(root);
        match self {
            Tuned::GradientDescent => Rational::ZERO,
            Tuned::HeavyBall => Rational::ONE + radius,
            Tuned::Nesterov => Rational::ONE - radius,
        }
    }

    /// The `k`-th iterates at `λ = μ` and `λ = L`: `r^k` and `(-r)^k`, double roots where there is momentum, but for Nesterov's method
    /// at `L`, which is at the minimum after one step.
    pub fn iterates(self, root: &Rational, step: usize) -> [Rational; 2] {
        let (one, steps) = (Rational::ONE, Rational::from(step));
        let radius = self.radius(root);
        let power = radius.pow(step as isize);
        let alternating = if step.is_multiple_of(2) { power.clone() } else { -&power };
        match self {
            Tuned::GradientDescent => [power, alternating],
            Tuned::HeavyBall => [power * (&one + &steps * (&one - &radius)), alternating * (&one + &steps * (&one + &radius))],
            Tuned::Nesterov => {
                let steep = if step == 0 { one.clone() } else { Rational::ZERO };
                [power * (&one + steps * (&one - radius)), steep]
            }
        }
    }

    /// The number of steps after which `(1 + c k) r^k ≤ 10^-digits` for good; `None` if intervals cannot tell.
    pub fn count(self, root: &Rational, digits: i64) -> Option<u64> {
        let [radius, factor] = [self.radius(root), self.factor(root)].map(|value| Interval::of(&value));
        let [rate, ten] = [radius, Interval::int(10)].map(|value| value.apply(Function::Logarithm));
        let small = |steps: u64| {
            let steps = Interval::point(steps as f64);
            let size = (Interval::one() + factor * steps).apply(Function::Logarithm) + rate * steps;
            (size + ten * Interval::int(digits)).above(0.0).map(|above| !above)
        };
        // From r/(1 - r) on the size decreases, and there it is above 1/e.
        let mut low = (radius / (Interval::one() - radius)).hi.ceil() as u64;
        let mut high = 2 * low + 1;
        while !small(high)? {
            high *= 2;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if small(middle)? { high = middle } else { low = middle }
        }
        Some(high)
    }
}

/// Holds the subject's exact iterates from rest at 1 against the closed forms, at both ends of the spectrum.
///
/// # Errors
/// If the subject has no exact twin for a method.
pub fn closed_forms(exact: &mut Exact, subject: &dyn Subject, roots: &[i64], steps: usize) -> Result<(), NotOffered> {
    for (root, tuned) in roots.iter().flat_map(|root| ALL.map(|tuned| (Rational::from(*root), tuned))) {
        let quadratic = Quadratic { spectrum: vec![Rational::ONE, square(&root)] };
        let mut optimizer = subject.exact(&tuned.method(&root))?;
        let path = trajectory(&mut *optimizer, vec![Rational::ONE; 2], |x| quadratic.gradient(x), steps);
        for (step, x) in path.iter().enumerate() {
            let predicted = tuned.iterates(&root, step);
            exact.holds("the iterates have their closed form", x[..] == predicted, || {
                format!("{tuned:?}, √κ = {root}, step {step}: {:?}", x.iter().map(readable).collect::<Vec<_>>())
            });
            let size = tuned.radius(&root).pow(step as isize) * (Rational::ONE + tuned.factor(&root) * Rational::from(step));
            let [slow, fast] = predicted.map(Real::magnitude);
            exact.holds("the larger is (1 + ck) r^k", slow.larger(fast) == size, || {
                format!("{tuned:?}, √κ = {root}, step {step}")
            });
        }
    }
    Ok(())
}

/// A root that is near `10^exponent`, for figures.
pub fn root_near(exponent: f64) -> Rational {
    rational(libm::round(libm::pow(10.0, exponent)) as i64, 1)
}
