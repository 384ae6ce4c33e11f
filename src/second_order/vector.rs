//! Vectors as slices: the few operations that the methods share, in one fixed order of summation.

use crate::number::Real;

/// `⟨a, b⟩`, summed from the left.
pub(super) fn dot<R: Real>(a: &[R], b: &[R]) -> R {
    a.iter().zip(b).fold(R::zero(), |sum, (a, b)| sum + a.clone() * b)
}

/// `x + t d`.
pub(super) fn along<R: Real>(x: &[R], length: &R, direction: &[R]) -> Vec<R> {
    x.iter().zip(direction).map(|(x, d)| x.clone() + d.clone() * length).collect()
}

/// `a - b`.
pub(super) fn difference<R: Real>(a: &[R], b: &[R]) -> Vec<R> {
    a.iter().zip(b).map(|(a, b)| a.clone() - b).collect()
}

/// `t a`.
pub(super) fn scaled<R: Real>(a: &[R], factor: &R) -> Vec<R> {
    a.iter().map(|a| a.clone() * factor).collect()
}

/// `-a`.
pub(super) fn negated<R: Real>(a: &[R]) -> Vec<R> {
    a.iter().map(|a| -a.clone()).collect()
}

/// `A v` for a matrix by rows.
pub(super) fn product<R: Real>(matrix: &[Vec<R>], v: &[R]) -> Vec<R> {
    matrix.iter().map(|row| dot(row, v)).collect()
}

/// `A + t I`.
pub(super) fn shifted<R: Real>(mut matrix: Vec<Vec<R>>, shift: &R) -> Vec<Vec<R>> {
    for (place, row) in matrix.iter_mut().enumerate() {
        row[place] = row[place].clone() + shift;
    }
    matrix
}

/// `|t|`; NaN stays NaN.
pub(super) fn magnitude<R: Real>(t: R) -> R {
    if t < R::zero() { -t } else { t }
}

/// `max |a_i|`, zero for no elements, NaN if any element is.
pub(super) fn largest<R: Real>(a: &[R]) -> R {
    a.iter().fold(R::zero(), |largest, a| largest.larger(magnitude(a.clone())))
}

/// The smaller of two numbers; NaN if either is.
pub(super) fn smaller<R: Real>(a: R, b: R) -> R {
    -(-a).larger(-b)
}

/// Whether all elements are numbers, neither NaN nor infinite.
pub(super) fn finite<R: Real>(a: &[R]) -> bool {
    a.iter().all(|a| {
        let zero = a.clone() - a; // NaN for both
        zero.partial_cmp(&zero).is_some()
    })
}
