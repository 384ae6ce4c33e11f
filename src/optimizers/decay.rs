//! Weight decay, around any rule.

use super::Rule;
use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry of weight decay as a penalty.
pub const PENALTY: System = System {
    name: "l2-penalty",
    formula: "g ← g + λ x before the rule",
    rows: &["S1.21", "S1.25"],
    conventions: &[Convention { name: "penalty", values: &["λ/2 ‖x‖²", "λ ‖x‖²"] }],
    sources: &[Source::Note("002", "173-176"), Source::Note("003", "329-333"), Source::Cited("loshchilov2019", "section 2")],
    tests: &[
        "tests/oracles.rs::decay_by_geometric_sums",
        "tests/rules.rs::what_the_strength_of_a_decay_is_multiplied_by",
        "tests/rules.rs::a_penalty_through_the_denominator_loses_its_strength",
    ],
};

/// The registry's entry of decoupled decay around Adam.
pub const ADAMW: System = System {
    name: "adamw",
    formula: "x ← (1 - η λ) x, then Adam's step",
    rows: &["S1.22", "S1.23", "S1.24"],
    conventions: &[
        Convention { name: "decay_scaling", values: &["step-size", "absolute", "schedule", "step-size-squared"] },
        Convention { name: "decay_order", values: &["before", "after"] },
    ],
    sources: &[
        Source::Note("001", "90"),
        Source::Note("001", "274"),
        Source::Note("003", "345"),
        Source::Note("003", "361"),
        Source::Cited("loshchilov2019", "Algorithm 2"),
    ],
    tests: &[
        "tests/oracles.rs::decay_by_geometric_sums",
        "tests/rules.rs::what_the_strength_of_a_decay_is_multiplied_by",
        "tests/rules.rs::a_penalty_through_the_denominator_loses_its_strength",
        "theorems/adaptive/adamw_lr_coupling.rs::adamw-lr-coupling",
    ],
};

/// The registry's entry of decoupled decay around momentum.
pub const SGDW: System = System {
    name: "sgdw",
    formula: "x ← (1 - η λ) x, then the step of momentum",
    rows: &["S1.25"],
    conventions: &[
        Convention { name: "decay_scaling", values: &["step-size", "absolute", "schedule", "step-size-squared"] },
        Convention { name: "decay_order", values: &["before", "after"] },
    ],
    sources: &[Source::Note("002", "173"), Source::Note("003", "827"), Source::Cited("loshchilov2019", "Algorithm 1")],
    tests: &[
        "tests/oracles.rs::decay_by_geometric_sums",
        "tests/rules.rs::what_the_strength_of_a_decay_is_multiplied_by",
        "tests/rules.rs::a_penalty_through_the_denominator_loses_its_strength",
    ],
};

/// A rule with weight decay λ in front of, beside or after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Decayed<K, W> {
    /// The rule without decay.
    pub rule: K,
    /// The decay.
    pub decay: Decay<W>,
    /// The step size of the first update, which [`Scaling::Schedule`] and [`Scaling::StepSizeSquared`] compare with.
    pub base_step_size: W,
}

/// The decay λ and its convention.
#[derive(Clone, Debug, PartialEq)]
pub struct Decay<W> {
    /// The strength λ.
    pub strength: W,
    /// What λ acts on.
    pub coupling: Coupling,
}

/// What the decay acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coupling {
    /// On the gradient: `g ← g + λ x` (an L2 penalty `λ/2 ‖x‖²`).
    Gradient,
    /// On the gradient, twice: `g ← g + 2 λ x`, the penalty `λ ‖x‖²` (the penalty of note 002; `l2` of Keras' regularizers).
    DoubledGradient,
    /// On the parameter: `x ← (1 - c) x` with `c` from the scaling (Loshchilov and Hutter 2019).
    ///
    /// A method that looks ahead does so from the parameter that has not shrunk yet. The two-point forms ([`HeavyBall`](super::HeavyBall),
    /// [`Form::Sequence`](super::Form) and [`Fista`](super::Fista)) see the shrinkage in `x - x⁻`, so that their momentum repeats it: it is
    /// decoupled from the gradient but not from the momentum. A velocity does not see it.
    Parameter(Scaling, Order),
}

/// The factor `c` by which a decoupled decay shrinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// `c = η λ` (PyTorch's AdamW).
    StepSize,
    /// `c = λ`.
    Absolute,
    /// `c = λ η_t / η_1`: with the schedule but not with its base (Loshchilov and Hutter 2019, Algorithm 2).
    Schedule,
    /// `c = λ η_t² / η_1` (timm's `corrected_weight_decay`).
    StepSizeSquared,
}

/// When a decoupled decay acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Before the step, on the old parameter.
    Before,
    /// After the step, on the new parameter.
    After,
}

impl<W> Decay<W> {
    /// The same decay with its number in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Decay<V> {
        Decay { strength: number(&self.strength), coupling: self.coupling }
    }
}

impl<W: Real> Decay<W> {
    /// λ or 2λ where the decay acts on the gradient, `1 - c` otherwise.
    pub(super) fn factor(&self, step_size: &W, base_step_size: &W) -> W {
        let strength = self.strength.clone();
        let shrink = |part: W| W::one() - part;
        // Without a learning rate from the start, its schedule is nothing of nothing: no step, no decay.
        let still = *base_step_size == W::zero() && *step_size == W::zero();
        match self.coupling {
            Coupling::Gradient => strength,
            Coupling::DoubledGradient => strength.clone() + strength,
            Coupling::Parameter(Scaling::StepSize, _) => shrink(strength * step_size),
            Coupling::Parameter(Scaling::Absolute, _) => shrink(strength),
            Coupling::Parameter(..) if still => W::one(),
            Coupling::Parameter(Scaling::Schedule, _) => shrink(strength * step_size / base_step_size),
            Coupling::Parameter(Scaling::StepSizeSquared, _) => shrink(strength * step_size * step_size / base_step_size),
        }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<S, R> {
    rule: S,
    coupling: Coupling,
    /// See [`Decay::factor`].
    factor: R,
}

impl<R: Real, const N: usize, K: Rule<R, N>> Rule<R, N> for Decayed<K, R::Wide> {
    type Clock = K::Clock;
    type Step = Coefficients<K::Step, R>;

    fn start(&self) -> Self::Clock {
        self.rule.start()
    }

    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        let factor = self.decay.factor(step_size, &self.base_step_size);
        Coefficients { rule: self.rule.step(clock, step_size), coupling: self.decay.coupling, factor: R::narrow(&factor) }
    }

    fn initial(&self, x: &R) -> [R; N] {
        self.rule.initial(x)
    }

    #[inline(always)]
    fn look_ahead(step: &Self::Step, x: &R, state: &[R; N]) -> R {
        K::look_ahead(&step.rule, x, state)
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, state: [R; N]) -> (R, [R; N]) {
        // The rule stands here once: in three branches its divisions and roots would be computed for each of them.
        let (gradient, x) = match step.coupling {
            Coupling::Gradient | Coupling::DoubledGradient => (gradient + x.clone() * &step.factor, x),
            Coupling::Parameter(_, Order::Before) => (gradient, x.shrunk(&step.factor)),
            Coupling::Parameter(_, Order::After) => (gradient, x),
        };
        let (x, state) = K::update(&step.rule, x, gradient, state);
        match step.coupling {
            Coupling::Parameter(_, Order::After) => (x.shrunk(&step.factor), state),
            _ => (x, state),
        }
    }
}
