//! NAdam (Dozat 2016).

use super::epsilon::Denominator;
use super::moments::{Averaging, Moments, Powers};
use super::{Clock, Epsilon, Rule};
use crate::number::{Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "nadam",
    formula: "x ← x - η (μ_{t+1} m / (1 - Π_{t+1}) + (1 - μ_t) g / (1 - Π_t)) / (√v̂ + ε)",
    rows: &[],
    conventions: &[
        Convention { name: "momentum_schedule", values: &["β₁ (1 - 0.96^(0.004 t) / 2)", "β₁ (1 - 0.96^t / 2)", "β₁"] },
        Convention { name: "epsilon", values: &["outside", "inside", "hat"] },
        Convention { name: "second_moment", values: &["v / (1 - β₂^t)", "β₂ v / (1 - β₂^t)"] },
    ],
    sources: &[Source::Cited("dozat2016", "Algorithm 2")],
    tests: &[
        "tests/rules.rs::nadam_by_its_products",
        "tests/rules.rs::the_decayed_second_moment_lengthens_the_step",
        "tests/oracles.rs::the_warming_base_is_a_power",
        "theorems/adaptive/adaptive_closed_forms.rs::adaptive-closed-forms",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// Adam with Nesterov's momentum: `x ← x - η (μ_{t+1} m / (1 - Π_{t+1}) + (1 - μ_t) g / (1 - Π_t)) / (√v̂ + ε)`, with
/// `μ_t = β₁ (1 - q^t / 2)`, `Π_t = μ_1 ⋯ μ_t` and `q = 0.96^ψ` (Dozat 2016, with PyTorch's ψ, its `momentum_decay`).
#[derive(Clone, Debug, PartialEq)]
pub struct NAdam<W> {
    /// The decay rates.
    pub moments: Moments<W>,
    /// The small constant ε.
    pub epsilon: W,
    /// Its place.
    pub placement: Epsilon,
    /// `q = 0.96^ψ`; see [`warming_base`](super::warming_base). Dozat and Keras have ψ = 1, PyTorch 0.004; 0 stands for the
    /// constant momentum `μ_t = β₁` of optax and Optimisers.jl.
    pub warming: W,
    /// What stands for `v̂`.
    pub second_moment: SecondMoment,
}

/// The second moment in the denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondMoment {
    /// `v / (1 - β₂^t)` (PyTorch, Keras, optax).
    Corrected,
    /// `β₂ v / (1 - β₂^t)` (Dozat 2016, Algorithm 2, to the letter; Optimisers.jl).
    Decayed,
}

impl<W> NAdam<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> NAdam<V> {
        NAdam {
            moments: self.moments.map(number),
            epsilon: number(&self.epsilon),
            placement: self.placement,
            warming: number(&self.warming),
            second_moment: self.second_moment,
        }
    }
}

/// The clock: powers, and the momentum's schedule.
#[derive(Clone, Debug)]
pub struct Schedule<W> {
    powers: Powers<W>,
    beta1: W,
    /// `q`.
    base: W,
    /// `q^(t+1)`.
    warming: W,
    /// `μ_t`.
    momentum: W,
    /// `Π_t`.
    product: W,
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    averaging: Averaging<R>,
    denominator: Denominator<R>,
    gradient_rate: R,
    moment_rate: R,
}

impl<W: Real> Schedule<W> {
    /// `μ_{t+1}`.
    fn next_momentum(&self) -> W {
        self.beta1.clone() * (W::one() - self.warming.clone() / W::int(2))
    }
}

impl<W: Real> Clock for Schedule<W> {
    fn tick(&mut self) {
        self.powers.tick();
        self.momentum = self.next_momentum();
        self.product = self.product.clone() * &self.momentum;
        self.warming = self.warming.clone() * &self.base;
    }
}

impl<R: Root> Rule<R, 2> for NAdam<R::Wide>
where
    R::Wide: Root,
{
    type Clock = Schedule<R::Wide>;
    type Step = Coefficients<R>;

    fn start(&self) -> Self::Clock {
        Schedule {
            powers: self.moments.start(),
            beta1: self.moments.beta1.clone(),
            base: self.warming.clone(),
            warming: self.warming.clone(),
            momentum: R::Wide::one(),
            product: R::Wide::one(),
        }
    }

    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        let one = R::Wide::one;
        let gradient_rate = step_size.clone() * (one() - &clock.momentum) / (one() - &clock.product);
        let next_momentum = clock.next_momentum();
        let next_product = clock.product.clone() * &next_momentum;
        let moment_rate = step_size.clone() * next_momentum / (one() - next_product);
        let correction = match self.second_moment {
            SecondMoment::Corrected => clock.powers.correction2(),
            SecondMoment::Decayed => clock.powers.correction2() / &self.moments.beta2,
        };
        let (denominator, factor) = Denominator::corrected(correction, &self.epsilon, self.placement);
        Coefficients {
            averaging: self.moments.averaging(),
            denominator,
            gradient_rate: R::narrow(&(gradient_rate * &factor)),
            moment_rate: R::narrow(&(moment_rate * factor)),
        }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m, v]: [R; 2]) -> (R, [R; 2]) {
        let (m, v) = step.averaging.advance(m, v, gradient.clone());
        let denominator = step.denominator.of(v.clone());
        // Two steps, as PyTorch takes them: x is rounded twice.
        let x = x - gradient * &step.gradient_rate / denominator.clone();
        (x - m.clone() * &step.moment_rate / denominator, [m, v])
    }
}
