//! # The full batch needs no memory of order N
//!
//! **Setting.** The gradient of `R_N = (1/N) Σ ½ (⟨a_i, θ⟩ - b_i)²` in four variables by reverse mode. Memory is counted: entries on the
//! longest tape, and numbers of gradients that are kept at once. The samples themselves may stay on a disk.
//!
//! **Statement.** (1) On one tape for the whole batch the memory is `c_0 + cN`. (2) Micro-batch by micro-batch, with one running sum, it
//! does not depend on `N`, the gradient is the same, exactly, and so is the order `N` of the operations.
//!
//! **Why.** The gradient of a sum is a sum, and the tape of a summand is not needed after it.
//!
//! **How it could fail.** Both are run on the same data in exact arithmetic, joined by the code, and counted.

use super::faults::AVERAGE;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::networks::{Counted, Tape, Variable, operations};
use crate::number::{Rational, Real, rational};
use crate::plot::{Plot, Series};
use crate::subject::{BatchImpostor, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Accumulation, Epochs, LastBatch, SampleOrder, accumulate};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "full-batch-memory-order-n",
    title: "The full gradient takes time of order N, and memory of order N only where the batch is held at once",
    topic: "stochastic",
    record: Some("full-batch-memory-order-n"),
    statement: "On the model problem the full gradient of $N$ samples takes memory $c_0 + c N$ if the whole batch is differentiated at \
                once. Accumulated over micro-batches of fixed size it is the same gradient, in memory that does not depend on $N$, \
                with operations of order $N$ either way.",
    hypotheses: &[
        "the loss is a mean over samples, so that gradients add up",
        "on the model problem: counted tape entries and numbers, not bytes of a process; the data are not counted",
    ],
    sources: &[Source::Note("002", "23"), Source::Note("004", "71")],
    claims: &[
        Claim {
            id: "order-n",
            as_stated: true,
            statement: "the full batch needs memory of order $N$: twice the samples need more",
            quantifier: "refuted by accumulation over micro-batches of 8 on the model problem",
            expected: Verdict::Refuted,
            method: By::Measurement,
            check: |_, subject| Ok(grows(subject, &Running::SUM)),
        },
        Claim {
            id: "materialised",
            as_stated: false,
            statement: "differentiated at once, the full batch takes memory $c_0 + c N$ with $c > 0$",
            quantifier: "the model problem, N = 16, 32, …, 512",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| Ok(grows(subject, &Running::WHOLE)),
        },
        Claim {
            id: "streamed",
            as_stated: false,
            statement: "accumulated over micro-batches of 8 it is the same gradient, in the same memory for every $N$",
            quantifier: "the model problem, N = 16, 32, …, 512",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| Ok(constant(subject, &Running::SUM)),
        },
        Claim {
            id: "time",
            as_stated: false,
            statement: "either way the operations are $o_0 + o N$ with $o > 0$",
            quantifier: "the model problem, N = 16, 32, …, 512",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| Ok(time(subject)),
        },
    ],
    controls: &[
        Control {
            id: "keeps-the-gradients",
            differs: "the gradients of all micro-batches are kept until the end",
            broken: Broken::Statement(|_, subject| Ok(constant(subject, &Running { keep: true, ..Running::SUM }))),
        },
        Control {
            id: "whole-batch-is-constant",
            differs: "claims that memory does not grow where the batch is differentiated at once",
            broken: Broken::Statement(|_, subject| Ok(constant(subject, &Running::WHOLE))),
        },
        Control {
            id: "averages-the-sum",
            differs: "the code averages the running sum with each micro-batch",
            broken: Broken::Subject { claim: "streamed", subject: &AVERAGE },
        },
        Control {
            id: "drops-a-micro-batch",
            differs: "the code leaves out the last micro-batch beyond 100 samples",
            broken: Broken::Subject { claim: "streamed", subject: &SHORTER },
        },
        Control {
            id: "drops-a-micro-batch-in-time",
            differs: "the code leaves out the last micro-batch beyond 100 samples",
            broken: Broken::Subject { claim: "time", subject: &SHORTER },
        },
    ],
    plots: &[memory],
};

static SHORTER: BatchImpostor = BatchImpostor {
    name: "one micro-batch less beyond 100 samples",
    batches: |epochs, order| {
        let batches: Vec<Vec<usize>> = epochs.cut(order).collect();
        let kept = if epochs.samples > 100 && batches.len() > 1 { batches.len() - 1 } else { batches.len() };
        batches[..kept].to_vec()
    },
    ..BatchImpostor::HONEST
};

/// How the full gradient is computed.
struct Running {
    /// Samples on one tape; `None` for all.
    micro_batch: Option<usize>,
    /// Whether the gradients of all micro-batches are kept and joined at the end.
    keep: bool,
}

impl Running {
    const SUM: Running = Running { micro_batch: Some(8), keep: false };
    const WHOLE: Running = Running { micro_batch: None, keep: false };
}

const VARIABLES: usize = 4;

/// Sample `i`'s features and, last, its label: small integers that do not repeat soon.
fn datum(sample: usize, place: usize) -> i64 {
    (((sample + 3) * (place + 2) * (sample + place + 5)) % 13) as i64 - 6
}

/// The gradient of `Σ ½ (⟨a_i, θ⟩ - b_i)²` over these samples, on one tape, with the tape's length.
fn on_one_tape<R: Real>(samples: &[usize]) -> (Vec<R>, usize) {
    let tape = Tape::new();
    let theta: Vec<Variable<R>> = (0..VARIABLES).map(|place| tape.input(R::of(&rational(place as i64 + 1, 3)))).collect();
    let mut loss = Variable::constant(R::zero());
    for &sample in samples {
        let product = |place: usize| theta[place].clone() * Variable::constant(R::int(datum(sample, place)));
        let sum = (1..VARIABLES).fold(product(0), |sum, place| sum + product(place));
        let residual = sum - Variable::constant(R::int(datum(sample, VARIABLES)));
        loss = loss + residual.clone() * residual / Variable::constant(R::int(2));
    }
    (tape.gradient(&loss, &theta), tape.len())
}

/// `∇R_N` and the largest number of tape entries and gradients' elements held at once.
fn full_gradient<R: Real>(subject: &dyn Subject, samples: usize, running: &Running) -> (Vec<R>, usize) {
    let batch = running.micro_batch.unwrap_or(samples);
    let epochs = Epochs { samples, batch, order: SampleOrder::Given, last: LastBatch::Kept };
    let added = subject.accumulation(Accumulation::Sum);
    let (mut kept, mut most): (Vec<Vec<R>>, usize) = (Vec::new(), 0);
    for micro_batch in subject.batches(&epochs, (0..samples).collect()) {
        let (gradient, entries) = on_one_tape(&micro_batch);
        most = most.max(entries + (kept.len() + 1) * VARIABLES);
        kept.push(gradient);
        if !running.keep && kept.len() == 2 {
            kept = vec![accumulate(added, &kept.into_iter().map(|gradient| vec![gradient]).collect::<Vec<_>>())];
        }
    }
    let sum = accumulate(added, &kept.into_iter().map(|gradient| vec![gradient]).collect::<Vec<_>>());
    (sum.into_iter().map(|sum| sum / R::int(samples as i64)).collect(), most)
}

/// `∇R_N` from the normal equations.
fn normal_equations(samples: usize) -> Vec<Rational> {
    let mut gradient = vec![Rational::ZERO; VARIABLES];
    for (place, element) in gradient.iter_mut().enumerate() {
        for other in 0..VARIABLES {
            let product: i64 = (0..samples).map(|sample| datum(sample, place) * datum(sample, other)).sum();
            *element += Rational::from(product) * rational(other as i64 + 1, 3);
        }
        let pull: i64 = (0..samples).map(|sample| datum(sample, place) * datum(sample, VARIABLES)).sum();
        *element = (element.clone() - Rational::from(pull)) / Rational::from(samples);
    }
    gradient
}

fn sizes() -> impl Iterator<Item = usize> {
    (4..=9).map(|power| 1 << power)
}

/// Memory for each `N`; the gradient is checked.
fn memories(exact: &mut Exact, subject: &dyn Subject, running: &Running) -> Vec<usize> {
    let of = |samples: usize| {
        let (gradient, most) = full_gradient::<Rational>(subject, samples, running);
        exact.holds("the gradient is ∇R_N", gradient == normal_equations(samples), || format!("N = {samples}: {gradient:?}"));
        most
    };
    sizes().map(of).collect()
}

/// Whether costs at `N, 2N, 4N, ...` are those of an affine function that grows: the differences double.
fn affine(exact: &mut Exact, what: &str, costs: &[u64]) {
    for (index, cost) in costs.windows(2).enumerate() {
        exact.holds(&format!("{what} grow"), cost[1] > cost[0], || format!("N = {}: {cost:?}", 16 << index));
    }
    for (index, cost) in costs.windows(3).enumerate() {
        let twice = cost[2] + 2 * cost[0] == 3 * cost[1];
        exact.holds(&format!("{what} are affine in N"), twice, || format!("from N = {}: {cost:?}", 16 << index));
    }
}

fn grows(subject: &dyn Subject, running: &Running) -> Evidence {
    let mut exact = Exact::new();
    let memories: Vec<u64> = memories(&mut exact, subject, running).into_iter().map(|most| most as u64).collect();
    affine(&mut exact, "numbers held", &memories);
    exact.evidence()
}

fn constant(subject: &dyn Subject, running: &Running) -> Evidence {
    let mut exact = Exact::new();
    let memories = memories(&mut exact, subject, running);
    for (samples, most) in sizes().zip(&memories) {
        exact.equal("numbers held, against N = 16", most, &memories[0], || format!("N = {samples}"));
    }
    exact.evidence()
}

fn time(subject: &dyn Subject) -> Evidence {
    let mut exact = Exact::new();
    for running in [Running::SUM, Running::WHOLE] {
        let cost = |samples| operations(|| full_gradient::<Counted<f64>>(subject, samples, &running)).1;
        affine(&mut exact, "operations", &sizes().map(cost).collect::<Vec<_>>());
    }
    exact.evidence()
}

fn memory(_: &Lab) -> Plot {
    let of = |running: &'static Running| sizes().map(|n| [n as f64, full_gradient::<f64>(&Reference, n, running).1 as f64]);
    let line = |[first, second]: [f64; 2]| sizes().map(move |n| [n as f64, first + (second - first) * (n as f64 / 16.0 - 1.0)]);
    let two = |running| [16, 32].map(|n| full_gradient::<f64>(&Reference, n, running).1 as f64);
    Plot {
        id: "memory".into(),
        title: "Tape entries and numbers of gradients held at once, four variables".into(),
        x: "samples N".into(),
        y: "numbers".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("c₀ + cN", line(two(&Running::WHOLE))),
            Series::theory("constant", line(two(&Running::SUM))),
            Series::measured("one tape", of(&Running::WHOLE)),
            Series::measured("micro-batches of 8", of(&Running::SUM)),
        ],
    }
}
