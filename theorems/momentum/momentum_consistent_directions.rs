//! # Momentum accelerates where the gradient stays the same
//!
//! **Setting.** A: `v ← βv + g`, `x ← x - ηv`. B: `v ← βv + ηg`, `x ← x - v`. Two-point: `x⁺ = x - ηg + β(x - x⁻)`. C: A with
//! `(1 - β)g`. The gradient `g` is constant and the velocity starts at 0.
//!
//! **Statement.** (1) Step `t` of A, B and the two-point form is `ηg (1 - β^t)/(1 - β)`: it grows towards `1/(1 - β)` times the step of
//! gradient descent. (2) In C it is `ηg (1 - β^t)`: no acceleration.
//!
//! **Why.** The step is a geometric sum: the filter's gain at frequency 0 is `1/(1 - β)`.
//!
//! **How it could fail.** The geometric sum is compared as polynomials. The code runs exactly on constant gradients of several sizes and
//! signs at once, and each step is compared with the formula, its limit, and the code's own gradient descent.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, Real, rational, to_f64};
use crate::optimizers::{Algorithm, Method, Velocity};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::theorems::momentum::impulses::{FORMS, MOMENTA, displacements, geometric_sums, with_velocity};
use crate::theorems::momentum::variants::in_convention;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-consistent-directions",
    title: "At a constant gradient momentum's steps grow to 1/(1 - β) times those of gradient descent",
    topic: "momentum",
    record: Some("momentum-consistent-directions"),
    statement: "At a constant gradient $g$ the $t$-th step of momentum from rest is $η g (1 - β^t)/(1 - β)$, which grows to \
                $η g / (1 - β)$: in directions in which gradients are consistent, momentum accelerates by the gain $1/(1 - β)$. The \
                form with $(1 - β) g$ has gain 1 and does not.",
    hypotheses: &["the gradient is constant", "the velocity starts at 0", "$0 < β < 1$ and $η$ are constant"],
    sources: &[
        Source::Note("000", "166"),
        Source::Note("000", "595"),
        Source::Note("001", "217"),
        Source::Note("003", "220"),
        Source::Note("004", "93-103"),
        Source::Cited("goh2017", "the dynamics of momentum"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "momentum accelerates in consistent directions: from the second step on every step is longer than the one before \
                        and than gradient descent's, in the same direction",
            quantifier: "forms A, B and two-point; β = 1/2, 9/10, 99/100, gradients 1, -100, 3/7, 100 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| accelerates(subject, &FORMS),
        },
        Claim {
            id: "sum",
            as_stated: false,
            statement: "$(1 - β) sum_(i=0)^(t-1) β^i = 1 - β^t$",
            quantifier: "every β; t ≤ 50 term by term, and from every t to t + 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(geometric_sums(0)),
        },
        Claim {
            id: "gain",
            as_stated: false,
            statement: "the code's $t$-th step is $η g (1 - β^t)/(1 - β)$",
            quantifier: "forms A, B and two-point; β = 1/2, 9/10, 99/100, gradients 1, -100, 3/7, 100 steps",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| steps(subject, &FORMS, gain),
        },
        Claim {
            id: "average",
            as_stated: false,
            statement: "with $(1 - β) g$ in the place of $g$ the code's $t$-th step is $η g (1 - β^t)$, shorter than gradient descent's",
            quantifier: "form C; as gain",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| steps(subject, &[average], |_, power| Rational::ONE - power),
        },
    ],
    controls: &[
        Control {
            id: "gain-of-alternating-gradients",
            differs: "claims the gain (1 - (-β)^t)/(1 + β)",
            broken: Broken::Statement(|_, subject| {
                steps(subject, &FORMS, |beta, power| (Rational::ONE - power) / (Rational::ONE + beta))
            }),
        },
        Control {
            id: "gain-at-once",
            differs: "claims the limit 1/(1 - β) for every step",
            broken: Broken::Statement(|_, subject| steps(subject, &FORMS, |beta, _| Rational::ONE / (Rational::ONE - beta))),
        },
        Control {
            id: "a-step-later",
            differs: "claims (1 - β^(t + 1))/(1 - β)",
            broken: Broken::Statement(|_, subject| steps(subject, &FORMS, |beta, power| gain(beta, &(beta * power)))),
        },
        Control {
            id: "gain-larger-by-a-billionth",
            differs: "claims (1 + 10⁻⁹)(1 - β^t)/(1 - β)",
            broken: Broken::Statement(|_, subject| {
                steps(subject, &FORMS, |beta, power| gain(beta, power) * rational(1_000_000_001, 1_000_000_000))
            }),
        },
        Control {
            id: "average-accelerates",
            differs: "claims that form C accelerates as well",
            broken: Broken::Statement(|_, subject| accelerates(subject, &[average])),
        },
        Control {
            id: "unbalanced-sum",
            differs: "the sum's new term is 1 + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(geometric_sums(1))),
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "gain", subject: &HEAVIER_BALL },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "average", subject: &LONGER_STEP },
        },
        Control {
            id: "averaged",
            differs: "the code multiplies the gradient by 1 - β",
            broken: Broken::Subject {
                claim: "as-stated",
                subject: &Impostor { name: "average for sum", instead: |method| in_convention(method, Velocity::Average) },
            },
        },
    ],
    plots: &[growth],
};

/// A form of momentum, from β.
type Form = fn(&Rational) -> Algorithm;

fn average(beta: &Rational) -> Algorithm {
    with_velocity(beta, Velocity::Average)
}

/// The step over `ηg`, from β and `β^t`.
fn gain(beta: &Rational, power: &Rational) -> Rational {
    (Rational::ONE - power) / (Rational::ONE - beta)
}

/// The constant gradient: one in each coordinate.
fn gradient() -> Vec<Rational> {
    vec![Rational::ONE, Rational::from(-100), rational(3, 7)]
}

fn step_size() -> Rational {
    rational(1, 10)
}

fn run(subject: &dyn Subject, algorithm: Algorithm) -> Result<Vec<Vec<Rational>>, NotOffered> {
    displacements(subject, &Method::new(algorithm, step_size()), &vec![gradient(); 100])
}

/// Whether each step is `η g claimed(β, β^t)`.
fn steps(subject: &dyn Subject, forms: &[Form], claimed: fn(&Rational, &Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (form, (top, bottom)) in forms.iter().flat_map(|form| MOMENTA.map(|beta| (form, beta))) {
        let beta = rational(top, bottom);
        let mut power = Rational::ONE;
        for (before, step) in run(subject, form(&beta))?.iter().enumerate() {
            power *= &beta;
            for (gradient, step) in gradient().iter().zip(step) {
                let claimed = step_size() * gradient * claimed(&beta, &power);
                exact.holds("the step", *step == claimed, || {
                    let [step, claimed] = [step, &claimed].map(to_f64);
                    format!("{}, g = {gradient}, step {}: {step:e} against {claimed:e}", form(&beta), before + 1)
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// Whether steps grow, stay below the limit, and exceed those of gradient descent from the second on.
fn accelerates(subject: &dyn Subject, forms: &[Form]) -> Result<Evidence, NotOffered> {
    let plain = run(subject, Algorithm::GradientDescent)?;
    let mut exact = Exact::new();
    for (form, (top, bottom)) in forms.iter().flat_map(|form| MOMENTA.map(|beta| (form, beta))) {
        let beta = rational(top, bottom);
        let found = run(subject, form(&beta))?;
        for t in 1..found.len() {
            for place in 0..gradient().len() {
                let [before, now, plain] = [&found[t - 1][place], &found[t][place], &plain[t][place]];
                let found = || format!("{}, coordinate {place}, step {}: {:e}", form(&beta), t + 1, to_f64(now));
                let size = |x: &Rational| x.clone().magnitude();
                exact.holds("in the direction of gradient descent's step", now.clone().sign() == plain.clone().sign(), found);
                exact.holds("longer than gradient descent's step", size(now) > size(plain), found);
                exact.holds("longer than the step before", size(now) > size(before), found);
                exact.holds(
                    "at most 1/(1 - β) times gradient descent's",
                    size(now) * (Rational::ONE - &beta) <= size(plain),
                    found,
                );
            }
        }
    }
    Ok(exact.evidence())
}

fn growth(_: &Lab) -> Plot {
    let beta = rational(9, 10);
    let theory = |claimed: fn(f64) -> f64| (1..=60).map(move |t| [f64::from(t), claimed(libm::pow(0.9, f64::from(t)))]);
    let measured = |algorithm| {
        let found = run(&Reference, algorithm).unwrap_or_default();
        let point = |(t, step): (f64, Vec<Rational>)| [t, to_f64(&(&step[0] / step_size()))];
        (1..).map(f64::from).zip(found).take(60).step_by(3).map(point).collect::<Vec<_>>()
    };
    Plot {
        id: "growth".into(),
        title: "Step over ηg at a constant gradient, β = 0.9".into(),
        x: "step t".into(),
        y: "step / (η g)".into(),
        series: vec![
            Series::theory("(1 - β^t) / (1 - β)", theory(|power| (1.0 - power) / 0.1)),
            Series::theory("1 - β^t", theory(|power| 1.0 - power)),
            Series::measured("A", measured(FORMS[0](&beta))),
            Series::measured("gradient descent", measured(Algorithm::GradientDescent)),
            Series::measured("C: (1 - β) g", measured(average(&beta))),
        ],
        ..Plot::default()
    }
}
