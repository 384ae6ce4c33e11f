//! Multipliers along the chain of iterates: `f_k` from `f_(k-1)`, and each from the minimiser.

use super::{at_distance_one, attained_by, between, statement};
use crate::certify::certificate::{Certificate, Class, Function, Measure, Method, Square, StepSizes};
use crate::number::{Rational, rational};
use std::collections::BTreeMap;

/// Adds the multipliers of a chain: `ν_k` of the inequality from iterate `k + 1` to iterate `k`, and `ν_k - ν_(k-1)` of that from `k` to the
/// minimiser, with `ν_N = 1`. Then no function value but the last is left.
fn chained(claim: Certificate, chain: &[Rational]) -> Certificate {
    let mut before = Rational::ZERO;
    let mut multipliers = Vec::new();
    for (k, after) in chain.iter().chain([&Rational::ONE]).enumerate() {
        multipliers.push(between("*", k, &(after - &before)));
        if k < chain.len() {
            multipliers.push(between(k, k + 1, after));
        }
        before = after.clone();
    }
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// The chain for a method `x_k = x_0 - Σ_j w_(k,j) g_j / L` whose worst function is Huber's, all of whose steps run down the straight part:
/// there all gradients are one number, and what is left of the bound must vanish. With `W_k = Σ_j w_(k,j)` that is
/// `μ_k (2 W_N - W_k) = w_(N,k) + ν_(k-1) (W_k - W_(k-1))`, `ν_k = ν_(k-1) + μ_k`, and the bound is `L/(4 W_N + 2)`. The recursion is
/// ours; for gradient descent it gives the multipliers of Drori and Teboulle (2014).
fn down_a_straight_line(weights: &[Vec<Rational>]) -> Vec<Rational> {
    let total = |k: usize| weights[k].iter().fold(Rational::ZERO, |sum, weight| sum + weight);
    let last = weights.len() - 1;
    let mut chain: Vec<Rational> = Vec::new();
    for (k, final_weight) in weights[last].iter().enumerate().take(last) {
        let (before, grown) = match k.checked_sub(1) {
            Some(previous) => (chain[previous].clone(), total(k) - total(previous)),
            None => (Rational::ZERO, Rational::ZERO),
        };
        let own = (final_weight + &before * grown) / (Rational::from(2) * total(last) - total(k));
        chain.push(before + own);
    }
    chain
}

/// The weights `w_(k,j)` of Nesterov's method with `η = 1/L` and momentum `k/(k + 3)` after step `k`: those of the points `y_0, ..., y_(N-1)` at
/// which gradients are taken, and of `x_N`.
fn nesterov_weights(steps: usize) -> Vec<Vec<Rational>> {
    let mut rows = Vec::new();
    let (mut x, mut y) = (vec![Rational::ZERO; steps], vec![Rational::ZERO; steps]);
    for k in 0..steps {
        rows.push(y.clone());
        y[k] += Rational::ONE;
        let momentum = rational(k as i64, k as u64 + 3);
        let ahead = y.iter().zip(&x).map(|(new, old)| new + &momentum * (new - old)).collect();
        x = std::mem::replace(&mut y, ahead);
    }
    rows.push(x);
    rows
}

/// Nesterov's method with `η = 1/L` and momentum `k/(k + 3)` after step `k`, on convex functions with `L`-Lipschitz gradient:
/// `f(x_N) - f* ≤ 2L/(N + 1)² ‖x_0 - x*‖²`, by the potential `t_k² (f(y_k) - ‖g_k‖²/(2L) - f*) + L/2 ‖z_(k+1) - x*‖²` with `t_k = (k + 2)/2`
/// (Nesterov 1983; Beck and Teboulle 2009, Theorem 4.4; `t_(k+1)² - t_(k+1) = t_k² - 1/4`).
pub fn nesterov_values(smoothness: &Rational, steps: usize) -> Certificate {
    let t = |k: usize| rational(k as i64 + 2, 2);
    let end = t(steps - 1).pow(2);
    let mut multipliers = vec![between("*", 0, &(t(0) / &end))];
    for k in 1..steps {
        multipliers.push(between(k - 1, k, &((t(k).pow(2) - t(k)) / &end)));
        multipliers.push(between(k - 1, "*", &(rational(1, 4) / &end)));
        multipliers.push(between("*", k, &(t(k) / &end)));
    }
    multipliers.push(between(steps - 1, steps, &Rational::ONE));
    let method = Method::NesterovCounting { step_size: (Rational::ONE / smoothness).to_string() };
    let class = Class::SmoothConvex { L: smoothness.to_string() };
    let bound = smoothness / (Rational::from(2) * &end);
    let claim = statement(method, class, Measure::FunctionGap, at_distance_one(), steps, &bound);
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// Nesterov's method with `η = 1/L` and momentum `k/(k + 3)` after step `k`: `f(x_N) - f* ≤ 2L/((N + 2)(N + 3)) ‖x_0 - x*‖²`, found numerically by
/// Taylor, Hendrickx and Glineur (2017, table 1 on composite functions). That what the multipliers leave is not negative is checked for each `N`
/// (the theorem `nesterov-worst-case`: up to 20), not proved for all.
pub fn nesterov_values_exact(smoothness: &Rational, steps: usize) -> Certificate {
    let method = Method::NesterovCounting { step_size: (Rational::ONE / smoothness).to_string() };
    let class = Class::SmoothConvex { L: smoothness.to_string() };
    let bound = Rational::from(2) * smoothness / Rational::from((steps + 2) * (steps + 3));
    let claim = statement(method, class, Measure::FunctionGap, at_distance_one(), steps, &bound);
    chained(claim, &down_a_straight_line(&nesterov_weights(steps)))
}

/// The Huber function with threshold `4/((N + 2)(N + 3))`, from 1.
pub fn nesterov_values_attained(smoothness: &Rational, steps: usize) -> Certificate {
    let threshold = rational(4, ((steps + 2) * (steps + 3)) as u64);
    let huber = Function::Huber { curvature: smoothness.to_string(), threshold: threshold.to_string() };
    attained_by(&nesterov_values_exact(smoothness, steps), huber, &[Rational::ONE])
}

/// The same for momentum `(k - 1)/(k + 2)` in step `k = 1, 2, ...`, which is one ahead: the second step extrapolates already.
fn nesterov_ahead_weights(steps: usize) -> Vec<Vec<Rational>> {
    let mut rows = Vec::new();
    let (mut last, mut x) = (vec![Rational::ZERO; steps], vec![Rational::ZERO; steps]);
    for k in 1..=steps {
        let momentum = rational(k as i64 - 1, k as u64 + 2);
        let mut next: Vec<Rational> = x.iter().zip(&last).map(|(new, old)| new + &momentum * (new - old)).collect();
        rows.push(next.clone());
        next[k - 1] += Rational::ONE;
        last = std::mem::replace(&mut x, next);
    }
    rows.push(x);
    rows
}

/// Nesterov's method with `η = 1/L` and momentum `(k - 1)/(k + 2)` in step `k`: `f(x_N) - f* ≤ 2L/(N² + 7N + 4) ‖x_0 - x*‖²`. Bound and multipliers are
/// ours, checked for each `N` up to 20, not proved for all.
pub fn nesterov_ahead(smoothness: &Rational, steps: usize) -> Certificate {
    let weights = nesterov_ahead_weights(steps);
    let row = |k: usize| (0..=k).map(|j| ((&weights[k + 1][j] - &weights[k][j]) / smoothness).to_string()).collect();
    let method = Method::FixedStep { matrix: (0..steps).map(row).collect() };
    let class = Class::SmoothConvex { L: smoothness.to_string() };
    let bound = Rational::from(2) * smoothness / Rational::from(steps * steps + 7 * steps + 4);
    let claim = statement(method, class, Measure::FunctionGap, at_distance_one(), steps, &bound);
    chained(claim, &down_a_straight_line(&weights))
}

/// The Huber function with threshold `4/(N² + 7N + 4)`, from 1.
pub fn nesterov_ahead_attained(smoothness: &Rational, steps: usize) -> Certificate {
    let threshold = rational(4, (steps * steps + 7 * steps + 4) as u64);
    let huber = Function::Huber { curvature: smoothness.to_string(), threshold: threshold.to_string() };
    attained_by(&nesterov_ahead(smoothness, steps), huber, &[Rational::ONE])
}

/// One step of the optimized gradient method, `x_1 = x_0 - 3/(2L) ∇f(x_0)`: `f(x_1) - f* ≤ L/8 ‖x_0 - x*‖²`.
pub fn optimized_gradient_step(smoothness: &Rational) -> Certificate {
    let weight = rational(3, 2);
    let method = Method::FixedStep { matrix: vec![vec![(&weight / smoothness).to_string()]] };
    let class = Class::SmoothConvex { L: smoothness.to_string() };
    let claim = statement(method, class, Measure::FunctionGap, at_distance_one(), 1, &(smoothness / Rational::from(8)));
    chained(claim, &down_a_straight_line(&[vec![Rational::ZERO], vec![weight]]))
}

/// The Huber function with threshold 1/4, from 1.
pub fn optimized_gradient_step_attained(smoothness: &Rational) -> Certificate {
    let huber = Function::Huber { curvature: smoothness.to_string(), threshold: rational(1, 4).to_string() };
    attained_by(&optimized_gradient_step(smoothness), huber, &[Rational::ONE])
}

/// Gradient descent with long steps, `h = ηL` near 2: `f(x_N) - f* ≤ L/2 (1 - h)^(2N) ‖x_0 - x*‖²`, which is conjecture 3.1 of Drori and Teboulle
/// (2014) where the parabola is the worst function, `1 < h < 2`. With `ν_k = (h - 1)^(2(N - k) - 1)` what is left of the bound vanishes on the parabola; it is
/// not negative for all `h` near enough to 2. The multipliers are ours.
pub fn gradient_descent_long_steps(smoothness: &Rational, step_size: &Rational, steps: usize) -> Certificate {
    let back = step_size * smoothness - Rational::ONE;
    let chain: Vec<Rational> = (0..steps).map(|k| back.pow(2 * (steps - k) as isize - 1)).collect();
    let method = Method::GradientDescent { step_size: StepSizes::Constant(step_size.to_string()) };
    let class = Class::SmoothConvex { L: smoothness.to_string() };
    let bound = smoothness / Rational::from(2) * back.pow(2 * steps as isize);
    chained(statement(method, class, Measure::FunctionGap, at_distance_one(), steps, &bound), &chain)
}

/// The parabola `½ L x²` from 1.
pub fn gradient_descent_long_steps_attained(smoothness: &Rational, step_size: &Rational, steps: usize) -> Certificate {
    let parabola = Function::Quadratic { spectrum: vec![smoothness.to_string()] };
    attained_by(&gradient_descent_long_steps(smoothness, step_size, steps), parabola, &[Rational::ONE])
}

/// `N = 1, 2, 3` steps of gradient descent for all `L` and all `h = 1/(1 + r) < 1`: `f(x_N) - f* ≤ L/(4 N h + 2) ‖x_0 - x*‖²`, with the multipliers of
/// Drori and Teboulle (2014). The squares are those of an elimination in the order start, `g_0`, `g_1`, ...
pub fn gradient_descent_short_steps() -> [Certificate; 3] {
    let square = |weight: &str, form: &[(&str, &str)]| Square {
        weight: weight.into(),
        form: form.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
    };
    // The first square of N steps: with 2 N + 1 + r = d it is L (1 + r)/(2 d) ‖x_0 - x* - d/(L (1 + r)) Σ_k c_k g_k‖².
    let start = |steps: usize, shares: &[&str]| {
        let share = |(k, share): (usize, &&str)| (format!("g{k}"), format!("-{share}*({} + r)/(L*(1 + r))", 2 * steps + 1));
        let mut form: BTreeMap<String, String> = shares.iter().enumerate().map(share).collect();
        form.insert("x0".into(), "1".into());
        Square { weight: format!("L*(1 + r)/(2*({} + r))", 2 * steps + 1), form }
    };
    let squares = [
        vec![start(1, &["1/2", "1/2"]), square("(1 + 3*r)/(8*L*(1 + r))", &[("g0", "1"), ("g1", "-1")])],
        vec![
            start(2, &["1/4", "5/12", "1/3"]),
            square(
                "(3 + 7*r)/(32*L*(1 + r))",
                &[("g0", "1"), ("g1", "-(5 + 17*r)/(3*(3 + 7*r))"), ("g2", "-4*(1 + r)/(3*(3 + 7*r))")],
            ),
            square("(11 + 50*r + 55*r^2)/(18*L*(1 + r)*(3 + 7*r))", &[("g1", "1"), ("g2", "-1")]),
        ],
        vec![
            start(3, &["1/6", "7/30", "7/20", "1/4"]),
            square(
                "(5 + 11*r)/(72*L*(1 + r))",
                &[
                    ("g0", "1"),
                    ("g1", "-(7 + 37*r)/(5*(5 + 11*r))"),
                    ("g2", "-21*(1 + r)/(10*(5 + 11*r))"),
                    ("g3", "-3*(1 + r)/(2*(5 + 11*r))"),
                ],
            ),
            square(
                "(51 + 194*r + 167*r^2)/(50*L*(1 + r)*(5 + 11*r))",
                &[
                    ("g1", "1"),
                    ("g2", "-(119 + 536*r + 573*r^2)/(4*(51 + 194*r + 167*r^2))"),
                    ("g3", "-5*(17 + 48*r + 19*r^2)/(4*(51 + 194*r + 167*r^2))"),
                ],
            ),
            square("(391 + 2275*r + 4221*r^2 + 2457*r^3)/(32*L*(1 + r)*(51 + 194*r + 167*r^2))", &[("g2", "1"), ("g3", "-1")]),
        ],
    ];
    let mut steps = 0;
    squares.map(|squares| {
        steps += 1;
        let method = Method::GradientDescent { step_size: StepSizes::Constant("1/(L*(1 + r))".into()) };
        let class = Class::SmoothConvex { L: "L".into() };
        let claim = statement(method, class, Measure::FunctionGap, at_distance_one(), steps, &Rational::ONE);
        let chain: Vec<Rational> = (1..=steps).map(|k| rational(k as i64, (2 * steps + 1 - k) as u64)).collect();
        let bound = format!("L/({}/(1 + r) + 2)", 4 * steps);
        Certificate { parameters: vec!["L".into(), "r".into()], bound, squares, ..chained(claim, &chain) }
    })
}
