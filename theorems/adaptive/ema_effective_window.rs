//! # The window of an exponential moving average
//!
//! **Setting.** The weights `w_i = (1 - β) β^i` of the value that is i steps old; `W = 1/(1 - β)`.
//!
//! **Statement.** (1) `Σ β^i = W`: 10, 100 and 1000 for the note's β. (2) The last W values carry `1 - β^W` of the weight: 0.651, 0.634,
//! 0.632, towards `1 - 1/e`. (3) The mean age is `β W = W - 1`. (4) On independent values the variance is that of a mean of
//! `(1 + β) W = 2W - 1` of them: 19, 199, 1999. One word, three windows.
//!
//! **Why.** Geometric series, and their derivatives; with a finite number of terms they are identities in β and `β^n`.
//!
//! **How it could fail.** The partial sums are induced as polynomials. The weights are read from the code in exact arithmetic.

use super::runs::{averaging, displacement};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::Method;
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "ema-effective-window",
    title: "A moving average has three windows: 1/(1 - β) in weight, one less in age, nearly twice that in variance",
    topic: "adaptive",
    record: Some("ema-effective-window"),
    statement: "With $w_i = (1 - β) β^i$ and $W = 1/(1 - β)$: $sum_(i=0)^∞ β^i = W$, the last $W$ values weigh $1 - β^W$ (tending to \
                $1 - 1/e$), the mean age is $W - 1$, and $sum_(i=0)^∞ w_i^2 = 1/(2 W - 1)$, as of a mean of $2 W - 1$ values.",
    hypotheses: &["$0 ≤ β < 1$, and $W$ is a whole number where the last $W$ values are meant", "infinitely many steps"],
    sources: &[Source::Note("001", "144-152")],
    claims: &[
        Claim {
            id: "sum",
            as_stated: true,
            statement: "the window is $1/(1 - β)$: $sum_(i<n) β^i = W (1 - β^n)$, with $W = 10, 100, 1000$ for $β = 0.9, 0.99, 0.999$",
            quantifier: "all β ≠ 1, all n by induction; the code's weights exactly, n = min(W, 100)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| windows(subject, SUM),
        },
        Claim {
            id: "share",
            as_stated: false,
            statement: "the last $W$ values weigh $1 - β^W$: 0.651, 0.634 and 0.632, more than $1 - 1/e$",
            quantifier: "β in {9/10, 99/100, 999/1000}, to three digits; the code's weights exactly, up to 100 of them",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| shares(subject, [651, 634, 632]),
        },
        Claim {
            id: "age",
            as_stated: false,
            statement: "the mean age is $sum_i i w_i = β W$: 9, 99 and 999",
            quantifier: "all β ≠ 1, all partial sums by induction; the code's weights exactly, n = min(W, 100)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| windows(subject, AGE),
        },
        Claim {
            id: "variance",
            as_stated: false,
            statement: "$sum_i w_i^2 = 1/((1 + β) W)$: the variance of a mean of 19, 199 and 1999 independent values",
            quantifier: "all β ≠ ±1, all partial sums by induction; the code's weights exactly, n = min(W, 100)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| windows(subject, VARIANCE),
        },
    ],
    controls: &[
        Control {
            id: "variance-of-a-mean-of-w",
            differs: "claims the variance of a mean of W values, 1/10 where it is 1/19",
            broken: Broken::Statement(|_, subject| {
                windows(subject, Window { limit: |beta| beta.int(1) - beta.squared(), ..VARIANCE })
            }),
        },
        Control {
            id: "age-of-w",
            differs: "claims the mean age W, larger by one",
            broken: Broken::Statement(|_, subject| windows(subject, Window { limit: |beta| beta.int(1), ..AGE })),
        },
        Control {
            id: "share-of-the-limit",
            differs: "claims 1 - 1/e = 0.632 for β = 0.99 too, where it is 0.634",
            broken: Broken::Statement(|_, subject| shares(subject, [651, 632, 632])),
        },
        Control {
            id: "code-decays-slower",
            differs: "the code's β is larger by the factor 1 + 10⁻⁹",
            broken: Broken::Subject { claim: "variance", subject: &HEAVIER_BALL },
        },
        Control {
            id: "code-decays-slower-in-age",
            differs: "the code's β is larger by the factor 1 + 10⁻⁹",
            broken: Broken::Subject { claim: "age", subject: &HEAVIER_BALL },
        },
        Control {
            id: "code-steps-longer",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "sum", subject: &LONGER_STEP },
        },
        Control {
            id: "code-steps-longer-in-share",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "share", subject: &LONGER_STEP },
        },
    ],
    plots: &[cumulated],
};

const DECAYS: [u64; 3] = [10, 100, 1000];

/// The code's weights by age, `A_t` after an impulse: as many as W, but no more than 100 of these long fractions.
fn weights(subject: &dyn Subject, window: u64) -> Result<Vec<Rational>, NotOffered> {
    let beta = Rational::ONE - rational(1, window);
    let mut optimizer = subject.exact(&Method::new(averaging(beta), Rational::ONE))?;
    let impulse = |age| if age == 0 { Rational::ONE } else { Rational::ZERO };
    Ok((0..window.min(100)).map(|age| displacement(&mut *optimizer, &[impulse(age)]).remove(0)).collect())
}

/// A sum over the ages, `Σ_(i<n) term(i)`, of which `scale Σ_(i<n) = limit - rest`, with polynomials in `β`, `p = β^n` and `n`.
#[derive(Clone, Copy)]
struct Window {
    name: &'static str,
    /// The term of age `n`, from `β`, `p = β^n` and `n`.
    term: fn([&Polynomial; 3]) -> Polynomial,
    scale: fn(&Polynomial) -> Polynomial,
    limit: fn(&Polynomial) -> Polynomial,
    /// What is still missing after n terms, times the scale: it vanishes with `p`.
    rest: fn([&Polynomial; 3]) -> Polynomial,
    /// The same term in numbers, from the weight and the age.
    of_weight: fn(&Rational, usize) -> Rational,
}

const SUM: Window = Window {
    name: "Σ w_i = 1 - β^n",
    term: |[beta, p, _]| (beta.int(1) - beta) * p,
    scale: |beta| beta.int(1),
    limit: |beta| beta.int(1),
    rest: |[_, p, _]| p.clone(),
    of_weight: |weight, _| weight.clone(),
};

const AGE: Window = Window {
    name: "(1 - β) Σ i w_i = β - β^n (n (1 - β) + β)",
    term: |[beta, p, n]| (beta.int(1) - beta) * (n * p),
    scale: |beta| beta.int(1) - beta,
    limit: |beta| beta.clone(),
    rest: |[beta, p, n]| p * (n * (beta.int(1) - beta) + beta),
    of_weight: |weight, age| weight * Rational::from(age),
};

const VARIANCE: Window = Window {
    name: "(1 + β) Σ w_i² = (1 - β)(1 - β^(2n))",
    term: |[beta, p, _]| (beta.int(1) - beta).squared() * p.squared(),
    scale: |beta| beta.int(1) + beta,
    limit: |beta| beta.int(1) - beta,
    rest: |[beta, p, _]| (beta.int(1) - beta) * p.squared(),
    of_weight: |weight, _| square(weight),
};

fn windows(subject: &dyn Subject, window: Window) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [beta, p, n] = Polynomial::variables();
    let one = beta.int(1);
    let stated = |p: &Polynomial, n: &Polynomial| (window.limit)(&beta) - (window.rest)([&beta, p, n]);
    exact.identity("no term yet", stated(&one, &beta.int(0)), beta.int(0));
    let next = stated(&(&beta * &p), &(&n + &one));
    exact.identity("one more term", next - stated(&p, &n), (window.scale)(&beta) * (window.term)([&beta, &p, &n]));
    for length in DECAYS {
        let weights = weights(subject, length)?;
        let sum = weights.iter().enumerate().fold(Rational::ZERO, |sum, (age, weight)| sum + (window.of_weight)(weight, age));
        let decay = Rational::ONE - rational(1, length);
        let point = [decay.clone(), decay.pow(weights.len() as isize), Rational::from(weights.len())];
        let [left, right] = [(window.scale)(&beta).at(&point) * sum, stated(&p, &n).at(&point)];
        exact.holds(window.name, left == right, || format!("W = {length}: {} against {}", readable(&left), readable(&right)));
    }
    Ok(exact.evidence())
}

/// The share of the last W values, in thousandths.
fn shares(subject: &dyn Subject, stated: [i64; 3]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let limit = Interval::point(1.0) - (-Interval::point(1.0)).apply(Function::Exponential);
    for (length, thousandths) in DECAYS.into_iter().zip(stated) {
        let decay = Rational::ONE - rational(1, length);
        let weights = weights(subject, length)?;
        let sum = weights.iter().fold(Rational::ZERO, |sum, weight| sum + weight);
        let share = Rational::ONE - decay.pow(length as isize);
        let found = || format!("W = {length}: {}", to_f64(&share));
        exact.holds("n values weigh 1 - β^n", sum == Rational::ONE - decay.pow(weights.len() as isize), found);
        let off = (&share - rational(thousandths, 1000)).magnitude();
        exact.holds("to three digits", off < rational(1, 2000), found);
        exact.decided("more than 1 - 1/e", (Interval::of(&share) - limit).above(0.0), found);
    }
    Ok(exact.evidence())
}

fn cumulated(_: &Lab) -> Plot {
    let mut series = vec![Series::theory("1 - e^-s", (0..=30).map(|s| f64::from(s) / 30.0).map(|s| [s, -libm::expm1(-s)]))];
    for length in [10, 100] {
        let mut sum = 0.0;
        let points = weights(&Reference, length).unwrap_or_default().into_iter().enumerate().map(|(age, weight)| {
            sum += to_f64(&weight);
            [(age + 1) as f64 / length as f64, sum]
        });
        series.push(Series::measured(&format!("the code, W = {length}"), points));
    }
    Plot {
        id: "cumulated".into(),
        title: "Weight of the last values; a window of W carries 1 - 1/e of it".into(),
        x: "number of values / W".into(),
        y: "their weight".into(),
        series,
        ..Plot::default()
    }
}
