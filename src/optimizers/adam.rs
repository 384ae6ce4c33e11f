//! Adam (Kingma and Ba 2015).

use super::epsilon::Denominator;
use super::moments::{Averaging, Moments, Powers};
use super::{Epsilon, Rule};
use crate::number::{Real, Root};

/// `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`, `x ← x - η m̂ / (√v̂ + ε)` with `m̂ = m / (1 - β₁^t)`,
/// `v̂ = v / (1 - β₂^t)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Adam<W> {
    /// The decay rates.
    pub moments: Moments<W>,
    /// The small constant ε.
    pub epsilon: W,
    /// Its place.
    pub placement: Epsilon,
    /// Whether the moments are divided by `1 - β^t`.
    pub bias_correction: bool,
}

impl<W> Adam<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Adam<V> {
        Adam {
            moments: self.moments.map(number),
            epsilon: number(&self.epsilon),
            placement: self.placement,
            bias_correction: self.bias_correction,
        }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    averaging: Averaging<R>,
    denominator: Denominator<R>,
    rate: R,
}

impl<R: Root> Rule<R, 2> for Adam<R::Wide>
where
    R::Wide: Root,
{
    type Clock = Powers<R::Wide>;
    type Step = Coefficients<R>;

    fn start(&self) -> Self::Clock {
        self.moments.start()
    }

    fn step(&self, powers: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        let one = R::Wide::one;
        let (correction1, correction2) =
            if self.bias_correction { (powers.correction1(), powers.correction2()) } else { (one(), one()) };
        let (denominator, factor) = Denominator::corrected(correction2, &self.epsilon, self.placement);
        let rate = step_size.clone() / correction1 * factor;
        Coefficients { averaging: self.moments.averaging(), denominator, rate: R::narrow(&rate) }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m, v]: [R; 2]) -> (R, [R; 2]) {
        let (m, v) = step.averaging.advance(m, v, gradient);
        (x - m.clone() * &step.rate / step.denominator.of(v.clone()), [m, v])
    }
}
