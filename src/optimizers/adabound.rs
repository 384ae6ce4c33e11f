//! AdaBound and AMSBound (Luo et al. 2019).

use super::epsilon::Denominator;
use super::moments::{Averaging, Moments, Powers};
use super::{Epsilon, Rule};
use crate::number::{Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "adabound",
    formula: "x ← x - clip(η / (√v̂ + ε), η* (1 - 1/(γt + 1)), η* (1 + 1/(γt))) m",
    rows: &["S1.27"],
    conventions: &[
        Convention { name: "maximum", values: &["false (AdaBound)", "true (AMSBound)"] },
        Convention { name: "bounds", values: &["with the schedule", "constant"] },
        Convention { name: "epsilon", values: &["hat", "outside", "inside"] },
        Convention { name: "bias_correction", values: &["true", "false"] },
        Convention { name: "root_decay", values: &["none", "1/√t"] },
    ],
    sources: &[Source::Note("000", "246"), Source::Cited("luo2019", "Algorithms 2 and 3, and the authors' code")],
    tests: &[
        "tests/rules.rs::adabound_clips_the_step_size",
        "tests/rules.rs::adabound_ends_at_its_final_step_size",
        "theorems/adaptive/adaptive_closed_forms.rs::adaptive-closed-forms",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// Adam whose step size is kept between two bounds that close in on a final step size `η*`:
/// `x ← x - clip(η √(1 - β₂^t) / (1 - β₁^t) / (√v + ε), η* (1 - 1 / (γ t + 1)), η* (1 + 1 / (γ t))) m`.
#[derive(Clone, Debug, PartialEq)]
pub struct AdaBound<W> {
    /// The decay rates.
    pub moments: Moments<W>,
    /// The small constant ε.
    pub epsilon: W,
    /// Its place: the authors' code has [`Epsilon::Hat`].
    pub placement: Epsilon,
    /// The final step size `η*`: 0.1 by default.
    pub final_step_size: W,
    /// The step size η_1 that `η*` belongs to: in the authors' code the bounds follow the schedule, `η* η_t / η_1`. Without it they
    /// stay (the paper, and most ports).
    pub base_step_size: Option<W>,
    /// Speed γ at which the bounds close in, above 0: 1e-3 by default.
    pub convergence: W,
    /// Whether the moments are corrected: by the authors' code, but not by the paper's Algorithms 2 and 3.
    pub bias_correction: bool,
    /// Whether the clipped step is divided by `√t` (the paper's Algorithms 2 and 3, but not its code).
    pub root_decay: bool,
    /// Whether the largest second moment so far is in the denominator, corrected afterwards (AMSBound).
    pub maximum: bool,
}

impl<W> AdaBound<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> AdaBound<V> {
        AdaBound {
            moments: self.moments.map(number),
            epsilon: number(&self.epsilon),
            placement: self.placement,
            final_step_size: number(&self.final_step_size),
            base_step_size: self.base_step_size.as_ref().map(number),
            convergence: number(&self.convergence),
            bias_correction: self.bias_correction,
            root_decay: self.root_decay,
            maximum: self.maximum,
        }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    averaging: Averaging<R>,
    denominator: Denominator<R>,
    rate: R,
    lower: R,
    upper: R,
    /// `√t`, where the clipped step size is divided by it.
    root: Option<R>,
}

/// The state is `m`, `v` and, with `N` = 3, the largest `v`.
impl<R: Root, const N: usize> Rule<R, N> for AdaBound<R::Wide>
where
    R::Wide: Root,
{
    type Clock = Powers<R::Wide>;
    type Step = Coefficients<R>;

    fn start(&self) -> Self::Clock {
        self.moments.start()
    }

    fn step(&self, powers: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        assert_eq!(if self.maximum { 3 } else { 2 }, N, "as many state values as the rule keeps");
        let one = R::Wide::one;
        let (correction1, correction2) =
            if self.bias_correction { (powers.correction1(), powers.correction2()) } else { (one(), one()) };
        let (denominator, factor) = Denominator::corrected(correction2, &self.epsilon, self.placement);
        let last = match &self.base_step_size {
            // Without a learning rate from the start there is no step.
            Some(base) if *base == R::Wide::zero() => R::Wide::zero(),
            Some(base) => self.final_step_size.clone() * step_size / base,
            None => self.final_step_size.clone(),
        };
        let elapsed = self.convergence.clone() * R::Wide::int(powers.t);
        let lower = last.clone() * (one() - one() / (elapsed.clone() + one()));
        let upper = last * (one() + one() / elapsed);
        let root = self.root_decay.then(|| R::narrow(&R::Wide::int(powers.t).sqrt()));
        Coefficients {
            averaging: self.moments.averaging(),
            denominator,
            rate: R::narrow(&(step_size.clone() / correction1 * factor)),
            lower: R::narrow(&lower),
            upper: R::narrow(&upper),
            root,
        }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, mut state: [R; N]) -> (R, [R; N]) {
        let (m, v) = step.averaging.advance(state[0].clone(), state[1].clone(), gradient);
        state[0] = m.clone();
        state[1] = v.clone();
        let second = if N == 3 {
            state[2] = state[2].clone().larger(v);
            state[2].clone()
        } else {
            v
        };
        let clipped = (step.rate.clone() / step.denominator.of(second)).between(&step.lower, &step.upper);
        let change = clipped * m;
        let change = match &step.root {
            Some(root) => change / root,
            None => change,
        };
        (x - change, state)
    }
}
