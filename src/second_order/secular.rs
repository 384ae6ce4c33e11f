//! Exact minimisation of a quadratic model whose steps are bounded or penalised, by eigenvalues: for a few unknowns.

use super::Status;
use crate::vector::finite;
use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// A quadratic model `gᵀs + ½ sᵀH s` in the coordinates of the Hessian's eigenvectors.
pub(super) struct Spectrum {
    /// Eigenvalues, in no order.
    pub(super) eigenvalues: DVector<f64>,
    /// Their eigenvectors, by columns.
    basis: DMatrix<f64>,
    /// `g` in the basis.
    gradient: DVector<f64>,
}

impl Spectrum {
    /// The model with this gradient and Hessian.
    pub(super) fn new(gradient: &[f64], hessian: &[Vec<f64>]) -> Result<Self, Status> {
        // The eigenvalue iteration has no end on NaN.
        if !finite(gradient) || !finite(&hessian.concat()) {
            return Err(Status::NotFinite);
        }
        let size = gradient.len();
        let matrix = DMatrix::from_fn(size, size, |row, column| hessian[row][column]);
        let sweeps = 1000 * size; // a handful for each eigenvalue is the rule
        let eigen = SymmetricEigen::try_new(matrix, f64::EPSILON, sweeps).ok_or(Status::Stalled)?;
        let gradient = eigen.eigenvectors.tr_mul(&DVector::from_column_slice(gradient));
        Ok(Spectrum { eigenvalues: eigen.eigenvalues, basis: eigen.eigenvectors, gradient })
    }

    /// The step whose coordinate along each eigenvector is `-g_i` times this function of the eigenvalue.
    pub(super) fn step(&self, factor: impl Fn(f64) -> f64) -> Vec<f64> {
        let coordinates = self.gradient.zip_map(&self.eigenvalues, |g, eigenvalue| -g * factor(eigenvalue));
        (&self.basis * coordinates).as_slice().to_vec()
    }

    /// The global minimiser of `gᵀs + ½ sᵀH s` under what ties the length of s to its multiplier λ: the step `-(H + λI)⁻¹ g` with
    /// `λ ≥ max(0, -λ_min)` and `|s| = bound(λ)`, or the shorter one at the least λ if the bound leaves room (Moré and Sorensen 1983;
    /// Nocedal and Wright 2006, theorem 4.1). Where that λ is `-λ_min > 0` (the hard case), an eigenvector of `λ_min` fills the room.
    ///
    /// `bound` must not decrease.
    pub(super) fn bounded_step(&self, bound: impl Fn(f64) -> f64) -> Vec<f64> {
        let least = self.eigenvalues.min();
        let shift = (-least).max(0.0);
        // With λ = shift + μ all denominators are sums of numbers that are not negative: no digits cancel.
        let at = |extra: f64| self.gradient.zip_map(&self.eigenvalues, |g, eigenvalue| -g / ((eigenvalue + shift) + extra));
        let too_long = |extra: f64| at(extra).norm() > bound(shift + extra);

        let mut low = f64::MIN_POSITIVE;
        if !too_long(low) {
            let mut coordinates = at(low);
            let room = bound(shift) * bound(shift) - coordinates.norm_squared();
            if shift > 0.0 && room > 0.0 {
                coordinates[self.eigenvalues.imin()] += room.sqrt();
            }
            return (&self.basis * coordinates).as_slice().to_vec();
        }
        let mut high = 1.0;
        while too_long(high) && high < f64::MAX / 2.0 {
            high *= 2.0;
        }
        // Bisection of the exponent first, of the digits then: 53 + 11 halvings reach neighbours.
        for _ in 0..80 {
            let middle = low.sqrt() * high.sqrt();
            if too_long(middle) { low = middle } else { high = middle }
        }
        (&self.basis * at(high)).as_slice().to_vec()
    }
}
