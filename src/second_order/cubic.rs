//! Cubic regularisation of Newton's method (Nesterov and Polyak 2006).

use super::secular::Spectrum;
use super::{Iteration, Status};
use crate::problems::TwiceDifferentiable;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, dot};

/// `x ← x + argmin_s gᵀs + ½ sᵀH s + (M/6) |s|³`, solved exactly by eigenvalues: for a few unknowns. If the Hessian is Lipschitz with the
/// constant M, every step lowers the function, and saddles are left.
#[derive(Clone, Debug, PartialEq)]
pub struct CubicRegularisation {
    /// The constant M, positive.
    pub lipschitz: f64,
    /// Whether M is known.
    pub estimate: Estimate,
}

/// What is known of M.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Estimate {
    /// It is the Lipschitz constant of the Hessian.
    Known,
    /// It is a guess: doubled until the function at the new point is below the model, and halved after each step, not below the
    /// first guess (Nesterov and Polyak 2006, section 5.2).
    Doubled {
        /// The constant tried first in a step.
        present: f64,
    },
}

/// M doubles at most as often as a `f64` has binary exponents.
const DOUBLINGS: usize = 2100;

impl CubicRegularisation {
    /// With a guess of M to start from.
    pub fn guessing(lipschitz: f64) -> Self {
        CubicRegularisation { lipschitz, estimate: Estimate::Doubled { present: lipschitz } }
    }
}

impl<P: TwiceDifferentiable<f64> + ?Sized> Iteration<f64, P> for CubicRegularisation {
    fn advance(&mut self, problem: &P, x: &[f64]) -> Result<Vec<f64>, Status> {
        let gradient = problem.gradient(x);
        let spectrum = Spectrum::new(&gradient, &problem.hessian(x))?;
        // The minimiser solves (H + λI) s = -g with λ = M |s| / 2.
        let step = |lipschitz: f64| spectrum.bounded_step(|multiplier| 2.0 * multiplier / lipschitz);
        let Estimate::Doubled { present } = &mut self.estimate else {
            return Ok(along(x, &1.0, &step(self.lipschitz)));
        };
        let value = problem.value(x);
        for _ in 0..DOUBLINGS {
            let s = step(*present);
            let next = along(x, &1.0, &s);
            if next == x {
                break;
            }
            let length = dot(&s, &s).sqrt();
            let bend = dot(&s, &problem.hessian_product(x, &s)) / 2.0;
            if problem.value(&next) <= value + dot(&gradient, &s) + bend + *present * length * length * length / 6.0 {
                *present = (*present / 2.0).max(self.lipschitz);
                return Ok(next);
            }
            *present *= 2.0;
        }
        Err(Status::Stalled)
    }
}

/// Cubic regularisation.
pub const CUBIC_REGULARISATION: System = System {
    name: "cubic-regularisation",
    formula: "x ← x + argmin_s gᵀs + ½ sᵀH s + (M/6) |s|³",
    rows: &["S2 cubic regularisation"],
    conventions: &[Convention { name: "Lipschitz constant", values: &["known", "doubled"] }],
    sources: &[Source::Note("000", "79"), Source::Cited("nesterov2006", "equation 2.4 and section 5.2")],
    tests: &[
        "tests/second_order/trust_region.rs::the_cubic_step_solves_its_equation",
        "tests/second_order/trust_region.rs::cubic_regularisation_leaves_a_saddle_and_never_ascends",
        "tests/second_order/every_method.rs::every_method_solves_rosenbrocks_problem",
    ],
};
