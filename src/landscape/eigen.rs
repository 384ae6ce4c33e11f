//! Eigenvalues and eigenvectors of symmetric matrices, by a library.

use crate::{Error, Result};
use nalgebra::{DMatrix, SymmetricEigen};

/// The eigenvalues in ascending order, each with its unit eigenvector.
///
/// # Errors
/// If the matrix is empty, not square, not symmetric, or holds a number that is not finite.
pub(super) fn eigenpairs(matrix: &[Vec<f64>]) -> Result<Vec<(f64, Vec<f64>)>> {
    let size = matrix.len();
    if size == 0 || matrix.iter().any(|row| row.len() != size) {
        return Err(Error::new("a Hessian is a square matrix with at least one row"));
    }
    let entries = || (0..size).flat_map(|row| (0..size).map(move |column| (row, column)));
    if entries().any(|(row, column)| !matrix[row][column].is_finite()) {
        return Err(Error::new("a Hessian's entries must be finite"));
    }
    if entries().any(|(row, column)| matrix[row][column] != matrix[column][row]) {
        return Err(Error::new("a Hessian must be symmetric, to the last bit: average it with its transpose"));
    }
    let computed = SymmetricEigen::new(DMatrix::from_fn(size, size, |row, column| matrix[row][column]));
    let vectors = computed.eigenvectors.column_iter().map(|column| column.iter().copied().collect());
    let mut pairs: Vec<(f64, Vec<f64>)> = computed.eigenvalues.iter().copied().zip(vectors).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(pairs)
}
