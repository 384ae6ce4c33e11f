//! RMSprop (Tieleman and Hinton 2012).

use super::{Epsilon, Rule};
use crate::number::{Real, Root};

/// `v ← ρ v + (1 - ρ) g²`, `x ← x - η g / (√v + ε)`, or with ε inside the root.
#[derive(Clone, Debug, PartialEq)]
pub struct RmsProp<W> {
    /// Decay ρ of the mean square.
    pub decay_rate: W,
    /// The small constant ε.
    pub epsilon: W,
    /// Its place; [`Epsilon::Hat`] is the same as [`Epsilon::Outside`], as nothing is corrected.
    pub placement: Epsilon,
    /// Where the mean square `v` starts.
    pub initial_accumulator: W,
}

impl<W> RmsProp<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> RmsProp<V> {
        RmsProp {
            decay_rate: number(&self.decay_rate),
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
    kept: R,
    fresh: R,
    epsilon: R,
    placement: Epsilon,
}

impl<R: Root> Rule<R, 1> for RmsProp<R::Wide> {
    type Clock = ();
    type Step = Coefficients<R>;

    fn start(&self) {}

    fn tick(&self, _clock: &mut ()) {}

    fn step(&self, _clock: &(), step_size: &R::Wide) -> Self::Step {
        Coefficients {
            step_size: R::narrow(step_size),
            kept: R::narrow(&self.decay_rate),
            fresh: R::narrow(&(R::Wide::one() - &self.decay_rate)),
            epsilon: R::narrow(&self.epsilon),
            placement: self.placement,
        }
    }

    fn initial(&self, _x: &R) -> [R; 1] {
        [R::narrow(&self.initial_accumulator)]
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [mean_square]: [R; 1]) -> (R, [R; 1]) {
        let mean_square = mean_square * &step.kept + gradient.clone() * &gradient * &step.fresh;
        let denominator = match step.placement {
            Epsilon::Outside | Epsilon::Hat => mean_square.clone().sqrt() + &step.epsilon,
            Epsilon::Inside => (mean_square.clone() + &step.epsilon).sqrt(),
        };
        (x - gradient * &step.step_size / denominator, [mean_square])
    }
}
