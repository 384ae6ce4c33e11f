//! # The worst case of proximal points
//!
//! **Setting.** `f` convex, `x⁺ = argmin_u f(u) + ‖u - x‖²/(2η)`, `‖x_0 - x*‖ ≤ R`.
//!
//! **Statement.** The worst `f(x_N) - f*` is `R²/(4 η N)`; `R |x|/(2 η N)` attains it, half-way to its minimiser.
//!
//! **Why.** Convexity along the chain of iterates, `k/(2N - k)` times, and to the minimiser. (Gradient descent has `k/(2N + 1 - k)`.)
//!
//! **How it could fail.** Each certificate is checked in exact arithmetic, and its lower bound is run. The soft threshold of the
//! subject's code is the proximal step of `λ|x|`: it must end at the number itself.

use super::faults::{self, Fault};
use crate::certify::formulas::nonsmooth::{proximal_point, proximal_point_attained};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Algorithm, L1, Method, Treatment, trajectory};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "proximal-point-worst-case",
    title: "Proximal points of a convex function end at most R²/(4ηN) above the minimum",
    topic: "worst-case",
    record: None,
    statement: "For convex $f$ and $‖x_0 - x^*‖ ≤ R$ the proximal point method with step size $η$ satisfies \
                $f(x_N) - f^* ≤ R^2 / (4 η N)$, and $frac(R |x|, 2 η N)$ attains it.",
    hypotheses: &["$f$ is convex, closed and proper, and has a minimiser", "$η > 0$", "exact proximal steps"],
    sources: &[
        Source::Cited("goujaud2024", "example proximal_point of version 0.5.1"),
        Source::Cited("taylor2017composite", "Theorem 4.1"),
    ],
    claims: &[
        Claim {
            id: "worst-case",
            as_stated: true,
            statement: "the worst $f(x_N) - f^*$ is exactly $R^2 / (4 η N)$",
            quantifier: "N = 1 to 20, η = R = 1, and so every η and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_case(faults::none)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "the code's soft threshold, from 1, ends at the value $1 / (4 η N)$ on $frac(|x|, 2 η N)$",
            quantifier: "N = 1 to 10, η = 1/5, 1 and 3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, Rational::ZERO),
        },
    ],
    controls: &[
        Control {
            id: "bound-less-by-a-billionth",
            differs: "claims a bound less by a billionth",
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by a billionth",
            broken: Broken::Statement(|_, _| Ok(worst_case(faults::multiplier_more_by_a_billionth))),
        },
        Control {
            id: "end-higher-by-a-billionth",
            differs: "claims that the code ends higher by a billionth",
            broken: Broken::Statement(|_, subject| code(subject, rational(1, 1_000_000_000))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "code", subject: &LONGER_STEP },
        },
    ],
    plots: &[curve],
};

fn worst_case(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for steps in 1..=20 {
        faults::tight(&mut exact, fault, proximal_point(&one, steps), proximal_point_attained(&one, steps));
    }
    exact.evidence()
}

/// The value at which the code ends from 1 on `|x|/(2ηN)`: a penalty beside an objective that is zero.
fn end(subject: &dyn Subject, step_size: &Rational, steps: usize) -> Result<Rational, NotOffered> {
    let strength = Rational::ONE / (Rational::from(2 * steps) * step_size);
    let method = Method::new(Algorithm::L1(L1 { strength: strength.clone(), treatment: Treatment::Proximal }), step_size.clone());
    let path = trajectory(&mut *subject.exact(&method)?, vec![Rational::ONE], |_| vec![Rational::ZERO], steps);
    Ok(strength * &path[steps][0])
}

/// `more` is added, as a fraction, to where the code is claimed to end.
fn code(subject: &dyn Subject, more: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for step_size in [rational(1, 5), rational(1, 1), rational(3, 1)] {
        for steps in 1..=10 {
            let claimed = (Rational::ONE + &more) / (Rational::from(4 * steps) * &step_size);
            let value = end(subject, &step_size, steps)?;
            exact.equal("f(x_N) - f*", &value, &claimed, || format!("η = {step_size}, N = {steps}"));
        }
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let theory = (1..=40).map(|steps| [f64::from(steps), 1.0 / (4.0 * f64::from(steps))]);
    let measured = (1..=20).filter_map(|k| Some([(2 * k) as f64, to_f64(&end(&Reference, &Rational::ONE, 2 * k).ok()?)]));
    Plot {
        id: "steps".into(),
        title: "Worst value of proximal points, η = R = 1".into(),
        x: "steps N".into(),
        y: "f(x_N) - f*".into(),
        log_x: true,
        log_y: true,
        series: vec![Series::theory("1/(4N)", theory), Series::measured("the code on |x|/(2N)", measured)],
    }
}
