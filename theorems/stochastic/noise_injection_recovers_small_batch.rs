//! # Noise that makes a large batch as noisy as a small one
//!
//! **Setting.** Batches of `B` independent uniform draws with the noise `√((1/b - 1/B)/N) Σ_i ξ_i (g_i - ḡ)`, `ξ_i` independent of mean 0 and variance 1.
//!
//! **Statement.** (1) Mean and covariance of the step are those of a batch of `b`, whatever the data. (2) That is no statement on generalisation: on
//! over-parameterised least squares isotropic noise on the gradient raises the expected test error at every step.
//!
//! **Why.** `Σ/B + (1/b - 1/B)Σ = Σ/b`; in directions that no sample sees the noise accumulates and nothing takes it away.
//!
//! **How it could fail.** All batches and all signs `ξ` are enumerated on coefficient vectors, with the code's step; the scale is a power of two in the cases that are
//! run, so that the floats are exact. The test error is that of the code's own weights, mode by mode. Left out: the stationary variance on a
//! quadratic.

use super::mode::weights;
use super::movement::{Batches, moments, of_runs};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, square, to_f64};
use crate::optimizers::{Method, Spread, advance, covariance_matched};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::training::Sampling;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "noise-injection-recovers-small-batch",
    title: "Matched noise gives a large batch the moments of a small one",
    topic: "stochastic",
    record: Some("noise-injection-recovers-small-batch"),
    statement: "Noise of mean 0 and covariance $(1/b - 1/B) Σ$, independent of the batch, on the gradient of a batch of $B$ gives the step mean and covariance of a batch of $b$. Whether that helps \
                generalisation is another question: on over-parameterised least squares isotropic noise raises the test error.",
    hypotheses: &[
        "independent uniform draws, $b ≤ B$",
        "the noise has mean 0, is independent of the batch and has the covariance of the samples' gradients, times $1/b - 1/B$",
    ],
    sources: &[
        Source::Note("000", "435"),
        Source::Cited("neelakantan2015", "section 3"),
        Source::Cited("hoffer2017", "multiplicative noise"),
        Source::Cited("wen2020", "structured covariance noise"),
    ],
    claims: &[
        Claim {
            id: "mitigation",
            as_stated: true,
            statement: "gradient noise injection mitigates worse generalisation: on over-parameterised least squares it lowers the expected test error",
            quantifier: "this model: modes of curvature 1, ½ and 0, isotropic noise of variance 1/100, η = ½, steps 1 to 30",
            expected: Verdict::Refuted,
            method: By::Measurement,
            check: |_, subject| test_error(subject, |noisy, plain, _| noisy < plain),
        },
        Claim {
            id: "moments",
            as_stated: false,
            statement: "with the matched noise the code's step has mean $η ∇f$ and covariance $η^2 Σ/b$, as with a batch of $b$",
            quantifier: "all data of N samples, (N, b, B) = (2, 1, 2) and (4, 2, 4), two step sizes, all batches and all signs ξ",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| matched(subject, 1),
        },
        Claim {
            id: "test-error",
            as_stated: false,
            statement: "isotropic noise adds $η^2 s^2 (T + sum_(λ > 0) (1 - (1 - η λ)^(2T))/(1 - (1 - η λ)^2))$ to the expected test error of this model after $T$ steps",
            quantifier: "modes of curvature 1, ½ and 0, noise of variance 1/100, η = ½, T = 1 to 30",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                test_error(subject, |noisy, plain, steps| {
                    let slow = square(&rational(3, 4));
                    let seen = Rational::from(steps)
                        + (Rational::ONE - slow.pow(steps)) / (Rational::ONE - &slow)
                        + (Rational::ONE - rational(1, 4).pow(steps)) / rational(3, 4);
                    noisy - plain == seen * rational(1, 400)
                })
            },
        },
    ],
    controls: &[
        Control {
            id: "double-counting",
            differs: "the matched noise is added twice: at B = 2b a covariance of Σ/b",
            broken: Broken::Statement(|_, subject| matched(subject, 2)),
        },
        Control { id: "no-noise", differs: "nothing is added", broken: Broken::Statement(|_, subject| matched(subject, 0)) },
        Control {
            id: "noise-lowers-the-error",
            differs: "claims that the noise leaves the test error as it was",
            broken: Broken::Statement(|_, subject| test_error(subject, |noisy, plain, _| noisy == plain)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "moments", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-billionth-on-the-modes",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "test-error", subject: &LONGER_STEP },
        },
    ],
    plots: &[errors],
};

/// One step from every batch with every sign of as many independent `copies` of the matched noise, against what a batch of `b` does.
fn matched(subject: &dyn Subject, copies: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    // √((1/b - 1/B)/N) is ½ and ¼.
    for (samples, small, large) in [(2, 1, 2), (4, 2, 4)] {
        let unit = |place: usize| (0..samples).map(|other| f64::from(u8::from(other == place))).collect::<Vec<f64>>();
        let gradients: Vec<Vec<f64>> = (0..samples).map(unit).collect();
        let noise = |signs: usize| -> Vec<Rational> {
            let sign = |place: usize| if signs >> place & 1 == 0 { 1.0 } else { -1.0 };
            let weights: Vec<f64> = (0..samples).map(sign).collect();
            let found = covariance_matched(&gradients, Spread::Population, small as u32, large as u32, &weights);
            found.into_iter().map(|x| Rational::try_from(x).expect("dyadic fractions")).collect()
        };
        let table: Vec<Vec<Rational>> = (0..1 << samples).map(noise).collect();
        let law = subject.sampler(Sampling::WithReplacement).law(samples, large);
        for eta in [rational(1, 10), rational(7, 3)] {
            let mut runs = Vec::new();
            for (outcome, signs) in
                law.iter().flat_map(|outcome| (0..1_usize << (samples * copies)).map(move |signs| (outcome, signs)))
            {
                let mut x = vec![Rational::ZERO; samples];
                advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut x, |_| {
                    let added = |place: usize| {
                        let of = |copy: usize| &table[signs >> (copy * samples) & ((1 << samples) - 1)][place];
                        (0..copies).fold(outcome.coefficients[place].clone(), |sum, copy| sum + of(copy))
                    };
                    (0..samples).map(added).collect()
                });
                let probability = &outcome.probability * rational(1, 1 << (samples * copies));
                runs.push((probability, x.into_iter().map(|x| -x).collect()));
            }
            let input = || format!("N = {samples}, b = {small}, B = {large}, η = {eta}");
            let [drift, spread] = of_runs(&mut exact, &runs, samples, input);
            let of_small = moments(&mut exact, subject, &eta, Batches { samples, size: small, steps: 1 })?;
            exact.equal("the mean is that of the small batch", &drift, &of_small[0], input);
            exact.equal("the covariance is that of the small batch", &spread, &of_small[1], input);
            exact.equal("η", &drift, &eta, input);
            exact.equal("η²/b", &spread, &(square(&eta) / Rational::from(small)), input);
        }
    }
    Ok(exact.evidence())
}

/// `E‖w_T - w*‖²` of the code with and without isotropic noise of this variance, from an error of 1 in each mode. In the last one no sample has a
/// component: more parameters than samples.
fn curves(exact: &mut Exact, subject: &dyn Subject, variance: &Rational, steps: usize) -> Result<Vec<[Rational; 2]>, NotOffered> {
    let mut sums = vec![[Rational::ZERO, Rational::ZERO]; steps + 1];
    for curvature in [rational(1, 1), rational(1, 2), Rational::ZERO] {
        let found = weights(exact, subject, &rational(1, 2), &curvature, steps)?;
        for (sum, weights) in sums.iter_mut().zip(found) {
            sum[0] += weights.second_moment(&Rational::ONE, variance);
            sum[1] += weights.second_moment(&Rational::ONE, &Rational::ZERO);
        }
    }
    Ok(sums)
}

fn test_error(subject: &dyn Subject, claimed: fn(&Rational, &Rational, isize) -> bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let found = curves(&mut exact, subject, &rational(1, 100), 30)?;
    for (step, [noisy, plain]) in found.iter().enumerate().skip(1) {
        exact.holds("the test error with noise", claimed(noisy, plain, step as isize), || {
            format!("after {step} steps: {:e} with noise, {:e} without", to_f64(noisy), to_f64(plain))
        });
    }
    Ok(exact.evidence())
}

fn errors(_: &Lab) -> Plot {
    let found = curves(&mut Exact::new(), &Reference, &rational(1, 100), 60).unwrap_or_default();
    let points = |place: usize| found.iter().enumerate().map(move |(step, errors)| [step as f64, to_f64(&errors[place])]);
    let unseen = (0..=60).map(|step| [f64::from(step), 1.0 + f64::from(step) / 400.0]);
    Plot {
        id: "test-error".into(),
        title: "Test error on over-parameterised least squares, noise of variance 0.01, η = ½".into(),
        x: "steps".into(),
        y: "E‖w - w*‖²".into(),
        series: vec![
            Series::theory("the unseen direction: 1 + Tη²s²", unseen),
            Series::measured("code, with noise", points(0)),
            Series::measured("code, without noise", points(1)),
        ],
        ..Plot::default()
    }
}
