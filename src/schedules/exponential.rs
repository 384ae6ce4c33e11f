//! Exponential decay.

use super::count;
use crate::number::{Analytic, Function, Rational};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// `η_t = η_0 e^{-λt}`, or `η_0 γ^t`: equal for `γ = e^{-λ}`, which is rational for no rational `λ ≠ 0`.
#[derive(Clone, Debug, PartialEq)]
pub struct Exponential {
    /// The first rate η₀.
    pub base: Rational,
    /// How fast it decays.
    pub decay: DecayParameter,
}

/// The parameter of an exponential decay.
#[derive(Clone, Debug, PartialEq)]
pub enum DecayParameter {
    /// The rate of decay `λ ≥ 0` (the notes' formulas).
    Rate(Rational),
    /// The factor of a step γ, in `(0, 1]` (the notes' code: `ExponentialLR`).
    Factor(Rational),
}

/// Exponential decay.
pub const SYSTEM: System = System {
    name: "exponential-decay",
    formula: "η_t = η_0 e^{-λt}",
    rows: &["S3 exponential", "S3 ExponentialLR"],
    conventions: &[
        Convention { name: "parameter", values: &["λ", "γ = e^{-λ}"] },
        Convention { name: "form", values: &["closed", "recursive"] },
    ],
    sources: &[
        Source::Note("000", "276"),
        Source::Note("002", "74"),
        Source::Note("003", "485, 494"),
        Source::Note("004", "174"),
    ],
    tests: &[
        "tests/schedules/decays.rs::exponential_decay_is_multiplicative",
        "tests/schedules/decays.rs::exponential_recursion_stays_within_its_roundings",
        "tests/schedules/decays.rs::recursions_equal_closed_forms_in_exact_numbers",
    ],
};

impl Exponential {
    pub(super) fn value<R: Analytic>(&self, step: u64) -> Option<R> {
        let decay = match &self.decay {
            DecayParameter::Rate(rate) => (-(R::of(rate) * count::<R>(step))).checked(Function::Exponential),
            DecayParameter::Factor(factor) => R::of(factor).power(step),
        };
        Some(R::of(&self.base) * decay?)
    }

    /// PyTorch's `ExponentialLR`: `η_t = γ η_{t-1}`.
    pub(super) fn chained<R: Analytic>(&self, previous: R) -> Option<R> {
        let factor = match &self.decay {
            DecayParameter::Rate(rate) => R::of(&-rate.clone()).checked(Function::Exponential)?,
            DecayParameter::Factor(factor) => R::of(factor),
        };
        Some(previous * factor)
    }
}
