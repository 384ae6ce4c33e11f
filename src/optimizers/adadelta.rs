//! Adadelta (Zeiler 2012).

use super::Rule;
use super::moments::Average;
use crate::number::Root;

/// `E ← ρ E + (1 - ρ) g²`, `d = √(D + ε) / √(E + ε) g`, `D ← ρ D + (1 - ρ) d²`, `x ← x - η d`.
///
/// The paper has η = 1. PyTorch, TensorFlow and Keras, and MXNet put their learning rate here: it scales the step, but not the
/// `d` that the mean `D` takes, so that `D` keeps the units of `x` alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Adadelta<W> {
    /// Decay ρ of both means.
    pub decay_rate: W,
    /// The small constant ε, inside both roots.
    pub epsilon: W,
}

impl<W> Adadelta<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Adadelta<V> {
        Adadelta { decay_rate: number(&self.decay_rate), epsilon: number(&self.epsilon) }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    step_size: R,
    average: Average<R>,
    epsilon: R,
}

impl<R: Root> Rule<R, 2> for Adadelta<R::Wide> {
    type Clock = ();
    type Step = Coefficients<R>;

    fn start(&self) {}

    fn step(&self, _clock: &(), step_size: &R::Wide) -> Self::Step {
        Coefficients {
            step_size: R::narrow(step_size),
            average: Average::new(&self.decay_rate),
            epsilon: R::narrow(&self.epsilon),
        }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [squares, steps]: [R; 2]) -> (R, [R; 2]) {
        let root = |mean: &R| (mean.clone() + &step.epsilon).sqrt();
        let squares = step.average.of(squares, gradient.clone() * &gradient);
        let change = root(&steps) / root(&squares) * gradient;
        let steps = step.average.of(steps, change.clone() * &change);
        (x - change * &step.step_size, [squares, steps])
    }
}
