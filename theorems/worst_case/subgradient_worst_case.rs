//! # The worst case of the subgradient method
//!
//! **Setting.** `f` convex with subgradients of length at most `M`, `x⁺ = x - γ s`, `s ∈ ∂f(x)`, `‖x_0 - x*‖ ≤ R`; the best of `x_0, ..., x_N` counts.
//!
//! **Statement.** (1) With `γ = R/(M √(N + 1))` the worst `min_k f(x_k) - f*` is `M R/√(N + 1)`. (2) With any `γ` it is at most
//! `(R² + (N + 1) γ² M²)/(2 (N + 1) γ)`, and for some `γ` the worst case exceeds `M R/√(N + 1)`.
//!
//! **Why.** Convexity to the minimiser at each iterate and `‖s‖ ≤ M`, all equally often, leave `‖x_(N+1) - x*‖²`. On the largest of `N + 1`
//! coordinates each step lowers a new one, and the next step would land on the minimiser.
//!
//! **How it could fail.** The certificates hold roots exactly. Where `√(N + 1)` is rational the code runs exactly on the largest coordinate: the
//! values, and that one more step ends at the minimiser, are compared.

use super::faults::{self, Fault};
use crate::certify::formulas::nonsmooth::{subgradient, subgradient_best, subgradient_best_attained};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, Real, rational, square, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "subgradient-worst-case",
    title: "The subgradient method's best iterate is at most M R/√(N + 1) above the minimum",
    topic: "worst-case",
    record: None,
    statement: "For convex $f$ with subgradients of length at most $M$, $‖x_0 - x^*‖ ≤ R$ and $γ = R / (M sqrt(N + 1))$, the subgradient \
                method satisfies $min_(k ≤ N) f(x_k) - f^* ≤ frac(M R, sqrt(N + 1))$, and no smaller number will do. With another $γ$ the \
                number can be exceeded.",
    hypotheses: &[
        "$f$ is convex, all its subgradients are at most $M$ long, and it has a minimiser",
        "any subgradient may be returned",
    ],
    sources: &[
        Source::Cited("goujaud2024", "example subgradient_method of version 0.5.1"),
        Source::Cited("nesterov2004", "section 3.2.3"),
        Source::Cited("drori2016", "appendix A"),
    ],
    claims: &[
        Claim {
            id: "worst-case",
            as_stated: true,
            statement: "with $γ = R / (M sqrt(N + 1))$ the worst $min_(k ≤ N) f(x_k) - f^*$ is exactly $frac(M R, sqrt(N + 1))$",
            quantifier: "N = 1 to 15, M = R = 1, and so every M and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_case(faults::none)),
        },
        Claim {
            id: "any-step-size",
            as_stated: true, // PEPit's example prints this number whatever γ is
            statement: "$min_(k ≤ N) f(x_k) - f^* ≤ frac(M R, sqrt(N + 1))$ for every $γ > 0$",
            quantifier: "|x| from 1, γ = 2, N = 1 to 8",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| any_step_size(subject),
        },
        Claim {
            id: "corrected",
            as_stated: false,
            statement: "$min_(k ≤ N) f(x_k) - f^* ≤ (R^2 + (N + 1) γ^2 M^2) / (2 (N + 1) γ)$ for every $γ > 0$",
            quantifier: "N = 1 to 10, γ = 1/10, 1/2, 1 and 2, M = R = 1, and so every M and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(corrected(faults::none)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "on $max_i x_i$ in $N + 1$ coordinates the code's iterates are all $1 / sqrt(N + 1)$ above the minimum on the \
                        ball, and one step more ends at the minimiser",
            quantifier: "N = 3, 8, 15 and 24, where the root is rational",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, 1),
        },
    ],
    controls: &[
        Control {
            id: "bound-less-by-a-billionth",
            differs: "claims a bound less by a billionth",
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "other-bound-less-by-a-billionth",
            differs: "claims a bound less by a billionth for any γ; at the best γ, which N = 3 and γ = 1/2 is, this is false",
            broken: Broken::Statement(|_, _| Ok(corrected(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by a billionth",
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "root-of-n",
            differs: "claims 1/√N for the code, the bound with one iterate less",
            broken: Broken::Statement(|_, subject| code(subject, 0)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by γ (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
    ],
    plots: &[curve],
};

fn worst_case(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for steps in 1..=15 {
        faults::tight(&mut exact, fault, subgradient_best(&one, steps), subgradient_best_attained(&one, steps));
    }
    exact.evidence()
}

fn corrected(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for step_size in ["1/10", "1/2", "1", "2"] {
        for steps in 1..=10 {
            exact.certified(fault(subgradient(&Rational::ONE, step_size, steps)));
        }
    }
    exact.evidence()
}

fn any_step_size(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for steps in 1..=8 {
        let mut optimizer = subject.exact(&Method::gradient_descent(Rational::from(2)))?;
        let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| vec![x[0].clone().sign()], steps);
        let best = path.iter().map(|x| x[0].clone().magnitude()).fold(Rational::ONE, Rational::min);
        exact.holds("min f(x_k) - f* ≤ M R/√(N + 1)", square(&best) * Rational::from(steps + 1) <= Rational::ONE, || {
            format!("|x| from 1, γ = 2, N = {steps}: the best value is {best}")
        });
    }
    Ok(exact.evidence())
}

/// The place of the first largest coordinate.
fn top(x: &[Rational]) -> usize {
    (0..x.len()).fold(0, |top, index| if x[index] > x[top] { index } else { top })
}

/// The path of the code on `max_i x_i` in `root²` coordinates from 0, as far as the minimiser on the unit ball.
fn path(subject: &dyn Subject, root: usize) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let points = root * root;
    let gradient = |x: &[Rational]| {
        let top = top(x);
        (0..points).map(|index| if index == top { Rational::ONE } else { Rational::ZERO }).collect()
    };
    let mut optimizer = subject.exact(&Method::gradient_descent(rational(1, root as u64)))?;
    Ok(trajectory(&mut *optimizer, vec![Rational::ZERO; points], gradient, points))
}

/// The bound is claimed to be `1/√(N + more)`.
fn code(subject: &dyn Subject, more: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for root in 2..=5 {
        let steps = root * root - 1;
        let lowest = rational(-1, root as u64);
        let path = path(subject, root)?;
        for (k, x) in path.iter().take(steps + 1).enumerate() {
            let gap = &x[top(x)] - &lowest;
            let claimed = square(&gap) * Rational::from(steps + more) == Rational::ONE;
            exact.holds("f(x_k) - f*", claimed, || format!("N = {steps}, k = {k}: {gap}"));
            // Beyond the ball of radius 1 + 1/√(N + 1) + max x_i the function is another one.
            let squares = x.iter().fold(Rational::ZERO, |sum, x| sum + square(x));
            exact.holds("inside the ball", squares <= Rational::ONE, || format!("N = {steps}, k = {k}: ‖x‖² = {squares}"));
        }
        let arrived = path[steps + 1].iter().all(|x| *x == lowest);
        exact.holds("x_(N+1) = x*", arrived, || format!("N = {steps}: the first coordinate is {}", path[steps + 1][0]));
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let theory = (1..=99).map(|steps| [f64::from(steps), 1.0 / f64::from(steps + 1).sqrt()]);
    let measured = (2..=10).filter_map(|root| {
        let path = path(&Reference, root).ok()?;
        let gaps = path[..root * root].iter().map(|x| &x[top(x)] + rational(1, root as u64));
        Some([(root * root - 1) as f64, to_f64(&gaps.reduce(Rational::min)?)])
    });
    Plot {
        id: "steps".into(),
        title: "Worst value of the best iterate, M = R = 1".into(),
        x: "steps N".into(),
        y: "min f(x_k) - f*".into(),
        log_x: true,
        log_y: true,
        series: vec![Series::theory("1/√(N + 1)", theory), Series::measured("the code on the largest coordinate", measured)],
    }
}
