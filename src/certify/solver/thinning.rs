//! Proofs with fewer multipliers.

use super::conic::{Accuracy, solve};
use super::program::{Program, Solution};
use super::proof::prove;
use super::rounding::Rounded;
use super::scaling::Units;
use crate::number::{Rational, to_f64};

/// What the multipliers cost while those that are needed are found out, relative to the worst case.
const PRICES: [f64; 2] = [1e-3, 1e-5];

/// How much a thinner proof's bound may exceed the one given.
const LOSS: f64 = 1e-9;

/// Its multiples are spread evenly between the integers.
const GOLDEN_RATIO: f64 = 0.618_033_988_749_894_8;

/// A proof of the same bound (up to a relative `10^-9`) from fewer constraints, if there is one; `solution` is what the proof was
/// rounded from.
///
/// Interior-point methods return multipliers in the middle of all the best ones. Here every multiplier has its price in the units
/// of the solution, so that most vanish; then the program is proved again under the constraints that are left.
pub fn thin(program: &Program<Rational>, proof: &Rounded, solution: &Solution) -> Option<(Rounded, Solution)> {
    let floats = program.to_floats();
    let units = Units::of_coefficients(&floats).of_solution(solution);
    let scaled = units.program(&floats);
    let sizes: Vec<f64> = scaled.constraints.iter().map(|c| c.form.largest()).collect();
    for price in PRICES {
        let mut priced = scaled.clone();
        for (index, (constraint, size)) in priced.constraints.iter_mut().zip(&sizes).enumerate() {
            if constraint.bound == 0.0 && !constraint.equality {
                // No two prices are in a simple proportion, so that no two choices are equally good.
                let detuned = 1.0 + (index as f64 * GOLDEN_RATIO).fract();
                constraint.bound = price * size * detuned;
            }
        }
        let Ok(found) = solve(&priced, Accuracy { tolerance: 1e-9, margin: 0.0 }) else { continue };
        // Of a pair whose product is small, the multiplier or the slack, the larger one does not vanish; a slack is at least the price
        // where the multiplier is not needed.
        let needed = |index: &usize| {
            let constraint = &scaled.constraints[*index];
            constraint.equality || constraint.bound != 0.0 || found.multipliers[*index] * sizes[*index] > 0.1 * price
        };
        let kept: Vec<usize> = (0..program.constraints.len()).filter(needed).collect();
        if kept.len() == program.constraints.len() {
            continue;
        }
        if let Ok((rounded, fine)) = prove(&program.restricted(&kept))
            && to_f64(&rounded.bound) <= to_f64(&proof.bound) * (1.0 + LOSS)
        {
            let mut multipliers = vec![Rational::ZERO; program.constraints.len()];
            let mut floats = vec![0.0; program.constraints.len()];
            for ((&index, exact), float) in kept.iter().zip(rounded.multipliers).zip(fine.multipliers) {
                (multipliers[index], floats[index]) = (exact, float);
            }
            return Some((Rounded { multipliers, ..rounded }, Solution { multipliers: floats, ..fine }));
        }
    }
    None
}
