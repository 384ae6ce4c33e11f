//! Triple momentum over `F(μ, L)`.

use super::Certificate;
use super::certificate::{Class, Function, Measure, Method};
use super::closed_forms::{at_distance_one, attained_by, between, statement};
use crate::number::Rational;

/// The method with `√κ = √(L/μ)` and `ρ = 1 - 1/√κ` (Van Scoy, Freeman and Lynch 2018, table 1).
fn tuned(smoothness: &Rational, root: &Rational) -> (Method, Rational) {
    let one = Rational::ONE;
    let rho = &one - &one / root;
    let square = rho.pow(2);
    let method = Method::TripleMomentum {
        step_size: ((&one + &rho) / smoothness).to_string(),
        momentum: (&square / (Rational::from(2) - &rho)).to_string(),
        lookahead: (&square / ((&one + &rho) * (Rational::from(2) - &rho))).to_string(),
        readout: (&square / (&one - &square)).to_string(),
    };
    (method, rho)
}

/// `N ≥ 2` steps of triple momentum: `f(x_N) - f* ≤ L κ/2 ρ^(2N) ‖x_0 - x*‖²`. The multipliers are ours: `a = (κ - 1)/2` from the minimiser to the last
/// gradient's point, `a ρ^(2(N - k))` along the chain, and what the function values then need.
pub fn triple_momentum(smoothness: &Rational, root: &Rational, steps: usize) -> Certificate {
    let (method, rho) = tuned(smoothness, root);
    let kappa = root.pow(2);
    let top = (&kappa - Rational::ONE) / Rational::from(2);
    let chain = |k: usize| &top * rho.pow(2 * (steps - k) as isize);
    let start = chain(1) * (root - Rational::ONE) / (root + Rational::ONE);
    let mut multipliers = vec![between(0, "*", &start), between("*", 0, &(chain(1) + &start))];
    for k in 1..steps {
        multipliers.extend([between(k - 1, k, &chain(k)), between("*", k, &(chain(k + 1) - chain(k)))]);
    }
    multipliers.extend([between(steps - 1, "*", &top), between("*", steps, &Rational::ONE)]);
    let class = Class::SmoothStronglyConvex { mu: (smoothness / &kappa).to_string(), L: smoothness.to_string() };
    let bound = smoothness * kappa / Rational::from(2) * rho.pow(2 * steps as isize);
    let claim = statement(method, class, Measure::FunctionGap, at_distance_one(), steps, &bound);
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// The parabola `½ L x²` from 1.
pub fn triple_momentum_attained(smoothness: &Rational, root: &Rational, steps: usize) -> Certificate {
    let parabola = Function::Quadratic { spectrum: vec![smoothness.to_string()] };
    attained_by(&triple_momentum(smoothness, root, steps), parabola, &[Rational::ONE])
}
