//! # Nesterov's method with constant momentum
//!
//! **Setting.** `f ∈ F(μ, L)`, minimum 0 at 0, `s = √κ`, `q = 1/s`; `y = x + β (x - x⁻)`, `x⁺ = y - ∇f(y)/L`, `β = (s - 1)/(s + 1)`,
//! `x⁻ = x` at the start. `z = x + (s - 1)(x - x⁻)`, `V = f(x) + (μ/2)‖z‖²`.
//!
//! **Statement.** (1) `V⁺ ≤ (1 - q) V`. (2) On quadratics the spectral radius is `1 - q`, a double root at `λ = μ`. (3) With `η` and
//! `β` free the least radius is `r = 1 - 2/√(3κ + 1)`, at `η = 4/(3L + μ)`, `β = r/(2 - r)`.
//!
//! **Why.** `(1 - q) V - V⁺` is descent at `y`, plus `(1 - q)` times convexity from `y` to `x`, plus `q` times that from `y` to the
//! minimiser, plus a square. In (3) Jury's conditions at `μ` and `L`, weighted with polynomials in `β` and the radius, bound `κ`.
//!
//! **How it could fail.** The identities are compared as polynomials; a step, and up to 20 at once, are certificates. The code runs
//! exactly on drawn members of the class and on quadratics, where its iterates must be the double root's, `(1 - q)^k (1 + qk)`.

use super::double_root::{attained, iterates, momentum, spectrum, steepest};
use super::least_radius::{tuned, tuned_attained, tuned_reached};
use super::strongly_convex_members::members;
use super::strongly_convex_potential::potential;
use super::variants::nesterov;
use crate::certify::formulas::potentials::{nesterov_strongly_convex, nesterov_strongly_convex_step};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, square, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, HeavyBall, Method, Nesterov};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, Reference};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::theorems::worst_case::faults::{self, Fault};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-constant-momentum-rate",
    title: "Nesterov's method with momentum (√κ - 1)/(√κ + 1) converges at the rate 1 - 1/√κ",
    topic: "momentum",
    record: Some("nag-constant-momentum-rate"),
    statement: "For $f ∈ F(μ, L)$, $η = 1/L$ and $β = (sqrt(κ) - 1) / (sqrt(κ) + 1)$, Nesterov's method satisfies \
                $f(x_k) - f^* ≤ (1 - 1/sqrt(κ))^k (f(x_0) - f^* + (μ/2) ‖x_0 - x^*‖^2)$. On quadratics its spectral radius is \
                $1 - 1/sqrt(κ)$; the least over all $η$ and $β$ is $1 - 2/sqrt(3 κ + 1)$.",
    hypotheses: &[
        "$f$ is $L$-smooth and $μ$-strongly convex, $0 < μ < L$",
        "exact gradients",
        "the start is at rest, $x_(-1) = x_0$",
    ],
    sources: &[
        Source::Note("000", "595"),
        Source::Note("000", "171-180"),
        Source::Cited("nesterov2004", "section 2.2, scheme (2.2.22)"),
        Source::Cited("lessard2016", "Proposition 1"),
        Source::Cited("taylor2017", "Theorem 4"),
    ],
    claims: &[
        Claim {
            id: "potential",
            as_stated: false, // the note has the number 1 - 1/√κ only
            statement: "$f(x_k) - f^* + (μ/2) ‖z_k - x^*‖^2$ falls at least by the factor $1 - 1/sqrt(κ)$ in every step",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(potential(0)),
        },
        Claim {
            id: "step-certificate",
            as_stated: false,
            statement: "from any $x$ and $z$, with $y = (x + q z)/(1 + q)$, $x^+ = y - ∇ f(y)/L$ and $z^+ = (1 - q) z + q y - (q/μ) ∇ f(y)$, \
                        $q = 1/sqrt(κ)$: $f(x^+) - f^* + (μ/2) ‖z^+ - x^*‖^2 ≤ (1 - q) (f(x) - f^* + (μ/2) ‖z - x^*‖^2)$",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(step_certificate(faults::none)),
        },
        Claim {
            id: "steps-certificates",
            as_stated: false,
            statement: "$f(x_N) - f^* ≤ (1 - 1/sqrt(κ))^N (f(x_0) - f^* + (μ/2) ‖x_0 - x^*‖^2)$ in $N$ steps from rest",
            quantifier: "N = 2, 5, 10 and 20 at √κ = 10; every f in F(μ, L) (L = 1, and all others by scaling), every dimension",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(steps_certificates(faults::none)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "in the code's exact run the potential falls by that factor in every step",
            quantifier: "the drawn functions with piecewise linear derivative and starts, 6 steps, and quadratics with κ = 10⁴",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "spectrum",
            as_stated: false,
            statement: "on quadratics $(1 + β)^2 (1 - 1/κ) = 4 β$: a double root $1 - 1/sqrt(κ)$ at $λ = μ$, and complex roots of \
                        at most that modulus for $μ < λ ≤ L$",
            quantifier: "every spectrum in [μ, L], all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(spectrum(0)),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "on $½ μ x^2$ the code's $k$-th iterate from 1 is $(1 - q)^k (1 + q k)$, and $f(x_k)$ is below the bound",
            quantifier: "100 steps at √κ = 3/2, 2, 10 and 19",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| attained(subject, |rate| rate),
        },
        Claim {
            id: "step-limit",
            as_stated: false,
            statement: "at $η = frac(4 s, 3 s - 1) / L$, $s = sqrt(κ)$, which falls to $frac(4, 3) / L$, the code oscillates on $½ L x^2$ \
                        for ever, with the roots $-1$ and $(s - 1)/(3 s - 1)$",
            quantifier: "50 steps at √κ = 19 and 99",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| steepest(subject, |root| Rational::from(4) * root / (Rational::from(3) * root - Rational::ONE)),
        },
        Claim {
            id: "tuned",
            as_stated: false,
            statement: "no $η$ and $β$ have a spectral radius below $r = 1 - 2/sqrt(3 κ + 1)$ at both $λ = μ$ and $λ = L$",
            quantifier: "all real η and β, all κ > 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(tuned(0)),
        },
        Claim {
            id: "tuned-reached",
            as_stated: false,
            statement: "at $η = 4/(3L + μ)$, $β = r/(2 - r)$ all roots lie within $r$, so that the least radius is $r$",
            quantifier: "every spectrum in [μ, L], all 0 < μ < L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(tuned_reached(0)),
        },
        Claim {
            id: "tuned-attained",
            as_stated: false,
            statement: "at $η = 4/(3L + μ)$, $β = r/(2 - r)$ the code's iterates from 1 are $r^k (1 + (1 - r) k)$ for $λ = μ$ and \
                        $frac(3 - r, 4) (-r)^k + frac(1 + r, 4) (r/3)^k$ for $λ = L$",
            quantifier: "60 steps at κ = 5, 8 and 16",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: tuned_attained,
        },
    ],
    controls: &[
        Control {
            id: "squared-rate",
            differs: "claims the rate (1 - 1/√κ)² for function values on quadratics",
            broken: Broken::Statement(|_, subject| attained(subject, |rate| square(&rate))),
        },
        Control {
            id: "rate-faster-by-a-hundredth",
            differs: "claims that the potential falls by 1 - 1.01/√κ",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(101, 100))),
        },
        Control {
            id: "step-beyond-four-thirds",
            differs: "claims that η = 1.5/L does not diverge as β → 1",
            broken: Broken::Statement(|_, subject| steepest(subject, |_| rational(3, 2))),
        },
        Control {
            id: "unbalanced-potential",
            differs: "the multiplier of descent is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(potential(1))),
        },
        Control {
            id: "step-certificate-faster-by-a-billionth",
            differs: "claims that the potential falls in a step by a factor less by 10⁻⁹ of it, with the same multipliers",
            broken: Broken::Statement(|_, _| Ok(step_certificate(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "steps-multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by 10⁻⁹ to the certificates of N steps",
            broken: Broken::Statement(|_, _| Ok(steps_certificates(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "momentum-off-by-a-billionth",
            differs: "claims the double root at β + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(spectrum(1))),
        },
        Control {
            id: "tuned-too-fast",
            differs: "claims a bound on κ less by 10⁻⁹ of it",
            broken: Broken::Statement(|_, _| Ok(tuned(1))),
        },
        Control {
            id: "tuned-momentum-off-by-a-billionth",
            differs: "claims the radius r for the momentum r/(2 - r) + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(tuned_reached(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum-squared",
            differs: "the code uses Polyak's momentum β² in Nesterov's method",
            broken: Broken::Subject {
                claim: "tuned-attained",
                subject: &Impostor { name: "Polyak's momentum", instead: |method| with_momentum(method, square) },
            },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code uses β (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "attained",
                subject: &Impostor {
                    name: "momentum larger by a billionth",
                    instead: |method| with_momentum(method, |beta| beta * (Rational::ONE + rational(1, 1_000_000_000))),
                },
            },
        },
        Control {
            id: "gradient-without-look-ahead",
            differs: "the code takes the gradient at x, as the heavy ball does",
            broken: Broken::Subject {
                claim: "members",
                subject: &Impostor {
                    name: "heavy ball",
                    instead: |method| match &method.algorithm {
                        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(beta), .. }) => {
                            let algorithm = Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() });
                            Method { algorithm, ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[curve],
};

/// A control's method: another momentum.
fn with_momentum(method: &Method, change: fn(&Rational) -> Rational) -> Method {
    match &method.algorithm {
        Algorithm::Nesterov(Nesterov { momentum: Extrapolation::Constant(beta), .. }) => {
            nesterov(Form::Sequence, method.step_size.clone(), change(beta))
        }
        _ => method.clone(),
    }
}

/// One step from potential to potential, as a formula.
fn step_certificate(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    exact.certified(fault(nesterov_strongly_convex_step()));
    exact.evidence()
}

/// All steps at once; one after the other, the steps of [`step_certificate`] hold for every N.
fn steps_certificates(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for steps in [2, 5, 10, 20] {
        exact.certified(fault(nesterov_strongly_convex(&Rational::ONE, &rational(1, 10), steps)));
    }
    exact.evidence()
}

fn curve(_: &Lab) -> Plot {
    let root = 10;
    let rate = 1.0 - 1.0 / f64::from(root);
    let bound = (0..=120).scan(1.0, |bound, k| {
        let point = [f64::from(k), *bound];
        *bound *= rate;
        Some(point)
    });
    let root = Rational::from(root);
    let method = nesterov(Form::Sequence, Rational::ONE / square(&root), momentum(&root));
    let values = |curvature: Rational| {
        let found = iterates(&Reference, &method, &curvature, 120).unwrap_or_default();
        let value = move |x: &Rational| to_f64(&(&curvature * square(x) / (&curvature + Rational::ONE)));
        found.iter().map(value).zip(0..).step_by(3).map(|(value, k)| [f64::from(k), value]).collect::<Vec<_>>()
    };
    Plot {
        id: "bound".into(),
        title: "Function values on quadratics, μ = 1, κ = 100".into(),
        x: "step k".into(),
        y: "f(x_k) over f(x_0) + (μ/2) x_0²".into(),
        log_y: true,
        series: vec![
            Series::theory("(1 - 1/√κ)^k", bound),
            Series::measured("λ = μ", values(Rational::ONE)),
            Series::measured("λ = 4μ", values(Rational::from(4))),
        ],
        ..Plot::default()
    }
}
