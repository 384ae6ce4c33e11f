//! The tridiagonal quadratics that are hard for every method of first order: what the code of Nesterov's method makes of them.

use super::variants::scheduled;
use crate::evidence::{Evidence, Exact, Property, readable};
use crate::number::{Interval, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, Nesterov, trajectory};
use crate::problems::{Problem, Tridiagonal};
use crate::subject::{NotOffered, Subject};

/// `(k + 1)² (f(x_k) - f*) / (L R²)` on the tridiagonal quadratic with `d = 2k + 1`, from the value at `x_k`.
fn scaled<R: Real>(problem: Tridiagonal, steps: usize, x: &[R]) -> R {
    let excess = problem.value(x) - R::of(&problem.minimum());
    let unit = problem.squared_distance() * Rational::from(Tridiagonal::SMOOTHNESS) / square(&Rational::from(steps + 1));
    excess / R::of(&unit)
}

/// Whether the scaled values, with either schedule, are at least 3/32 and at `most` this.
pub fn family(subject: &dyn Subject, most: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let step_size = rational(1, Tridiagonal::SMOOTHNESS as u64);
    for steps in 1..=16 {
        let problem = Tridiagonal { dimension: 2 * steps + 1 };
        let start = vec![Rational::ZERO; problem.dimension];
        let mut optimizer = subject.exact(&scheduled(step_size.clone()))?;
        let path = trajectory(&mut *optimizer, start, |x| problem.gradient(x), steps);
        let found = scaled(problem, steps, &path[steps]);
        let at = || format!("k = {steps}: {}", readable(&found));
        exact.holds("at least 3/32", found >= rational(3, 32), at);
        exact.holds("at most the bound", found <= *most, at);
    }
    for steps in 1..=8 {
        let problem = Tridiagonal { dimension: 2 * steps + 1 };
        let start = vec![Interval::zero(); problem.dimension];
        let mut optimizer = subject.enclosure(&Method::new(Algorithm::Fista, step_size.clone()))?;
        let path = trajectory(&mut *optimizer, start, |x| problem.gradient(x), steps);
        let found = scaled(problem, steps, &path[steps]);
        let at = || format!("FISTA, k = {steps}: {found:?}");
        exact.decided("at least 3/32", found.above(3.0 / 32.0), at);
        exact.decided("at most the bound", found.above(to_f64(most)).map(|above| !above), at);
    }
    Ok(exact.evidence())
}

/// `(f(x_k) - f*) / R²` of the code in doubles.
pub fn gap(subject: &dyn Subject, method: &Method, steps: usize) -> Result<f64, NotOffered> {
    let problem = Tridiagonal { dimension: 2 * steps + 1 };
    let mut optimizer = subject.double(method)?;
    let path = trajectory(&mut *optimizer, vec![0.0; problem.dimension], |x| problem.gradient(x), steps);
    Ok((problem.value(&path[steps]) - to_f64(&problem.minimum())) / to_f64(&problem.squared_distance()))
}

/// The gaps are at least `3/8 (k + 1)^-2 > 10⁻⁶`, and rounding moves them by less than `10⁻¹⁰`: 400 steps on 801 coordinates of at most
/// 1, each wrong by a few `u`. The exponents' margin of 0.05 is what the statement allows, not an error bound.
pub fn exponent(subject: &dyn Subject, momentum: Extrapolation<Rational>) -> Result<Evidence, NotOffered> {
    let method = Method::new(
        Algorithm::Nesterov(Nesterov { momentum, form: Form::Sequence }),
        rational(1, Tridiagonal::SMOOTHNESS as u64),
    );
    let counts = [50, 100, 200, 400];
    let mut gaps = Vec::new();
    for steps in counts {
        gaps.push((steps as f64 + 1.0, gap(subject, &method, steps)?));
    }
    let mut property = Property::new();
    for (index, (steps, gap)) in gaps.iter().enumerate() {
        for (later, smaller) in &gaps[index + 1..] {
            let exponent = libm::log(smaller / gap) / libm::log(later / steps);
            property.within("exponent of k + 1", (exponent + 2.0).abs(), 0.05, || {
                format!("{} to {}: {exponent}", steps - 1.0, later - 1.0)
            });
        }
    }
    Ok(property.evidence())
}
