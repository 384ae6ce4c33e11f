//! The subgradient method, proximal points and proximal gradients.

use super::gradient_descent::contraction_factor;
use super::{at_distance_one, attained_by, between, multiplier, statement};
use crate::certify::certificate::{
    Certificate, Class, Function, Inequality, Kind, Measure, Method, Multiplier, Square, StepSizes,
};
use crate::number::{Rational, rational};

/// The subgradient method with any step size `γ` on convex functions with subgradients of length at most `M`:
/// `min_(k≤N) f(x_k) - f* ≤ (‖x_0 - x*‖² + (N + 1) γ² M²)/(2 (N + 1) γ)` (Nesterov 2004, section 3.2.3). `step_size` may hold a root.
pub fn subgradient(lipschitz: &Rational, step_size: &str, steps: usize) -> Certificate {
    let points = steps + 1;
    let share = rational(1, points as u64);
    let mut multipliers = Vec::new();
    for k in 0..points {
        multipliers.extend([between("*", k, &share), multiplier(Inequality::Best(k.to_string()), &share)].into_iter().flatten());
        let value = format!("({step_size})/{}", 2 * points);
        multipliers.push(Multiplier { of: Inequality::Lipschitz(k.to_string()), value });
    }
    let method = Method::GradientDescent { step_size: StepSizes::Constant(step_size.into()) };
    let class = Class::ConvexLipschitz { M: lipschitz.to_string() };
    let claim = statement(method, class, Measure::BestFunctionGap, at_distance_one(), steps, &Rational::ONE);
    let bound = format!("(1 + {points}*({step_size})^2*({lipschitz})^2)/(2*{points}*({step_size}))");
    Certificate { bound, multipliers, ..claim }
}

/// The best step size, `γ = 1/(M √(N + 1))`.
pub fn subgradient_step_size(lipschitz: &Rational, steps: usize) -> String {
    format!("1/({lipschitz}*sqrt({}))", steps + 1)
}

/// With the best step size the bound is `M/√(N + 1)`.
pub fn subgradient_best(lipschitz: &Rational, steps: usize) -> Certificate {
    let bound = format!("{lipschitz}/sqrt({})", steps + 1);
    Certificate { bound, ..subgradient(lipschitz, &subgradient_step_size(lipschitz, steps), steps) }
}

/// The largest coordinate of `N + 1`, from the origin (Drori and Teboulle 2016, appendix A): each step moves along a new one.
pub fn subgradient_best_attained(lipschitz: &Rational, steps: usize) -> Certificate {
    let function = Function::MaxCoordinate { slope: lipschitz.to_string(), radius: "1".into() };
    attained_by(&subgradient_best(lipschitz, steps), function, &vec![Rational::ZERO; steps + 1])
}

/// `N ≥ 1` proximal points with step size `η > 0` on convex functions: `f(x_N) - f* ≤ ‖x_0 - x*‖²/(4 η N)` (Taylor, Hendrickx and Glineur 2017, Theorem 4.1
/// on composite functions). The multipliers along the chain are `k/(2N - k)`, where gradient descent has `k/(2N + 1 - k)`.
pub fn proximal_point(step_size: &Rational, steps: usize) -> Certificate {
    let chain = |k: usize| rational(k as i64, (2 * steps - k) as u64);
    let mut multipliers = Vec::new();
    for k in 1..=steps {
        multipliers.push(between("*", k, &(chain(k) - chain(k - 1))));
        if k < steps {
            multipliers.push(between(k, k + 1, &chain(k)));
        }
    }
    let method = Method::ProximalPoint { step_size: StepSizes::Constant(step_size.to_string()) };
    let bound = Rational::ONE / (Rational::from(4 * steps) * step_size);
    let claim = statement(method, Class::Convex, Measure::FunctionGap, at_distance_one(), steps, &bound);
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// `|x|/(2 η N)` from 1, which ends half-way.
pub fn proximal_point_attained(step_size: &Rational, steps: usize) -> Certificate {
    let slope = Rational::ONE / (Rational::from(2 * steps) * step_size);
    attained_by(&proximal_point(step_size, steps), Function::Absolute { slope: slope.to_string() }, &[Rational::ONE])
}

/// Proximal gradients on a member of `F(μ, L)` plus a convex function, `0 < η < 2/L`: `‖x_N - x*‖² ≤ ρ^(2N) ‖x_0 - x*‖²` with
/// `ρ = max(1 - ημ, ηL - 1)` (Taylor, Hendrickx and Glineur 2018, Theorem 3.1).
pub fn proximal_gradient(mu: &Rational, smoothness: &Rational, step_size: &Rational, steps: usize) -> Certificate {
    let rho = contraction_factor(mu, smoothness, step_size);
    let mut multipliers = Vec::new();
    for k in 0..steps {
        let twice = Rational::from(2) * step_size * rho.pow(2 * (steps - 1 - k) as isize);
        multipliers.extend([between(k, "*", &(&twice * &rho)), between("*", k, &(&twice * &rho))]);
        let second = |i: String, j: String| multiplier(Inequality::Second(i, j), &twice);
        let next = (k + 1).to_string();
        multipliers.extend([second(next.clone(), "*".into()), second("*".into(), next)]);
    }
    let class = Class::Composite { mu: mu.to_string(), L: smoothness.to_string() };
    let method = Method::ProximalGradient { step_size: step_size.to_string() };
    let claim = statement(method, class, Measure::Distance, at_distance_one(), steps, &rho.pow(2 * steps as isize));
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// The parabola of the curvature that contracts less, and no second function.
pub fn proximal_gradient_attained(mu: &Rational, smoothness: &Rational, step_size: &Rational, steps: usize) -> Certificate {
    let steep = step_size * smoothness - Rational::ONE > Rational::ONE - step_size * mu;
    let spectrum = vec![if steep { smoothness } else { mu }.to_string()];
    let upper = proximal_gradient(mu, smoothness, step_size, steps);
    attained_by(&upper, Function::Quadratic { spectrum }, &[Rational::ONE])
}

/// Where a step size lies between 0 and `2/L`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// Below `2/(L + μ)`: flat functions contract least.
    Short,
    /// At `2/(L + μ)`.
    Best,
    /// Above: steep functions contract least.
    Long,
}

/// One step of proximal gradient for all `μ = m`, `L = m + d` and all step sizes of a regime, which `r` runs through.
pub fn proximal_gradient_step(regime: Regime) -> Certificate {
    let (denominator, room) = match regime {
        Regime::Short => ("(2*m + d + r)", Some("2*r")),
        Regime::Best => ("(2*m + d)", None),
        Regime::Long => ("(m + d + m*r/(1 + r))", Some("2*m/(1 + r)")),
    };
    let step_size = format!("2/{denominator}");
    // 1 - ηm and η(m + d) - 1, written so that their signs show.
    let (rho, worst) = match regime {
        Regime::Short => ("(d + r)/(2*m + d + r)", "m"),
        Regime::Best => ("d/(2*m + d)", "m"),
        Regime::Long => ("(m + d + d*r)/((m + d)*(1 + r) + m*r)", "m + d"),
    };
    let pair = |value: String, second: bool| {
        let of = |i: &str, j: &str| match second {
            true => Inequality::Second(i.into(), j.into()),
            false => Inequality::Interpolation(i.into(), j.into()),
        };
        let label = if second { "1" } else { "0" };
        [of(label, "*"), of("*", label)].map(|of| Multiplier { of, value: value.clone() })
    };
    let mut multipliers = pair(format!("2*{step_size}*{rho}"), false).to_vec();
    multipliers.extend(pair(format!("2*{step_size}"), true));
    let one = |name: &str, value: &str| (name.to_string(), value.to_string());
    let proximal = Square { weight: format!("({step_size})^2"), form: [one("s1", "1"), one("g*", "1")].into() };
    let mut squares = vec![proximal];
    if let Some(room) = room {
        let form = [one("g0", "1"), one("g*", "-1"), ("x0".into(), format!("-({worst})"))].into();
        squares.push(Square { weight: format!("{step_size}*{room}/{denominator}/d"), form });
    }
    let parameters = ["m", "d", "r"].iter().take(if regime == Regime::Best { 2 } else { 3 });
    let class = Class::Composite { mu: "m".into(), L: "m + d".into() };
    let method = Method::ProximalGradient { step_size };
    let claim = statement(method, class, Measure::Distance, at_distance_one(), 1, &Rational::ONE);
    let bound = format!("({rho})^2");
    Certificate {
        kind: Kind::Upper,
        parameters: parameters.map(ToString::to_string).collect(),
        bound,
        multipliers,
        squares,
        ..claim
    }
}
