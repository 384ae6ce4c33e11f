//! Gradient descent with exact line search over `F(μ, L)`.

use super::{attained_by, between, multiplier, statement};
use crate::certify::certificate::{Certificate, Class, Function, Inequality, Initial, Measure, Method, Multiplier, Square};
use crate::number::Rational;

/// `f(x_N) - f* ≤ ρ^(2N) (f(x_0) - f*)`, `ρ = (L - μ)/(L + μ)`, `0 < μ < L` (de Klerk, Glineur and Taylor 2017, Theorem 1.2). The multipliers are those of
/// gradient descent with `η = 2/(L + μ)`: of the search only `⟨g_(k+1), x_(k+1) - x_k + η g_k⟩ = 0` is used. `level` bounds `f(x_0) - f*`.
pub fn exact_line_search(mu: &Rational, smoothness: &Rational, level: &Rational, steps: usize) -> Certificate {
    let sum = smoothness + mu;
    let rho = (smoothness - mu) / &sum;
    let rest = Rational::ONE - &rho;
    let left = |k: usize| rho.pow(2 * (steps - 1 - k) as isize);
    let mut multipliers = Vec::new();
    for k in 0..steps {
        // As the end of the step before, and as the start of this one.
        let ended = if k == 0 { Rational::ZERO } else { &rest * left(k - 1) };
        let next = (k + 1).to_string();
        multipliers.extend([
            between(k, k + 1, &(&rho * left(k))),
            between("*", k, &(&rho * &rest * left(k) + ended)),
            multiplier(Inequality::Orthogonal(next.clone()), &(-Rational::from(2) / &sum * left(k))),
            multiplier(Inequality::Stationary(next), &-left(k)),
        ]);
    }
    multipliers.push(between("*", steps, &rest));
    let class = Class::SmoothStronglyConvex { mu: mu.to_string(), L: smoothness.to_string() };
    let initial = Initial::FunctionGap(level.to_string());
    let bound = level * rho.pow(2 * steps as isize);
    let claim = statement(Method::ExactLineSearch, class, Measure::FunctionGap, initial, steps, &bound);
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// `f(x_0) - f*` of the start below.
pub fn exact_line_search_level(mu: &Rational, smoothness: &Rational) -> Rational {
    mu * smoothness * (mu + smoothness) / Rational::from(2)
}

/// `½ (μ x² + L y²)` from `(L, μ)`: the search goes to and fro, and each step shrinks both coordinates by `ρ`.
pub fn exact_line_search_attained(mu: &Rational, smoothness: &Rational, steps: usize) -> Certificate {
    let upper = exact_line_search(mu, smoothness, &exact_line_search_level(mu, smoothness), steps);
    let function = Function::Quadratic { spectrum: [mu, smoothness].map(ToString::to_string).into() };
    attained_by(&upper, function, &[smoothness.clone(), mu.clone()])
}

/// One step for all `μ = m` and `L = m + d`. The squares are ours.
pub fn exact_line_search_step() -> Certificate {
    let rho = "d/(2*m + d)";
    let rest = "2*m/(2*m + d)";
    let added = |of: Inequality, value: String| Multiplier { of, value };
    let pair = |i: &str, j: &str| Inequality::Interpolation(i.into(), j.into());
    let multipliers = vec![
        added(pair("0", "1"), rho.into()),
        added(pair("*", "0"), format!("{rho}*{rest}")),
        added(pair("*", "1"), rest.into()),
        added(Inequality::Orthogonal("1".into()), "-2/(2*m + d)".into()),
        added(Inequality::Stationary("1".into()), "-1".into()),
    ];
    let form = |entries: &[(&str, &str)]| entries.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let squares = vec![
        Square {
            weight: "m*(m + d)*(4*m + d)/(2*(2*m + d)^2)".into(),
            form: form(&[
                ("x0", "1"),
                ("g0", "-(4*m + 3*d)/((m + d)*(4*m + d))"),
                ("x1", "-(2*m + d)/(4*m + d)"),
                ("g1", "-(2*m + d)/((m + d)*(4*m + d))"),
            ]),
        },
        Square {
            weight: "d^3/(2*(m + d)*(2*m + d)^2*(4*m + d))".into(),
            form: form(&[("g0", "1"), ("x1", "-2*m*(m + d)*(2*m + d)/d^2"), ("g1", "(2*m + d)^2/d^2")]),
        },
    ];
    let class = Class::SmoothStronglyConvex { mu: "m".into(), L: "m + d".into() };
    let initial = Initial::FunctionGap("1".into());
    let claim = statement(Method::ExactLineSearch, class, Measure::FunctionGap, initial, 1, &Rational::ONE);
    Certificate { parameters: vec!["m".into(), "d".into()], bound: format!("({rho})^2"), multipliers, squares, ..claim }
}
