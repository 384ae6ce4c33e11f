//! # What accumulation does to memory
//!
//! **Setting.** Gradients of a network by back-propagation over `K` micro-batches of `B/K` samples, joined as they come.
//!
//! **Statement.** (1) As stated, memory differs: the peak is `a + n + c B/K` numbers for `K ≥ 2`, with `B` in it through `B/K` alone. (2) The
//! price is one accumulator: `n` numbers more than the gradient of one such micro-batch takes. (3) So it saves memory exactly if
//! `c (B - B/K) > n`: for small batches it costs some. (4) So note 004's "memory O(N)" of a full batch is not that of its gradient.
//!
//! **Why.** Signals and adjoints of a micro-batch are dropped before those of the next one come into being.
//!
//! **How it could fail.** Loop, network and optimizer's gradient run on numbers that count themselves while they exist: a peak is an
//! integer that depends on no allocator. Loops that keep graphs or gradients show.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::networks::{Activation, Loss, Objective, Resident, most_resident, perceptron};
use crate::plot::{Plot, Series};
use crate::subject::{Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Accumulation, Accumulator};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "accumulation-memory",
    title: "Accumulation needs the activations of a micro-batch, and one gradient more",
    topic: "accumulation",
    record: Some("accumulation-memory"),
    statement: "The gradient of $n$ parameters over $B$ samples, accumulated over $K ≥ 2$ micro-batches, takes $a + n + c B/K$ numbers at \
                its peak, where $a + c b$ is what the gradient of $b$ samples takes at once. It saves memory exactly if \
                $c (B - B/K) > n$.",
    hypotheses: &[
        "back-propagation that stores each layer's output and drops it with its micro-batch",
        "gradients are joined as they come",
        "numbers that exist at one time, parameters not included; $c$ is the network's",
    ],
    sources: &[Source::Note("000", "440-454"), Source::Note("004", "71")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "memory usage differs from that of the whole batch: the peak is $a + n + c B/K$",
            quantifier: "a perceptron of 49 parameters, B ≤ 16, all K ≥ 2 that divide B",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(affine(subject, Keeping::Nothing)),
        },
        Claim {
            id: "order-of-the-batch",
            as_stated: true,
            statement: "a full-batch gradient takes memory of order $N$ (note 004, which note 000 contradicts)",
            quantifier: "refuted by K = B = 16, which takes as much as K = B = 2",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| Ok(order_of_the_batch(subject)),
        },
        Claim {
            id: "one-accumulator",
            as_stated: false,
            statement: "the peak is $n$ above that of the gradient of one such micro-batch",
            quantifier: "a perceptron of 49 parameters, B ≤ 16, all K ≥ 2 that divide B",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(accumulators(subject, Keeping::Nothing, 0)),
        },
        Claim {
            id: "break-even",
            as_stated: false,
            statement: "the whole batch takes $a + c B$, and accumulation less exactly if $c (B - B/K) > n$",
            quantifier: "a perceptron of 49 parameters, B ≤ 16, all K ≥ 2 that divide B",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| Ok(break_even(subject, |excess| excess > 0)),
        },
    ],
    controls: &[
        Control {
            id: "graphs-kept-alive",
            differs: "the loop keeps the signals of every micro-batch",
            broken: Broken::Statement(|_, subject| Ok(affine(subject, Keeping::Graphs))),
        },
        Control {
            id: "losses-kept-alive",
            differs: "the loop keeps one number of every micro-batch, its loss",
            broken: Broken::Statement(|_, subject| Ok(affine(subject, Keeping::Losses))),
        },
        Control {
            id: "gradients-kept",
            differs: "the loop keeps every micro-batch's gradient",
            broken: Broken::Statement(|_, subject| Ok(accumulators(subject, Keeping::Gradients, 0))),
        },
        Control {
            id: "one-number-less",
            differs: "claims n - 1 numbers for the accumulator",
            broken: Broken::Statement(|_, subject| Ok(accumulators(subject, Keeping::Nothing, 1))),
        },
        Control {
            id: "always-saves",
            differs: "claims that it takes less for all K ≥ 2",
            broken: Broken::Statement(|_, subject| Ok(break_even(subject, |_| true))),
        },
    ],
    plots: &[peaks],
};

/// What the loop keeps of a micro-batch that is done.
#[derive(Clone, Copy, PartialEq)]
enum Keeping {
    Nothing,
    Losses,
    Gradients,
    Graphs,
}

const INPUTS: usize = 3;
const WIDTHS: [usize; 4] = [INPUTS, 5, 4, 1];

/// Sum of `inputs · outputs + outputs` over the layers.
const PARAMETERS: u64 = (3 * 5 + 5) + (5 * 4 + 4) + (4 + 1);

/// The largest number of numbers alive while the gradient of `batch` samples is accumulated over `parts` micro-batches.
fn peak(subject: &dyn Subject, batch: usize, parts: usize, keeping: Keeping) -> u64 {
    let network = perceptron(&WIDTHS, Activation::Tanh).expect("the widths fit");
    let number = |place: usize| ((place * 7) % 11) as f64 / 8.0 - 0.5;
    let inputs: Vec<f64> = (0..INPUTS * batch).map(number).collect();
    let whole = Objective::new(network.clone(), Loss::HalfSquares, inputs.clone(), (0..batch).map(number).collect());
    let whole = whole.expect("the samples fit");
    let parameters = network.parameters(|| Resident::new(0.25));
    let (gradient, most) = most_resident(|| {
        let mut accumulator = Accumulator::new(subject.accumulation(Accumulation::Mean));
        let (mut graphs, mut gradients, mut losses) = (vec![], vec![], vec![]);
        let samples: Vec<usize> = (0..batch).collect();
        for part in samples.chunks(batch / parts) {
            let (loss, gradient) = whole.on(part).over(Resident::new).gradient(&parameters);
            let gradient: Vec<Resident<f64>> = gradient.into_iter().flatten().collect();
            match keeping {
                Keeping::Nothing => {}
                Keeping::Losses => losses.push(loss),
                Keeping::Gradients => gradients.push(gradient.clone()),
                Keeping::Graphs => {
                    let inputs: Vec<Resident<f64>> =
                        part.iter().flat_map(|sample| &inputs[INPUTS * sample..][..INPUTS]).copied().map(Resident::new).collect();
                    graphs.push(network.signals(&parameters, &inputs));
                }
            }
            accumulator.push(gradient, part.len());
        }
        accumulator.joined()
    });
    assert_eq!(gradient.len() as u64, PARAMETERS, "a gradient has the length of the parameters");
    most
}

/// Every `(B, K)` with `2 ≤ K` that divides `B ≤ 16`.
fn divisible() -> impl Iterator<Item = (usize, usize)> {
    (2..=16usize).flat_map(|batch| (2..=batch).filter(move |parts| batch % parts == 0).map(move |parts| (batch, parts)))
}

/// `a` and `c` of the honest loop over one micro-batch.
fn coefficients(subject: &dyn Subject) -> [u64; 2] {
    let [one, two] = [1, 2].map(|batch| peak(subject, batch, 1, Keeping::Nothing));
    [2 * one - two, two - one]
}

fn affine(subject: &dyn Subject, keeping: Keeping) -> Evidence {
    let mut exact = Exact::new();
    let [constant, slope] = coefficients(subject);
    // Every layer's output is there when the backward pass begins.
    let stored: usize = WIDTHS.iter().sum();
    exact.holds("c is at least what is stored of a sample", slope >= stored as u64, || format!("{slope} and {stored}"));
    for (batch, parts) in divisible() {
        let predicted = constant + PARAMETERS + slope * (batch / parts) as u64;
        let input = || format!("B = {batch}, K = {parts}");
        exact.equal("peak = a + n + c B/K", &peak(subject, batch, parts, keeping), &predicted, input);
    }
    exact.evidence()
}

fn order_of_the_batch(subject: &dyn Subject) -> Evidence {
    let mut exact = Exact::new();
    let [small, large] = [2, 16].map(|batch| peak(subject, batch, batch, Keeping::Nothing));
    exact.holds("eight times the samples take more memory", large > small, || {
        format!("{small} numbers for two samples, {large} for sixteen, one by one")
    });
    exact.evidence()
}

fn accumulators(subject: &dyn Subject, keeping: Keeping, less: u64) -> Evidence {
    let mut exact = Exact::new();
    for (batch, parts) in divisible() {
        let alone = peak(subject, batch / parts, 1, Keeping::Nothing);
        let found = peak(subject, batch, parts, keeping);
        let input = || format!("B = {batch}, K = {parts}");
        exact.equal("peak less that of a micro-batch = n", &(found - alone), &(PARAMETERS - less), input);
    }
    exact.evidence()
}

fn break_even(subject: &dyn Subject, saves: fn(i64) -> bool) -> Evidence {
    let mut exact = Exact::new();
    let [constant, slope] = coefficients(subject);
    for (batch, parts) in divisible() {
        let [whole, accumulated] = [1, parts].map(|parts| peak(subject, batch, parts, Keeping::Nothing));
        exact.equal("the whole batch: a + c B", &whole, &(constant + slope * batch as u64), || format!("B = {batch}"));
        let excess = slope as i64 * (batch - batch / parts) as i64 - PARAMETERS as i64;
        exact.holds("saves exactly if c (B - B/K) > n", (accumulated < whole) == saves(excess), || {
            format!("B = {batch}, K = {parts}: {accumulated} numbers, the whole batch {whole}")
        });
    }
    exact.evidence()
}

fn peaks(_: &Lab) -> Plot {
    let batch = 16;
    let parts = || [1, 2, 4, 8, 16].into_iter();
    let [constant, slope] = coefficients(&Reference).map(|number| number as f64);
    let predicted = |parts: usize| {
        let accumulator = if parts > 1 { PARAMETERS as f64 } else { 0.0 };
        [parts as f64, constant + accumulator + slope * (batch / parts) as f64]
    };
    let measured = |keeping| parts().map(move |parts| [parts as f64, peak(&Reference, batch, parts, keeping) as f64]);
    Plot {
        id: "peak".into(),
        title: "Numbers alive at the peak, B = 16, perceptron of 49 parameters".into(),
        x: "micro-batches K".into(),
        y: "numbers".into(),
        log_x: true,
        series: vec![
            Series::theory("a + n + c B/K (without n for K = 1)", parts().map(predicted)),
            Series::measured("joined as they come", measured(Keeping::Nothing)),
            Series::measured("graphs kept alive", measured(Keeping::Graphs)),
            Series::measured("gradients kept", measured(Keeping::Gradients)),
        ],
        ..Plot::default()
    }
}
