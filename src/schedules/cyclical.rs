//! Cyclical rates: a triangle that repeats.

use super::count;
use crate::number::{Analytic, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;
use std::num::NonZeroU64;

/// `η_t = η_base + (η_max - η_base) · triangle_t · scale`.
#[derive(Clone, Debug, PartialEq)]
pub struct Triangular {
    /// The rate at the foot of a triangle.
    pub base: Rational,
    /// The rate at its tip, as long as the scale is 1; at least `base`.
    pub max: Rational,
    /// The steps up.
    pub up: NonZeroU64,
    /// The steps down (as many as up in Smith's paper).
    pub down: NonZeroU64,
    /// What happens to the triangles' height.
    pub scale: TriangleHeight,
}

/// The height of the triangles over time.
#[derive(Clone, Debug, PartialEq)]
pub enum TriangleHeight {
    /// Constant: `triangular`.
    Constant,
    /// Half as high with each cycle: `triangular2`.
    Halving,
    /// `γ^t` with the step `t`: `exp_range`, γ in `(0, 1]`.
    Exponential(Rational),
}

/// The triangular schedules.
pub const SYSTEM: System = System {
    name: "cyclical-triangular",
    formula: "η_t = η_base + (η_max - η_base) · triangle_t · scale",
    rows: &["S3 cyclical triangular"],
    conventions: &[Convention { name: "height", values: &["constant", "halved each cycle", "γ^t"] }],
    sources: &[Source::Note("003", "866"), Source::Cited("smith2017", "§3.1")],
    tests: &[
        "tests/schedules/cycles.rs::triangles_have_their_feet_and_tips",
        "tests/schedules/cycles.rs::triangle_heights_differ_from_the_second_cycle_on",
        "tests/golden_schedules.rs::golden_values",
    ],
};

impl Triangular {
    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let [base, max] = [&self.base, &self.max].map(R::of);
        Some((max - &base) * self.height::<R>(step)? + base)
    }

    /// The momentum that goes against the rate, from `high` at a triangle's foot towards `low` at its tip (PyTorch's
    /// `cycle_momentum`).
    pub fn momentum<R: Analytic>(&self, step: u64, high: &Rational, low: &Rational) -> Option<R> {
        let [high, low] = [high, low].map(R::of);
        Some(high.clone() - (high - low) * self.height::<R>(step)?)
    }

    /// The height above the base, in `[0, 1]`.
    fn height<R: Analytic>(&self, step: u64) -> Option<R> {
        let (up, down) = (self.up.get(), self.down.get());
        let period = up.saturating_add(down);
        let (cycle, within) = (step / period, step % period);
        let triangle =
            if within <= up { count::<R>(within) / count::<R>(up) } else { count::<R>(period - within) / count::<R>(down) };
        let scale = match &self.scale {
            TriangleHeight::Constant => R::one(),
            TriangleHeight::Halving => R::one() / R::int(2).power(cycle)?,
            TriangleHeight::Exponential(factor) => R::of(factor).power(step)?,
        };
        Some(triangle * scale)
    }
}
