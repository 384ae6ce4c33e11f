//! Rates from measurements of noise and curvature.

use crate::number::{Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The notes' rule, `η = c / √(variance · curvature)`.
///
/// Its unit is not a step's: when the objective is multiplied by a, the best step is divided by a, this one by `a^{3/2}`.
pub const RULE: System = System {
    name: "variance-curvature-rate",
    formula: "η = c / √(variance · curvature)",
    rows: &["S3 1/sqrt(variance curvature)"],
    conventions: &[Convention { name: "variance", values: &["of the gradient", "over the squared gradient"] }],
    sources: &[Source::Note("000", "602")],
    tests: &["tests/schedules/batches.rs::the_greedy_rate_scales_as_a_step_and_the_notes_rule_does_not"],
};

/// The rate of the greatest expected decrease in one step on a quadratic.
pub const GREEDY: System = System {
    name: "greedy-rate",
    formula: "η = |G|² / (Gᵀ H G + tr(H Σ)/B)",
    rows: &["S3 greedy rate"],
    conventions: &[Convention { name: "noise", values: &["none", "of batches of B"] }],
    sources: &[Source::Note("000", "602"), Source::Cited("schaul2013", "greedy optimality of the learning rate")],
    tests: &[
        "tests/schedules/batches.rs::the_greedy_rate_minimises_the_expected_loss",
        "tests/schedules/batches.rs::the_greedy_rate_scales_as_a_step_and_the_notes_rule_does_not",
    ],
};

/// The notes' rule with the constant `scale`: `scale / √(variance · curvature)`.
///
/// `variance` and `curvature` are positive; at zero the rate is infinite in floats.
pub fn variance_curvature_rate<R: Root>(scale: R, variance: R, curvature: R) -> R {
    scale / (variance * curvature).sqrt()
}

/// What the greedy rate depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Greedy<R> {
    /// `|G|²` of the exact gradient G.
    pub gradient: R,
    /// `Gᵀ H G` with the Hessian H.
    pub curvature: R,
    /// `tr(H Σ)` with the covariance Σ of one sample's gradient.
    pub noise: R,
    /// The batch size B, positive.
    pub batch: R,
}

impl<R: Real> Greedy<R> {
    /// `|G|² / (Gᵀ H G + tr(H Σ)/B)`: the minimum over η of `E f(x - η g)` for a quadratic f, if the denominator is positive.
    ///
    /// # Panics
    /// In exact numbers, if the denominator is zero.
    pub fn rate(&self) -> R {
        self.gradient.clone() / (self.noise.clone() / &self.batch + &self.curvature)
    }
}
