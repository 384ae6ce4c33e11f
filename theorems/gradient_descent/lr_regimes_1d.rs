//! # The regimes of the step size in one dimension
//!
//! **Setting.** `x⁺ = x - η λ x` on `½λx²`, `x_0 ≠ 0`, `h = ηλ > 0`.
//!
//! **Statement.** `h < 1`: x keeps its sign and shrinks. `h = 1`: one step suffices. `1 < h < 2`: every step overshoots, and the size shrinks.
//! `h = 2`: a cycle of two. `h > 2`: every step overshoots, and the size grows.
//!
//! **Why.** `x x⁺ = (1 - h) x²` and `x² - x⁺² = h (2 - h) x²`.
//!
//! **How it could fail.** The two identities are compared as polynomials; the code's exact runs are classified by what their signs and
//! sizes do, on both sides of each boundary.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational, to_f64};
use crate::optimizers::{Method, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, SHORTER_STEP};
use crate::verdict::Verdict;
use std::cmp::Ordering;

pub static THEOREM: Theorem = Theorem {
    id: "lr-regimes-1d",
    title: "The regimes of the step size in one dimension: monotone, one step, overshooting, cycle, divergence",
    topic: "gradient-descent",
    record: Some("lr-regimes-1d"),
    statement: "On $½ λ x^2$ gradient descent shrinks $x$ without a change of sign for $η λ < 1$, ends in one step for $η λ = 1$, overshoots \
                with alternating signs and converges for $1 < η λ < 2$, has a cycle of two for $η λ = 2$, and diverges beyond.",
    hypotheses: &["$f = ½ λ x^2$, $λ > 0$, $x_0 ≠ 0$", "a constant step size $η > 0$"],
    sources: &[Source::Note("002", "46-61"), Source::Cited("polyak1987", "section 1.4.2")],
    claims: &[
        Claim {
            id: "identities",
            as_stated: true,
            statement: "$x_t x_(t+1) = (1 - η λ) x_t^2$ and $x_t^2 - x_(t+1)^2 = η λ (2 - η λ) x_t^2$: too small a step is slow, too large a \
                        one overshoots, oscillates and diverges",
            quantifier: "all real x, η and λ",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identities(1, Rational::from(2))),
        },
        Claim {
            id: "runs",
            as_stated: true,
            statement: "signs and sizes of the code's iterates are those of the regime of $η λ$",
            quantifier: "16 rational ηλ from 1/8 to 5, three λ, two starts, eight steps each, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| runs(subject, [Rational::ONE, Rational::from(2)]),
        },
        Claim {
            id: "steady-loss",
            as_stated: true,
            statement: "the loss decreases in each step of the code exactly if $0 < η λ < 2$",
            quantifier: "16 rational ηλ from 1/8 to 5, three λ, two starts, eight steps each, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| losses(subject, Rational::from(2)),
        },
    ],
    controls: &[
        Control {
            id: "divergence-later",
            differs: "claims that divergence begins beyond 2 + 2⁻¹⁰",
            broken: Broken::Statement(|_, subject| runs(subject, [Rational::ONE, Rational::from(2) + rational(1, 1024)])),
        },
        Control {
            id: "overshooting-later",
            differs: "claims that overshooting begins beyond 1 + 2⁻¹⁰",
            broken: Broken::Statement(|_, subject| runs(subject, [Rational::ONE + rational(1, 1024), Rational::from(2)])),
        },
        Control {
            id: "identity-a-billionth-beyond",
            differs: "claims x² - x⁺² = h (2 + 10⁻⁹ - h) x²",
            broken: Broken::Statement(|_, _| Ok(identities(1, Rational::from(2) + rational(1, 1_000_000_000)))),
        },
        Control {
            id: "identity-of-signs",
            differs: "claims x x⁺ = (2 - h) x²",
            broken: Broken::Statement(|_, _| Ok(identities(2, Rational::from(2)))),
        },
        Control {
            id: "losses-later",
            differs: "claims that the loss decreases up to 2 + 2⁻¹⁰",
            broken: Broken::Statement(|_, subject| losses(subject, Rational::from(2) + rational(1, 1024))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &LONGER_STEP },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "steady-loss", subject: &SHORTER_STEP },
        },
    ],
    plots: &[runs_of_five],
};

/// `one` and `two` are the boundaries claimed.
fn identities(one: i64, two: Rational) -> Evidence {
    let [eta, lambda, x] = Polynomial::variables();
    let scaled = &eta * &lambda;
    let next = &x - &scaled * &x;
    let mut exact = Exact::new();
    exact.identity("x x⁺ = (1 - h) x²", &x * &next, (x.int(one) - &scaled) * x.squared());
    exact.identity("x² - x⁺² = h(2 - h) x²", x.squared() - next.squared(), &scaled * &(x.constant(&two) - &scaled) * x.squared());
    exact.evidence()
}

/// What signs do (kept, zero, alternating: -1 for a change) and what sizes do from each iterate to the next.
#[derive(Debug, PartialEq)]
struct Regime {
    sign: Ordering,
    size: Ordering,
}

/// The regime of `h` for the boundaries `one` and `two`.
fn claimed(scaled: &Rational, [one, two]: &[Rational; 2]) -> Regime {
    Regime { sign: one.cmp(scaled), size: scaled.cmp(two) }
}

/// The regime that every step of a run shows, up to where it is zero; `None` if steps differ.
fn observed(path: &[Vec<Rational>]) -> Option<Regime> {
    let mut regimes = path.windows(2).filter(|pair| !pair[0][0].is_zero()).map(|pair| {
        let (x, next) = (&pair[0][0], &pair[1][0]);
        Regime { sign: (x * next).cmp(&Rational::ZERO), size: next.clone().magnitude().cmp(&x.clone().magnitude()) }
    });
    let first = regimes.next()?;
    regimes.all(|regime| regime == first).then_some(first)
}

/// Both sides of the boundaries and the boundaries.
fn scaled_steps() -> Vec<Rational> {
    let fine = |whole: i64, k: i64| Rational::from(whole) + rational(k, 2048);
    let plain = [(1, 8), (1, 2), (7, 8), (9, 8), (3, 2), (7, 4), (9, 4), (5, 2), (3, 1), (5, 1)].map(|(a, b)| rational(a, b));
    let edges = [1, 2].into_iter().flat_map(|whole| [-1, 0, 1].map(|k| fine(whole, k)));
    plain.into_iter().chain(edges).collect()
}

/// `ηλ`, a description, the iterates.
type Path = (Rational, String, Vec<Vec<Rational>>);

/// The code's runs of eight steps.
fn paths(subject: &dyn Subject) -> Result<Vec<Path>, NotOffered> {
    let mut paths = Vec::new();
    for scaled in scaled_steps() {
        for (lambda, start) in [1, 3, 100].into_iter().flat_map(|lambda| [(lambda, -2), (lambda, 3)]) {
            let quadratic = Quadratic { spectrum: vec![Rational::from(lambda)] };
            let mut optimizer = subject.exact(&Method::gradient_descent(&scaled / Rational::from(lambda)))?;
            let path = trajectory(&mut *optimizer, vec![Rational::from(start)], |x| quadratic.gradient(x), 8);
            paths.push((scaled.clone(), format!("ηλ = {scaled}, λ = {lambda}, x_0 = {start}"), path));
        }
    }
    Ok(paths)
}

fn runs(subject: &dyn Subject, boundaries: [Rational; 2]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (scaled, input, path) in paths(subject)? {
        let (expected, found) = (claimed(&scaled, &boundaries), observed(&path));
        exact.holds("the regime is that of ηλ", found.as_ref() == Some(&expected), || {
            format!("{input}: {found:?} for {expected:?}")
        });
        if scaled == Rational::ONE {
            exact.holds("ηλ = 1: one step", path[1][0].is_zero(), || input.clone());
        }
        if scaled == Rational::from(2) {
            exact.holds("ηλ = 2: a cycle of two", path[2] == path[0], || input.clone());
        }
    }
    Ok(exact.evidence())
}

fn losses(subject: &dyn Subject, boundary: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (scaled, input, path) in paths(subject)? {
        let quadratic = Quadratic { spectrum: vec![Rational::ONE] };
        let loss = |x: &[Rational]| quadratic.value(x);
        let falls = path.windows(2).filter(|pair| !pair[0][0].is_zero()).all(|pair| loss(&pair[1]) < loss(&pair[0]));
        exact.holds("the loss decreases exactly below the boundary", falls == (scaled < boundary), || input);
    }
    Ok(exact.evidence())
}

fn runs_of_five(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for scaled in [rational(1, 4), Rational::ONE, rational(7, 4), Rational::from(2), rational(21, 10)] {
        let factor = 1.0 - to_f64(&scaled);
        let theory = (0..=12).scan(1.0, |x, t| Some([f64::from(t), std::mem::replace(x, *x * factor)]));
        series.push(Series::theory(&format!("(1 - h)^t, h = {}", to_f64(&scaled)), theory));
        let Ok(mut optimizer) = Reference.double(&Method::gradient_descent(scaled.clone())) else { continue };
        let quadratic = Quadratic { spectrum: vec![1.0] };
        let path = trajectory(&mut *optimizer, vec![1.0], |x| quadratic.gradient(x), 12);
        let points = path.iter().enumerate().map(|(t, x)| [t as f64, x[0]]);
        series.push(Series::measured(&format!("the code, h = {}", to_f64(&scaled)), points));
    }
    Plot {
        id: "runs".into(),
        title: "Gradient descent on ½x² in the five regimes of h = ηλ".into(),
        x: "step t".into(),
        y: "x".into(),
        series,
        ..Plot::default()
    }
}
