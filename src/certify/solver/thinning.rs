//! Which constraints a proof needs.

use super::conic::{Accuracy, solve};
use super::program::{Program, Solution};
use super::scaling::Units;

/// What the multipliers cost while those that are needed are found out, relative to the worst case.
pub(super) const PRICES: [f64; 2] = [1e-3, 1e-5];

/// By how much a constraint may lower the bound and still be called superfluous, relatively.
const SUPERFLUOUS: f64 = 1e-8;

/// Its multiples are spread evenly between the integers.
const GOLDEN_RATIO: f64 = 0.618_033_988_749_894_8;

/// Constraints that suffice for the same bound up to a relative `10^-9` or so, as a rule; `None` if that would be all of them.
///
/// Interior-point methods return multipliers in the middle of all the best ones. Here every multiplier has its price in the units
/// of the solution, so that most vanish.
pub(super) fn needed(program: &Program<f64>, solution: &Solution, price: f64) -> Option<Vec<usize>> {
    let scaled = Units::of_coefficients(program).of_solution(solution).program(program);
    let sizes: Vec<f64> = scaled.constraints.iter().map(|c| c.form.largest()).collect();
    let mut priced = scaled.clone();
    for (index, (constraint, size)) in priced.constraints.iter_mut().zip(&sizes).enumerate() {
        if constraint.bound == 0.0 && !constraint.equality {
            // No two prices are in a simple proportion, so that no two choices are equally good.
            let detuned = 1.0 + (index as f64 * GOLDEN_RATIO).fract();
            constraint.bound = price * size * detuned;
        }
    }
    let found = solve(&priced, Accuracy { tolerance: 1e-9, margin: 0.0 }).ok()?;
    // Of a pair whose product is small, the multiplier or the slack, the larger one does not vanish; a slack is at least the price where the
    // multiplier is not needed.
    let needed = |index: &usize| {
        let constraint = &scaled.constraints[*index];
        constraint.equality || constraint.bound != 0.0 || found.multipliers[*index] * sizes[*index] > 0.1 * price
    };
    let kept: Vec<usize> = (0..program.constraints.len()).filter(needed).collect();
    (kept.len() < program.constraints.len()).then_some(kept)
}

/// Constraints none of which can be left out without raising the bound: the best multipliers for them are the only ones, as a rule. Those that
/// come first in `order` are given up first; a constraint that is not in it stays.
///
/// This takes one solution for each constraint that is left after the [`needed`] ones are found, so it is for small programs.
pub fn indispensable(program: &Program<f64>, solution: &Solution, bound: f64, order: &[usize]) -> Vec<usize> {
    let units = Units::of_coefficients(program).of_solution(solution);
    let scaled = units.program(program);
    let limit = units.relative(bound) * (1.0 + SUPERFLUOUS);
    let suffices = |kept: &[usize]| {
        solve(&scaled.restricted(kept), Accuracy { tolerance: 1e-9, margin: 0.0 }).is_ok_and(|found| found.bound <= limit)
    };
    let mut kept = (PRICES.iter().filter_map(|&price| needed(program, solution, price)))
        .find(|kept| suffices(kept))
        .unwrap_or_else(|| (0..program.constraints.len()).collect());
    for gone in order {
        let fewer: Vec<usize> = kept.iter().copied().filter(|c| c != gone).collect();
        if fewer.len() < kept.len() && suffices(&fewer) {
            kept = fewer;
        }
    }
    kept
}
