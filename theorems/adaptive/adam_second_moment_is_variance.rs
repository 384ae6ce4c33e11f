//! # Adam's second moment is not a variance
//!
//! **Setting.** `v̂_t` of Adam; centred RMSprop's `v_t - m_t²` with `m ← γ m + (1 - γ) g`; gradients of mean μ and variance σ².
//!
//! **Statement.** (1) As stated, v estimates the variance: false on a constant gradient c, where `v̂_t = c²`. (2) `𝔼 v̂_t = σ² + μ²`.
//! (3) Centred RMSprop has `𝔼 (v_t - m_t²) = s σ² + s (1 - s) μ² - q σ²` with `s = 1 - γ^t` and `q = (1 - γ)(1 - γ^(2t))/(1 + γ)`,
//! which tends to `2γ/(1 + γ) σ²`: nearly the variance, 0.947 of it at `γ = 0.9` and 0.995 at 0.99.
//!
//! **Why.** `v̂_t` is a weighted mean of `g²`, nothing is subtracted; `m_t` has the variance `q σ²`.
//!
//! **How it could fail.** Means are enumerated over all paths of two-valued gradients, in intervals, and sampled for normal ones.

use super::averages::{Average, enumerated, near};
use super::conventions::{changed, default_betas, on, shown, uncorrected};
use super::runs::displacement;
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, square, to_f64};
use crate::optimizers::{Algorithm, Epsilon, Method, RmsProp};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-second-moment-is-variance",
    title: "Adam's second moment is the mean square of the gradient, not its variance",
    topic: "adaptive",
    record: Some("adam-second-moment-is-variance"),
    statement: "For gradients of mean $μ$ and variance $σ^2$, $bb(E) hat(v)_t = σ^2 + μ^2$: on a constant gradient $c$ it is $c^2$, where the \
                variance is 0. What centred RMSprop divides by, $v_t - m_t^2$, has the mean $frac(2 γ, 1 + γ) σ^2$ in the long run.",
    hypotheses: &["gradients of constant mean $μ$ and variance $σ^2$", "for centred RMSprop also independent ones"],
    sources: &[
        Source::Note("003", "303"),
        Source::Note("000", "222"),
        Source::Cited("kingma2015", "Algorithm 1"),
        Source::Cited("graves2013", "equations 38-41"),
    ],
    claims: &[
        Claim {
            id: "variance",
            as_stated: true,
            statement: "the second moment estimate $hat(v)_t$ is the variance of the gradient",
            quantifier: "refuted, even within 10⁻¹¹, by the code on the constant gradient 3, of variance 0",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| constant(subject, 0.0),
        },
        Claim {
            id: "constant",
            as_stated: false,
            statement: "on the constant gradient 3 the code's $hat(v)_t$ is 9, within $10^(-11)$",
            quantifier: "t ≤ 100, β₂ = 999/1000, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| constant(subject, 9.0),
        },
        Claim {
            id: "enumerated",
            as_stated: false,
            statement: "the mean of the code's $hat(v)_t$ over all paths of gradients in ${-1, 3}$ is $7 = σ^2 + μ^2$ with $σ^2 = 3$ and $μ = 2$, \
                        within $10^(-11)$",
            quantifier: "t ≤ 8, β₂ in {1/2, 9/10, 999/1000}, independent and Markov-correlated gradients, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| enumerated(Average::Second, subject),
        },
        Claim {
            id: "sampled",
            as_stated: false,
            statement: "on normal gradients of mean 3 and variance 1, $bb(E) hat(v)_20 = 10$",
            quantifier: "β₂ = 999/1000, the code in doubles, within 1.5",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| sampled(lab, subject, 10.0),
        },
        Claim {
            id: "centred",
            as_stated: false,
            statement: "the mean of the code's $v_t - m_t^2$ over all paths of gradients in ${-1, 3}$ is \
                        $s σ^2 + s (1 - s) μ^2 - q σ^2$, within $10^(-11)$",
            quantifier: "centred RMSprop, t ≤ 8, γ = 1/2 and 9/10, independent gradients, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| centred(subject, centred_mean),
        },
        Claim {
            id: "long-run",
            as_stated: false,
            statement: "these means start at 0, satisfy their recursions, and tend to $frac(2 γ, 1 + γ) σ^2$",
            quantifier: "all 0 ≤ γ < 1, μ, σ and t, by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(long_run(0)),
        },
        Claim {
            id: "centred-sampled",
            as_stated: false,
            statement: "on normal gradients of mean 3 and variance 1 centred RMSprop with $γ = 9/10$ has \
                        $bb(E)(v_t - m_t^2) = 18/19$ averaged over $200 < t ≤ 500$: a variance up to the factor $2 γ / (1 + γ)$",
            quantifier: "the code in doubles, within 0.01",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| centred_sampled(lab, subject, 18.0 / 19.0),
        },
    ],
    controls: &[
        Control {
            id: "variance-of-normal-gradients",
            differs: "claims the mean 1, the variance",
            broken: Broken::Statement(|lab, subject| sampled(lab, subject, 1.0)),
        },
        Control {
            id: "centred-without-factor",
            differs: "claims the mean 1, the variance without the factor 2γ/(1 + γ)",
            broken: Broken::Statement(|lab, subject| centred_sampled(lab, subject, 1.0)),
        },
        Control {
            id: "centred-in-the-long-run",
            differs: "claims the long run's 2γ/(1 + γ) σ² after 1 to 8 steps",
            broken: Broken::Statement(|_, subject| {
                centred(subject, |gamma, _| Rational::from(6) * gamma / (Rational::ONE + gamma))
            }),
        },
        Control {
            id: "unbalanced-long-run",
            differs: "q is larger by 10⁻⁹/(1 + γ)",
            broken: Broken::Statement(|_, _| Ok(long_run(1))),
        },
        uncorrected("code-without-correction", "enumerated"),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "constant", &LONGER_STEP),
        on("uncentred", "the code does not subtract the square of the mean", "centred", &UNCENTRED),
        on("uncentred-sampled", "the code does not subtract the square of the mean", "centred-sampled", &UNCENTRED),
    ],
    plots: &[means],
};

static UNCENTRED: Impostor = Impostor {
    name: "RMSprop without its centre",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::RmsProp(rule) = algorithm {
                rule.centred = false;
            }
        })
    },
};

fn constant(subject: &dyn Subject, wanted: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [_, beta2] = default_betas();
    let mut optimizer = subject.enclosure(&Average::Second.probe(&beta2))?;
    for t in 1..=100 {
        let found = Average::Second.read(&mut *optimizer, &[Interval::int(3)])[0];
        exact.decided("the second moment", near(found, wanted), || format!("g = 3, t = {t}: {} against {wanted}", shown(found)));
    }
    Ok(exact.evidence())
}

/// `(Z + 3)²` is sub-gamma with the variance factor `2 + 4·9` and the scale 2; the weights of 20 squares are at most
/// `0.001/(1 - 0.999²⁰) < 0.0506`, the sum of their squares with them.
fn sampled(lab: &Lab, subject: &dyn Subject, target: f64) -> Result<Evidence, NotOffered> {
    let [_, beta2] = default_betas();
    let (method, margin) = (Average::Second.probe(&beta2), 1.5);
    subject.double(&method)?;
    let law = Law::SubGamma { variance: 38.0 * 0.0506, scale: 2.0 * 0.0506 };
    let question = Question {
        name: "v̂_20 of N(3, 1)",
        relation: Relation::Equal,
        target,
        margin,
        law,
        largest: 4 * law.required(margin, lab.policy.alpha()),
    };
    let statistic = estimate(lab, &question, |draws| {
        let Ok(mut optimizer) = subject.double(&method) else { return f64::NAN };
        (0..20).map(|_| Average::Second.read(&mut *optimizer, &[3.0 + draws.normal()])[0]).last().unwrap_or(f64::NAN)
    });
    Ok(Evidence::sampled(vec![statistic]))
}

/// Centred RMSprop with `η = 1` and `ε = 0`: the gradient over the step is the root of `v - m²`.
fn centred_rule(decay_rate: Rational) -> Method {
    let (epsilon, placement, initial_accumulator) = (Rational::ZERO, Epsilon::Outside, Rational::ZERO);
    let rule = RmsProp { decay_rate, epsilon, placement, initial_accumulator, centred: true, momentum: None };
    Method::new(Algorithm::RmsProp(rule), Rational::ONE)
}

/// The mean of `v_t - m_t²` for `μ = 2`, `σ² = 3` from γ and t.
fn centred_mean(gamma: &Rational, t: isize) -> Rational {
    let (one, variance, squared_mean) = (Rational::ONE, Rational::from(3), Rational::from(4));
    let s = &one - gamma.pow(t);
    let q = (&one - gamma) * (&one - gamma.pow(2 * t)) / (&one + gamma);
    &variance * &s + squared_mean * &s * (&one - &s) - q * &variance
}

/// Over all 256 paths of eight independent gradients that are 3 with probability 3/4 and -1 otherwise.
fn centred(subject: &dyn Subject, mean: fn(&Rational, isize) -> Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let high = |path: u32, step: u32| path >> step & 1 == 1;
    let probability = |path: u32| rational(3_i64.pow(path.count_ones()), 1 << 16);
    for gamma in [rational(1, 2), rational(9, 10)] {
        let mut optimizer = subject.enclosure(&centred_rule(gamma.clone()))?;
        for step in 0..8 {
            let gradients: Vec<Interval> = (0..256).map(|path| Interval::int(if high(path, step) { 3 } else { -1 })).collect();
            let roots =
                displacement(&mut *optimizer, &gradients).into_iter().zip(&gradients).map(|(step, gradient)| *gradient / step);
            let weighted = roots.zip(0..).map(|(root, path)| root * root * Interval::of(&probability(path)));
            let found = weighted.fold(Interval::zero(), |sum, term| sum + term);
            let wanted = mean(&gamma, step as isize + 1);
            exact.decided("the mean over all paths", (found - Interval::of(&wanted)).smaller_than(1e-11), || {
                format!("γ = {gamma}, t = {}: {} against {}", step + 1, shown(found), to_f64(&wanted))
            });
        }
    }
    Ok(exact.evidence())
}

/// The second moments of `m`, with `s = 1 - p` and `p = γ^t`, multiplied by `1 + γ`; `error` billionths are added to `1 - γ` in q.
fn long_run(error: i64) -> Evidence {
    let [gamma, p, mean, variance] = Polynomial::variables();
    let one = gamma.int(1);
    let (left, more) = (&one - &gamma, &one + &gamma);
    let next = &gamma * &p;
    let squared = mean.squared();
    let wrong = &left + gamma.constant(&rational(error, 1_000_000_000));
    // (1 + γ) 𝔼 m² = (1 + γ) s² μ² + (1 - γ)(1 - p²) σ².
    let of_mean = |p: &Polynomial| &more * (&one - p).squared() * &squared + &wrong * (&one - p.squared()) * &variance;
    let cross = &gamma.int(2) * &gamma * &left * (&one - &p) * &squared;
    let step = gamma.squared() * of_mean(&p) + &more * (cross + left.squared() * (&squared + &variance));
    let mut exact = Exact::new();
    exact.identity("𝔼 m²", step, of_mean(&next));
    let of_square = |p: &Polynomial| (&one - p) * (&squared + &variance);
    exact.identity("𝔼 v", &gamma * of_square(&p) + &left * (&squared + &variance), of_square(&next));
    // At t = 0, where p = 1, and in the long run, where p = 0.
    let zero = gamma.int(0);
    exact.identity("𝔼 m² at t = 0", of_mean(&one), zero.clone());
    exact.identity("𝔼 v at t = 0", of_square(&one), zero.clone());
    let limit = &more * of_square(&zero) - of_mean(&zero);
    exact.identity("the limit, times 1 + γ", limit, gamma.int(2) * &gamma * &variance);
    exact.evidence()
}

/// Steps before the mean, and those that it is taken over.
const STEPS: [usize; 2] = [200, 300];

/// A trial has so many runs side by side.
const RUNS: usize = 8;

/// `v_t - m_t²` is `z'A_t z` with `A_t = W_t - w_t w_t'` for the weights w_t, which add to more than `1 - 10⁻⁹` for `t > 200`, so that the mean 3 drops out up to `10⁻⁸`. The mean
/// `A` of n of them has `0 ⪯ A ⪯ W` with the mean W of the diagonals: its elements add to at most 1 and are at most 1/n each, since the weights of one gradient add to at most 1
/// over time. So the trace of `A²` is at most 1/n, the variance factor at most 2/n, and so is the scale.
fn centred_sampled(lab: &Lab, subject: &dyn Subject, target: f64) -> Result<Evidence, NotOffered> {
    let (method, margin) = (centred_rule(rational(9, 10)), 0.01);
    subject.double(&method)?;
    let [before, averaged] = STEPS;
    let factor = 2.0 / (averaged * RUNS) as f64;
    let law = Law::SubGamma { variance: factor, scale: factor };
    let question = Question {
        name: "v - m² of N(3, 1)",
        relation: Relation::Equal,
        target,
        margin,
        law,
        largest: 4 * law.required(margin, lab.policy.alpha()),
    };
    let statistic = estimate(lab, &question, |draws| {
        let Ok(mut optimizer) = subject.double(&method) else { return f64::NAN };
        let mut sum = 0.0;
        for t in 1..=before + averaged {
            let gradients: Vec<f64> = draws.normals(RUNS).iter().map(|z| 3.0 + z).collect();
            let steps = displacement(&mut *optimizer, &gradients);
            if t > before {
                sum += steps.iter().zip(&gradients).map(|(step, gradient)| (gradient / step) * (gradient / step)).sum::<f64>();
            }
        }
        sum / (averaged * RUNS) as f64
    });
    Ok(Evidence::sampled(vec![statistic]))
}

fn means(lab: &Lab) -> Plot {
    let (gamma, width) = (rational(9, 10), 512);
    let stream = lab.stream("means");
    let [_, beta2] = default_betas();
    let build = |method: &Method| Reference.double(method).expect("the reference offers both");
    let (mut adam, mut centred) = (build(&Average::Second.probe(&beta2)), build(&centred_rule(gamma.clone())));
    let (mut of_adam, mut of_centred, mut theory) = (Vec::new(), Vec::new(), Vec::new());
    for t in 1..=60 {
        let draws = &mut stream.trial(t);
        let gradients: Vec<f64> = (0..width).map(|_| 3.0 + draws.normal()).collect();
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / f64::from(width);
        let time = t as f64;
        of_adam.push([time, mean(Average::Second.read(&mut *adam, &gradients))]);
        let steps = displacement(&mut *centred, &gradients);
        of_centred.push([time, mean(steps.iter().zip(&gradients).map(|(step, g)| (g / step) * (g / step)).collect())]);
        let s = Rational::ONE - gamma.pow(t as isize);
        let q = (Rational::ONE - &gamma) * (Rational::ONE - square(&gamma).pow(t as isize)) / (Rational::ONE + &gamma);
        theory.push([time, to_f64(&(&s + Rational::from(9) * &s * (Rational::ONE - &s) - q))]);
    }
    let level = |value: f64| [[1.0, value], [60.0, value]];
    Plot {
        id: "means".into(),
        title: format!("Mean over {width} runs on normal gradients of mean 3 and variance 1"),
        x: "step t".into(),
        y: "mean".into(),
        series: vec![
            Series::theory("σ² + μ² = 10", level(10.0)),
            Series::theory("s σ² + s (1 - s) μ² - q σ², γ = 0.9", theory),
            Series::theory("variance: 1", level(1.0)),
            Series::measured("Adam's v̂, the code", of_adam),
            Series::measured("centred RMSprop's v - m², the code", of_centred),
        ],
        ..Plot::default()
    }
}
