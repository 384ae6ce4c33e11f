//! From an exact worst-case program to exact multipliers.

use super::Stalled;
use super::conic::{Accuracy, solve};
use super::program::{Program, Solution};
use super::rounding::{Rounded, round};
use super::scaling::Units;
use crate::number::{Rational, to_f64};

/// What a proof may give away, relative to the worst run found.
const SLACK: f64 = 1e-9;

/// Margins relative to the bound, one after the other, if units fit.
const MARGINS: [f64; 7] = [2e-10, 2e-10, 5e-10, 5e-10, 1e-8, 1e-6, 1e-4];

/// Multipliers that prove a bound exactly, and what the solver found before they were rounded.
pub fn prove(program: &Program<Rational>) -> Result<(Rounded, Solution), Stalled> {
    let floats = program.to_floats();
    let prior = Units::of_coefficients(&floats);
    let rough = prior.undo(solve(&prior.program(&floats), Accuracy { tolerance: 1e-6, margin: 0.0 })?);
    let mut units = prior.of_solution(&rough);
    let mut best: Option<(Rounded, Solution)> = None;
    for margin in MARGINS {
        let accuracy = Accuracy { tolerance: 1e-11, margin: margin / program.order as f64 };
        let Ok(fine) = solve(&units.program(&floats), accuracy) else { continue };
        let fine = units.undo(fine);
        units = prior.of_solution(&fine);
        if let Some(rounded) = round(program, &fine) {
            let good = to_f64(&rounded.bound) <= fine.attained * (1.0 + SLACK);
            if best.as_ref().is_none_or(|(known, _)| rounded.bound < known.bound) {
                best = Some((rounded, fine));
            }
            if good {
                break;
            }
        }
    }
    best.ok_or(Stalled)
}
