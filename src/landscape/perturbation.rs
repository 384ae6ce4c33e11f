//! Sharpness by random perturbation as lecture code does it, and what it was meant to be.

use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::along;

/// The lecture's code.
pub const AS_IS: System = System {
    name: "perturbation-code",
    formula: "(max(L(θ), max_{k≤10} L(θ + εzₖ)) − L(θ)) / ε with z standard normal: about (ε/2) max zᵀHz at a minimum, no eigenvalue",
    rows: &["S6 perturbation code"],
    conventions: &[],
    sources: &[Source::Note("003", "760-795")],
    tests: &[
        "tests/landscape/sharpness.rs::the_perturbation_code_scales_with_epsilon_and_never_goes_below_zero",
        "tests/landscape/sharpness.rs::the_perturbation_code_orders_two_quadratics_against_their_eigenvalues",
    ],
};

/// The curvature along a direction.
pub const CORRECTED: System = System {
    name: "corrected-perturbation",
    formula: "2(L(θ + εv) − L(θ))/ε² or (L(θ + εv) − 2L(θ) + L(θ − εv))/ε² with v the unit top eigenvector: λmax at a minimum",
    rows: &["S6 corrected perturbation"],
    conventions: &[Convention { name: "difference", values: &["one-sided: at a critical point only", "central: at any point"] }],
    sources: &[Source::Note("003", "760-795"), Source::Cited("foret2021", "section 2")],
    tests: &["tests/landscape/sharpness.rs::the_corrected_estimator_gives_the_top_eigenvalue_exactly"],
};

/// The sharpness of note 003's `compute_sharpness`, with its perturbations z given (there 10 standard normal ones, ε = 0.01).
///
/// A NaN among the losses makes it NaN (in Python, `max` would keep or lose it depending on the order).
pub fn perturbation_code<R: Real>(x: &[R], epsilon: &R, perturbations: &[Vec<R>], value: impl Fn(&[R]) -> R) -> R {
    let loss = value(x);
    let perturbed = perturbations.iter().map(|z| value(&along(x, epsilon, z)));
    (perturbed.fold(loss.clone(), R::larger) - loss) / epsilon
}

/// How a second difference is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// `2(f(x + εv) − f(x))/ε²`: off by `2 gᵀv/ε` where the gradient g is not zero.
    OneSided,
    /// `(f(x + εv) − 2f(x) + f(x − εv))/ε²`.
    Central,
}

/// The curvature `vᵀHv` along the unit vector v from values alone: exact for a quadratic (at its minimum, if one-sided).
pub fn curvature_along<R: Real>(x: &[R], direction: &[R], epsilon: &R, difference: Difference, value: impl Fn(&[R]) -> R) -> R {
    let rise = |step: R| value(&along(x, &step, direction)) - value(x);
    let ahead = rise(epsilon.clone());
    let behind = match difference {
        Difference::OneSided => ahead.clone(),
        Difference::Central => rise(-epsilon.clone()),
    };
    (ahead + behind) / epsilon / epsilon
}
