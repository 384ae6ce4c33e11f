//! # The worst case of proximal gradient descent
//!
//! **Setting.** `F = f + h`, `f ∈ F(μ, L)`, `h` convex, `x⁺ = prox_(ηh)(x - η ∇f(x))`, `0 < η < 2/L`, `ρ = max(|1 - ημ|, |1 - ηL|)`.
//!
//! **Statement.** `‖x_N - x*‖² ≤ ρ^(2N) ‖x_0 - x*‖²`, and parabolas attain it, with `h = 0` or with an absolute value far from its kink.
//!
//! **Why.** Gradient descent's inequality, `2ηρ` times, and monotonicity of `∂h` between `x⁺` and the minimiser, `2η` times, leave two squares.
//!
//! **How it could fail.** One step is a formula in `μ`, `L` and `η`. The subject's soft threshold runs exactly on a parabola plus `λ|x|`, in
//! both regimes of the step size, and must contract by `ρ` in every step.

use super::faults::{self, Fault};
use crate::certify::formulas::gradient_descent::contraction_factor;
use crate::certify::formulas::nonsmooth::{Regime, proximal_gradient, proximal_gradient_attained, proximal_gradient_step};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, L1, Method, Treatment, trajectory};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "proximal-gradient-worst-case",
    title: "Proximal gradient descent contracts at gradient descent's rate max(|1 - ημ|, |1 - ηL|)",
    topic: "worst-case",
    record: None,
    statement: "For $F = f + h$ with $f ∈ F(μ, L)$ and convex $h$, and $0 < η < 2/L$, proximal gradient descent satisfies \
                $‖x_N - x^*‖^2 ≤ max((1 - η μ)^2, (1 - η L)^2)^N ‖x_0 - x^*‖^2$, and parabolas attain it.",
    hypotheses: &[
        "$f$ is $L$-smooth and $μ$-strongly convex, $0 < μ < L$",
        "$h$ is convex, closed and proper",
        "$0 < η < 2/L$",
        "exact gradients and proximal steps",
    ],
    sources: &[
        Source::Cited("goujaud2024", "example proximal_gradient of version 0.5.1"),
        Source::Cited("taylor2018", "Theorem 3.1"),
    ],
    claims: &[
        Claim {
            id: "every-step",
            as_stated: false,
            statement: "one step contracts $‖x - x^*‖^2$ by $max((1 - η μ)^2, (1 - η L)^2)$, and $N$ steps by its power",
            quantifier: "all 0 < μ < L and all 0 < η < 2/L, below, at and above 2/(L + μ)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(every_step(faults::none)),
        },
        Claim {
            id: "worst-case",
            as_stated: true,
            statement: "the worst $‖x_N - x^*‖^2$ is exactly $max((1 - η μ)^2, (1 - η L)^2)^N ‖x_0 - x^*‖^2$",
            quantifier: "N = 1 to 5, (μ, L) = (1, 10) and (1/2, 1), four step sizes in (0, 2/L)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_case(faults::none)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "on $½ c (x - a)^2 + λ |x|$ the code contracts the distance to the minimiser by exactly $|1 - η c|$ in every step, \
                        which is $ρ$ for the worse of $c = μ$ and $c = L$",
            quantifier: "μ = 1, L = 10, λ = 3, the minimiser at 2, from 3, five step sizes in (0, 2/L), 6 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, Rational::ZERO),
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
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by a billionth",
            broken: Broken::Statement(|_, _| Ok(every_step(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "rate-of-the-code-less-by-a-billionth",
            differs: "claims that the code contracts by ρ (1 - 10⁻⁹)",
            broken: Broken::Statement(|_, subject| code(subject, rational(-1, 1_000_000_000))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
        Control {
            id: "threshold-larger-by-a-billionth",
            differs: "the code thresholds at ηλ (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "code",
                subject: &Impostor {
                    name: "threshold larger by a billionth",
                    instead: |method| match &method.algorithm {
                        Algorithm::L1(L1 { strength, treatment }) => {
                            let strength = strength * (Rational::ONE + rational(1, 1_000_000_000));
                            Method { algorithm: Algorithm::L1(L1 { strength, treatment: *treatment }), ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[curve],
};

fn every_step(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for regime in [Regime::Short, Regime::Best, Regime::Long] {
        exact.certified(fault(proximal_gradient_step(regime)));
    }
    exact.evidence()
}

fn worst_case(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for (mu, smoothness) in [(rational(1, 1), rational(10, 1)), (rational(1, 2), rational(1, 1))] {
        for share in [rational(1, 4), rational(1, 2), rational(10, 11), rational(19, 20)] {
            let step_size = Rational::from(2) / &smoothness * share;
            for steps in 1..=5 {
                let upper = proximal_gradient(&mu, &smoothness, &step_size, steps);
                let lower = proximal_gradient_attained(&mu, &smoothness, &step_size, steps);
                faults::tight(&mut exact, fault, upper, lower);
            }
        }
    }
    exact.evidence()
}

/// The code's distances to the minimiser 2 of `½ c (x - a)² + 3|x|` from 3.
fn distances(
    subject: &dyn Subject,
    curvature: &Rational,
    step_size: &Rational,
    steps: usize,
) -> Result<Vec<Rational>, NotOffered> {
    let (strength, minimiser) = (Rational::from(3), Rational::from(2));
    let centre = &minimiser + &strength / curvature;
    let method = Method::new(Algorithm::L1(L1 { strength, treatment: Treatment::Proximal }), step_size.clone());
    let gradient = |x: &[Rational]| vec![curvature * (&x[0] - &centre)];
    let path = trajectory(&mut *subject.exact(&method)?, vec![Rational::from(3)], gradient, steps);
    Ok(path.iter().map(|x| &x[0] - &minimiser).collect())
}

/// `more` is added, as a fraction, to the claimed contraction.
fn code(subject: &dyn Subject, more: Rational) -> Result<Evidence, NotOffered> {
    let [mu, smoothness] = [rational(1, 1), rational(10, 1)];
    let mut exact = Exact::new();
    for step_size in [rational(1, 20), rational(1, 10), rational(2, 11), rational(19, 100), rational(199, 1000)] {
        let mut worst = Rational::ZERO;
        for curvature in [&mu, &smoothness] {
            let distances = distances(subject, curvature, &step_size, 6)?;
            let factor = (Rational::ONE - &step_size * curvature) * (Rational::ONE + &more);
            for (k, pair) in distances.windows(2).enumerate() {
                let found = || format!("c = {curvature}, η = {step_size}, step {k}");
                exact.equal("x_(k+1) - x* = (1 - ηc)(x_k - x*)", &pair[1], &(&factor * &pair[0]), found);
            }
            worst = worst.max(square(&factor));
        }
        let rho = contraction_factor(&mu, &smoothness, &step_size) * (Rational::ONE + &more);
        exact.equal("the worse of both is ρ²", &worst, &square(&rho), || format!("η = {step_size}"));
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let [mu, smoothness] = [rational(1, 1), rational(10, 1)];
    let grid = |count: i64| (1..count).map(move |k| rational(k, 5 * count as u64));
    let theory = grid(200).map(|eta| [to_f64(&eta), to_f64(&contraction_factor(&mu, &smoothness, &eta).pow(8))]);
    let measured = grid(40).filter_map(|eta| {
        let ends = [&mu, &smoothness].map(|curvature| distances(&Reference, curvature, &eta, 4).ok());
        let [flat, steep] = ends.map(|distances| distances.map(|distances| square(&distances[4])));
        Some([to_f64(&eta), to_f64(&flat?.max(steep?))])
    });
    Plot {
        id: "step-size".into(),
        title: "Worst contraction of the squared distance in 4 steps, μ = 1, L = 10".into(),
        x: "step size η".into(),
        y: "‖x_4 - x*‖²/‖x_0 - x*‖²".into(),
        log_y: true,
        series: vec![
            Series::theory("max(|1 - ημ|, |1 - ηL|)⁸", theory),
            Series::measured("the code on parabolas plus 3|x|", measured),
        ],
        ..Plot::default()
    }
}
