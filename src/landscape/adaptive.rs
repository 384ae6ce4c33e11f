//! Sharpness in units of the parameters themselves.

use super::ball::{Sharpness, ball_sharpness};
use crate::number::Root;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::norm;
use crate::{Error, Result};

/// Adaptive sharpness.
pub const SYSTEM: System = System {
    name: "adaptive-sharpness",
    formula: "max_{‖T⁻¹d‖≤ρ} f(x+d) − f(x), T = diag|x|; to first order at d = ρT²g/‖Tg‖",
    rows: &["S6 adaptive sharpness"],
    conventions: &[Convention { name: "scale", values: &["one", "|xᵢ| + η", "‖filter of i‖"] }],
    sources: &[Source::Cited("kwon2021", "section 3 and algorithm 1")],
    tests: &[
        "tests/landscape/sharpness.rs::adaptive_sharpness_does_not_see_a_reparametrisation_and_plain_sharpness_does",
        "tests/landscape/sharpness.rs::the_adaptive_ascent_step_is_the_steepest_of_its_length",
    ],
};

/// The scale that a parameter is measured in: the diagonal of T (Kwon et al. 2021).
#[derive(Clone, Debug, PartialEq)]
pub enum Scale<R> {
    /// One: plain sharpness, `ρ g/‖g‖`.
    One,
    /// `|xᵢ| + η`; η = 0 in the definition, 0.01 in the authors' code.
    Elementwise(R),
    /// The norm of the filter that a parameter belongs to, `|xᵢ|` for one that belongs to none. Filters are lists of indices.
    Filterwise(Vec<Vec<usize>>),
}

impl<R: Root> Scale<R> {
    /// The diagonal of T at `x`.
    ///
    /// # Panics
    /// If a filter's index is out of range.
    pub fn diagonal(&self, x: &[R]) -> Vec<R> {
        match self {
            Scale::One => x.iter().map(|_| R::one()).collect(),
            Scale::Elementwise(offset) => x.iter().map(|x| x.clone().magnitude() + offset).collect(),
            Scale::Filterwise(filters) => {
                let mut scales: Vec<R> = x.iter().cloned().map(R::magnitude).collect();
                for filter in filters {
                    let length = norm(&filter.iter().map(|&index| x[index].clone()).collect::<Vec<R>>());
                    filter.iter().for_each(|&index| scales[index] = length.clone());
                }
                scales
            }
        }
    }

    /// The ascent step `ρ T²g / ‖Tg‖`: of all with `‖T⁻¹d‖ = ρ` the steepest (Kwon et al. 2021, section 3, p = 2).
    ///
    /// # Errors
    /// If `Tg` is zero.
    pub fn ascent(&self, x: &[R], gradient: &[R], radius: &R) -> Result<Vec<R>> {
        let scales = self.diagonal(x);
        let scaled: Vec<R> = scales.iter().zip(gradient).map(|(scale, g)| scale.clone() * g).collect();
        let length = norm(&scaled);
        if length == R::zero() {
            return Err(Error::new("a zero gradient has no direction of ascent"));
        }
        Ok(scales.into_iter().zip(scaled).map(|(scale, scaled)| scale * scaled * radius / &length).collect())
    }
}

/// Adaptive sharpness of a quadratic, exactly: with `d = Te` it is [`ball_sharpness`] of the gradient `Tg` and the Hessian `THT`. The
/// displacement is `d`.
///
/// # Errors
/// As [`ball_sharpness`].
pub fn adaptive_sharpness(
    x: &[f64],
    gradient: &[f64],
    hessian: &[Vec<f64>],
    scale: &Scale<f64>,
    radius: f64,
) -> Result<Sharpness> {
    let scales = scale.diagonal(x);
    let scaled_gradient: Vec<f64> = scales.iter().zip(gradient).map(|(scale, g)| scale * g).collect();
    // The two factors first, so that the matrix stays symmetric to the last bit.
    let scaled_row =
        |(row, own): (&Vec<f64>, &f64)| row.iter().zip(&scales).map(|(entry, scale)| (own * scale) * entry).collect();
    let scaled_hessian: Vec<Vec<f64>> = hessian.iter().zip(&scales).map(scaled_row).collect();
    let mut sharpness = ball_sharpness(&scaled_gradient, &scaled_hessian, radius)?;
    sharpness.displacement.iter_mut().zip(&scales).for_each(|(part, scale)| *part *= scale);
    Ok(sharpness)
}
