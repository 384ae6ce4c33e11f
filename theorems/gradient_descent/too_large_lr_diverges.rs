//! # A step size beyond 2/L does not make gradient descent diverge
//!
//! **Setting.** `x⁺ = x - η f'(x)` with `f = ln cosh`, `L = 1`, `η > 2`; and with `f = ½λx²`.
//!
//! **Statement.** (1) On `ln cosh` nothing diverges: `[-η, η]` is mapped into itself. There is one cycle `±x̂` of two with `η tanh x̂ = 2x̂`
//! and it attracts: its multiplier `(1 - η sech² x̂)²` is below 1. (2) On `½λx²` with `ηλ > 2` every start but 0 diverges.
//!
//! **Why.** `|η tanh x| < η`. `2x - η tanh x` is convex for `x > 0`, so it has one zero there, where `η sech² x̂ = 4x̂ / sinh 2x̂`, between 0
//! and 2. The slope of a parabola has no bound.
//!
//! **How it could fail.** The zeros of `x + x⁺`, evaluated by the subject's code in intervals, are isolated by interval Newton steps, for
//! single step sizes and for all of them between 2.01 and 100 at once; the code runs 10⁵ steps.

use crate::certify::{Zeros, newton, throughout, zeros};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Method, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{LogCosh, Problem, Quadratic, TwiceDifferentiable};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "too-large-lr-diverges",
    title: "A step size beyond 2/L does not make gradient descent diverge: ln cosh has a cycle that attracts",
    topic: "gradient-descent",
    record: Some("too-large-lr-diverges"),
    statement: "On $½ λ x^2$ gradient descent with $η λ > 2$ diverges from every start but the minimiser. On $ln cosh x$, whose smoothness \
                is $L = 1$, it stays in $[-η, η]$ for $η > 2$ and has a cycle $±hat(x)$ with $η tanh hat(x) = 2 hat(x)$ that attracts: \
                $(1 - η op(\"sech\")^2 hat(x))^2 < 1$.",
    hypotheses: &["exact gradients, a constant step size", "$η L > 2$"],
    sources: &[
        Source::Note("001", "114"),
        Source::Note("002", "53-56"),
        Source::Note("002", "257-258"),
        Source::Note("004", "45"),
        Source::Cited("ahn2022", "unstable convergence"),
        Source::Cited("moore2009", "interval Newton method"),
    ],
    claims: &[
        Claim {
            id: "diverges",
            as_stated: true,
            statement: "a step size beyond $2/L$ makes gradient descent diverge: it maps no bounded interval into itself",
            quantifier: "ln cosh, L = 1, η = 5/2: the code maps [-5/2, 5/2] into itself",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, subject| escapes(subject, &LogCosh, rational(5, 2)),
        },
        Claim {
            id: "trapped",
            as_stated: false,
            statement: "on $ln cosh$ gradient descent maps $[-η, η]$ into itself",
            quantifier: "all real η from 2.5 to 10 and all x in [-η, η], the code in intervals that cover them",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| stays(subject, &LogCosh, Interval { lo: 2.5, hi: 10.0 }),
        },
        Claim {
            id: "cycle",
            as_stated: false,
            statement: "the code has exactly one cycle of two $±hat(x)$, where $η tanh hat(x) = 2 hat(x)$ to 12 digits, with a multiplier \
                        in $(0, 1)$; $hat(x) = 0.888014729...$ for $η = 5/2$",
            quantifier: "η = 5/2, 4 and 10; all x > 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| cycles(subject, Rational::ONE),
        },
        Claim {
            id: "every-cycle-attracts",
            as_stated: false,
            statement: "the code has a cycle $±hat(x)$ with $0 < η op(\"sech\")^2 hat(x) < 2$, so that its multiplier is below 1",
            quantifier: "all real η from 2.01 to 100",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| range(subject, 2.0),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "for $10^5$ steps the code stays within $max(|x_0|, η)$, and it ends on the cycle, with alternating signs",
            quantifier: "η = 5/2, 4 and 10, four starts each, in double precision; the end to within its roundings",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| runs(subject),
        },
        Claim {
            id: "quadratics",
            as_stated: false,
            statement: "on $½ λ x^2$ with $η λ > 2$, $|x_(t+1)| = (η λ - 1) |x_t| > |x_t|$",
            quantifier: "the factor: all λ, η and x; the code: ηλ = 2 + 2⁻ᵏ, k = 0 ... 20, ten steps each",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| quadratics(subject, 0),
        },
    ],
    controls: &[
        Control {
            id: "log-cosh-diverges",
            differs: "claims that no interval is mapped into itself at η = 4",
            broken: Broken::Statement(|_, subject| escapes(subject, &LogCosh, Rational::from(4))),
        },
        Control {
            id: "quadratic-stays-bounded",
            differs: "claims that [-η, η] is mapped into itself on ½x² with η = 2.5",
            broken: Broken::Statement(|_, subject| {
                stays(subject, &Quadratic { spectrum: vec![Interval::point(1.0)] }, Interval::point(2.5))
            }),
        },
        Control {
            id: "cycle-of-another-step",
            differs: "claims the cycle of η (1 + 10⁻¹¹)",
            broken: Broken::Statement(|_, subject| cycles(subject, Rational::ONE + rational(1, 100_000_000_000))),
        },
        Control {
            id: "attracts-too-well",
            differs: "claims η sech² x̂ < 1.975 down to η = 2.01, where it is 1.98",
            broken: Broken::Statement(|_, subject| range(subject, 1.975)),
        },
        Control {
            id: "quadratics-grow-faster",
            differs: "claims the factor ηλ - 1 + 10⁻⁹",
            broken: Broken::Statement(|_, subject| quadratics(subject, 1)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "cycle", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth-in-runs",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &SHORTER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth-on-quadratics",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "quadratics", subject: &SHORTER_STEP },
        },
    ],
    plots: &[bifurcation, multiplier],
};

/// One step of the code from an interval of points, with the method's own step size.
fn step(subject: &dyn Subject, eta: &Rational, problem: &dyn Problem<Interval>, x: Interval) -> Result<Interval, NotOffered> {
    let mut x = vec![x];
    advance(&mut *subject.enclosure(&Method::gradient_descent(eta.clone()))?, &mut x, |x| problem.gradient(x));
    Ok(x[0])
}

/// One step with all step sizes of an interval; the whole line where the subject has no intervals, which proves nothing.
fn step_over(subject: &dyn Subject, eta: Interval, problem: &dyn Problem<Interval>, x: Interval) -> Interval {
    let Ok(mut optimizer) = subject.enclosure(&Method::gradient_descent(Rational::ONE)) else { return Interval::WHOLE };
    optimizer.set_step_size(eta);
    let mut x = vec![x];
    advance(&mut *optimizer, &mut x, |x| problem.gradient(x));
    x[0]
}

/// Whether the code maps `[-η, η]` into itself for all η of an interval: the points are `ηy` with `|y| ≤ 1`.
fn invariant(subject: &dyn Subject, problem: &dyn Problem<Interval>, etas: Interval) -> Option<bool> {
    let unit = Interval { lo: -1.0, hi: 1.0 };
    let on = |eta: Interval| throughout(&|y| step_over(subject, eta, problem, eta * y).smaller_than(eta.lo), unit, 7);
    throughout(&on, etas, 4)
}

fn stays(subject: &dyn Subject, problem: &dyn Problem<Interval>, etas: Interval) -> Result<Evidence, NotOffered> {
    subject.enclosure(&Method::gradient_descent(Rational::ONE))?;
    let mut exact = Exact::new();
    let inside = invariant(subject, problem, etas);
    exact.decided("[-η, η] is mapped into itself", inside, || format!("η between {} and {}", etas.lo, etas.hi));
    Ok(exact.evidence())
}

/// Refuted by an interval that the code maps into itself; one that it does not map so proves nothing.
fn escapes(subject: &dyn Subject, problem: &dyn Problem<Interval>, eta: Rational) -> Result<Evidence, NotOffered> {
    subject.enclosure(&Method::gradient_descent(eta.clone()))?;
    let mut exact = Exact::new();
    let trapped = invariant(subject, problem, Interval::of(&eta)) == Some(true);
    exact.decided("no bounded interval is mapped into itself", trapped.then_some(false), || {
        format!("L = 1, η = {eta}: the code maps [-{eta}, {eta}] into itself")
    });
    Ok(exact.evidence())
}

fn curvature(x: Interval) -> Interval {
    LogCosh.hessian_product(&[x], &[Interval::point(1.0)])[0]
}

/// The cycles of the code at single step sizes; `factor` multiplies the step size that the cycle is claimed to belong to.
fn cycles(subject: &dyn Subject, factor: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for eta in [rational(5, 2), Rational::from(4), Rational::from(10)] {
        step(subject, &eta, &LogCosh, Interval::point(1.0))?;
        let size = Interval::of(&eta);
        // The points x, y of any cycle of two satisfy tanh x + tanh y = 0 (add the two steps), so that y = -x.
        let value = |x| x + step(subject, &eta, &LogCosh, x).unwrap_or(Interval::WHOLE);
        let slope = |x| Interval::point(2.0) - size * curvature(x);
        // Near 0 the slope is negative, so that 0 is the only zero there; beyond η/2 there is none because of |tanh| < 1.
        let near = Interval { lo: 0.0, hi: 0.25 };
        let lonely = throughout(&|x| (-slope(x)).above(0.0), near, 10);
        exact.decided("no other zero near 0", lonely, || format!("η = {eta}"));
        let found = zeros(&value, &slope, Interval { lo: near.hi, hi: size.hi }, 30);
        let count = found.as_ref().map(|zeros| zeros.len() == 1);
        exact.decided("one cycle", count, || format!("η = {eta}: {found:?}"));
        let Some([cycle]) = found.as_deref() else { continue };
        let belongs = *cycle * Interval::point(2.0) / cycle.apply(Function::Tanh) / Interval::of(&(&eta * &factor));
        let close = (belongs - Interval::point(1.0)).smaller_than(1e-12);
        exact.decided("2x̂ = η tanh x̂", close, || format!("η = {eta}: x̂ in {cycle:?}, 2x̂/(η tanh x̂) in {belongs:?}"));
        let multiplier = Interval::point(1.0) - size * curvature(*cycle);
        exact.decided("multiplier below 1", multiplier.smaller_than(1.0), || format!("η = {eta}: ±{multiplier:?}"));
        exact.decided("multiplier not 0", multiplier.magnitude().above(0.0), || format!("η = {eta}: ±{multiplier:?}"));
        if eta == rational(5, 2) {
            let digits = Interval::of(&rational(888_014_729, 1_000_000_000)) - *cycle;
            exact.decided("x̂ = 0.888014729...", (digits + Interval::point(5e-10)).smaller_than(5e-10), || format!("{cycle:?}"));
        }
    }
    Ok(exact.evidence())
}

/// Existence and attraction for all step sizes of a small interval at once; `Some` only if everything is decided.
fn attracts(subject: &dyn Subject, eta: Interval, limit: f64) -> Option<bool> {
    let value = |x| x + step_over(subject, eta, &LogCosh, x);
    let slope = |x| Interval::point(2.0) - eta * curvature(x);
    // A guess by Newton's method in floats, from the right, where `2x - η tanh x` is convex: it only chooses the interval.
    let middle = eta.lo + (eta.hi - eta.lo) / 2.0;
    let slope_at = |x: f64| 2.0 - middle * (1.0 - libm::tanh(x) * libm::tanh(x));
    let guess = (0..60).fold(middle / 2.0, |x, _| x - (2.0 * x - middle * libm::tanh(x)) / slope_at(x));
    let reach = (eta.hi - eta.lo) * libm::tanh(guess) / slope_at(guess) + 1e-12;
    let within = Interval { lo: guess - reach, hi: guess + reach };
    if reach.is_nan() || reach >= guess / 2.0 {
        return None;
    }
    let Zeros::One(cycle) = newton(&value, &slope, within) else { return None };
    let scaled = eta * curvature(cycle);
    if scaled.lo > 0.0 && scaled.hi < limit { Some(true) } else { (scaled.lo >= limit).then_some(false) }
}

fn range(subject: &dyn Subject, limit: f64) -> Result<Evidence, NotOffered> {
    subject.enclosure(&Method::gradient_descent(Rational::ONE))?;
    let mut exact = Exact::new();
    // Pieces that grow with the distance from 2, where the cycle is born.
    let mut lo = 2.01f64.next_down();
    while lo < 100.0 {
        let piece = Interval { lo, hi: (2.0 + 1.25 * (lo - 2.0)).min(100.0) };
        let found = throughout(&|eta| attracts(subject, eta, limit), piece, 5);
        exact.decided("a cycle with 0 < η sech² x̂ < 2", found, || {
            format!("an η between {lo} and {}: not below {limit}", piece.hi)
        });
        lo = piece.hi;
    }
    Ok(exact.evidence())
}

/// Near the cycle a step in floats errs by `e ≤ 6uη` (`tanh` within two units, a product, a difference) and contracts by `c`, so that the
/// run ends within `e/(1 - c)` of the cycle.
fn runs(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    const ROUNDING: f64 = 8.0 / (1u64 << 53) as f64;
    let mut exact = Exact::new();
    for eta in [rational(5, 2), Rational::from(4), Rational::from(10)] {
        let size = Interval::of(&eta);
        let value = |x: Interval| x * Interval::point(2.0) - size * x.apply(Function::Tanh);
        let slope = |x| Interval::point(2.0) - size * curvature(x);
        let cycle = zeros(&value, &slope, Interval { lo: 0.25, hi: size.hi }, 30).and_then(|found| found.first().copied());
        exact.decided("the cycle is isolated", cycle.map(|_| true), || format!("η = {eta}"));
        let Some(cycle) = cycle else { continue };
        let around = cycle + Interval { lo: -1e-6, hi: 1e-6 };
        let room = Interval::point(1.0) - (Interval::point(1.0) - size * curvature(around)).magnitude();
        let bound = (Interval::point(ROUNDING) * size / room).hi;
        let starts = vec![0.125, 1.0, size.hi, 37.0];
        let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
        let mut x = starts.clone();
        let mut bounded = true;
        for _ in 0..100_000 {
            advance(&mut *optimizer, &mut x, |x| LogCosh.gradient(x));
            bounded &= x.iter().zip(&starts).all(|(x, start)| x.abs() <= start.max(size.hi));
        }
        exact.holds("|x_t| ≤ max(|x_0|, η)", bounded, || format!("η = {eta}: ends at {x:?}"));
        let last = x.clone();
        advance(&mut *optimizer, &mut x, |x| LogCosh.gradient(x));
        for (x, last) in x.iter().zip(last) {
            exact.holds("signs alternate", x * last < 0.0, || format!("η = {eta}: {last} and {x}"));
            let distance = Interval::point(last).magnitude() - cycle;
            let close = (distance.magnitude() - Interval::point(bound)).above(0.0).map(|beyond| !beyond);
            exact.decided("ends on the cycle", close, || format!("η = {eta}: {last}, x̂ in {cycle:?}, within {bound:e}"));
        }
    }
    Ok(exact.evidence())
}

/// `error` billionths are added to the factor that is claimed of the code.
fn quadratics(subject: &dyn Subject, error: i64) -> Result<Evidence, NotOffered> {
    let [eta, lambda, x] = Polynomial::variables();
    let mut exact = Exact::new();
    let (product, next) = (&eta * &lambda, &x - &eta * &lambda * &x);
    exact.identity("x⁺² - x² = ηλ(ηλ - 2) x²", next.squared() - x.squared(), &product * (&product - eta.int(2)) * x.squared());
    exact.identity("x⁺ = -(ηλ - 1) x", next, -(&product - eta.int(1)) * &x);
    let lambda = rational(3, 7);
    let quadratic = Quadratic { spectrum: vec![lambda.clone()] };
    for k in 0..=20 {
        let product = Rational::from(2) + rational(1, 1 << k);
        let mut optimizer = subject.exact(&Method::gradient_descent(&product / &lambda))?;
        let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| quadratic.gradient(x), 10);
        let factor = &product - Rational::ONE + rational(error, 1_000_000_000);
        for pair in path.windows(2) {
            exact.equal("x_(t+1)² = (ηλ - 1)² x_t²", &square(&pair[1][0]), &square(&(&factor * &pair[0][0])), || {
                format!("ηλ = {product}")
            });
        }
    }
    Ok(exact.evidence())
}

/// Cycles by their size: `η = 2x̂ / tanh x̂`.
fn branch() -> impl Iterator<Item = (f64, f64)> {
    (1..=250).map(|k| f64::from(k) / 50.0).map(|x| (x, 2.0 * x / libm::tanh(x))).filter(|(_, eta)| *eta <= 10.0)
}

fn bifurcation(_: &Lab) -> Plot {
    let ended = |eta: Rational| {
        let mut optimizer = Reference.double(&Method::gradient_descent(eta.clone())).ok()?;
        let mut x = vec![0.5];
        for _ in 0..5000 {
            advance(&mut *optimizer, &mut x, |x| LogCosh.gradient(x));
        }
        Some([to_f64(&eta), x[0].abs()])
    };
    Plot {
        id: "bifurcation".into(),
        title: "Where gradient descent on ln cosh ends: the minimiser up to η = 2/L, then a cycle".into(),
        x: "step size η".into(),
        y: "|x| in the end".into(),
        series: vec![
            Series::theory(
                "0, or the cycle η tanh x̂ = 2x̂",
                [[0.0, 0.0], [2.0, 0.0]].into_iter().chain(branch().map(|(x, eta)| [eta, x])),
            ),
            Series::measured("the code after 5000 steps", (1..=40).map(|k| rational(k, 4)).filter_map(ended)),
        ],
        ..Plot::default()
    }
}

/// The multiplier as the code has it: how far two steps take apart two points beside the cycle.
fn multiplier(_: &Lab) -> Plot {
    let apart = |(x, eta): (f64, f64)| {
        let width = 1e-4;
        let mut optimizer = Reference.double(&Method::gradient_descent(Rational::try_from(eta).ok()?)).ok()?;
        let ends = trajectory(&mut *optimizer, vec![x - width, x + width], |x| LogCosh.gradient(x), 2);
        Some([eta, (ends[2][1] - ends[2][0]) / (2.0 * width)])
    };
    Plot {
        id: "multiplier".into(),
        title: "How two steps contract towards the cycle of ln cosh: below 1 for every η > 2".into(),
        x: "step size η".into(),
        y: "multiplier".into(),
        series: vec![
            Series::theory(
                "(1 - 4x̂ / sinh 2x̂)²",
                branch().map(|(x, eta)| {
                    let factor = 1.0 - 4.0 * x / libm::sinh(2.0 * x);
                    [eta, factor * factor]
                }),
            ),
            Series::measured("the code", branch().step_by(8).filter_map(apart)),
        ],
        ..Plot::default()
    }
}
