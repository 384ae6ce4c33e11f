//! Lion (Chen et al. 2023).

use super::Rule;
use super::moments::{Average, Moments};
use crate::number::Real;

/// `x ← x - η sign(β₁ m + (1 - β₁) g)`, `m ← β₂ m + (1 - β₂) g`.
///
/// The paper's weight decay is decoupled, `x ← x - η (sign(...) + λ x)`; on the gradient it would change directions, not lengths.
#[derive(Clone, Debug, PartialEq)]
pub struct Lion<W> {
    /// Weight β₁ of the average in the step, and decay β₂ of the average.
    pub moments: Moments<W>,
}

impl<W> Lion<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Lion<V> {
        Lion { moments: self.moments.map(number) }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    step_size: R,
    look: Average<R>,
    average: Average<R>,
}

impl<R: Real> Rule<R, 1> for Lion<R::Wide> {
    type Clock = ();
    type Step = Coefficients<R>;

    fn start(&self) {}

    fn step(&self, _clock: &(), step_size: &R::Wide) -> Self::Step {
        let Moments { beta1, beta2 } = &self.moments;
        Coefficients { step_size: R::narrow(step_size), look: Average::new(beta1), average: Average::new(beta2) }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m]: [R; 1]) -> (R, [R; 1]) {
        let direction = step.look.of(m.clone(), gradient.clone());
        let m = step.average.of(m, gradient);
        (x - direction.sign() * &step.step_size, [m])
    }
}
