//! The constant rate.

use crate::number::{Analytic, Rational};
use crate::system::System;
use crate::theorem::Source;

/// `η_t = η_0`.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    /// The rate η₀, at least 0.
    pub rate: Rational,
}

/// The constant schedule.
pub const SYSTEM: System = System {
    name: "constant-rate",
    formula: "η_t = η_0",
    rows: &["S3 constant"],
    conventions: &[],
    sources: &[Source::Note("002", "65")],
    tests: &["tests/schedules/decays.rs::a_constant_rate_is_constant"],
};

impl Constant {
    pub(super) fn value<R: Analytic>(&self, _step: u64) -> Option<R> {
        Some(R::of(&self.rate))
    }
}
