//! Sums over the entries of vectors, first to last.

use crate::number::{Real, Root};

/// `Σ a_i b_i`.
pub(super) fn inner<R: Real>(a: &[R], b: &[R]) -> R {
    assert_eq!(a.len(), b.len(), "vectors of one space have one length");
    a.iter().zip(b).fold(R::zero(), |sum, (a, b)| sum + a.clone() * b)
}

/// The Euclidean norm.
pub(super) fn norm<R: Root>(x: &[R]) -> R {
    x.iter().fold(R::zero(), |sum, x| sum + x.clone() * x).sqrt()
}

/// `x + t d`.
pub(super) fn moved<R: Real>(x: &[R], direction: &[R], t: &R) -> Vec<R> {
    assert_eq!(x.len(), direction.len(), "vectors of one space have one length");
    x.iter().zip(direction).map(|(x, d)| x.clone() + d.clone() * t).collect()
}

/// `H x` for the rows of H.
pub(super) fn product<R: Real>(matrix: &[Vec<R>], x: &[R]) -> Vec<R> {
    matrix.iter().map(|row| inner(row, x)).collect()
}
