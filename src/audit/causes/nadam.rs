//! NAdam's step with its two terms formed in another way.

use super::Cause;
use crate::audit::conformance::Twin;
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::kernels::Isa;
use crate::number::{Bounded, Rational, Real, Root};
use crate::optimizers::{Algorithm, Clock, Epsilon, NAdam, Rule};
use std::borrow::Cow;

/// What is formed in another way.
#[derive(Clone, Copy)]
enum Instead {
    /// `(1 - μ_t) g + μ_{t+1} m`, as if every product were 0.
    Uncorrected,
    /// The second term takes the first one, already scaled, for m, with the weight of a gradient.
    ScaledTwice,
    /// The look-ahead average is stored.
    Stored,
}

const ALL: [(&str, Instead); 3] = [
    (
        "a step without the products of momenta, (1 - μ_t) g + μ_{t+1} m in the place of its two corrected terms",
        Instead::Uncorrected,
    ),
    ("a second term that is formed from the scaled gradient with 1 - μ_{t+1}, and not from m with μ_{t+1}", Instead::ScaledTwice),
    ("the average m, which is stored after its correction and its look-ahead, m ← μ m / (1 - Π_t)", Instead::Stored),
];

/// The rule with its numbers, ε outside the root.
#[derive(Clone)]
struct Look<W> {
    rule: NAdam<W>,
    instead: Instead,
}

/// `μ_t`, `Π_t`, `q^(t+1)` and `β₂^t`.
#[derive(Clone)]
struct Schedule<W> {
    rule: NAdam<W>,
    momentum: W,
    product: W,
    warming: W,
    power: W,
}

impl<W: Real> Schedule<W> {
    /// `μ_{t+1} = β₁ (1 - q^(t+1) / 2)`.
    fn next_momentum(&self) -> W {
        self.rule.moments.beta1.clone() * (W::one() - self.warming.clone() / W::int(2))
    }
}

impl<W: Real> Clock for Schedule<W> {
    fn tick(&mut self) {
        self.momentum = self.next_momentum();
        self.product = self.product.clone() * &self.momentum;
        self.warming = self.warming.clone() * &self.rule.warming;
        self.power = self.power.clone() * &self.rule.moments.beta2;
    }
}

/// The numbers of one step.
#[derive(Clone)]
struct Step<R> {
    instead: Instead,
    rates: [R; 2],
    rests: [R; 2],
    /// Of the gradient and of what stands beside it.
    gradient_rate: R,
    other_rate: R,
    /// What m is multiplied by where it is stored.
    stored: R,
    correction: R,
    epsilon: R,
}

impl<R: Root> Rule<R, 2> for Look<R::Wide>
where
    R::Wide: Root,
{
    type Clock = Schedule<R::Wide>;
    type Step = Step<R>;

    fn start(&self) -> Self::Clock {
        let (one, rule) = (R::Wide::one, self.rule.clone());
        Schedule { momentum: one(), product: one(), warming: rule.warming.clone(), power: one(), rule }
    }

    fn step(&self, clock: &Self::Clock, rate: &R::Wide) -> Step<R> {
        let one = R::Wide::one;
        let (now, next) = (&clock.momentum, clock.next_momentum());
        let rests = [one() - &clock.product, one() - clock.product.clone() * &next];
        let fresh = one() - now;
        let [gradient_rate, other_rate] = match self.instead {
            Instead::Uncorrected => [rate.clone() * fresh, rate.clone() * &next],
            Instead::ScaledTwice => {
                let scaled = rate.clone() * fresh / &rests[0];
                [scaled.clone(), scaled * rate * (one() - &next) / &rests[1]]
            }
            Instead::Stored => [rate.clone() * fresh / &rests[0], rate.clone()],
        };
        let moments = [&self.rule.moments.beta1, &self.rule.moments.beta2];
        Step {
            instead: self.instead,
            rates: moments.map(R::narrow),
            rests: moments.map(|rate| R::narrow(&(one() - rate))),
            gradient_rate: R::narrow(&gradient_rate),
            other_rate: R::narrow(&other_rate),
            stored: R::narrow(&(next / &rests[0])),
            correction: R::narrow(&(one() - &clock.power)),
            epsilon: R::narrow(&self.rule.epsilon),
        }
    }

    #[inline(always)]
    fn update(step: &Step<R>, x: R, gradient: R, [m, v]: [R; 2]) -> (R, [R; 2]) {
        let [m, v] = [(m, gradient.clone(), 0), (v, gradient.clone() * &gradient, 1)]
            .map(|(old, new, place)| old * &step.rates[place] + new * &step.rests[place]);
        let m = if matches!(step.instead, Instead::Stored) { m * &step.stored } else { m };
        let denominator = (v.clone() / &step.correction).sqrt() + &step.epsilon;
        let other = if matches!(step.instead, Instead::ScaledTwice) { gradient.clone() } else { m.clone() };
        let x = x - gradient * &step.gradient_rate / denominator.clone();
        (x - other * &step.other_rate / denominator, [m, v])
    }
}

/// Whether one of these is what the subject computes.
pub(super) fn explains<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Option<Cause>
where
    N::Wide: Root,
{
    let rule = match &candidate.method.algorithm {
        Algorithm::NAdam(rule) if rule.placement == Epsilon::Outside => rule,
        _ => return None,
    };
    let fits = |instead| {
        let look = Look { rule: rule.map(&|number: &Rational| N::Wide::of(number)), instead };
        Twin::with(trace, candidate.method.finish::<N, N, 2, _>(look, Isa::Scalar), Cow::Borrowed(&trace.lr)).fits()
    };
    let (words, _) = ALL.iter().find(|(_, instead)| fits(*instead))?;
    Some(Cause::formula(trace, format!("all of it is explained by {words}"), candidate))
}
