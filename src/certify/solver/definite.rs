//! Whether a symmetric matrix of rational numbers is positive semidefinite.

use crate::number::Rational;
use dashu_int::{IBig, Sign, UBig, ops::Gcd};

/// Decided exactly by symmetric elimination without fractions (Bareiss), on the matrix times its common denominator. Entry `(i, j)`
/// with `j ≤ i` is `lower[i][j]`.
///
/// Why: after `k` steps each entry is a minor of order `k + 1`, hence an integer, and the pivots have the signs of those of `L D Lᵀ`.
/// A pivot of zero demands that the rest of its column is zero, and is then left out.
pub(super) fn is_semidefinite(lower: &[Vec<Rational>]) -> bool {
    let mut common = UBig::ONE;
    for x in lower.iter().flatten() {
        let denominator = x.denominator();
        common = &common / (&common).gcd(denominator) * denominator;
    }
    let integer = |x: &Rational| x.numerator() * IBig::from(&common / x.denominator());
    let mut rest: Vec<Vec<IBig>> = lower.iter().map(|row| row.iter().map(integer).collect()).collect();
    let mut previous = IBig::ONE;
    for k in 0..rest.len() {
        let pivot = rest[k][k].clone();
        if pivot.sign() == Sign::Negative {
            return false;
        }
        let (_, below) = rest.split_at_mut(k + 1);
        if pivot.is_zero() {
            if below.iter().any(|row| !row[k].is_zero()) {
                return false;
            }
            continue;
        }
        let column: Vec<IBig> = below.iter().map(|row| row[k].clone()).collect();
        for (i, row) in below.iter_mut().enumerate() {
            for j in 0..=i {
                let entry = &mut row[k + 1 + j];
                *entry = (&*entry * &pivot - &column[i] * &column[j]) / &previous;
            }
        }
        previous = pivot;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::rational;

    /// `Σ v vᵀ` over the vectors, plus `shift` at the last entry.
    fn gram(vectors: &[[i64; 4]], shift: Rational) -> Vec<Vec<Rational>> {
        let entry = |i: usize, j: usize| vectors.iter().map(|v| v[i] * v[j]).sum::<i64>();
        let mut lower: Vec<Vec<Rational>> =
            (0..4).map(|i| (0..=i).map(|j| Rational::from(entry(i, j)) / Rational::from(7)).collect()).collect();
        lower[3][3] += shift;
        lower
    }

    #[test]
    fn the_boundary_is_told_exactly() {
        let (one, two) = ([[1, 2, -3, 5]], [[0, 1, 1, 2], [3, 0, -1, 4]]);
        for vectors in [&[][..], &one, &two] {
            assert!(is_semidefinite(&gram(vectors, Rational::ZERO)));
            assert!(is_semidefinite(&gram(vectors, rational(1, 1 << 60))));
            assert!(!is_semidefinite(&gram(vectors, rational(-1, 1 << 60))));
        }
        // The zero pivot comes first here, and its column is not zero.
        assert!(!is_semidefinite(&[vec![Rational::ZERO], vec![Rational::ONE, Rational::from(9)]]));
    }
}
