//! Natural gradient (Amari 1998).

use super::Status;
use super::solve::Cholesky;
use crate::number::Real;
use crate::problems::Likelihood;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, finite, shifted};

/// `x ← x - η (F + δ I)⁻¹ ∇L(x)` for the mean negative log-likelihood `L` and the Fisher information `F` of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct NaturalGradient<R> {
    /// The step size η.
    pub step_size: R,
    /// Which matrix takes the place of F.
    pub fisher: Fisher,
    /// The damping δ, not negative.
    pub damping: R,
}

/// The expectation that makes the Fisher information from products of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fisher {
    /// Over the model's own outcomes: `F = (1/N) Σ_i Σ_y p(y | i, x) s sᵀ`.
    Exact,
    /// At the observed outcomes: `(1/N) Σ_i s_i s_iᵀ`. Not the Fisher information unless the model is right, and wrongly scaled where
    /// residuals are large or vanish (Kunstner, Hennig and Balles 2019).
    Empirical,
}

impl Fisher {
    /// The matrix at `x`, by rows.
    pub fn matrix<R: Real>(self, model: &dyn Likelihood<R>, x: &[R]) -> Vec<Vec<R>> {
        let mut sum = vec![vec![R::zero(); x.len()]; x.len()];
        let mut add = |weight: R, score: Vec<R>| {
            for (row, first) in sum.iter_mut().zip(&score) {
                for (entry, second) in row.iter_mut().zip(&score) {
                    *entry = entry.clone() + first.clone() * second * &weight;
                }
            }
        };
        for sample in 0..model.samples() {
            match self {
                Fisher::Exact => {
                    for outcome in 0..model.outcomes() {
                        add(model.probability(sample, outcome, x), model.score(sample, outcome, x));
                    }
                }
                Fisher::Empirical => add(R::one(), model.score(sample, model.observed(sample), x)),
            }
        }
        let count = R::int(model.samples() as i64);
        sum.into_iter().map(|row| row.into_iter().map(|entry| entry / &count).collect()).collect()
    }
}

impl<R: Real> NaturalGradient<R> {
    /// The iterate after `x`.
    ///
    /// # Errors
    /// [`Status::NotFinite`], and [`Status::NotDefinite`] where `F + δ I` is singular.
    pub fn advance(&self, model: &dyn Likelihood<R>, x: &[R]) -> Result<Vec<R>, Status> {
        let gradient = model.loss_gradient(x);
        let matrix = shifted(self.fisher.matrix(model, x), &self.damping);
        if !finite(&gradient) || !finite(&matrix.concat()) {
            return Err(Status::NotFinite);
        }
        let natural = Cholesky::new(&matrix).ok_or(Status::NotDefinite)?.solve(&gradient);
        Ok(along(x, &-self.step_size.clone(), &natural))
    }
}

/// Natural gradient descent.
pub const NATURAL_GRADIENT: System = System {
    name: "natural-gradient",
    formula: "x ← x - η (F + δ I)⁻¹ ∇L(x), F = E_y[∇ln p(y | x) ∇ln p(y | x)ᵀ]",
    rows: &["S2 natural gradient"],
    conventions: &[
        Convention { name: "Fisher", values: &["exact", "empirical"] },
        Convention { name: "damping", values: &["none", "δ I"] },
    ],
    sources: &[
        Source::Note("003", "436-450"),
        Source::Cited("amari1998", "theorem 1"),
        Source::Cited("kunstner2019", "section 3"),
    ],
    tests: &[
        "tests/second_order/natural_gradient.rs::natural_gradient_is_newton_on_logistic_regression",
        "tests/second_order/natural_gradient.rs::natural_gradient_is_invariant_under_affine_maps_and_to_first_order_under_others",
        "tests/second_order/natural_gradient.rs::the_empirical_fisher_is_another_matrix_where_residuals_are_large",
        "tests/second_order/natural_gradient.rs::damping_regularises_a_singular_fisher",
    ],
};
