//! # An epoch has ⌈N/B⌉ or ⌊N/B⌋ updates
//!
//! **Setting.** `N` samples in some order, cut into batches of `B`; the rest of `N mod B` samples is kept as a last batch, or dropped.
//!
//! **Statement.** (1) Kept: `⌈N/B⌉` batches, every sample once. (2) Dropped: `⌊N/B⌋` batches, `N mod B` samples never. (3) Both are `N/B`
//! exactly if `B` divides `N`. (4) A kept last batch of `r` samples has the variance `(Σ/r)(N - r)/(N - 1)`, more than the others if `r < B`.
//!
//! **Why.** Division with remainder; a place of a random order is as good as any other.
//!
//! **How it could fail.** All pairs of `N` and `B` up to 40, in given and drawn orders, are cut by the code and counted; for `N = 5` all orders are
//! enumerated.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational};
use crate::plot::{Plot, Series};
use crate::subject::{BatchImpostor, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Epochs, LastBatch, SampleOrder};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "updates-per-epoch",
    title: "An epoch has ⌈N/B⌉ updates, or ⌊N/B⌋ if the rest is dropped",
    topic: "stochastic",
    record: Some("updates-per-epoch"),
    statement: "An epoch over $N$ samples in batches of $B$ has $⌈N/B⌉$ updates if the last batch is kept and $⌊N/B⌋$ if it is \
                dropped: $N/B$ only if $B$ divides $N$. A kept last batch of $r$ samples has the variance $Σ/r ⋅ (N - r)/(N - 1)$.",
    hypotheses: &["$B$ divides $N$ for the note's $N/B$", "every sample once in an epoch"],
    sources: &[Source::Note("004", "72"), Source::Note("002", "144"), Source::Note("002", "150"), Source::Note("000", "116-117")],
    claims: &[
        Claim {
            id: "quotient",
            as_stated: true,
            statement: "an epoch has $N/B$ updates",
            quantifier: "N, B ≤ 40, refuted where B does not divide N",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| Ok(counts(lab, subject, |samples, batch, _| rational(samples as i64, batch as u64), false)),
        },
        Claim {
            id: "divisible",
            as_stated: false,
            statement: "an epoch has $N/B$ updates if $B$ divides $N$",
            quantifier: "N, B ≤ 40, kept and dropped, in order and in a drawn order",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| Ok(counts(lab, subject, |samples, batch, _| rational(samples as i64, batch as u64), true)),
        },
        Claim {
            id: "rounded",
            as_stated: false,
            statement: "an epoch has $⌈N/B⌉$ updates and visits every sample once, or $⌊N/B⌋$ and leaves out $N mod B$ samples",
            quantifier: "N, B ≤ 40, in order and in a drawn order",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| Ok(counts(lab, subject, rounded, false)),
        },
        Claim {
            id: "last-batch",
            as_stated: false,
            statement: "a batch of $r$ samples at any place of a reshuffled epoch has the covariance $Σ/r ⋅ (N - r)/(N - 1)$, the last one too",
            quantifier: "all data of N = 5 samples, B ≤ 5, all 120 orders",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(spread(subject, 0)),
        },
    ],
    controls: &[
        Control {
            id: "always-one-more",
            differs: "claims ⌊N/B⌋ + 1 updates if the last batch is kept",
            broken: Broken::Statement(|lab, subject| {
                let more = |samples, batch, last| match last {
                    LastBatch::Kept => Rational::from(samples / batch + 1),
                    LastBatch::Dropped => rounded(samples, batch, last),
                };
                Ok(counts(lab, subject, more, false))
            }),
        },
        Control {
            id: "drops-silently",
            differs: "the code leaves out the rest where it is to be kept",
            broken: Broken::Subject {
                claim: "rounded",
                subject: &BatchImpostor {
                    name: "drops silently",
                    batches: |epochs, order| Epochs { last: LastBatch::Dropped, ..*epochs }.cut(order).collect(),
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "repeats",
            differs: "the code fills the last batch with the first samples of the epoch",
            broken: Broken::Subject {
                claim: "rounded",
                subject: &BatchImpostor {
                    name: "repeats",
                    batches: |epochs, order| {
                        let first = order.clone();
                        let mut batches: Vec<Vec<usize>> = epochs.cut(order).collect();
                        if let Some(last) = batches.last_mut() {
                            let missing = epochs.batch.min(epochs.samples) - last.len();
                            last.extend(&first[..missing]);
                        }
                        batches
                    },
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "smaller-batches",
            differs: "the code cuts batches of ⌈B/2⌉",
            broken: Broken::Subject {
                claim: "divisible",
                subject: &BatchImpostor {
                    name: "smaller batches",
                    batches: |epochs, order| Epochs { batch: epochs.batch.div_ceil(2), ..*epochs }.cut(order).collect(),
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "last-batch-as-large",
            differs: "claims the variance of a batch of r + 1 for a short last batch",
            broken: Broken::Statement(|_, subject| Ok(spread(subject, 1))),
        },
    ],
    plots: &[staircase],
};

fn rounded(samples: usize, batch: usize, last: LastBatch) -> Rational {
    match last {
        LastBatch::Kept => Rational::from(samples.div_ceil(batch)),
        LastBatch::Dropped => Rational::from(samples / batch),
    }
}

/// Epochs of every size, cut by the code.
fn counts(lab: &Lab, subject: &dyn Subject, claimed: impl Fn(usize, usize, LastBatch) -> Rational, divisible: bool) -> Evidence {
    let stream = lab.stream("orders");
    let mut exact = Exact::new();
    for (samples, batch) in (1..=40_usize).flat_map(|samples| (1..=40).map(move |batch| (samples, batch))) {
        if divisible && !samples.is_multiple_of(batch) {
            continue;
        }
        let drawn = stream.trial((41 * samples + batch) as u64).distinct(samples, samples);
        for (last, order) in [LastBatch::Kept, LastBatch::Dropped]
            .into_iter()
            .flat_map(|last| [(last, (0..samples).collect::<Vec<usize>>()), (last, drawn.clone())])
        {
            let epochs = Epochs { samples, batch, order: SampleOrder::Given, last };
            let batches = subject.batches(&epochs, order.clone());
            let input = || format!("N = {samples}, B = {batch}, {last:?}");
            exact.equal("updates", &Rational::from(batches.len()), &claimed(samples, batch, last), input);
            let seen: Vec<usize> = batches.concat();
            let kept = if last == LastBatch::Kept { samples } else { samples - samples % batch };
            exact.holds("every sample once, in the order given, but for a dropped rest", seen == order[..kept], || {
                format!("{}: {seen:?}", input())
            });
        }
    }
    exact.evidence()
}

/// All orders of `0..count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    let insert = |order: &Vec<usize>, place: usize| {
        let mut longer = order.clone();
        longer.insert(place, count - 1);
        longer
    };
    shorter.iter().flat_map(|order| (0..count).map(|place| insert(order, place)).collect::<Vec<_>>()).collect()
}

/// The covariance of each batch's coefficients over all orders; `more` is added to the size of a short last batch in what is claimed.
fn spread(subject: &dyn Subject, more: u64) -> Evidence {
    const SAMPLES: usize = 5;
    let orders = orders(SAMPLES);
    let mut exact = Exact::new();
    for batch in 1..=SAMPLES {
        let epochs = Epochs { samples: SAMPLES, batch, order: SampleOrder::Reshuffled, last: LastBatch::Kept };
        let cut: Vec<Vec<Vec<usize>>> = orders.iter().map(|order| subject.batches(&epochs, order.clone())).collect();
        let count = SAMPLES.div_ceil(batch);
        let complete = cut.iter().all(|batches| batches.len() == count);
        exact.holds("⌈N/B⌉ batches in every order", complete, || format!("N = 5, B = {batch}"));
        for place in (0..count).filter(|_| complete) {
            let size = (SAMPLES - place * batch).min(batch) as u64;
            let size = if (size as usize) < batch { size + more } else { size };
            let claimed = rational((SAMPLES as u64 - size) as i64, size * (SAMPLES as u64 - 1));
            for (i, j) in (0..SAMPLES).flat_map(|i| (i..SAMPLES).map(move |j| (i, j))) {
                let coefficient = |batches: &[Vec<usize>], sample: usize| {
                    let times = batches[place].iter().filter(|&&index| index == sample).count();
                    rational(times as i64, batches[place].len() as u64)
                };
                let mean = |of: &dyn Fn(&[Vec<usize>]) -> Rational| {
                    cut.iter().fold(Rational::ZERO, |sum, batches| sum + of(batches)) / Rational::from(orders.len())
                };
                let joint = mean(&|batches| coefficient(batches, i) * coefficient(batches, j));
                let [first, second] = [i, j].map(|sample| mean(&|batches| coefficient(batches, sample)));
                let share = rational(1, SAMPLES as u64);
                let of_one = if i == j { &share - &share * &share } else { -(&share * &share) };
                let input = || format!("N = 5, B = {batch}, batch {place}, samples {i} and {j}");
                exact.equal("covariance of two coefficients", &(joint - first * second), &(&claimed * of_one), input);
            }
        }
    }
    exact.evidence()
}

fn staircase(_: &Lab) -> Plot {
    const SAMPLES: usize = 40;
    let measured = |last: LastBatch| {
        (1..=SAMPLES).map(move |batch| {
            let epochs = Epochs { samples: SAMPLES, batch, order: SampleOrder::Given, last };
            [batch as f64, Reference.batches(&epochs, (0..SAMPLES).collect()).len() as f64]
        })
    };
    Plot {
        id: "updates".into(),
        title: "Updates in an epoch of 40 samples".into(),
        x: "batch size B".into(),
        y: "updates".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("N/B", (1..=SAMPLES).map(|batch| [batch as f64, SAMPLES as f64 / batch as f64])),
            Series::measured("last batch kept", measured(LastBatch::Kept)),
            Series::measured("last batch dropped", measured(LastBatch::Dropped)),
        ],
    }
}
