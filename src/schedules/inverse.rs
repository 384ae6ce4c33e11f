//! Decay by an inverse power of time: the schedules of Robbins and Monro.

use super::count;
use crate::number::{Analytic, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// `η_t = η_0 (1 + λt)^{-α}`.
#[derive(Clone, Debug, PartialEq)]
pub struct InversePower {
    /// The first rate η₀.
    pub base: Rational,
    /// The speed `λ ≥ 0`.
    pub speed: Rational,
    /// The power `α ≥ 0`; exact values exist for integers.
    pub power: Rational,
}

/// Polynomial decay as the notes mean it, with `1/t` and `1/√t`.
pub const SYSTEM: System = System {
    name: "inverse-power-decay",
    formula: "η_t = η_0 (1 + λt)^{-α}",
    rows: &["S3 polynomial", "S3 1/t", "S3 1/sqrt(t)"],
    conventions: &[Convention { name: "power α", values: &["any", "1", "1/2"] }],
    sources: &[
        Source::Note("000", "279"),
        Source::Note("001", "99"),
        Source::Cited("robbins1951", "conditions on the step sizes"),
    ],
    tests: &[
        "tests/schedules/decays.rs::inverse_time_sums_and_products_telescope",
        "tests/schedules/decays.rs::inverse_root_squared_is_inverse_time",
    ],
};

impl InversePower {
    /// `η_0 / (1 + t)`, the step counted from 0: `1/t` in its own counting.
    pub fn inverse_time(base: Rational) -> Self {
        InversePower { base, speed: Rational::ONE, power: Rational::ONE }
    }

    /// `η_0 / √(1 + t)`: its squares have no finite sum, so it is no schedule of Robbins and Monro.
    pub fn inverse_root(base: Rational) -> Self {
        InversePower { base, speed: Rational::ONE, power: Rational::ONE / Rational::from(2) }
    }

    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let growth = (R::one() + R::of(&self.speed) * count::<R>(step)).to_the(&self.power)?;
        Some(R::of(&self.base) / growth)
    }
}
