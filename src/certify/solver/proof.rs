//! From an exact worst-case program to exact multipliers.

use super::Stalled;
use super::barrier::improve;
use super::conic::{Accuracy, solve};
use super::program::{Program, Solution};
use super::rounding::{Rounded, round};
use super::scaling::Units;
use crate::number::{Rational, to_f64};

/// What a proof may give away, relative to the worst run found, for the search to end.
const SLACK: f64 = 1e-9;

/// Multipliers that prove a bound exactly, and the solution in floating point that they were rounded from, whose `attained` says how
/// far from the least the bound may be.
///
/// Where the bound is least, the residual is singular and multipliers vanish, so that any rounding may spoil them. Therefore a share of
/// the bound is given away to keep a distance from there, `m` say: rounding succeeds if it moves the residual, in the [`Units`] in
/// which the worst run's vectors have length one, by less than `m / order`. The three ways, in the order of their cost:
///
/// 1. clarabel is asked that the residual stays semidefinite less `m / order` times the unit matrix, for `m = 2·10^-10`. It keeps its
///    equations up to about `10^-12`, which suffices as a rule.
/// 2. On badly conditioned programs it does not; then Newton's method on the dual barrier starts well inside and ends at
///    `m = 3·10^-10`, keeping the equations to the last digits.
/// 3. If that stalls, clarabel's solution is taken for larger `m`, and the bound is what it is: proved, but not tight.
///
/// # Errors
/// [`Stalled`] if no way leads to multipliers: if there is no bound, for example.
pub fn prove(program: &Program<Rational>) -> Result<(Rounded, Solution), Stalled> {
    let floats = program.to_floats();
    let prior = Units::of_coefficients(&floats);
    let rough = prior.undo(solve(&prior.program(&floats), Accuracy { tolerance: 1e-6, margin: 0.0 })?);
    let mut units = prior.of_solution(&rough);
    let mut best: Option<(Rounded, Solution)> = None;
    let with_margin = |scaled: &Program<f64>, tolerance: f64, share: f64| {
        solve(scaled, Accuracy { tolerance, margin: share / program.order as f64 })
    };
    // Twice, as the units of a rough solution may mislead.
    for _ in 0..2 {
        let scaled = units.program(&floats);
        let direct = with_margin(&scaled, 1e-11, 2e-10).ok();
        if let Some(solution) = &direct {
            keep(&mut best, program, units.undo(solution.clone()));
            if is_tight(&best) {
                break;
            }
        }
        let inside = with_margin(&scaled, 1e-5, 1e-2).ok();
        if let Some(solution) = inside.and_then(|inside| improve(&scaled, &inside, 3e-10)) {
            keep(&mut best, program, units.undo(solution));
            if is_tight(&best) {
                break;
            }
        }
        if let Some(solution) = &direct {
            units = prior.of_solution(&units.undo(solution.clone()));
        }
    }
    if best.is_none() {
        let scaled = units.program(&floats);
        for share in [1e-8, 1e-6, 1e-4] {
            if let Ok(solution) = with_margin(&scaled, 1e-11, share) {
                keep(&mut best, program, units.undo(solution));
            }
            if best.is_some() {
                break;
            }
        }
    }
    best.ok_or(Stalled)
}

/// Rounds a solution, and keeps it if it proves more than the best one yet.
fn keep(best: &mut Option<(Rounded, Solution)>, program: &Program<Rational>, solution: Solution) {
    if let Some(rounded) = round(program, &solution)
        && best.as_ref().is_none_or(|(known, _)| rounded.bound < known.bound)
    {
        *best = Some((rounded, solution));
    }
}

/// Whether the bound and the worst run agree; a run said to be worse than what is proved shows that the solver is off.
fn is_tight(best: &Option<(Rounded, Solution)>) -> bool {
    best.as_ref()
        .is_some_and(|(rounded, solution)| (to_f64(&rounded.bound) - solution.attained).abs() <= SLACK * solution.attained.abs())
}
