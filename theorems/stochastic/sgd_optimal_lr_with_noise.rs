//! # With noise the best step size is not 1/L
//!
//! **Setting.** `E‖x⁺‖² = contraction of E‖x‖² + η²σ²`: SGD on `F(μ, L)` with noise of variance `σ²`, `R = ‖x_0‖`; the sharp bound
//! `B(η) = ρ^(2T) R² + η²σ² (1 - ρ^(2T))/(1 - ρ²)`, `ρ = max(|1 - ημ|, |1 - ηL|)`.
//!
//! **Statement.** (1) At `η = 1/L` the bound tends to the floor `σ²/(μ(2L - μ))`, not to 0. (2) For a long horizon `T` the best constant step
//! is about `ln(4μ²R²T/σ²)/(2μT)`, which tends to 0: the least point of `R² e^(-2ημT) + ησ²/(2μ)`; at `T = 10⁴` the best one is enclosed
//! within a tenth. (3) On `½ λ x²` the best next step is `η_t = λe_t²/(λ²e_t² + σ²)` with `e_t² = E x_t²`, and
//! then `1/e_t² = 1/R² + tλ²/σ²`. (4) Without noise and with `L = μ`, `1/L` is best.
//!
//! **Why.** The noise enters with `η²`, the contraction with `η`.
//!
//! **How it could fail.** The bound is enclosed at `T = 10⁴`; the code runs exactly on all paths of two-point noise.

use super::paths::{Paths, mean_square};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-optimal-lr-with-noise",
    title: "With noise the best step size falls with the horizon, or with the step",
    topic: "stochastic",
    record: Some("sgd-optimal-lr-with-noise"),
    statement: "With noise of variance $σ^2$ the sharp bound at the step size $1/L$ tends to $σ^2/(μ (2 L - μ))$, however long SGD runs. At \
                the horizon $T = 10^4$, with $L = 10$ and $μ = σ = R = 1$, the best constant step for it is within a tenth of $53/10^5$, near \
                $ln(4 μ^2 R^2 T/σ^2)/(2 μ T)$. On $1/2 λ x^2$ the best next step is $λ e_t^2/(λ^2 e_t^2 + σ^2)$ with $e_t^2 = 𝔼 x_t^2$, and gives \
                $1/e_t^2 = 1/R^2 + t λ^2/σ^2$.",
    hypotheses: &[
        "noise of mean 0 and variance $σ^2 > 0$, independent of the past",
        "a quadratic for the greedy steps; $F(μ, L)$ for the bound",
    ],
    sources: &[Source::Note("000", "131"), Source::Note("000", "588-589"), Source::Cited("bottou2018", "Theorem 4.7")],
    claims: &[
        Claim {
            id: "one-over-l",
            as_stated: true,
            statement: "$η^* = 1/L$: no constant step size has a smaller $𝔼 x_T^2$",
            quantifier: "refuted by the code at η = 1/20 on ½ x² (L = μ = 1), σ = R = 1, T = 6",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| best(subject, &Rational::ONE),
        },
        Claim {
            id: "noiseless",
            as_stated: false,
            statement: "without noise and with $L = μ$ no constant step size has a smaller $x_T^2$ than $1/L$",
            quantifier: "½ x², η = k/20 for k = 1, ..., 39, T = 6",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| best(subject, &Rational::ZERO),
        },
        Claim {
            id: "greedy-optimum",
            as_stated: false,
            statement: "$η_t = λ e^2/(λ^2 e^2 + σ^2)$ is the least point of $(1 - η λ)^2 e^2 + η^2 σ^2$, and its value has the inverse $1/e^2 + λ^2/σ^2$",
            quantifier: "all λ, e and σ, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(greedy_optimum(0)),
        },
        Claim {
            id: "greedy",
            as_stated: false,
            statement: "with these steps the code has $1/(𝔼 x_t^2) = 1/R^2 + t λ^2/σ^2$",
            quantifier: "all paths of two-point noise, t ≤ 6; three triples of λ, R and σ",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| greedy(subject, Rational::from),
        },
        Claim {
            id: "horizon",
            as_stated: false,
            statement: "at $η = 53/10^5$, near $ln(4 T)/(2 T)$, the sharp bound is 20 times smaller than at $1/L$; it falls up to one step size and grows from there, and \
                        that one is between nine and eleven tenths of $53/10^5$",
            quantifier: "μ = σ = R = 1, L = 10, T = 10⁴, all η > 0; outward-rounded, and the slope as a polynomial identity for all T",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(horizon(20, &Rational::ONE)),
        },
    ],
    controls: &[
        Control {
            id: "one-over-l-minimises",
            differs: "claims η* = 1/L with σ = 1/4 instead of 0",
            broken: Broken::Statement(|_, subject| best(subject, &rational(1, 4))),
        },
        Control {
            id: "larger-ratio",
            differs: "claims an error 200 times smaller",
            broken: Broken::Statement(|_, _| Ok(horizon(200, &Rational::ONE))),
        },
        Control {
            id: "longer-by-a-fifth",
            differs: "claims that a step longer by a fifth is within a tenth of the best one",
            broken: Broken::Statement(|_, _| Ok(horizon(20, &rational(6, 5)))),
        },
        Control {
            id: "one-step-behind",
            differs: "claims 1/R² + (t + 1)λ²/σ²",
            broken: Broken::Statement(|_, subject| greedy(subject, |t| Rational::from(t + 1))),
        },
        Control {
            id: "unbalanced-optimum",
            differs: "the numerator of η_t is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(greedy_optimum(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "noiseless", subject: &LONGER_STEP },
        },
        Control {
            id: "greedy-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "greedy", subject: &LONGER_STEP },
        },
    ],
    plots: &[against_step_size],
};

/// `E x_T²` of the code for each constant step size against that at `1/L = 1`.
fn best(subject: &dyn Subject, noise: &Rational) -> Result<Evidence, NotOffered> {
    const STEPS: usize = 6;
    let mut exact = Exact::new();
    let one = Rational::ONE;
    let quadratic = Quadratic { spectrum: vec![one.clone(); 1 << STEPS] };
    let moment = |eta: &Rational| -> Result<Rational, NotOffered> {
        let paths = Paths { start: &one, noise, step_size: |_| eta.clone(), steps: STEPS };
        Ok(mean_square(&paths.run(subject, |x| quadratic.gradient(x))?[STEPS]))
    };
    let at_one = moment(&one)?;
    // Without noise the minimiser is reached at once: the comparison below would not see a smaller error of the step.
    if noise.is_zero() {
        exact.equal("x_T² at η = 1/L", &at_one, &Rational::ZERO, || "σ = 0".into());
    }
    for eta in (1..40).map(|k| rational(k, 20)) {
        let found = moment(&eta)?;
        exact.holds("E x_T² is not smaller than at 1/L", found >= at_one, || {
            format!("L = μ = 1, σ = {noise}, η = {eta}: {} against {}", readable(&found), readable(&at_one))
        });
    }
    Ok(exact.evidence())
}

/// With `e` for `e²`, `s` for `σ²`; everything times `D = λ²e + s`. `error` billionths are added to the numerator.
fn greedy_optimum(error: i64) -> Evidence {
    let mut exact = Exact::new();
    let [eta, lambda, e, s] = Polynomial::variables();
    let denominator = lambda.squared() * &e + s.clone();
    let numerator = &lambda * &e * eta.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let value = (eta.int(1) - &eta * &lambda).squared() * &e + eta.squared() * &s;
    // value - e s/D = D (η - λe/D)², times D.
    let square = (&denominator * &eta - numerator.clone()).squared();
    exact.identity("the value is es/D and a square", &denominator * &value - &e * &s, square);
    // The value at η = λe/D, times D², against the inverse of 1/e + λ²/s = (s + λ²e)/(es).
    let left = &denominator - &lambda * &numerator;
    let least = left.squared() * &e + numerator.squared() * &s;
    exact.identity("its inverse", least * (&s + &(lambda.squared() * &e)), &e * &s * denominator.squared());
    exact.evidence()
}

fn greedy(subject: &dyn Subject, count: fn(usize) -> Rational) -> Result<Evidence, NotOffered> {
    const STEPS: usize = 6;
    let mut exact = Exact::new();
    for [lambda, start, noise] in [[1, 1, 1], [3, 2, 1], [1, 3, 5]].map(|numbers| numbers.map(Rational::from)) {
        // The closed form of the statement, by which the steps are chosen.
        let gain = square(&lambda) / square(&noise);
        let moment = |t: &Rational| Rational::ONE / (Rational::ONE / square(&start) + t * &gain);
        let step_size = |step: usize| {
            let e = moment(&Rational::from(step));
            &lambda * &e / (square(&lambda) * e + square(&noise))
        };
        let quadratic = Quadratic { spectrum: vec![lambda.clone(); 1 << STEPS] };
        let paths = Paths { start: &start, noise: &noise, step_size, steps: STEPS };
        for (step, x) in paths.run(subject, |x| quadratic.gradient(x))?.iter().enumerate().skip(1) {
            let input = || format!("λ = {lambda}, R = {start}, σ = {noise}, t = {step}");
            exact.equal("E x_t²", &mean_square(x), &moment(&count(step)), input);
        }
    }
    Ok(exact.evidence())
}

/// The sharp bound at `T = 10⁴` for `μ = σ = R = 1`, `L = 10`, `η ≤ 2/(L + μ)`, where `ρ = 1 - η`.
fn sharp(eta: &Rational) -> Interval {
    let one = Interval::point(1.0);
    let eta = Interval::of(eta);
    let rate = (one - eta) * (one - eta);
    let (mut power, mut square, mut left) = (one, rate, 10_000_u32);
    while left > 0 {
        if left & 1 == 1 {
            power = power * square;
        }
        square = square * square;
        left >>= 1;
    }
    power + eta * eta * (one - power) / (one - rate)
}

/// `longer` times `53/10⁵` is said to be near the best step. Beyond `2/(L + μ)` both `η` and `ρ = ηL - 1` grow, and `ρ^(2T) + η² Σ_(t<T) ρ^(2t)` with them.
fn horizon(factor: i64, longer: &Rational) -> Evidence {
    let mut exact = Exact::new();
    let eta = rational(53, 100_000) * longer;
    let best = sharp(&eta);
    let mut smaller = |name: &str, factor: i64, other: &Rational| {
        let other_bound = sharp(other);
        let holds = (Interval::int(factor) * best - other_bound).above(0.0).map(|above| !above);
        exact.decided(name, holds, || format!("{:e} at η = {eta} against {:e} at η = {other}", best.lo, other_bound.lo));
    };
    smaller("the bound at 1/L is so many times larger", factor, &rational(1, 10));
    smaller("nine tenths of the step are worse", 1, &(&eta * rational(9, 10)));
    smaller("eleven tenths of the step are worse", 1, &(&eta * rational(11, 10)));
    // With u = 1 - η and q = u^(2T), whose slope is 2Tq/u: the bound is P/(1 + u), P = 2uq + 1 - u, and its slope in u grows with u, so that it has one zero.
    let [u, q, t] = Polynomial::variables();
    let bound = u.int(2) * &u * &q + u.int(1) - u.clone();
    let definition = (u.int(1) + u.clone()) * &q + (u.int(1) - u.clone()) * (u.int(1) - q.clone());
    exact.identity("the bound, times 1 + u", definition, bound.clone());
    let slope = u.int(2) * (u.int(2) * &t + u.int(1)) * &q - u.int(1);
    let growing = u.int(2) * (u.int(2) * &t + u.int(1)) * &q + u.int(4) * &t * &u * &q;
    exact.identity("its slope in u, times (1 + u)²", slope * (u.int(1) + u.clone()) - bound, &growing - &u.int(2));
    exact.holds("the slope grows with u", growing.is_positive_termwise(), || format!("{growing:?}"));
    // At 1/L: ρ = 1 - μ/L and η²σ²/(1 - ρ²) = σ²/(μ(2L - μ)).
    let [mu, l] = Polynomial::variables();
    let left = l.squared() - (&l - &mu).squared();
    exact.identity("the floor at 1/L is σ²/(μ(2L - μ))", left, &mu * (l.int(2) * &l - mu.clone()));
    exact.evidence()
}

fn against_step_size(_: &Lab) -> Plot {
    const STEPS: usize = 8;
    let one = Rational::ONE;
    let etas = || (1..40).map(|k| f64::from(k) / 20.0);
    let curve = |noise: f64| {
        etas().map(move |eta| {
            let rate = (1.0 - eta) * (1.0 - eta);
            let power = libm::pow(rate, STEPS as f64);
            [eta, power + eta * eta * noise * (1.0 - power) / (1.0 - rate)]
        })
    };
    let quadratic = Quadratic { spectrum: vec![one.clone(); 1 << STEPS] };
    let measured = (1..20).map(|k| rational(k, 10)).filter_map(|eta| {
        let paths = Paths { start: &one, noise: &one, step_size: |_| eta.clone(), steps: STEPS };
        let x = paths.run(&Reference, |x| quadratic.gradient(x)).ok()?;
        Some([to_f64(&eta), to_f64(&mean_square(&x[STEPS]))])
    });
    Plot {
        id: "step-sizes".into(),
        title: "E x² after 8 steps on ½ x² (L = μ = 1, R = 1)".into(),
        x: "step size η".into(),
        y: "E x_8²".into(),
        series: vec![
            Series::theory("σ = 0: best at 1/L", curve(0.0)),
            Series::theory("σ = 1", curve(1.0)),
            Series::measured("the code, σ = 1, all paths", measured),
        ],
        ..Plot::default()
    }
}
