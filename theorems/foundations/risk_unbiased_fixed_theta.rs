//! # The empirical risk is unbiased where the data are not looked at, and too low where they are
//!
//! **Setting.** `n` independent samples of a law `P`; `R(θ) = 𝔼 ℓ(θ; x)`, `R_n(θ)` the mean over the samples, `θ̂ = argmin R_n`.
//!
//! **Statement.** (1) For a fixed `θ`: `𝔼 R_n(θ) = R(θ)` and `Var R_n(θ) = Var ℓ/n`. (2) `𝔼 R_n(θ̂) ≤ min R ≤ 𝔼 R(θ̂)`; for squares `(x - θ)²` the three are `σ²(1 - 1/n)`,
//! `σ²`, `σ²(1 + 1/n)`. (3) For least squares with `p` standard Gaussian features and noise of variance `s²` they are `s²(1 - p/n)`, `s²`, `s²(1 + p/(n - p - 1))`.
//!
//! **Why.** (1) Linearity and independence. (2) A minimum of means is a mean of larger minima. (3) `𝔼(XᵀX)⁻¹ = I/(n - p - 1)` (Wishart).
//!
//! **How it could fail.** (1) and (2) are enumerated over all samples of three points whose probabilities, losses and places are variables: identities
//! of polynomials. (3) is sampled, with confidence sequences of laws that are known.

use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational};
use crate::plot::{Plot, Series};
use crate::second_order::Cholesky;
use crate::statistics::{Law, Question, estimate};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "risk-unbiased-fixed-theta",
    title: "The empirical risk is unbiased for a fixed parameter and optimistic for the one that was fitted",
    topic: "foundations",
    record: Some("risk-unbiased-fixed-theta"),
    statement: "For $θ$ fixed before the data are seen, $𝔼 R_n (θ) = R(θ)$ and $\"Var\" R_n (θ) = frac(\"Var\" ℓ, n)$. For $hat(θ) = op(\"argmin\") R_n$, \
                $𝔼 R_n (hat(θ)) ≤ min R ≤ 𝔼 R(hat(θ))$: for least squares with $p$ standard Gaussian features and $n > p + 1$ samples $s^2 (1 - p/n)$ and \
                $s^2 (1 + frac(p, n - p - 1))$.",
    hypotheses: &["independent samples of one law", "for unbiasedness: $θ$ does not depend on the samples"],
    sources: &[Source::Note("000", "30-34"), Source::Cited("hastie2009", "chapter 7")],
    claims: &[
        Claim {
            id: "proxy",
            as_stated: true,
            statement: "$R_n$ stands for $R$, read for the fitted parameter as well: $𝔼 R_n (hat(θ)) = 𝔼 R(hat(θ))$",
            quantifier: "squares (x - θ)² at the points 0, 1, 3 with probabilities 1/2, 1/3, 1/6, n = 4: both sides enumerated",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| {
                let at = [rational(1, 2), rational(1, 3)].into_iter().chain([0, 1, 3].map(Rational::from)).collect::<Vec<_>>();
                let [train, _, test] = fitted().map(|risk| risk.at(&at));
                let mut exact = Exact::new();
                exact.equal("𝔼 R_n(θ̂) = 𝔼 R(θ̂)", &train, &test, || "three points, n = 4".into());
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "fixed",
            as_stated: true,
            statement: "for a fixed $θ$: $𝔼 R_n = R$ and $\"Var\" R_n = frac(\"Var\" ℓ, n)$",
            quantifier: "n = 1, ..., 5; all laws on three points and all losses there",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(fixed(|n| n)),
        },
        Claim {
            id: "optimism",
            as_stated: false,
            statement: "for squares $𝔼 R_n (hat(θ)) = σ^2 (1 - 1/n)$, $min R = σ^2$ and $𝔼 R(hat(θ)) = σ^2 (1 + 1/n)$",
            quantifier: "n = 4; all laws on three points, wherever these are",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(optimism(0)),
        },
        Claim {
            id: "least-squares",
            as_stated: false,
            statement: "least squares has the mean training error $s^2 (1 - p/n) = 0.75$ and the mean risk $s^2 (1 + frac(p, n - p - 1)) = 1.357$",
            quantifier: "n = 20, p = 5, s = 1, standard Gaussian features and noise",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, _| Ok(least_squares(lab, [0.75, 1.0 + 5.0 / 14.0])),
        },
    ],
    controls: &[
        Control {
            id: "training-error-is-risk",
            differs: "claims that training error and risk have the same mean, 1.357",
            broken: Broken::Statement(|lab, _| Ok(least_squares(lab, [1.0 + 5.0 / 14.0, 1.0 + 5.0 / 14.0]))),
        },
        Control {
            id: "risk-is-training-error",
            differs: "claims that risk and training error have the same mean, 0.75",
            broken: Broken::Statement(|lab, _| Ok(least_squares(lab, [0.75, 0.75]))),
        },
        Control {
            id: "one-sample-less",
            differs: "claims Var ℓ/(n + 1)",
            broken: Broken::Statement(|_, _| Ok(fixed(|n| n + 1))),
        },
        Control {
            id: "optimism-a-billionth-larger",
            differs: "claims the training error σ²(1 - (1 + 10⁻⁹)/n)",
            broken: Broken::Statement(|_, _| Ok(optimism(1))),
        },
    ],
    plots: &[errors],
};

/// All samples of `n` among three points, as how often each point is drawn, with their probabilities as polynomials in `p_1`, `p_2` and three more variables.
fn samples(n: usize) -> Vec<([i64; 3], Polynomial)> {
    let [p, q, first, ..]: [Polynomial; 5] = Polynomial::variables();
    let chances = [p.clone(), q.clone(), first.int(1) - &p - &q];
    let mut samples = vec![([0; 3], first.int(1))];
    for _ in 0..n {
        let more = |(counts, chance): &([i64; 3], Polynomial)| {
            let add = |point: usize| {
                let mut counts = *counts;
                counts[point] += 1;
                (counts, chance * &chances[point])
            };
            [0, 1, 2].map(add)
        };
        samples = samples.iter().flat_map(more).collect();
    }
    samples
}

/// `𝔼 f` over the samples.
fn expectation(samples: &[([i64; 3], Polynomial)], f: impl Fn([i64; 3]) -> Polynomial) -> Polynomial {
    let terms = samples.iter().map(|(counts, chance)| chance * &f(*counts));
    terms.reduce(|sum, term| sum + term).expect("there are samples")
}

/// The mean over a sample, `Σ k_i x_i / n`.
fn mean(counts: [i64; 3], values: &[Polynomial; 3]) -> Polynomial {
    let n = counts.iter().sum::<i64>();
    let share = |point: usize| values[point].constant(&rational(counts[point], n as u64)) * &values[point];
    share(0) + share(1) + share(2)
}

/// Three free variables: losses, or places.
fn values() -> [Polynomial; 3] {
    let [_, _, values @ ..]: [Polynomial; 5] = Polynomial::variables();
    values
}

/// The variance is claimed to be divided by `divisor(n)`.
fn fixed(divisor: fn(i64) -> i64) -> Evidence {
    let (losses, one) = (values(), samples(1));
    let risk = expectation(&one, |counts| mean(counts, &losses));
    let spread = |samples: &[_]| expectation(samples, |counts| (mean(counts, &losses) - &risk).squared());
    let variance = spread(&one);
    let mut exact = Exact::new();
    for n in 1..=5 {
        let samples = samples(n);
        exact.identity("𝔼 R_n = R", expectation(&samples, |counts| mean(counts, &losses)), risk.clone());
        exact.identity("n Var R_n = Var ℓ", risk.int(divisor(n as i64)) * spread(&samples), variance.clone());
    }
    exact.evidence()
}

/// `𝔼 R_n(θ̂)`, `min R` and `𝔼 R(θ̂)` for squares and `n = 4`, where `θ̂` is the mean.
fn fitted() -> [Polynomial; 3] {
    let (places, one, samples) = (values(), samples(1), samples(4));
    let risk = |theta: &Polynomial| expectation(&one, |counts| (mean(counts, &places) - theta).squared());
    let centre = expectation(&one, |counts| mean(counts, &places));
    let train = expectation(&samples, |counts| {
        let theta = mean(counts, &places);
        let squares = places.clone().map(|place| (place - &theta).squared());
        mean(counts, &squares)
    });
    [train, risk(&centre), expectation(&samples, |counts| risk(&mean(counts, &places)))]
}

/// The optimism of the training error is claimed to be larger by `error` billionths.
fn optimism(error: i64) -> Evidence {
    let [train, least, test] = fitted();
    let share = rational(1, 4);
    let lower = least.constant(&(Rational::ONE - &share * (Rational::ONE + rational(error, 1_000_000_000))));
    let mut exact = Exact::new();
    // Of three places one is the origin here, without loss: its variable stands for θ.
    let ([first, second, theta], one) = (values(), samples(1));
    let places = [first, second, theta.int(0)];
    let risk = |theta: &Polynomial| expectation(&one, |counts| (mean(counts, &places) - theta).squared());
    let centre = expectation(&one, |counts| mean(counts, &places));
    exact.identity("R(θ) = σ² + (θ - 𝔼 x)²: min R = σ²", risk(&theta), risk(&centre) + (&theta - &centre).squared());
    exact.identity("𝔼 R_n(θ̂) = σ²(1 - 1/n)", train, lower * &least);
    exact.identity("𝔼 R(θ̂) = σ²(1 + 1/n)", test, least.constant(&(Rational::ONE + share)) * &least);
    exact.evidence()
}

/// `‖y - Xθ̂‖²/n` and `1 + ‖θ̂ - θ*‖²`, the risk given the data, with `θ* = 0` (both are the same for every `θ*`).
fn fit(draws: &mut Draws, n: usize, p: usize) -> [f64; 2] {
    let rows: Vec<Vec<f64>> = (0..n).map(|_| draws.normals(p)).collect();
    let noise = draws.normals(n);
    let moment = |f: &dyn Fn(&[f64], f64) -> f64| rows.iter().zip(&noise).map(|(row, noise)| f(row, *noise)).sum::<f64>();
    let gram: Vec<Vec<f64>> = (0..p).map(|i| (0..p).map(|j| moment(&|x, _| x[i] * x[j])).collect()).collect();
    let right: Vec<f64> = (0..p).map(|i| moment(&|x, noise| x[i] * noise)).collect();
    let Some(factor) = Cholesky::new(&gram) else { return [f64::NAN; 2] };
    let theta = factor.solve(&right);
    let residual = |x: &[f64], noise: f64| noise - x.iter().zip(&theta).map(|(x, theta)| x * theta).sum::<f64>();
    let error = moment(&|x, noise| residual(x, noise) * residual(x, noise)) / n as f64;
    [error, 1.0 + theta.iter().map(|theta| theta * theta).sum::<f64>()]
}

/// `‖y - Xθ̂‖² ~ χ²` with `n - p = 15` degrees. `‖θ̂ - θ*‖² = ‖z‖²/χ²` with `p` degrees above and `n - p + 1 = 16` below, independent: its second moment is
/// `35/(14 · 12)`, its variance `35/168 - (5/14)²`, and no exponential moment exists. The gap between the two means is 0.607, five margins.
fn least_squares(lab: &Lab, targets: [f64; 2]) -> Evidence {
    let margin = 0.12;
    let laws = [Law::chi_square(15.0, 1.0 / 20.0), Law::Variance { bound: 35.0 / 168.0 - 25.0 / 196.0 }];
    let names = ["training error", "risk of the fit"];
    let statistics = [0, 1].map(|which| {
        let law = laws[which];
        let largest = 4 * law.required(margin, lab.policy.alpha());
        let question = Question { name: names[which], relation: Relation::Equal, target: targets[which], margin, law, largest };
        estimate(lab, &question, |draws| fit(draws, 20, 5)[which])
    });
    Evidence::sampled(statistics.into())
}

fn errors(lab: &Lab) -> Plot {
    let counts = || 1..=12usize;
    let stream = lab.stream("plot");
    let measured = |which: usize| {
        let stream = &stream;
        counts().map(move |p| {
            let trials = (0..200).map(|trial| fit(&mut stream.trial(trial), 20, p)[which]);
            [p as f64, trials.sum::<f64>() / 200.0]
        })
    };
    Plot {
        id: "errors".into(),
        title: "Least squares with n = 20 and p Gaussian features: training error and risk of the fit".into(),
        x: "number of features p".into(),
        y: "mean square".into(),
        series: vec![
            Series::theory("1 - p/n", counts().map(|p| [p as f64, 1.0 - p as f64 / 20.0])),
            Series::theory("1 + p/(n - p - 1)", counts().map(|p| [p as f64, 1.0 + p as f64 / (19.0 - p as f64)])),
            Series::measured("training error, mean of 200", measured(0)),
            Series::measured("risk, mean of 200", measured(1)),
        ],
        ..Plot::default()
    }
}
