//! # Momentum as a ball rolling down a hill
//!
//! **Setting.** `x⁺ = x - η ∇f(x) + β (x - x⁻)` from rest; the ball `x'' + c x' + ∇f(x) = 0` with friction `c > 0`.
//!
//! **Statement.** (1) With `h = √η` and `1 - β = ch`, momentum is the ball's semi-implicit Euler method with step `h`: on `½ λ x²` the
//! distance from the ball at a time is of order `h`. (2) With a fixed `β < 1` and `η → 0` it follows `x' = -∇f(x)` in the time
//! `ηt/(1 - β)`: no inertia is left, and for `ηλ ≤ (1 - √β)²` no iterate ever passes the minimum.
//!
//! **Why.** (1) `w = (x - x⁻)/h` has `w⁺ = w - h (c w + ∇f(x))`, `x⁺ = x + h w⁺`. (2) `x⁺ - √β x = √β (x - √β x⁻) + ((1 - √β)² - ηλ) x`.
//!
//! **How it could fail.** The identities are compared as polynomials. The code runs in exact arithmetic beside the Euler method, and
//! against enclosures of both limits, where halving `h` or `η` must halve the error up to the slope `1 ± 0.02`.

use super::variants::{in_convention, momentum};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Method, Tuning, Velocity, advance, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-ball-ode",
    title: "Momentum is a ball with inertia only if 1 - β shrinks like √η",
    topic: "momentum",
    record: Some("momentum-ball-ode"),
    statement: "With $1 - β = c sqrt(η)$, momentum is the semi-implicit Euler method with step $h = sqrt(η)$ of \
                $x'' + c x' + ∇f(x) = 0$, and on $½ λ x^2$ it is at a distance of order $h$ from that ball. With a fixed $β$ and \
                $η → 0$ it follows the gradient flow instead, in the time $η t/(1 - β)$, and does not pass the minimum of $½ λ x^2$ \
                if $η λ ≤ (1 - sqrt(β))^2$.",
    hypotheses: &[
        "$1 - β = c sqrt(η)$ with a fixed friction $c > 0$",
        "exact gradients, started at rest",
        "for the limits: $½ λ x^2$",
    ],
    sources: &[
        Source::Note("004", "100-104"),
        Source::Note("000", "509-511"),
        Source::Cited("polyak1964", "the ball with friction"),
        Source::Cited("qian1999", "the limit of small steps"),
        Source::Cited("su2016", "the differential equation"),
        Source::Cited("kovachki2021", "the gradient flow at a fixed momentum"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "momentum is like a ball rolling down a hill: on $½ λ x^2$ it swings through the minimum however small $η$ is",
            quantifier: "refuted by β = 9/10, λ = 4, η = 1/4096: not in 410 steps, and never (claim no-swing)",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| swings(subject, |_| rational(9, 10)),
        },
        Claim {
            id: "euler",
            as_stated: false,
            statement: "with $η = h^2$ and $β = 1 - c h$ a step is $w ← w - h (c w + ∇f(x))$, $x ← x + h w$, where \
                        $w = (x_t - x_(t-1))/h$; on $½ λ x^2$ its characteristic polynomial at $1 + s h$ is \
                        $h^2 (s^2 + (c + h λ) s + λ)$; the ball's $½ (x')^2 + f(x)$ changes by $-c (x')^2$",
            quantifier: "every function and dimension, all c, h and λ, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(euler(0)),
        },
        Claim {
            id: "euler-code",
            as_stated: false,
            statement: "sums of gradients and the two-point form have the Euler method's iterates",
            quantifier: "the drawn functions, starts, c and h, 8 steps in exact arithmetic",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: euler_code,
        },
        Claim {
            id: "ball",
            as_stated: false,
            statement: "with $1 - β = c h$ the error against the ball on $½ λ x^2$ halves with $h$, with a slope of $1 ± 0.02$",
            quantifier: "c = 1, λ = 4, at the times 1 and 2; h = 1/64, 1/128, 1/256, enclosed",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| ball(subject, 1, &Rational::ONE),
        },
        Claim {
            id: "swings",
            as_stated: false,
            statement: "with $1 - β = c sqrt(η)$ it swings through the minimum of $½ λ x^2$",
            quantifier: "c = 1, λ = 4, η = 1/16, 1/64, ..., 1/4096",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| swings(subject, |root| Rational::ONE - root),
        },
        Claim {
            id: "flow",
            as_stated: false,
            statement: "with a fixed $β$ the error of $x_t$ against $e^(-λ τ)$, $τ = η t/(1 - β)$, halves with $η$, with a slope of $1 ± 0.02$",
            quantifier: "β = 1/2, λ = 1, τ = 2; η = 1/128, 1/256, 1/512, enclosed",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| flow(subject, &Rational::from(2), 1),
        },
        Claim {
            id: "no-swing",
            as_stated: false,
            statement: "if $η λ ≤ (1 - sqrt(β))^2$ then $x_t ≥ sqrt(β) x_(t-1) > 0$ remains",
            quantifier: "all such η, λ and 0 < β < 1, every positive start at rest, all steps",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(no_swing(0)),
        },
    ],
    controls: &[
        Control {
            id: "fixed-momentum-swings",
            differs: "claims that β = 9/10 keeps swinging as η falls",
            broken: Broken::Statement(|_, subject| swings(subject, |_| rational(9, 10))),
        },
        Control {
            id: "second-order-ball",
            differs: "claims that the error against the ball falls like h²",
            broken: Broken::Statement(|_, subject| ball(subject, 2, &Rational::ONE)),
        },
        Control {
            id: "friction-off-by-a-thousandth",
            differs: "compares with the ball of friction c (1 + 1/1000)",
            broken: Broken::Statement(|_, subject| ball(subject, 1, &rational(1001, 1000))),
        },
        Control {
            id: "second-order-flow",
            differs: "claims that the error against the gradient flow falls like η²",
            broken: Broken::Statement(|_, subject| flow(subject, &Rational::from(2), 2)),
        },
        Control {
            id: "flow-where-first-order-cancels",
            differs: "claims that the error halves at τ = 2β/((1 + β) λ) too, where it falls like η²",
            broken: Broken::Statement(|_, subject| flow(subject, &rational(2, 3), 1)),
        },
        Control {
            id: "unbalanced-euler", differs: "claims β = 1 - ch + 10⁻⁹", broken: Broken::Statement(|_, _| Ok(euler(1)))
        },
        Control {
            id: "unbalanced-threshold",
            differs: "claims no swing up to (1 - √β)² + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(no_swing(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "euler-code", subject: &LONGER_STEP },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code of the two-point form has the momentum β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "euler-code", subject: &HEAVIER_BALL },
        },
        Control {
            id: "averages-roll-slower",
            differs: "the code averages gradients",
            broken: Broken::Subject { claim: "ball", subject: &AVERAGING },
        },
        Control {
            id: "averages-flow-slower",
            differs: "the code averages gradients",
            broken: Broken::Subject { claim: "flow", subject: &AVERAGING },
        },
        Control {
            id: "averages-do-not-swing",
            differs: "the code averages gradients",
            broken: Broken::Subject { claim: "swings", subject: &AVERAGING },
        },
    ],
    plots: &[rolling, flowing],
};

static AVERAGING: Impostor =
    Impostor { name: "an average of gradients", instead: |method| in_convention(method, Velocity::Average) };

/// `error` billionths are added to β.
fn euler(error: i64) -> Evidence {
    let [h, c, lambda, x, w, g, s] = Polynomial::variables();
    let (one, two) = (h.int(1), h.int(2));
    let beta = &one - &c * &h + h.constant(&rational(error, 1_000_000_000));
    let eta = h.squared();
    let before = &x - &h * &w;
    // g is the gradient at x, whatever the function is.
    let next = &x - &eta * &g + &beta * &(&x - &before);
    let velocity = &w - &h * &(&c * &w + &g);
    let mut exact = Exact::new();
    exact.identity("x⁺ = x + h w⁺", next, &x + &h * &velocity);
    let root = &one + &s * &h;
    let polynomial = root.squared() - (&one + &beta - &eta * &lambda) * &root + &beta;
    let claimed = &eta * &(s.squared() + (&c + &h * &lambda) * &s + &lambda);
    exact.identity("the characteristic polynomial at 1 + sh", polynomial, claimed);
    // The energy's time derivative is x' x'' + ∇f x', and x'' = -c x' - ∇f; doubled as it is.
    let acceleration = -(&c * &w) - &g;
    exact.identity("the energy", &two * &w * &acceleration + &two * &g * &w, -(&two * &c * w.squared()));
    exact.evidence()
}

/// With `s = √β`; `error` billionths are added to the threshold. What is left over must be products of what is not negative: s,
/// `x - s x⁻`, the room below the threshold, and x.
fn no_swing(error: i64) -> Evidence {
    let [s, room, x, before] = Polynomial::variables();
    let one = s.int(1);
    let step = (&one - &s).squared() + s.constant(&rational(error, 1_000_000_000)) - &room;
    let next = (&one + s.squared() - step) * &x - s.squared() * &before;
    let mut exact = Exact::new();
    exact.identity("x⁺ - s x", next - &s * &x, &s * &(&x - &s * &before) + &room * &x);
    exact.identity("at rest x - s x⁻ = (1 - s) x", &x - &s * &x, (&one - &s) * &x);
    exact.evidence()
}

fn euler_code(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("euler");
    let mut exact = Exact::new();
    for case in 0..lab.cases(100) {
        let mut draws = stream.trial(case);
        let breakpoints = [draws.fraction(-20..0, 4), draws.fraction(1..20, 4)];
        let slopes: [Rational; 3] = std::array::from_fn(|_| draws.fraction(1..9, 4));
        let function = Piecewise::<Rational>::new(&breakpoints, &slopes);
        let [c, h, start] = [draws.fraction(1..9, 4), draws.fraction(1..8, 20), draws.fraction(-40..40, 4)];
        let (step_size, beta) = (square(&h), Rational::ONE - &c * &h);
        let two_point = Method::heavy_ball(Tuning { step_size: step_size.clone(), momentum: beta.clone() });
        for (name, method) in
            [("sums of gradients", momentum(Velocity::StepOutside, step_size, beta)), ("two-point form", two_point)]
        {
            let mut optimizer = subject.exact(&method)?;
            let mut found = vec![start.clone()];
            let [mut x, mut w] = [start.clone(), Rational::ZERO];
            for step in 0..8 {
                advance(&mut *optimizer, &mut found, |x| function.gradient(x));
                w = &w - &h * (&c * &w + function.derivative(&x));
                x = &x + &h * &w;
                exact.holds(name, found[0] == x, || {
                    format!("case {case}, step {step}, c = {c}, h = {h}: {} against {}", readable(&found[0]), readable(&x))
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// The code's iterates on `½ λ x²` from rest at 1.
fn iterates(
    subject: &dyn Subject,
    step_size: Rational,
    beta: Rational,
    lambda: &Rational,
    steps: usize,
) -> Result<Vec<Rational>, NotOffered> {
    let quadratic = Quadratic { spectrum: vec![lambda.clone()] };
    let mut optimizer = subject.exact(&momentum(Velocity::StepOutside, step_size, beta))?;
    let path = trajectory(&mut *optimizer, vec![Rational::ONE], |x| quadratic.gradient(x), steps);
    Ok(path.into_iter().flatten().collect())
}

/// Where a ball from rest at 1 on `½ λ x²` is, for `c + λ ≥ 1`.
///
/// Its k-th derivative at the start, `b_(k+2) = -c b_(k+1) - λ b_k`, is at most `m^k` with `m = c + λ ≥ 1`. From `K ≥ 2mτ` on, Taylor's terms
/// are at most half the ones before, so that the rest is at most `2 (mτ)^K/K!`.
fn rolled(c: &Rational, lambda: &Rational, time: &Rational) -> Interval {
    const TERMS: i64 = 100;
    let [mut derivative, mut following] = [Rational::ONE, Rational::ZERO];
    let (mut place, mut scale, mut largest) = (Rational::ZERO, Rational::ONE, Rational::ONE);
    for term in 1..=TERMS {
        place += &derivative * &scale;
        let third = -(c * &following) - lambda * &derivative;
        [derivative, following] = [following, third];
        scale = scale * time / Rational::from(term);
        largest = largest * (c + lambda) * time / Rational::from(term);
    }
    assert!(Rational::from(TERMS) >= Rational::from(2) * (c + lambda) * time, "a time that the series reaches");
    let rest = Interval::of(&(largest * Rational::from(2))).hi;
    Interval::of(&place) + Interval { lo: -rest, hi: rest }
}

/// Whether each error is `2^order` times the next one, up to a factor `2^(±0.02)`: `1/73 < 1 - 2^(-0.02)`.
fn slope(exact: &mut Exact, errors: &[Interval], order: u32, input: &str) {
    let factor = f64::from(1_u32 << order);
    for (halvings, pair) in errors.windows(2).enumerate() {
        let ratio = pair[0] / pair[1];
        let close = (ratio - Interval::point(factor)).smaller_than(factor / 73.0);
        exact.decided("the error falls as claimed", close, || {
            format!("{input}, halved {halvings} times: from {:e} to {:e}", pair[0].lo, pair[1].lo)
        });
    }
}

/// Against a ball whose friction is `rougher` times as large.
fn ball(subject: &dyn Subject, order: u32, rougher: &Rational) -> Result<Evidence, NotOffered> {
    let (c, lambda) = (Rational::ONE, Rational::from(4));
    let mut exact = Exact::new();
    for time in [1_usize, 2] {
        let there = rolled(&(&c * rougher), &lambda, &Rational::from(time));
        let mut errors = Vec::new();
        for inverse in [64_usize, 128, 256] {
            let h = rational(1, inverse as u64);
            let found = iterates(subject, square(&h), Rational::ONE - &c * h, &lambda, time * inverse)?;
            errors.push(Interval::of(&found[time * inverse]) - there);
        }
        slope(&mut exact, &errors, order, &format!("c = 1, λ = 4, time {time}, h = 1/64"));
    }
    Ok(exact.evidence())
}

fn flow(subject: &dyn Subject, time: &Rational, order: u32) -> Result<Evidence, NotOffered> {
    let there = (-Interval::of(time)).apply(Function::Exponential);
    let mut exact = Exact::new();
    let mut errors = Vec::new();
    for steps in [128_usize, 256, 512] {
        // τ = ηt/(1 - β) with β = 1/2.
        let step_size = time / Rational::from(2 * steps);
        let found = iterates(subject, step_size, rational(1, 2), &Rational::ONE, steps)?;
        errors.push(Interval::of(&found[steps]) - there);
    }
    slope(&mut exact, &errors, order, &format!("β = 1/2, λ = 1, time {time}, 128 steps"));
    Ok(exact.evidence())
}

/// Whether the code changes sign on `½ 4 x²` for `√η = 1/4, ..., 1/64`, with the momentum for that root. It has as many steps as the
/// ball has at friction 1 up to the time 2, or the flow at `β = 9/10` up to `τ = 1` if that is more.
fn swings(subject: &dyn Subject, momentum: fn(&Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for exponent in 2..7 {
        let root = rational(1, 1 << exponent);
        let steps = (2_usize << exponent).max((1 << (2 * exponent)) / 10 + 1);
        let beta = momentum(&root);
        let found = iterates(subject, square(&root), beta.clone(), &Rational::from(4), steps)?;
        let passed = found.iter().any(|x| *x < Rational::ZERO);
        exact.holds("it passes the minimum", passed, || {
            format!("λ = 4, η = {}, β = {beta}: {} left after {steps} steps", square(&root), readable(&found[steps]))
        });
    }
    Ok(exact.evidence())
}

fn rolling(_: &Lab) -> Plot {
    // x'' + x' + 4x = 0.
    let frequency = (4.0_f64 - 0.25).sqrt();
    let place = |time: f64| {
        let angle = frequency * time;
        libm::exp(-time / 2.0) * (libm::cos(angle) + libm::sin(angle) / (2.0 * frequency))
    };
    let mut series =
        vec![Series::theory("the ball, c = 1", (0..=200).map(|step| [f64::from(step) / 25.0, place(f64::from(step) / 25.0)]))];
    for inverse in [4_usize, 16] {
        let h = rational(1, inverse as u64);
        let found = iterates(&Reference, square(&h), Rational::ONE - &h, &Rational::from(4), 8 * inverse).unwrap_or_default();
        let points = found.iter().enumerate().map(|(step, x)| [step as f64 / inverse as f64, to_f64(x)]);
        series.push(Series::measured(&format!("code, √η = 1/{inverse}"), points));
    }
    Plot {
        id: "ball".into(),
        title: "Momentum with 1 - β = √η on 2 x² and the ball that it follows".into(),
        x: "time t √η".into(),
        y: "place".into(),
        series,
        ..Plot::default()
    }
}

fn flowing(_: &Lab) -> Plot {
    let mut series =
        vec![Series::theory("gradient flow", (0..=100).map(|step| [f64::from(step) / 25.0, libm::exp(-f64::from(step) / 25.0)]))];
    for inverse in [100_usize, 400, 2000] {
        // 4 (1 - β)/η steps.
        let steps = 4 * inverse / 10;
        let found = iterates(&Reference, rational(1, inverse as u64), rational(9, 10), &Rational::ONE, steps).unwrap_or_default();
        let every = steps.div_ceil(50);
        let points = found.iter().enumerate().step_by(every).map(|(step, x)| [10.0 * step as f64 / inverse as f64, to_f64(x)]);
        series.push(Series::measured(&format!("code, η = 1/{inverse}"), points));
    }
    Plot {
        id: "flow".into(),
        title: "Momentum with β = 0.9 on ½ x² and the gradient flow that it follows".into(),
        x: "time ηt/(1 - β)".into(),
        y: "place".into(),
        series,
        ..Plot::default()
    }
}
