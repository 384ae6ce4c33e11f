//! # The gradient of the empirical risk is the mean of the samples' gradients
//!
//! **Setting.** `R_n(θ) = (1/N) Σ ℓ_i(θ)` with differentiable `ℓ_i`.
//!
//! **Statement.** `∇R_n(θ) = (1/N) Σ ∇ℓ_i(θ)`, exactly in exact arithmetic; in floats within the rounding of both sides.
//!
//! **Why.** Differentiation is linear.
//!
//! **How it could fail.** The whole batch goes through the network's backward pass at once, and each sample through a tape by itself: fraction by fraction on
//! least squares and polynomial networks, within tracked rounding on logistic and tanh networks.

use super::derivatives::{by_tape, drawn};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::networks::{Activation, Loss, Network, Objective, deep_linear, perceptron};
use crate::number::{Elementary, Real, Tracked, rational, to_f64};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "erm-gradient-linear",
    title: "The gradient of the empirical risk is the mean of the samples' gradients",
    topic: "foundations",
    record: Some("erm-gradient-linear"),
    statement: "$∇(frac(1, N) sum_(i=1)^N ℓ_i)(θ) = frac(1, N) sum_(i=1)^N ∇ℓ_i (θ)$.",
    hypotheses: &["finitely many differentiable losses (or both sides take the same slope at a kink)"],
    sources: &[Source::Note("000", "40"), Source::Note("003", "124"), Source::Note("004", "58")],
    claims: &[
        Claim {
            id: "exact",
            as_stated: true,
            statement: "the backward pass over the batch gives the mean of what a tape gives for each sample",
            quantifier: "300 drawn least squares, ReLU and polynomial networks with 1 to 6 samples, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(exactly(lab, Mean::Right)),
        },
        Claim {
            id: "floats",
            as_stated: false,
            statement: "in double precision the two differ by no more than the tracked rounding of both, $1/N$ included",
            quantifier: "100 drawn linear and tanh networks with squares or softmax and 1 to 6 samples",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, _| Ok(floats(lab, Mean::Right)),
        },
    ],
    controls: &[
        Control {
            id: "sum",
            differs: "takes the sum instead of the mean",
            broken: Broken::Statement(|lab, _| Ok(exactly(lab, Mean::Sum))),
        },
        Control {
            id: "sample-dropped",
            differs: "leaves out the last sample",
            broken: Broken::Statement(|lab, _| Ok(exactly(lab, Mean::Dropped))),
        },
        Control {
            id: "weight-a-billionth-larger",
            differs: "the first sample has the weight (1 + 10⁻⁹)/N",
            broken: Broken::Statement(|lab, _| Ok(exactly(lab, Mean::Weighted(1_000_000_000)))),
        },
        Control {
            id: "sum-in-floats",
            differs: "takes the sum instead of the mean",
            broken: Broken::Statement(|lab, _| Ok(floats(lab, Mean::Sum))),
        },
        Control {
            id: "weight-some-roundings-larger",
            differs: "the first sample has the weight (1 + 2⁻⁴⁸)/N",
            broken: Broken::Statement(|lab, _| Ok(floats(lab, Mean::Weighted(1 << 48)))),
        },
    ],
    plots: &[],
};

/// How the samples' gradients are joined.
#[derive(Clone, Copy)]
enum Mean {
    Right,
    Sum,
    Dropped,
    /// The first weight is larger by this fraction.
    Weighted(u64),
}

fn joined<R: Elementary>(objective: &Objective<R>, parameters: &[Vec<R>], mean: Mean) -> Vec<R> {
    let samples = objective.samples();
    let used = if matches!(mean, Mean::Dropped) { samples - 1 } else { samples };
    let mut sum: Vec<R> = parameters.iter().flatten().map(|_| R::zero()).collect();
    for sample in 0..used {
        let gradient = by_tape(&objective.on(&[sample]), parameters);
        let weight = match mean {
            Mean::Weighted(part) if sample == 0 => R::one() + R::of(&rational(1, part)),
            _ => R::one(),
        };
        sum = sum.into_iter().zip(gradient).map(|(sum, gradient)| sum + gradient * &weight).collect();
    }
    let divisor = if matches!(mean, Mean::Sum) { R::one() } else { R::int(samples as i64) };
    sum.into_iter().map(|sum| sum / &divisor).collect()
}

fn exactly(lab: &Lab, mean: Mean) -> Evidence {
    let networks = [
        deep_linear(&[3, 1]),
        deep_linear(&[2, 3, 2]),
        perceptron(&[2, 3, 1], Activation::Square),
        perceptron(&[2, 2, 2], Activation::Cube),
        perceptron(&[2, 3, 3, 1], Activation::Relu),
    ];
    let stream = lab.stream("exact");
    let mut exact = Exact::new();
    for case in 0..lab.cases(300) {
        let draws = &mut stream.trial(case);
        let network = chosen(&networks, case);
        let (objective, parameters) = drawn(network, Loss::HalfSquares, 1 + draws.index(6), draws);
        let whole = objective.gradient(&parameters).1.concat();
        exact.holds("∇R_n = mean of ∇ℓ_i", joined(&objective, &parameters, mean) == whole, || {
            format!(
                "case {case}: {} samples, network of {} inputs and {} outputs",
                objective.samples(),
                network.inputs(),
                network.outputs()
            )
        });
    }
    exact.evidence()
}

fn chosen(networks: &[crate::Result<Network>], case: u64) -> &Network {
    networks[case as usize % networks.len()].as_ref().expect("widths of one and more")
}

fn floats(lab: &Lab, mean: Mean) -> Evidence {
    type Double = Tracked<f64>;
    let networks = [perceptron(&[3, 2], Activation::Identity), perceptron(&[2, 3, 2], Activation::Tanh)];
    let stream = lab.stream("floats");
    let mut property = Property::new();
    for case in 0..lab.cases(100) {
        let draws = &mut stream.trial(case);
        let network = chosen(&networks, case);
        let loss = if case % 4 < 2 { Loss::CrossEntropy } else { Loss::HalfSquares };
        let (objective, parameters) = drawn(network, loss, 1 + draws.index(6), draws);
        let held: Vec<Vec<f64>> = parameters.iter().map(|tensor| tensor.iter().map(to_f64).collect()).collect();
        let double = objective.over(|x| to_f64(&x));
        let (whole, mean) = (double.gradient(&held).1.concat(), joined(&double, &held, mean));
        let held: Vec<Vec<Double>> = parameters.iter().map(|tensor| tensor.iter().map(Double::of).collect()).collect();
        let tracked = objective.over(|x| Double::of(&x));
        let bounds = tracked.gradient(&held).1.concat().into_iter().zip(joined(&tracked, &held, Mean::Right));
        for (place, ((whole, mean), (of_whole, of_mean))) in whole.iter().zip(&mean).zip(bounds).enumerate() {
            property.within("∇R_n = mean of ∇ℓ_i", (whole - mean).abs(), of_whole.bound() + of_mean.bound(), || {
                format!("case {case}: {} samples, parameter {place}: {whole:e} against {mean:e}", objective.samples())
            });
        }
    }
    property.evidence()
}
