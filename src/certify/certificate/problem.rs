//! What a worst case is over, what is measured, and what is known at the start.

use super::Number;
use serde::{Deserialize, Serialize};

/// Classes of functions, each with a minimiser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", deny_unknown_fields)]
#[allow(non_snake_case)] // the constant's name is the field's own
pub enum Class {
    /// Convex.
    Convex,
    /// Convex with `L`-Lipschitz gradient.
    SmoothConvex {
        /// `L`.
        L: Number,
    },
    /// `F(μ, L)`: `L`-Lipschitz gradient, and `f - μ/2 ‖x‖²` convex.
    SmoothStronglyConvex {
        /// `μ`.
        mu: Number,
        /// `L`.
        L: Number,
    },
    /// `f - μ/2 ‖x‖²` convex.
    StronglyConvex {
        /// `μ`.
        mu: Number,
    },
    /// Convex, subgradients of length at most `M`.
    ConvexLipschitz {
        /// `M`.
        M: Number,
    },
    /// `L`-Lipschitz gradient, bounded below: "minimiser" means the infimum.
    Smooth {
        /// `L`.
        L: Number,
    },
    /// Quadratics with eigenvalues in `[μ, L]`.
    Quadratic {
        /// `μ`.
        mu: Number,
        /// `L`.
        L: Number,
    },
    /// A member of `F(μ, L)` plus a convex function.
    Composite {
        /// `μ`.
        mu: Number,
        /// `L`.
        L: Number,
    },
}

/// What is bounded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Measure {
    /// `f(x_N) - f*`.
    FunctionGap,
    /// `‖x_N - x*‖²`.
    Distance,
    /// `‖∇f(x_N)‖²`.
    GradientNorm,
    /// The least `f - f*` at the points where the method takes gradients (Nesterov's `y_k`; a proximal method's `x_1, ..., x_N`) and at `x_N`.
    BestFunctionGap,
    /// The least `‖∇f‖²` at these points.
    BestGradientNorm,
    /// `a (f(x_N) - f*) - b ‖∇f(x_N)‖² + c ‖z_N - x*‖²`, where `z_N = x_N` for a method without a second sequence.
    Potential(Potential),
}

/// What is known at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Initial {
    /// `‖x_0 - x*‖² ≤` this number.
    Distance(Number),
    /// `f(x_0) - f* ≤` this number.
    FunctionGap(Number),
    /// `‖∇f(x_0)‖² ≤` this number.
    GradientNorm(Number),
    /// `a (f(x_0) - f*) - b ‖∇f(x_0)‖² + c ‖z_0 - x*‖² ≤ 1`.
    Potential(Potential),
}

/// The coefficients `a`, `b` and `c` of a potential; those that are absent are 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Potential {
    /// `a`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<Number>,
    /// `b`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gradient: Option<Number>,
    /// `c`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distance: Option<Number>,
}
