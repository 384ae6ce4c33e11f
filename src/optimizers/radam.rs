//! RAdam (Liu et al. 2020).

use super::epsilon::Denominator;
use super::moments::{Averaging, Moments, Powers};
use super::{Epsilon, Rule};
use crate::number::Root;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "radam",
    formula: "x ← x - η r_t m̂ / (√v̂ + ε) where ρ_t > 5, else x ← x - η m̂",
    rows: &["S1.28"],
    conventions: &[
        Convention { name: "threshold", values: &["ρ > 5", "ρ > 4", "ρ ≥ 5"] },
        Convention { name: "epsilon", values: &["hat", "outside", "inside"] },
        Convention { name: "unrectified", values: &["momentum", "gradient", "nothing"] },
    ],
    sources: &[Source::Note("000", "247"), Source::Cited("liu2020", "Algorithm 2")],
    tests: &[
        "tests/oracles.rs::radam_rectifies_from_its_threshold",
        "tests/rules.rs::radam_before_it_rectifies",
        "tests/rules.rs::radam_at_its_threshold",
        "tests/rules.rs::radam_thresholds",
        "theorems/adaptive/adaptive_closed_forms.rs::adaptive-closed-forms",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// Adam whose adaptive step is rectified, and replaced while the second moment is too uncertain:
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
    /// The step is rectified where `ρ_t` is larger: 4 in the paper, 5 in PyTorch, the authors' code, optax and timm.
    pub threshold: W,
    /// Whether it is rectified at the threshold too: `ρ_t ≥ 5` in the authors' code, optax, timm and TensorFlow Addons.
    pub inclusive: bool,
    /// The step before that.
    pub unrectified: Unrectified,
}

/// The step while the second moment is too uncertain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unrectified {
    /// `x ← x - η m̂` (Liu et al. 2020, Algorithm 2; PyTorch).
    Momentum,
    /// `x ← x - η g`.
    Gradient,
    /// None (the authors' code with its default `degenerated_to_sgd=False`; a decay around this rule shrinks all the same, theirs does not).
    Nothing,
}

impl<W> RAdam<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> RAdam<V> {
        RAdam {
            moments: self.moments.map(number),
            epsilon: number(&self.epsilon),
            placement: self.placement,
            threshold: number(&self.threshold),
            inclusive: self.inclusive,
            unrectified: self.unrectified,
        }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    averaging: Averaging<R>,
    rate: R,
    change: Change<R>,
}

/// What the rate multiplies.
#[derive(Clone, Debug)]
enum Change<R> {
    /// `m / (√v̂ + ε)`.
    Rectified(Denominator<R>),
    Unrectified(Unrectified),
}

impl<W: Root> RAdam<W> {
    /// The rectification `r_t`, or `None` up to the threshold.
    fn rectification(&self, powers: &Powers<W>) -> Option<W> {
        let (two, four) = (W::int(2), W::int(4));
        let limit = two.clone() / (W::one() - &self.moments.beta2) - W::one();
        let length = limit.clone() - W::int(2 * powers.t) * &powers.beta2 / powers.correction2();
        let certain = if self.inclusive { length >= self.threshold } else { length > self.threshold };
        certain.then(|| {
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

    fn step(&self, powers: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        let corrected = || step_size.clone() / powers.correction1();
        let (rate, change) = match (self.rectification(powers), self.unrectified) {
            (Some(rectification), _) => {
                let (denominator, factor) = Denominator::corrected(powers.correction2(), &self.epsilon, self.placement);
                (corrected() * rectification * factor, Change::Rectified(denominator))
            }
            (None, Unrectified::Gradient) => (step_size.clone(), Change::Unrectified(Unrectified::Gradient)),
            (None, unrectified) => (corrected(), Change::Unrectified(unrectified)),
        };
        Coefficients { averaging: self.moments.averaging(), rate: R::narrow(&rate), change }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [m, v]: [R; 2]) -> (R, [R; 2]) {
        let (m, v) = step.averaging.advance(m, v, gradient.clone());
        let next = match &step.change {
            Change::Rectified(denominator) => x - m.clone() * &step.rate / denominator.of(v.clone()),
            Change::Unrectified(Unrectified::Momentum) => x - m.clone() * &step.rate,
            Change::Unrectified(Unrectified::Gradient) => x - gradient * &step.rate,
            Change::Unrectified(Unrectified::Nothing) => x,
        };
        (next, [m, v])
    }
}
