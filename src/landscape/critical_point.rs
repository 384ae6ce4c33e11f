//! What kind of critical point a Hessian belongs to, decided exactly.

use crate::number::Rational;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::{Error, Result};

/// The classifier.
pub const SYSTEM: System = System {
    name: "critical-point-index",
    formula: "numbers of eigenvalues below −m, within ±m and above m, by Sylvester's law of inertia for H + mI and H − mI",
    rows: &["S6 critical-point index"],
    conventions: &[Convention { name: "margin", values: &["0: exact zeros alone are undecided", "m: |λ| ≤ m is undecided"] }],
    sources: &[Source::Note("000", "65-79"), Source::Note("001", "164"), Source::Cited("golub2013", "section 8.1.5")],
    tests: &[
        "tests/landscape/critical_points.rs::the_index_counts_planted_eigenvalues",
        "tests/landscape/critical_points.rs::the_index_agrees_with_computed_spectra",
        "tests/landscape/critical_points.rs::the_classifier_refuses_to_decide_inside_its_margin",
    ],
};

/// Where the eigenvalues lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// Below the margin.
    pub negative: usize,
    /// Within the margin, its ends included.
    pub undecided: usize,
    /// Above it.
    pub positive: usize,
}

/// A critical point by its second-order conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CriticalPoint {
    /// All eigenvalues are positive: a strict minimum.
    Minimum,
    /// All eigenvalues are negative: a strict maximum.
    Maximum,
    /// There are negative and positive ones, whatever the others are.
    Saddle,
    /// The eigenvalues outside the margin do not tell.
    Undecided,
}

impl std::fmt::Display for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Index { negative, undecided, positive } = self;
        write!(f, "{negative} negative and {positive} positive eigenvalues")?;
        if *undecided > 0 { write!(f, ", {undecided} undecided") } else { Ok(()) }
    }
}

impl Index {
    /// The eigenvalues of a symmetric matrix, counted exactly. The entries of a Hessian in floats are rational numbers; its own error
    /// belongs into the margin (an eigenvalue moves by at most the norm of the perturbation, by Weyl).
    ///
    /// # Errors
    /// If the matrix is empty, not square or not symmetric, or the margin is negative.
    pub fn of(hessian: &[Vec<Rational>], margin: &Rational) -> Result<Self> {
        let size = hessian.len();
        let symmetric = || (0..size).all(|i| (0..i).all(|j| hessian[i][j] == hessian[j][i]));
        if size == 0 || hessian.iter().any(|row| row.len() != size) || !symmetric() {
            return Err(Error::new("a Hessian is a symmetric matrix with at least one row"));
        }
        if *margin < Rational::ZERO {
            return Err(Error::new(format!("a margin is not negative: {margin}")));
        }
        let [negative, _] = signs(shifted(hessian, margin));
        let [_, positive] = signs(shifted(hessian, &-margin));
        Ok(Index { negative, undecided: size - negative - positive, positive })
    }

    /// The kind of critical point.
    pub fn kind(&self) -> CriticalPoint {
        match (self.negative, self.undecided, self.positive) {
            (1.., _, 1..) => CriticalPoint::Saddle,
            (0, 0, _) => CriticalPoint::Minimum,
            (_, 0, 0) => CriticalPoint::Maximum,
            _ => CriticalPoint::Undecided,
        }
    }
}

/// `H + shift I`.
fn shifted(hessian: &[Vec<Rational>], shift: &Rational) -> Vec<Vec<Rational>> {
    let mut matrix = hessian.to_vec();
    (0..matrix.len()).for_each(|i| matrix[i][i] += shift);
    matrix
}

/// The numbers of negative and positive eigenvalues, by congruences `SᵀAS`, which change neither (Sylvester): eliminate with a
/// non-zero diagonal entry; where there is none, but an entry beside it, add that column and row to make one, `2 a_ij`.
fn signs(mut a: Vec<Vec<Rational>>) -> [usize; 2] {
    let mut counts = [0, 0];
    while !a.is_empty() {
        let pivot = (0..a.len()).find(|&i| !a[i][i].is_zero()).or_else(|| {
            let (i, j) = (0..a.len()).flat_map(|i| (0..i).map(move |j| (i, j))).find(|&(i, j)| !a[i][j].is_zero())?;
            let other = a[j].clone();
            a[i].iter_mut().zip(&other).for_each(|(entry, other)| *entry += other);
            a.iter_mut().for_each(|row| row[i] = &row[i] + &row[j]);
            Some(i)
        });
        let Some(pivot) = pivot else { break };
        let mut top = a.swap_remove(pivot);
        a.iter_mut().for_each(|row| drop(row.swap_remove(pivot)));
        let diagonal = top.swap_remove(pivot);
        counts[usize::from(diagonal > Rational::ZERO)] += 1;
        for i in 0..a.len() {
            let factor = &top[i] / &diagonal;
            for j in 0..a.len() {
                let part = &factor * &top[j];
                a[i][j] -= part;
            }
        }
    }
    counts
}
