//! Two-dimensional slices of a loss.

use crate::lab::Draws;
use crate::number::{Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, norm};
use std::ops::Range;

/// The slice of the lecture's code.
pub const AS_IS: System = System {
    name: "slice-of-the-notes",
    formula: "losses[i][j] = L(θ + tᵢ 1_A + tⱼ 1_B), one number added to every entry of tensor A and of B; tᵢ = −r + 2ri/(n − 1)",
    rows: &["S6 2-D slice as in the notes"],
    conventions: &[Convention { name: "resolution", values: &["even: the centre is not on the grid", "odd"] }],
    sources: &[Source::Note("003", "700-748")],
    tests: &[
        "tests/landscape/paths.rs::an_even_grid_misses_the_trained_loss_and_an_odd_one_contains_it",
        "tests/landscape/paths.rs::the_slice_of_the_notes_sees_one_direction_of_each_tensor",
    ],
};

/// Filter-normalised directions.
pub const FILTER_NORMALISED: System = System {
    name: "filter-normalised-slice",
    formula: "d_f ← d_f ‖θ_f‖/‖d_f‖ for every filter f of two standard normal directions",
    rows: &["S6 2-D slice filter-normalised"],
    conventions: &[
        Convention { name: "normalisation", values: &["filter", "layer", "none"] },
        Convention { name: "biases", values: &["zero", "copied from the parameters", "part of their filter", "as drawn"] },
    ],
    sources: &[Source::Note("003", "863"), Source::Cited("li2018", "section 4")],
    tests: &[
        "tests/landscape/paths.rs::filter_normalised_slices_survive_a_rescaled_layer_but_not_rescaled_units",
        "tests/landscape/paths.rs::a_normalised_direction_has_its_filters_norms",
    ],
};

/// NumPy's `linspace(-range, range, resolution)`.
///
/// # Panics
/// If the resolution is below two.
pub fn even_grid<R: Real>(range: &R, resolution: usize) -> Vec<R> {
    assert!(resolution >= 2, "a grid has two ends");
    let count = |count: usize| R::int(i64::try_from(count).expect("a grid fits in memory"));
    let step = (range.clone() + range) / count(resolution - 1);
    let mut grid: Vec<R> = (0..resolution).map(|index| count(index) * &step - range).collect();
    grid[resolution - 1] = range.clone(); // as NumPy does, rather than a rounding away from it
    grid
}

/// `value(x + gridᵢ first + gridⱼ second)` as row i, column j.
///
/// # Panics
/// If a direction and the point differ in length.
pub fn slice<R: Real>(x: &[R], [first, second]: [&[R]; 2], grid: &[R], value: impl Fn(&[R]) -> R) -> Vec<Vec<R>> {
    let row = |s: &R| {
        let x = along(x, s, first);
        grid.iter().map(|t| value(&along(&x, t, second))).collect()
    };
    grid.iter().map(row).collect()
}

/// The direction of note 003's code: one in every entry of the tensor at these places of the parameters, zero elsewhere.
pub fn all_entries<R: Real>(length: usize, tensor: Range<usize>) -> Vec<R> {
    (0..length).map(|index| R::int(i64::from(tensor.contains(&index)))).collect()
}

/// What a direction is in the parameters that belong to no filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Zero (`ignore = 'biasbn'` in the authors' code).
    Zero,
    /// The parameter itself (their code without that option).
    Copied,
    /// As drawn.
    Drawn,
}

/// A random direction for each parameter: independent standard normal numbers.
pub fn random_direction(length: usize, draws: &mut Draws) -> Vec<f64> {
    draws.normals(length)
}

/// The direction with each filter's part scaled to the norm of that filter in `x` (Li et al. 2018, section 4).
///
/// Filters are disjoint lists of indices: the incoming weights of a unit (with its bias, if that is to be part of it), or a layer's
/// weights for their layer normalisation. Unlike the authors' code nothing is added to `‖d_f‖`, which a drawn direction has positive.
/// The slices of a ReLU network survive a rescaling of a *whole* layer by a factor and of the next one by its inverse, not of single units.
///
/// # Panics
/// If an index is out of range, or lengths differ.
pub fn normalised<R: Root>(direction: &[R], x: &[R], filters: &[Vec<usize>], rest: Rest) -> Vec<R> {
    assert_eq!(direction.len(), x.len(), "a direction is as long as the parameters");
    let mut normalised: Vec<R> = match rest {
        Rest::Zero => x.iter().map(|_| R::zero()).collect(),
        Rest::Copied => x.to_vec(),
        Rest::Drawn => direction.to_vec(),
    };
    for filter in filters {
        let part = |of: &[R]| norm(&filter.iter().map(|&index| of[index].clone()).collect::<Vec<R>>());
        let factor = part(x) / part(direction);
        filter.iter().for_each(|&index| normalised[index] = direction[index].clone() * &factor);
    }
    normalised
}
