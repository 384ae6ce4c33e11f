//! # Gradient accumulation over equal micro-batches
//!
//! **Setting.** A batch of `B` samples in `K` micro-batches of `B/K`; `g_j` is the mean gradient of micro-batch `j`.
//!
//! **Statement.** (1) If the loss is separable and the parameters stay where they are meanwhile, `(1/K) Σ_j g_j` is the batch
//! gradient. (2) In floats it is so bit for bit for small integers and B a power of two; (3) else up to
//! `(γ_B + γ_n) Σ|g_i| / B`, `n ≤ B`, and not bit for bit. (4) Without separability it is false.
//!
//! **Why.** Every sample has the weight `(1/K) / (B/K) = 1/B`. Each of a sum's terms passes as many roundings as there are additions
//! and divisions that are not by one, at most: `γ_n = nu / (1 - nu)`.
//!
//! **How it could fail.** The code joins multiples of unit vectors, whose coordinates are the weights; gradients of a polynomial
//! network, with and without normalisation over the batch; and doubles, against the derived bound.

use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, rational};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::subject::{BatchImpostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Accumulation, accumulate};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "accumulation-equivalence",
    title: "Accumulated over equal micro-batches, gradients are the batch gradient",
    topic: "accumulation",
    record: Some("accumulation-equivalence"),
    statement: "Let $K$ divide $B$ and $g_j$ be the mean gradient of the $j$-th of $K$ micro-batches of $B/K$ samples. For a \
                separable loss and parameters that do not change meanwhile, $(1/K) sum_(j=1)^K g_j = (1/B) sum_(i=1)^B ∇ℓ_i$.",
    hypotheses: &[
        "equal micro-batches, each reduced by its mean, and the factor $1/K$",
        "the loss is separable: no normalisation over the batch",
        "the parameters are the same for all micro-batches",
        "no nonlinear operation on the gradient of a micro-batch, such as clipping",
        "exact arithmetic",
    ],
    sources: &[Source::Note("000", "440-454"), Source::Cited("higham2002", "section 4.2")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "$(1/K) sum_j g_j$ is the batch gradient whenever $K$ divides $B$, whatever the loss",
            quantifier: "refuted by inputs centred over the batch",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| network(lab, subject, &[Loop::HONEST, Loop { centred: true, ..Loop::HONEST }]),
        },
        Claim {
            id: "as-stated-in-floats",
            as_stated: true,
            statement: "the two are exactly equal, in floats as well",
            quantifier: "refuted by the six integers 7, -1, -2, 0, -8, 2 and K = 2",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| {
                let mut exact = Exact::new();
                bit_equal(&mut exact, subject, &[7.0, -1.0, -2.0, 0.0, -8.0, 2.0], 2);
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "weights",
            as_stated: false,
            statement: "every sample has the weight $1/B$ in $(1/K) sum_j g_j$",
            quantifier: "all data; every B ≤ 24 and every K that divides B",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(weights(subject, |batch| rational(1, batch as u64))),
        },
        Claim {
            id: "network",
            as_stated: false,
            statement: "the accumulated gradient of $½ (w_2 (w_1 x)^2 - y)^2$ is the batch gradient",
            quantifier: "the drawn rational samples and weights; every B ≤ 24 and every K that divides B",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| network(lab, subject, &[Loop::HONEST]),
        },
        Claim {
            id: "integers",
            as_stated: false,
            statement: "in doubles the two agree bit for bit, if $B$ is a power of two and the gradients are integers below $2^20$",
            quantifier: "the drawn integers, B up to 64, all K (every sum is an integer below 2⁵³, every division only shifts)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| Ok(integers(lab, subject, &[1, 2, 4, 8, 16, 32, 64])),
        },
        Claim {
            id: "rounding",
            as_stated: false,
            statement: "in doubles the two differ by at most $(γ_B + γ_n) frac(sum_i |g_i|, B)$, $n ≤ B$ the roundings on a path",
            quantifier: "the drawn gradients, B from 2 to 24",
            expected: Verdict::Supported,
            method: By::Property,
            check: rounding,
        },
    ],
    controls: &[
        Control {
            id: "sum-without-one-over-k",
            differs: "the code adds the micro-batches' means and does not divide by K",
            broken: Broken::Subject {
                claim: "weights",
                subject: &BatchImpostor { name: "sum of means", accumulation: |_| Accumulation::Sum, ..BatchImpostor::HONEST },
            },
        },
        Control {
            id: "weight-off-by-a-billionth",
            differs: "the code gives the first micro-batch a weight larger by the factor 1 + 2⁻³⁰",
            broken: Broken::Subject {
                claim: "network",
                subject: &BatchImpostor {
                    name: "weight off",
                    accumulation: |_| Accumulation::Skewed { halvings: 30 },
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "clipped-micro-batches",
            differs: "the code clips each micro-batch's gradient to [-1, 1]",
            broken: Broken::Subject {
                claim: "weights",
                subject: &BatchImpostor {
                    name: "clipped micro-batches",
                    accumulation: |_| Accumulation::ClippedMean,
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "one-sample-forgotten",
            differs: "claims the weight 1/(B - 1) for B > 1",
            broken: Broken::Statement(|_, subject| Ok(weights(subject, |batch| rational(1, 1.max(batch as u64 - 1))))),
        },
        Control {
            id: "step-between",
            differs: "the parameters take a step of 10⁻⁶ times the gradient after the first micro-batch",
            broken: Broken::Statement(|lab, subject| network(lab, subject, &[Loop { moving: true, ..Loop::HONEST }])),
        },
        Control {
            id: "batch-normalisation",
            differs: "the network's input is centred over the batch that it sees",
            broken: Broken::Statement(|lab, subject| network(lab, subject, &[Loop { centred: true, ..Loop::HONEST }])),
        },
        Control {
            id: "not-a-power-of-two",
            differs: "claims bit equality for integers and B = 6",
            broken: Broken::Statement(|lab, subject| Ok(integers(lab, subject, &[6]))),
        },
        Control {
            id: "rounding-too-large",
            differs: "the code gives the first micro-batch a weight larger by the factor 1 + 2⁻⁴⁸",
            broken: Broken::Subject {
                claim: "rounding",
                subject: &BatchImpostor {
                    name: "weight off by rounding",
                    accumulation: |_| Accumulation::Skewed { halvings: 48 },
                    ..BatchImpostor::HONEST
                },
            },
        },
    ],
    plots: &[deviations],
};

/// Every `(B, K)` with `B <= 24` and `K` dividing `B`.
fn divisible() -> impl Iterator<Item = (usize, usize)> {
    (1..=24).flat_map(|batch| (1..=batch).filter(move |parts| batch % parts == 0).map(move |parts| (batch, parts)))
}

/// Multiples of unit vectors: a rule that is not linear (clipping) shows at a large scale.
fn weights(subject: &dyn Subject, weight: fn(usize) -> Rational) -> Evidence {
    let mut exact = Exact::new();
    for (batch, parts) in divisible() {
        for scale in [1, -100] {
            let unit = |sample| (0..batch).map(|other| Rational::from(if other == sample { scale } else { 0 })).collect();
            let samples: Vec<Vec<Rational>> = (0..batch).map(unit).collect();
            let micro_batches: Vec<_> = samples.chunks(batch / parts).map(<[_]>::to_vec).collect();
            let joined = accumulate(subject.accumulation(Accumulation::Mean), &micro_batches);
            for (sample, found) in joined.iter().enumerate() {
                let predicted = weight(batch) * Rational::from(scale);
                let input = || format!("B = {batch}, K = {parts}, {scale} times the unit vector of sample {sample}");
                exact.equal("weight = 1/B", found, &predicted, input);
            }
        }
    }
    exact.evidence()
}

/// What happens between and within micro-batches.
#[derive(Clone, Copy)]
struct Loop {
    /// The inputs are centred over the batch that the network sees, as batch normalisation does.
    centred: bool,
    /// The parameters take a step after the first micro-batch (after each, the fractions would outgrow any memory).
    moving: bool,
}

impl Loop {
    const HONEST: Loop = Loop { centred: false, moving: false };
}

/// The terms whose mean is the gradient of `½ (w₂ (w₁ x)² - y)²` over `samples` of `(x, y)`.
fn gradients(samples: &[[Rational; 2]], weights: &[Rational], centred: bool) -> Vec<Vec<Rational>> {
    let [first, second] = [&weights[0], &weights[1]];
    let sum = samples.iter().fold(Rational::ZERO, |sum, [x, _]| sum + x);
    let centre = if centred { sum / Rational::from(samples.len()) } else { Rational::ZERO };
    let gradient = |[x, y]: &[Rational; 2]| {
        let hidden = first * (x - &centre);
        let residual = second * &hidden * &hidden - y;
        vec![&residual * second * &hidden * (x - &centre) * Rational::from(2), &residual * &hidden * &hidden]
    };
    samples.iter().map(gradient).collect()
}

fn network(lab: &Lab, subject: &dyn Subject, loops: &[Loop]) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("network");
    let mut exact = Exact::new();
    for variant in loops {
        for (index, (batch, parts)) in divisible().enumerate() {
            let mut draws = stream.trial(index as u64);
            let mut fraction = || rational(draws.index(161) as i64 - 80, 8);
            let start = vec![fraction(), fraction()];
            let samples: Vec<[Rational; 2]> = (0..batch).map(|_| [fraction(), fraction()]).collect();
            let mut weights = start.clone();
            let mut optimizer = subject.exact(&Method::gradient_descent(rational(1, 1_000_000)))?;
            let mut micro_batches = Vec::new();
            for part in samples.chunks(batch / parts) {
                let part = gradients(part, &weights, variant.centred);
                if variant.moving && micro_batches.is_empty() {
                    advance(&mut *optimizer, &mut weights, |_| accumulate(Accumulation::Mean, std::slice::from_ref(&part)));
                }
                micro_batches.push(part);
            }
            let joined = accumulate(subject.accumulation(Accumulation::Mean), &micro_batches);
            let whole = gradients(&samples, &start, variant.centred);
            for (place, joined) in joined.iter().enumerate() {
                let sum = whole.iter().fold(Rational::ZERO, |sum, gradient| sum + &gradient[place]);
                let input = || {
                    let inputs = if variant.centred { ", inputs centred over the batch" } else { "" };
                    format!("B = {batch}, K = {parts}{inputs}, derivative by w_{}", place + 1)
                };
                exact.equal("accumulated = batch gradient", joined, &(sum / Rational::from(batch)), input);
            }
        }
    }
    Ok(exact.evidence())
}

/// The batch gradient and the accumulated one, in doubles, of one-dimensional gradients.
fn doubles(subject: &dyn Subject, samples: &[f64], parts: usize) -> [f64; 2] {
    let joined = |parts: usize| {
        let chunks = samples.chunks(samples.len() / parts);
        let micro_batches: Vec<Vec<Vec<f64>>> = chunks.map(|chunk| chunk.iter().map(|&g| vec![g]).collect()).collect();
        accumulate(subject.accumulation(Accumulation::Mean), &micro_batches)[0]
    };
    [joined(1), joined(parts)]
}

fn bit_equal(exact: &mut Exact, subject: &dyn Subject, samples: &[f64], parts: usize) {
    let [whole, joined] = doubles(subject, samples, parts);
    let input = || format!("B = {}, K = {parts}, gradients {samples:?}", samples.len());
    let same = whole.to_bits() == joined.to_bits();
    exact.holds("bit for bit", same, || format!("{}: {whole} against {joined}", input()));
}

fn integers(lab: &Lab, subject: &dyn Subject, batches: &[usize]) -> Evidence {
    let stream = lab.stream("integers");
    let mut exact = Exact::new();
    for &batch in batches {
        for case in 0..lab.cases(50) {
            let mut draws = stream.trial(case);
            let samples: Vec<f64> = (0..batch).map(|_| draws.index(1 << 21) as f64 - f64::from(1 << 20)).collect();
            for parts in (1..=batch).filter(|parts| batch % parts == 0) {
                bit_equal(&mut exact, subject, &samples, parts);
            }
        }
    }
    exact.evidence()
}

/// Deviation and bound. Higham (2002), section 4.2: a sum of `n` terms in sequence has at most `n - 1` roundings on the path of a
/// term, a division that is not by one has one more. The bound is evaluated in intervals and its lower end taken.
fn compared(subject: &dyn Subject, samples: &[f64], parts: usize) -> [f64; 2] {
    let mean = |terms: usize| if terms > 1 { terms as i64 } else { 0 };
    let unit = Interval::point(f64::EPSILON / 2.0);
    let gamma = |roundings: i64| {
        let product = Interval::int(roundings) * unit;
        product / (Interval::one() - product)
    };
    let (batch, size) = (samples.len(), samples.len() / parts);
    let magnitude = samples.iter().fold(Interval::zero(), |sum, g| sum + Interval::point(g.abs())) / Interval::int(batch as i64);
    let bound = (gamma(mean(batch)) + gamma(mean(size) + mean(parts))) * magnitude;
    let [whole, joined] = doubles(subject, samples, parts);
    let deviation = Interval::point(whole) - Interval::point(joined);
    // The difference of two doubles this close is exact or nearly so; zero must stay zero.
    [if whole == joined { 0.0 } else { deviation.hi.abs().max(deviation.lo.abs()) }, bound.lo]
}

fn rounding(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let stream = lab.stream("rounding");
    let mut property = Property::new();
    for case in 0..lab.cases(10_000) {
        let mut draws = stream.trial(case);
        let (batch, parts) = loop {
            let (batch, parts) = (2 + draws.index(23), 2 + draws.index(23));
            if batch.is_multiple_of(parts) {
                break (batch, parts);
            }
        };
        let positive = draws.index(2) == 0;
        let samples: Vec<f64> = (0..batch).map(|_| draws.normal()).map(|g| if positive { g.abs() } else { g }).collect();
        let [deviation, bound] = compared(subject, &samples, parts);
        property.within("|difference| within the bound", deviation, bound, || format!("B = {batch}, K = {parts}, {samples:?}"));
    }
    Ok(property.evidence())
}

fn deviations(lab: &Lab) -> Plot {
    let stream = lab.stream("deviations");
    let largest = (4..=24usize).step_by(2).map(|batch| {
        let case = |case| {
            let mut draws = stream.trial(case);
            let samples: Vec<f64> = (0..batch).map(|_| draws.normal().abs()).collect();
            let magnitude = samples.iter().sum::<f64>() / batch as f64;
            compared(&Reference, &samples, 2).map(|value| value / magnitude)
        };
        let worst = (0..200).map(case).fold([0.0, 0.0_f64], |worst, now| [worst[0].max(now[0]), worst[1].max(now[1])]);
        (batch as f64, worst)
    });
    let largest: Vec<(f64, [f64; 2])> = largest.collect();
    Plot {
        id: "rounding".into(),
        title: "Relative difference of accumulated and batch gradient in doubles, K = 2".into(),
        x: "batch size B".into(),
        y: "difference over mean |g|".into(),
        series: vec![
            Series::theory("γ_B + γ_n", largest.iter().map(|(batch, [_, bound])| [*batch, *bound])),
            Series::measured("largest of 200 draws", largest.iter().map(|(batch, [deviation, _])| [*batch, *deviation])),
        ],
        ..Plot::default()
    }
}
