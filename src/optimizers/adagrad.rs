//! AdaGrad (Duchi, Hazan and Singer 2011).

use super::epsilon::Denominator;
use super::{Epsilon, Rule};
use crate::number::{Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "adagrad",
    formula: "G ← G + g², x ← x - η g / (√G + ε)",
    rows: &["S1.14", "S1.15"],
    conventions: &[
        Convention { name: "epsilon", values: &["outside", "inside"] },
        Convention { name: "initial_accumulator", values: &["0", "ε", "0.1", "1"] },
        Convention { name: "step_decay", values: &["none", "η / (1 + (t - 1) d)"] },
    ],
    sources: &[
        Source::Note("000", "191"),
        Source::Note("001", "56"),
        Source::Note("003", "253"),
        Source::Note("004", "129"),
        Source::Cited("duchi2011", "update rule"),
    ],
    tests: &[
        "tests/oracles.rs::adagrad_divides_by_the_root_of_the_sum",
        "tests/rules.rs::adagrad_with_a_decaying_step_size",
        "tests/rules.rs::a_gradient_below_the_root_of_epsilon",
        "tests/rules.rs::accumulators_start_where_they_are_told",
        "theorems/adaptive/adaptive_closed_forms.rs::adaptive-closed-forms",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// `G ← G + g²`, `x ← x - η_t g / (√G + ε)`, or with ε inside the root, with `η_t = η / (1 + (t - 1) d)`.
#[derive(Clone, Debug, PartialEq)]
pub struct AdaGrad<W> {
    /// The small constant ε.
    pub epsilon: W,
    /// Its place; [`Epsilon::Hat`] is the same as [`Epsilon::Outside`], as nothing is corrected.
    pub placement: Epsilon,
    /// Where the sum `G` starts: 0 in the paper and in PyTorch, 0.1 in Keras and optax, ε in Optimisers.jl, 1 in DL4J.
    pub initial_accumulator: W,
    /// The decay `d` of the step size: PyTorch's and burn's `lr_decay`, 0 elsewhere.
    pub step_decay: W,
}

impl<W> AdaGrad<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> AdaGrad<V> {
        AdaGrad {
            epsilon: number(&self.epsilon),
            placement: self.placement,
            initial_accumulator: number(&self.initial_accumulator),
            step_decay: number(&self.step_decay),
        }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    rate: R,
    denominator: Denominator<R>,
}

impl<R: Root> Rule<R, 1> for AdaGrad<R::Wide>
where
    R::Wide: Root,
{
    /// The number of the update.
    type Clock = i64;
    type Step = Coefficients<R>;

    fn start(&self) -> i64 {
        0
    }

    fn step(&self, &update: &i64, step_size: &R::Wide) -> Self::Step {
        let shrunk = R::Wide::one() + R::Wide::int(update - 1) * &self.step_decay;
        let rate = R::narrow(&(step_size.clone() / shrunk));
        Coefficients { rate, denominator: Denominator::uncorrected(&self.epsilon, self.placement) }
    }

    fn initial(&self, _x: &R) -> [R; 1] {
        [R::narrow(&self.initial_accumulator)]
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, [sum]: [R; 1]) -> (R, [R; 1]) {
        let sum = sum + gradient.clone() * &gradient;
        (x - gradient * &step.rate / step.denominator.of(sum.clone()), [sum])
    }
}
