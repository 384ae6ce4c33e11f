//! RAdam (Liu et al. 2020).

use super::adam::Denominator;
use super::moments::{Averaging, Moments, Powers};
use super::{Epsilon, Rule};
use crate::number::Root;

/// Adam whose adaptive step is rectified, and replaced by momentum while the second moment is too uncertain:
/// `ρ_t = ρ_∞ - 2 t β₂^t / (1 - β₂^t)`, `ρ_∞ = 2 / (1 - β₂) - 1`; for `ρ_t` above the threshold
/// `x ← x - η r_t m̂ / (√v̂ + ε)`, `r_t² = (ρ_t - 4)(ρ_t - 2) ρ_∞ / ((ρ_∞ - 4)(ρ_∞ - 2) ρ_t)`, else `x ← x - η m̂`.
#[derive(Clone, Debug, PartialEq)]
pub struct RAdam<W> {
    /// The decay rates.
    pub moments: Moments<W>,
    /// The small constant ε.
    pub epsilon: W,
    /// Its place: PyTorch's `√(1 - β₂^t) / (√v + ε)` is [`Epsilon::Hat`].
    pub placement: Epsilon,
    /// The step is rectified where `ρ_t` is larger: 4 in the paper, 5 in PyTorch.
    pub threshold: W,
}

impl<W> RAdam<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> RAdam<V> {
        RAdam {
            moments: self.moments.map(number),
            epsilon: number(&self.epsilon),
            placement: self.placement,
            threshold: number(&self.threshold),
        }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    averaging: Averaging<R>,
    rate: R,
    /// `None` while the step is not adaptive.
    denominator: Option<Denominator<R>>,
}

impl<W: Root> RAdam<W> {
    /// The rectification `r_t`, or `None` up to the threshold.
    fn rectification(&self, powers: &Powers<W>) -> Option<W> {
        let (two, four) = (W::int(2), W::int(4));
        let limit = two.clone() / (W::one() - &self.moments.beta2) - W::one();
        let length = limit.clone() - W::int(2 * powers.t) * &powers.beta2 / powers.correction2();
        (length > self.threshold).then(|| {
            let now = (length.clone() - &four) * (length.clone() - &two) / length;
            let last = (limit.clone() - four) * (limit.clone() - two) / limit;
            (now / last).sqrt()
        })
    }
}

impl<R: Root> Rule<R, 2> for RAdam<R::Wide>
where
    R::Wide: Root,
{
    type Clock = Powers<R::Wide>;
    type Step = Coefficients<R>;

    fn start(&self) -> Self::Clock {
        self.moments.start()
    }

    fn tick(&self, clock: &mut Self::Clock) {
        self.moments.tick(clock);
    }

    fn step(&self, powers: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        let rate = step_size.clone() / powers.correction1();
        let averaging = self.moments.averaging();
        match self.rectification(powers) {
            None => Coefficients { averaging, rate: R::narrow(&rate), denominator: None },
            Some(rectification) => {
                let rate = rate * rectification;
                let (denominator, rate) = Denominator::new(rate, powers.correction2(), &self.epsilon, self.placement);
                Coefficients { averaging, rate, denominator: Some(denominator) }
            }
        }
    }

    fn initial(&self, _x: &R) -> [R; 2] {
        [R::zero(), R::zero()]
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m, v]: [R; 2]) -> (R, [R; 2]) {
        let (m, v) = step.averaging.advance(m, v, gradient);
        let scaled = m.clone() * &step.rate;
        let change = match &step.denominator {
            Some(denominator) => scaled / denominator.of(v.clone()),
            None => scaled,
        };
        (x - change, [m, v])
    }
}
