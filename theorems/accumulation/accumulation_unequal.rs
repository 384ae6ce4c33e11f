//! # Unequal micro-batches
//!
//! **Setting.** A batch of `B` terms in micro-batches of `b_1 + ... + b_K = B`; `g_j` is the mean gradient of micro-batch `j`. A term
//! is a sample, or a token where the loss is a mean over tokens.
//!
//! **Statement.** (1) `(1/K) Σ_j g_j` gives a term of micro-batch `j` the weight `1/(K b_j)`: the batch gradient exactly if all
//! `b_j` are equal. That K divides B does not suffice. (2) `Σ_j (b_j/B) g_j` is the batch gradient always.
//!
//! **Why.** `g_j` gives each of its terms the weight `1/b_j`. Joining is linear, so the weights decide for all data.
//!
//! **How it could fail.** The code joins multiples of unit vectors, one a term: the coordinates of the result are the weights.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::subject::{BatchImpostor, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Accumulation, accumulate};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "accumulation-unequal",
    title: "Unequal micro-batches need the weights of their sizes",
    topic: "accumulation",
    record: Some("accumulation-unequal"),
    statement: "For micro-batches of sizes $b_1 + … + b_K = B$ with mean gradients $g_j$, the batch gradient is \
                $sum_(j=1)^K (b_j / B) g_j$. The mean of means $(1/K) sum_(j=1)^K g_j$ gives a term of micro-batch $j$ the weight \
                $1/(K b_j)$ and equals the batch gradient for all data exactly if all $b_j$ are equal.",
    hypotheses: &[
        "each $g_j$ is the mean over the terms of its micro-batch: samples, or tokens for a token-normalised loss",
        "the loss is separable, the parameters are the same for all micro-batches",
        "exact arithmetic",
    ],
    sources: &[Source::Note("000", "440-454")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "$(1/K) sum_j g_j$ is the gradient of the batch when $K$ divides $B$",
            quantifier: "refuted by two sequences of 1 and 3 tokens, B = K = 2, with a loss that is a mean over tokens",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(divisible(subject, &[vec![1, 1], vec![2, 2], vec![3, 3], vec![1, 3]])),
        },
        Claim {
            id: "weighted",
            as_stated: false,
            statement: "$sum_j (b_j / B) g_j$ gives every term the weight $1/B$",
            quantifier: "all data; every ordered partition of every B ≤ 8 (5 = 3 + 2 among them)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(weighted(subject, |whole| rational(1, whole))),
        },
        Claim {
            id: "mean-of-means",
            as_stated: false,
            statement: "$(1/K) sum_j g_j$ gives a term of micro-batch $j$ the weight $1/(K b_j)$, which is $1/B$ for all terms \
                        exactly if all $b_j$ are equal",
            quantifier: "all data; every ordered partition of every B ≤ 8 (5 = 3 + 2 among them)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(mean_of_means(subject, |sizes| sizes.iter().all(|size| *size == sizes[0]))),
        },
    ],
    controls: &[
        Control {
            id: "unweighted-mean",
            differs: "the code joins by the unweighted mean where weights are asked for",
            broken: Broken::Subject {
                claim: "weighted",
                subject: &BatchImpostor {
                    name: "unweighted mean",
                    accumulation: |_| Accumulation::Mean,
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "weight-off-by-a-billionth",
            differs: "the code gives the first micro-batch a weight larger by the factor 1 + 2⁻³⁰",
            broken: Broken::Subject {
                claim: "weighted",
                subject: &BatchImpostor {
                    name: "weight off",
                    accumulation: |_| Accumulation::Skewed { halvings: 30 },
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "clipped-parts",
            differs: "the code clips each micro-batch's gradient to [-1, 1]",
            broken: Broken::Subject {
                claim: "mean-of-means",
                subject: &BatchImpostor {
                    name: "clipped parts",
                    accumulation: |_| Accumulation::ClippedMean,
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "weights-in-the-mean-of-means",
            differs: "the code weights by size where the unweighted mean is asked for",
            broken: Broken::Subject {
                claim: "mean-of-means",
                subject: &BatchImpostor {
                    name: "weighted mean",
                    accumulation: |_| Accumulation::Weighted,
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "divisible-suffices",
            differs: "claims that the mean of means is the batch gradient exactly if K divides the number of terms",
            broken: Broken::Statement(|_, subject| {
                Ok(mean_of_means(subject, |sizes| sizes.iter().sum::<usize>().is_multiple_of(sizes.len())))
            }),
        },
        Control {
            id: "a-billionth-of-a-term-too-many",
            differs: "claims the weight 1/(B + 10⁻⁹)",
            broken: Broken::Statement(|_, subject| {
                Ok(weighted(subject, |whole| Rational::ONE / (Rational::from(whole) + rational(1, 1_000_000_000))))
            }),
        },
    ],
    plots: &[relative_weight],
};

/// The ordered partitions of `whole`: each of its `whole - 1` gaps is a cut or not.
fn ordered_partitions(whole: usize) -> impl Iterator<Item = Vec<usize>> {
    (0..1u32 << (whole - 1)).map(move |cuts| {
        let mut sizes = vec![1];
        for gap in 0..whole - 1 {
            if cuts >> gap & 1 == 1 {
                sizes.push(1);
            } else if let Some(last) = sizes.last_mut() {
                *last += 1;
            }
        }
        sizes
    })
}

/// The weight of every term in the joined gradient, micro-batch by micro-batch. `scale` times the unit vectors are joined: a rule
/// that is not linear (clipping) shows at a large scale.
fn weights(subject: &dyn Subject, accumulation: Accumulation, sizes: &[usize], scale: i64) -> Vec<Vec<Rational>> {
    let whole: usize = sizes.iter().sum();
    let mut terms = (0..whole).map(|term| {
        let entry = |other| if other == term { Rational::from(scale) } else { Rational::ZERO };
        (0..whole).map(entry).collect::<Vec<_>>()
    });
    let parts: Vec<Vec<_>> = sizes.iter().map(|size| terms.by_ref().take(*size).collect()).collect();
    let joined = accumulate(subject.accumulation(accumulation), &parts);
    let mut joined = joined.into_iter().map(|coordinate| coordinate / Rational::from(scale));
    sizes.iter().map(|size| joined.by_ref().take(*size).collect()).collect()
}

/// Sequences of the given token counts, one a micro-batch: `K = B`, so that K divides B.
fn divisible(subject: &dyn Subject, token_counts: &[Vec<usize>]) -> Evidence {
    let mut exact = Exact::new();
    for counts in token_counts {
        let batch = rational(1, counts.iter().sum::<usize>() as u64);
        for (sequence, weights) in weights(subject, Accumulation::Mean, counts, 1).iter().enumerate() {
            let found = || format!("B = K = {}, tokens {counts:?}, sequence {}", counts.len(), sequence + 1);
            exact.equal("a token's weight is that in the batch", &weights[0], &batch, found);
        }
    }
    exact.evidence()
}

fn weighted(subject: &dyn Subject, weight: fn(u64) -> Rational) -> Evidence {
    let mut exact = Exact::new();
    for sizes in (1..=8).flat_map(ordered_partitions) {
        let whole = sizes.iter().sum::<usize>() as u64;
        for scale in [1, -30] {
            for found in weights(subject, Accumulation::Weighted, &sizes, scale).iter().flatten() {
                exact.equal("weight = 1/B", found, &weight(whole), || format!("sizes {sizes:?}, scale {scale}"));
            }
        }
    }
    exact.evidence()
}

fn mean_of_means(subject: &dyn Subject, balanced: fn(&[usize]) -> bool) -> Evidence {
    let mut exact = Exact::new();
    for sizes in (1..=8).flat_map(ordered_partitions) {
        let batch = rational(1, sizes.iter().sum::<usize>() as u64);
        for scale in [1, -30] {
            let weights = weights(subject, Accumulation::Mean, &sizes, scale);
            for (size, found) in sizes.iter().zip(&weights) {
                let predicted = rational(1, (sizes.len() * size) as u64);
                for found in found {
                    exact.equal("weight = 1/(K b)", found, &predicted, || format!("sizes {sizes:?}, scale {scale}"));
                }
            }
            let equals_batch = weights.iter().flatten().all(|weight| *weight == batch);
            exact.holds("1/B for all exactly if balanced", equals_batch == balanced(&sizes), || {
                format!("sizes {sizes:?}: the mean of means is the batch gradient: {equals_batch}")
            });
        }
    }
    exact.evidence()
}

fn relative_weight(_: &Lab) -> Plot {
    let whole = 8;
    let theory = (10..=70).map(|tenths| [f64::from(tenths) / 10.0, 40.0 / f64::from(tenths)]);
    let measured = |accumulation| {
        (1..whole).map(move |size| {
            let weights = weights(&Reference, accumulation, &[size, whole - size], 1);
            [size as f64, to_f64(&(&weights[0][0] * Rational::from(whole)))]
        })
    };
    Plot {
        id: "relative-weight".into(),
        title: "Weight of a term of the first of two micro-batches, over 1/B, B = 8".into(),
        x: "terms b in the first micro-batch".into(),
        y: "weight times B".into(),
        series: vec![
            Series::theory("B / (2b)", theory),
            Series::theory("1", [[1.0, 1.0], [7.0, 1.0]]),
            Series::measured("mean of means", measured(Accumulation::Mean)),
            Series::measured("weighted by size", measured(Accumulation::Weighted)),
        ],
        ..Plot::default()
    }
}
