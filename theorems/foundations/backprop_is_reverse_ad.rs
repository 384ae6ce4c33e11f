//! # Back-propagation is reverse-mode differentiation
//!
//! **Setting.** `z_l = W_l h_(l-1) + b_l`, `h_l = φ(z_l)`, the last layer linear, the loss the mean of `½‖z_n - t‖²`.
//!
//! **Statement.** The delta rule `δ_n = (z_n - t)/N`, `δ_l = (W_(l+1)ᵀ δ_(l+1)) ⊙ φ'(z_l)`, `∂L/∂W_l = Σ δ_l h_(l-1)ᵀ`, `∂L/∂b_l = Σ δ_l` gives what a tape's
//! sweep gives that knows nothing of layers.
//!
//! **Why.** `δ_l` is the adjoint of `z_l`: both apply the chain rule from the loss backwards, each operation once.
//!
//! **How it could fail.** The rule is written out here, once more beside the library's layers, and held against tape, dual numbers and layers: fraction by
//! fraction on polynomial and ReLU networks, within tracked rounding on tanh networks; and against difference quotients that are exact on polynomials.

use super::derivatives::{by_duals, by_tape, drawn};
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::networks::{Activation, Loss, Objective, perceptron};
use crate::number::{Elementary, Rational, Real, Tracked, rational, to_f64};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "backprop-is-reverse-ad",
    title: "Back-propagation's delta rule computes what reverse-mode differentiation computes",
    topic: "foundations",
    record: Some("backprop-is-reverse-ad"),
    statement: "For a feed-forward network $z_l = W_l h_(l-1) + b_l$, $h_l = φ(z_l)$ the recursion $δ_l = (W_(l+1)^T δ_(l+1)) ⊙ φ'(z_l)$ with \
                $frac(∂ L, ∂ W_l) = δ_l h_(l-1)^T$ equals the sweep back over the tape of its operations.",
    hypotheses: &["a feed-forward network; where $φ$ has a kink, both take the same slope there"],
    sources: &[
        Source::Note("000", "45-46"),
        Source::Note("000", "49"),
        Source::Cited("rumelhart1986", "the equations of the backward pass"),
        Source::Cited("griewank2008", "section 3.2"),
    ],
    claims: &[
        Claim {
            id: "exact",
            as_stated: true,
            statement: "delta rule, the library's layers, tape and dual numbers give the same fractions",
            quantifier: "200 drawn networks of depth 1 to 5 and widths up to 3 with ReLU, squares (up to depth 3) or cubes (up to depth 2), two samples",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(exactly(lab, &Fault::None)),
        },
        Claim {
            id: "differences",
            as_stated: false,
            statement: "so does $frac(4 D(h) - D(2 h), 3)$ with central differences $D$, which is the slope of a polynomial of degree 4 for every $h$",
            quantifier: "50 drawn networks of depth 2 with squares, h = 1/3",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(differences(lab, &Rational::from(4))),
        },
        Claim {
            id: "floats",
            as_stated: false,
            statement: "in double precision delta rule and tape differ by no more than the tracked rounding of both",
            quantifier: "80 drawn tanh networks of depth 1 to 5 and widths up to 3, two samples",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, _| Ok(floats(lab, Rational::ONE)),
        },
    ],
    controls: &[
        Control {
            id: "without-slopes",
            differs: "leaves out φ'(z)",
            broken: Broken::Statement(|lab, _| Ok(exactly(lab, &Fault::WithoutSlopes))),
        },
        Control {
            id: "weights-not-transposed",
            differs: "multiplies by W where it is square, instead of its transpose",
            broken: Broken::Statement(|lab, _| Ok(exactly(lab, &Fault::NotTransposed))),
        },
        Control {
            id: "delta-a-billionth-larger",
            differs: "the deltas grow by 1 + 10⁻⁹ in each layer",
            broken: Broken::Statement(|lab, _| Ok(exactly(lab, &Fault::Scaled(rational(1_000_000_001, 1_000_000_000))))),
        },
        Control {
            id: "plain-differences",
            differs: "takes D(h) without D(2h)",
            broken: Broken::Statement(|lab, _| Ok(differences(lab, &Rational::ONE))),
        },
        Control {
            id: "delta-a-billionth-larger-in-floats",
            differs: "the deltas grow by 1 + 10⁻⁹ in each layer",
            broken: Broken::Statement(|lab, _| Ok(floats(lab, rational(1_000_000_001, 1_000_000_000)))),
        },
        Control {
            id: "delta-some-roundings-larger",
            differs: "the deltas grow by 1 + 2⁻⁴⁶ in each layer",
            broken: Broken::Statement(|lab, _| Ok(floats(lab, Rational::ONE + rational(1, 1 << 46)))),
        },
    ],
    plots: &[],
};

/// What the delta rule does wrong.
#[derive(Clone)]
enum Fault {
    None,
    WithoutSlopes,
    NotTransposed,
    Scaled(Rational),
}

/// Inputs or targets of one sample after another.
struct Data<R> {
    inputs: Vec<R>,
    targets: Vec<R>,
}

/// The delta rule over weights and biases in turn, row by row.
fn delta_rule<R: Elementary>(
    widths: &[usize],
    activation: Activation,
    parameters: &[Vec<R>],
    data: &Data<R>,
    fault: &Fault,
) -> Vec<R> {
    let samples = data.inputs.len() / widths[0];
    let depth = widths.len() - 1;
    let mut gradient: Vec<Vec<R>> = parameters.iter().map(|tensor| vec![R::zero(); tensor.len()]).collect();
    for (x, t) in data.inputs.chunks(widths[0]).zip(data.targets.chunks(widths[depth])) {
        // h_l and z_l.
        let (mut h, mut z) = (vec![x.to_vec()], vec![Vec::new()]);
        for layer in 1..=depth {
            let (weights, bias) = (&parameters[2 * layer - 2], &parameters[2 * layer - 1]);
            let row =
                |(row, bias): (&[R], &R)| row.iter().zip(&h[layer - 1]).fold(bias.clone(), |sum, (w, h)| sum + w.clone() * h);
            let next: Vec<R> = weights.chunks(widths[layer - 1]).zip(bias).map(row).collect();
            h.push(next.iter().map(|z| if layer < depth { activation.apply(z.clone()) } else { z.clone() }).collect());
            z.push(next);
        }
        let mut delta: Vec<R> = z[depth].iter().zip(t).map(|(z, t)| (z.clone() - t) / R::int(samples as i64)).collect();
        for layer in (1..=depth).rev() {
            let width = widths[layer - 1];
            for (row, delta) in delta.iter().enumerate() {
                for (column, h) in h[layer - 1].iter().enumerate() {
                    let place = &mut gradient[2 * layer - 2][row * width + column];
                    *place = place.clone() + delta.clone() * h;
                }
                let place = &mut gradient[2 * layer - 1][row];
                *place = place.clone() + delta;
            }
            if layer == 1 {
                break;
            }
            let weights = &parameters[2 * layer - 2];
            let square = widths[layer] == width;
            let entry = |row: usize, column: usize| match fault {
                Fault::NotTransposed if square => weights[column * width + row].clone(),
                _ => weights[row * width + column].clone(),
            };
            let back = |column: usize| {
                let sum = delta.iter().enumerate().fold(R::zero(), |sum, (row, delta)| sum + entry(row, column) * delta);
                match fault {
                    Fault::WithoutSlopes => sum,
                    Fault::Scaled(factor) => sum * activation.slope(&z[layer - 1][column], &h[layer - 1][column]) * R::of(factor),
                    _ => sum * activation.slope(&z[layer - 1][column], &h[layer - 1][column]),
                }
            };
            delta = (0..width).map(back).collect();
        }
    }
    gradient.concat()
}

fn exactly(lab: &Lab, fault: &Fault) -> Evidence {
    let stream = lab.stream("exact");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let (activation, deepest) =
            [(Activation::Relu, 5), (Activation::Square, 3), (Activation::Cube, 2), (Activation::Relu, 5)][draws.index(4)];
        let widths: Vec<usize> = (0..2 + draws.index(deepest)).map(|_| 1 + draws.index(3)).collect();
        let network = perceptron(&widths, activation).expect("widths of one and more");
        let mut numbers = |count: usize| (0..count).map(|_| draws.fraction(-8..9, 8)).collect::<Vec<Rational>>();
        let data = Data { inputs: numbers(2 * network.inputs()), targets: numbers(2 * network.outputs()) };
        let parameters = network.parameters(|| draws.fraction(-8..9, 8));
        let objective =
            Objective::new(network, Loss::HalfSquares, data.inputs.clone(), data.targets.clone()).expect("two samples");
        let tape = by_tape(&objective, &parameters);
        let found = || format!("case {case}: widths {widths:?}, {activation:?}");
        exact.holds("delta rule = tape", delta_rule(&widths, activation, &parameters, &data, fault) == tape, found);
        exact.holds("the library's layers = tape", objective.gradient(&parameters).1.concat() == tape, found);
        exact.holds("dual numbers = tape", by_duals(&objective, &parameters) == tape, found);
    }
    exact.evidence()
}

/// `(weight D(h) - D(2h)) / (weight - 1)`, or `D(h)` alone for the weight 1. Squares of two layers with a square between them have the degree 4 at most
/// in every parameter.
fn differences(lab: &Lab, weight: &Rational) -> Evidence {
    let stream = lab.stream("differences");
    let mut exact = Exact::new();
    let step = rational(1, 3);
    for case in 0..lab.cases(50) {
        let draws = &mut stream.trial(case);
        let widths = [1 + draws.index(2), 2, 1 + draws.index(2)];
        let network = perceptron(&widths, Activation::Square).expect("widths of one and more");
        let (objective, parameters) = drawn(&network, Loss::HalfSquares, 2, draws);
        let gradient = objective.gradient(&parameters).1;
        let central = |tensor: usize, place: usize, step: &Rational| {
            let moved = |step: Rational| {
                let mut parameters = parameters.clone();
                parameters[tensor][place] += step;
                objective.value(&parameters)
            };
            (moved(step.clone()) - moved(-step)) / (Rational::from(2) * step)
        };
        for (tensor, slopes) in gradient.iter().enumerate() {
            for (place, slope) in slopes.iter().enumerate() {
                let near = central(tensor, place, &step);
                let estimate = if weight.is_one() {
                    near
                } else {
                    (weight * near - central(tensor, place, &(Rational::from(2) * &step))) / (weight - Rational::ONE)
                };
                exact.holds("the quotient is the slope", estimate == *slope, || {
                    format!("case {case}: widths {widths:?}, parameter {place} of tensor {tensor}: {estimate} against {slope}")
                });
            }
        }
    }
    exact.evidence()
}

/// Rule and tape compute the same real numbers, each within what is tracked for its own order of operations; `tanh` as libraries round it.
fn floats(lab: &Lab, factor: Rational) -> Evidence {
    let stream = lab.stream("floats");
    let mut property = Property::new();
    for case in 0..lab.cases(80) {
        let draws = &mut stream.trial(case);
        let widths: Vec<usize> = (0..2 + draws.index(5)).map(|_| 1 + draws.index(3)).collect();
        let network = perceptron(&widths, Activation::Tanh).expect("widths of one and more");
        let mut numbers = |count: usize| (0..count).map(|_| draws.fraction(-8..9, 8)).collect::<Vec<Rational>>();
        let data = Data { inputs: numbers(2 * network.inputs()), targets: numbers(2 * network.outputs()) };
        let parameters = network.parameters(|| draws.fraction(-8..9, 8));
        let objective =
            Objective::new(network, Loss::HalfSquares, data.inputs.clone(), data.targets.clone()).expect("two samples");
        let fault = if factor.is_one() { Fault::None } else { Fault::Scaled(factor.clone()) };
        let rule = delta_rule(&widths, Activation::Tanh, &held::<f64>(&parameters), &data.held::<f64>(), &fault);
        let tape = by_tape(&objective.over(|x| to_f64(&x)), &held::<f64>(&parameters));
        type Double = Tracked<f64>;
        let rules = delta_rule(&widths, Activation::Tanh, &held::<Double>(&parameters), &data.held::<Double>(), &Fault::None);
        let tapes = by_tape(&objective.over(|x| Double::of(&x)), &held::<Double>(&parameters));
        for (place, ((rule, tape), (rules, tapes))) in rule.iter().zip(&tape).zip(rules.iter().zip(&tapes)).enumerate() {
            property.within("delta rule = tape", (rule - tape).abs(), rules.bound() + tapes.bound(), || {
                format!("case {case}: widths {widths:?}, parameter {place}: {rule:e} against {tape:e}")
            });
        }
    }
    property.evidence()
}

/// Eighths, which every format holds.
fn held<R: Real>(tensors: &[Vec<Rational>]) -> Vec<Vec<R>> {
    tensors.iter().map(|tensor| tensor.iter().map(R::of).collect()).collect()
}

impl Data<Rational> {
    fn held<R: Real>(&self) -> Data<R> {
        let [inputs, targets] = [&self.inputs, &self.targets].map(|numbers| numbers.iter().map(R::of).collect());
        Data { inputs, targets }
    }
}
