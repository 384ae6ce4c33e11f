//! # The batch gradient is unbiased
//!
//! **Setting.** `R = (1/N) Σ ℓ_i`, a batch of `B` samples that does not depend on `θ`, its gradient `g = Σ c_i ∇ℓ_i(θ)`.
//!
//! **Statement.** (1) Uniform sampling, with or without replacement within the batch: `E c_i = 1/N`, so `E g = ∇R`. (2) With
//! probabilities `p_i` the weights `1/(N p_i)` restore it. (3) It fails for the later batches of an epoch given the earlier ones,
//! for other probabilities without weights, and for losses that depend on the rest of the batch.
//!
//! **Why.** By symmetry each index has the same expected share of the batch, and the shares add up to 1.
//!
//! **How it could fail.** The sampler's law is enumerated exactly, on coefficient vectors, so that the data do not matter; the
//! batches that it draws are counted against that law; the optimizer's mean step is compared with the full-gradient step.

use super::faults::COPIES;
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::statistics::{Law, Question, estimate};
use crate::subject::{BatchImpostor, NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors;
use crate::training::{Outcome, Sampler, Sampling, expectation};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "sgd-unbiased",
    title: "The gradient of a uniform batch is unbiased",
    topic: "stochastic",
    record: Some("sgd-unbiased"),
    statement: "For $R = 1/N sum_(i=1)^N ℓ_i$ and a batch $b$ of $B$ samples, uniform with or without replacement and independent \
                of $θ$, $𝔼 [1/B sum_(i ∈ b) ∇ℓ_i (θ)] = ∇R(θ)$: enumerated for $N ≤ 8$, whatever the data. It fails for the later batches of an epoch given the earlier \
                ones, for unequal probabilities without weights, and for losses that depend on the rest of the batch.",
    hypotheses: &[
        "uniform sampling, or weights $1/(N p_i)$",
        "the batch is independent of $θ$",
        "the loss of a sample depends on that sample alone",
    ],
    sources: &[
        Source::Note("000", "97-101"),
        Source::Note("003", "136-137"),
        Source::Note("004", "58"),
        Source::Cited("bottou2018", "sections 3 and 4"),
    ],
    claims: &[
        Claim {
            id: "any-order",
            as_stated: true,
            statement: "every mini-batch of training is unbiased, given the batches before it",
            quantifier: "the second half of a reshuffled epoch of 4 samples",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(second_half(subject.sampler(Sampling::WithoutReplacement))),
        },
        Claim {
            id: "any-probabilities",
            as_stated: true,
            statement: "the mean gradient of a random sample is unbiased, whatever the probabilities",
            quantifier: "3 samples, one of them twice as likely as the others",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(favoured(subject.sampler(Sampling::WithReplacement), false)),
        },
        Claim {
            id: "any-loss",
            as_stated: true,
            statement: "the gradient of the loss on a random batch is unbiased, even if the batch is normalised",
            quantifier: "2 samples whose batch mean is subtracted",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(normalised(subject.sampler(Sampling::WithoutReplacement), true)),
        },
        Claim {
            id: "plain-loss",
            as_stated: false,
            statement: "the same gradient is unbiased where the batch is not normalised",
            quantifier: "the same 2 samples, nothing subtracted, drawn with replacement",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(normalised(subject.sampler(Sampling::WithReplacement), false)),
        },
        Claim {
            id: "uniform",
            as_stated: false,
            statement: "uniform sampling gives every sample the mean coefficient $1/N$",
            quantifier: "all data of N ≤ 8 samples, every batch size up to N, with and without replacement",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(uniform(subject)),
        },
        Claim {
            id: "weighted",
            as_stated: false,
            statement: "with probabilities $p_i$ and weights $1/(N p_i)$ every sample has the mean coefficient $1/N$",
            quantifier: "all data of 3 ≤ N ≤ 5 samples, one of them 2, 3 or 4 times as likely as the others, batches of up to 3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(favoured(subject.sampler(Sampling::WithReplacement), true)),
        },
        Claim {
            id: "step",
            as_stated: false,
            statement: "the mean of one step of the code over all batches is the step with the full gradient, $θ - η ∇R(θ)$",
            quantifier: "the drawn least-squares problems with N = 5, B = 3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: mean_step,
        },
        Claim {
            id: "drawn",
            as_stated: false,
            statement: "the sampler draws each batch as often as the uniform law says",
            quantifier: "the distinct batches of 2 out of 3 samples, with and without replacement",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| Ok(drawn(lab, subject)),
        },
    ],
    controls: &[
        Control {
            id: "importance-sampling-without-weights",
            differs: "the weights 1/(N p_i) are left out",
            broken: Broken::Statement(|_, subject| Ok(favoured(subject.sampler(Sampling::WithReplacement), false))),
        },
        Control {
            id: "batch-normalisation",
            differs: "the batch mean is subtracted from the inputs",
            broken: Broken::Statement(|_, subject| Ok(normalised(subject.sampler(Sampling::WithReplacement), true))),
        },
        Control {
            id: "plain-loss-of-a-favoured-sample",
            differs: "the sampler's law gives sample 0 two tickets",
            broken: Broken::Subject { claim: "plain-loss", subject: &FAVOUR },
        },
        Control {
            id: "favoured-sample",
            differs: "the sampler's law gives sample 0 two tickets",
            broken: Broken::Subject { claim: "uniform", subject: &FAVOUR },
        },
        Control {
            id: "favoured-sample-drawn",
            differs: "the sampler draws sample 0 twice as often as another",
            broken: Broken::Subject { claim: "drawn", subject: &FAVOUR },
        },
        Control {
            id: "one-draw-copied",
            differs: "the batches of two hold the same sample twice: unbiased, but another law",
            broken: Broken::Subject { claim: "drawn", subject: &COPIES },
        },
        Control {
            id: "sum-instead-of-mean",
            differs: "the sum over the batch is not divided by B",
            broken: Broken::Subject {
                claim: "uniform",
                subject: &BatchImpostor {
                    name: "sum over the batch",
                    sampler: |sampler| Sampler { divisor: Some(1), ..sampler },
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "step", subject: &impostors::LONGER_STEP },
        },
    ],
    plots: &[shares],
};

const FAVOUR: BatchImpostor = BatchImpostor {
    name: "sample 0 favoured",
    // Favouring is defined for draws with replacement only.
    sampler: |sampler| match sampler.sampling {
        Sampling::WithReplacement => Sampler { favour: 1, ..sampler },
        Sampling::WithoutReplacement => sampler,
    },
    ..BatchImpostor::HONEST
};

const BOTH: [Sampling; 2] = [Sampling::WithReplacement, Sampling::WithoutReplacement];

/// Whether each coefficient has the mean `1/N` in the law, after multiplication with the weight of its sample.
fn unbiased(exact: &mut Exact, law: &[Outcome], weights: &[Rational], input: impl Fn() -> String) {
    let samples = weights.len();
    for (index, weight) in weights.iter().enumerate() {
        let mean = expectation(law, |coefficients| &coefficients[index] * weight);
        exact.equal("E c_i = 1/N", &mean, &rational(1, samples as u64), || format!("{}, sample {index}", input()));
    }
    exact.equal("probabilities add up to 1", &expectation(law, |_| Rational::ONE), &Rational::ONE, input);
}

fn uniform(subject: &dyn Subject) -> Evidence {
    let mut exact = Exact::new();
    for (sampling, samples) in BOTH.into_iter().flat_map(|sampling| (1..=8).map(move |samples| (sampling, samples))) {
        for batch in 1..=samples {
            let law = subject.sampler(sampling).law(samples, batch);
            unbiased(&mut exact, &law, &vec![Rational::ONE; samples], || format!("{sampling}, N = {samples}, B = {batch}"));
        }
    }
    exact.evidence()
}

/// The second half of an epoch of four samples, given each possible first half.
fn second_half(sampler: Sampler) -> Evidence {
    let mut exact = Exact::new();
    for first in sampler.law(4, 2) {
        let input = || format!("after the batch {:?}", used(&first.coefficients).collect::<Vec<_>>());
        unbiased(&mut exact, &sampler.law_after(&first, 2), &vec![Rational::ONE; 4], input);
    }
    exact.evidence()
}

/// The samples in a batch.
fn used(coefficients: &[Rational]) -> impl Iterator<Item = usize> {
    (0..coefficients.len()).filter(|&index| !coefficients[index].is_zero())
}

/// Sample 0 has more tickets than the others, with or without the weights `1/(N p_i)` in return.
fn favoured(honest: Sampler, weighted: bool) -> Evidence {
    let mut exact = Exact::new();
    for (favour, samples) in (1..=3).flat_map(|favour| (3..=5).map(move |samples| (favour, samples))) {
        let sampler = Sampler { favour, ..honest };
        let tickets = samples as u64 + favour;
        let weight = |index: usize| match (weighted, index) {
            (false, _) => Rational::ONE,
            (true, 0) => rational(tickets as i64, samples as u64 * (1 + favour)),
            (true, _) => rational(tickets as i64, samples as u64),
        };
        let weights: Vec<Rational> = (0..samples).map(weight).collect();
        for batch in 1..=3 {
            let input = || format!("{} tickets for sample 0, one for the others, N = {samples}, B = {batch}", 1 + favour);
            unbiased(&mut exact, &sampler.law(samples, batch), &weights, input);
        }
    }
    exact.evidence()
}

/// `ℓ_i(θ) = ½ (θ (x_i - m) - y_i)²` with `m` the mean of the inputs in the batch, or 0: the mean gradient over batches of one
/// against the gradient on the batch of both samples.
fn normalised(sampler: Sampler, normalise: bool) -> Evidence {
    let (inputs, labels) = ([0, 1].map(Rational::from), [0, 1].map(Rational::from));
    let gradient = |theta: &Rational, coefficients: &[Rational]| {
        let weighted = |values: &[Rational]| values.iter().zip(coefficients).fold(Rational::ZERO, |sum, (x, c)| sum + x * c);
        let centre = if normalise { weighted(&inputs) } else { Rational::ZERO };
        let of_sample = |(x, y): (&Rational, &Rational)| (theta * (x - &centre) - y) * (x - &centre);
        weighted(&inputs.iter().zip(&labels).map(of_sample).collect::<Vec<_>>())
    };
    let mut exact = Exact::new();
    for theta in -3..=3 {
        let theta = Rational::from(theta);
        let mean = expectation(&sampler.law(2, 1), |coefficients| gradient(&theta, coefficients));
        let full = gradient(&theta, &[rational(1, 2), rational(1, 2)]);
        exact.equal("E g = ∇R", &mean, &full, || format!("x = (0, 1), y = (0, 1), θ = {theta}, B = 1"));
    }
    exact.evidence()
}

/// One step of the code on `ℓ_i(θ) = ½ a_i (θ - b_i)²` from every batch.
fn mean_step(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("least squares");
    let mut exact = Exact::new();
    for case in 0..lab.cases(20) {
        let draws = &mut stream.trial(case);
        let mut integer = || Rational::from(draws.index(41) as i64 - 20);
        let start = integer();
        let gradients: [Rational; 5] = std::array::from_fn(|_| integer() * (&start - integer()));
        let eta = rational(1 + draws.index(40) as i64, 20);
        let full = gradients.iter().fold(Rational::ZERO, |sum, gradient| sum + gradient) / Rational::from(5);
        for sampling in BOTH {
            let mut mean = Rational::ZERO;
            for Outcome { probability, coefficients } in subject.sampler(sampling).law(5, 3) {
                let mut x = vec![start.clone()];
                let batch = coefficients.iter().zip(&gradients).fold(Rational::ZERO, |sum, (c, gradient)| sum + c * gradient);
                advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut x, |_| vec![batch]);
                mean += probability * &x[0];
            }
            let input = || format!("{sampling}, case {case}: θ = {start}, η = {eta}");
            exact.equal("E θ⁺ = θ - η ∇R(θ)", &mean, &(&start - &eta * &full), input);
        }
    }
    Ok(exact.evidence())
}

/// The frequency of each distinct batch of two out of three samples. The smallest control effects: with two tickets for sample 0
/// it is 1/4 instead of 1/9 for the batch of sample 0 twice, and with copies 1/3 instead of 1/9: 0.139, five and a half margins.
fn drawn(lab: &Lab, subject: &dyn Subject) -> Evidence {
    let (law, margin) = (Law::Bounded { lo: 0.0, hi: 1.0 }, 0.025);
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let mut statistics = Vec::new();
    for sampling in BOTH {
        let sampler = subject.sampler(sampling);
        for Outcome { probability, coefficients } in Sampler::new(sampling).law(3, 2) {
            let times = |index: usize| if coefficients[index] == Rational::ONE { 2 } else { 1 };
            let wanted: Vec<usize> = used(&coefficients).flat_map(|index| std::iter::repeat_n(index, times(index))).collect();
            let name = &format!("{sampling}: frequency of the batch {wanted:?}");
            let target = to_f64(&probability);
            let question = Question { name, relation: Relation::Equal, target, margin, law, largest };
            statistics.push(estimate(lab, &question, |draws| {
                let mut batch = sampler.draw(3, 2, draws);
                batch.sort_unstable();
                f64::from(u8::from(batch == wanted))
            }));
        }
    }
    Evidence::sampled(statistics)
}

fn shares(lab: &Lab) -> Plot {
    let stream = lab.stream("shares");
    let measured = |sampler: Sampler| {
        let mut counts = [0_u32; 8];
        for trial in 0..4096 {
            sampler.draw(8, 3, &mut stream.trial(trial)).into_iter().for_each(|index| counts[index] += 1);
        }
        counts.into_iter().enumerate().map(|(index, count)| [index as f64, f64::from(count) / (3.0 * 4096.0)])
    };
    let [with, without] = BOTH.map(|sampling| measured(Sampler::new(sampling)));
    let favoured = measured((FAVOUR.sampler)(Sampler::new(Sampling::WithReplacement)));
    Plot {
        id: "shares".into(),
        title: "Mean coefficient of each sample in 4096 drawn batches, N = 8, B = 3".into(),
        x: "sample".into(),
        y: "mean coefficient".into(),
        series: vec![
            Series::theory("1/N", [[0.0, 0.125], [7.0, 0.125]]),
            Series::measured("with replacement", with),
            Series::measured("without replacement", without),
            Series::measured("control: sample 0 favoured", favoured),
        ],
        ..Plot::default()
    }
}
