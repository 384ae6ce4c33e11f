//! # Whether small batches need small steps depends on the noise
//!
//! **Setting.** Streaming least squares without label noise on `d` isotropic features, `w⁺ = w - ηSw` with `S` the mean of `B` products `aaᵀ`; against it a
//! quadratic with additive noise of variance `σ²/B`.
//!
//! **Statement.** (1) `E‖w⁺‖² = (1 - 2η + η²M)‖w‖²` with `M = 1 + (d + 1)/B` for Gaussian features and `1 + (d - 1)/B` for signs: stable in mean square
//! exactly for `η < 2/M`, best at `1/M`. (2) With additive noise the limit is `2/λ` for every `B`.
//!
//! **Why.** `E S = I` and `E S² = M I`; additive noise does not multiply the error.
//!
//! **How it could fail.** Signs are enumerated exactly. For Gaussian features one step of the code from a fixed point is sampled: isotropy makes the factor the same
//! at every point, and long paths would have no usable variance.

use super::features::{factor, mean_square, second};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Polynomial, Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::training::Sampling;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "small-batch-needs-smaller-lr",
    title: "Small batches need smaller steps where the noise multiplies the error",
    topic: "stochastic",
    record: Some("small-batch-needs-smaller-lr"),
    statement: "On least squares without label noise SGD with batches of $B$ is stable in mean square exactly for $η < 2/M$, with $M = 1 + (d + 1)/B$ for Gaussian features and \
                $1 + (d - 1)/B$ for signs. With additive noise the limit is $2/λ$ for every $B$.",
    hypotheses: &[
        "independent draws, isotropic features, interpolation: the gradient noise vanishes at the minimiser",
        "constant step; stability of $𝔼‖w‖^2$, not of single runs",
    ],
    sources: &[
        Source::Note("002", "145"),
        Source::Note("003", "192"),
        Source::Note("004", "78"),
        Source::Note("000", "589"),
        Source::Cited("ma2018", "mini-batch saturation"),
    ],
    claims: &[
        Claim {
            id: "always",
            as_stated: true,
            statement: "small batches need a smaller learning rate: of the steps that are stable for $B = 8$ the largest are not stable for $B = 1$, 2 and 4",
            quantifier: "½λx² with additive noise from two samples, ηλ = 99/50",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| smaller(subject),
        },
        Claim {
            id: "additive",
            as_stated: false,
            statement: "with additive noise $𝔼 x_+^2 = (1 - η λ)^2 x^2 + η^2 σ^2/B$: stable exactly for $η < 2/λ$",
            quantifier: "½λx² with two samples, B = 1, 2, 4, 8, all batches, 99/100 and 101/100 of the limit",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| additive(subject, |_| Rational::from(2)),
        },
        Claim {
            id: "threshold",
            as_stated: false,
            statement: "$1 - 2 η + η^2 M < 1$ exactly for $0 < η < 2/M$, and it is least at $η = 1/M$, where it is $1 - 1/M$",
            quantifier: "all η and M > 0, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(threshold(0)),
        },
        Claim {
            id: "signs",
            as_stated: false,
            statement: "features that are signs: the code has $𝔼‖w_+‖^2 = (1 - 2 η + η^2 (1 + (d - 1)/B))‖w‖^2$",
            quantifier: "d = 1, 2, 3, B = 1, ..., 4, five step sizes from 1/10 to the limit, two points, all batches",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| signs(subject, -1),
        },
        Claim {
            id: "gaussian",
            as_stated: false,
            statement: "Gaussian features: the code has $𝔼‖w_+‖^2 = (1 - 2 η + η^2 (1 + (d + 1)/B))‖w‖^2$",
            quantifier: "(d, B) = (1, 1), (1, 8), (4, 1) and (4, 4) at η = 1, (4, 4) at the stability limit too",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| gaussian(lab, subject, |dimension, batch| second(dimension, batch, 1)),
        },
    ],
    controls: &[
        Control {
            id: "two-for-all-batches",
            differs: "claims M = 1, the limit 2 for every batch",
            broken: Broken::Statement(|lab, subject| gaussian(lab, subject, |_, _| Rational::ONE)),
        },
        Control {
            id: "moments-of-signs",
            differs: "claims M = 1 + (d - 1)/B for Gaussian features",
            broken: Broken::Statement(|lab, subject| gaussian(lab, subject, |dimension, batch| second(dimension, batch, -1))),
        },
        Control {
            id: "moments-of-gaussians",
            differs: "claims M = 1 + (d + 1)/B for signs",
            broken: Broken::Statement(|_, subject| signs(subject, 1)),
        },
        Control {
            id: "batch-dependent-limit",
            differs: "claims with additive noise the limit (2/λ) 50B/(50B + 1)",
            broken: Broken::Statement(|_, subject| {
                additive(subject, |batch| rational(100 * batch as i64, 50 * batch as u64 + 1))
            }),
        },
        Control {
            id: "unbalanced-threshold",
            differs: "claims the least factor 1 - (1 + 10⁻⁹)/M",
            broken: Broken::Statement(|_, _| Ok(threshold(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "signs", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-half",
            differs: "the code steps by 3η/2",
            broken: Broken::Subject {
                claim: "gaussian",
                subject: &Impostor { name: "step larger by half", instead: |method| longer(method, rational(1, 2)) },
            },
        },
    ],
    plots: &[limits],
};

/// With `λ = 5/2` and samples `½λ(x ± 3)²`: the code's `E x⁺²` from 0, and what it has more from another start, as a multiple of that start's square.
fn noise_and_factor(subject: &dyn Subject, eta: &Rational, batch: usize) -> Result<[Rational; 2], NotOffered> {
    let (lambda, shift, away) = (rational(5, 2), Rational::from(3), rational(7, 3));
    let law = subject.sampler(Sampling::WithReplacement).law(2, batch);
    let mean_square = |start: &Rational| -> Result<Rational, NotOffered> {
        let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
        let mut x = vec![start.clone(); law.len()];
        advance(&mut *optimizer, &mut x, |x| {
            let noise = law.iter().map(|outcome| (&outcome.coefficients[0] - &outcome.coefficients[1]) * &shift);
            x.iter().zip(noise).map(|(x, noise)| &lambda * (x + noise)).collect()
        });
        Ok(law.iter().zip(&x).fold(Rational::ZERO, |sum, (outcome, x)| sum + &outcome.probability * square(x)))
    };
    let at_rest = mean_square(&Rational::ZERO)?;
    let factor = (mean_square(&away)? - &at_rest) / square(&away);
    Ok([at_rest, factor])
}

fn smaller(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let eta = rational(99, 50) / rational(5, 2);
    let of = |batch: usize| noise_and_factor(subject, &eta, batch).map(|[_, factor]| factor);
    exact.holds("stable for B = 8", of(8)? < Rational::ONE, || format!("η = {eta}"));
    for batch in [1, 2, 4] {
        let factor = of(batch)?;
        exact.holds("not stable for a smaller batch", factor >= Rational::ONE, || {
            format!("η = {eta}, B = {batch}: what the start leaves shrinks by {factor} a step")
        });
    }
    Ok(exact.evidence())
}

/// The limit is claimed as a multiple of `1/λ`.
fn additive(subject: &dyn Subject, limit: fn(usize) -> Rational) -> Result<Evidence, NotOffered> {
    let (lambda, shift) = (rational(5, 2), Rational::from(3));
    let mut exact = Exact::new();
    for batch in [1, 2, 4, 8] {
        for (share, stable) in [(rational(99, 100), true), (rational(101, 100), false)] {
            let eta = limit(batch) / &lambda * share;
            let [at_rest, factor] = noise_and_factor(subject, &eta, batch)?;
            let input = || format!("λ = {lambda}, B = {batch}, η = {eta}");
            let noise = square(&(&eta * &lambda * &shift)) / Rational::from(batch);
            exact.equal("the noise's share", &at_rest, &noise, input);
            exact.equal("(1 - ηλ)²", &factor, &square(&(Rational::ONE - &eta * &lambda)), input);
            exact.holds("stable below the limit alone", (factor < Rational::ONE) == stable, input);
        }
    }
    Ok(exact.evidence())
}

/// `error` billionths are added to the 1 over `M`.
fn threshold(error: i64) -> Evidence {
    let [eta, m] = Polynomial::variables();
    let factor = eta.int(1) - eta.int(2) * &eta + eta.squared() * &m;
    let mut exact = Exact::new();
    exact.identity("the factor less 1", &factor - eta.int(1), &eta * (&eta * &m - eta.int(2)));
    let top = eta.int(1) + eta.constant(&rational(error, 1_000_000_000));
    exact.identity("M times (the factor - 1 + 1/M)", &m * (&factor - eta.int(1)) + top, (&eta * &m - eta.int(1)).squared());
    exact.evidence()
}

fn signs(subject: &dyn Subject, excess: i64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (dimension, batch) in (1..=3).flat_map(|dimension| (1..=4).map(move |batch| (dimension, batch))) {
        let limit = Rational::from(2) / second(dimension, batch, -1);
        for eta in [rational(1, 10), rational(1, 2), rational(1, 1), &limit / Rational::from(2), limit.clone()] {
            for w in [[1, 0, 0], [2, -3, 5]].map(|w| w[..dimension].iter().copied().map(Rational::from).collect::<Vec<_>>()) {
                let norm = w.iter().fold(Rational::ZERO, |sum, w| sum + square(w));
                let claimed = factor(&eta, &second(dimension, batch, excess));
                let found = mean_square(subject, &eta, &w, batch)? / norm;
                exact.equal("E‖w⁺‖²/‖w‖²", &found, &claimed, || format!("d = {dimension}, B = {batch}, η = {eta}"));
            }
        }
    }
    Ok(exact.evidence())
}

/// `‖w⁺‖²` after one step of the code from the first unit vector.
fn one_step(subject: &dyn Subject, eta: &Rational, dimension: usize, batch: usize, draws: &mut Draws) -> Result<f64, NotOffered> {
    let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
    let mut w = vec![0.0; dimension];
    w[0] = 1.0;
    advance(&mut *optimizer, &mut w, |w| {
        let mut gradient = vec![0.0; dimension];
        for _ in 0..batch {
            let a = draws.normals(dimension);
            let residual: f64 = a.iter().zip(w).map(|(a, w)| a * w).sum();
            gradient.iter_mut().zip(&a).for_each(|(sum, a)| *sum += a * residual / batch as f64);
        }
        gradient
    });
    Ok(w.iter().map(|w| w * w).sum())
}

/// The variance of that square. With `q = Σ u_i² ~ χ²_B` of the first features and `z = q/B`, the first coordinate becomes `1 - ηz`, the others are given
/// the first features independent normal with variance `η² z/B`: `‖w⁺‖² = (1 - ηz)² + η² z χ/B`, `χ ~ χ²_(d - 1)`.
fn variance(eta: f64, dimension: usize, batch: usize) -> f64 {
    let (b, n) = (batch as f64, dimension as f64 - 1.0);
    // E z^k = Π (B + 2j)/B.
    let moment = |k: u32| (0..k).map(|j| (b + 2.0 * f64::from(j)) / b).product::<f64>();
    let [one, two, three, four] = [1, 2, 3, 4].map(moment);
    let e = eta;
    let fourth = 1.0 - 4.0 * e * one + 6.0 * e * e * two - 4.0 * e * e * e * three + e * e * e * e * four;
    let mixed = 2.0 * e * e / b * n * (one - 2.0 * e * two + e * e * three);
    let rest = e * e * e * e / (b * b) * (n * n + 2.0 * n) * two;
    let mean = 1.0 - 2.0 * e + e * e * (1.0 + (n + 2.0) / b);
    fourth + mixed + rest - mean * mean
}

/// The variance follows from the Gaussian features and the code's step, not from the claimed mean; it is taken twice as large all the same. The nearest
/// control is off by `2η²/B`: five margins.
fn gaussian(lab: &Lab, subject: &dyn Subject, claimed: fn(usize, usize) -> Rational) -> Result<Evidence, NotOffered> {
    let mut statistics = Vec::new();
    for (dimension, batch, limit) in [(1, 1, false), (1, 8, false), (4, 1, false), (4, 4, false), (4, 4, true)] {
        let eta = if limit { Rational::from(2) / second(dimension, batch, 1) } else { Rational::ONE };
        let margin = 0.4 * to_f64(&square(&eta)) / batch as f64;
        let law = Law::Variance { bound: 2.0 * variance(to_f64(&eta), dimension, batch) };
        let largest = 4 * law.required(margin, lab.policy.alpha());
        let target = to_f64(&factor(&eta, &claimed(dimension, batch)));
        subject.double(&Method::gradient_descent(eta.clone()))?; // trials cannot say that it is not offered
        let name = &format!("‖w⁺‖², d = {dimension}, B = {batch}, η = {eta}");
        let question = Question { name, relation: Relation::Equal, target, margin, law, largest };
        statistics.push(estimate(lab, &question, |draws| one_step(subject, &eta, dimension, batch, draws).unwrap_or(f64::NAN)));
    }
    Ok(Evidence::sampled(statistics))
}

/// The code's limit is `2/M`, with `M = 1 + E‖w⁺‖²/‖w‖²` at `η = 1`.
fn limits(_: &Lab) -> Plot {
    let sizes = || (0..=60).map(|k| libm::pow(2.0, f64::from(k) / 10.0));
    let theory = |excess: f64| sizes().map(move |b| [b, 2.0 / (1.0 + (3.0 + excess) / b)]);
    let measured = (1..=5_usize).filter_map(|batch| {
        let w = [2, -3, 5].map(Rational::from);
        let found = mean_square(&Reference, &Rational::ONE, &w, batch).ok()? / Rational::from(38);
        Some([batch as f64, 2.0 / (1.0 + to_f64(&found))])
    });
    Plot {
        id: "limit".into(),
        title: "Stability limit for least squares with d = 3 features".into(),
        x: "batch size B".into(),
        y: "largest stable η".into(),
        log_x: true,
        series: vec![
            Series::theory("Gaussian: 2B/(B + d + 1)", theory(1.0)),
            Series::theory("signs: 2B/(B + d - 1)", theory(-1.0)),
            Series::theory("additive noise: 2", sizes().map(|b| [b, 2.0])),
            Series::measured("code, signs", measured),
        ],
        ..Plot::default()
    }
}
