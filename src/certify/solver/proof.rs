//! From an exact worst-case program to exact multipliers.

use super::Stalled;
use super::conic::{Accuracy, solve};
use super::program::{Program, Solution};
use super::rounding::{Rounded, round};
use super::scaling::Units;
use crate::number::Rational;

/// Margins, relative to the bound, that are tried in turn.
const MARGINS: [f64; 4] = [2e-10, 7e-10, 1e-8, 1e-6];

/// Multipliers that prove a bound exactly, and what the solver found before they were rounded.
pub fn prove(program: &Program<Rational>) -> Result<(Rounded, Solution), Stalled> {
    let floats = program.to_floats();
    let rough = solve(&floats, Accuracy::ROUGH)?;
    let units = Units::of(&rough, program.order);
    let scaled = units.program(&floats);
    for margin in MARGINS {
        let Ok(fine) = solve(&scaled, Accuracy { tolerance: 1e-13, margin: margin / program.order as f64 }) else { continue };
        let fine = units.undo(fine);
        if let Some(rounded) = round(program, &fine) {
            return Ok((rounded, fine));
        }
    }
    Err(Stalled)
}
