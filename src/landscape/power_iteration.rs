//! The dominant eigenvalue of a Hessian from its products with vectors, with an interval that holds an eigenvalue.

use crate::number::Root;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, dot, norm};
use crate::{Error, Result};

/// Power iteration.
pub const SYSTEM: System = System {
    name: "power-iteration",
    formula: "v ← (H + σI)v / ‖(H + σI)v‖; λ̂ = vᵀHv, and an eigenvalue lies within ‖Hv − λ̂v‖ of λ̂",
    rows: &["S6 power iteration"],
    conventions: &[Convention {
        name: "shift",
        values: &["none: the largest modulus", "σ: the end of the spectrum that σ points to"],
    }],
    sources: &[
        Source::Note("000", "522"),
        Source::Note("003", "771-772"),
        Source::Cited("golub2013", "sections 7.3.1 and 8.2.1"),
    ],
    tests: &[
        "tests/landscape/spectra.rs::power_iteration_finds_planted_eigenvalues_within_its_interval",
        "tests/landscape/spectra.rs::without_a_shift_power_iteration_finds_the_largest_modulus",
    ],
};

/// A vector's Rayleigh quotient and its residual.
#[derive(Clone, Debug, PartialEq)]
pub struct Rayleigh<R> {
    /// `vᵀHv / vᵀv`.
    pub quotient: R,
    /// `‖Hv − quotient v‖ / ‖v‖`.
    pub residual: R,
    /// v.
    pub vector: Vec<R>,
}

impl<R: Root> Rayleigh<R> {
    /// The quotient and residual of `vector`, which must not be zero (they are NaN then).
    pub fn of(vector: Vec<R>, hessian_vector_product: impl FnOnce(&[R]) -> Vec<R>) -> Self {
        let image = hessian_vector_product(&vector);
        let quotient = dot(&vector, &image) / dot(&vector, &vector);
        let residual = norm(&along(&image, &-quotient.clone(), &vector)) / norm(&vector);
        Rayleigh { quotient, residual, vector }
    }

    /// `[quotient − residual, quotient + residual]`, which holds an eigenvalue if H is symmetric (Parlett 1998, Theorem 4.5.1): up to
    /// rounding in floats, certainly in [`Interval`](crate::number::Interval)s.
    pub fn enclosure(&self) -> [R; 2] {
        [self.quotient.clone() - &self.residual, self.quotient.clone() + &self.residual]
    }
}

/// `steps` steps of power iteration on `H + shift I`, for a symmetric H. The error of the vector shrinks by `|λ₂ + σ| / |λ₁ + σ|` a
/// step, that of the quotient by its square.
///
/// Without a shift the answer belongs to the eigenvalue of largest modulus, at a saddle perhaps the most negative one; with a shift
/// at least as large as every `|λ|` it is the largest eigenvalue. It stops early at a vector that `H + shift I` takes to zero.
///
/// # Errors
/// If the start is zero.
pub fn power_iteration<R: Root>(
    start: &[R],
    shift: &R,
    steps: usize,
    hessian_vector_product: impl Fn(&[R]) -> Vec<R>,
) -> Result<Rayleigh<R>> {
    let unit = |x: &[R]| {
        let length = norm(x);
        (length != R::zero()).then(|| x.iter().map(|x| x.clone() / &length).collect::<Vec<R>>())
    };
    let mut vector = unit(start).ok_or_else(|| Error::new("power iteration needs a start that is not zero"))?;
    for _ in 0..steps {
        match unit(&along(&hessian_vector_product(&vector), shift, &vector)) {
            Some(next) => vector = next,
            None => break,
        }
    }
    Ok(Rayleigh::of(vector, hessian_vector_product))
}
