//! # Forward and backward passes parallelise across the batch
//!
//! **Setting.** A batch is shared out over workers; each takes the mean gradient of its shard, and shards are joined by their sizes.
//!
//! **Statement.** (1) As stated, for any loss: false, batch normalisation couples samples. (2) For a separable loss any partition gives the
//! batch gradient. (3) In doubles bit for bit, for any number of workers, if the tree of sums has samples as leaves. (4) With shards as
//! leaves up to `(γ_B + γ_(B+2)) Σ|g_i|/B`.
//!
//! **Why.** A sum does not depend on how it is bracketed. A fixed tree over samples does not depend on who computed them.
//!
//! **How it could fail.** All partitions of five samples in fractions; threads; random partitions in doubles against the derived bound;
//! enclosures of the gradients of a normalised network.

use crate::evidence::{Evidence, Exact, Property};
use crate::lab::{Draws, Lab};
use crate::networks::{Activation, Dense, Layer, Loss, Network, Normalisation, Objective, Over, perceptron};
use crate::number::{Elementary, Interval, Rational, Real, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::subject::{BatchImpostor, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Accumulation, Accumulator, accumulate};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "parallel-across-batch",
    title: "A separable loss can be shared out sample by sample",
    topic: "accumulation",
    record: Some("parallel-across-batch"),
    statement: "For a separable loss and any partition of the batch into shards $S_1, …, S_w$, \
                $sum_j frac(|S_j|, B) ∇L_(S_j) = ∇L$. In doubles the result is the same bit for bit for any number of workers if \
                the gradients are added by one tree with the samples as its leaves.",
    hypotheses: &[
        "no coupling of samples: no normalisation over the batch",
        "shards are weighted by their sizes",
        "exact arithmetic; in doubles a fixed tree over samples, or else the bound of the sums",
    ],
    sources: &[
        Source::Note("000", "463-465"),
        Source::Cited("higham2002", "section 4.2"),
        Source::Cited("ioffe2015", "algorithm 1"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "forward and backward pass parallelise across the batch, whatever the network",
            quantifier: "refuted by a network with batch normalisation: four samples in two shards, enclosed",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(normalised(subject)),
        },
        Claim {
            id: "any-partition",
            as_stated: false,
            statement: "for a separable loss the joined gradient of the shards is the batch gradient",
            quantifier: "all 52 partitions of five samples, a ReLU network in fractions",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(partitions(subject)),
        },
        Claim {
            id: "bit-for-bit",
            as_stated: false,
            statement: "with a fixed tree over the samples the gradient is the same bit for bit, whoever computed which sample",
            quantifier: "1 to 16 threads, 23 samples dealt out at random, a tanh network in doubles; the tree is ours and no subject runs: only arithmetic that depends on \
                         its thread could fail it",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(threads(lab, Leaves::Samples)),
        },
        Claim {
            id: "rounding",
            as_stated: false,
            statement: "with shards as leaves two orders differ by at most $(γ_B + γ_(B+2)) frac(sum_i |g_i|, B)$",
            quantifier: "the drawn gradients and partitions, B from 2 to 24",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, subject| Ok(rounding(lab, subject)),
        },
    ],
    controls: &[
        Control {
            id: "batch-normalisation",
            differs: "the claim of separable networks, for one that is normalised over the batch",
            broken: Broken::Statement(|_, subject| Ok(normalised(subject))),
        },
        Control {
            id: "shards-as-leaves",
            differs: "each thread adds its own samples, and the threads' sums are added",
            broken: Broken::Statement(|lab, _| Ok(threads(lab, Leaves::Shards))),
        },
        Control {
            id: "unweighted-shards",
            differs: "the code joins the shards' means without their sizes",
            broken: Broken::Subject {
                claim: "any-partition",
                subject: &BatchImpostor {
                    name: "unweighted mean",
                    accumulation: |_| Accumulation::Mean,
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "first-shard-heavier",
            differs: "the code gives the first shard a weight larger by the factor 1 + 2⁻³⁰",
            broken: Broken::Subject {
                claim: "any-partition",
                subject: &BatchImpostor {
                    name: "weight off",
                    accumulation: |_| Accumulation::Skewed { halvings: 30 },
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "rounding-too-large",
            differs: "the code gives the first shard a weight larger by the factor 1 + 2⁻⁴⁷",
            broken: Broken::Subject {
                claim: "rounding",
                subject: &BatchImpostor {
                    name: "weight off by rounding",
                    accumulation: |_| Accumulation::Skewed { halvings: 47 },
                    ..BatchImpostor::HONEST
                },
            },
        },
    ],
    plots: &[deviations],
};

/// The gradient of the shards' losses, joined by their sizes.
fn sharded<R: Elementary>(
    subject: &dyn Subject,
    objective: &Objective<R>,
    parameters: &[Vec<R>],
    shards: &[Vec<usize>],
) -> Vec<R> {
    let mut joined = Accumulator::new(subject.accumulation(Accumulation::Weighted));
    for shard in shards {
        joined.push(objective.on(shard).gradient(parameters).1.concat(), shard.len());
    }
    joined.joined()
}

/// All partitions of `0..count` into shards: the next number joins a shard or opens one.
fn all_partitions(count: usize) -> Vec<Vec<Vec<usize>>> {
    (0..count).fold(vec![vec![]], |partitions, number| {
        let grown = |shards: &Vec<Vec<usize>>| {
            let joins = (0..shards.len()).map(|place| {
                let mut shards = shards.clone();
                shards[place].push(number);
                shards
            });
            joins.chain([shards.iter().cloned().chain([vec![number]]).collect()]).collect::<Vec<_>>()
        };
        partitions.iter().flat_map(grown).collect()
    })
}

fn fraction(place: usize) -> Rational {
    rational(((place * 7) % 11) as i64 - 3, 4)
}

fn numbered<R>(network: &Network, of: impl Fn(usize) -> R) -> Vec<Vec<R>> {
    let mut place = 0;
    network.parameters(|| {
        place += 1;
        of(place)
    })
}

fn objective<R: Elementary>(network: &Network, samples: usize, of: impl Fn(usize) -> R) -> Objective<R> {
    let inputs = (0..samples * network.inputs()).map(&of).collect();
    let targets = (0..samples * network.outputs()).map(|place| of(place + 5)).collect();
    Objective::new(network.clone(), Loss::HalfSquares, inputs, targets).expect("the samples fit")
}

fn partitions(subject: &dyn Subject) -> Evidence {
    let mut exact = Exact::new();
    let network = perceptron(&[2, 3, 1], Activation::Relu).expect("the widths fit");
    let (objective, parameters) = (objective(&network, 5, fraction), numbered(&network, fraction));
    let whole = objective.gradient(&parameters).1.concat();
    for shards in all_partitions(5) {
        let joined = sharded(subject, &objective, &parameters, &shards);
        for (place, (joined, whole)) in joined.iter().zip(&whole).enumerate() {
            exact.equal("joined = batch gradient", joined, whole, || format!("shards {shards:?}, derivative {place}"));
        }
    }
    exact.evidence()
}

/// Four samples in two shards, with enclosures: batch normalisation, which takes a root.
fn normalised(subject: &dyn Subject) -> Evidence {
    let mut exact = Exact::new();
    let dense = |inputs, outputs| Layer::Dense(Dense { inputs, outputs, bias: true });
    let normalisation = Layer::Normalisation(Normalisation { features: 3, epsilon: rational(1, 100_000), over: Over::Batch });
    let network = Network::new(2, vec![dense(2, 3), normalisation, dense(3, 1)]).expect("the widths fit");
    let enclosed = |place| Interval::point(to_f64(&fraction(place)));
    let (objective, parameters) = (objective(&network, 4, enclosed), numbered(&network, enclosed));
    let whole = objective.gradient(&parameters).1.concat();
    let joined = sharded(subject, &objective, &parameters, &[vec![0, 1], vec![2, 3]]);
    for (place, (joined, whole)) in joined.iter().zip(&whole).enumerate() {
        let apart = joined.hi < whole.lo || whole.hi < joined.lo;
        exact.decided("joined = batch gradient", apart.then_some(false), || {
            format!("derivative {place}: in [{}, {}] against [{}, {}]", joined.lo, joined.hi, whole.lo, whole.hi)
        });
    }
    exact.evidence()
}

/// What the tree of sums has at its ends.
#[derive(Clone, Copy, PartialEq)]
enum Leaves {
    Samples,
    Shards,
}

/// The sum by halves: the number of terms alone decides the order.
fn tree(terms: &[Vec<f64>]) -> Vec<f64> {
    match terms {
        [] => vec![],
        [one] => one.clone(),
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            tree(left).iter().zip(tree(right)).map(|(left, right)| left + right).collect()
        }
    }
}

/// The samples dealt out to so many workers at random; some may have none.
fn dealt(samples: usize, workers: usize, draws: &mut Draws) -> Vec<Vec<usize>> {
    let mut shards = vec![vec![]; workers];
    (0..samples).for_each(|sample| shards[draws.index(workers)].push(sample));
    shards
}

fn threads(lab: &Lab, leaves: Leaves) -> Evidence {
    let mut exact = Exact::new();
    let samples = 23;
    let network = perceptron(&[2, 4, 1], Activation::Tanh).expect("the widths fit");
    let number = |place: usize| libm::sin(place as f64);
    let (objective, parameters) = (objective(&network, samples, number), numbered(&network, number));
    let of_sample = |sample: usize| objective.on(&[sample]).gradient(&parameters).1.concat();
    let alone = tree(&(0..samples).map(of_sample).collect::<Vec<_>>());
    let stream = lab.stream("dealt");
    for workers in 1..=16 {
        let shards = dealt(samples, workers, &mut stream.trial(workers as u64));
        let parts: Vec<Vec<Vec<f64>>> = std::thread::scope(|scope| {
            let work = |shard: &Vec<usize>| shard.iter().map(|sample| of_sample(*sample)).collect::<Vec<_>>();
            let running: Vec<_> = shards.iter().map(|shard| scope.spawn(move || work(shard))).collect();
            running.into_iter().map(|worker| worker.join().expect("a gradient does not panic")).collect()
        });
        let found = match leaves {
            Leaves::Samples => {
                let mut gradients = vec![vec![]; samples];
                for (sample, gradient) in shards.iter().flatten().zip(parts.into_iter().flatten()) {
                    gradients[*sample] = gradient;
                }
                tree(&gradients)
            }
            Leaves::Shards => tree(&parts.iter().filter(|part| !part.is_empty()).map(|part| tree(part)).collect::<Vec<_>>()),
        };
        for (place, (found, alone)) in found.iter().zip(&alone).enumerate() {
            exact.holds("bit for bit", found.to_bits() == alone.to_bits(), || {
                format!("{workers} threads, derivative {place}: {found:e} against {alone:e}")
            });
        }
    }
    exact.evidence()
}

/// Deviation and bound for gradients that are numbers. Higham (2002), section 4.2: a term of the whole sum passes at most `B - 1`
/// additions and a division; a term of a shard of `b` at most `b - 1` additions, a division, a product by `b`, at most `w - 1 ≤ B - b`
/// additions and a division: `B + 2` roundings. The lower end of the bound is taken.
fn compared(subject: &dyn Subject, gradients: &[f64], shards: &[Vec<usize>]) -> [f64; 2] {
    let batch = gradients.len() as i64;
    let unit = Interval::point(f64::EPSILON / 2.0);
    let gamma = |roundings: i64| {
        let product = Interval::int(roundings) * unit;
        product / (Interval::int(1) - product)
    };
    let magnitude = gradients.iter().fold(Interval::int(0), |sum, g| sum + Interval::point(g.abs())) / Interval::int(batch);
    let bound = (gamma(batch) + gamma(batch + 2)) * magnitude;
    let of = |samples: &[usize]| samples.iter().map(|sample| vec![gradients[*sample]]).collect::<Vec<_>>();
    let parts: Vec<Vec<Vec<f64>>> = shards.iter().filter(|shard| !shard.is_empty()).map(|shard| of(shard)).collect();
    let joined = accumulate(subject.accumulation(Accumulation::Weighted), &parts)[0];
    let whole = accumulate(Accumulation::Mean, &[of(&(0..gradients.len()).collect::<Vec<_>>())])[0];
    let deviation = Interval::point(whole) - Interval::point(joined);
    [if whole == joined { 0.0 } else { deviation.hi.abs().max(deviation.lo.abs()) }, bound.lo]
}

fn drawn(lab: &Lab, batch: usize, case: u64) -> (Vec<f64>, Vec<Vec<usize>>) {
    let mut draws = lab.stream("rounding").trial(case * 32 + batch as u64);
    let gradients = (0..batch).map(|_| draws.between(0.5, 1.0)).collect();
    let workers = 1 + draws.index(batch);
    (gradients, dealt(batch, workers, &mut draws))
}

fn rounding(lab: &Lab, subject: &dyn Subject) -> Evidence {
    let mut property = Property::new();
    for (batch, case) in (2..=24).flat_map(|batch| (0..lab.cases(20)).map(move |case| (batch, case))) {
        let (gradients, shards) = drawn(lab, batch, case);
        let [deviation, bound] = compared(subject, &gradients, &shards);
        property.within("(γ_B + γ_(B+2)) Σ|g|/B", deviation, bound, || format!("B = {batch}, shards {shards:?}"));
    }
    property.evidence()
}

fn deviations(lab: &Lab) -> Plot {
    let worst = |batch: usize| {
        let cases = (0..20).map(|case| {
            let (gradients, shards) = drawn(lab, batch, case);
            compared(&Reference, &gradients, &shards)
        });
        cases.fold([0.0f64; 2], |[most, least], [deviation, bound]| [most.max(deviation), least.max(bound)])
    };
    let found: Vec<(f64, [f64; 2])> = (2..=24).map(|batch| (batch as f64, worst(batch))).collect();
    let measured = found.iter().filter(|(_, [deviation, _])| *deviation > 0.0);
    Plot {
        id: "deviation".into(),
        title: "Largest deviation over 20 random partitions, gradients in (1/2, 1)".into(),
        x: "batch size B".into(),
        y: "deviation".into(),
        log_y: true,
        series: vec![
            Series::theory("bound", found.iter().map(|(batch, [_, bound])| [*batch, *bound])),
            Series::measured("shards joined", measured.map(|(batch, [deviation, _])| [*batch, *deviation])),
        ],
        ..Plot::default()
    }
}
