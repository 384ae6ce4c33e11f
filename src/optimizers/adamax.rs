//! Adamax (Kingma and Ba 2015, section 7).

use super::Rule;
use super::moments::{Average, Moments, Powers};
use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "adamax",
    formula: "m ← β₁ m + (1 - β₁) g, u ← max(β₂ u, |g|), x ← x - η / (1 - β₁^t) m / u",
    rows: &[],
    conventions: &[Convention {
        name: "epsilon",
        values: &["none", "in the maximum", "beside the decayed norm", "in the denominator"],
    }],
    sources: &[Source::Cited("kingma2015", "section 7.1")],
    tests: &[
        "tests/rules.rs::adamax_divides_by_a_weighted_maximum",
        "theorems/adaptive/adaptive_closed_forms.rs::adaptive-closed-forms",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// `m ← β₁ m + (1 - β₁) g`, `u ← max(β₂ u, |g|)`, `x ← x - η / (1 - β₁^t) m / u`.
#[derive(Clone, Debug, PartialEq)]
pub struct Adamax<W> {
    /// The decay rates.
    pub moments: Moments<W>,
    /// The small constant ε: 0 in the paper.
    pub epsilon: W,
    /// Its place.
    pub placement: NormEpsilon,
}

/// The place of ε beside the infinity norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormEpsilon {
    /// `u ← max(β₂ u, |g| + ε)` (PyTorch, optax).
    InMaximum,
    /// `u ← max(β₂ u + ε, |g|)` (PaddlePaddle).
    BesideDecayed,
    /// `m / (u + ε)` (Keras, Optimisers.jl).
    InDenominator,
}

impl<W> Adamax<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Adamax<V> {
        Adamax { moments: self.moments.map(number), epsilon: number(&self.epsilon), placement: self.placement }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    average: Average<R>,
    kept: R,
    rate: R,
    epsilon: R,
    placement: NormEpsilon,
}

impl<R: Real> Rule<R, 2> for Adamax<R::Wide> {
    type Clock = Powers<R::Wide>;
    type Step = Coefficients<R>;

    fn start(&self) -> Self::Clock {
        self.moments.start()
    }

    fn step(&self, powers: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        Coefficients {
            average: Average::new(&self.moments.beta1),
            kept: R::narrow(&self.moments.beta2),
            rate: R::narrow(&(step_size.clone() / powers.correction1())),
            epsilon: R::narrow(&self.epsilon),
            placement: self.placement,
        }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m, norm]: [R; 2]) -> (R, [R; 2]) {
        let m = step.average.of(m, gradient.clone());
        let (decayed, size) = (norm * &step.kept, gradient.magnitude());
        let norm = match step.placement {
            NormEpsilon::InMaximum => decayed.larger(size + &step.epsilon),
            NormEpsilon::BesideDecayed => (decayed + &step.epsilon).larger(size),
            NormEpsilon::InDenominator => decayed.larger(size),
        };
        let denominator = match step.placement {
            NormEpsilon::InMaximum | NormEpsilon::BesideDecayed => norm.clone(),
            NormEpsilon::InDenominator => norm.clone() + &step.epsilon,
        };
        (x - m.clone() * &step.rate / denominator, [m, norm])
    }
}
