//! AMSGrad (Reddi, Kale and Kumar 2018).

use super::epsilon::Denominator;
use super::moments::{Averaging, Moments, Powers};
use super::{Epsilon, Rule};
use crate::number::{Real, Root};

/// Adam with the running maximum of the second moment in the denominator.
#[derive(Clone, Debug, PartialEq)]
pub struct AmsGrad<W> {
    /// The decay rates.
    pub moments: Moments<W>,
    /// The small constant ε.
    pub epsilon: W,
    /// Its place.
    pub placement: Epsilon,
    /// What the maximum is taken of, and what is corrected.
    pub order: MaximumOrder,
    /// Where both moments and the maximum start: 0, but ε in Optimisers.jl, which so moves on a gradient of zero.
    pub initial_moment: W,
}

/// The order of maximum and bias correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaximumOrder {
    /// The maximum of the raw `v`, corrected afterwards (PyTorch, Keras).
    MaximumThenCorrect,
    /// The maximum of the corrected `v̂` (optax).
    CorrectThenMaximum,
    /// No correction of either moment (Reddi et al. 2018, Algorithm 2; Optimisers.jl).
    Uncorrected,
}

impl<W> AmsGrad<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> AmsGrad<V> {
        AmsGrad {
            moments: self.moments.map(number),
            epsilon: number(&self.epsilon),
            placement: self.placement,
            order: self.order,
            initial_moment: number(&self.initial_moment),
        }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    averaging: Averaging<R>,
    denominator: Denominator<R>,
    rate: R,
    /// What `v` is multiplied by before the maximum.
    before_maximum: R,
}

impl<R: Root> Rule<R, 3> for AmsGrad<R::Wide>
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
        let (correction1, before, after) = match self.order {
            MaximumOrder::MaximumThenCorrect => (powers.correction1(), one(), powers.correction2()),
            MaximumOrder::CorrectThenMaximum => (powers.correction1(), one() / powers.correction2(), one()),
            MaximumOrder::Uncorrected => (one(), one(), one()),
        };
        let (denominator, factor) = Denominator::corrected(after, &self.epsilon, self.placement);
        let rate = R::narrow(&(step_size.clone() / correction1 * factor));
        Coefficients { averaging: self.moments.averaging(), denominator, rate, before_maximum: R::narrow(&before) }
    }

    fn initial(&self, _x: &R) -> [R; 3] {
        std::array::from_fn(|_| R::narrow(&self.initial_moment))
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m, v, largest]: [R; 3]) -> (R, [R; 3]) {
        let (m, v) = step.averaging.advance(m, v, gradient);
        let largest = largest.larger(v.clone() * &step.before_maximum);
        (x - m.clone() * &step.rate / step.denominator.of(largest.clone()), [m, v, largest])
    }
}
