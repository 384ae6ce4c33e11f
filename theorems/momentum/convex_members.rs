//! The code with the scheduled momentum, run exactly on drawn convex functions and on Huber's, against its potential and its bounds.

use super::variants::scheduled;
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Rational, rational, square};
use crate::optimizers::{Method, trajectory};
use crate::problems::{Piecewise, Problem};
use crate::subject::{NotOffered, Subject};

/// The potential and the values along the code's runs; `part` of each bound is claimed.
pub fn members(lab: &Lab, subject: &dyn Subject, part: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    let half = rational(1, 2);
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let (smoothness, start, function) = if case < 8 {
            let corner = rational(1, 2 * case + 3);
            (Rational::ONE, Rational::ONE, Piecewise::huber(&Rational::ONE, &corner))
        } else {
            let smoothness = draws.fraction(1..64, 8);
            let start = draws.fraction(-320..320, 16);
            let function = Piecewise::draw(draws, &Rational::ZERO, &smoothness);
            (smoothness, start, function)
        };
        let scale = &smoothness * square(&start);
        let run = |start: Rational, method: &Method| -> Result<Vec<Rational>, NotOffered> {
            let mut optimizer = subject.exact(method)?;
            Ok(trajectory(&mut *optimizer, vec![start], |x| function.gradient(x), 8).concat())
        };
        let value = |x: &Rational| function.value(std::slice::from_ref(x));
        let method = scheduled(Rational::ONE / &smoothness);
        let path = run(start.clone(), &method)?;
        let mut last = rational(5, 8) * &scale;
        for step in 1..path.len() {
            let found = || format!("case {case}: L = {smoothness}, x_0 = {start}, k = {step}: x = {}", readable(&path[step]));
            let t = &half * Rational::from(step + 2);
            let z = &path[step - 1] + &t * (&path[step] - &path[step - 1]);
            let now = square(&t) * value(&path[step]) + &half * &smoothness * square(&z);
            exact.holds("V does not increase, and V_1 ≤ (5/8) L R²", now <= last, found);
            last = now;
            let bound = rational(5, 2) * &scale / square(&Rational::from(step + 2));
            exact.holds("f(x_k) ≤ 5LR²/(2(k + 2)²)", value(&path[step]) <= bound * part, found);
        }
        // The same, one plain gradient step ahead.
        let first = run(start.clone(), &Method::gradient_descent(Rational::ONE / &smoothness))?.swap_remove(1);
        for (step, x) in run(first, &method)?.iter().enumerate() {
            let bound = Rational::from(2) * &scale / square(&Rational::from(step + 2));
            exact.holds("f(x_(k+1)) ≤ 2LR²/(k + 2)² after a gradient step", value(x) <= bound * part, || {
                format!("case {case}: L = {smoothness}, x_0 = {start}, {} steps: x = {}", step + 1, readable(x))
            });
        }
    }
    Ok(exact.evidence())
}
