//! The code with constant momentum, run exactly on drawn strongly convex functions and on quadratics, against its potential.

use super::double_root::momentum;
use super::variants::nesterov;
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::{Draws, Lab};
use crate::number::{Rational, rational, square};
use crate::optimizers::{Form, advance};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::subject::{NotOffered, Subject};

/// A random member of `F(μ, L)` with rational `√κ`, which is returned with μ, and a starting point.
fn draw(draws: &mut Draws) -> ([Rational; 3], Piecewise<Rational>) {
    let mut fraction = |from: i64, to: i64| rational(from + draws.index((to - from) as usize) as i64, 4);
    let (mu, root) = (fraction(1, 8), fraction(5, 40));
    let room = &mu * (square(&root) - Rational::ONE);
    let start = fraction(-80, 80);
    let (mut at, mut breakpoints, mut slopes) = (fraction(-40, -10), Vec::new(), vec![mu.clone()]);
    for _ in 0..4 {
        breakpoints.push(at.clone());
        at += fraction(1, 24);
        slopes.push(&mu + &room * fraction(0, 5));
    }
    let function = Piecewise::new(&breakpoints, &slopes);
    ([mu, root, start], function)
}

/// The potential is claimed to fall by `speed/√κ` of itself in every step.
pub fn members(lab: &Lab, subject: &dyn Subject, speed: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(300) {
        let (numbers, function) = draw(&mut stream.trial(case));
        falls(&mut exact, subject, speed, numbers, &function, &format!("case {case}"))?;
    }
    // Near its start on the flattest quadratic the bound is all but attained.
    let [mu, root] = [Rational::ONE, Rational::from(100)];
    for curvature in [Rational::ONE, Rational::from(10_000)] {
        let function = Quadratic { spectrum: vec![curvature.clone()] };
        let numbers = [mu.clone(), root.clone(), Rational::ONE];
        falls(&mut exact, subject, speed, numbers, &function, &format!("quadratic λ = {curvature}"))?;
    }
    Ok(exact.evidence())
}

/// Six steps of the code from a start at rest.
fn falls(
    exact: &mut Exact,
    subject: &dyn Subject,
    speed: &Rational,
    [mu, root, start]: [Rational; 3],
    function: &dyn Problem<Rational>,
    name: &str,
) -> Result<(), NotOffered> {
    let step_size = Rational::ONE / (&mu * square(&root));
    let mut optimizer = subject.exact(&nesterov(Form::Sequence, step_size, momentum(&root)))?;
    let rate = Rational::ONE - speed / &root;
    let potential = |before: &Rational, x: &Rational| {
        let z = x + (&root - Rational::ONE) * (x - before);
        function.value(std::slice::from_ref(x)) + &mu / Rational::from(2) * square(&z)
    };
    let mut x = vec![start.clone()];
    let mut value = potential(&start, &start);
    for step in 1..=6 {
        let before = x[0].clone();
        advance(&mut *optimizer, &mut x, |x| function.gradient(x));
        let next = potential(&before, &x[0]);
        exact.holds("V⁺ ≤ (1 - 1/√κ) V", next <= &rate * &value, || {
            let [value, next] = [&value, &next].map(readable);
            format!("{name}, step {step}: μ = {mu}, √κ = {root}, x₀ = {start}: V = {value}, V⁺ = {next}")
        });
        value = next;
    }
    Ok(())
}
