//! Which start leads to which minimum.

use crate::number::Real;
use crate::system::System;
use crate::theorem::Source;
use crate::vector::{along, dot};

/// The map.
pub const SYSTEM: System = System {
    name: "basin-map",
    formula: "start ↦ the minimum within the tolerance of the last of n iterates, or none",
    rows: &["S6 basin map"],
    conventions: &[],
    sources: &[Source::Note("000", "81-83"), Source::Note("000", "300")],
    tests: &[
        "tests/landscape/runs.rs::the_double_wells_basins_meet_at_its_saddle",
        "tests/landscape/runs.rs::a_start_that_settles_nowhere_belongs_to_no_basin",
    ],
};

/// For each start the place among `minima` of the one within `tolerance` (Euclidean) of the iterate after `steps` steps, the nearest
/// if there are several; `None` if there is none, as for a NaN.
///
/// # Panics
/// If points differ in dimension.
pub fn basin_map<R: Real>(
    starts: &[Vec<R>],
    minima: &[Vec<R>],
    tolerance: &R,
    steps: usize,
    step: impl Fn(&[R]) -> Vec<R>,
) -> Vec<Option<usize>> {
    let limit = tolerance.clone() * tolerance;
    let settle = |start: &Vec<R>| {
        let last = (0..steps).fold(start.clone(), |x, _| step(&x));
        let squares = minima.iter().map(|minimum| {
            let difference = along(&last, &R::int(-1), minimum);
            dot(&difference, &difference)
        });
        let near = squares.enumerate().filter(|(_, square)| *square <= limit);
        let nearest = near.reduce(|a, b| if b.1 < a.1 { b } else { a });
        nearest.map(|(place, _)| place)
    };
    starts.iter().map(settle).collect()
}
