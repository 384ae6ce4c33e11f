//! Multipliers that are simple fractions.

use super::program::{Program, Solution};
use super::rounding::{Rounded, settle};
use crate::number::Rational;

/// How far a fraction may be from what the solver found, relative to the worst case, one after the other.
const DISTANCES: [f64; 6] = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];

/// A proof by the simplest fractions near the multipliers, if they prove a bound that is no larger: the best bound itself, as a rule,
/// while a rounded one keeps a distance from it. There is hope where the multipliers are the only ones, so [`thin`](super::thin)
/// comes first; `solution` is what the proof was rounded from.
pub fn recognise(program: &Program<Rational>, proof: &Rounded, solution: &Solution) -> Option<Rounded> {
    DISTANCES.iter().find_map(|distance| {
        let simplest = |x: f64, size: f64| {
            let radius = distance / size.clamp(1e-200, 1e200);
            Some(Rational::simplest_in(Rational::try_from(x - radius).ok()?, Rational::try_from(x + radius).ok()?))
        };
        settle(program, solution, simplest).filter(|exact| exact.bound <= proof.bound)
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{Measure, gradient_descent, worst_case};
    use super::super::{prove, thin};
    use super::*;
    use crate::number::rational;

    /// `1/(4N + 2)` itself, by the multipliers of Drori and Teboulle (2014): `(k + 1)/(2N - k)` from each point to the next, among others.
    #[test]
    fn gradient_descent_exactly() {
        for steps in 1..=6 {
            let points = gradient_descent(steps, &Rational::ONE);
            let wanted = |i: usize, j: usize| i == points.len() || (j < points.len() && i.abs_diff(j) == 1);
            let program = worst_case(&points, [&Rational::ZERO, &Rational::ONE], Measure::Value, wanted);
            let (proof, solution) = prove(&program).unwrap();
            let (proof, solution) = thin(&program, &proof, &solution).unwrap_or((proof, solution));
            let exact = recognise(&program, &proof, &solution).unwrap();
            assert_eq!(exact.bound, rational(1, 4 * steps as u64 + 2));
            for k in 0..steps {
                let step = rational(k as i64 + 1, (2 * steps - k) as u64);
                assert!(exact.multipliers.contains(&step), "{step} in {:?}", exact.multipliers);
            }
        }
    }
}
