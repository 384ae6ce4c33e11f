//! Nesterov's accelerated gradient in the forms in use.

use super::Rule;
use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "nesterov",
    formula: "y = x + β (x - x⁻), x⁺ = y - η g(y)",
    rows: &["S1.9", "S1.10", "S1.11", "S1.12", "S1.13"],
    conventions: &[
        Convention {
            name: "form",
            values: &["sequence", "step inside", "step outside", "unscaled", "corrected", "corrected, step inside"],
        },
        Convention { name: "momentum", values: &["constant", "(k - 1)/(k + 2)"] },
    ],
    sources: &[
        Source::Note("000", "174-183"),
        Source::Note("001", "50"),
        Source::Note("003", "225-241"),
        Source::Note("004", "110"),
        Source::Cited("nesterov2004", "2.2.22"),
        Source::Cited("sutskever2013", "section 2"),
    ],
    tests: &[
        "tests/oracles.rs::nesterov_on_given_gradients",
        "tests/oracles.rs::nesterov_forms_are_changes_of_variables",
        "theorems/momentum/nag_unscaled_lookahead.rs::nag-unscaled-lookahead",
        "theorems/momentum/nag_constant_momentum_rate.rs::nag-constant-momentum-rate",
        "theorems/momentum/nag_one_over_k_squared.rs::nag-one-over-k-squared",
        "theorems/momentum/nag_constant_gamma_not_accelerated.rs::nag-constant-gamma-not-accelerated",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// Nesterov's method (1983) with a constant or a scheduled momentum.
#[derive(Clone, Debug, PartialEq)]
pub struct Nesterov<W> {
    /// The momentum β, or its schedule.
    pub momentum: Extrapolation<W>,
    /// Which of the equivalent (and one not equivalent) sets of variables is kept.
    pub form: Form,
}

/// The momentum of each update `k = 1, 2, ...`.
#[derive(Clone, Debug, PartialEq)]
pub enum Extrapolation<W> {
    /// The same β always.
    Constant(W),
    /// `β_k = (k - 1) / (k + 2)`, for smooth convex functions without strong convexity.
    Counting,
}

/// The variables kept, and where the gradient is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `y = x + β (x - x⁻)`, `x⁺ = y - η g(y)` (Nesterov 2004, 2.2.22).
    Sequence,
    /// `g` at `x - β v`; `v ← β v + η g`; `x ← x - v` (Sutskever et al. 2013).
    StepInside,
    /// `g` at `x - η β v`; `v ← β v + g`; `x ← x - η v`.
    StepOutside,
    /// `g` at `x - β v` although `v` is a sum of gradients: dimensionally wrong, and unstable for large curvature.
    Unscaled,
    /// `g` at `x`; `v ← β v + g`; `x ← x - η (g + β v)` (PyTorch, optax): the look-ahead iterates of `StepOutside`.
    Corrected,
    /// `g` at `x`; `v ← β v + η g`; `x ← x - (η g + β v)` (Keras).
    CorrectedStepInside,
}

impl<W> Nesterov<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Nesterov<V> {
        let momentum = match &self.momentum {
            Extrapolation::Constant(momentum) => Extrapolation::Constant(number(momentum)),
            Extrapolation::Counting => Extrapolation::Counting,
        };
        Nesterov { momentum, form: self.form }
    }
}

/// The coefficients of one update.
#[derive(Clone, Debug)]
pub struct Coefficients<R> {
    form: Form,
    step_size: R,
    momentum: R,
}

impl<R: Real> Coefficients<R> {
    /// Those of this form.
    pub(super) fn new(form: Form, step_size: &R::Wide, momentum: &R::Wide) -> Self {
        Coefficients { form, step_size: R::narrow(step_size), momentum: R::narrow(momentum) }
    }
}

impl<R: Real> Rule<R, 1> for Nesterov<R::Wide> {
    /// The number of the update.
    type Clock = i64;
    type Step = Coefficients<R>;

    fn start(&self) -> i64 {
        0
    }

    fn step(&self, &update: &i64, step_size: &R::Wide) -> Self::Step {
        let momentum = match &self.momentum {
            Extrapolation::Constant(momentum) => momentum.clone(),
            Extrapolation::Counting => R::Wide::int(update - 1) / R::Wide::int(update + 2),
        };
        Coefficients::new(self.form, step_size, &momentum)
    }

    fn initial(&self, x: &R) -> [R; 1] {
        match self.form {
            Form::Sequence => [x.clone()],
            _ => [R::zero()],
        }
    }

    #[inline(always)]
    fn look_ahead(step: &Self::Step, x: &R, [kept]: &[R; 1]) -> R {
        let x = x.clone();
        match step.form {
            Form::Sequence => x.clone() + (x - kept) * &step.momentum,
            Form::StepInside | Form::Unscaled => x - kept.clone() * &step.momentum,
            Form::StepOutside => x - kept.clone() * &step.momentum * &step.step_size,
            Form::Corrected | Form::CorrectedStepInside => x,
        }
    }

    #[inline(always)]
    fn update(step: &Self::Step, x: R, gradient: R, kept: [R; 1]) -> (R, [R; 1]) {
        let Coefficients { form, step_size, momentum } = step;
        if *form == Form::Sequence {
            let ahead = Self::look_ahead(step, &x, &kept);
            return (ahead - gradient * step_size, [x]);
        }
        let [velocity] = kept;
        match form {
            Form::StepInside | Form::CorrectedStepInside => {
                let scaled = gradient * step_size;
                let velocity = velocity * momentum + &scaled;
                let next = match form {
                    Form::StepInside => x - &velocity,
                    _ => x - (scaled + velocity.clone() * momentum),
                };
                (next, [velocity])
            }
            _ => {
                let velocity = velocity * momentum + &gradient;
                let next = match form {
                    Form::Corrected => x - (gradient + velocity.clone() * momentum) * step_size,
                    _ => x - velocity.clone() * step_size,
                };
                (next, [velocity])
            }
        }
    }
}
