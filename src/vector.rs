//! Vectors as slices: the few operations that methods and landscapes share, in one fixed order of summation.
//!
//! The optimizers' own sums over tensors are those of [`crate::kernels`], in another fixed order.

use crate::number::{Real, Root};

/// `⟨a, b⟩`, summed from the left.
pub(crate) fn dot<R: Real>(a: &[R], b: &[R]) -> R {
    assert_eq!(a.len(), b.len(), "vectors of one space have one length");
    R::sum(a.iter().zip(b).map(|(a, b)| a.clone() * b))
}

/// The Euclidean norm.
pub(crate) fn norm<R: Root>(x: &[R]) -> R {
    dot(x, x).sqrt()
}

/// `x + t d`.
pub(crate) fn along<R: Real>(x: &[R], length: &R, direction: &[R]) -> Vec<R> {
    assert_eq!(x.len(), direction.len(), "vectors of one space have one length");
    x.iter().zip(direction).map(|(x, d)| x.clone() + d.clone() * length).collect()
}

/// `a - b`.
pub(crate) fn difference<R: Real>(a: &[R], b: &[R]) -> Vec<R> {
    a.iter().zip(b).map(|(a, b)| a.clone() - b).collect()
}

/// `t a`.
pub(crate) fn scaled<R: Real>(a: &[R], factor: &R) -> Vec<R> {
    a.iter().map(|a| a.clone() * factor).collect()
}

/// `-a`.
pub(crate) fn negated<R: Real>(a: &[R]) -> Vec<R> {
    a.iter().map(|a| -a.clone()).collect()
}

/// `A v` for a matrix by rows.
pub(crate) fn product<R: Real>(matrix: &[Vec<R>], v: &[R]) -> Vec<R> {
    matrix.iter().map(|row| dot(row, v)).collect()
}

/// `A + t I`.
pub(crate) fn shifted<R: Real>(mut matrix: Vec<Vec<R>>, shift: &R) -> Vec<Vec<R>> {
    for (place, row) in matrix.iter_mut().enumerate() {
        row[place] = row[place].clone() + shift;
    }
    matrix
}

/// `max |a_i|`, zero for no elements, NaN if any element is.
pub(crate) fn largest<R: Real>(a: &[R]) -> R {
    a.iter().fold(R::zero(), |largest, a| largest.larger(a.clone().magnitude()))
}

/// Whether all elements are numbers, neither NaN nor infinite.
pub(crate) fn finite<R: Real>(a: &[R]) -> bool {
    a.iter().all(|a| {
        let zero = a.clone() - a; // NaN for both
        zero.partial_cmp(&zero).is_some()
    })
}
