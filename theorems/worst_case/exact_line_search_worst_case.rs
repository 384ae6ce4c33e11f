//! # The worst case of gradient descent with exact line search
//!
//! **Setting.** `f ∈ F(μ, L)`, `x⁺ = x - η ∇f(x)` with the `η ≥ 0` that minimises `f(x⁺)`, `ρ = (L - μ)/(L + μ)`.
//!
//! **Statement.** `f(x_N) - f* ≤ ρ^(2N) (f(x_0) - f*)`, and `½ (μ x² + L y²)` from `(L, μ)` attains it.
//!
//! **Why.** Of the search only `⟨∇f(x⁺), x⁺ - x + 2/(L + μ) ∇f(x)⟩ = 0` is used; the multipliers are those of the step size `2/(L + μ)`.
//!
//! **How it could fail.** One step is a formula in `μ` and `L`. Several steps are checked in exact arithmetic, and run on the quadratic.

use super::faults::{self, Fault};
use crate::certify::formulas::attained_by;
use crate::certify::formulas::line_search::{
    exact_line_search, exact_line_search_attained, exact_line_search_level, exact_line_search_step,
};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "exact-line-search-worst-case",
    title: "Gradient descent with exact line search contracts the value at the rate ((L - μ)/(L + μ))²",
    topic: "worst-case",
    record: None,
    statement: "For $f ∈ F(μ, L)$ gradient descent with exact line search satisfies \
                $f(x_N) - f^* ≤ ((L - μ) / (L + μ))^(2 N) (f(x_0) - f^*)$, and a quadratic in two variables attains it.",
    hypotheses: &["$f$ is $L$-smooth and $μ$-strongly convex, $0 < μ < L$", "exact gradients", "exact line searches"],
    sources: &[
        Source::Cited("goujaud2024", "example gradient_exact_line_search of version 0.5.1"),
        Source::Cited("deklerk2017", "Theorem 1.2"),
    ],
    claims: &[
        Claim {
            id: "every-step",
            as_stated: false,
            statement: "$f(x_1) - f^* ≤ ((L - μ) / (L + μ))^2 (f(x_0) - f^*)$, and so for $N$ steps the power",
            quantifier: "every f in F(μ, L), all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(every_step(faults::none)),
        },
        Claim {
            id: "worst-case",
            as_stated: true,
            statement: "the worst $f(x_N) - f^*$ is exactly $((L - μ) / (L + μ))^(2 N) (f(x_0) - f^*)$",
            quantifier: "N = 1 to 6, (μ, L) = (1, 2), (1, 10) and (1, 100), and so with their ratios by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_case(faults::none, None)),
        },
    ],
    controls: &[
        Control {
            id: "rate-less-by-a-billionth",
            differs: "claims a factor less by a billionth for one step",
            broken: Broken::Statement(|_, _| Ok(every_step(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "bound-less-by-a-billionth",
            differs: "claims a bound less by a billionth for several steps",
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::bound_less_by_a_billionth, None))),
        },
        Control {
            id: "multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by a billionth",
            broken: Broken::Statement(|_, _| Ok(every_step(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "another-start",
            differs: "claims that the quadratic attains it from (L (1 - 10⁻⁹), μ)",
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::none, Some(rational(-1, 1_000_000_000))))),
        },
    ],
    plots: &[curve],
};

fn every_step(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    exact.certified(fault(exact_line_search_step()));
    exact.evidence()
}

/// `aside` is added, as a fraction, to the start's first coordinate.
fn worst_case(fault: Fault, aside: Option<Rational>) -> Evidence {
    let mut exact = Exact::new();
    let mu = Rational::ONE;
    for smoothness in [2, 10, 100].map(Rational::from) {
        let level = exact_line_search_level(&mu, &smoothness);
        for steps in 1..=6 {
            let upper = exact_line_search(&mu, &smoothness, &level, steps);
            let mut lower = exact_line_search_attained(&mu, &smoothness, steps);
            if let (Some(aside), Some(function)) = (&aside, lower.function.clone()) {
                let start = [&smoothness * (Rational::ONE + aside), mu.clone()];
                lower = attained_by(&lower, function, &start);
            }
            faults::tight(&mut exact, fault, upper, lower);
        }
    }
    exact.evidence()
}

/// `f(x_k)/f(x_0)` of the search on `½ (x² + L y²)` from `(L, 1)`.
fn run(smoothness: i64, steps: usize) -> Vec<f64> {
    let function = Quadratic::of(&[Rational::ONE, Rational::from(smoothness)]);
    let mut x: Vec<Rational> = vec![Rational::from(smoothness), Rational::ONE];
    let start: Rational = function.value(&x);
    let mut values = vec![1.0];
    for _ in 0..steps {
        let gradient = function.gradient(&x);
        let inner = |a: &[Rational], b: &[Rational]| a.iter().zip(b).fold(Rational::ZERO, |sum, (a, b)| sum + a * b);
        let step_size = inner(&gradient, &gradient) / inner(&gradient, &function.gradient(&gradient));
        x = x.iter().zip(&gradient).map(|(x, g)| x - &step_size * g).collect();
        values.push(to_f64(&(function.value(&x) / &start)));
    }
    values
}

fn curve(_: &Lab) -> Plot {
    let curvatures = [2, 10, 100];
    let theory = curvatures.map(|smoothness| {
        let rho = rational(smoothness - 1, smoothness as u64 + 1);
        let points = (0..=10).map(|k| [k as f64, to_f64(&rho.pow(2 * k))]);
        Series::theory(&format!("((κ - 1)/(κ + 1))^(2N), κ = {smoothness}"), points)
    });
    let measured = curvatures.map(|smoothness| {
        let points = run(smoothness, 10).into_iter().enumerate().map(|(k, value)| [k as f64, value]);
        Series::measured(&format!("½ (x² + {smoothness} y²)"), points)
    });
    Plot {
        id: "steps".into(),
        title: "Exact line search on the worst quadratic".into(),
        x: "steps N".into(),
        y: "(f(x_N) - f*)/(f(x_0) - f*)".into(),
        log_y: true,
        series: theory.into_iter().chain(measured).collect(),
        ..Plot::default()
    }
}
