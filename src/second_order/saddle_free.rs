//! Saddle-free Newton (Dauphin et al. 2014).

use super::secular::Spectrum;
use super::{Iteration, Status};
use crate::problems::TwiceDifferentiable;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::along;

/// `x ← x - η (|H| + δ I)⁻¹ ∇f(x)`, where `|H|` has the eigenvectors of the Hessian and the absolute values of its eigenvalues: where
/// Newton's method goes to a saddle, this one goes away from it, as fast.
#[derive(Clone, Debug, PartialEq)]
pub struct SaddleFree {
    /// The step size η.
    pub step_size: f64,
    /// The damping δ, not negative.
    pub damping: f64,
}

impl<P: TwiceDifferentiable<f64> + ?Sized> Iteration<f64, P> for SaddleFree {
    fn advance(&mut self, problem: &P, x: &[f64]) -> Result<Vec<f64>, Status> {
        let model = Spectrum::new(&problem.gradient(x), &problem.hessian(x))?;
        if self.damping == 0.0 && model.eigenvalues.iter().any(|eigenvalue| *eigenvalue == 0.0) {
            return Err(Status::NotDefinite);
        }
        let step = model.step(|eigenvalue| 1.0 / (eigenvalue.abs() + self.damping));
        Ok(along(x, &self.step_size, &step))
    }
}

/// Saddle-free Newton.
pub const SADDLE_FREE_NEWTON: System = System {
    name: "saddle-free-newton",
    formula: "x ← x - η (|H| + δ I)⁻¹ ∇f(x), |H| by the eigenvalues' absolute values",
    rows: &["S2 saddle-free Newton"],
    conventions: &[Convention { name: "damping", values: &["none", "δ I"] }],
    sources: &[Source::Note("000", "79"), Source::Cited("dauphin2014", "algorithm 1")],
    tests: &[
        "tests/second_order/newton.rs::newton_is_attracted_to_a_saddle_and_saddle_free_newton_leaves_it",
        "tests/second_order/newton.rs::saddle_free_newton_is_newton_where_the_function_is_convex",
    ],
};
