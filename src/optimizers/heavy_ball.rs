//! Polyak's heavy ball in its two-point form, and its tuned parameters.

use super::Rule;
use crate::number::{Rational, Real, square};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "heavy-ball",
    formula: "x⁺ = x - η g + β (x - x⁻)",
    rows: &["S1.7", "S1.8"],
    conventions: &[Convention { name: "tuning", values: &["given", "Polyak", "Ghadimi"] }],
    sources: &[
        Source::Note("000", "595"),
        Source::Cited("polyak1964", "the two-point form"),
        Source::Cited("polyak1987", "section 3.2"),
        Source::Cited("ghadimi2015", "Theorem 4"),
    ],
    tests: &[
        "tests/oracles.rs::momentum_is_a_sum_of_geometric_sums",
        "theorems/momentum/hb_optimal_momentum.rs::hb-optimal-momentum",
        "theorems/momentum/hb_global_convergence.rs::hb-global-convergence",
        "theorems/momentum/hb_stability_region.rs::hb-stability-region",
        "theorems/kernels/every_kernel_equals_scalar.rs::every-kernel-equals-scalar",
    ],
};

/// `x⁺ = x - η g + β (x - x⁻)`, with `x⁻ = x` at the start (Polyak 1964).
#[derive(Clone, Debug, PartialEq)]
pub struct HeavyBall<W> {
    /// The weight β of the last displacement.
    pub momentum: W,
}

impl<W> HeavyBall<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> HeavyBall<V> {
        HeavyBall { momentum: number(&self.momentum) }
    }
}

impl<R: Real> Rule<R, 1> for HeavyBall<R::Wide> {
    type Clock = ();
    /// Step size and momentum.
    type Step = (R, R);

    fn start(&self) {}

    fn step(&self, _clock: &(), step_size: &R::Wide) -> (R, R) {
        (R::narrow(step_size), R::narrow(&self.momentum))
    }

    fn initial(&self, x: &R) -> [R; 1] {
        [x.clone()]
    }

    #[inline(always)]
    fn update((step_size, momentum): &(R, R), x: R, gradient: R, [previous]: [R; 1]) -> (R, [R; 1]) {
        let next = x.clone() - gradient * step_size + (x.clone() - previous) * momentum;
        (next, [x])
    }
}

/// A step size and a momentum.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuning {
    /// Step size η.
    pub step_size: Rational,
    /// Momentum β.
    pub momentum: Rational,
}

/// The heavy ball's best parameters on quadratics with spectrum in `[μ, L]`: `η = 4 / (√L + √μ)²`,
/// `β = ((√κ - 1) / (√κ + 1))²` (Polyak 1964, 1987, section 3.2), from the roots `√μ` and `√L`, so that they are exact.
pub fn polyak_tuning(root_of_strong_convexity: &Rational, root_of_smoothness: &Rational) -> Tuning {
    let sum = root_of_smoothness + root_of_strong_convexity;
    let rate = (root_of_smoothness - root_of_strong_convexity) / &sum;
    Tuning { step_size: Rational::from(4) / square(&sum), momentum: square(&rate) }
}

/// A momentum for this step size `0 < η ≤ 1/L` that converges on the whole class of strongly convex smooth functions, without
/// acceleration: `β = √((1 - ημ)(1 - ηL))` (Ghadimi, Feyzmahdavian and Johansson 2015, Theorem 4), from the roots `√(1 - ημ)` and
/// `√(1 - ηL)`, so that it is exact.
pub fn ghadimi_tuning(step_size: Rational, slow_root: &Rational, fast_root: &Rational) -> Tuning {
    Tuning { step_size, momentum: slow_root * fast_root }
}
