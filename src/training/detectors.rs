//! Alarms on gradients.

use super::Norm;
use crate::number::{Rational, Real, Root, rational};
use crate::system::System;
use crate::theorem::Source;

/// What a detector says of gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// They are too small.
    Vanishing,
    /// Nothing: which is no proof of health.
    Quiet,
    /// They are too large.
    Exploding,
}

/// Thresholds for the norm of all gradients: neither scale nor dimension enters, and every converged run is "vanishing".
#[derive(Clone, Debug, PartialEq)]
pub struct NormDetector {
    /// "Exploding" above this.
    pub exploding: Rational,
    /// "Vanishing" below this.
    pub vanishing: Rational,
}

/// The notes' detector.
pub const NORM: System = System {
    name: "gradient-norm-detector",
    formula: "exploding if √Σ‖g‖² > 100, vanishing if it is < 1e-5",
    rows: &["S4 gradient-norm detector"],
    conventions: &[],
    sources: &[Source::Note("003", "652")],
    tests: &["tests/monitors.rs::the_norm_detector_takes_scale_for_explosion_and_convergence_for_vanishing"],
};

/// A detector that does not depend on the loss's scale.
pub const SLOPE: System = System {
    name: "gradient-slope-detector",
    formula: "least-squares slope of ln ‖g_l‖ over the layers l, from the output to the input",
    rows: &["S4 slope detector"],
    conventions: &[],
    sources: &[Source::Note("003", "652")],
    tests: &["tests/monitors.rs::the_slope_detector_sees_the_rate_and_no_scale"],
};

impl NormDetector {
    /// The thresholds of the notes' code: 100 and 10⁻⁵.
    pub fn notes() -> Self {
        NormDetector { exploding: rational(100, 1), vanishing: rational(1, 100_000) }
    }

    /// As the notes' code decides: NaN is neither above nor below, so it is [`Health::Quiet`].
    pub fn health<R: Root>(&self, gradients: &[Vec<R>]) -> Health {
        self.judge(&Norm::Euclidean.of(gradients))
    }

    /// The same of a norm.
    pub fn judge<R: Real>(&self, norm: &R) -> Health {
        if *norm > R::of(&self.exploding) {
            Health::Exploding
        } else if *norm < R::of(&self.vanishing) {
            Health::Vanishing
        } else {
            Health::Quiet
        }
    }
}

/// A threshold for the growth of gradients from layer to layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlopeDetector {
    /// The largest slope of `ln ‖g_l‖` that is quiet, in either direction; at least 0.
    pub steepest: f64,
}

impl SlopeDetector {
    /// The verdict on the norms of the layers' gradients, from the output to the input. Fewer than two layers, or norms that are
    /// zero, infinite or NaN, have no slope: `None`.
    pub fn health(&self, norms: &[f64]) -> Option<Health> {
        let slope = slope(norms)?;
        Some(match slope {
            _ if slope > self.steepest => Health::Exploding,
            _ if slope < -self.steepest => Health::Vanishing,
            _ => Health::Quiet,
        })
    }
}

/// The least-squares slope of `ln n_l` over l.
fn slope(norms: &[f64]) -> Option<f64> {
    let logarithms: Vec<f64> = norms.iter().map(|norm| libm::log(*norm)).collect();
    if logarithms.len() < 2 || logarithms.iter().any(|logarithm| !logarithm.is_finite()) {
        return None;
    }
    let middle = (logarithms.len() - 1) as f64 / 2.0;
    let (mut moment, mut spread) = (0.0, 0.0);
    for (layer, logarithm) in logarithms.iter().enumerate() {
        let place = layer as f64 - middle;
        moment += place * logarithm;
        spread += place * place;
    }
    Some(moment / spread)
}

/// The first gradient, by its place, with an element that is infinite or NaN.
pub fn first_non_finite<R: Real>(gradients: &[Vec<R>]) -> Option<usize> {
    let finite = |x: &R| x.clone() * R::zero() == R::zero();
    gradients.iter().position(|tensor| !tensor.iter().all(finite))
}

/// The detector of infinities and NaN.
pub const NON_FINITE: System = System {
    name: "non-finite-detector",
    formula: "the first tensor with an element x for which 0 x ≠ 0",
    rows: &["S4 non-finite detector"],
    conventions: &[],
    sources: &[Source::Note("002", "260")],
    tests: &["tests/monitors.rs::the_non_finite_detector_names_the_tensor"],
};
