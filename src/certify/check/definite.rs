//! Whether a symmetric matrix is positive semidefinite, exactly.

use super::exact::Exact;
use crate::number::Real;

/// Whether `xᵀ A x ≥ 0` for all `x`, by elimination without fractions (Bareiss 1968).
///
/// After `k` pivots each entry is that of the Schur complement times the product of the pivots' leading minors, which are positive; so its
/// diagonal has the signs of `D` in `A = L D Lᵀ`. A negative pivot shows a direction with a negative value; so does a zero pivot in a
/// row that is not zero, because a 2 x 2 minor is negative then. A row of zeros adds nothing.
///
/// # Panics
/// If the matrix is not square.
pub fn is_positive_semidefinite(mut matrix: Vec<Vec<Exact>>) -> bool {
    let size = matrix.len();
    let zero = Exact::zero();
    let mut last = Exact::one();
    for k in 0..size {
        let pivot = matrix[k][k].clone();
        if pivot < zero {
            return false;
        }
        if pivot.is_zero() {
            if matrix[k][k + 1..].iter().any(|entry| !entry.is_zero()) {
                return false;
            }
            continue;
        }
        let row = matrix[k].clone();
        for i in k + 1..size {
            for j in i..size {
                let entry = matrix[i][j].clone() * &pivot - row[i].clone() * &row[j];
                matrix[i][j] = if last == Exact::one() { entry } else { entry / &last };
            }
        }
        last = pivot;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Rational;
    use quickcheck::quickcheck;

    fn matrix(rows: &[&[i64]]) -> Vec<Vec<Exact>> {
        rows.iter().map(|row| row.iter().map(|&entry| Exact::int(entry)).collect()).collect()
    }

    #[test]
    fn known_matrices() {
        for (rows, expected) in [
            (&[&[1i64, 0][..], &[0, 0]][..], true),
            (&[&[0, 0], &[0, 1]], true),
            (&[&[0, 1], &[1, 5]], false),
            (&[&[2, 2], &[2, 2]], true),
            (&[&[2, 3], &[3, 4]], false),
            (&[&[1, 1, 1], &[1, 1, 1], &[1, 1, 1]], true),
            (&[&[1, 1, 0], &[1, 1, 1], &[0, 1, 9]], false),
            (&[&[4, 2, 2], &[2, 1, 1], &[2, 1, 1]], true),
            (&[&[0, 0, 0], &[0, 3, 3], &[0, 3, 2]], false),
        ] {
            assert_eq!(is_positive_semidefinite(matrix(rows)), expected, "{rows:?}");
        }
        // ((√2, 1), (1, 1/√2)) is singular, and its determinant shows only with the root's arithmetic.
        let root = Exact::root(2);
        let singular = |less: Exact| vec![vec![root.clone(), Exact::one()], vec![Exact::one(), Exact::one() / &root - less]];
        assert!(is_positive_semidefinite(singular(Exact::zero())));
        assert!(!is_positive_semidefinite(singular(Exact::of(&(Rational::ONE / Rational::from(1_000_000_000_000i64))))));
    }

    quickcheck! {
        fn a_gram_matrix_is_and_less_its_trace_is_not(vectors: Vec<(i8, i8, i8)>) -> bool {
            let vectors: Vec<[i64; 3]> = vectors.into_iter().take(5).map(|(a, b, c)| [a.into(), b.into(), c.into()]).collect();
            let inner = |a: &[i64; 3], b: &[i64; 3]| a.iter().zip(b).map(|(x, y)| x * y).sum::<i64>();
            let gram = |less: i64| -> Vec<Vec<Exact>> {
                let entry = |i: usize, j: usize| Exact::int(inner(&vectors[i], &vectors[j]) - if i == j { less } else { 0 });
                (0..vectors.len()).map(|i| (0..vectors.len()).map(|j| entry(i, j)).collect()).collect()
            };
            let trace: i64 = vectors.iter().map(|v| inner(v, v)).sum();
            is_positive_semidefinite(gram(0)) && (vectors.is_empty() || !is_positive_semidefinite(gram(trace + 1)))
        }
    }
}
