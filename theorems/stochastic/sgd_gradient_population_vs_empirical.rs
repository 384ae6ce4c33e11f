//! # A fresh sample has the population's gradient, a used one the data set's
//!
//! **Setting.** `ℓ(θ; y) = ½ (θ - y)²`, `y = 0` or `2` with equal probability, so `∇R(θ) = θ - 1`; a data set of two samples with
//! `∇R_2(θ) = θ - ȳ`.
//!
//! **Statement.** (1) If every sample is used once, `E[g_t | past] = ∇R(θ_t)`. (2) If samples are used again, `E[g_t | data, past] =
//! ∇R_2(θ_t)`, and `E[g_t | θ_t] ≠ ∇R(θ_t)`, because `θ_t` depends on the data. (3) At the fitted `θ̂ = ȳ`, with `s = sign(θ̂ - 1)`:
//! `E[∇R_2(θ̂) s] = 0` and `E[∇R(θ̂) s] = ½`.
//!
//! **Why.** A fresh sample is independent of `θ_t`; a used one has already pulled `θ_t` towards itself.
//!
//! **How it could fail.** All data sets and index sequences are enumerated, the code's steps in exact arithmetic; outcomes are grouped
//! by `θ_t`, so that every function of `θ_t` is tested at once.

use super::faults::FAVOUR;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, Real, rational, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::training::Sampling;
use crate::verdict::Verdict;
use std::collections::BTreeMap;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-gradient-population-vs-empirical",
    title: "Fresh samples have the population's gradient, samples used again the data set's",
    topic: "stochastic",
    record: Some("sgd-gradient-population-vs-empirical"),
    statement: "If every sample is used once, the stochastic gradient has the population's gradient as its mean, $𝔼[g_t | θ_t] = \
                ∇R(θ_t)$. If samples are used again it has that of the data set, $∇R_n (θ_t)$, which is biased for $∇R(θ_t)$ because \
                $θ_t$ depends on the data. Shown on $1/2 (θ - y)^2$ with $y ∈ {0, 2}$, data sets of two samples and two epochs.",
    hypotheses: &["samples independent of each other", "each sample used once; otherwise read $R_n$ for $R$"],
    sources: &[Source::Note("000", "101"), Source::Cited("bottou2018", "section 4.1"), Source::Cited("hardt2016", "setting")],
    claims: &[
        Claim {
            id: "several-epochs",
            as_stated: true,
            statement: "$𝔼[∇L(θ_t; x_t, y_t) | θ_t] = ∇R(θ_t)$ in every step of training",
            quantifier: "refuted in the first step of the second epoch over two samples, η = 1/3",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| population(subject, false),
        },
        Claim {
            id: "streaming",
            as_stated: false,
            statement: "with a fresh sample each step $𝔼[g_t | θ_t] = ∇R(θ_t)$, and the code's mean step is $-η ∇R(θ_t)$",
            quantifier: "all 16 streams of four samples, every value of θ_t that occurs, η = 1/3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| population(subject, true),
        },
        Claim {
            id: "of-the-data-set",
            as_stated: false,
            statement: "with uniform draws from a data set $𝔼[g_t | \"data\", θ_t] = ∇R_n (θ_t)$, and the code's mean step is $-η ∇R_n (θ_t)$",
            quantifier: "all data sets of two samples, all sequences of four draws, every value of θ_t that occurs, η = 1/3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| empirical(subject),
        },
        Claim {
            id: "after-fitting",
            as_stated: false,
            statement: "at $hat(θ) = macron(y)$, reached by the code in one step with $η = 1$: $𝔼[∇R_n (hat(θ)) s] = 0$ and \
                        $𝔼[∇R(hat(θ)) s] = 1/2$ with $s = \"sign\"(hat(θ) - 1)$",
            quantifier: "all data sets of two samples",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| fitted(subject, rational(1, 2)),
        },
    ],
    controls: &[
        Control {
            id: "two-epochs",
            differs: "claims of two epochs what holds for a stream",
            broken: Broken::Statement(|_, subject| population(subject, false)),
        },
        Control {
            id: "no-gap",
            differs: "claims E[∇R(θ̂) s] = 0, as for ∇R_n",
            broken: Broken::Statement(|_, subject| fitted(subject, Rational::ZERO)),
        },
        Control {
            id: "stream-step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "streaming", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "after-fitting", subject: &LONGER_STEP },
        },
        Control {
            id: "favoured-sample",
            differs: "the code's sampler gives sample 0 two tickets",
            broken: Broken::Subject { claim: "of-the-data-set", subject: &FAVOUR },
        },
    ],
    plots: &[bias],
};

/// `θ_0`, off the population's minimiser.
fn start() -> Rational {
    rational(1, 2)
}

fn eta() -> Rational {
    rational(1, 3)
}

/// The iterates of the code on these labels.
fn run(subject: &dyn Subject, labels: &[Rational]) -> Result<Vec<Rational>, NotOffered> {
    let mut optimizer = subject.exact(&Method::gradient_descent(eta()))?;
    let mut x = vec![start()];
    let mut path = x.clone();
    for label in labels {
        advance(&mut *optimizer, &mut x, |x| vec![&x[0] - label]);
        path.push(x[0].clone());
    }
    Ok(path)
}

/// Sums of probability, gradient and step over the outcomes that share a value of `θ_t`.
type Groups = BTreeMap<(usize, Rational), [Rational; 3]>;

fn add(groups: &mut Groups, step: usize, probability: &Rational, path: &[Rational], label: &Rational) {
    let [theta, next] = [&path[step], &path[step + 1]];
    let sums = groups.entry((step, theta.clone())).or_insert_with(|| [(); 3].map(|()| Rational::ZERO));
    for (sum, value) in sums.iter_mut().zip([Rational::ONE, theta - label, next - theta]) {
        *sum += probability * value;
    }
}

fn label(bit: usize) -> Rational {
    Rational::from(2 * (bit & 1) as i64)
}

/// The outcomes of four steps: all streams, or two epochs over all data sets of two samples in all orders.
fn outcomes(subject: &dyn Subject, streaming: bool) -> Result<Groups, NotOffered> {
    let mut groups = Groups::new();
    for bits in 0..16 {
        let labels: Vec<Rational> = if streaming {
            (0..4).map(|step| label(bits >> step)).collect()
        } else {
            // Two bits for the data; each epoch begins with either sample.
            let first = [bits >> 2 & 1, bits >> 3 & 1];
            first.into_iter().flat_map(|first| [first, 1 - first]).map(|sample| label(bits >> sample)).collect()
        };
        let path = run(subject, &labels)?;
        for (step, label) in labels.iter().enumerate() {
            add(&mut groups, step, &rational(1, 16), &path, label);
        }
    }
    Ok(groups)
}

fn population(subject: &dyn Subject, streaming: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for ((step, theta), [probability, gradient, moved]) in outcomes(subject, streaming)? {
        let risk = &theta - Rational::ONE;
        exact.equal("E[g_t | θ_t] = ∇R(θ_t)", &(gradient / &probability), &risk, || format!("t = {step}, θ_t = {theta}"));
        let expected = -(eta() * &risk);
        exact.equal("the mean step", &(moved / &probability), &expected, || format!("t = {step}, θ_t = {theta}"));
    }
    Ok(exact.evidence())
}

/// Given each data set, with the sampler's law of one index.
fn empirical(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let law = subject.sampler(Sampling::WithReplacement).law(2, 1);
    for data in 0..4 {
        let labels = [label(data), label(data >> 1)];
        let mean = (&labels[0] + &labels[1]) / Rational::from(2);
        let mut groups = Groups::new();
        for draws in 0..16 {
            let drawn: Vec<_> = (0..4).map(|step| &law[draws >> step & 1]).collect();
            let probability = drawn.iter().fold(Rational::ONE, |product, outcome| product * &outcome.probability);
            let of = |coefficients: &[Rational]| &coefficients[0] * &labels[0] + &coefficients[1] * &labels[1];
            let sequence: Vec<Rational> = drawn.iter().map(|outcome| of(&outcome.coefficients)).collect();
            let path = run(subject, &sequence)?;
            for (step, label) in sequence.iter().enumerate() {
                add(&mut groups, step, &probability, &path, label);
            }
        }
        for ((step, theta), [probability, gradient, moved]) in groups {
            let risk = &theta - &mean;
            let input = || format!("y = ({}, {}), t = {step}, θ_t = {theta}", labels[0], labels[1]);
            exact.equal("E[g_t | data, θ_t] = ∇R_n(θ_t)", &(gradient / &probability), &risk, input);
            exact.equal("the mean step", &(moved / &probability), &-(eta() * &risk), input);
        }
    }
    Ok(exact.evidence())
}

/// The code's step of `η = 1` with the full batch, which fits the data.
fn fitted(subject: &dyn Subject, gap: Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (mut of_sample, mut of_population) = (Rational::ZERO, Rational::ZERO);
    for data in 0..4 {
        let mean = (label(data) + label(data >> 1)) / Rational::from(2);
        let mut x = vec![start()];
        advance(&mut *subject.exact(&Method::gradient_descent(Rational::ONE))?, &mut x, |x| vec![&x[0] - &mean]);
        let sign = (&x[0] - Rational::ONE).sign();
        of_sample += (&x[0] - &mean) * &sign / Rational::from(4);
        of_population += (&x[0] - Rational::ONE) * &sign / Rational::from(4);
    }
    let input = || "four data sets of two samples".to_string();
    exact.equal("E[∇R_n(θ̂) s] = 0", &of_sample, &Rational::ZERO, input);
    exact.equal("E[∇R(θ̂) s]", &of_population, &gap, input);
    Ok(exact.evidence())
}

/// `E[(g_t - ∇R(θ_t)) (θ_t - 1)]`, step by step.
fn bias(_: &Lab) -> Plot {
    let measured = |streaming: bool| {
        let mut sums = [0.0; 4];
        for ((step, theta), [probability, gradient, _]) in outcomes(&Reference, streaming).unwrap_or_default() {
            let away = &theta - Rational::ONE;
            sums[step] += to_f64(&((gradient - probability * &away) * &away));
        }
        sums.into_iter().enumerate().map(|(step, sum)| [step as f64, sum])
    };
    Plot {
        id: "bias".into(),
        title: "Bias of the stochastic gradient along θ_t - 1, four steps, η = 1/3".into(),
        x: "step t".into(),
        y: "E (g_t - ∇R(θ_t)) (θ_t - 1)".into(),
        series: vec![
            Series::theory("unbiased", [[0.0, 0.0], [3.0, 0.0]]),
            Series::measured("four fresh samples", measured(true)),
            Series::measured("two samples, two epochs", measured(false)),
        ],
        ..Plot::default()
    }
}
