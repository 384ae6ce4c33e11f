//! L-BFGS as PyTorch's optimizer runs it.

use super::lbfgs::{History, InitialScaling};
use super::line_search::{CubicZoom, Found};
use crate::number::{Root, rational};
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, difference, dot, largest, negated, scaled};

/// `torch.optim.LBFGS` (PyTorch 2.15, `torch/optim/lbfgs.py`): one [`step`](Self::step) is a run of up to `max_iter` iterations, and the
/// history outlives it.
///
/// - The very first direction is `-g`, with the length `min(1, 1 / |g|₁) lr`; afterwards the length is `lr`.
/// - A pair is kept if `yᵀs > 10⁻¹⁰`; γ is `yᵀs / yᵀy` of the newest pair kept.
/// - Without a line search the closure is called once an iteration, except in the last one; so `max_eval` matters.
/// - NaN fails every test of convergence: it propagates into the parameters until the iterations are spent.
#[derive(Clone, Debug, PartialEq)]
pub struct PyTorchLbfgs<R> {
    /// The hyper-parameters.
    pub settings: Settings<R>,
    memory: Option<Memory<R>>,
}

/// PyTorch's hyper-parameters, under PyTorch's names.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings<R> {
    /// Step size.
    pub lr: R,
    /// Largest number of iterations of a step.
    pub max_iter: usize,
    /// After this many evaluations in a step no further iteration begins.
    pub max_eval: usize,
    /// Tolerance for `max |g_i|`.
    pub tolerance_grad: R,
    /// Tolerance for the change of the loss, for the largest component of a step, and for `-gᵀd`.
    pub tolerance_change: R,
    /// Largest number of pairs.
    pub history_size: usize,
    /// `line_search_fn`: `None`, or `Some` for `"strong_wolfe"`.
    pub line_search: Option<Trials>,
    /// Whether the closure's value is to grow.
    pub maximize: bool,
}

/// How long PyTorch's search goes on after its first trial. Its other constants are those of [`CubicZoom::default`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trials {
    /// As long as `max_eval` allows (PyTorch 2.15).
    Remaining,
    /// For 25 trials, so that a step may exceed `max_eval` by as many (PyTorch 2.0).
    TwentyFive,
}

impl<R: Root> Default for Settings<R> {
    /// PyTorch's: `lr` 1, 20 iterations, 25 evaluations, tolerances 10⁻⁷ and 10⁻⁹, 100 pairs, no line search.
    fn default() -> Self {
        Settings {
            lr: R::one(),
            max_iter: 20,
            max_eval: 25,
            tolerance_grad: R::of(&rational(1, 10_000_000)),
            tolerance_change: R::of(&rational(1, 1_000_000_000)),
            history_size: 100,
            line_search: None,
            maximize: false,
        }
    }
}

/// What a step leaves to the next one.
#[derive(Clone, Debug, PartialEq)]
struct Memory<R> {
    history: History<R>,
    direction: Vec<R>,
    length: R,
    gradient: Vec<R>,
}

impl<R: Root> PyTorchLbfgs<R> {
    /// The optimizer before its first step.
    pub fn new(settings: Settings<R>) -> Self {
        PyTorchLbfgs { settings, memory: None }
    }

    /// One `step(closure)`: moves `x`, and returns the loss at its start. The closure returns loss and gradient.
    pub fn step(&mut self, x: &mut Vec<R>, mut closure: impl FnMut(&[R]) -> (R, Vec<R>)) -> R {
        let Settings { lr, max_iter, max_eval, tolerance_grad, tolerance_change, history_size, line_search, maximize } =
            &self.settings;
        let mut closure = |x: &[R]| {
            let (loss, gradient) = closure(x);
            if *maximize { (-loss, negated(&gradient)) } else { (loss, gradient) }
        };
        let (mut loss, mut gradient) = closure(x);
        let first_loss = if *maximize { -loss.clone() } else { loss.clone() };
        let mut evaluations = 1;
        if largest(&gradient) <= *tolerance_grad {
            return first_loss;
        }
        for iteration in 1..=*max_iter {
            let (history, mut length) = match self.memory.take() {
                None => {
                    let sum = gradient.iter().fold(R::zero(), |sum, g| sum + g.clone().magnitude());
                    let threshold = R::of(&rational(1, 10_000_000_000));
                    let length = R::one().smaller(R::one() / sum) * lr;
                    (History::new(*history_size, threshold, InitialScaling::Newest), length)
                }
                Some(Memory { mut history, direction, length, gradient: last }) => {
                    history.push(scaled(&direction, &length), difference(&gradient, &last));
                    (history, lr.clone())
                }
            };
            let direction = history.direction(&gradient);
            let slope = dot(&gradient, &direction);
            let (last_gradient, last_loss) = (gradient.clone(), loss.clone());

            let flat = slope > -tolerance_change.clone();
            if !flat {
                if let Some(trials) = line_search {
                    let mut search = CubicZoom::default();
                    if *trials == Trials::Remaining {
                        search.trials = max_eval.saturating_sub(evaluations);
                    }
                    let start = Found { length: R::zero(), value: loss, gradient, slope };
                    let along_ray = |length: &R| closure(&along(x, length, &direction));
                    let (found, tried) = search.search(start, length, &direction, along_ray);
                    Found { length, value: loss, gradient, .. } = found;
                    *x = along(x, &length, &direction);
                    evaluations += tried;
                } else {
                    *x = along(x, &length, &direction);
                    if iteration < *max_iter {
                        (loss, gradient) = closure(x);
                        evaluations += 1;
                    }
                }
            }
            let done = flat
                || evaluations >= *max_eval
                || largest(&gradient) <= *tolerance_grad
                || largest(&scaled(&direction, &length)) <= *tolerance_change
                || (loss.clone() - &last_loss).magnitude() < *tolerance_change;
            self.memory = Some(Memory { history, direction, length, gradient: last_gradient });
            if done {
                break;
            }
        }
        first_loss
    }
}

/// PyTorch's L-BFGS.
pub const PYTORCH_LBFGS: System = System {
    name: "l-bfgs-pytorch",
    formula: "x ← x - lr H g, first min(1, 1 / |g|₁) lr; pairs with yᵀs > 10⁻¹⁰; γ = yᵀs / yᵀy of the newest",
    rows: &["S2 L-BFGS"],
    conventions: &[
        Convention { name: "line_search_fn", values: &["None", "strong_wolfe"] },
        Convention { name: "trials of a search", values: &["rest of max_eval (2.15)", "25 (2.0)"] },
        Convention { name: "maximize", values: &["false", "true"] },
    ],
    sources: &[Source::Note("003", "416-434"), Source::Cited("nocedal2006", "algorithm 7.4, equation 3.59")],
    tests: &[
        "tests/second_order/pytorch.rs::pytorchs_runs_are_reproduced",
        "tests/second_order/pytorch.rs::pytorchs_first_step_is_scaled_by_the_sum_of_the_gradient",
        "tests/second_order/pytorch.rs::pytorchs_default_searches_no_line",
        "tests/second_order/pytorch.rs::pytorchs_pairs_pass_their_threshold",
        "tests/second_order/pytorch.rs::pytorchs_limits_count",
        "tests/second_order/line_search.rs::a_wolfe_point_is_one",
        "tests/second_order/line_search.rs::cubic_interpolation_is_exact_on_cubics",
        "tests/second_order/line_search.rs::a_zoom_into_a_kink_ends",
    ],
};
