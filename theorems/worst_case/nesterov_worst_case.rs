//! # The worst case of Nesterov's method on smooth convex functions
//!
//! **Setting.** `f` convex with `L`-Lipschitz gradient; `x⁺ = y - ∇f(y)/L`, `y = x + β (x - x⁻)`, `‖x_0 - x*‖ ≤ R`. Momentum `(k - 1)/(k + 2)` is read in
//! two ways: after step `k = 1, 2, ...`, or in it, as the code does; the latter is one step ahead.
//!
//! **Statement.** The worst `f(x_N) - f*` is `2 L R²/(N² + 5N + 6)` with momentum after step `k`, and `2 L R²/(N² + 7N + 4)` with momentum in it; Huber
//! functions attain both: for `N ≤ 20`, as far as it is certified. `2 L R²/(N + 1)²` holds, and is not the worst case.
//!
//! **Why.** Interpolation inequalities along the chain of the `y_k`, ending at `x_N`. Their multipliers follow, one after the other, from
//! what is left of the bound vanishing on the Huber function.
//!
//! **How it could fail.** For each `N` what is left is eliminated in exact arithmetic. The subject's code runs exactly on both Huber functions (a gradient
//! step before it makes the first reading of the second) and must end at the numbers themselves.

use super::faults::{self, Fault};
use crate::certify::formulas::fixed_step::nesterov_values;
use crate::certify::formulas::fixed_step::{
    nesterov_ahead, nesterov_ahead_attained, nesterov_values_attained, nesterov_values_exact,
};
use crate::certify::{Certificate, check};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, Nesterov, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nesterov-worst-case",
    title: "Nesterov's method with momentum (k - 1)/(k + 2) ends at most 2 L R²/(N² + 5N + 6) above the minimum",
    topic: "worst-case",
    record: None,
    statement: "For convex $f$ with $L$-Lipschitz gradient and $‖x_0 - x^*‖ ≤ R$, Nesterov's method with $η = 1/L$ and momentum \
                $(k - 1) / (k + 2)$ after step $k = 1, 2, ...$ satisfies $f(x_N) - f^* ≤ frac(2 L R^2, N^2 + 5 N + 6)$, and a Huber function \
                attains it. With the same momentum in step $k$ the worst case is $frac(2 L R^2, N^2 + 7 N + 4)$. Both are certified for $N ≤ 20$. The \
                textbooks' $frac(2 L R^2, (N + 1)^2)$ is larger than both.",
    hypotheses: &["$f$ is convex with $L$-Lipschitz gradient and has a minimiser", "exact gradients"],
    sources: &[
        Source::Cited(
            "goujaud2024",
            "examples accelerated_gradient_convex_simplified and accelerated_gradient_convex of version 0.5.1",
        ),
        Source::Cited("taylor2017composite", "table 1"),
        Source::Cited("beck2009", "Theorem 4.4"),
    ],
    claims: &[
        Claim {
            id: "worst-case",
            as_stated: true, // "empirical" there
            statement: "with momentum $(k - 1) / (k + 2)$ after step $k$ the worst $f(x_N) - f^*$ is exactly $frac(2 L R^2, N^2 + 5 N + 6)$",
            quantifier: "N = 1 to 20, L = R = 1, and so every L and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(worst_case(faults::none)),
        },
        Claim {
            id: "one-ahead",
            as_stated: false,
            statement: "with momentum $(k - 1) / (k + 2)$ in step $k$ the worst $f(x_N) - f^*$ is exactly $frac(2 L R^2, N^2 + 7 N + 4)$",
            quantifier: "N = 1 to 20, L = R = 1, and so every L and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(one_ahead(faults::none)),
        },
        Claim {
            id: "textbook",
            as_stated: false,
            statement: "with momentum $(k - 1) / (k + 2)$ after step $k$, $f(x_N) - f^* ≤ frac(2 L R^2, (N + 1)^2)$",
            quantifier: "N = 1 to 20, L = R = 1, and so every L and R by scaling",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(textbook(faults::none)),
        },
        Claim {
            id: "textbook-attained",
            as_stated: false,
            statement: "for some $N$ a function attains $frac(2 L R^2, (N + 1)^2)$",
            quantifier: "N = 1 to 20",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(not_less((1..=20).map(|steps| (steps, rational(2, (steps as u64 + 1).pow(2)))))),
        },
        Claim {
            id: "original-attained",
            as_stated: false, // PEPit's example does not call it tight
            statement: "with the original's $λ_1 = 1$ a function attains $frac(L R^2, 2 λ_N^2)$ for $N = 1$",
            quantifier: "N = 1, where the original is this method",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(not_less([(1, rational(1, 2))].into_iter())),
        },
        Claim {
            id: "code",
            as_stated: false,
            statement: "from 1 the code ends at $2 L / (N^2 + 7 N + 4)$ on a Huber function, and with a gradient step for the first one at \
                        $2 L / (N^2 + 5 N + 6)$ on another",
            quantifier: "N = 1 to 20, L = 3",
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
            id: "one-ahead-bound-less-by-a-billionth",
            differs: "claims a bound less by a billionth for the momentum that is one ahead",
            broken: Broken::Statement(|_, _| Ok(one_ahead(faults::bound_less_by_a_billionth))),
        },
        Control {
            id: "textbook-multiplier-more-by-a-billionth",
            differs: "adds an inequality more often by a billionth to the textbooks' bound",
            broken: Broken::Statement(|_, _| Ok(textbook(faults::multiplier_more_by_a_billionth))),
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
        Control {
            id: "constant-momentum",
            differs: "the code's momentum is 1/4 always",
            broken: Broken::Subject {
                claim: "code",
                subject: &Impostor {
                    name: "constant momentum",
                    instead: |method| match &method.algorithm {
                        Algorithm::Nesterov(Nesterov { form, .. }) => {
                            let momentum = Extrapolation::Constant(rational(1, 4));
                            Method { algorithm: Algorithm::Nesterov(Nesterov { momentum, form: *form }), ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[curve],
};

fn worst_case(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for steps in 1..=20 {
        faults::tight(&mut exact, fault, nesterov_values_exact(&one, steps), nesterov_values_attained(&one, steps));
    }
    exact.evidence()
}

fn one_ahead(fault: Fault) -> Evidence {
    let (one, mut exact) = (Rational::ONE, Exact::new());
    for steps in 1..=20 {
        faults::tight(&mut exact, fault, nesterov_ahead(&one, steps), nesterov_ahead_attained(&one, steps));
    }
    exact.evidence()
}

fn textbook(fault: Fault) -> Evidence {
    let mut exact = Exact::new();
    for steps in 1..=20 {
        exact.certified(fault(nesterov_values(&Rational::ONE, steps)));
    }
    exact.evidence()
}

/// That for one of these numbers of steps, at least, no bound below the number is a theorem.
fn not_less(bounds: impl Iterator<Item = (usize, Rational)>) -> Evidence {
    let sharper = |(steps, bound): (usize, Rational)| {
        let certificate: Certificate = nesterov_values_exact(&Rational::ONE, steps);
        let less = certificate.bound.parse::<Rational>().is_ok_and(|smaller| smaller < bound);
        let theorem = check(&certificate).ok().filter(|_| less)?;
        Some(format!("{bound} is not needed: {theorem}"))
    };
    let all: Option<Vec<String>> = bounds.map(sharper).collect();
    let mut exact = Exact::new();
    exact.holds("for some N no smaller bound is a theorem", all.is_none(), || {
        let all = all.clone().unwrap_or_default();
        format!("for each of {} numbers of steps, e.g. {}", all.len(), all[0])
    });
    exact.evidence()
}

/// How the momentum's sequence is read.
#[derive(Clone, Copy)]
enum Reading {
    /// After step `k`.
    After,
    /// In step `k`.
    Within,
}

impl Reading {
    /// The worst case is twice the inverse of this number, and the Huber function's threshold four times.
    fn denominator(self, steps: usize) -> u64 {
        let n = steps as u64;
        match self {
            Reading::After => n * n + 5 * n + 6,
            Reading::Within => n * n + 7 * n + 4,
        }
    }

    /// The worst case for `L = R = 1`.
    fn value(self, steps: usize) -> Rational {
        rational(2, self.denominator(steps))
    }
}

/// Where the code ends from 1 on the Huber function.
fn end(subject: &dyn Subject, reading: Reading, smoothness: &Rational, steps: usize) -> Result<Rational, NotOffered> {
    let rule = Nesterov { momentum: Extrapolation::Counting, form: Form::Sequence };
    let step_size = Rational::ONE / smoothness;
    let function = Piecewise::huber(smoothness, &rational(4, reading.denominator(steps)));
    let run = |method: Method, start: Vec<Rational>, steps: usize| {
        let path = trajectory(&mut *subject.exact(&method)?, start, |x| function.gradient(x), steps);
        Ok(path[steps].clone())
    };
    let (start, left) = match reading {
        Reading::After => (run(Method::gradient_descent(step_size.clone()), vec![Rational::ONE], 1)?, steps - 1),
        Reading::Within => (vec![Rational::ONE], steps),
    };
    let last = run(Method::new(Algorithm::Nesterov(rule), step_size), start, left)?;
    Ok(function.value(&last))
}

/// `more` is added, as a fraction, to where the code is claimed to end.
fn code(subject: &dyn Subject, more: Rational) -> Result<Evidence, NotOffered> {
    let smoothness = Rational::from(3);
    let mut exact = Exact::new();
    for (name, reading) in [("after step k", Reading::After), ("in step k", Reading::Within)] {
        for steps in 1..=20 {
            let claimed = &smoothness * reading.value(steps) * (Rational::ONE + &more);
            exact.equal(name, &end(subject, reading, &smoothness, steps)?, &claimed, || format!("L = 3, N = {steps}"));
        }
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let theory = |of: fn(f64) -> f64| (1..=40).map(move |steps| [f64::from(steps), of(f64::from(steps))]);
    let measured = |reading| {
        (1..=20).filter_map(move |k| Some([(2 * k) as f64, to_f64(&end(&Reference, reading, &Rational::ONE, 2 * k).ok()?)]))
    };
    Plot {
        id: "steps".into(),
        title: "Worst value of Nesterov's method, L = R = 1".into(),
        x: "steps N".into(),
        y: "f(x_N) - f*".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("2/(N² + 5N + 6)", theory(|n| 2.0 / (n * n + 5.0 * n + 6.0))),
            Series::theory("2/(N + 1)²", theory(|n| 2.0 / ((n + 1.0) * (n + 1.0)))),
            Series::theory("2/(N² + 7N + 4)", theory(|n| 2.0 / (n * n + 7.0 * n + 4.0))),
            Series::measured("the code after a gradient step", measured(Reading::After)),
            Series::measured("the code", measured(Reading::Within)),
        ],
    }
}
