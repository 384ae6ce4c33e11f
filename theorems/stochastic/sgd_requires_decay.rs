//! # Only the last iterate needs a decaying step size, and only where there is noise at the minimiser
//!
//! **Setting.** SGD on `½ λ x²` with independent noise of variance `σ²`, `a = 1 - ηλ`, from `x_0 = R`; averages `x̄_T` of `x_1, ..., x_T`.
//!
//! **Statement.** (1) Constant `η`: `E x_T² ≥ η²σ²` for all `T ≥ 1`: the last iterate does not converge. (2) `η_t = 1/(λ(t + 1))`, `t` from 0:
//! `E x_T² = σ²/(λ²T)`. (3) Constant `η`, averaged: `E x̄_T² = (aR(1 - a^T)/(ηλT))² + σ²/(λ²T²) Σ_(j≤T) (1 - a^j)²`, which for
//! `ηλ ≤ 1` is at most `R²/(ηλT)² + σ²/(λ²T)`. (4) Without noise at the minimiser constant `η` converges linearly.
//!
//! **Why.** `x_T` forgets old noise at a fixed rate and never averages it; `x̄_T` and the steps `1/(λt)` do.
//!
//! **How it could fail.** The code, and our averages around it, run exactly on all paths of two-point noise; the closed forms hold for all `T` by
//! induction.

use super::paths::{Paths, mean, mean_square};
use crate::evidence::{Evidence, Exact, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{AverageWeights, Averaged, IterateAverage, Method, Optimizer};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-requires-decay",
    title: "The last iterate of SGD needs decay where there is noise; averages and interpolation do not",
    topic: "stochastic",
    record: Some("sgd-requires-decay"),
    statement: "On $1/2 λ x^2$ with noise of variance $σ^2$ the last iterate of SGD at a constant step size keeps $𝔼 x_T^2 ≥ η^2 σ^2$; with \
                $η_t = 1/(λ (t + 1))$ it has $σ^2/(λ^2 T)$. The average of its iterates at a constant step size with $η λ ≤ 1$ has at most \
                $R^2/(η λ T)^2 + σ^2/(λ^2 T)$, and without noise $x_T^2 = (1 - η λ)^(2 T) R^2$.",
    hypotheses: &[
        "noise at the minimiser, $σ^2 (θ^*) > 0$",
        "the last iterate is meant, not an average",
        "a quadratic: beyond them the average at a constant step size is biased",
    ],
    sources: &[
        Source::Note("003", "144"),
        Source::Cited("robbins1951", "conditions on the step sizes"),
        Source::Cited("bach2013", "least squares with averaging"),
        Source::Cited("ma2018", "interpolation"),
    ],
    claims: &[
        Claim {
            id: "always",
            as_stated: true,
            statement: "SGD requires learning rate decay for convergence, with or without noise: at a constant step size some floor stays, here a \
                        tenth of $R^2$",
            quantifier: "refuted without noise, ηλ = 1/2, T = 2; no other floor stays, by the claim without noise",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| constant(subject, |_| Rational::ZERO, |moment, _| *moment >= rational(1, 10)),
        },
        Claim {
            id: "last-iterate",
            as_stated: false,
            statement: "with noise and a constant step size the code has $𝔼 x_T^2 ≥ η^2 σ^2$ for $T ≥ 1$, and $≥ V(1 - (1 - η λ)^(2 T))$ with the \
                        stationary variance $V$",
            quantifier: "all paths of two-point noise, T ≤ 8, ηλ = 1/2",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                constant(
                    subject,
                    |_| Rational::ONE,
                    |moment, step| {
                        let floor = rational(1, 3) * (Rational::ONE - rational(1, 4).pow(step as isize));
                        *moment >= rational(1, 4) && *moment >= floor
                    },
                )
            },
        },
        Claim {
            id: "decay",
            as_stated: false,
            statement: "with $η_t = 1/(λ (t + 1))$ the code has $𝔼 x_T^2 = σ^2/(λ^2 T)$",
            quantifier: "all paths of two-point noise, 1 ≤ T ≤ 8, λ = 1 and 3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| decaying(subject, 0),
        },
        Claim {
            id: "noiseless",
            as_stated: false,
            statement: "without noise and at a constant step size the code has $x_T^2 = (1 - η λ)^(2 T) R^2$",
            quantifier: "λ = R = 1, η = 1/2, T ≤ 8",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                constant(subject, |_| Rational::ZERO, |moment, step| *moment == rational(1, 4).pow(step as isize))
            },
        },
        Claim {
            id: "average",
            as_stated: false,
            statement: "at a constant step size the average of the code's iterates has $𝔼 macron(x)_T^2$ in closed form, at most $R^2/(η λ T)^2 + \
                        σ^2/(λ^2 T)$",
            quantifier: "all paths of two-point noise, T ≤ 8; λ = 1, η = 1/2 and 1, and λ = 3, η = 1/10; R = 2, σ = 1",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| averaged(subject, &Rational::ONE),
        },
        Claim {
            id: "induction",
            as_stated: false,
            statement: "the closed forms of all $T$: $T x_T$ is a sum of $T$ noises for $η_t = 1/(λ (t + 1))$, and $λ T macron(x)_T$ is $-sum ξ_s$ with \
                        factors $1 - a^(T - s)$ and the start's $a (1 - a^T)/η$",
            quantifier: "all λ, η, T, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(induction(0)),
        },
    ],
    controls: &[
        Control {
            id: "constant-converges",
            differs: "claims E x_T² ≤ 1/T at a constant step size with noise",
            broken: Broken::Statement(|_, subject| {
                constant(subject, |_| Rational::ONE, |moment, step| step == 0 || *moment <= rational(1, step as u64))
            }),
        },
        Control {
            id: "required-without-noise",
            differs: "claims that x_T² stays above a hundredth without noise",
            broken: Broken::Statement(|_, subject| {
                constant(subject, |_| Rational::ZERO, |moment, _| *moment >= rational(1, 100))
            }),
        },
        Control {
            id: "nearly-half-the-variance",
            differs: "claims E x̄_T² ≤ R²/(ηλT)² + 9σ²/(20 λ²T)",
            broken: Broken::Statement(|_, subject| averaged(subject, &rational(9, 20))),
        },
        Control {
            id: "one-step-behind",
            differs: "claims E x_T² = σ²/(λ²(T + 1))",
            broken: Broken::Statement(|_, subject| decaying(subject, 1)),
        },
        Control {
            id: "unbalanced-induction",
            differs: "the noise of a step is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(induction(1))),
        },
        Control {
            id: "noiseless-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "noiseless", subject: &LONGER_STEP },
        },
        Control {
            id: "decaying-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "decay", subject: &LONGER_STEP },
        },
        Control {
            id: "averaged-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "average", subject: &LONGER_STEP },
        },
    ],
    plots: &[three_ways],
};

const STEPS: usize = 8;

fn quadratic(lambda: &Rational) -> Quadratic<Rational> {
    Quadratic { spectrum: vec![lambda.clone(); 1 << STEPS] }
}

/// `E x_T²` at `η = 1/2`, `λ = R = 1`.
fn constant(
    subject: &dyn Subject,
    noise: fn(()) -> Rational,
    claimed: fn(&Rational, usize) -> bool,
) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let noise = noise(());
    let one = Rational::ONE;
    let paths = Paths { start: &one, noise: &noise, step_size: |_| rational(1, 2), steps: STEPS };
    for (step, x) in paths.run(subject, |x| quadratic(&one).gradient(x))?.iter().enumerate().skip(1) {
        let moment = mean_square(x);
        exact
            .holds("E x_T² is as claimed", claimed(&moment, step), || format!("σ = {noise}, T = {step}: {}", readable(&moment)));
    }
    Ok(exact.evidence())
}

fn decaying(subject: &dyn Subject, behind: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (start, noise) = (Rational::from(5), Rational::from(2));
    for lambda in [1, 3].map(Rational::from) {
        let step_size = |step: usize| Rational::ONE / (&lambda * Rational::from(step + 1));
        let paths = Paths { start: &start, noise: &noise, step_size, steps: STEPS };
        for (step, x) in paths.run(subject, |x| quadratic(&lambda).gradient(x))?.iter().enumerate().skip(1) {
            let claimed = square(&noise) / (square(&lambda) * Rational::from(step + behind));
            exact.equal("E x_T² = σ²/(λ²T)", &mean_square(x), &claimed, || format!("λ = {lambda}, T = {step}"));
        }
    }
    Ok(exact.evidence())
}

/// The averages of the code's iterates on all paths, after each step: an average around the subject's optimizer.
fn averages(subject: &dyn Subject, [lambda, eta, start]: [&Rational; 3]) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let mut parameters = vec![vec![start.clone(); 1 << STEPS]];
    let average = IterateAverage { from: 1, weights: AverageWeights::Uniform };
    let mut optimizer = Averaged::new(subject.exact(&Method::gradient_descent(eta.clone()))?, average, &parameters);
    let mut found = Vec::new();
    for step in 0..STEPS {
        let sign = |path: usize| if path >> step & 1 == 0 { Rational::ONE } else { Rational::NEG_ONE };
        let gradient: Vec<Rational> = parameters[0].iter().enumerate().map(|(path, x)| lambda * x + sign(path)).collect();
        optimizer.step(&mut parameters, &[Some(&gradient)]);
        found.extend(optimizer.average());
    }
    Ok(found)
}

/// With `σ = 1`; the bound's second term is multiplied by `share`.
fn averaged(subject: &dyn Subject, share: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let start = Rational::from(2);
    let one = Rational::ONE;
    for [lambda, eta] in [[rational(1, 1), rational(1, 2)], [rational(1, 1), one.clone()], [rational(3, 1), rational(1, 10)]] {
        let decay = &one - &eta * &lambda;
        for (index, paths) in averages(subject, [&lambda, &eta, &start])?.iter().enumerate() {
            let steps = Rational::from(index + 1);
            let left = |power: usize| &one - decay.pow(power as isize);
            let bias = &decay * &start * left(index + 1) / (&eta * &lambda * &steps);
            let squares = (1..=index + 1).fold(Rational::ZERO, |sum, j| sum + square(&left(j)));
            let scale = square(&lambda) * &steps;
            let input = || format!("λ = {lambda}, η = {eta}, T = {steps}");
            exact.equal("E x̄_T", &mean(paths), &bias, input);
            let moment = mean_square(paths);
            exact.equal("E x̄_T²", &moment, &(square(&bias) + squares / (&scale * &steps)), input);
            let bound = square(&(&start / (&eta * &lambda * &steps))) + share / scale;
            exact.holds("E x̄_T² is at most the bound", moment <= bound, || {
                format!("{}: {} against {}", input(), readable(&moment), readable(&bound))
            });
        }
    }
    Ok(exact.evidence())
}

/// `error` billionths of the noise are added to it in a step.
fn induction(error: i64) -> Evidence {
    let mut exact = Exact::new();
    let [lambda, eta, t, x, noise, power, sum] = Polynomial::variables();
    let actual = &noise * eta.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let one = eta.int(1);
    // λ t x_t = S, the negative sum of the noises; x_(t+1) = x_t - (λ x_t + ξ)/(λ(t + 1)); times λ(t + 1).
    let next = &lambda * (&t + &one) * &x - (&lambda * &x + &actual);
    exact.identity("λ(t + 1) x_(t+1) = λ t x_t - ξ", next, &lambda * &t * &x - &noise);
    // With S_T = x_1 + ... + x_T: λ S_T = -Σ ξ_s + (a x_0 - a x_T')..., kept as ηλ S_T = a x_0 - a x_T - η Σ ξ_s, because
    // a x_T = x_(T+1) + η ξ. Here `x` is x_T, `sum` is ηλ S_T - (a x_0 - a x_T) = -η Σ ξ_s.
    let kept = &one - &eta * &lambda;
    let next = &kept * &x - &eta * &actual;
    let grown = &sum + &eta * &lambda * &next + &kept * &next - &kept * &x;
    exact.identity("ηλ(x_1 + ... + x_T) = a(x_0 - x_T) - η Σ ξ_s: a step adds -ηξ", grown, &sum - &eta * &noise);
    // In x_T the noise of step s has the factor -η a^(T-1-s): in -η ξ_s - a x_T it is -η(1 - a^(T-s)), here with power = a^(T-1-s).
    let weight = -(&eta * &noise) - &kept * &(-(&eta * &power * &actual));
    exact.identity("the factor of ξ_s", weight, -(&eta * &noise * (&one - &kept * &power)));
    exact.evidence()
}

fn three_ways(_: &Lab) -> Plot {
    let horizon = || (1..=40).map(f64::from);
    let half = rational(1, 2);
    let one = Rational::ONE;
    let average = |t: f64| {
        let squares: f64 = (1..=t as u32).map(|j| (1.0 - libm::exp2(-f64::from(j))) * (1.0 - libm::exp2(-f64::from(j)))).sum();
        let bias = (1.0 - libm::exp2(-t)) / t;
        bias * bias + squares / (t * t)
    };
    let last = |t: f64| 1.0 / 3.0 + libm::pow(0.25, t) * 2.0 / 3.0;
    let paths = Paths { start: &one, noise: &one, step_size: |_| half.clone(), steps: STEPS };
    let run = paths.run(&Reference, |x| quadratic(&one).gradient(x)).unwrap_or_default();
    let means = averages(&Reference, [&one, &half, &one]).unwrap_or_default();
    let decay = Paths { start: &one, noise: &one, step_size: |step| rational(1, step as u64 + 1), steps: STEPS };
    let decayed = decay.run(&Reference, |x| quadratic(&one).gradient(x)).unwrap_or_default();
    let points = |iterates: &[Vec<Rational>], first: usize| {
        iterates.iter().enumerate().map(|(t, x)| [(t + first) as f64, to_f64(&mean_square(x))]).collect::<Vec<_>>()
    };
    Plot {
        id: "three-ways".into(),
        title: "SGD on ½ x² with σ = R = 1".into(),
        x: "step T".into(),
        y: "mean square".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("last iterate, η = 1/2", horizon().map(|t| [t, last(t)])),
            Series::theory("average, η = 1/2", horizon().map(|t| [t, average(t)])),
            Series::theory("last iterate, η_t = 1/(t + 1)", horizon().map(|t| [t, 1.0 / t])),
            Series::measured("the code: last, constant", points(&run[1..], 1)),
            Series::measured("the code: averaged, constant", points(&means, 1)),
            Series::measured("the code: last, decaying", points(&decayed[1..], 1)),
        ],
    }
}
