//! Momentum in its four velocity conventions.

use super::Rule;
use crate::number::Real;

/// `v ← β v + a g`, `x ← x - b v`, where the convention says what `a` and `b` are.
#[derive(Clone, Debug, PartialEq)]
pub struct Momentum<W> {
    /// Decay β of the velocity, in `[0, 1)` for the usual theory.
    pub momentum: W,
    /// The meaning of the velocity.
    pub velocity: Velocity<W>,
}

/// The meaning of the velocity.
#[derive(Clone, Debug, PartialEq)]
pub enum Velocity<W> {
    /// A sum of gradients: `v ← β v + g`, `x ← x - η v` (PyTorch; Polyak 1964 in this form).
    StepOutside,
    /// A sum of steps: `v ← β v + η g`, `x ← x - v` (Sutskever et al. 2013, Keras).
    StepInside,
    /// An exponential moving average: `v ← β v + (1 - β) g`, `x ← x - η v`.
    Average,
    /// `v ← β v + (1 - τ) g`, `x ← x - η v` with dampening τ.
    Dampened {
        /// The dampening τ.
        dampening: W,
        /// Whether the first update is dampened too; PyTorch starts with `v = g`.
        from_the_first: bool,
    },
}

impl<W> Momentum<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Momentum<V> {
        let velocity = match &self.velocity {
            Velocity::StepOutside => Velocity::StepOutside,
            Velocity::StepInside => Velocity::StepInside,
            Velocity::Average => Velocity::Average,
            Velocity::Dampened { dampening, from_the_first } => {
                Velocity::Dampened { dampening: number(dampening), from_the_first: *from_the_first }
            }
        };
        Momentum { momentum: number(&self.momentum), velocity }
    }
}

/// The coefficients β, `a` and `b`.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    pub(super) momentum: R,
    pub(super) input: R,
    pub(super) output: R,
}

impl<R: Real> Rule<R, 1> for Momentum<R::Wide> {
    /// The number of the update.
    type Clock = i64;
    type Step = Coefficients<R>;

    fn start(&self) -> i64 {
        0
    }

    fn step(&self, &update: &i64, step_size: &R::Wide) -> Self::Step {
        let one = R::Wide::one;
        let (input, output) = match &self.velocity {
            Velocity::StepOutside => (one(), step_size.clone()),
            Velocity::StepInside => (step_size.clone(), one()),
            Velocity::Average => (one() - &self.momentum, step_size.clone()),
            Velocity::Dampened { from_the_first: false, .. } if update == 1 => (one(), step_size.clone()),
            Velocity::Dampened { dampening, .. } => (one() - dampening, step_size.clone()),
        };
        Coefficients { momentum: R::narrow(&self.momentum), input: R::narrow(&input), output: R::narrow(&output) }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [velocity]: [R; 1]) -> (R, [R; 1]) {
        let velocity = velocity * &step.momentum + gradient * &step.input;
        (x - velocity.clone() * &step.output, [velocity])
    }
}
