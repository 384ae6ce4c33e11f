//! # Whether momentum is faster at the same learning rate
//!
//! **Setting.** `½λx²`, `a = ηλ > 0`, `0 < β < 1`. A: `v ← βv + g`, `x ← x - ηv`; B and the two-point form are the same. C: `(1 - β)g` in
//! the place of `g`. `r` is the spectral radius; gradient descent's at the same η is `|1 - a|`.
//!
//! **Statement.** (1) A and C are faster exactly if `β < (1 - a)²`, that is, `a < 1 - √β` or `a > 1 + √β`. (2) As `a → 0` A is
//! `1/(1 - β)` times as fast, and C no faster. (3) C is at most twice as fast for `a ≤ 1`, whatever β is.
//!
//! **Why.** `r² ≥ β`, the product of the roots; otherwise Jury's criterion. `u = 1 - r` solves `u² - (1 - β + a)u + a = 0` in A, and
//! in C with `(1 - β)a` in the place of `a`. `p(b²) ≤ 0` at `b = 1 - a` where `β < b⁴`.
//!
//! **How it could fail.** The identities are compared as polynomials. The code runs exactly; its recursion is read off its iterates and
//! its radius compared with that of its own gradient descent; ratios of logarithms are enclosed by intervals.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, Root, rational, square, to_f64};
use crate::optimizers::{Algorithm, HeavyBall, Method, Velocity};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::theorems::momentum::impulses::with_velocity;
use crate::theorems::momentum::recursion::{Recursion, faster_exactly_when, trace};
use crate::theorems::momentum::variants::in_convention;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-faster-at-same-lr",
    title: "At the same learning rate momentum is faster exactly if β < (1 - ηλ)²; the averaged form gains nothing for small ηλ",
    topic: "momentum",
    record: Some("momentum-faster-at-same-lr"),
    statement: "On $½ λ x^2$ momentum with $0 < β < 1$ has a smaller spectral radius than gradient descent at the same $η$ exactly if \
                $β < (1 - η λ)^2$. As $η λ → 0$ the exponential rate is $1/(1 - β)$ times gradient descent's for $v ← β v + g$, but \
                1 times for $v ← β v + (1 - β) g$, which for $η λ ≤ 1$ is never more than twice as fast.",
    hypotheses: &["$f(x) = ½ λ x^2$: a single curvature $λ > 0$", "$0 < β < 1$ and $η > 0$ are constant", "exact gradients"],
    sources: &[
        Source::Note("002", "93-96"),
        Source::Note("004", "199"),
        Source::Note("004", "355"),
        Source::Note("003", "218-221"),
        Source::Note("001", "215-218"),
        Source::Cited("polyak1964", "heavy ball"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "momentum gives faster convergence",
            quantifier: "refuted at the same learning rate with ηλ = 0.06, β = 0.9 by the form of note 002: √0.9 = 0.9487 against 0.94",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| faster(subject, &[AVERAGED], &[rational(1, 100), rational(6, 100)]),
        },
        Claim {
            id: "exactly-when",
            as_stated: false,
            statement: "$r < |1 - η λ|$ exactly if $β < (1 - η λ)^2$, for $v ← β v + g$ and for $v ← β v + (1 - β) g$",
            quantifier: "every 0 < β < 1 and every ηλ > 0",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(faster_exactly_when(0)),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "the code's iterates obey $x_(t+2) = (1 + β - c η λ) x_(t+1) - β x_t$ with $c = 1$ or, averaged, $c = 1 - β$, and \
                        are faster than the code of gradient descent exactly if $β < (1 - η λ)^2$",
            quantifier: "all four forms, ηλ = 1/20, ..., 80/20, β = 1/4, 81/100, 9/10, 99/100, λ = 1, 7/3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| runs(subject, |beta| beta.clone()),
        },
        Claim {
            id: "slow-mode",
            as_stated: false,
            statement: "for $v ← β v + g$: $η λ/(1 - β) < 1 - r ≤ η λ/(1 - β) + 2 β (η λ)^2/(1 - β)^3$, so that $(1 - r)/(η λ) → \
                        1/(1 - β)$; for the averaged form, whose $η$ counts $1 - β$ times, $(1 - r)/(η λ) → 1$",
            quantifier: "every 0 < β < 1 and 0 < ηλ ≤ (1 - β)²/5 (averaged: (1 - β)/5)",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(slow_mode(0)),
        },
        Claim {
            id: "at-most-twice",
            as_stated: false,
            statement: "in the averaged form $r ≥ (1 - η λ)^2$: it is at most twice as fast as gradient descent at the same $η$",
            quantifier: "every 0 < β < 1 and 0 < ηλ ≤ 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(at_most_twice(0)),
        },
        Claim {
            id: "speed-up",
            as_stated: false,
            statement: "the code's $frac(ln r, ln(1 - η λ))$ is within 2% of $1/(1 - β) = 10$ for $v ← β v + g$, and of 1 averaged; at \
                        $η λ = 10^(-3)$ it is 11.18 within 0.01",
            quantifier: "β = 0.9, ηλ = 10⁻⁴, 2⁻¹⁴, ..., 2⁻²⁰, and 10⁻³",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                let mut exact = Exact::new();
                for form in PLAIN {
                    gains(&mut exact, subject, form, &small(), [9.8, 10.2])?;
                    gains(&mut exact, subject, form, &[rational(1, 1000)], [11.17, 11.19])?;
                }
                gains(&mut exact, subject, AVERAGED, &small(), [0.98, 1.02])?;
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "best-averaged",
            as_stated: false,
            statement: "averaged, the code's $frac(ln r, ln(1 - η λ))$ lies between 1 and 1.9741 where $β < (1 - η λ)^2$, and is above \
                        1.9739 at $η λ = 0.026335$",
            quantifier: "β = 0.9, ηλ = k/2000 < 1 - √0.9, and 0.026335",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| best_averaged(subject, 1.9741),
        },
    ],
    controls: &[
        Control {
            id: "averaged-ten-times-faster",
            differs: "claims that the averaged form is 10 times as fast for small ηλ",
            broken: Broken::Statement(|_, subject| {
                let mut exact = Exact::new();
                gains(&mut exact, subject, AVERAGED, &small(), [9.8, 10.2])?;
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "gain-less-a-fortieth",
            differs: "claims a gain between 9.55 and 9.95 for small ηλ",
            broken: Broken::Statement(|_, subject| {
                let mut exact = Exact::new();
                gains(&mut exact, subject, PLAIN[0], &small(), [9.55, 9.95])?;
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "best-averaged-less-a-thousandth",
            differs: "claims that the averaged form's gain is at most 1.973",
            broken: Broken::Statement(|_, subject| best_averaged(subject, 1.973)),
        },
        Control {
            id: "faster-at-one-over-l",
            differs: "claims that momentum is faster at κ = 1, η = 1/L, where gradient descent takes one step",
            broken: Broken::Statement(|_, subject| faster(subject, &PLAIN, &[Rational::ONE])),
        },
        Control {
            id: "faster-at-six-hundredths",
            differs: "claims that v ← βv + g is faster at ηλ = 0.06 (0.9487 against 0.94)",
            broken: Broken::Statement(|_, subject| faster(subject, &PLAIN, &[rational(6, 100)])),
        },
        Control {
            id: "condition-weaker-by-a-billionth",
            differs: "claims the condition β (1 - 10⁻⁹) < (1 - ηλ)², which holds at β = 1/4, ηλ = 1/2",
            broken: Broken::Statement(|_, subject| runs(subject, |beta| beta * rational(999_999_999, 1_000_000_000))),
        },
        Control {
            id: "unbalanced-condition",
            differs: "the traces are larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(faster_exactly_when(1))),
        },
        Control {
            id: "unbalanced-slow-mode",
            differs: "the upper bound's 2 is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(slow_mode(1))),
        },
        Control {
            id: "unbalanced-twice",
            differs: "the trace is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(at_most_twice(1))),
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &HEAVIER_BALL },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "runs", subject: &LONGER_STEP },
        },
        Control {
            id: "plain-for-averaged",
            differs: "the code of the averaged form adds the gradient without 1 - β",
            broken: Broken::Subject {
                claim: "speed-up",
                subject: &Impostor { name: "A for C", instead: |method| in_convention(method, Velocity::StepOutside) },
            },
        },
        Control {
            id: "step-inside-for-averaged",
            differs: "the code of the averaged form keeps the velocity of B",
            broken: Broken::Subject {
                claim: "best-averaged",
                subject: &Impostor { name: "B for C", instead: |method| in_convention(method, Velocity::StepInside) },
            },
        },
    ],
    plots: &[speed_ups],
};

/// A form of momentum, from β.
type Form = fn(&Rational) -> Algorithm;

/// The three with the same iterates at a constant η.
const PLAIN: [Form; 3] = [
    |beta| with_velocity(beta, Velocity::StepOutside),
    |beta| with_velocity(beta, Velocity::StepInside),
    |beta| Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() }),
];

/// `v ← βv + (1 - β)g`.
const AVERAGED: Form = |beta| with_velocity(beta, Velocity::Average);

/// `1 - r` between its bounds, for `a = (1 - β)² w`, `0 < w ≤ 1/5`. `error` billionths are added to the upper bound's factor 2.
fn slow_mode(error: i64) -> Evidence {
    let [beta, w] = Polynomial::variables();
    let one = beta.int(1);
    let (two, four) = (beta.constant(&(Rational::from(2) + rational(error, 1_000_000_000))), beta.int(4));
    let rest = &one - &beta;
    let a = rest.squared() * &w;
    // p(1 - u), whose roots are one minus those of p. Between the bounds it changes its sign once, and has no root below the lower
    // one, because its other root lies above the upper bound: 1 - r is the smaller root.
    let shifted = |u: &Polynomial| {
        let z = &one - u;
        z.squared() - (&one + &beta - &a) * &z + &beta
    };
    let mut exact = Exact::new();
    let lower = &rest * &w;
    exact.identity("at a/(1 - β) it is positive", shifted(&lower), &beta * &rest.squared() * w.squared());
    let upper = &lower + &two * &beta * &rest * w.squared();
    let room = (&one - &four * &w - &four * w.squared()) + beta.int(2) * &w * &rest + &four * w.squared() * &rest;
    exact.identity("at the upper bound it is negative", -shifted(&upper), &beta * rest.squared() * w.squared() * room);
    let [fifth, share] = [rational(1, 5), rational(24, 5)].map(|value| beta.constant(&value));
    let least = beta.constant(&rational(1, 25)) + (fifth - &w) * (share + &four * &w);
    exact.identity("the room is at least 1/25 for w ≤ 1/5", &one - &four * &w - &four * w.squared(), least);
    exact.evidence()
}

/// `p(b²) ≤ 0` for `b = 1 - a` in `[0, 1)` and `β = b⁴ - s`, `s > 0`; otherwise `b² ≤ √β ≤ r`. `error` billionths are added to the trace.
fn at_most_twice(error: i64) -> Evidence {
    let [b, s] = Polynomial::variables();
    let one = b.int(1);
    let beta = b.squared().squared() - &s;
    let trace = &one + &beta - (&one - &beta) * (&one - &b) + b.constant(&rational(error, 1_000_000_000));
    let value = b.squared().squared() - trace * b.squared() + &beta;
    // Every factor is non-negative; 1 + b - b² = 1 + b (1 - b).
    let (rest, sum) = (&one - &b, &one + &b);
    let factors = &b.squared() * &b * rest.squared() * &sum + &s * (&one + &b * &rest);
    let mut exact = Exact::new();
    exact.identity("-p(b²) = (1 - b)(b³ (1 - b)² (1 + b) + s (1 + b - b²))", -value, rest * factors);
    exact.evidence()
}

/// The code's recursion at `a = ηλ`, and the size of its gradient descent's factor there.
fn both(
    subject: &dyn Subject,
    algorithm: Algorithm,
    product: &Rational,
    curvature: &Rational,
) -> Result<(Recursion, Rational), NotOffered> {
    let step_size = product / curvature;
    let descent = Recursion::read(subject, &Method::gradient_descent(step_size.clone()), curvature)?.trace;
    Ok((Recursion::read(subject, &Method::new(algorithm, step_size), curvature)?, descent.magnitude()))
}

/// Whether these forms at `β = 0.9` are faster than gradient descent.
fn faster(subject: &dyn Subject, forms: &[Form], products: &[Rational]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (form, product) in forms.iter().flat_map(|form| products.iter().map(move |product| (form, product))) {
        let (found, descent) = both(subject, form(&rational(9, 10)), product, &Rational::ONE)?;
        exact.holds("the iterates obey a two-step recursion", found.holds, || format!("ηλ = {product}"));
        exact.holds("faster than gradient descent", found.is_faster_than(&descent), || {
            format!("ηλ = {product}, β = 9/10: radius {:.6} against {:.6}", found.radius(), to_f64(&descent))
        });
    }
    Ok(exact.evidence())
}

/// The code's recursions, and whether it is faster exactly if `least(β) < (1 - a)²`.
fn runs(subject: &dyn Subject, least: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for beta in [(1, 4), (81, 100), (9, 10), (99, 100)].map(|(top, bottom)| rational(top, bottom)) {
        let averaged = (AVERAGED, Rational::ONE - &beta);
        for (form, input) in PLAIN.map(|form| (form, Rational::ONE)).into_iter().chain([averaged]) {
            for (product, curvature) in
                (1..=80).map(|k| (rational(k, 20), if k % 2 == 0 { Rational::ONE } else { rational(7, 3) }))
            {
                let (found, descent) = both(subject, form(&beta), &product, &curvature)?;
                let input_at = || format!("{}, λ = {curvature}, ηλ = {product}, radius {}", form(&beta), found.radius());
                exact.holds("the iterates obey a two-step recursion", found.holds, input_at);
                exact.holds("its trace", found.trace == trace(&beta, &input, &product), input_at);
                exact.holds("its determinant", found.determinant == beta, input_at);
                exact.holds("gradient descent's factor", square(&descent) == square(&(Rational::ONE - &product)), input_at);
                let is_faster = found.is_faster_than(&descent);
                exact.holds("faster exactly if β < (1 - ηλ)²", is_faster == (least(&beta) < square(&descent)), input_at);
            }
        }
    }
    Ok(exact.evidence())
}

/// `10⁻⁴` and powers of two below it.
fn small() -> Vec<Rational> {
    [rational(1, 10_000)].into_iter().chain((14..=20).map(|k| rational(1, 1 << k))).collect()
}

/// An enclosure of `ln r / ln |1 - a|` of the code at `β = 0.9`.
fn gain(exact: &mut Exact, subject: &dyn Subject, form: Form, product: &Rational) -> Result<Interval, NotOffered> {
    let (found, descent) = both(subject, form(&rational(9, 10)), product, &Rational::ONE)?;
    exact.holds("the iterates obey a two-step recursion", found.holds, || format!("ηλ = {product}"));
    let half = &found.trace / Rational::from(2);
    let discriminant = square(&half) - &found.determinant;
    // Real roots have the sign of the trace, because their product is positive.
    let radius = if discriminant < Rational::ZERO {
        Interval::of(&found.determinant).sqrt()
    } else {
        Interval::of(&half.magnitude()) + Interval::of(&discriminant).sqrt()
    };
    Ok(radius.apply(Function::Logarithm) / Interval::of(&descent).apply(Function::Logarithm))
}

/// Whether the gains lie between these limits.
fn gains(
    exact: &mut Exact,
    subject: &dyn Subject,
    form: Form,
    products: &[Rational],
    limits: [f64; 2],
) -> Result<(), NotOffered> {
    for product in products {
        let found = gain(exact, subject, form, product)?;
        let inside = found.above(limits[0]).zip(found.above(limits[1])).map(|(above, beyond)| above && !beyond);
        exact.decided("the gain lies between its limits", inside, || {
            format!("{}, ηλ = {product}: {found:?} against {limits:?}", form(&rational(9, 10)))
        });
    }
    Ok(())
}

/// Whether the averaged form's gain lies between 1 and `most` wherever it is faster, and is above 1.9739 at ηλ = 0.026335.
fn best_averaged(subject: &dyn Subject, most: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let grid: Vec<Rational> = (1..=102).map(|k| rational(k, 2000)).collect();
    gains(&mut exact, subject, AVERAGED, &grid, [1.0, most])?;
    gains(&mut exact, subject, AVERAGED, &[rational(26_335, 1_000_000)], [1.9739, most])?;
    Ok(exact.evidence())
}

fn speed_ups(_: &Lab) -> Plot {
    let beta = 0.9;
    // ln r / ln(1 - a) with r from the roots of z² - (1 + β - ca) z + β.
    let theory = |input: f64| {
        (0..=160).map(move |k| {
            let a = libm::pow(10.0, -5.0 + f64::from(k) / 32.0) * 0.999;
            let trace = 1.0 + beta - input * a;
            let discriminant = trace * trace / 4.0 - beta;
            let radius = if discriminant < 0.0 { beta.sqrt() } else { trace / 2.0 + discriminant.sqrt() };
            [a, libm::log(radius) / libm::log(1.0 - a)]
        })
    };
    let measured = |form: Form| {
        let point = |k: u32| {
            let found = gain(&mut Exact::new(), &Reference, form, &rational(1, 1 << k)).ok()?;
            Some([to_f64(&rational(1, 1 << k)), found.lo])
        };
        (1..=16).filter_map(point).collect::<Vec<_>>()
    };
    Plot {
        id: "speed-up".into(),
        title: "Exponential rate over gradient descent's at the same learning rate, β = 0.9".into(),
        x: "ηλ".into(),
        y: "ln r / ln(1 - ηλ)".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("plain, g added", theory(1.0)),
            Series::theory("averaged, (1 - β)g added", theory(1.0 - beta)),
            Series::theory("as fast as gradient descent", [[1e-5, 1.0], [1.0, 1.0]]),
            Series::measured("the code, plain", measured(PLAIN[0])),
            Series::measured("the code, averaged", measured(AVERAGED)),
        ],
    }
}
