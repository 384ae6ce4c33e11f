//! Which hidden unit of one network is which of another.

use crate::system::System;
use crate::theorem::Source;
use crate::vector::dot;
use crate::{Error, Result};
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Alignment of units.
pub const SYSTEM: System = System {
    name: "permutation-alignment",
    formula: "π that minimises Σᵢ ‖aᵢ − b_{π(i)}‖², equally maximises Σᵢ ⟨aᵢ, b_{π(i)}⟩, by the Hungarian method",
    rows: &["S6 permutation alignment"],
    conventions: &[],
    sources: &[Source::Note("003", "797-806"), Source::Cited("ainsworth2023", "sections 3.1 and 3.2")],
    tests: &[
        "tests/landscape/critical_points.rs::alignment_recovers_a_planted_permutation",
        "tests/landscape/critical_points.rs::alignment_is_the_best_of_all_permutations",
    ],
};

/// The permutation π for which `Σᵢ ⟨aᵢ, b_{π(i)}⟩` is largest: unit i of the first network is unit `π[i]` of the second. A unit is given by
/// its weights (in and out, biases too) or by its activations on a sample.
///
/// Products are rounded to 40 bits below the largest one, because the assignment is made in integers, exactly and without ties
/// that rounding could turn into endless loops: the sum is within `n 2⁻⁴⁰` of that largest product from the best.
///
/// # Errors
/// If there is no unit, the networks differ in size, or a weight is not finite or so large that products overflow.
pub fn align(a: &[Vec<f64>], b: &[Vec<f64>]) -> Result<Vec<usize>> {
    if a.is_empty() || a.len() != b.len() || a.iter().chain(b).any(|unit| unit.len() != a[0].len()) {
        return Err(Error::new("two layers to align have as many units, each with as many weights"));
    }
    let products: Vec<Vec<f64>> = a.iter().map(|a| b.iter().map(|b| dot(a, b)).collect()).collect();
    if products.iter().flatten().any(|product| !product.is_finite()) {
        return Err(Error::new("the products of units to align must be finite"));
    }
    let largest = products.iter().flatten().fold(f64::MIN_POSITIVE, |largest: f64, product| largest.max(product.abs()));
    let whole = |product: &f64| (product / largest * (1u64 << 40) as f64).round() as i64;
    let rows = products.iter().map(|row| row.iter().map(whole).collect::<Vec<i64>>());
    Ok(kuhn_munkres(&Matrix::from_rows(rows).expect("rows of one length")).1)
}

/// The units in the order of the network that they were aligned with: `permuted(b, π)ᵢ = b_{π(i)}`.
///
/// # Panics
/// If the permutation is of another number of units.
pub fn permuted<U: Clone>(units: &[U], permutation: &[usize]) -> Vec<U> {
    assert_eq!(units.len(), permutation.len(), "a permutation of these units");
    permutation.iter().map(|&index| units[index].clone()).collect()
}
