//! First-order methods with their constants.

use super::Number;
use serde::{Deserialize, Serialize};

/// One step size for all steps, or one for each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StepSizes {
    /// The same in every step.
    Constant(Number),
    /// `η_0, ..., η_(N-1)`.
    Each(Vec<Number>),
}

/// First-order methods. `g_k` is the gradient at the `k`-th point at which one is taken, and `x_N` the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Method {
    /// `x_(k+1) = x_k - η_k g_k`; with a subgradient for `g_k` where the class has no gradients.
    GradientDescent {
        /// `η`.
        step_size: StepSizes,
    },
    /// `x_(k+1) = x_k - η g_k + β (x_k - x_(k-1))`, `x_(-1) = x_0`.
    HeavyBall {
        /// `η`.
        step_size: Number,
        /// `β`.
        momentum: Number,
    },
    /// `x_(k+1) = y_k - η ∇f(y_k)`, `y_(k+1) = x_(k+1) + β (x_(k+1) - x_k)`, `y_0 = x_0`.
    Nesterov {
        /// `η`.
        step_size: Number,
        /// `β`.
        momentum: Number,
    },
    /// As `nesterov`, with `β_k = k / (k + 3)` after step `k = 0, 1, ...`: the sequence `(k - 1)/(k + 2)` counted from 1. The optimizer's
    /// `Extrapolation::Counting` has its update `k + 1` before that one's extrapolation, so that it is another method.
    NesterovCounting {
        /// `η`.
        step_size: Number,
    },
    /// Triple momentum (Van Scoy, Freeman and Lynch 2018): `ξ_(k+1) = (1 + β) ξ_k - β ξ_(k-1) - α ∇f(y_k)`, `y_k = (1 + γ) ξ_k - γ ξ_(k-1)`,
    /// `ξ_0 = ξ_(-1) = x_0`; the output is `x_N = (1 + δ) ξ_N - δ ξ_(N-1)`.
    TripleMomentum {
        /// `α`.
        step_size: Number,
        /// `β`.
        momentum: Number,
        /// `γ`.
        lookahead: Number,
        /// `δ`.
        readout: Number,
    },
    /// `x_(k+1) = x_k - Σ_(j≤k) h_(k,j) g_j`: row `k` of the matrix has `k + 1` entries.
    FixedStep {
        /// `h`.
        matrix: Vec<Vec<Number>>,
    },
    /// `x_(k+1) = x_k - η_k g_k` with `η_k ≥ 0` that minimises `f` on the ray.
    ExactLineSearch,
    /// `x_(k+1) = x_k - η_k s_(k+1)` with a subgradient `s_(k+1)` at `x_(k+1)`.
    ProximalPoint {
        /// `η`.
        step_size: StepSizes,
    },
    /// `x_(k+1) = x_k - η (∇f(x_k) + s_(k+1))` with a subgradient `s_(k+1)` of the second function at `x_(k+1)`.
    ProximalGradient {
        /// `η`.
        step_size: Number,
    },
    /// One step with `g = ∇f(x_0) + noise`; the noise has mean 0 and `E‖noise‖² ≤ variance`. The measure is an expectation.
    StochasticGradientDescent {
        /// `η`.
        step_size: Number,
        /// `σ²`.
        variance: Number,
    },
    /// One step of the estimate sequence behind Nesterov's method, from any `x_0` and `z_0`: `y = x_0 + τ (z_0 - x_0)`, `x_1 = y - η ∇f(y)`,
    /// `z_1 = z_0 + q (y - z_0) - γ ∇f(y)`.
    NesterovPotential {
        /// `τ`.
        coupling: Number,
        /// `η`.
        step_size: Number,
        /// `q`.
        pull: Number,
        /// `γ`.
        long_step: Number,
    },
    /// One step of the optimized gradient method (Kim and Fessler 2016) from any `x_0` and `z_0`, a gradient at `x_0` taken:
    /// `x_1 = (1 - τ)(x_0 - η ∇f(x_0)) + τ z_0`, `z_1 = z_0 - γ ∇f(x_1)`.
    OptimizedPotential {
        /// `τ`.
        coupling: Number,
        /// `η`.
        step_size: Number,
        /// `γ`.
        long_step: Number,
    },
}
