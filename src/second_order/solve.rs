//! Linear systems of a few unknowns, in any ordered field.

use crate::number::Real;
use crate::vector::dot;

/// A root-free Cholesky factorisation `A = L D Lᵀ` of a symmetric positive definite matrix (Golub and Van Loan 2013, section
/// 4.1.2): Cholesky's algorithm without its square roots, so that it is exact in exact arithmetic.
#[derive(Clone, Debug, PartialEq)]
pub struct Cholesky<R> {
    /// The rows of the unit lower triangular factor, left of its diagonal.
    lower: Vec<Vec<R>>,
    /// The diagonal of `D`.
    pivots: Vec<R>,
}

impl<R: Real> Cholesky<R> {
    /// Factors the matrix, given by rows, of which it reads the lower half; `None` unless it is positive definite (NaN is not).
    /// Its sums take `n (n² - 1) / 6` multiplications.
    ///
    /// # Panics
    /// If row `i` has not more than `i` elements.
    pub fn new(matrix: &[Vec<R>]) -> Option<Self> {
        let mut factor = Cholesky { lower: Vec::new(), pivots: Vec::new() };
        for (place, row) in matrix.iter().enumerate() {
            let mut scaled: Vec<R> = Vec::with_capacity(place); // the new row of L D
            for (entry, above) in row[..place].iter().zip(&factor.lower) {
                scaled.push(entry.clone() - dot(&scaled, above));
            }
            let lower: Vec<R> = scaled.iter().zip(&factor.pivots).map(|(scaled, pivot)| scaled.clone() / pivot).collect();
            let pivot = row[place].clone() - dot(&scaled, &lower);
            if pivot.partial_cmp(&R::zero()) != Some(std::cmp::Ordering::Greater) {
                return None;
            }
            factor.lower.push(lower);
            factor.pivots.push(pivot);
        }
        Some(factor)
    }

    /// The solution `x` of `A x = b`.
    pub fn solve(&self, right: &[R]) -> Vec<R> {
        let mut x: Vec<R> = Vec::with_capacity(right.len());
        for (row, b) in self.lower.iter().zip(right) {
            x.push(b.clone() - dot(row, &x));
        }
        x = x.into_iter().zip(&self.pivots).map(|(x, pivot)| x / pivot).collect();
        for place in (0..x.len()).rev() {
            let known = x[place].clone();
            for (column, l) in self.lower[place].iter().enumerate() {
                x[column] = x[column].clone() - l.clone() * &known;
            }
        }
        x
    }
}

/// The solution of `A x = b` for any regular matrix, by elimination with partial pivoting (Golub and Van Loan 2013, algorithm
/// 3.4.1); `None` where a column has no pivot other than zero or NaN.
pub(super) fn eliminate<R: Real>(matrix: &[Vec<R>], right: &[R]) -> Option<Vec<R>> {
    let mut rows: Vec<Vec<R>> = matrix.to_vec();
    rows.iter_mut().zip(right).for_each(|(row, b)| row.push(b.clone()));
    let size = rows.len();
    for column in 0..size {
        let best = (column..size).fold(column, |best, row| {
            if rows[row][column].clone().magnitude() > rows[best][column].clone().magnitude() { row } else { best }
        });
        rows.swap(column, best);
        let (done, open) = rows.split_at_mut(column + 1);
        let pivot = &done[column];
        if pivot[column].clone().magnitude().partial_cmp(&R::zero()) != Some(std::cmp::Ordering::Greater) {
            return None;
        }
        for row in open {
            let factor = row[column].clone() / &pivot[column];
            for place in column..=size {
                row[place] = row[place].clone() - factor.clone() * &pivot[place];
            }
        }
    }
    let mut x = vec![R::zero(); size];
    for place in (0..size).rev() {
        let known = dot(&rows[place][place + 1..size], &x[place + 1..]);
        x[place] = (rows[place][size].clone() - known) / &rows[place][place];
    }
    Some(x)
}
