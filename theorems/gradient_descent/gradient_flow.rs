//! # Gradient descent is Euler's method for the gradient flow: its error is of first order
//!
//! **Setting.** `x' = -∇f(x)` on `½λx²` over the time `τ`: `x(τ) = e^(-λτ)`. Gradient descent with `η = h = τ/k`: `x_k = (1 - hλ)^k`.
//!
//! **Statement.** (1) `0 ≤ e^(-λτ) - x_k ≤ (τλ²h/2) e^(-λτ) / (1 - hλ)` for `hλ < 1`, and the ratio of the first two tends to 1: halving h
//! halves the error. (2) `(f(x_(k+1)) - f(x_k))/h = -f'(x_k)² (1 - hλ/2)`: the flow's loss of energy, less a term of order h. (3) Beyond
//! `h = 2/λ` gradient descent does not follow the flow.
//!
//! **Why.** `ln(1 - y) = -y - y²/2 - ...`, and the terms from the third on are below `y³/(3(1 - y))`; `z - z²/2 ≤ 1 - e^(-z) ≤ z`.
//!
//! **How it could fail.** The code runs exactly and is held against enclosures of `e^(-λτ)`; energies are compared as polynomials.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, rational, to_f64};
use crate::optimizers::{Algorithm, HeavyBall, Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gradient-flow",
    title: "Gradient descent follows the gradient flow with an error of first order in the step size",
    topic: "gradient-descent",
    record: Some("gradient-flow"),
    statement: "On $½ λ x^2$ over a time $τ = k h$ gradient descent, $(1 - h λ)^k$, stays below the flow $x' = -∇f(x)$, $e^(-λ τ)$, by \
                $frac(τ λ^2 h, 2) e^(-λ τ)$ up to terms of higher order in $h$; the flow is its limit for small steps.",
    hypotheses: &["a quadratic", "a constant step size $h$ with $h λ < 1$, a fixed time $τ$"],
    sources: &[
        Source::Note("000", "509-511"),
        Source::Cited("hairer1993", "Euler's method"),
        Source::Cited("su2016", "gradient flow"),
    ],
    claims: &[
        Claim {
            id: "limit",
            as_stated: true,
            statement: "$θ(t) = θ_0 + ∫_0^t v(s) d s$ with $v = -∇f(θ)$ is the limit of the code for small steps: \
                        $0 ≤ e^(-λ τ) - x_k ≤ frac(τ λ^2 h, 2) dot frac(e^(-λ τ), 1 - h λ)$",
            quantifier: "λτ = 1/2, 1, 2 and 3, h = τ/2ʲ, j = 2 ... 8, the code exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| limit(subject, Rational::ONE),
        },
        Claim {
            id: "first-order",
            as_stated: false,
            statement: "halving the step halves the error, to 2%: it is of first order in $h$",
            quantifier: "λτ = 1/2, 1, 2 and 3, h = τ/2⁷ and τ/2⁸, the code exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| halving(subject, Rational::from(2)),
        },
        Claim {
            id: "energy",
            as_stated: false,
            statement: "$(f(x^+) - f(x))/h = -f'(x)^2 (1 - h λ/2)$: the flow's $-|∇f|^2$ in the limit",
            quantifier: "all real x, λ and h",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(energy(0)),
        },
        Claim {
            id: "large-steps",
            as_stated: false,
            statement: "gradient descent follows the flow whatever the step: $|x_k - x(k h)| ≤ |x_0|$",
            quantifier: "h = 5/(2λ), λ = 1, eight steps of the code",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| follows(subject, rational(5, 2)),
        },
        Claim {
            id: "steps-below-two",
            as_stated: false,
            statement: "for $h λ ≤ 1$ the distance between code and flow is at most $frac(h λ, 2)$ at all times",
            quantifier: "hλ = 1/16, 1/8, 1/4, 1/2 and 1, λ = 1, 60 steps of the code each",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| stays_close(subject, rational(1, 2)),
        },
    ],
    controls: &[
        Control {
            id: "second-order",
            differs: "claims that halving the step quarters the error",
            broken: Broken::Statement(|_, subject| halving(subject, Rational::from(4))),
        },
        Control {
            id: "order-slightly-above-one",
            differs: "claims that halving the step divides the error by 2.1",
            broken: Broken::Statement(|_, subject| halving(subject, rational(21, 10))),
        },
        Control {
            id: "error-less-a-hundredth",
            differs: "claims 0.99 of the bound of the error",
            broken: Broken::Statement(|_, subject| limit(subject, rational(99, 100))),
        },
        Control {
            id: "large-step-follows",
            differs: "claims that the code follows the flow at hλ = 2.1",
            broken: Broken::Statement(|_, subject| follows(subject, rational(21, 10))),
        },
        Control {
            id: "close-with-a-fifth",
            differs: "claims the distance hλ/5 at all times",
            broken: Broken::Statement(|_, subject| stays_close(subject, rational(1, 5))),
        },
        Control {
            id: "energy-a-billionth-off",
            differs: "claims -f'(x)² (1 + 10⁻⁹ - hλ/2)",
            broken: Broken::Statement(|_, _| Ok(energy(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "limit", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum",
            differs: "the code is the heavy ball with β = 1/10 at the same step size, which follows the flow 10/9 as fast",
            broken: Broken::Subject {
                claim: "first-order",
                subject: &Impostor {
                    name: "heavy ball",
                    instead: |method| Method {
                        algorithm: Algorithm::HeavyBall(HeavyBall { momentum: rational(1, 10) }),
                        ..method.clone()
                    },
                },
            },
        },
    ],
    plots: &[error_against_step],
};

/// The code's iterates on `½x²` from 1.
fn path(subject: &dyn Subject, eta: &Rational, steps: usize) -> Result<Vec<Rational>, NotOffered> {
    let quadratic = Quadratic { spectrum: vec![Rational::ONE] };
    let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
    let iterates = trajectory(&mut *optimizer, vec![Rational::ONE], |x| quadratic.gradient(x), steps);
    Ok(iterates.into_iter().map(|mut x| x.remove(0)).collect())
}

fn flow(time: &Rational) -> Interval {
    (-Interval::of(time)).apply(Function::Exponential)
}

/// The times `τ`, in units of `1/λ`.
fn times() -> [Rational; 4] {
    [rational(1, 2), Rational::ONE, Rational::from(2), Rational::from(3)]
}

/// `e^(-τ) - x_k` with `h = τ/2^j`.
fn error(subject: &dyn Subject, time: &Rational, halvings: u32) -> Result<(Rational, Rational, Interval), NotOffered> {
    let steps = 1usize << halvings;
    let step = time / Rational::from(steps);
    let last = path(subject, &step, steps)?.remove(steps);
    let error = flow(time) - Interval::of(&last);
    Ok((step, last, error))
}

/// `times_bound` multiplies the bound of the error.
fn limit(subject: &dyn Subject, times_bound: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for time in times() {
        for halvings in 2..=8 {
            let (step, last, error) = error(subject, &time, halvings)?;
            let found = || format!("λτ = {time}, hλ = {step}: {error:?}");
            let power = (Rational::ONE - &step).pow(1 << halvings);
            exact.holds("x_k = (1 - hλ)^k", last == power, found);
            exact.decided("the flow is above", error.above(0.0), found);
            let one = Rational::ONE;
            let leading = &time * &step / Rational::from(2);
            // z = -k ln(1 - y) - τ ≤ (τh/2)/(1 - y), and at least τh/2; the error is e^(-τ) (1 - e^(-z)).
            let most = &leading / (&one - &step);
            let least = &leading - &most * &most / Rational::from(2);
            let bound = flow(&time) * Interval::of(&(&most * &times_bound));
            exact.decided("error ≤ (τλ²h/2) e^(-λτ)/(1 - hλ)", (bound - error).above(0.0), found);
            let below = flow(&time) * Interval::of(&least);
            exact.decided("error ≥ its leading term, less its square", (error - below).above(0.0), found);
        }
    }
    Ok(exact.evidence())
}

fn halving(subject: &dyn Subject, claimed: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for time in times() {
        let [(.., coarse), (.., fine)] = [error(subject, &time, 7)?, error(subject, &time, 8)?];
        let ratio = coarse / fine / Interval::of(&claimed) - Interval::point(1.0);
        exact.decided("ratio of errors within 2%", ratio.smaller_than(0.02), || format!("λτ = {time}: {coarse:?} and {fine:?}"));
    }
    Ok(exact.evidence())
}

/// `error` billionths are added to the 1 of the loss of energy.
fn energy(error: i64) -> Evidence {
    let [h, lambda, x] = Polynomial::variables();
    let constant = |value: Rational| h.constant(&value);
    let slope = &lambda * &x;
    let next = &x - &h * &slope;
    let doubled = |x: &Polynomial| &lambda * &x.squared();
    let share = constant(Rational::from(2) + rational(2 * error, 1_000_000_000)) - &h * &lambda;
    let mut exact = Exact::new();
    exact.identity("2(f(x⁺) - f(x)) = -h f'(x)² (2 - hλ)", doubled(&next) - doubled(&x), -(&h * &slope.squared() * share));
    exact.evidence()
}

fn follows(subject: &dyn Subject, step: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (k, x) in path(subject, &step, 8)?.iter().enumerate() {
        let apart = (Interval::of(x) - flow(&(&step * Rational::from(k)))).magnitude();
        exact.decided("|x_k - x(kh)| ≤ |x_0|", apart.above(1.0).map(|beyond| !beyond), || {
            format!("hλ = {step}, k = {k}: {apart:?}")
        });
    }
    Ok(exact.evidence())
}

/// `share` is the claimed distance over hλ.
fn stays_close(subject: &dyn Subject, share: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for halvings in 0..=4u32 {
        let step = rational(1, 1 << halvings);
        for (k, x) in path(subject, &step, 60)?.iter().enumerate() {
            let apart = (flow(&(&step * Rational::from(k))) - Interval::of(x)).magnitude();
            let room = Interval::of(&(&step * &share)) - apart;
            exact.decided("|x_k - x(kh)| ≤ hλ/2", room.above(0.0), || format!("hλ = {step}, k = {k}: {apart:?}"));
        }
    }
    Ok(exact.evidence())
}

fn error_against_step(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for time in [rational(1, 2), Rational::from(2)] {
        let tau = to_f64(&time);
        let leading = (2..=8).map(|j| tau / f64::from(1 << j)).map(|h| [h, tau * h / 2.0 * libm::exp(-tau)]);
        series.push(Series::theory(&format!("(τλ²h/2) e^(-λτ), λτ = {tau}"), leading));
        let measured = (2..=8).filter_map(|j| {
            let (step, _, error) = error(&Reference, &time, j).ok()?;
            Some([to_f64(&step), error.lo])
        });
        series.push(Series::measured(&format!("the code, λτ = {tau}"), measured));
    }
    Plot {
        id: "error".into(),
        title: "Distance of gradient descent from the gradient flow on ½λx²: slope 1".into(),
        x: "hλ".into(),
        y: "e^(-λτ) - (1 - hλ)^k".into(),
        log_x: true,
        log_y: true,
        series,
    }
}
