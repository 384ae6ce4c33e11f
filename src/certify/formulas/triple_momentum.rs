//! Triple momentum over `F(μ, L)`.

use super::{at_distance_one, attained_by, between, statement};
use crate::certify::certificate::{Certificate, Class, Function, Inequality, Measure, Method, Multiplier, Square};
use crate::number::Rational;
use std::collections::BTreeMap;

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

/// `N ≥ 2` steps of triple momentum, `κ > 1`: `f(x_N) - f* ≤ L κ/2 ρ^(2N) ‖x_0 - x*‖²`. The multipliers are ours: `a = (κ - 1)/2` from the minimiser to the last
/// gradient's point, `a ρ^(2(N - k))` along the chain, and what the function values then need. Proved for `N = 2, 3` ([`triple_momentum_formula`]),
/// checked for single `κ` up to `N = 8`.
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

/// `N = 2, 3` steps for all `L` and all `√κ = 1 + s`. What is left of the bound is `‖∇f(x_N) - L (x_N - x*)‖²/(2(L - μ))`, written with the gradients before, and a multiple
/// of `‖g_0 - L (x_0 - x*)‖²`: both vanish on the parabola.
pub fn triple_momentum_formula() -> [Certificate; 2] {
    let weights: [&[(&str, &str)]; 2] = [
        &[("g2", "1"), ("g1", "1 + s"), ("g0", "(2 + 5*s + 3*s^2 + s^3)/((1 + s)*(2 + s))")],
        &[
            ("g3", "1"),
            ("g2", "1 + s"),
            ("g1", "(2 + 5*s + 3*s^2 + s^3)/((1 + s)*(2 + s))"),
            ("g0", "(4 + 16*s + 23*s^2 + 16*s^3 + 5*s^4 + s^5)/((1 + s)^2*(2 + s)^2)"),
        ],
    ];
    [2, 3].map(|steps: usize| {
        let added = |i: String, j: String, value: String| Multiplier { of: Inequality::Interpolation(i, j), value };
        let to_star = |k: usize, value: String| added(k.to_string(), "*".into(), value);
        let from_star = |k: usize, value: String| added("*".into(), k.to_string(), value);
        let chain = |k: usize| format!("s*(2 + s)/2*(s/(1 + s))^{}", 2 * (steps - k));
        let mut multipliers =
            vec![to_star(0, format!("{}*s/(2 + s)", chain(1))), from_star(0, format!("{}*(2 + 2*s)/(2 + s)", chain(1)))];
        for k in 1..steps {
            multipliers.extend([
                added((k - 1).to_string(), k.to_string(), chain(k)),
                from_star(k, format!("{}*(1 + 2*s)/(1 + s)^2", chain(k + 1))),
            ]);
        }
        multipliers.extend([to_star(steps - 1, chain(steps)), from_star(steps, "1".into())]);
        let mut form: BTreeMap<String, String> =
            weights[steps - 2].iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        form.insert("x0".into(), "-L".into());
        let start = [("g0".into(), "1".into()), ("x0".into(), "-L".into())].into();
        let squares = vec![
            Square { weight: "(1 + s)^2/(2*L*s*(2 + s))".into(), form },
            Square { weight: format!("s^{}/(2*L*(1 + s)^{}*(2 + s))", 2 * steps - 1, 2 * steps - 4), form: start },
        ];
        let method = Method::TripleMomentum {
            step_size: "(1 + 2*s)/((1 + s)*L)".into(),
            momentum: "s^2/((1 + s)*(2 + s))".into(),
            lookahead: "s^2/((1 + 2*s)*(2 + s))".into(),
            readout: "s^2/(1 + 2*s)".into(),
        };
        let class = Class::SmoothStronglyConvex { mu: "L/(1 + s)^2".into(), L: "L".into() };
        let claim = statement(method, class, Measure::FunctionGap, at_distance_one(), steps, &Rational::ONE);
        let bound = format!("L*(1 + s)^2/2*(s/(1 + s))^{}", 2 * steps);
        Certificate { parameters: vec!["L".into(), "s".into()], bound, multipliers, squares, ..claim }
    })
}
