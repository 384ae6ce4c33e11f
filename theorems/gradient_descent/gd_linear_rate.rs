//! # Gradient descent converges linearly
//!
//! **Setting.** `f ∈ F(μ, L)` with minimiser 0, `x⁺ = x - η ∇f(x)`, `0 < η < 2/L`, `ρ = max(|1 - ημ|, |1 - ηL|)`.
//!
//! **Statement.** (1) `‖x⁺‖ ≤ ρ ‖x‖` and `‖∇f(x⁺)‖ ≤ ρ ‖∇f(x)‖`. (2) Quadratics attain `ρ`.
//!
//! **Why.** With `h = (L + μ)⟨g, x⟩ - ‖g‖² - μL ‖x‖² ≥ 0` (two interpolation inequalities added) and `ρ = 1 - ημ`,
//! `(L - μ)(ρ²‖x‖² - ‖x⁺‖²) = 2η(1 - ημ) h + η(2 - η(L + μ)) ‖g - μx‖²`; likewise in the other regime and for gradients.
//!
//! **How it could fail.** The identities are compared as polynomials. The subject's own code runs in exact arithmetic on drawn
//! members of the class, where one step must not exceed `ρ`, and on quadratics, where it must equal `ρ`.

use crate::evidence::{Evidence, Exact, readable};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "gd-linear-rate",
    title: "Gradient descent contracts at the rate max(|1 - ημ|, |1 - ηL|)",
    topic: "gradient-descent",
    record: Some("gd-linear-rate"),
    statement: "For $f ∈ F(μ, L)$ and $0 < η < 2/L$, gradient descent satisfies $‖x_(t+1) - x^*‖ ≤ ρ ‖x_t - x^*‖$ and \
                $‖∇f(x_(t+1))‖ ≤ ρ ‖∇f(x_t)‖$ with $ρ = max(|1 - η μ|, |1 - η L|)$, and quadratics attain $ρ$.",
    hypotheses: &["$f$ is $L$-smooth and $μ$-strongly convex, $0 < μ ≤ L$", "$0 < η < 2/L$", "exact gradients"],
    sources: &[
        Source::Note("000", "128-132"),
        Source::Cited("polyak1987", "section 1.4.2"),
        Source::Cited("nesterov2004", "Theorem 2.1.15"),
    ],
    claims: &[
        Claim {
            id: "class",
            as_stated: true,
            statement: "$‖x_(t+1) - x^*‖ ≤ ρ ‖x_t - x^*‖$ and $‖∇f(x_(t+1))‖ ≤ ρ ‖∇f(x_t)‖$",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L and 0 < η < 2/L",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identities(0)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "one step of the code contracts distance and gradient by at most $ρ$, exactly",
            quantifier: "the drawn functions with piecewise linear derivative, step sizes and points",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, contraction),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "on $½ λ x^2$ with $λ ∈ {μ, L}$ the worse of the two contracts by exactly $ρ$",
            quantifier: "100 rational step sizes at κ = 10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: attained,
        },
    ],
    controls: &[
        Control {
            id: "rate-less-a-hundredth",
            differs: "claims the rate ρ - 0.01",
            broken: Broken::Statement(|lab, subject| {
                members(lab, subject, |mu, smoothness, eta| contraction(mu, smoothness, eta) - rational(1, 100))
            }),
        },
        Control {
            id: "step-beyond-two-over-l",
            differs: "claims a factor below 1 at η = 2.1/L",
            broken: Broken::Statement(|_, subject| {
                let mut exact = Exact::new();
                let eta = rational(21, 100);
                let ratio = step_ratio(subject, &eta, &Rational::from(10))?;
                exact.holds("factor < 1", ratio < Rational::ONE, || format!("L = 10, η = 21/100: factor {ratio}"));
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "unbalanced-identity",
            differs: "the multiplier 2η(1 - ημ) is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identities(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject {
                claim: "attained",
                subject: &Impostor {
                    name: "step larger by a billionth",
                    instead: |method| Method {
                        step_size: &method.step_size * (Rational::ONE + rational(1, 1_000_000_000)),
                        ..method.clone()
                    },
                },
            },
        },
        Control {
            id: "ascent",
            differs: "the code adds the step instead of subtracting it",
            broken: Broken::Subject {
                claim: "members",
                subject: &Impostor {
                    name: "ascent",
                    instead: |method| Method { step_size: -method.step_size.clone(), ..method.clone() },
                },
            },
        },
    ],
    plots: &[curve],
};

/// `ρ = max(|1 - ημ|, |1 - ηL|)`.
fn contraction(mu: &Rational, smoothness: &Rational, eta: &Rational) -> Rational {
    let factor = |curvature: &Rational| {
        let factor = Rational::ONE - eta * curvature;
        if factor < Rational::ZERO { -factor } else { factor }
    };
    factor(mu).max(factor(smoothness))
}

/// The proof over the whole class; `error` billionths are added to the first multiplier.
fn identities(error: i64) -> Evidence {
    let [mu, l, eta, x, g, h] = Polynomial::variables();
    let (one, two) = (mu.int(1), mu.int(2));
    let (sum, difference) = (&(l.clone() + mu.clone()), &(l.clone() - mu.clone()));
    let squared = |p: &Polynomial| p * p;
    let mut exact = Exact::new();
    let mut identity = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    // Interpolation inequality (Taylor, Hendrickx and Glineur 2017, Theorem 4) from a to b and back, times 2 (L - μ), added.
    let cocoercive = sum * &(&g * &x) - squared(&g) - &(&mu * &l) * &squared(&x);
    let bracket = squared(&g) + &(&mu * &l) * &squared(&x) - &two * &(&mu * &(&g * &x));
    identity("cocoercivity from interpolation", difference * &(&g * &x) - bracket, cocoercive.clone());
    // Two regimes: ρ = 1 - ημ up to η = 2/(L + μ), with the residual along g - μx; ρ = ηL - 1 beyond, along g - Lx.
    for (name, rho, curvature, room) in [
        ("short steps", &one - &(&eta * &mu), &mu, &two - &(&eta * sum)),
        ("long steps", &eta * &l - one.clone(), &l, &eta * sum - two.clone()),
    ] {
        let next = x.clone() - &eta * &g;
        let multiplier = &two * &(&eta * &rho) + mu.constant(&rational(error, 1_000_000_000));
        let claim = difference * &(squared(&rho) * squared(&x) - squared(&next));
        let residual = &eta * &room * squared(&(g.clone() - curvature * &x));
        identity(&format!("distance, {name}"), claim - &multiplier * &cocoercive, residual);
        // Between x and x⁺, whose gradients are g and h: η(L + μ)⟨g - h, g⟩ ≥ ‖g - h‖² + μLη²‖g‖².
        let change = g.clone() - h.clone();
        let pair = &eta * sum * (&change * &g) - squared(&change) - &mu * &l * squared(&(&eta * &g));
        let claim = difference * &eta * (squared(&rho) * squared(&g) - squared(&h));
        let along = if name == "short steps" { h.clone() - &rho * &g } else { h.clone() + &rho * &g };
        identity(&format!("gradient, {name}"), claim - &two * &rho * pair, &room * &squared(&along));
        // ρ ≥ 0 where the regime's room and L - μ are: 2ρ is their sum.
        identity(&format!("the multiplier is non-negative, {name}"), &two * &rho, room + &eta * difference);
    }
    exact.evidence()
}

/// A random member of `F(μ, L)`, a step size in `(0, 2/L)` and a starting point.
fn draw(draws: &mut Draws) -> ([Rational; 4], Piecewise<Rational>) {
    let mut fraction = |from: i64, to: i64| rational(from + draws.index((to - from) as usize) as i64, 16);
    let mu = fraction(1, 16);
    let smoothness = &mu + fraction(1, 160);
    let eta = Rational::from(2) / &smoothness * fraction(1, 16);
    let start = fraction(-320, 320);
    let mut at = fraction(-160, -80);
    let mut breakpoints = Vec::new();
    let mut slopes = vec![mu.clone()];
    for _ in 0..5 {
        breakpoints.push(at.clone());
        at += fraction(1, 64);
        let slope = match fraction(0, 3) {
            x if x == rational(0, 16) => mu.clone(),
            x if x == rational(1, 16) => smoothness.clone(),
            _ => &mu + (&smoothness - &mu) * fraction(0, 17),
        };
        slopes.push(slope);
    }
    let function = Piecewise::new(&breakpoints, &slopes);
    ([mu, smoothness, eta, start], function)
}

fn members(
    lab: &Lab,
    subject: &dyn Subject,
    rate: fn(&Rational, &Rational, &Rational) -> Rational,
) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(2000) {
        let ([mu, smoothness, eta, start], function) = draw(&mut stream.trial(case));
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let mut x = vec![start.clone()];
        advance(&mut *optimizer, &mut x, |x| function.gradient(x));
        let rho = square(&rate(&mu, &smoothness, &eta));
        let (before, after) = (function.derivative(&start), function.derivative(&x[0]));
        let found = || format!("case {case}: μ = {mu}, L = {smoothness}, η = {eta}, x = {start}, x⁺ = {}", readable(&x[0]));
        exact.holds("distance", square(&x[0]) <= &rho * square(&start), found);
        exact.holds("gradient", square(&after) <= &rho * square(&before), found);
    }
    Ok(exact.evidence())
}

/// `|x⁺| / |x|` after one step of the code on `½ λ x²` from `x = 1`.
fn step_ratio(subject: &dyn Subject, eta: &Rational, curvature: &Rational) -> Result<Rational, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
    let mut x = vec![Rational::ONE];
    let quadratic = Quadratic { spectrum: vec![curvature.clone()] };
    advance(&mut *optimizer, &mut x, |x| quadratic.gradient(x));
    Ok(if x[0] < Rational::ZERO { -x[0].clone() } else { x[0].clone() })
}

fn worst_ratio(subject: &dyn Subject, eta: &Rational) -> Result<Rational, NotOffered> {
    let [mu, smoothness] = [Rational::from(1), Rational::from(10)];
    Ok(step_ratio(subject, eta, &mu)?.max(step_ratio(subject, eta, &smoothness)?))
}

fn attained(_: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for k in 1..=100 {
        let eta = rational(k, 505); // all of (0, 2/L) in equal steps; 2/(L + μ) = 2/11 lies between two of them
        let rho = contraction(&Rational::from(1), &Rational::from(10), &eta);
        exact.equal("factor = ρ", &worst_ratio(subject, &eta)?, &rho, || format!("μ = 1, L = 10, η = {eta}"));
    }
    Ok(exact.evidence())
}

fn curve(_: &Lab) -> Plot {
    let grid = |steps: i64| (1..steps).map(move |k| rational(k, 5 * steps as u64));
    let theory = grid(200).map(|eta| [to_f64(&eta), to_f64(&contraction(&Rational::from(1), &Rational::from(10), &eta))]);
    let measured = grid(25).filter_map(|eta| Some([to_f64(&eta), to_f64(&worst_ratio(&Reference, &eta).ok()?)]));
    Plot {
        id: "v-curve".into(),
        title: "Worst contraction of one step, μ = 1, L = 10".into(),
        x: "step size η".into(),
        y: "contraction factor".into(),
        series: vec![Series::theory("max(|1 - ημ|, |1 - ηL|)", theory), Series::measured("the code on quadratics", measured)],
        ..Plot::default()
    }
}
