//! The sign methods of Bernstein et al. (2018).

use super::Rule;
use super::moments::Average;
use crate::number::Real;

/// signSGD: `x ← x - η sign(g)`, with `sign(0) = 0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignDescent;

impl<R: Real> Rule<R, 0> for SignDescent {
    type Clock = ();
    type Step = R;

    fn start(&self) {}

    fn step(&self, _clock: &(), step_size: &R::Wide) -> R {
        R::narrow(step_size)
    }

    #[inline(always)]
    fn update(step_size: &R, x: R, gradient: R, _state: [R; 0]) -> (R, [R; 0]) {
        (x - gradient.sign() * step_size, [])
    }
}

/// Signum: `m ← β m + (1 - β) g`, `x ← x - η sign(m)`. A velocity that sums gradients has the same signs.
#[derive(Clone, Debug, PartialEq)]
pub struct Signum<W> {
    /// Decay β of the average, in `[0, 1)`.
    pub momentum: W,
}

impl<W> Signum<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Signum<V> {
        Signum { momentum: number(&self.momentum) }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    step_size: R,
    average: Average<R>,
}

impl<R: Real> Rule<R, 1> for Signum<R::Wide> {
    type Clock = ();
    type Step = Coefficients<R>;

    fn start(&self) {}

    fn step(&self, _clock: &(), step_size: &R::Wide) -> Self::Step {
        Coefficients { step_size: R::narrow(step_size), average: Average::new(&self.momentum) }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m]: [R; 1]) -> (R, [R; 1]) {
        let m = step.average.of(m, gradient);
        (x - m.clone().sign() * &step.step_size, [m])
    }
}
