//! Penalties on parameters, and decay without one.

use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The L1 penalty.
pub const L1: System = System {
    name: "l1",
    formula: "λ Σ|w|, with (sub)gradient λ sign(w)",
    rows: &["S5 L1"],
    conventions: &[],
    sources: &[Source::Note("002", "163-171"), Source::Cited("tibshirani1996", "section 1")],
    tests: &[
        "tests/regularisation.rs::penalties_have_the_gradients_of_their_values",
        "tests/regularisation.rs::the_subgradient_at_zero_is_zero_and_a_subgradient",
    ],
};

/// The L2 penalty.
pub const L2: System = System {
    name: "l2",
    formula: "λ/2 ‖w‖², with gradient λw",
    rows: &["S5 L2"],
    conventions: &[Convention { name: "factor", values: &["λ/2 ‖w‖²", "λ Σ w²"] }],
    sources: &[Source::Note("001", "186-191"), Source::Note("002", "173-181"), Source::Note("003", "333")],
    tests: &[
        "tests/regularisation.rs::penalties_have_the_gradients_of_their_values",
        "tests/regularisation.rs::the_two_l2_conventions_differ_by_the_factor_two",
    ],
};

/// Decoupled decay.
pub const DECAY: System = System {
    name: "decoupled-decay",
    formula: "w ← (1 − c) w, c = ηλ, λ or λη/η₁",
    rows: &["S5 decoupled decay"],
    conventions: &[Convention { name: "scaling", values: &["step size", "absolute", "schedule"] }],
    sources: &[Source::Note("002", "173"), Source::Cited("loshchilov2019", "algorithm 2")],
    tests: &["tests/regularisation.rs::decoupled_decay_is_that_of_the_optimizers"],
};

/// A penalty with its strength λ.
#[derive(Clone, Debug, PartialEq)]
pub enum Penalty<R> {
    /// `λ Σ|w|`.
    L1(R),
    /// `λ/2 ‖w‖²`: what a coupled `weight_decay = λ` adds.
    HalfSquares(R),
    /// `λ Σ w²`: twice that.
    Squares(R),
}

impl<R: Real> Penalty<R> {
    /// The penalty of the weights.
    pub fn value(&self, weights: &[R]) -> R {
        let sum = |term: fn(&R) -> R| weights.iter().fold(R::zero(), |sum, w| sum + term(w));
        let squares = || sum(|w| w.clone() * w);
        match self {
            Penalty::L1(strength) => sum(|w| w.clone().magnitude()) * strength,
            Penalty::HalfSquares(strength) => squares() * strength / R::int(2),
            Penalty::Squares(strength) => squares() * strength,
        }
    }

    /// Its gradient; for L1 the subgradient with `sign(0) = 0`, as PyTorch and TensorFlow take it.
    pub fn gradient(&self, weights: &[R]) -> Vec<R> {
        let slope = |w: &R| match self {
            Penalty::L1(strength) => {
                let zero = R::zero();
                if *w > zero {
                    strength.clone()
                } else if *w < zero {
                    -strength.clone()
                } else if *w == zero {
                    zero
                } else {
                    // NaN, or an enclosure of zero, whose slope may be either and is not bounded by this quotient.
                    w.clone() / w.clone().magnitude() * strength
                }
            }
            Penalty::HalfSquares(strength) => w.clone() * strength,
            Penalty::Squares(strength) => w.clone() * strength * R::int(2),
        };
        weights.iter().map(slope).collect()
    }
}

/// Decoupled decay as a map: every weight times `1 − fraction`, where the fraction is `ηλ`, `λ` or `λη/η₁` by the scaling that
/// [`Decay`](crate::optimizers::Decay) names.
pub fn decayed<R: Real>(weights: &[R], fraction: &R) -> Vec<R> {
    let factor = R::one() - fraction;
    weights.iter().map(|w| w.clone() * &factor).collect()
}
