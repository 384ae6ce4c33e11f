//! RMSprop (Tieleman and Hinton 2012), centred and with momentum (Graves 2013).

use super::epsilon::Denominator;
use super::moments::Average;
use super::{Epsilon, Momentum, Rule, momentum};
use crate::number::Root;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "rmsprop",
    formula: "v ← ρ v + (1 - ρ) g², x ← x - η g / (√v + ε)",
    rows: &["S1.16", "S1.17"],
    conventions: &[
        Convention { name: "epsilon", values: &["outside", "inside"] },
        Convention { name: "centred", values: &["false", "true"] },
        Convention { name: "momentum", values: &["none", "outside", "inside"] },
        Convention { name: "initial_accumulator", values: &["0", "1"] },
    ],
    sources: &[
        Source::Note("000", "207"),
        Source::Note("001", "64"),
        Source::Note("002", "101"),
        Source::Note("003", "272-287"),
        Source::Note("004", "137"),
        Source::Cited("tieleman2012", "slide 29"),
        Source::Cited("graves2013", "equations 38-41"),
    ],
    tests: &[
        "tests/oracles.rs::rmsprop_divides_by_the_root_of_the_mean",
        "tests/rules.rs::rmsprop_centred_and_with_momentum",
        "tests/rules.rs::a_centred_mean_square_never_turns_negative",
        "tests/rules.rs::a_drop_of_the_step_size_shows_what_the_velocity_holds",
        "tests/rules.rs::accumulators_start_where_they_are_told",
        "theorems/adaptive/adaptive_closed_forms.rs::adaptive-closed-forms",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// `v ← ρ v + (1 - ρ) g²`, `x ← x - η g / (√v + ε)`, or with ε inside the root.
///
/// Its state is `v`, then the mean gradient if it is centred, then the velocity if it has momentum.
#[derive(Clone, Debug, PartialEq)]
pub struct RmsProp<W> {
    /// Decay ρ of the mean square.
    pub decay_rate: W,
    /// The small constant ε.
    pub epsilon: W,
    /// Its place; [`Epsilon::Hat`] is the same as [`Epsilon::Outside`], as nothing is corrected.
    pub placement: Epsilon,
    /// Where the mean square `v` starts: 0, but 1 in TensorFlow 1 and in timm's `RMSpropTF`.
    pub initial_accumulator: W,
    /// Whether `v - m²` with `m ← ρ m + (1 - ρ) g` takes the place of `v` (Graves 2013, equations 38-41). It is a variance, which
    /// rounding may push below zero; it is cut off there, where frameworks give NaN.
    pub centred: bool,
    /// Momentum on the preconditioned gradient `g / (√v + ε)`: with the step size outside the velocity in PyTorch
    /// ([`Velocity::StepOutside`](super::Velocity)), inside in TensorFlow and Keras.
    pub momentum: Option<Momentum<W>>,
}

impl<W> RmsProp<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> RmsProp<V> {
        RmsProp {
            decay_rate: number(&self.decay_rate),
            epsilon: number(&self.epsilon),
            placement: self.placement,
            initial_accumulator: number(&self.initial_accumulator),
            centred: self.centred,
            momentum: self.momentum.as_ref().map(|momentum| momentum.map(number)),
        }
    }

    /// Number of state values that each parameter carries.
    pub(super) fn slots(&self) -> usize {
        1 + usize::from(self.centred) + usize::from(self.momentum.is_some())
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    step_size: R,
    average: Average<R>,
    denominator: Denominator<R>,
    centred: bool,
    momentum: Option<momentum::Coefficients<R>>,
}

impl<R: Root, const N: usize> Rule<R, N> for RmsProp<R::Wide>
where
    R::Wide: Root,
{
    /// The number of the update.
    type Clock = i64;
    type Step = Coefficients<R>;

    fn start(&self) -> i64 {
        0
    }

    fn step(&self, update: &i64, step_size: &R::Wide) -> Self::Step {
        assert_eq!(self.slots(), N, "as many state values as the rule keeps");
        Coefficients {
            step_size: R::narrow(step_size),
            average: Average::new(&self.decay_rate),
            denominator: Denominator::uncorrected(&self.epsilon, self.placement),
            centred: self.centred,
            momentum: self.momentum.as_ref().map(|momentum| momentum.step(update, step_size)),
        }
    }

    fn initial(&self, _x: &R) -> [R; N] {
        std::array::from_fn(|slot| if slot == 0 { R::narrow(&self.initial_accumulator) } else { R::zero() })
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, mut state: [R; N]) -> (R, [R; N]) {
        let square = gradient.clone() * &gradient;
        state[0] = step.average.of(state[0].clone(), square);
        // With N known, two of the three cases are decided by the compiler.
        let denominator = if N == 3 || N == 2 && step.centred {
            state[1] = step.average.of(state[1].clone(), gradient.clone());
            step.denominator.of_variance((state[0].clone() - state[1].clone() * &state[1]).larger(R::zero()))
        } else {
            step.denominator.of(state[0].clone())
        };
        match &step.momentum {
            Some(momentum) if N > 1 => {
                let velocity = state[N - 1].clone();
                let (x, [velocity]) = Momentum::update(momentum, x, gradient / denominator, [velocity]);
                state[N - 1] = velocity;
                (x, state)
            }
            _ => (x - gradient * &step.step_size / denominator, state),
        }
    }
}
