//! AdaGrad (Duchi, Hazan and Singer 2011).

use super::{Epsilon, Rule};
use crate::number::Root;

/// `G ← G + g²`, `x ← x - η g / (√G + ε)`, or with ε inside the root.
#[derive(Clone, Debug, PartialEq)]
pub struct AdaGrad<W> {
    /// The small constant ε.
    pub epsilon: W,
    /// Its place; [`Epsilon::Hat`] is the same as [`Epsilon::Outside`], as nothing is corrected.
    pub placement: Epsilon,
    /// Where the sum `G` starts.
    pub initial_accumulator: W,
}

impl<W> AdaGrad<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> AdaGrad<V> {
        AdaGrad {
            epsilon: number(&self.epsilon),
            placement: self.placement,
            initial_accumulator: number(&self.initial_accumulator),
        }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    step_size: R,
    epsilon: R,
    placement: Epsilon,
}

impl<R: Root> Rule<R, 1> for AdaGrad<R::Wide> {
    type Clock = ();
    type Step = Coefficients<R>;

    fn start(&self) {}

    fn tick(&self, _clock: &mut ()) {}

    fn step(&self, _clock: &(), step_size: &R::Wide) -> Self::Step {
        Coefficients { step_size: R::narrow(step_size), epsilon: R::narrow(&self.epsilon), placement: self.placement }
    }

    fn initial(&self, _x: &R) -> [R; 1] {
        [R::narrow(&self.initial_accumulator)]
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [sum]: [R; 1]) -> (R, [R; 1]) {
        let sum = sum + gradient.clone() * &gradient;
        let denominator = match step.placement {
            Epsilon::Outside | Epsilon::Hat => sum.clone().sqrt() + &step.epsilon,
            Epsilon::Inside => (sum.clone() + &step.epsilon).sqrt(),
        };
        (x - gradient * &step.step_size / denominator, [sum])
    }
}
