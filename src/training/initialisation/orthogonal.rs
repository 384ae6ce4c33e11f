//! Random orthogonal matrices.

use crate::lab::Draws;
use crate::number::Root;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The orthogonal initialiser.
pub const ORTHOGONAL: System = System {
    name: "orthogonal-initialisation",
    formula: "W = g Q of A = QR, A standard normal, rⱼⱼ > 0: Q is uniform (Haar)",
    rows: &["S5 orthogonal"],
    conventions: &[
        Convention { name: "signs", values: &["positive diagonal of R", "Householder's, as LAPACK returns them"] },
        Convention { name: "flattening", values: &["PyTorch: all dimensions but the first", "Keras: all but the last"] },
    ],
    sources: &[Source::Cited("saxe2014", "section 3"), Source::Cited("mezzadri2007", "section 5")],
    tests: &[
        "tests/initialisation.rs::orthogonal_weights_are_orthonormal_to_rounding",
        "tests/initialisation.rs::the_factorisation_is_the_librarys",
        "tests/initialisation.rs::without_the_sign_correction_the_first_entry_is_never_positive",
    ],
};

/// The signs of R's diagonal, and so of Q's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// Positive: the factorisation is unique, and Q of a normal matrix is uniform (Mezzadri 2007). PyTorch and Keras correct to this.
    Positive,
    /// Householder's `rⱼⱼ = −sign(aⱼⱼ) ‖aⱼ‖`, uncorrected: Q's first entry is then never positive.
    Householder,
}

/// The factor Q of `A = QR` for the rows of a matrix with no fewer rows than columns, by Householder reflections (Golub and Van Loan
/// 2013, algorithm 5.2.1): its columns, as many as A's. Orthonormal up to a small multiple of rows times columns roundings.
///
/// # Panics
/// If rows differ in length or are fewer than columns.
pub fn orthonormal_factor<R: Root>(matrix: &[Vec<R>], signs: Signs) -> Vec<Vec<R>> {
    let (rows, columns) = (matrix.len(), matrix.first().map_or(0, Vec::len));
    assert!(rows >= columns && matrix.iter().all(|row| row.len() == columns), "a matrix no wider than high");
    let mut remaining: Vec<Vec<R>> = (0..columns).map(|column| matrix.iter().map(|row| row[column].clone()).collect()).collect();
    let mut reflections: Vec<(Vec<R>, bool)> = Vec::new();
    for column in 0..columns {
        // The vector that reflects the rest of this column onto its first axis, on the side without cancellation.
        let mut axis: Vec<R> = remaining[column].clone();
        axis[..column].iter_mut().for_each(|entry| *entry = R::zero());
        let length = axis.iter().fold(R::zero(), |sum, entry| sum + entry.clone() * entry).sqrt();
        let negative = axis[column] < R::zero();
        axis[column] = if negative { axis[column].clone() - length } else { axis[column].clone() + length };
        remaining[column + 1..].iter_mut().for_each(|vector| reflect(vector, &axis));
        reflections.push((axis, negative));
    }
    let unit = |column: usize| {
        let mut vector = vec![R::zero(); rows];
        vector[column] = R::one();
        reflections[..=column].iter().rev().for_each(|(axis, _)| reflect(&mut vector, axis));
        // The diagonal of R is positive already where the entry was negative.
        let flip = signs == Signs::Positive && !reflections[column].1;
        if flip { vector.into_iter().map(|entry| -entry).collect() } else { vector }
    };
    (0..columns).map(unit).collect()
}

/// `x − 2 v (vᵀx / vᵀv)`; nothing for a zero axis.
fn reflect<R: Root>(x: &mut [R], axis: &[R]) {
    let sum = |other: &[R]| axis.iter().zip(other).fold(R::zero(), |sum, (v, x)| sum + v.clone() * x);
    let length = sum(axis);
    if length != R::zero() {
        let amount = R::int(2) * sum(x) / length;
        x.iter_mut().zip(axis).for_each(|(x, v)| *x = x.clone() - v.clone() * &amount);
    }
}

/// A matrix with orthonormal columns, or rows if these are fewer, in row-major order.
pub(super) fn orthogonal([rows, columns]: [usize; 2], signs: Signs, draws: &mut Draws) -> Vec<f64> {
    let (long, short) = (rows.max(columns), rows.min(columns));
    let normal: Vec<Vec<f64>> = (0..long).map(|_| draws.normals(short)).collect();
    let factor = orthonormal_factor(&normal, signs);
    let entry = |row: usize, column: usize| if rows >= columns { factor[column][row] } else { factor[row][column] };
    (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))).map(|(row, column)| entry(row, column)).collect()
}
