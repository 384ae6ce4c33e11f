//! Multipliers that are simple fractions.

use super::conic::{Accuracy, solve};
use super::program::{Program, Solution};
use super::rounding::{Attained, Rounded, settle};
use super::scaling::Units;
use crate::number::Rational;

/// How far a fraction may be from what the solver found, relative to the worst case, one after the other.
const DISTANCES: [f64; 8] = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10];

/// A proof of exactly the bound that some runs attain, by the simplest fractions near the multipliers from which one is reached; a rounded
/// proof of [`prove`](super::prove) keeps a distance from it. Where not all runs are known that attain it, or none, there is hope if the
/// multipliers are the only ones: then the program should have [`indispensable`](super::indispensable) constraints only.
pub fn recognise(program: &Program<Rational>, sketch: &Solution, attained: &Attained) -> Option<Rounded> {
    let floats = program.to_floats();
    let units = Units::of_coefficients(&floats).of_solution(sketch);
    let sharp = solve(&units.program(&floats), Accuracy { tolerance: 1e-12, margin: 0.0 }).ok()?;
    let solution = units.undo(sharp);
    DISTANCES.iter().find_map(|distance| {
        let simplest = |x: f64, size: f64| {
            let radius = distance / size.clamp(1e-200, 1e200);
            Some(Rational::simplest_in(Rational::try_from(x - radius).ok()?, Rational::try_from(x + radius).ok()?))
        };
        settle(program, &solution, simplest, Some(attained))
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{Measure, gradient_descent, worst_case};
    use super::super::{indispensable, sketch};
    use super::*;
    use crate::number::{rational, to_f64};

    /// `1/(4N + 2)` itself, by the multipliers of Drori and Teboulle (2014): `(k + 1)/(2N - k)` from each point to the next, among others.
    #[test]
    fn gradient_descent_exactly() {
        for steps in 1..=6 {
            let points = gradient_descent(steps, &Rational::ONE);
            let wanted = |i: usize, j: usize| i == points.len() || (j < points.len() && i.abs_diff(j) == 1);
            let program = worst_case(&points, [&Rational::ZERO, &Rational::ONE], Measure::Value, wanted);
            let known = rational(1, 4 * steps as u64 + 2);
            let rough = sketch(&program.to_floats()).unwrap();
            let all: Vec<usize> = (1..program.constraints.len()).collect();
            let kept = indispensable(&program.to_floats(), &rough, to_f64(&known), &all);
            let exact = recognise(&program.restricted(&kept), &rough, &Attained { bound: &known, vectors: &[] }).unwrap();
            assert_eq!(exact.bound, known);
            for k in 0..steps {
                let step = rational(k as i64 + 1, (2 * steps - k) as u64);
                assert!(exact.multipliers.contains(&step), "{step} in {:?}", exact.multipliers);
            }
        }
    }
}
