//! The law of a random weight.

use crate::lab::Draws;

/// The law of an entry, with standard deviation σ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryLaw {
    /// On `(−√3 σ, √3 σ)`.
    Uniform,
    /// Normal.
    Normal,
    /// Normal, redrawn beyond two deviations, which are made larger by `1/0.8796…` so that σ is the deviation after the cut
    /// (Keras 3 `VarianceScaling`, the default of its `he_normal` and `glorot_normal`).
    TruncatedNormal,
    /// Normal with deviation σ, redrawn beyond 2σ: the deviation that is left is 0.8796 σ (TensorFlow 1).
    CutNormal,
}

/// The deviation of a standard normal number given that it lies within ±2: `√(1 − 4 φ(2) / (2 Φ(2) − 1))`.
pub const DEVIATION_WITHIN_TWO: f64 = 0.879_625_661_034_239_8;

/// What a scale `√v`, with `v = gain²/fan`, is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The standard deviation, as meant: σ² = v.
    Deviation,
    /// The variance, as `N(0, √(2/n))` reads by the usual notation: σ² = √v.
    Variance,
    /// v itself is taken for the deviation: σ² = v².
    Squared,
}

impl Reading {
    /// σ for `v = gain²/fan`.
    pub(super) fn deviation(self, scale: f64) -> f64 {
        match self {
            Reading::Deviation => scale.sqrt(),
            Reading::Variance => scale.sqrt().sqrt(),
            Reading::Squared => scale,
        }
    }
}

impl EntryLaw {
    /// A number with deviation σ (before the cut, for [`EntryLaw::CutNormal`]).
    pub(super) fn draw(self, deviation: f64, draws: &mut Draws) -> f64 {
        let mut within_two = || {
            loop {
                let normal = draws.normal();
                if normal.abs() <= 2.0 {
                    return normal;
                }
            }
        };
        match self {
            EntryLaw::TruncatedNormal => deviation / DEVIATION_WITHIN_TWO * within_two(),
            EntryLaw::CutNormal => deviation * within_two(),
            EntryLaw::Normal => deviation * draws.normal(),
            EntryLaw::Uniform => {
                let bound = 3.0_f64.sqrt() * deviation;
                draws.between(-bound, bound)
            }
        }
    }
}
