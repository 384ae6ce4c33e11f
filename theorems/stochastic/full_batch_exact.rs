//! # The full batch gives the exact gradient of the empirical risk, and of no other
//!
//! **Setting.** `R_N = (1/N) Σ ℓ_i` over `N` samples of a population with the risk `R`; the batch of all `N` samples.
//!
//! **Statement.** (1) Without replacement a batch of `B = N` has one outcome, whose gradient is `∇R_N`: its variance is 0. (2) It is
//! not `∇R`: with `s²` the variance of one sample's gradient, `E‖∇R_N - ∇R‖² = s²/N`. (3) `N ≥ 2` draws with replacement are no full
//! batch: their variance is `σ²/N`.
//!
//! **Why.** There is one subset of `N` out of `N`; and the samples themselves were drawn independently.
//!
//! **How it could fail.** The sampler's law is enumerated on coefficient vectors, the code's step from it is compared with the step
//! along `∇R_N`, and all data sets of a population of three values are enumerated.

use super::faults::{COPIES, PUT_BACK, SUM};
use super::minibatch_variance::{one_over_batch, spread};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::training::{Accumulation, Sampling, accumulate};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "full-batch-exact",
    title: "The full batch has the exact gradient of the empirical risk, with error s²/N for the population's",
    topic: "stochastic",
    record: Some("full-batch-exact"),
    statement: "The batch of all $N$ samples has the gradient $∇R_N$, without variance: for all data with $N ≤ 8$. As an \
                estimate of the population's gradient it has the mean squared error $s^2/N$, where $s^2$ is the variance of one \
                sample's gradient. $N$ draws with replacement have the variance $σ^2/N$.",
    hypotheses: &["exact refers to the empirical risk $R_N$", "every sample enters once", "for $s^2/N$: independent samples"],
    sources: &[
        Source::Note("003", "117-130"),
        Source::Note("004", "70"),
        Source::Note("002", "20-23"),
        Source::Cited("bottou2018", "section 3"),
    ],
    claims: &[
        Claim {
            id: "of-the-population",
            as_stated: true,
            statement: "the full batch's gradient is exact, without a word on which risk: read for that of the population, $∇R_N = ∇R$",
            quantifier: "a population of three values, N ≤ 6 samples",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(population(subject, |_| Rational::ZERO)),
        },
        Claim {
            id: "of-the-sample",
            as_stated: true,
            statement: "the full batch's gradient is exact: it is $∇R_N$, with certainty",
            quantifier: "all data of N ≤ 8 samples, drawn without replacement",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(certain(subject, Sampling::WithoutReplacement)),
        },
        Claim {
            id: "step",
            as_stated: false,
            statement: "the code's step with the full batch is $θ - η ∇R_N (θ)$",
            quantifier: "drawn least-squares problems in one variable with N ≤ 8",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: step,
        },
        Claim {
            id: "with-replacement",
            as_stated: false,
            statement: "$N$ uniform draws with replacement have $\"Cov\"(g_N) = Σ/N$",
            quantifier: "all data of N ≤ 5 samples",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(spread(subject.sampler(Sampling::WithReplacement), &FULL, one_over_batch)),
        },
        Claim {
            id: "error",
            as_stated: false,
            statement: "$𝔼 (∇R_N - ∇R)^2 = s^2/N$, samples joined by the code",
            quantifier: "½(w - y)² with y = 0, 0 or 3, at every w; all data sets of N ≤ 6",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(population(subject, |samples| rational(2, samples as u64))),
        },
    ],
    controls: &[
        Control {
            id: "n-draws-with-replacement",
            differs: "claims that N draws with replacement are exact",
            broken: Broken::Statement(|_, subject| Ok(certain(subject, Sampling::WithReplacement))),
        },
        Control {
            id: "samples-put-back",
            differs: "the code draws with replacement",
            broken: Broken::Subject { claim: "of-the-sample", subject: &PUT_BACK },
        },
        Control {
            id: "same-sample-twice",
            differs: "the code takes half of the samples twice",
            broken: Broken::Subject { claim: "of-the-sample", subject: &COPIES },
        },
        Control {
            id: "copies-with-replacement",
            differs: "the code takes each draw twice",
            broken: Broken::Subject { claim: "with-replacement", subject: &COPIES },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "step", subject: &LONGER_STEP },
        },
        Control {
            id: "one-sample-more",
            differs: "claims the error s²/(N + 1)",
            broken: Broken::Statement(|_, subject| Ok(population(subject, |samples| rational(2, samples as u64 + 1)))),
        },
        Control {
            id: "sum-instead-of-mean",
            differs: "the code adds the samples' gradients without dividing by N",
            broken: Broken::Subject { claim: "error", subject: &SUM },
        },
    ],
    plots: &[error_against_samples],
};

/// Numbers of samples, with batches of as many.
const FULL: [(usize, usize); 5] = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)];

/// Whether each batch of `N` out of `N` has the coefficients `1/N`.
fn certain(subject: &dyn Subject, sampling: Sampling) -> Evidence {
    let mut exact = Exact::new();
    for samples in 1..=8 {
        let full = vec![rational(1, samples as u64); samples];
        let law = subject.sampler(sampling).law(samples, samples);
        let all = law.iter().fold(Rational::ZERO, |sum, outcome| sum + &outcome.probability);
        exact.equal("the probabilities' sum", &all, &Rational::ONE, || format!("N = {samples}"));
        for outcome in law {
            exact.holds("every sample has the coefficient 1/N", outcome.coefficients == full, || {
                format!("N = B = {samples}: {:?} with probability {}", outcome.coefficients, outcome.probability)
            });
        }
    }
    exact.evidence()
}

/// One step of the code on `ℓ_i(θ) = ½ (a_i θ - b_i)²`.
fn step(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("step");
    let mut exact = Exact::new();
    for case in 0..lab.cases(40) {
        let draws = &mut stream.trial(case);
        let samples = 1 + draws.index(8);
        let data: Vec<[Rational; 2]> = (0..samples).map(|_| [draws.fraction(-9..10, 4), draws.fraction(-9..10, 4)]).collect();
        let (start, eta) = (draws.fraction(-20..21, 8), draws.fraction(1..40, 20));
        let gradient = |[a, b]: &[Rational; 2], x: &Rational| a * (a * x - b);
        // From the normal equations, which is another form than the mean of samples' gradients.
        let (curvature, pull) = data.iter().fold((Rational::ZERO, Rational::ZERO), |(c, p), [a, b]| (c + a * a, p + a * b));
        let expected = &start - &eta * (curvature * &start - pull) / Rational::from(samples);
        for outcome in subject.sampler(Sampling::WithoutReplacement).law(samples, samples) {
            let mut x = vec![start.clone()];
            advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut x, |x| {
                let parts = outcome.coefficients.iter().zip(&data).map(|(c, sample)| c * gradient(sample, &x[0]));
                vec![parts.fold(Rational::ZERO, |sum, part| sum + part)]
            });
            exact.equal("θ⁺ = θ - η ∇R_N(θ)", &x[0], &expected, || format!("case {case}: N = {samples}, η = {eta}"));
        }
    }
    Ok(exact.evidence())
}

/// `E (∇R_N - ∇R)²` over all data sets of this size for `½ (w - y)²`, `y ∈ {0, 0, 3}`: the mean is 1, `s² = 2`.
fn squared_error(subject: &dyn Subject, samples: usize, w: &Rational) -> Rational {
    let joined = subject.accumulation(Accumulation::Mean);
    let sets = 3_usize.pow(samples as u32);
    let mut sum = Rational::ZERO;
    for set in 0..sets {
        let label = |sample: usize| Rational::from(if set / 3_usize.pow(sample as u32) % 3 == 2 { 3 } else { 0 });
        let gradients: Vec<Vec<Vec<Rational>>> = (0..samples).map(|sample| vec![vec![w - label(sample)]]).collect();
        sum += square(&(&accumulate(joined, &gradients)[0] - (w - Rational::ONE)));
    }
    sum / Rational::from(sets)
}

fn population(subject: &dyn Subject, claimed: fn(usize) -> Rational) -> Evidence {
    let mut exact = Exact::new();
    for (samples, w) in (1..=6).flat_map(|samples| [(samples, Rational::ZERO), (samples, rational(7, 3))]) {
        let found = squared_error(subject, samples, &w);
        exact.equal("E (∇R_N - ∇R)²", &found, &claimed(samples), || format!("y = 0, 0 or 3, N = {samples}, w = {w}"));
    }
    exact.evidence()
}

fn error_against_samples(_: &Lab) -> Plot {
    let measured = (1..=6).map(|samples| [samples as f64, to_f64(&squared_error(&Reference, samples, &Rational::ZERO))]);
    Plot {
        id: "error".into(),
        title: "Mean squared error of the full-batch gradient, ½ (w - y)² with y = 0, 0 or 3".into(),
        x: "samples N".into(),
        y: "E (gradient - target)²".into(),
        series: vec![
            Series::theory("of the population's gradient: s²/N", (10..=60).map(|k| [f64::from(k) / 10.0, 20.0 / f64::from(k)])),
            Series::theory("of the sample's gradient: 0", [[1.0, 0.0], [6.0, 0.0]]),
            Series::measured("all data sets, joined by the code", measured),
        ],
        ..Plot::default()
    }
}
