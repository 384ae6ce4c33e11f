//! NAdam (Dozat 2016).

use super::adam::Denominator;
use super::moments::{Averaging, Moments, Powers};
use super::{Epsilon, Rule};
use crate::number::{Real, Root};

/// Adam with Nesterov's momentum: `x ← x - η (μ_{t+1} m / (1 - Π_{t+1}) + (1 - μ_t) g / (1 - Π_t)) / (√v̂ + ε)`, with
/// `μ_t = β₁ (1 - q^t / 2)`, `Π_t = μ_1 ⋯ μ_t` and `q = 0.96^ψ` (Dozat 2016, with PyTorch's ψ, its `momentum_decay`).
#[derive(Clone, Debug, PartialEq)]
pub struct NAdam<W> {
    /// The decay rates.
    pub moments: Moments<W>,
    /// The small constant ε, outside the root.
    pub epsilon: W,
    /// `q = 0.96^ψ`; see [`warming_base`](super::warming_base).
    pub warming: W,
}

impl<W> NAdam<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> NAdam<V> {
        NAdam { moments: self.moments.map(number), epsilon: number(&self.epsilon), warming: number(&self.warming) }
    }
}

/// The clock: powers, and the momentum's schedule.
#[derive(Clone, Debug)]
pub struct Schedule<W> {
    powers: Powers<W>,
    /// `q^(t+1)`.
    warming: W,
    /// `μ_t`.
    momentum: W,
    /// `μ_{t+1}`.
    next_momentum: W,
    /// `Π_t`.
    product: W,
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    averaging: Averaging<R>,
    denominator: Denominator<R>,
    gradient_rate: R,
    moment_rate: R,
}

impl<W: Real> NAdam<W> {
    fn momentum(&self, warming: &W) -> W {
        self.moments.beta1.clone() * (W::one() - warming.clone() / W::int(2))
    }
}

impl<R: Root> Rule<R, 2> for NAdam<R::Wide>
where
    R::Wide: Root,
{
    type Clock = Schedule<R::Wide>;
    type Step = Coefficients<R>;

    fn start(&self) -> Self::Clock {
        Schedule {
            powers: self.moments.start(),
            warming: self.warming.clone(),
            momentum: R::Wide::one(),
            next_momentum: self.momentum(&self.warming),
            product: R::Wide::one(),
        }
    }

    fn tick(&self, clock: &mut Self::Clock) {
        self.moments.tick(&mut clock.powers);
        clock.momentum = clock.next_momentum.clone();
        clock.product = clock.product.clone() * &clock.momentum;
        clock.warming = clock.warming.clone() * &self.warming;
        clock.next_momentum = self.momentum(&clock.warming);
    }

    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        let one = R::Wide::one;
        let gradient_rate = step_size.clone() * (one() - &clock.momentum) / (one() - &clock.product);
        let next_product = clock.product.clone() * &clock.next_momentum;
        let moment_rate = step_size.clone() * &clock.next_momentum / (one() - next_product);
        let correction2 = clock.powers.correction2();
        let (denominator, moment_rate) = Denominator::new(moment_rate, correction2, &self.epsilon, Epsilon::Outside);
        let gradient_rate = R::narrow(&gradient_rate);
        Coefficients { averaging: self.moments.averaging(), denominator, gradient_rate, moment_rate }
    }

    fn initial(&self, _x: &R) -> [R; 2] {
        [R::zero(), R::zero()]
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m, v]: [R; 2]) -> (R, [R; 2]) {
        let (m, v) = step.averaging.advance(m, v, gradient.clone());
        let direction = gradient * &step.gradient_rate + m.clone() * &step.moment_rate;
        (x - direction / step.denominator.of(v.clone()), [m, v])
    }
}
