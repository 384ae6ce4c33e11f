//! Nesterov's method with the momentum of Beck and Teboulle.

use super::nesterov::{Coefficients, Form, Nesterov};
use super::{Clock, Rule};
use crate::number::{Real, Root};
use crate::system::System;
use crate::theorem::Source;
use std::marker::PhantomData;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "nesterov-fista",
    formula: "y = x + (t⁻ - 1)/t (x - x⁻), x⁺ = y - η g(y), t = (1 + √(1 + 4 t⁻²))/2",
    rows: &["S1.13"],
    conventions: &[],
    sources: &[Source::Note("000", "183"), Source::Cited("beck2009", "section 4")],
    tests: &[
        "tests/oracles.rs::fista_keeps_its_invariant",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// [`Form::Sequence`] with `β_k = (t_{k-1} - 1) / t_k` in update `k` from 1, `t_1 = 1`, `t_k = (1 + √(1 + 4 t_{k-1}²)) / 2` (Nesterov
/// 1983; Beck and Teboulle 2009, FISTA without a proximal term). The first two updates are plain gradient steps.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Fista<W>(PhantomData<W>);

impl<W> Fista<W> {
    /// The rule.
    pub fn new() -> Self {
        Fista(PhantomData)
    }
}

/// `t_k` of the update that is reached, and its momentum.
#[derive(Clone, Debug)]
pub struct Sequence<W> {
    t: W,
    momentum: W,
}

impl<W: Root> Clock for Sequence<W> {
    fn tick(&mut self) {
        // From t = 0 the recursion gives 1, so that the first momentum would be -1; it multiplies x - x⁻ = 0.
        let next = (W::one() + W::one().hypotenuse(self.t.clone() * W::int(2))) / W::int(2);
        self.momentum = (self.t.clone() - W::one()) / &next;
        self.t = next;
    }
}

impl<R: Root> Rule<R, 1> for Fista<R::Wide>
where
    R::Wide: Root,
{
    type Clock = Sequence<R::Wide>;
    type Step = Coefficients<R>;

    fn start(&self) -> Self::Clock {
        Sequence { t: R::Wide::zero(), momentum: R::Wide::zero() }
    }

    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        Coefficients::new(Form::Sequence, step_size, &clock.momentum)
    }

    fn initial(&self, x: &R) -> [R; 1] {
        [x.clone()]
    }

    #[inline(always)]
    fn look_ahead(step: &Self::Step, x: &R, kept: &[R; 1]) -> R {
        <Nesterov<R::Wide> as Rule<R, 1>>::look_ahead(step, x, kept)
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, kept: [R; 1]) -> (R, [R; 1]) {
        <Nesterov<R::Wide> as Rule<R, 1>>::update(step, x, gradient, kept)
    }
}
