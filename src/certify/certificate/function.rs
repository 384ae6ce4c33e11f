//! What proves a lower bound: a function of the class.

use super::Number;
use serde::{Deserialize, Serialize};

/// A function that attains the lower bound; its minimiser is the origin and its least value 0 unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Function {
    /// `½ Σ λ_i x_i²`.
    Quadratic {
        /// `λ`.
        spectrum: Vec<Number>,
    },
    /// `½ c x²` for `|x| ≤ δ`, `c δ |x| - ½ c δ²` beyond.
    Huber {
        /// `c`.
        curvature: Number,
        /// `δ`.
        threshold: Number,
    },
    /// One variable, `f(0) = f'(0) = 0`, `f'` continuous and linear between the breakpoints.
    Piecewise {
        /// Increasing.
        breakpoints: Vec<Number>,
        /// Of `f'`, one more than breakpoints.
        slopes: Vec<Number>,
    },
    /// `c |x|`.
    Absolute {
        /// `c`.
        slope: Number,
    },
    /// `max(M max_i x_i, M ‖x‖ - M R (1 + 1/√d))` in `d` variables, which has its least value `-M R/√d` at `-(R/√d)(1, ..., 1)`; of the largest
    /// coordinates the first one gives the subgradient.
    MaxCoordinate {
        /// `M`.
        slope: Number,
        /// `R`.
        radius: Number,
    },
}
