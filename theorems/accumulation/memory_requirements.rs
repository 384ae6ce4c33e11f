//! # What a gradient needs in memory
//!
//! **Setting.** Back-propagation through a network on a batch of `B` samples.
//!
//! **Statement.** (1) As stated: parameters do not depend on `B`, the stored signals are `B` times those of a sample, the gradient has as
//! many numbers as the parameters. (2) A tape of scalar operations has `a + c B` entries. (3) The factor is not the network's, but the
//! method's: with checkpoints, the gradient is the same to the last digit, and the memory of a sample smaller.
//!
//! **Why.** Samples pass through the network alike, side by side; what can be computed again need not be stored (Chen et al. 2016).
//!
//! **How it could fail.** Lengths and tape entries are counted; for checkpoints, the numbers that exist at one time.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::networks::{
    Activation, Dense, Layer, Loss, Network, Objective, Recurrent, Resident, Tape, Variable, Weights, cnn8, most_resident,
    perceptron, recurrent, residual,
};
use crate::number::{Elementary, Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "memory-requirements",
    title: "Signals grow with the batch, parameters and gradient do not",
    topic: "accumulation",
    record: Some("memory-requirements"),
    statement: "Reverse mode on $B$ samples stores $B sum_l w_l$ numbers, $w_l$ the width of signal $l$; parameters and gradient are $n$ \
                numbers each. With checkpoints the gradient is the same, and fewer numbers of a sample exist at one time.",
    hypotheses: &[
        "reverse mode that stores every layer's output; recomputation changes the factor, not the proportionality",
        "numbers are counted, not bytes",
        "no subject is run: the claims are about networks",
    ],
    sources: &[Source::Note("000", "456-461"), Source::Cited("chen2016", "section 4")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "parameters: fixed; activations: proportional to the batch size; gradients: same size as parameters",
            quantifier: "a perceptron, a residual, a recurrent and a convolutional network, B ≤ 6",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(lengths(0)),
        },
        Claim {
            id: "tape",
            as_stated: false,
            statement: "the tape of the loss has $a + c B$ entries, $c > 0$ and $a ≥ n$",
            quantifier: "the same networks, B ≤ 6",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(tapes(|one, two, batch| 2 * one + (two - one) * batch - two)),
        },
        Claim {
            id: "checkpoints-change-no-gradient",
            as_stated: false,
            statement: "with a checkpoint after every $k$ layers, the gradient is that of the network",
            quantifier: "a chain of 16 layers in fractions, k in {1, 2, 4, 8, 16}, three samples",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(checkpointed(&Rational::ZERO)),
        },
        Claim {
            id: "checkpoints-save",
            as_stated: false,
            statement: "the peak is $a_k + c_k B$, with $c_4 < c_16$: fewer numbers of a sample exist at one time",
            quantifier: "the same chain, k = 4 against k = 16, B ≤ 8",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(saving(4)),
        },
    ],
    controls: &[
        Control {
            id: "gradient-larger-by-one",
            differs: "claims one number more in the gradient than parameters",
            broken: Broken::Statement(|_, _| Ok(lengths(1))),
        },
        Control {
            id: "tape-proportional",
            differs: "claims that the tape is proportional to B, without its inputs",
            broken: Broken::Statement(|_, _| Ok(tapes(|one, _, batch| one * batch))),
        },
        Control {
            id: "one-entry-more",
            differs: "claims one entry more for each further sample",
            broken: Broken::Statement(|_, _| Ok(tapes(|one, two, batch| 2 * one + (two - one + 1) * batch - two))),
        },
        Control {
            id: "same-factor-with-checkpoints",
            differs: "claims that a checkpoint after all 16 layers saves",
            broken: Broken::Statement(|_, _| Ok(saving(16))),
        },
        Control {
            id: "recomputed-from-a-rounded-checkpoint",
            differs: "the checkpoints are off by 2⁻⁴⁰",
            broken: Broken::Statement(|_, _| Ok(checkpointed(&rational(1, 1 << 40)))),
        },
    ],
    plots: &[peaks],
};

fn networks() -> [(&'static str, Network); 4] {
    let cell = Recurrent { inputs: 2, hidden: 3, steps: 4, activation: Activation::Tanh, weights: Weights::Tied };
    [
        ("perceptron", perceptron(&[3, 5, 4, 2], Activation::Tanh)),
        ("residual", residual(3, 2, Activation::Tanh)),
        ("recurrent", recurrent(cell, 2)),
        ("convolutional", cnn8(2, 3)),
    ]
    .map(|(name, network)| (name, network.expect("the widths fit")))
}

fn number(place: usize) -> f64 {
    ((place * 7) % 11) as f64 / 8.0 - 0.5
}

fn parameters(network: &Network) -> Vec<Vec<f64>> {
    let mut place = 0;
    network.parameters(|| {
        place += 1;
        number(place) / 2.0
    })
}

fn objective(network: &Network, batch: usize) -> Objective<f64> {
    let numbers = |width: usize| (0..width * batch).map(number).collect();
    let samples = (numbers(network.inputs()), numbers(network.outputs()));
    Objective::new(network.clone(), Loss::HalfSquares, samples.0, samples.1).expect("the samples fit")
}

fn lengths(more: usize) -> Evidence {
    let mut exact = Exact::new();
    for (name, network) in networks() {
        let parameters = parameters(&network);
        let count = |tensors: &[Vec<f64>]| tensors.iter().map(Vec::len).sum::<usize>();
        let signals = |batch: usize| {
            let inputs: Vec<f64> = (0..network.inputs() * batch).map(number).collect();
            count(&network.signals(&parameters, &inputs))
        };
        let sample = signals(1);
        for batch in 1..=6 {
            let input = || format!("{name}, B = {batch}");
            exact.equal("signals = B times those of a sample", &signals(batch), &(batch * sample), input);
            let gradient = objective(&network, batch).gradient(&parameters).1;
            exact.equal("as many derivatives as parameters", &count(&gradient), &(count(&parameters) + more), input);
        }
    }
    exact.evidence()
}

fn tapes(predicted: fn(usize, usize, usize) -> usize) -> Evidence {
    let mut exact = Exact::new();
    for (name, network) in networks() {
        let parameters = parameters(&network);
        let length = |batch: usize| {
            let tape = Tape::new();
            let inputs: Vec<Vec<Variable<f64>>> =
                parameters.iter().map(|tensor| tensor.iter().map(|x| tape.input(*x)).collect()).collect();
            objective(&network, batch).over(Variable::constant).value(&inputs);
            tape.len()
        };
        let (one, two, count) = (length(1), length(2), parameters.iter().map(Vec::len).sum::<usize>());
        exact.holds("c > 0 and a ≥ n", two > one && 2 * one - two >= count, || format!("{name}: {one} and {two} entries"));
        for batch in 1..=6 {
            exact.equal("a + c B", &length(batch), &predicted(one, two, batch), || format!("{name}, B = {batch}"));
        }
    }
    exact.evidence()
}

/// Layers of the chain, all of the same width: dense layers and activations in turn.
const LAYERS: usize = 16;
const WIDTH: usize = 3;

/// The chain, cut after every `stride` layers.
fn segments(stride: usize) -> Vec<Network> {
    let layer = |place: usize| match place % 2 {
        0 => Layer::Dense(Dense { inputs: WIDTH, outputs: WIDTH, bias: true }),
        _ => Layer::Activation(Activation::Relu),
    };
    let layers: Vec<Layer> = (0..LAYERS).map(layer).collect();
    layers.chunks(stride).map(|part| Network::new(WIDTH, part.to_vec()).expect("the widths fit")).collect()
}

/// The gradient of `Σ ½ |y|²` over the samples, where only the inputs of the segments are stored and the rest is computed again.
/// Checkpoints are off by `error`, outputs are not.
fn gradient<R: Elementary>(segments: &[Network], parameters: &[Vec<R>], inputs: Vec<R>, error: &R) -> Vec<Vec<R>> {
    let mut checkpoints = vec![inputs];
    let mut places = vec![0];
    for (index, segment) in segments.iter().enumerate() {
        let (start, tensors) = (places[places.len() - 1], segment.shapes().len());
        let outputs = segment.forward(&parameters[start..start + tensors], &checkpoints[checkpoints.len() - 1]);
        let last = index + 1 == segments.len();
        checkpoints.push(if last { outputs } else { outputs.into_iter().map(|x| x + error).collect() });
        places.push(start + tensors);
    }
    let mut gradient: Vec<Vec<R>> = parameters.iter().map(|tensor| vec![R::zero(); tensor.len()]).collect();
    let mut adjoint = checkpoints.pop().expect("the outputs");
    for (index, segment) in segments.iter().enumerate().rev() {
        let own = places[index]..places[index + 1];
        let signals = segment.signals(&parameters[own.clone()], &checkpoints.pop().expect("the segment's input"));
        adjoint = segment.backward(&parameters[own.clone()], &signals, adjoint, &mut gradient[own]);
    }
    gradient
}

/// Parameters and inputs of the chain; sixteenths keep its fractions short, and no unit is switched off for good.
fn chain(samples: usize) -> (Vec<Vec<Rational>>, Vec<Rational>) {
    let [whole] = &segments(LAYERS)[..] else { unreachable!("one segment has all layers") };
    let mut place = 0;
    let parameters = whole.parameters(|| {
        place += 1;
        rational(((place * 7) % 11) as i64 - 3, 16)
    });
    (parameters, (0..WIDTH * samples).map(|place| rational(1 + (place % 5) as i64, 2)).collect())
}

fn checkpointed(error: &Rational) -> Evidence {
    let mut exact = Exact::new();
    let (parameters, inputs) = chain(3);
    let plain = gradient(&segments(LAYERS), &parameters, inputs.clone(), &Rational::ZERO);
    exact.holds("the first layer has a gradient", plain[0].iter().any(|g| *g != Rational::ZERO), || "all zero".into());
    for stride in [1, 2, 4, 8, 16] {
        let found = gradient(&segments(stride), &parameters, inputs.clone(), error);
        for (place, (found, plain)) in found.iter().flatten().zip(plain.iter().flatten()).enumerate() {
            exact.holds("the gradient of the network", found == plain, || format!("k = {stride}, derivative {place}"));
        }
    }
    exact.evidence()
}

/// Numbers alive at the peak, parameters and inputs not included.
fn peak(stride: usize, samples: usize) -> u64 {
    let (parameters, inputs) = chain(samples);
    let resident = |x: &Rational| Resident::new(to_f64(x));
    let parameters: Vec<Vec<_>> = parameters.iter().map(|tensor| tensor.iter().map(resident).collect()).collect();
    let inputs = inputs.iter().map(resident).collect();
    let (segments, none) = (segments(stride), Resident::new(0.0));
    most_resident(|| gradient(&segments, &parameters, inputs, &none)).1
}

fn saving(stride: usize) -> Evidence {
    let mut exact = Exact::new();
    let slope = |stride: usize, exact: &mut Exact| {
        let [one, two] = [1, 2].map(|samples| peak(stride, samples));
        for samples in 1..=8 {
            let predicted = one + (two - one) * (samples - 1);
            let input = || format!("k = {stride}, B = {samples}");
            exact.equal("peak = a + c B", &peak(stride, samples as usize), &predicted, input);
        }
        two - one
    };
    let [plain, with] = [LAYERS, stride].map(|stride| slope(stride, &mut exact));
    exact.holds("fewer numbers of a sample", with < plain, || format!("k = {stride}: {with} numbers against {plain}"));
    exact.evidence()
}

fn peaks(_: &Lab) -> Plot {
    let line = |stride: usize| {
        let [one, two] = [1, 2].map(|samples| peak(stride, samples) as f64);
        let theory = (1..=8).map(move |samples| [f64::from(samples), one + (two - one) * f64::from(samples - 1)]);
        let measured = (1..=8).map(move |samples| [samples as f64, peak(stride, samples) as f64]);
        [
            Series::theory(&format!("a + c B, k = {stride}"), theory),
            Series::measured(&format!("checkpoint after {stride} layers"), measured),
        ]
    };
    Plot {
        id: "peak".into(),
        title: "Numbers alive at the peak of a gradient, 16 layers of width 3".into(),
        x: "samples B".into(),
        y: "numbers".into(),
        series: [16, 8, 4, 1].into_iter().flat_map(line).collect(),
        ..Plot::default()
    }
}
