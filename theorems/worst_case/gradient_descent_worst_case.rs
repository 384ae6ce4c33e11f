//! # The worst case of gradient descent on smooth convex functions
//!
//! **Setting.** `f` convex with `L`-Lipschitz gradient, `x⁺ = x - η ∇f(x)`, `h = ηL`, `‖x_0 - x*‖ ≤ R`.
//!
//! **Statement.** (1) For `0 < h ≤ 1` the worst `f(x_N) - f*` is `L R²/(4Nh + 2)`, attained by a Huber function. (2) For `1 < h < 2` it is
//! the larger of that and `L R² (1 - h)^(2N)/2`, which a parabola attains: Drori and Teboulle's conjecture, certified here for single `h`.
//!
//! **Why.** Interpolation inequalities along the chain of iterates and to the minimiser, added with multipliers that make what is left
//! vanish on the worst function (Drori and Teboulle 2014 for short steps; those for long steps are ours).
//!
//! **How it could fail.** Each certificate is checked in exact arithmetic, and its lower bound is run. The subject's own code runs on the
//! worst functions and must end at the number itself.

use super::faults::{self, Fault};
use crate::certify::formulas::fixed_step::{
    gradient_descent_long_steps, gradient_descent_long_steps_attained, gradient_descent_short_steps,
};
use crate::certify::formulas::gradient_descent::{gradient_descent_values, gradient_descent_values_attained};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gradient-descent-worst-case",
    title: "Gradient descent on smooth convex functions ends at most L R²/(4Nh + 2) above the minimum",
    topic: "worst-case",
    record: None,
    statement: "For convex $f$ with $L$-Lipschitz gradient, $‖x_0 - x^*‖ ≤ R$ and $h = η L ≤ 1$, gradient descent satisfies \
                $f(x_N) - f^* ≤ frac(L R^2, 4 N h + 2)$, and a Huber function attains it. For $1 < h < 2$ the worst case is the larger of \
                this number and $frac(L R^2 (1 - h)^(2 N), 2)$: a conjecture, certified for single $h$ and $N ≤ 10$.",
    hypotheses: &["$f$ is convex with $L$-Lipschitz gradient and has a minimiser", "$0 < h = η L < 2$", "exact gradients"],
    sources: &[
        Source::Cited("goujaud2024", "example gradient_descent of version 0.5.1"),
        Source::Cited("drori2014", "Theorems 3.1 and 3.2, conjecture 3.1"),
        Source::Cited("taylor2017", "section 4.1"),
    ],
    claims: &[
        Claim {
            id: "short-steps",
            as_stated: true,
            statement: "for $h ≤ 1$ the worst $f(x_N) - f^*$ is exactly $frac(L R^2, 4 N h + 2)$",
            quantifier: "N = 1 to 10, h = 1/4, 1/2 and 1, L = R = 1, and so every L and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(short_steps(faults::none)),
        },
        Claim {
            id: "every-short-step",
            as_stated: false,
            statement: "$f(x_N) - f^* ≤ frac(L R^2, 4 N h + 2)$",
            quantifier: "N = 1, 2 and 3, all L and all 0 < h < 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(every_short_step(faults::none)),
        },
        Claim {
            id: "any-step-size",
            as_stated: false, // PEPit's example prints the number for every step size; its text says h ≤ 1
            statement: "$f(x_N) - f^* ≤ frac(L R^2, 4 N h + 2)$ for every $h < 2$",
            quantifier: "the parabola, h = 7/4, N = 1 to 4",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| any_step_size(subject),
        },
        Claim {
            id: "long-steps",
            as_stated: false,
            statement: "for $1 < h < 2$ the worst $f(x_N) - f^*$ is exactly the larger of $frac(L R^2, 4 N h + 2)$ and $frac(L R^2 (1 - h)^(2 N), 2)$",
            quantifier: "h = 5/4, 3/2 and 19/10 with N = 1 to 10, h = 7/4 with N = 1 to 4; L = R = 1, and so every L and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(long_steps(faults::none)),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "from 1 the code ends at $L / (4 N h + 2)$ on the Huber function and at $L (1 - h)^(2 N) / 2$ on the parabola",
            quantifier: "N = 1 to 10, L = 3, h = 1/4 to 1 on the Huber functions, h = 5/4 to 19/10 on the parabola",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| code(subject, Rational::ZERO),
        },
    ],
    controls: &[
        Control {
            id: "short-bound-less-by-a-billionth",
            differs: "claims a bound less by a billionth for short steps",
            broken: Broken::Statement(|_, _| Ok(short_steps(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "formula-less-by-a-billionth",
            differs: "claims a bound less by a billionth for all short steps at once",
            broken: Broken::Statement(|_, _| Ok(every_short_step(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "long-bound-less-by-a-billionth",
            differs: "claims a bound less by a billionth for long steps",
            broken: Broken::Statement(|_, _| Ok(long_steps(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by a billionth",
            broken: Broken::Statement(|_, _| Ok(short_steps(faults::multiplier_more_by_a_billionth))),
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

fn short_steps(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for h in [rational(1, 4), rational(1, 2), rational(1, 1)] {
        for steps in 1..=10 {
            let upper = gradient_descent_values(&one, &h, steps);
            faults::tight(&mut exact, fault, upper, gradient_descent_values_attained(&one, &h, steps));
        }
    }
    exact.evidence()
}

fn every_short_step(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for certificate in gradient_descent_short_steps() {
        exact.certified(fault(certificate));
    }
    exact.evidence()
}

/// `L/(4Nh + 2)` for `L = 1`.
fn huber_value(h: &Rational, steps: usize) -> Rational {
    Rational::ONE / (Rational::from(4 * steps) * h + Rational::from(2))
}

/// `L (1 - h)^(2N)/2` for `L = 1`.
fn parabola_value(h: &Rational, steps: usize) -> Rational {
    (h - Rational::ONE).pow(2 * steps as isize) / Rational::from(2)
}

fn long_steps(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for (h, most) in [(rational(5, 4), 10), (rational(3, 2), 10), (rational(7, 4), 4), (rational(19, 10), 10)] {
        for steps in 1..=most {
            if huber_value(&h, steps) > parabola_value(&h, steps) {
                let upper = gradient_descent_values(&one, &h, steps);
                faults::tight(&mut exact, fault, upper, gradient_descent_values_attained(&one, &h, steps));
            } else {
                let upper = gradient_descent_long_steps(&one, &h, steps);
                faults::tight(&mut exact, fault, upper, gradient_descent_long_steps_attained(&one, &h, steps));
            }
        }
    }
    exact.evidence()
}

/// Where the code ends from 1.
fn end(subject: &dyn Subject, function: &Piecewise<Rational>, step_size: Rational, steps: usize) -> Result<Rational, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(step_size))?;
    let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| function.gradient(x), steps);
    Ok(function.value(&path[steps]))
}

fn any_step_size(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let h = rational(7, 4);
    for steps in 1..=4 {
        let value = end(subject, &Piecewise::parabola(&Rational::ONE), h.clone(), steps)?;
        let bound = huber_value(&h, steps);
        exact.holds("f(x_N) - f* ≤ L R²/(4Nh + 2)", value <= bound, || {
            format!("½x² from 1, h = {h}, N = {steps}: {} against {bound}", readable(&value))
        });
    }
    Ok(exact.evidence())
}

/// `more` is added, as a fraction, to where the code is claimed to end.
fn code(subject: &dyn Subject, more: Rational) -> Result<Evidence, NotOffered> {
    let smoothness = Rational::from(3);
    let claimed = |value: Rational| value * &smoothness * (Rational::ONE + &more);
    let mut exact = Exact::new();
    for steps in 1..=10 {
        for h in [rational(1, 4), rational(1, 2), rational(1, 1)] {
            let function = Piecewise::huber(&smoothness, &(Rational::from(2) * huber_value(&h, steps)));
            let value = end(subject, &function, &h / &smoothness, steps)?;
            exact.equal("Huber", &value, &claimed(huber_value(&h, steps)), || format!("L = 3, h = {h}, N = {steps}"));
        }
        for h in [rational(5, 4), rational(7, 4), rational(19, 10)] {
            let value = end(subject, &Piecewise::parabola(&smoothness), &h / &smoothness, steps)?;
            exact.equal("parabola", &value, &claimed(parabola_value(&h, steps)), || format!("L = 3, h = {h}, N = {steps}"));
        }
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let steps = 4;
    let grid = |count: i64| (1..count).map(move |k| rational(2 * k, count as u64));
    let theory = |of: fn(&Rational, usize) -> Rational| grid(200).map(move |h| [to_f64(&h), to_f64(&of(&h, steps))]);
    let measured = grid(40).filter_map(|h| {
        let huber = Piecewise::huber(&Rational::ONE, &(Rational::from(2) * huber_value(&h, steps)));
        let ends = [huber, Piecewise::parabola(&Rational::ONE)].map(|function| end(&Reference, &function, h.clone(), steps).ok());
        let [huber, parabola] = ends;
        Some([to_f64(&h), to_f64(&huber?.max(parabola?))])
    });
    Plot {
        id: "step-size".into(),
        title: "Worst value after 4 steps, L = R = 1".into(),
        x: "h = ηL".into(),
        y: "f(x_N) - f*".into(),
        log_y: true,
        series: vec![
            Series::theory("1/(4Nh + 2)", theory(huber_value)),
            Series::theory("(1 - h)^(2N)/2", theory(parabola_value)),
            Series::measured("the code on the worse of both functions", measured),
        ],
        ..Plot::default()
    }
}
