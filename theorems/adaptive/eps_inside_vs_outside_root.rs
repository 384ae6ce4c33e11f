//! # ε inside the root and ε outside it make two algorithms
//!
//! **Setting.** AdaGrad, RMSprop and Adam with `√v + ε` (notes 001 and 003) or `√(v + ε)` (note 000), and the same `ε = 10⁻⁸`; notes 002
//! and 004 write both.
//!
//! **Statement.** (1) As stated they are one formula: false. (2) For a small gradient the steps differ by `1/√ε = 10⁴`; Adam's first step at
//! `|g| = 10⁻⁶` is 0.990 η with ε outside and 0.0099995 η inside. (3) No other constant ε' repairs it: `√(v + ε) = √v + ε'` for two
//! different v only if both are 0. (4) On `½x²` RMSprop with a constant η has the attracting cycle `±(η/2 - ε)`, or `±√(η²/4 - ε)`;
//! a run ends there. (From some `x_0 ≠ 0` it lands on 0: see [`rmsprop_lr_bounded_below`](super::rmsprop_lr_bounded_below).)
//!
//! **Why.** `ε' = ε / (√(v + ε) + √v)` depends on v. In the cycle the denominator is `η/2`.
//!
//! **How it could fail.** The code's first steps run in intervals against closed forms; its cycles in doubles. PyTorch has ε outside in
//! Adam, RMSprop and AdaGrad, Keras and optax inside in RMSprop and AdaGrad: swapping the place must be seen.

use super::conventions::{OTHER_PLACE, adagrad, adam, default_betas, denominator, on, relatively_near, rmsprop, shown};
use super::cycle;
use super::runs::{default_epsilon, displacement};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational};
use crate::optimizers::{Algorithm, Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "eps-inside-vs-outside-root",
    title: "ε inside the root and ε outside it make two algorithms",
    topic: "adaptive",
    record: Some("eps-inside-vs-outside-root"),
    statement: "With the same $ε = 10^(-8)$, $sqrt(v) + ε$ and $sqrt(v + ε)$ are two algorithms: for small gradients their steps differ by \
                $1/sqrt(ε) = 10^4$, and no constant $ε'$ has $sqrt(v + ε) = sqrt(v) + ε'$ for two values of $v$. RMSprop with a constant \
                $η$ has on $½ x^2$ the cycle $±(η/2 - ε)$ in the one case and $±sqrt(η^2/4 - ε)$ in the other; a run from $1/256$ ends there.",
    hypotheses: &[
        "$ε > 0$",
        "the cycle: $η > 2 ε$ with $ε$ outside or $η > 2 sqrt(ε)$ with $ε$ inside, and no step that lands on 0",
    ],
    sources: &[
        Source::Note("000", "192, 208, 229"),
        Source::Note("001", "57, 65, 77"),
        Source::Note("002", "102, 116"),
        Source::Note("003", "254, 273, 311"),
        Source::Note("004", "130, 138, 158, 331"),
        Source::Cited("kingma2015", "Algorithm 1"),
    ],
    claims: &[
        Claim {
            id: "one-formula",
            as_stated: true,
            statement: "as the notes write them in turn, $sqrt(v) + ε$ and $sqrt(v + ε)$ with the same $ε = 10^(-8)$ give the same first steps, \
                        to a hundredth",
            quantifier: "refuted by the code at |g| = 10⁻⁶, for AdaGrad, RMSprop and Adam",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| same(subject, &gradient(6), 1e-2),
        },
        Claim {
            id: "first-steps",
            as_stated: false,
            statement: "the first update is $η |g|$ over $sqrt(c) |g| + ε$ or over $sqrt(c g^2 + ε)$, with $c = 1$ for AdaGrad and Adam and \
                        $c = 1/10$ for RMSprop",
            quantifier: "|g| = 10⁻ᵏ, k = 0, ..., 20, γ = 9/10, up to a relative 10⁻¹⁰, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| first_steps(subject, |placement| placement),
        },
        Claim {
            id: "numbers",
            as_stated: false,
            statement: "Adam's first step at $|g| = 10^(-6)$ is $0.9901 η$ with $ε$ outside and $0.0099995 η$ with $ε$ inside; at \
                        $|g| = 10^(-20)$ they are as $10^4$ to 1",
            quantifier: "the code, to the digits given, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| numbers(subject, 0.9901),
        },
        Claim {
            id: "no-other-constant",
            as_stated: false,
            statement: "$sqrt(v + ε) = sqrt(v) + ε'$ for two different $v$ only if $ε' = ε = 0$",
            quantifier: "all v ≥ 0, ε and ε'",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(no_other_constant(0)),
        },
        Claim {
            id: "cycle-outside",
            as_stated: false,
            statement: "in doubles RMSprop with $ε$ outside ends within $10^(-12)$ of $±(η/2 - ε)$ on $½ x^2$",
            quantifier: "η = 1/100, γ = 9/10, ε = 10⁻⁸ from 1/256: steps 501 to 600",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| cycle::in_doubles(subject, Epsilon::Outside),
        },
        Claim {
            id: "cycle-inside",
            as_stated: false,
            statement: "in doubles RMSprop with $ε$ inside ends within $10^(-12)$ of $±sqrt(η^2/4 - ε)$ on $½ x^2$",
            quantifier: "η = 1/100, γ = 9/10, ε = 10⁻⁸ from 1/256: steps 501 to 600",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| cycle::in_doubles(subject, Epsilon::Inside),
        },
    ],
    controls: &[
        Control {
            id: "equal-at-one",
            differs: "claims the same first steps at |g| = 1 to a billionth, where they differ by 5·10⁻⁹ and more",
            broken: Broken::Statement(|_, subject| same(subject, &Rational::ONE, 1e-9)),
        },
        Control {
            id: "places-exchanged",
            differs: "claims the closed form of the other place",
            broken: Broken::Statement(|_, subject| {
                first_steps(subject, |placement| match placement {
                    Epsilon::Inside => Epsilon::Outside,
                    Epsilon::Outside | Epsilon::Hat => Epsilon::Inside,
                })
            }),
        },
        Control {
            id: "rounded-to-two-digits",
            differs: "claims 0.99 for 0.9901",
            broken: Broken::Statement(|_, subject| numbers(subject, 0.99)),
        },
        Control {
            id: "constant-apart-by-a-billionth",
            differs: "the difference of the two conditions is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(no_other_constant(1))),
        },
        on("other-place", "the code has ε on the other side of the root", "first-steps", &OTHER_PLACE),
        on("other-place-in-numbers", "the code has ε on the other side of the root", "numbers", &OTHER_PLACE),
        on("other-place-for-outside", "the code has ε inside the root", "cycle-outside", &OTHER_PLACE),
        on("other-place-for-inside", "the code has ε outside the root", "cycle-inside", &OTHER_PLACE),
        on("longer-first-steps", "the code steps by η (1 + 10⁻⁹)", "first-steps", &LONGER_STEP),
        on("longer-outside", "the code steps by η (1 + 10⁻⁹), which moves the cycle by 5·10⁻¹²", "cycle-outside", &LONGER_STEP),
        on("longer-inside", "the code steps by η (1 + 10⁻⁹), which moves the cycle by 5·10⁻¹²", "cycle-inside", &LONGER_STEP),
    ],
    plots: &[ratios],
};

/// `10^-k`.
fn gradient(k: isize) -> Rational {
    Rational::from(10).pow(-k)
}

/// AdaGrad, RMSprop and Adam, with the factor c of `g²` in the first step's second moment.
fn methods(placement: Epsilon) -> [(&'static str, Method, Rational); 3] {
    let method = |algorithm: Algorithm| Method::new(algorithm, rational(1, 100));
    [
        ("AdaGrad", method(adagrad(placement, default_epsilon())), Rational::ONE),
        ("RMSprop", method(rmsprop(rational(9, 10), placement, default_epsilon())), rational(1, 10)),
        ("Adam", method(adam(default_betas(), placement, default_epsilon())), Rational::ONE),
    ]
}

/// The length of the first step in units of η.
fn first(subject: &dyn Subject, method: &Method, gradient: &Rational) -> Result<Interval, NotOffered> {
    let step = displacement(&mut *subject.enclosure(method)?, &[Interval::of(gradient)])[0];
    Ok(step / Interval::of(&method.step_size))
}

fn same(subject: &dyn Subject, gradient: &Rational, limit: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for ((name, outside, _), (_, inside, _)) in methods(Epsilon::Outside).into_iter().zip(methods(Epsilon::Inside)) {
        let (outside, inside) = (first(subject, &outside, gradient)?, first(subject, &inside, gradient)?);
        exact.decided("the same first step", relatively_near(outside, inside, limit), || {
            format!("{name}, g = {gradient}: {:.7} η outside, {:.7} η inside", outside.lo, inside.lo)
        });
    }
    Ok(exact.evidence())
}

/// The closed form has ε in the place that is `claimed` for the method's.
fn first_steps(subject: &dyn Subject, claimed: fn(Epsilon) -> Epsilon) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for placement in [Epsilon::Outside, Epsilon::Inside] {
        for (name, method, c) in methods(placement) {
            for size in (0..=20).map(gradient) {
                let second = Interval::of(&(&c * &size * &size));
                let wanted = Interval::of(&size) / denominator(second, claimed(placement), &Interval::of(&default_epsilon()));
                let found = first(subject, &method, &size)?;
                exact.decided("the first step", relatively_near(found, wanted, 1e-10), || {
                    format!("{name}, {placement}, g = {size}: {} against {}", shown(found), shown(wanted))
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn numbers(subject: &dyn Subject, outside: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let of = |placement, k| -> Result<Interval, NotOffered> {
        let [_, _, (_, method, _)] = methods(placement);
        first(subject, &method, &gradient(k))
    };
    let (small, tiny) =
        ([of(Epsilon::Outside, 6)?, of(Epsilon::Inside, 6)?], [of(Epsilon::Outside, 20)?, of(Epsilon::Inside, 20)?]);
    for (name, found, wanted, digits) in [
        ("0.9901", small[0], outside, 5e-5),
        ("0.0099995", small[1], 0.009_999_5, 5e-8),
        ("10,000", tiny[0] / tiny[1], 1e4, 1e-6),
    ] {
        let near = (found - Interval::point(wanted)).smaller_than(digits);
        exact.decided(name, near, || format!("{} against {wanted}", shown(found)));
    }
    Ok(exact.evidence())
}

/// `(r + ε')² = r² + ε` with `r = √v`: the conditions at two r differ by `2 ε' (r₁ - r₂)`, so that `ε' = 0`, and then `ε = 0`.
fn no_other_constant(error: i64) -> Evidence {
    let [first, second, other, epsilon] = Polynomial::variables();
    let condition = |root: &Polynomial| (root + &other).squared() - (root.squared() + &epsilon);
    let difference = &other * &(&first - &second) * first.int(2) + first.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    exact.identity("the conditions at two v", condition(&first) - condition(&second), difference);
    let without = first.squared() - (first.squared() + &epsilon);
    exact.identity("the condition for ε' = 0", without, -epsilon);
    exact.evidence()
}

fn ratios(_: &Lab) -> Plot {
    let exponents = || (-60..=0).map(|k| f64::from(k) / 5.0);
    let curve = |c: f64| {
        exponents().map(move |exponent| {
            let size = libm::pow(10.0, exponent);
            [size, (c * size * size + 1e-8).sqrt() / (c.sqrt() * size + 1e-8)]
        })
    };
    let length = |method: &Method, size: f64| {
        let mut optimizer = Reference.double(method).expect("the reference offers them all");
        displacement(&mut *optimizer, &[size])[0]
    };
    let mut series = vec![Series::theory("√(g² + ε) / (|g| + ε)", curve(1.0)), Series::theory("the same with g²/10", curve(0.1))];
    for ((name, outside, _), (_, inside, _)) in methods(Epsilon::Outside).into_iter().zip(methods(Epsilon::Inside)) {
        let points = exponents().step_by(3).map(|exponent| {
            let size = libm::pow(10.0, exponent);
            [size, length(&outside, size) / length(&inside, size)]
        });
        series.push(Series::measured(&format!("{name}, the code"), points));
    }
    Plot {
        id: "ratio".into(),
        title: "First step with ε outside the root over the one with ε inside, ε = 10⁻⁸".into(),
        x: "|g|".into(),
        y: "ratio".into(),
        log_x: true,
        log_y: true,
        series,
    }
}
