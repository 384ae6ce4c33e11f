//! An L1 penalty `λ ‖x‖₁` beside the objective: proximal gradient, its accelerated forms, and the subgradient method.

use super::Rule;
use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The methods for an L1 penalty in the registry.
pub const SYSTEM: System = System {
    name: "l1-proximal-gradient",
    formula: "x ← S(x - η g, η λ), S(x, t) = sign(x) max(|x| - t, 0)",
    rows: &["S1.34"],
    conventions: &[
        Convention { name: "treatment", values: &["proximal", "accelerated", "subgradient"] },
        Convention { name: "momentum", values: &["(t_k - 1)/t_(k+1)", "(k - 1)/(k + 2)"] },
        Convention { name: "subgradient at zero", values: &["0", "1", "least norm"] },
    ],
    sources: &[
        Source::Note("002", "163-171"),
        Source::Cited("daubechies2004", "section 2"),
        Source::Cited("beck2009", "sections 3 and 4"),
    ],
    tests: &[
        "tests/lasso.rs::the_soft_threshold_is_the_proximal_map",
        "tests/lasso.rs::one_proximal_step_solves_a_round_quadratic",
        "tests/lasso.rs::proximal_steps_find_the_support_after_finitely_many",
        "tests/lasso.rs::subgradient_steps_cross_zero_without_staying",
        "tests/lasso.rs::the_minimiser_stays_where_the_subgradient_can_be_chosen",
        "tests/lasso.rs::values_stay_below_their_bounds",
        "tests/lasso.rs::counting_momentum_extrapolates_before_the_gradient_and_thresholds_after_it",
        "tests/lasso.rs::the_momentum_of_fista_is_that_of_its_sequence",
    ],
};

/// A method for `f(x) + λ ‖x‖₁`, given the gradient of `f`.
#[derive(Clone, Debug, PartialEq)]
pub struct L1<W> {
    /// The weight λ of the penalty.
    pub strength: W,
    /// What is done with it.
    pub treatment: Treatment,
}

/// What is done with an L1 penalty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// `x ← x - η (g + λ s)` with a subgradient `s` of `‖x‖₁`: `sign(x)`, and by this convention where `x = 0`.
    Subgradient(AtZero),
    /// `x ← S(x - η g, η λ)` with the soft threshold `S`: the proximal gradient method, ISTA (Daubechies, Defrise and De Mol 2004;
    /// Beck and Teboulle 2009).
    Proximal,
    /// `y = x + β_k (x - x⁻)`, `x⁺ = S(y - η g(y), η λ)` with `β_k = (k - 1) / (k + 2)`.
    AcceleratedCounting,
    /// The same with the `t_k` of Beck and Teboulle (2009): FISTA.
    Accelerated,
}

/// The subgradient of `|x|` at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtZero {
    /// 0 (`sign` of the frameworks).
    Zero,
    /// 1 (`x >= 0 ? 1 : -1`).
    One,
    /// The number of `[-1, 1]` that brings `g + λ s` nearest to zero: the steepest descent, for which a minimiser is a fixed point.
    LeastNorm,
}

impl<W> L1<W> {
    /// The same method with its number in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> L1<V> {
        L1 { strength: number(&self.strength), treatment: self.treatment }
    }
}

/// `S(x, t) = sign(x) max(|x| - t, 0)`, the minimiser of `(z - x)²/2 + t |z|` for `t >= 0`.
#[inline(always)]
pub fn soft_threshold<R: Real>(x: R, threshold: &R) -> R {
    let above = (x.clone() - threshold).larger(R::zero());
    let below = (-x - threshold).larger(R::zero());
    above - below
}

/// A rule followed by the proximal map of `η λ ‖x‖₁`.
#[derive(Clone)]
pub(super) struct Proximal<K, W> {
    pub(super) rule: K,
    pub(super) strength: W,
}

impl<R: Real, const N: usize, K: Rule<R, N>> Rule<R, N> for Proximal<K, R::Wide> {
    type Clock = K::Clock;
    /// The rule's, and the threshold.
    type Step = (K::Step, R);

    fn start(&self) -> Self::Clock {
        self.rule.start()
    }

    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        (self.rule.step(clock, step_size), R::narrow(&(self.strength.clone() * step_size)))
    }

    fn initial(&self, x: &R) -> [R; N] {
        self.rule.initial(x)
    }

    #[inline(always)]
    fn look_ahead((step, _): &Self::Step, x: &R, state: &[R; N]) -> R {
        K::look_ahead(step, x, state)
    }

    #[inline(always)]
    fn update((step, threshold): &Self::Step, x: R, gradient: R, state: [R; N]) -> (R, [R; N]) {
        let (x, state) = K::update(step, x, gradient, state);
        (soft_threshold(x, threshold), state)
    }
}

/// A rule with a subgradient of `λ ‖x‖₁` added to the gradient.
#[derive(Clone)]
pub(super) struct Subgradient<K, W> {
    pub(super) rule: K,
    pub(super) strength: W,
    pub(super) at_zero: AtZero,
}

impl<R: Real, const N: usize, K: Rule<R, N>> Rule<R, N> for Subgradient<K, R::Wide> {
    type Clock = K::Clock;
    /// The rule's, λ, and what the gradient is raised and then thresholded by where `x = 0`: a choice by numbers, which vectors can
    /// make for each element.
    type Step = (K::Step, R, [R; 2]);

    fn start(&self) -> Self::Clock {
        self.rule.start()
    }

    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        let strength: R = R::narrow(&self.strength);
        let at_zero = match self.at_zero {
            AtZero::Zero => [R::zero(), R::zero()],
            AtZero::One => [strength.clone(), R::zero()],
            AtZero::LeastNorm => [R::zero(), strength.clone()],
        };
        (self.rule.step(clock, step_size), strength, at_zero)
    }

    fn initial(&self, x: &R) -> [R; N] {
        self.rule.initial(x)
    }

    #[inline(always)]
    fn update((step, strength, [raise, threshold]): &Self::Step, x: R, gradient: R, state: [R; N]) -> (R, [R; N]) {
        let at_zero = soft_threshold(gradient.clone() + raise, threshold);
        let elsewhere = gradient + x.clone().sign() * strength;
        let gradient = if x == R::zero() { at_zero } else { elsewhere };
        K::update(step, x, gradient, state)
    }
}
