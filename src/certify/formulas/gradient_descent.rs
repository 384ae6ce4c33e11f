//! Gradient descent with constants: over smooth convex, strongly convex and non-convex functions.

use super::{at_distance_one, attained_by, between, multiplier, statement};
use crate::certify::certificate::{Certificate, Class, Function, Inequality, Initial, Measure, Method, Multiplier, StepSizes};
use crate::number::{Rational, rational};

fn gradient_descent(step_size: &Rational) -> Method {
    Method::GradientDescent { step_size: StepSizes::Constant(step_size.to_string()) }
}

/// Gradient descent on convex functions with `L`-Lipschitz gradient, `0 < h = ηL ≤ 1`: `f(x_N) - f* ≤ L/(4 N h + 2) ‖x_0 - x*‖²`
/// (Drori and Teboulle 2014, Theorem 3.1, and its multipliers; those of the proof that works for `h = 1` work for all `h`). The checker accepts
/// them somewhat beyond `h = 1`: up to 3/2 for one step, 1.595... for two, at 1.66 for four to seven.
pub fn gradient_descent_values(smoothness: &Rational, step_size: &Rational, steps: usize) -> Certificate {
    let n = steps as i64;
    let chain = |i: i64| rational(i, (2 * n + 1 - i) as u64);
    let mut multipliers = vec![between("*", 0, &chain(1))];
    for i in 1..=n {
        multipliers.push(between(i - 1, i, &chain(i)));
        let after = if i == n { Rational::ONE } else { chain(i + 1) };
        multipliers.push(between("*", i, &(after - chain(i))));
    }
    let bound = smoothness / (Rational::from(4 * n) * step_size * smoothness + Rational::from(2));
    let class = Class::SmoothConvex { L: smoothness.to_string() };
    let claim = statement(gradient_descent(step_size), class, Measure::FunctionGap, at_distance_one(), steps, &bound);
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// The Huber function of curvature `L` whose threshold `1/(2 N h + 1)` is where gradient descent from 1 ends: it attains `L/(4 N h + 2)`
/// (Drori and Teboulle 2014, section 3).
pub fn gradient_descent_values_attained(smoothness: &Rational, step_size: &Rational, steps: usize) -> Certificate {
    let upper = gradient_descent_values(smoothness, step_size, steps);
    let threshold = Rational::ONE / (Rational::from(2 * steps) * step_size * smoothness + Rational::ONE);
    let huber = Function::Huber { curvature: smoothness.to_string(), threshold: threshold.to_string() };
    attained_by(&upper, huber, &[Rational::ONE])
}

/// What contracts in a step of gradient descent over `F(μ, L)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contraction {
    /// `‖x - x*‖²`.
    Distance,
    /// `‖∇f(x)‖²`.
    GradientNorm,
    /// `f(x) - f*`.
    FunctionGap,
}

/// `ρ = max(1 - ημ, ηL - 1)`.
pub fn contraction_factor(mu: &Rational, smoothness: &Rational, step_size: &Rational) -> Rational {
    (Rational::ONE - step_size * mu).max(step_size * smoothness - Rational::ONE)
}

/// Gradient descent over `F(μ, L)`, `0 ≤ μ < L`, `0 < η < 2/L`: distance, gradient norm and function gap, all to the power of one square,
/// shrink by `ρ^(2N)` (Taylor, Hendrickx and Glineur 2018, section 3). The multipliers of step `k` are those of one step times `ρ^(2(N - 1 - k))`.
pub fn gradient_descent_contraction(
    of: Contraction,
    mu: &Rational,
    smoothness: &Rational,
    step_size: &Rational,
    steps: usize,
) -> Certificate {
    let rho = contraction_factor(mu, smoothness, step_size);
    let left = |k: usize| rho.pow(2 * (steps - 1 - k) as isize);
    let mut multipliers = Vec::new();
    for k in 0..steps {
        match of {
            Contraction::Distance => {
                let both = Rational::from(2) * step_size * &rho * left(k);
                multipliers.extend([between(k, "*", &both), between("*", k, &both)]);
            }
            Contraction::GradientNorm => {
                let both = Rational::from(2) * &rho / step_size * left(k);
                multipliers.extend([between(k, k + 1, &both), between(k + 1, k, &both)]);
            }
            Contraction::FunctionGap => {
                let rest = Rational::ONE - &rho;
                // As the end of the step before, and as the start of this one.
                let ended = if k == 0 { Rational::ZERO } else { &rest * left(k - 1) };
                multipliers.extend([between(k, k + 1, &(&rho * left(k))), between("*", k, &(&rho * &rest * left(k) + ended))]);
                if k + 1 == steps {
                    multipliers.push(between("*", steps, &rest));
                }
            }
        }
    }
    let (measure, initial) = match of {
        Contraction::Distance => (Measure::Distance, at_distance_one()),
        Contraction::GradientNorm => (Measure::GradientNorm, Initial::GradientNorm("1".into())),
        Contraction::FunctionGap => (Measure::FunctionGap, Initial::FunctionGap("1".into())),
    };
    let class = Class::SmoothStronglyConvex { mu: mu.to_string(), L: smoothness.to_string() };
    let claim = statement(gradient_descent(step_size), class, measure, initial, steps, &rho.pow(2 * steps as isize));
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// The parabola that attains the contraction: `½ μ x²` where `ρ = 1 - ημ`, `½ L x²` where `ρ = ηL - 1`.
///
/// # Panics
/// If the numerator and denominator of its curvature are too large for the root that its start has if values contract.
pub fn gradient_descent_contraction_attained(
    of: Contraction,
    mu: &Rational,
    smoothness: &Rational,
    step_size: &Rational,
    steps: usize,
) -> Certificate {
    let upper = gradient_descent_contraction(of, mu, smoothness, step_size, steps);
    let steep = step_size * smoothness - Rational::ONE > Rational::ONE - step_size * mu;
    let curvature = if steep { smoothness } else { mu };
    let start = match of {
        Contraction::Distance => "1".into(),
        Contraction::GradientNorm => (Rational::ONE / curvature).to_string(),
        Contraction::FunctionGap => root(&(Rational::from(2) / curvature)),
    };
    let lower = attained_by(&upper, Function::Quadratic { spectrum: vec![curvature.to_string()] }, &[]);
    Certificate { start: vec![start], ..lower }
}

/// The square root of `p/q`, as `1/q*sqrt(p q)`.
fn root(square: &Rational) -> String {
    format!("1/{}*sqrt({})", square.denominator(), square.numerator() * dashu_int::IBig::from(square.denominator().clone()))
}

/// Gradient descent with `η = 1/L` on functions with `L`-Lipschitz gradient, convex or not:
/// `min_k ‖∇f(x_k)‖² ≤ 4L/(3N + 2) (f(x_0) - f*)` (Abbaszadehpeivasti, de Klerk and Zamani 2022).
pub fn gradient_descent_critical(smoothness: &Rational, steps: usize) -> Certificate {
    let total = Rational::from(3 * steps + 2);
    let weight = Rational::from(4) * smoothness / &total;
    let mut multipliers: Vec<Option<Multiplier>> = (0..steps).map(|k| between(k, k + 1, &weight)).collect();
    multipliers.push(between(steps, "*", &weight));
    for k in 0..=steps {
        let share = Rational::from(if k == 0 { 2 } else { 3 }) / &total;
        multipliers.push(multiplier(Inequality::Best(k.to_string()), &share));
    }
    let class = Class::Smooth { L: smoothness.to_string() };
    let method = gradient_descent(&(Rational::ONE / smoothness));
    let claim = statement(method, class, Measure::BestGradientNorm, Initial::FunctionGap("1".into()), steps, &weight);
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// A function that attains `4L/(3N + 2)`: its derivative is the same number `g` at all iterates and falls to `g/2` between two of them with slopes
/// `±L`; the last piece is `½ L x²`. So a step lowers it by `¾ g²/L`, and `½ g²/L` is left at the end.
pub fn gradient_descent_critical_attained(smoothness: &Rational, steps: usize) -> Certificate {
    let upper = gradient_descent_critical(smoothness, steps);
    // A step is g/L long: (g/L)² = 4/(L (3N + 2)).
    let step = root(&(Rational::from(4) / (smoothness * Rational::from(3 * steps + 2))));
    let breakpoints = (0..2 * steps).map(|half| format!("{}*{step}", rational(half as i64 + 2, 2))).collect();
    let slopes =
        (0..=2 * steps).map(|half| if half.is_multiple_of(2) { smoothness.clone() } else { -smoothness }.to_string()).collect();
    let lower = attained_by(&upper, Function::Piecewise { breakpoints, slopes }, &[]);
    Certificate { start: vec![format!("{}*{step}", steps + 1)], ..lower }
}

/// One step of gradient descent on convex functions with `L`-Lipschitz gradient, `3/2 ≤ h = ηL < 2`: `f(x_1) - f* ≤ L/2 (1 - h)² ‖x_0 - x*‖²`.
/// Below 3/2 [`gradient_descent_values`] is the worst case.
pub fn gradient_descent_long_step(smoothness: &Rational, step_size: &Rational) -> Certificate {
    let excess = step_size * smoothness - Rational::ONE;
    let last = between("*", 1, &(Rational::ONE - &excess));
    let multipliers = [between(0, 1, &excess), between("*", 0, &excess), last];
    let class = Class::SmoothConvex { L: smoothness.to_string() };
    let bound = smoothness * excess.pow(2) / Rational::from(2);
    let claim = statement(gradient_descent(step_size), class, Measure::FunctionGap, at_distance_one(), 1, &bound);
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// `½ L x²` attains it.
pub fn gradient_descent_long_step_attained(smoothness: &Rational, step_size: &Rational) -> Certificate {
    let upper = gradient_descent_long_step(smoothness, step_size);
    attained_by(&upper, Function::Quadratic { spectrum: vec![smoothness.to_string()] }, &[Rational::ONE])
}
