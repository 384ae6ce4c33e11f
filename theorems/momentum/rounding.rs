//! The conventions of momentum in doubles.

use super::conventions::{momentum, two_point, velocity};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::{Draws, Lab};
use crate::number::{Rational, Real, Tracked, rational, to_f64};
use crate::optimizers::{Algorithm, Method, Optimizer, Velocity, advance};
use crate::subject::{NotOffered, Subject};

/// The iterates from `x = 0` on these gradients, the start first.
fn iterates<R: Real>(mut optimizer: Box<dyn Optimizer<R>>, gradients: &[R]) -> Vec<R> {
    let mut x = vec![R::zero()];
    let mut iterates = x.clone();
    for gradient in gradients {
        advance(&mut *optimizer, &mut x, |_| vec![gradient.clone()]);
        iterates.push(x[0].clone());
    }
    iterates
}

/// The last of them.
fn last<R: Real>(optimizer: Box<dyn Optimizer<R>>, gradients: &[R]) -> R {
    iterates(optimizer, gradients).swap_remove(gradients.len())
}

/// Whether A and B have the same bits at the learning rates drawn.
pub fn bit_equal(lab: &Lab, subject: &dyn Subject, rate: fn(&mut Draws) -> Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("bits");
    let mut exact = Exact::new();
    for case in 0..lab.cases(500) {
        let mut draws = stream.trial(case);
        let rate = rate(&mut draws);
        let gradients = draws.normals(50);
        let run = |form| Ok(iterates(subject.double(&Method::new(velocity(form), rate.clone()))?, &gradients));
        let [outside, inside] = [run(Velocity::StepOutside)?, run(Velocity::StepInside)?];
        for (step, (outside, inside)) in outside.iter().zip(&inside).enumerate() {
            exact.holds("the same bits", outside.to_bits() == inside.to_bits(), || {
                format!("case {case}, η = {rate}, step {step}: {outside:e} against {inside:e}")
            });
        }
    }
    Ok(exact.evidence())
}

/// Whether B and the two-point form are as far from A as rounding explains.
pub fn within_rounding(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("rounding");
    let mut property = Property::new();
    for case in 0..lab.cases(1000) {
        let mut draws = stream.trial(case);
        let rate = rational(1 + draws.index(999) as i64, 1000);
        let gradients = draws.normals(20);
        let tracked: Vec<Tracked<f64>> = gradients.iter().map(|g| Tracked::exactly(*g)).collect();
        let run = |algorithm: Algorithm| {
            let method = Method::new(algorithm, rate.clone());
            Ok((last(subject.double(&method)?, &gradients), last(method.build::<Tracked<f64>>(), &tracked).bound()))
        };
        let (outside, error) = run(velocity(Velocity::StepOutside))?;
        let (inside, inside_error) = run(velocity(Velocity::StepInside))?;
        let (two_point, two_point_error) = two_point_run(subject, &rate, &gradients)?;
        for (name, other, other_error) in [("B", inside, inside_error), ("two-point", two_point, two_point_error)] {
            let condition = format!("A and {name} within their rounding errors");
            property.within(&condition, (outside - other).abs(), error + other_error, || format!("case {case}, η = {rate}"));
        }
    }
    Ok(property.evidence())
}

/// The last iterate of the two-point form and a bound on its error. [`Tracked`] cannot see that the errors of `x` and `x⁻` are
/// all but the same. The error e obeys `e⁺ - e = β (e - e⁻) + δ`, where δ is five roundings of numbers, and two of parameters, none
/// larger than `|x| + |ηg| + β |x - x⁻|`. The slack covers products of errors.
fn two_point_run(subject: &dyn Subject, rate: &Rational, gradients: &[f64]) -> Result<(f64, f64), NotOffered> {
    let mut optimizer = subject.double(&Method::new(two_point(), rate.clone()))?;
    let [rate, momentum] = [to_f64(rate), to_f64(&momentum())];
    let (mut x, mut before) = (vec![0.0], 0.0);
    let (mut change, mut error) = (0.0, 0.0);
    for gradient in gradients {
        let now: f64 = x[0];
        let size = now.abs() + (rate * gradient).abs() + momentum * (now - before).abs();
        change = momentum * change + 7.0 * f64::EPSILON / 2.0 * size;
        error += change;
        before = now;
        advance(&mut *optimizer, &mut x, |_| vec![*gradient]);
    }
    Ok((x[0], error * (1.0 + 1e-6)))
}
