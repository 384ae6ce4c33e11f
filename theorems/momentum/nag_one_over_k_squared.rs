//! # Nesterov's method with a scheduled momentum is O(1/k²), gradient descent 1/k
//!
//! **Setting.** `f` convex and `L`-smooth, minimum 0 at 0, `η = 1/L`; `y = x + β_k (x - x⁻)`, `x⁺ = y - ∇f(y)/L` from rest at distance `R`;
//! `t_k` with `t_k² - t_k ≤ t_(k-1)²`, `β_k = (t_(k-1) - 1)/t_k`, `z_k = x_(k-1) + t_k (x_k - x_(k-1))`.
//!
//! **Statement.** (1) `V_k = t_k² f(x_k) + (L/2)‖z_k‖²` does not increase. (2) `β_k = (k - 1)/(k + 2)` gives `f(x_k) ≤ 5LR²/(2(k + 2)²)`, and
//! `2LR²/(k + 1)²` if a plain gradient step comes first, as for FISTA. (3) Huber's function has `2LR²/(k² + 7k + 4)`, and `LR²/(4k + 2)` for gradient descent.
//!
//! **Why.** `V - V⁺` is `t²` times descent at `y`, `t² - t` times convexity from `y` to `x`, and `t` times that to the minimiser.
//!
//! **How it could fail.** Identities are compared as polynomials in free `t`; a step, and up to 100 steps at once, are certificates that
//! anybody's checker may read. The code runs exactly on drawn members, on Huber's function, where its values are known, and on the
//! tridiagonal worst case.

use super::convex_members::members;
use super::convex_potential::{potential, schedules};
use super::huber::huber;
use super::largest_values::{momenta, rates};
use super::tridiagonal::{exponent, family};
use super::variants::{nesterov, scheduled};
use crate::certify::formulas::fixed_step::{
    nesterov_ahead, nesterov_ahead_attained, nesterov_values, nesterov_values_attained, nesterov_values_exact,
};
use crate::certify::formulas::potentials::nesterov_convex_step;
use crate::evidence::{Evidence, Exact, readable};
use crate::number::{Rational, Real, rational, square};
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, trajectory};
use crate::subject::{Impostor, NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::theorems::worst_case::faults::{self, Fault};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nag-one-over-k-squared",
    title: "On smooth convex functions Nesterov's method is O(1/k²) with a scheduled momentum, gradient descent 1/k",
    topic: "momentum",
    record: Some("nag-one-over-k-squared"),
    statement: "For convex $L$-smooth $f$, $η = 1/L$ and the momentum $(k - 1)/(k + 2)$ in update $k$, Nesterov's method satisfies \
                $f(x_k) - f^* ≤ frac(5 L R^2, 2 (k + 2)^2)$; one plain gradient step ahead, or the momentum of FISTA, give \
                $frac(2 L R^2, (k + 1)^2)$. Gradient descent has $frac(L R^2, 4 k + 2)$ on a function of Huber.",
    hypotheses: &[
        "$f$ is convex and $L$-smooth and attains its minimum",
        "exact gradients, $η = 1/L$",
        "the momentum follows a schedule with $t_k^2 - t_k ≤ t_(k-1)^2$",
        "the start is at rest, at distance $R$ from a minimiser",
    ],
    sources: &[
        Source::Note("000", "182-184"),
        Source::Cited("nesterov2004", "sections 2.1.2 and 2.2"),
        Source::Cited("beck2009", "Theorem 4.4"),
        Source::Cited("drori2014", "gradient descent's worst case"),
        Source::Cited("taylor2017", "Theorem 4"),
    ],
    claims: &[
        Claim {
            id: "convex",
            as_stated: true,
            statement: "for convex functions Nesterov's method has $O(1/k^2)$: $f(x_k) - f^* ≤ frac(2 R^2, η (k + 1)^2)$",
            quantifier: "|x| from 10/3 with η = 1, 100 steps; no other constant helps, as each step has the length η",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| convex(subject),
        },
        Claim {
            id: "potential",
            as_stated: false,
            statement: "$t_k^2 (f(x_k) - f^*) + (L/2) ‖z_k - x^*‖^2$ does not increase if $t_k^2 - t_k ≤ t_(k-1)^2$",
            quantifier: "every convex L-smooth f, every dimension and start, all such t",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(potential(0)),
        },
        Claim {
            id: "step-certificate",
            as_stated: false,
            statement: "from any $x$ and $z$, with $y = x + (z - x)/t$, $x^+ = y - ∇ f(y)/L$ and $z^+ = z - t ∇ f(y)/L$: \
                        $t^2 (f(x^+) - f^*) + (L/2) ‖z^+ - x^*‖^2 ≤ (t^2 - t + r)(f(x) - f^*) + (L/2) ‖z - x^*‖^2$",
            quantifier: "every convex L-smooth f, every dimension, all t > 1 and r > 0, and by continuity t = 1 and r = 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(step_certificate(faults::none)),
        },
        Claim {
            id: "steps-certificates",
            as_stated: false,
            statement: "$N$ steps with the momentum $k/(k + 3)$ after step $k = 0, 1, ...$, which are a plain gradient step and $N - 1$ updates with \
                        $(k - 1)/(k + 2)$ in update $k$, end at $f(x_N) - f^* ≤ frac(2 L R^2, (N + 1)^2)$",
            quantifier: "N = 1, 2, 5, 10, 20 and 100; every convex L-smooth f (L = R = 1, and all others by scaling), every dimension",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(steps_certificates(faults::none, &[1, 2, 5, 10, 20, 100])),
        },
        Claim {
            id: "worst-values",
            as_stated: false,
            statement: "the worst $f(x_N) - f^*$ of that method is exactly $frac(2 L R^2, (N + 2)(N + 3))$, and exactly \
                        $frac(2 L R^2, N^2 + 7 N + 4)$ with the momentum $(k - 1)/(k + 2)$ in update $k = 1, 2, ...$ from the start, as in the code",
            quantifier: "N = 1, 2, 3, 5 and 10; the worst over all convex L-smooth f (L = R = 1, and all others by scaling), every dimension",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_values(faults::none)),
        },
        Claim {
            id: "schedules",
            as_stated: false,
            statement: "$(k - 1)/(k + 2)$ is the schedule of $t_k = (k + 2)/2$, which satisfies that with $1/4$ to spare, and starts with \
                        $V_1 ≤ (5/8) L R^2$; FISTA's $t_k = (1 + sqrt(1 + 4 t_(k-1)^2))/2$ satisfies it with equality, starts with \
                        $V_0 = (1/2) L R^2$ and has $t_k ≥ (k + 1)/2$",
            quantifier: "every k, every convex L-smooth f",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(schedules([0; 2])),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "in the code's runs $V$ does not increase, $V_1 ≤ (5/8) L R^2$ and $f(x_k) - f^* ≤ frac(5 L R^2, 2 (k + 2)^2)$; after a \
                        plain gradient step $f(x_k) - f^* ≤ frac(2 L R^2, (k + 1)^2)$",
            quantifier: "the drawn functions with piecewise linear derivative, some flat at their ends, and Huber's; 8 steps, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "huber",
            as_stated: false,
            statement: "on Huber's function with its corner where that is worst the code ends at exactly $frac(2 L R^2, k^2 + 7 k + 4)$, \
                        and gradient descent at exactly $frac(L R^2, 4 k + 2)$",
            quantifier: "the formulas: every k; the code: k = 1, ..., 40",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| huber(subject, 0),
        },
        Claim {
            id: "worst-case-family",
            as_stated: false,
            statement: "on the tridiagonal quadratic with $d = 2k + 1$ the code has \
                        $3/32 ≤ (k + 1)^2 (f(x_k) - f^*)/(L R^2) ≤ 2$, with either schedule",
            quantifier: "k = 1, ..., 16 exactly with (k - 1)/(k + 2), k = 1, ..., 8 in intervals with FISTA's",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| family(subject, &Rational::from(2)),
        },
        Claim {
            id: "exponent",
            as_stated: false,
            statement: "on that family $(f(x_k) - f^*)/R^2$ falls like $(k + 1)^(-2)$: the exponent between two of the $k$ is $-2 ± 0.05$",
            quantifier: "k = 50, 100, 200 and 400, the code in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| exponent(subject, Extrapolation::Counting),
        },
    ],
    controls: &[
        Control {
            id: "constant-momentum",
            differs: "claims the exponent -2 for the constant momentum 9/10",
            broken: Broken::Statement(|_, subject| exponent(subject, Extrapolation::Constant(rational(9, 10)))),
        },
        Control {
            id: "half-of-the-bound",
            differs: "claims half of both bounds (Huber's function has 1/6 at k = 1, half the bound is 5/36)",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(1, 2))),
        },
        Control {
            id: "quarter-of-the-bound",
            differs: "claims LR²/(2(k + 1)²), refuted at k = 1",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(1, 4))),
        },
        Control {
            id: "unbalanced-potential",
            differs: "the multiplier t² of descent is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(potential(1))),
        },
        Control {
            id: "step-certificate-multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by 10⁻⁹ to the certificate of a step",
            broken: Broken::Statement(|_, _| Ok(step_certificate(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "steps-multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by 10⁻⁹ to the certificates of N steps",
            broken: Broken::Statement(|_, _| Ok(steps_certificates(faults::multiplier_more_by_a_billionth, &[1, 2, 5, 10, 20]))),
        },
        Control {
            id: "worst-value-less-by-a-billionth",
            differs: "claims worst values less by 10⁻⁹ of them",
            broken: Broken::Statement(|_, _| Ok(worst_values(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "unbalanced-start",
            differs: "claims V_1 ≤ (5/8 - 10⁻⁹) L R² by the same squares",
            broken: Broken::Statement(|_, _| Ok(schedules([1, 0]))),
        },
        Control {
            id: "schedule-off-by-a-billionth",
            differs: "claims that t_k = (k + 2)/2 + 10⁻⁹ gives the momentum (k - 1)/(k + 2)",
            broken: Broken::Statement(|_, _| Ok(schedules([0, 1]))),
        },
        Control {
            id: "huber-values-less-a-billionth",
            differs: "claims values smaller by 10⁻⁹ LR²",
            broken: Broken::Statement(|_, subject| huber(subject, 1)),
        },
        Control {
            id: "family-within-a-quarter",
            differs: "claims (k + 1)² (f(x_k) - f*) ≤ LR²/4 on the tridiagonal family, where it is 0.263 at k = 10",
            broken: Broken::Statement(|_, subject| family(subject, &rational(1, 4))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "huber", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "huber", subject: &SHORTER_STEP },
        },
        Control {
            id: "schedule-forgotten",
            differs: "the code keeps the momentum 9/10 where the schedule is asked for",
            broken: Broken::Subject {
                claim: "members",
                subject: &Impostor {
                    name: "constant momentum",
                    instead: |method| match &method.algorithm {
                        Algorithm::Nesterov(_) => nesterov(Form::Sequence, method.step_size.clone(), rational(9, 10)),
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "gradient-descent-for-nesterov",
            differs: "the code is gradient descent",
            broken: Broken::Subject {
                claim: "exponent",
                subject: &Impostor {
                    name: "gradient descent for Nesterov",
                    instead: |method| Method::gradient_descent(method.step_size.clone()),
                },
            },
        },
    ],
    plots: &[rates, momenta],
};

/// `|x|` has subgradients ±1, so that `|x_(k+1) - y_k| = η` always; were `x_k` to tend to 0, so would `y_k` and that.
fn convex(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut optimizer = subject.exact(&scheduled(Rational::ONE))?;
    let start = rational(10, 3);
    let path = trajectory(&mut *optimizer, vec![start.clone()], |x| vec![x[0].clone().sign()], 100).concat();
    let mut exact = Exact::new();
    for (step, x) in path.iter().enumerate() {
        let bound = Rational::from(2) * square(&start) / square(&Rational::from(step + 1));
        exact.holds("f(x_k) - f* ≤ 2R²/(η (k + 1)²)", x.clone().magnitude() <= bound, || {
            format!("|x|, η = 1, x_0 = {start}, k = {step}: {} against {}", readable(&x.clone().magnitude()), readable(&bound))
        });
    }
    Ok(exact.evidence())
}

/// One step from potential to potential, as a formula.
fn step_certificate(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    exact.certified(fault(nesterov_convex_step()));
    exact.evidence()
}

/// All steps at once: the potential's inequalities with its multipliers, and one more for the last value.
fn steps_certificates(fault: Fault, numbers: &[usize]) -> Evidence {
    let mut exact = Exact::new();
    for steps in numbers {
        exact.certified(fault(nesterov_values(&Rational::ONE, *steps)));
    }
    exact.evidence()
}

/// Upper bounds that Huber's functions attain: only the upper ones are at fault in a control.
fn worst_values(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for steps in [1, 2, 3, 5, 10] {
        exact.tight(fault(nesterov_values_exact(&one, steps)), nesterov_values_attained(&one, steps));
        exact.tight(fault(nesterov_ahead(&one, steps)), nesterov_ahead_attained(&one, steps));
    }
    exact.evidence()
}
