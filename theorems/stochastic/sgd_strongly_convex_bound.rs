//! # SGD with a constant step converges linearly to a noise floor
//!
//! **Setting.** `f ∈ F(μ, L)` with minimiser 0, `x⁺ = x - η (∇f(x) + ξ)`, `E ξ = 0` and `E‖ξ‖² ≤ σ²` given the past; `R = ‖x_0‖`,
//! `ρ = max(|1 - ημ|, |1 - ηL|)`.
//!
//! **Statement.** (1) For `0 < η < 2/L`: `E‖x_T‖² ≤ ρ^(2T) R² + η²σ² (1 - ρ^(2T))/(1 - ρ²)`, and quadratics attain it. (2) For
//! `η ≤ (2L - μ)/L²`: `E‖x_T‖² ≤ (1 - ημ)^T R² + ησ²/μ`, the note's bound; beyond, the quadratic with `λ = L` violates it.
//!
//! **Why.** The noise decouples, `E‖x⁺‖² = ‖x - η∇f(x)‖² + η² E‖ξ‖²`, and a step contracts by `ρ` (gd-linear-rate); `ρ² ≤ 1 - ημ`
//! exactly up to the threshold, because `(1 - ημ) - (1 - ηL)² = η((2L - μ) - ηL²)`.
//!
//! **How it could fail.** The identities are compared as polynomials. The code runs exactly on all `2^T` paths of two-point noise,
//! on drawn members of the class and on quadratics, and in floats over 200 steps.

use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-strongly-convex-bound",
    title: "SGD at a constant step contracts to a noise floor",
    topic: "stochastic",
    record: Some("sgd-strongly-convex-bound"),
    statement: "For $f ∈ F(μ, L)$, unbiased gradients of variance at most $σ^2$ and $0 < η < 2/L$, SGD satisfies \
                $𝔼‖θ_T - θ^*‖^2 ≤ ρ^(2T) R^2 + η^2 σ^2 (1 - ρ^(2T))/(1 - ρ^2)$, $ρ = max(|1 - η μ|, |1 - η L|)$, and quadratics \
                attain it. Exactly up to $η = (2L - μ)/L^2$ this implies $(1 - η μ)^T R^2 + (η σ^2)/μ$.",
    hypotheses: &[
        "$f$ is $L$-smooth and $μ$-strongly convex, $0 < μ ≤ L$",
        "the gradients are unbiased given the past, with total variance at most $σ^2$ everywhere",
        "$0 < η ≤ (2L - μ)/L^2$ for the note's bound, which contains $1/L$ and $2/(L + μ)$; $0 < η < 2/L$ for the sharp one",
    ],
    sources: &[
        Source::Note("000", "121-129"),
        Source::Cited("moulines2011", "section 3"),
        Source::Cited("gower2019", "Theorem 3.1"),
        Source::Cited("bottou2018", "Theorem 4.6"),
    ],
    claims: &[
        Claim {
            id: "any-step",
            as_stated: true,
            statement: "$𝔼‖θ_T - θ^*‖^2 ≤ (1 - η μ)^T ‖θ_0 - θ^*‖^2 + η σ^2/μ$, whatever the step size",
            quantifier: "a quadratic without noise, μ = 1, L = 10, at η = 0.195, below 2/L",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| noiseless(subject, (1..40).map(|k| rational(k, 200))),
        },
        Claim {
            id: "range",
            as_stated: false,
            statement: "the sharp bound for $0 < η < 2/L$, and the note's for $0 < η ≤ (2L - μ)/L^2$",
            quantifier: "every f in F(μ, L), every dimension, all 0 < μ < L, every noise, every T, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(identities(0)),
        },
        Claim {
            id: "members",
            as_stated: false,
            statement: "the mean over all paths of the code obeys both bounds, each on its range of step sizes",
            quantifier: "the drawn functions with piecewise linear derivative, two-point noise, T ≤ 8",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| members(lab, subject, &Rational::ONE),
        },
        Claim {
            id: "attained",
            as_stated: false,
            statement: "on $½ λ x^2$ with the $λ ∈ {μ, L}$ that contracts less, $𝔼 x_T^2$ equals the sharp bound",
            quantifier: "μ = 1, L = 10, 20 step sizes in (0, 2/L), the last beyond the threshold, T = 1 and 4, and T = 12 at η = 19/200; all paths of \
                         two-point noise",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: attained,
        },
        Claim {
            id: "long-run",
            as_stated: false,
            statement: "after 200 steps $𝔼‖θ_T‖^2$ equals the closed form and obeys the note's bound",
            quantifier: "a quadratic with μ = 1 (60 times) and L = 10, η = 0.13, two-point noise on the μ-modes",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| long_run(lab, subject, 1.0, 0.0),
        },
    ],
    controls: &[
        Control {
            id: "third-of-the-floor",
            differs: "claims the floor ησ²/(3μ), with noise on the μ-modes",
            broken: Broken::Statement(|lab, subject| long_run(lab, subject, 1.0 / 3.0, 0.0)),
        },
        Control {
            id: "biased-oracle",
            differs: "the noise has a mean of length 0.34 σ",
            broken: Broken::Statement(|lab, subject| long_run(lab, subject, 1.0, 0.34)),
        },
        Control {
            id: "just-beyond-the-threshold",
            differs: "the note's bound without noise at 1.01 times the threshold",
            broken: Broken::Statement(|_, subject| noiseless(subject, [rational(19 * 101, 10_000)].into_iter())),
        },
        Control {
            id: "half-the-noise",
            differs: "claims both bounds with σ²/2",
            broken: Broken::Statement(|lab, subject| members(lab, subject, &rational(1, 2))),
        },
        Control {
            id: "threshold-off-by-a-billionth",
            differs: "the threshold's μ is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(identities(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "attained", subject: &impostors::LONGER_STEP },
        },
        Control {
            id: "step-larger-by-half",
            differs: "the code steps by 3η/2",
            broken: Broken::Subject {
                claim: "long-run",
                subject: &Impostor { name: "step larger by half", instead: |method| larger_step(method, rational(3, 2)) },
            },
        },
    ],
    plots: &[decay],
};

fn larger_step(method: &Method, factor: Rational) -> Method {
    Method { step_size: &method.step_size * factor, ..method.clone() }
}

/// The proof over the whole class; `error` billionths are added to the threshold's μ. Products of `x`, `g` and `s` stand for inner
/// products.
fn identities(error: i64) -> Evidence {
    let [mu, l, eta, x, g, s, r, p, start] = Polynomial::variables();
    let (one, two) = (mu.int(1), mu.int(2));
    let squared = |q: &Polynomial| q * q;
    let mut exact = Exact::new();
    let mut identity = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    // Given the past, noise enters through its mean, 0, and its second moment: here as ±s.
    let step = |noise: &Polynomial| squared(&(&x - &(&eta * &(g.clone() + noise.clone()))));
    let noise = squared(&eta) * squared(&s);
    let decoupled = squared(&(&x - &(&eta * &g))) + noise.clone();
    identity("the noise decouples", step(&s) + step(&-s.clone()), &two * decoupled);
    // The contraction, from cocoercivity ≥ 0, as in gd-linear-rate.
    let sum = l.clone() + mu.clone();
    let cocoercive = &sum * (&g * &x) - squared(&g) - &mu * &l * squared(&x);
    let (room, difference) = (&two - &(&eta * &sum), &l - &mu);
    for (name, rho, room, curvature) in
        [("short steps", &one - &(&eta * &mu), room.clone(), &mu), ("long steps", &eta * &l - one.clone(), -room, &l)]
    {
        let claim = &difference * &(squared(&rho) * squared(&x) - squared(&(&x - &(&eta * &g))));
        let residual = &eta * &room * squared(&(&g - &(curvature * &x)));
        identity(name, claim - &two * &(&eta * &rho) * &cocoercive, residual);
    }
    // The sharp bound B_t = p R² + η²s²(1 - p)/(1 - r) with r = ρ² and p = r^t solves B⁺ = r B + η²s²; times 1 - r.
    let bound = |p: &Polynomial| (&one - &r) * p * squared(&start) + &noise * &(&one - p);
    identity("the sharp bound's recursion", &r * &bound(&p) + &noise * &(&one - &r), bound(&(&r * &p)));
    // ρ² ≤ 1 - ημ: always for 1 - ημ while ημ ≤ 1, and for 1 - ηL exactly up to the threshold, where ημ ≤ 1 holds.
    let decay = &one - &(&eta * &mu);
    identity("short steps lie below 1 - ημ", decay.clone() - squared(&decay), &eta * &mu * &decay);
    let top = &two * &l - &mu * &(one.clone() + mu.constant(&rational(error, 1_000_000_000)));
    let long = decay.clone() - squared(&(&one - &(&eta * &l)));
    identity("long steps lie below 1 - ημ up to the threshold", long, &eta * &(&top - &(&eta * &squared(&l))));
    identity("the threshold is at most 1/μ", squared(&l) - &mu * &top, squared(&difference));
    identity("1/L lies below the threshold", &top - &l, difference.clone());
    identity("2/(L + μ) lies below the threshold", &top * &sum - &two * squared(&l), &mu * &difference);
    // η²s²/(1 - r) ≤ ηs²/μ where r ≤ 1 - ημ; times μ(1 - r)/(ηs²).
    identity("the floor", (&one - &r) - &eta * &mu, decay - r.clone());
    exact.evidence()
}

/// `ρ²`.
fn contraction(mu: &Rational, smoothness: &Rational, eta: &Rational) -> Rational {
    let factor = |curvature: &Rational| square(&(Rational::ONE - eta * curvature));
    factor(mu).max(factor(smoothness))
}

/// `ρ^(2T) R² + η²σ² (1 - ρ^(2T))/(1 - ρ²)`.
fn sharp(rho_squared: &Rational, eta: &Rational, [start, variance]: [&Rational; 2], steps: usize) -> Rational {
    let power = rho_squared.pow(steps as isize);
    &power * start + square(eta) * variance * (Rational::ONE - &power) / (Rational::ONE - rho_squared)
}

/// `(1 - ημ)^T R² + ησ²/μ`.
fn of_the_note(mu: &Rational, eta: &Rational, [start, variance]: [&Rational; 2], steps: usize) -> Rational {
    (Rational::ONE - eta * mu).pow(steps as isize) * start + eta * variance / mu
}

/// `E x_T²` over all paths of the noise `±noise`, exactly: path `p` is element `p` of one tensor, its sign at step `t` bit `t` of `p`.
fn second_moment(
    subject: &dyn Subject,
    eta: &Rational,
    gradient: impl Fn(&[Rational]) -> Vec<Rational>,
    [start, noise]: [&Rational; 2],
    steps: usize,
) -> Result<Rational, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
    let mut paths = vec![start.clone(); 1 << steps];
    for step in 0..steps {
        advance(&mut *optimizer, &mut paths, |x| {
            let signed = |path: usize| if path >> step & 1 == 0 { noise.clone() } else { -noise.clone() };
            gradient(x).into_iter().enumerate().map(|(path, gradient)| gradient + signed(path)).collect()
        });
    }
    let sum = paths.iter().fold(Rational::ZERO, |sum, x| sum + square(x));
    Ok(sum / Rational::from(1 << steps))
}

/// One step without noise on `5 x²`, a member of `F(1, 10)`, against the note's bound.
fn noiseless(subject: &dyn Subject, etas: impl Iterator<Item = Rational>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (one, zero) = (Rational::ONE, Rational::ZERO);
    for eta in etas {
        let quadratic = Quadratic { spectrum: vec![Rational::from(10); 2] };
        let moment = second_moment(subject, &eta, |x| quadratic.gradient(x), [&one, &zero], 1)?;
        let bound = of_the_note(&one, &eta, [&one, &zero], 1);
        let found = || format!("μ = 1, L = 10, η = {eta}, σ = 0, λ = L, x_0 = 1: x_1² = {moment} against {bound}");
        exact.holds("E‖x_1‖² ≤ 1 - ημ", moment <= bound, found);
    }
    Ok(exact.evidence())
}

/// Both bounds, with the variance times `share`.
fn members(lab: &Lab, subject: &dyn Subject, share: &Rational) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("members");
    let mut exact = Exact::new();
    for case in 0..lab.cases(80) {
        let draws = &mut stream.trial(case);
        let mut sixteenths = |from: i64, to: i64| rational(from + draws.index((to - from) as usize) as i64, 16);
        let mu = sixteenths(1, 16);
        // Half of the condition numbers are at most 3, where the threshold is well below 2/L.
        let smoothness = if case % 4 < 2 { &mu + sixteenths(1, 160) } else { &mu + &mu * sixteenths(1, 33) };
        let start = sixteenths(-64, 65);
        let noise = sixteenths(1, 33);
        let threshold = (Rational::from(2) * &smoothness - &mu) / square(&smoothness);
        // Half of the step sizes go up to the threshold, which is among them, half lie in the upper part of (0, 2/L).
        let eta =
            if case % 2 == 0 { &threshold * sixteenths(1, 17) } else { Rational::from(2) / &smoothness * sixteenths(6, 16) };
        let function = Piecewise::draw(draws, &mu, &smoothness);
        let steps = 1 + case as usize % 8;
        let moment = second_moment(subject, &eta, |x| function.gradient(x), [&start, &noise], steps)?;
        let (distance, variance) = (square(&start), square(&noise) * share);
        let found = || format!("case {case}: μ = {mu}, L = {smoothness}, η = {eta}, x_0 = {start}, noise ±{noise}, T = {steps}");
        let bound = sharp(&contraction(&mu, &smoothness, &eta), &eta, [&distance, &variance], steps);
        exact.holds("the sharp bound", moment <= bound, found);
        if eta <= threshold {
            let bound = of_the_note(&mu, &eta, [&distance, &variance], steps);
            exact.holds("the note's bound", moment <= bound, found);
        }
    }
    Ok(exact.evidence())
}

fn attained(_: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (mu, smoothness, start, noise) = (Rational::from(1), Rational::from(10), Rational::from(3), Rational::from(2));
    for (k, steps) in (1..40).step_by(2).flat_map(|k| [(k, 1), (k, 4)]).chain([(19, 12)]) {
        let eta = rational(k, 200);
        let rho_squared = contraction(&mu, &smoothness, &eta);
        let slow = if square(&(Rational::ONE - &eta * &mu)) == rho_squared { &mu } else { &smoothness };
        let quadratic = Quadratic { spectrum: vec![slow.clone(); 1 << steps] };
        let moment = second_moment(subject, &eta, |x| quadratic.gradient(x), [&start, &noise], steps)?;
        let bound = sharp(&rho_squared, &eta, [&square(&start), &square(&noise)], steps);
        exact.equal("E x_T² = the sharp bound", &moment, &bound, || format!("λ = {slow}, η = {eta}, T = {steps}"));
    }
    Ok(exact.evidence())
}

/// Modes with the curvature μ = 1, beside one with L = 10 that carries no noise; their signs are the bits of one number.
const SLOW: usize = 60;

/// `‖x_t‖²` for `t = 0, ..., steps` from `start` in each coordinate, with noise of total variance 1 on the μ-modes.
fn run(
    subject: &dyn Subject,
    eta: &Rational,
    start: [f64; 2],
    mut signs: impl FnMut() -> u64,
    bias: f64,
    steps: usize,
) -> Result<Vec<f64>, NotOffered> {
    let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
    let mut x = vec![start[0]; SLOW];
    x.push(start[1]);
    let size = 1.0 / (SLOW as f64).sqrt();
    let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
    let mut norms = vec![norm(&x)];
    for _ in 0..steps {
        let signs = signs();
        let noise = |mode: usize| size * (if signs >> mode & 1 == 0 { 1.0 } else { -1.0 } + bias);
        advance(&mut *optimizer, &mut x, |x| {
            let slow = x[..SLOW].iter().enumerate().map(|(mode, x)| x + noise(mode));
            slow.chain([10.0 * x[SLOW]]).collect()
        });
        norms.push(norm(&x));
    }
    Ok(norms)
}

/// In units of the note's floor `ησ²/μ = 0.13`, started from 0 but for the L-mode.
///
/// Each slow coordinate is a weighted sum S of signs, of variance V. Its even moments are at most those of a Gaussian of variance V,
/// so that `ln E exp(λ(S² - V)) ≤ λ²V²/(1 - 2λV)`; and `ln E exp(-λ(S² - V)) ≤ λ² E S⁴/2 ≤ 3λ²V²/2` because `e^-y ≤ 1 - y + y²/2`
/// for `y ≥ 0`: sub-gamma with `v = 3V²`, `c = 2V`. The L-mode is no random number. V follows from what is claimed, so it is taken
/// twice as large. The smallest effects are 0.201 (a third of the floor) and 0.296 (the step larger by
/// half, still below 2/L).
fn long_run(lab: &Lab, subject: &dyn Subject, share: f64, bias: f64) -> Result<Evidence, NotOffered> {
    const STEPS: usize = 200;
    let (eta, floor, decay): (Rational, f64, f64) = (rational(13, 100), 0.13, 0.87);
    run(subject, &eta, [0.0, 1.0], || 0, bias, 1)?; // whether the subject offers the method, before trials that cannot say so
    let modes = SLOW as f64;
    let power = libm::pow(decay, 2.0 * STEPS as f64);
    let expected = (1.0 - power) / (2.0 - floor) + libm::pow(0.3, 2.0 * STEPS as f64) / floor;
    let one = 2.0 / (2.0 - floor) / modes;
    let law = Law::SubGamma { variance: 3.0 * modes * one * one, scale: 2.0 * one };
    let margin = 0.04;
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let note = share + libm::pow(decay, STEPS as f64) / floor;
    let ask = |name, relation, target| {
        estimate(lab, &Question { name, relation, target, margin, law, largest }, |draws| {
            let norms = run(subject, &eta, [0.0, 1.0], || draws.bits(), bias, STEPS);
            norms.map_or(f64::NAN, |norms| norms[STEPS] / floor)
        })
    };
    Ok(Evidence::sampled(vec![
        ask("E‖θ_T‖² μ/(ησ²) against the closed form", Relation::Equal, expected),
        ask("E‖θ_T‖² μ/(ησ²) against the note's bound", Relation::AtMost, note),
    ]))
}

fn decay(lab: &Lab) -> Plot {
    const STEPS: usize = 60;
    let stream = lab.stream("decay");
    let eta = rational(13, 100);
    let start = [1.0 / (SLOW as f64).sqrt(), 0.0];
    let mut mean = vec![0.0; STEPS + 1];
    for trial in 0..200 {
        let mut draws = stream.trial(trial);
        let norms = run(&Reference, &eta, start, || draws.bits(), 0.0, STEPS).unwrap_or_default();
        mean.iter_mut().zip(norms).for_each(|(mean, norm)| *mean += norm / 200.0);
    }
    let theory = |rho_squared: f64, floor: f64| {
        (0..=STEPS).map(move |step| {
            let power = libm::pow(rho_squared, step as f64);
            [step as f64, power + floor * (1.0 - power)]
        })
    };
    let note = (0..=STEPS).map(|step| [step as f64, libm::pow(0.87, step as f64) + 0.13]);
    Plot {
        id: "decay".into(),
        title: "SGD with noise on the μ-modes, μ = 1, L = 10, η = 0.13, σ = 1, 200 runs".into(),
        x: "step".into(),
        y: "E‖θ‖²".into(),
        log_y: true,
        series: vec![
            Series::theory("the note's bound", note),
            Series::theory("sharp bound", theory(0.87 * 0.87, 0.13 / 1.87)),
            Series::measured("the code", mean.into_iter().enumerate().map(|(step, mean)| [step as f64, mean])),
        ],
        ..Plot::default()
    }
}
