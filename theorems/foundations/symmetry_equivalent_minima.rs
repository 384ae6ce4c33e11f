//! # Minima that are the same network
//!
//! **Setting.** A network with one hidden layer of `h` units and the activation `φ`; parameters are incoming weights and biases, and outgoing weights.
//!
//! **Statement.** (1) For an odd `φ`, as tanh, permuting the units and flipping the signs of what enters and leaves a unit changes no output: `2^h h!` images of every parameter vector, so that every
//! global minimum with distinct units has as many equivalent ones. (2) For ReLU, what enters a unit may be multiplied by `α > 0` and what leaves it divided: a continuous family.
//!
//! **Why.** Addition commutes; `φ(-z) = -φ(z)`; `max(0, αz) = α max(0, z)`.
//!
//! **How it could fail.** All images are enumerated, with losses and gradients of cubic and ReLU networks in rationals; for tanh in doubles flips must keep every bit, and permutations stay within the
//! rounding errors of both orders.

use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::networks::{Activation, Loss, Objective, perceptron};
use crate::number::{Elementary, Rational, Real, Tracked, rational};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;
use std::collections::BTreeSet;

pub static THEOREM: Theorem = Theorem {
    id: "symmetry-equivalent-minima",
    title: "Permutations, sign flips and rescalings of hidden units give equivalent minima",
    topic: "foundations",
    record: Some("symmetry-equivalent-minima"),
    statement: "A network with $h$ hidden units and an odd activation has the same outputs at $2^h h!$ images of its parameters; one of ReLU units at $h!$ permutations and \
                all positive rescalings of units. Every minimum has these images, with the same loss; they are distinct where the units are.",
    hypotheses: &[
        "units are fully connected, one layer of them",
        "the activation is odd (signs), or positively homogeneous (rescalings)",
        "for the number of images: no unit is 0, and no two are equal or each other's negatives",
    ],
    sources: &[Source::Note("000", "82"), Source::Note("000", "507"), Source::Cited("sussmann1992", "the main theorem")],
    claims: &[
        Claim {
            id: "equivalent-minima",
            as_stated: true,
            statement: "a global minimum with distinct units has $2^h h!$ distinct images with loss 0 and gradient 0",
            quantifier: "h = 1, 2, 3 and 4 units with cubic activation, a teacher network's parameters on its own outputs; all images, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(teachers(&Rational::ZERO)),
        },
        Claim {
            id: "everywhere",
            as_stated: false,
            statement: "all 48 images of any parameters have the same loss",
            quantifier: "h = 3, cubic activation, 5 drawn parameter vectors and data sets, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(everywhere(lab, Activation::Cube, image, &signs(3))),
        },
        Claim {
            id: "rescalings",
            as_stated: false,
            statement: "for ReLU permutations and positive rescalings keep the loss",
            quantifier: "h = 3, factors 1/3, 2 and 7/5 of each unit, all 6 permutations, 5 drawn parameter vectors and data sets, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| {
                Ok(everywhere(lab, Activation::Relu, image, &factors(&[rational(1, 3), Rational::from(2), rational(7, 5)])))
            },
        },
        Claim {
            id: "tanh-in-doubles",
            as_stated: false,
            statement: "for tanh in doubles sign flips keep every bit of the loss, and permutations change it by no more than the rounding errors of both",
            quantifier: "h = 3, all 48 images of 6 drawn parameter vectors",
            expected: Verdict::Supported,
            method: By::Property,
            check: |lab, _| Ok(doubles(lab, 0.0)),
        },
    ],
    controls: &[
        Control {
            id: "incoming-weights-alone",
            differs: "permutes what enters the units and not what leaves them",
            broken: Broken::Statement(|lab, _| {
                let incoming: Image = |parameters, order, scales| {
                    let whole = image(parameters, order, scales);
                    vec![whole[0].clone(), whole[1].clone(), parameters[2].clone(), parameters[3].clone()]
                };
                Ok(everywhere(lab, Activation::Cube, incoming, &factors(&[Rational::ONE])))
            }),
        },
        Control {
            id: "negative-factor-for-relu",
            differs: "multiplies what enters a ReLU unit by -1 and what leaves it too",
            broken: Broken::Statement(|lab, _| Ok(everywhere(lab, Activation::Relu, image, &signs(3)))),
        },
        Control {
            id: "rescaled-cubes",
            differs: "rescales units with cubic activation by 1 + 10⁻⁹",
            broken: Broken::Statement(|lab, _| {
                Ok(everywhere(lab, Activation::Cube, image, &factors(&[Rational::ONE + rational(1, 1_000_000_000)])))
            }),
        },
        Control {
            id: "beside-the-minimum",
            differs: "an outgoing weight of the minimum is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(teachers(&rational(1, 1_000_000_000)))),
        },
        Control {
            id: "rescaled-tanh",
            differs: "in doubles the outgoing weights of the images are larger by the factor 1 + 2⁻⁴⁴",
            broken: Broken::Statement(|lab, _| Ok(doubles(lab, f64::EPSILON * 256.0))),
        },
        Control {
            id: "rescaled-tanh-by-a-billionth",
            differs: "in doubles the outgoing weights of the images are larger by the factor 1 + 10⁻⁹",
            broken: Broken::Statement(|lab, _| Ok(doubles(lab, 1e-9))),
        },
    ],
    plots: &[],
};

/// The parameters with hidden unit `order[i]` at place i, what enters it multiplied by its factor and what leaves it divided.
type Image = fn(&[Vec<Rational>], &[usize], &[Rational]) -> Vec<Vec<Rational>>;

/// Parameters are the incoming weights, a row a unit, their biases, the outgoing weights, the outgoing bias.
fn image<R: Real>(parameters: &[Vec<R>], order: &[usize], factors: &[R]) -> Vec<Vec<R>> {
    let inputs = parameters[0].len() / order.len();
    let units = || order.iter().zip(factors);
    let incoming = units().flat_map(|(unit, factor)| {
        parameters[0][unit * inputs..][..inputs].iter().map(|weight| weight.clone() * factor).collect::<Vec<R>>()
    });
    vec![
        incoming.collect(),
        units().map(|(unit, factor)| parameters[1][*unit].clone() * factor).collect(),
        units().map(|(unit, factor)| parameters[2][*unit].clone() / factor).collect(),
        parameters[3].clone(),
    ]
}

/// All orders of `0..count`.
fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let insert = |order: Vec<usize>| {
        (0..count).map(move |place| {
            let mut order = order.clone();
            order.insert(place, count - 1);
            order
        })
    };
    permutations(count - 1).into_iter().flat_map(insert).collect()
}

/// All vectors of `count` signs.
fn signs(count: usize) -> Vec<Vec<Rational>> {
    let sign = |bits: usize, place: usize| if bits >> place & 1 == 1 { Rational::NEG_ONE } else { Rational::ONE };
    (0..1 << count).map(|bits| (0..count).map(|place| sign(bits, place)).collect()).collect()
}

/// Each factor on each of three units alone, and on all.
fn factors(each: &[Rational]) -> Vec<Vec<Rational>> {
    let on = |factor: &Rational, unit: usize| (0..3).map(|i| if i == unit { factor.clone() } else { Rational::ONE }).collect();
    each.iter().flat_map(|factor| (0..3).map(move |unit| on(factor, unit)).chain([vec![factor.clone(); 3]])).collect()
}

/// The objective of a network with two inputs, `hidden` units and an output.
fn objective<R: Elementary>(hidden: usize, activation: Activation, inputs: Vec<R>, targets: Vec<R>) -> Objective<R> {
    let network = perceptron(&[2, hidden, 1], activation).expect("three widths");
    Objective::new(network, Loss::HalfSquares, inputs, targets).expect("a target for two inputs")
}

/// An outgoing weight of the student is larger than the teacher's by `off`.
fn teachers(off: &Rational) -> Evidence {
    let mut exact = Exact::new();
    for hidden in 1..=4 {
        let teacher: Vec<Vec<Rational>> = vec![
            (0..2 * hidden as i64).map(|k| rational(k + 1, 3)).collect(),
            (0..hidden as i64).map(|k| rational(2 * k - 1, 5)).collect(),
            (0..hidden as i64).map(|k| rational(3 * k + 1, 7)).collect(),
            vec![rational(1, 2)],
        ];
        let inputs = [1, 0, 0, 1, -1, 2].map(Rational::from).to_vec();
        let network = perceptron(&[2, hidden, 1], Activation::Cube).expect("three widths");
        let targets = network.forward(&teacher, &inputs);
        let objective = objective(hidden, Activation::Cube, inputs, targets);
        let mut student = teacher;
        student[2][0] += off;
        let mut images = BTreeSet::new();
        for (order, signs) in
            permutations(hidden).iter().flat_map(|order| signs(hidden).into_iter().map(move |signs| (order, signs)))
        {
            let image = image(&student, order, &signs);
            let (loss, gradient) = objective.gradient(&image);
            let zero = gradient.iter().flatten().all(Rational::is_zero);
            exact.holds("loss 0 and gradient 0", loss.is_zero() && zero, || {
                format!("h = {hidden}, order {order:?}, signs {signs:?}: loss {}", readable(&loss))
            });
            images.insert(image);
        }
        let count = (1..=hidden).product::<usize>() << hidden;
        exact.equal("distinct images", &images.len(), &count, || format!("h = {hidden}"));
    }
    exact.evidence()
}

/// Losses of the images of drawn parameters, with the factors that are to keep them.
fn everywhere(lab: &Lab, activation: Activation, image: Image, scales: &[Vec<Rational>]) -> Evidence {
    let stream = lab.stream("networks");
    let mut exact = Exact::new();
    for case in 0..lab.cases(5) {
        let draws = &mut stream.trial(case);
        let mut draw = |count: usize| -> Vec<Rational> { (0..count).map(|_| draws.fraction(-8..9, 3)).collect() };
        let objective = objective(3, activation, draw(8), draw(4));
        let parameters = objective.network().parameters(|| draws.fraction(-8..9, 3));
        let loss = objective.value(&parameters);
        for (order, scales) in permutations(3).iter().flat_map(|order| scales.iter().map(move |scales| (order, scales))) {
            let found = objective.value(&image(&parameters, order, scales));
            exact.holds("the same loss", found == loss, || {
                format!("case {case}, order {order:?}, factors {scales:?}: {} against {}", readable(&found), readable(&loss))
            });
        }
    }
    exact.evidence()
}

/// The outgoing weights of the images are larger by the fraction `off`.
fn doubles(lab: &Lab, off: f64) -> Evidence {
    let stream = lab.stream("doubles");
    let mut property = Property::new();
    for case in 0..lab.cases(6) {
        let draws = &mut stream.trial(case);
        let objective = objective(3, Activation::Tanh, draws.normals(8), draws.normals(4));
        let parameters = objective.network().parameters(|| draws.normal());
        let tracked = objective.over(Tracked::<f64>::exactly);
        let error = |parameters: &[Vec<f64>]| {
            let exactly = |tensor: &Vec<f64>| tensor.iter().map(|x| Tracked::exactly(*x)).collect();
            tracked.value(&parameters.iter().map(exactly).collect::<Vec<_>>()).bound()
        };
        let (loss, own) = (objective.value(&parameters), error(&parameters));
        for (order, signs) in permutations(3).iter().flat_map(|order| signs(3).into_iter().map(move |signs| (order, signs))) {
            let signs: Vec<f64> = signs.iter().map(f64::of).collect();
            let mut image = image(&parameters, order, &signs);
            image[2].iter_mut().for_each(|weight| *weight *= 1.0 + off);
            let unmoved = order.is_sorted() && off == 0.0;
            let bound = if unmoved { 0.0 } else { own + error(&image) };
            let condition = if unmoved { "flips keep every bit" } else { "permutations stay within rounding" };
            let found = objective.value(&image);
            property.within(condition, (found - loss).abs(), bound, || {
                format!("case {case}, order {order:?}, signs {signs:?}: {found:e}, {loss:e}")
            });
        }
    }
    property.evidence()
}
