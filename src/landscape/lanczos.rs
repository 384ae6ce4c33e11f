//! The ends of a Hessian's spectrum from its products with vectors.

use super::eigen::eigenpairs;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, dot, norm};
use crate::{Error, Result};

/// The Lanczos process.
pub const SYSTEM: System = System {
    name: "lanczos",
    formula: "βⱼ qⱼ₊₁ = H qⱼ − αⱼ qⱼ − βⱼ₋₁ qⱼ₋₁, αⱼ = qⱼᵀHqⱼ; Ritz values are the eigenvalues of tridiag(β, α, β), off by at most βₘ|sₘ|",
    rows: &["S6 Lanczos"],
    conventions: &[Convention { name: "reorthogonalisation", values: &["none", "full"] }],
    sources: &[
        Source::Note("003", "772"),
        Source::Cited("golub2013", "section 10.1"),
        Source::Cited("parlett1998", "chapter 13"),
    ],
    tests: &[
        "tests/landscape/spectra.rs::lanczos_is_exact_after_as_many_steps_as_dimensions",
        "tests/landscape/spectra.rs::lanczos_returns_a_tridiagonal_matrix_as_it_is",
        "tests/landscape/spectra.rs::ritz_values_lie_within_their_bounds_of_eigenvalues",
        "tests/landscape/spectra.rs::without_reorthogonalisation_lanczos_finds_an_eigenvalue_twice",
    ],
};

/// Whether a new vector of the basis is made orthogonal to all earlier ones again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reorthogonalisation {
    /// To the last two alone, as the recurrence says: rounding lets converged directions back in ("ghosts").
    None,
    /// To all, twice (Parlett 1998, section 6.9: twice is enough).
    Full,
}

/// An orthonormal basis of a Krylov space, and H in it.
#[derive(Clone, Debug)]
pub struct Lanczos {
    /// α: the diagonal of the tridiagonal matrix.
    pub diagonal: Vec<f64>,
    /// β: its off-diagonal, one shorter.
    pub off_diagonal: Vec<f64>,
    /// The norm of what H adds to the space in the next step, zero if the space is invariant.
    pub remainder: f64,
    /// The basis, a vector a step.
    pub basis: Vec<Vec<f64>>,
}

/// An approximate eigenpair.
#[derive(Clone, Debug)]
pub struct Ritz {
    /// The Ritz value.
    pub value: f64,
    /// `‖Hv − value v‖ = βₘ|sₘ|` in exact arithmetic: an eigenvalue lies that close.
    pub bound: f64,
    /// The Ritz vector.
    pub vector: Vec<f64>,
}

impl Lanczos {
    /// `steps` steps from `start` with a symmetric H, fewer if the space becomes invariant: when the remainder is no larger than the
    /// rounding error of the product that it is a remainder of, `2 n u (|α| + 2 β)`.
    ///
    /// # Errors
    /// If the start is zero or not finite, H's products are not, or the steps are none or more than the dimension.
    pub fn new(
        start: &[f64],
        steps: usize,
        reorthogonalisation: Reorthogonalisation,
        hessian_vector_product: impl Fn(&[f64]) -> Vec<f64>,
    ) -> Result<Self> {
        if steps == 0 || steps > start.len() {
            return Err(Error::new(format!("Lanczos takes 1 to {} steps in this space, not {steps}", start.len())));
        }
        let length = norm(start);
        if length == 0.0 || !length.is_finite() {
            return Err(Error::new("Lanczos needs a finite start that is not zero"));
        }
        let mut process = Lanczos { diagonal: vec![], off_diagonal: vec![], remainder: length, basis: vec![] };
        let (mut next, mut largest) = (start.to_vec(), 0.0_f64);
        while process.basis.len() < steps {
            let vector: Vec<f64> = next.iter().map(|x| x / process.remainder).collect();
            let image = hessian_vector_product(&vector);
            let alpha = dot(&vector, &image);
            next = along(&image, &-alpha, &vector);
            if let Some(before) = process.basis.last() {
                process.off_diagonal.push(process.remainder);
                next = along(&next, &-process.remainder, before);
            }
            process.diagonal.push(alpha);
            process.basis.push(vector);
            if reorthogonalisation == Reorthogonalisation::Full {
                for _ in 0..2 {
                    next = process.basis.iter().fold(next, |next, earlier| along(&next, &-dot(&next, earlier), earlier));
                }
            }
            largest = largest.max(alpha.abs() + 2.0 * process.off_diagonal.last().copied().unwrap_or(0.0));
            process.remainder = norm(&next);
            if !process.remainder.is_finite() {
                return Err(Error::new("the Hessian's products must be finite"));
            }
            if process.remainder <= start.len() as f64 * f64::EPSILON * largest {
                process.remainder = 0.0;
                break;
            }
        }
        Ok(process)
    }

    /// The Ritz pairs, in ascending order of their values.
    pub fn ritz(&self) -> Vec<Ritz> {
        let size = self.diagonal.len();
        let entry = |row: usize, column: usize| match row.abs_diff(column) {
            0 => self.diagonal[row],
            1 => self.off_diagonal[row.min(column)],
            _ => 0.0,
        };
        let matrix: Vec<Vec<f64>> = (0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect();
        let pair = |(value, coordinates): (f64, Vec<f64>)| Ritz {
            value,
            bound: self.remainder * coordinates[size - 1].abs(),
            vector: self.basis.iter().zip(&coordinates).fold(vec![0.0; self.basis[0].len()], |sum, (q, s)| along(&sum, s, q)),
        };
        eigenpairs(&matrix).expect("a finite tridiagonal matrix is symmetric").into_iter().map(pair).collect()
    }
}
