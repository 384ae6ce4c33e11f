//! # The loss of a network with a hidden layer is not convex in its parameters
//!
//! **Setting.** A network with an odd activation, `x ↦ W_2 φ(W_1 x + b_1) + b_2`, and its mean squared loss; `θ'` is `θ` with `W_1`, `b_1` and `W_2`
//! negated, the flip of all hidden units.
//!
//! **Statement.** (1) `½(uv - 1)²` is 0 at `±(1, 1)` and ½ half-way. (2) `L(θ') = L(θ)`, and half-way between them the network is the constant `b_2`: where
//! that has the larger loss, `L` is not convex.
//!
//! **Why.** `φ(-z) = -φ(z)`; a convex function is at most the mean of its ends half-way.
//!
//! **How it could fail.** Symmetry and midpoint are compared as fractions for cubes. Networks with tanh are trained by the subject's code and their losses
//! enclosed. Linear regression, searched for such a chord, must have none.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::networks::{Activation, Loss, Network, Objective, deep_linear, perceptron};
use crate::number::{Interval, Rational, Real, rational, to_f64};
use crate::optimizers::Method;
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::longer;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nn-loss-nonconvex",
    title: "A network with a hidden layer has a loss that is not convex: equal minima with a hill half-way",
    topic: "foundations",
    record: Some("nn-loss-nonconvex"),
    statement: "$½ (u v - 1)^2$ vanishes at $(1, 1)$ and $(-1, -1)$ and is $½$ half-way. For an odd activation the parameters $θ$ and $θ'$, all hidden \
                units flipped, have one loss, and half-way the network is the constant $b_2$: where its loss is larger, $L$ is not convex.",
    hypotheses: &[
        "a hidden layer",
        "an odd activation for the flip",
        "the constant network half-way has a larger loss than the network itself",
    ],
    sources: &[
        Source::Note("000", "63-65"),
        Source::Note("001", "171"),
        Source::Note("000", "505"),
        Source::Cited("chen1993", "symmetries by sign and by permutation"),
    ],
    claims: &[
        Claim {
            id: "product",
            as_stated: true,
            statement: "the loss of $x ↦ u v x$ on the sample $(1, 1)$ is above a chord",
            quantifier: "the chord from (1, 1) to (-1, -1), exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| {
                let ends = [Rational::ONE, Rational::NEG_ONE].map(|x| vec![vec![x.clone()], vec![x]]);
                Ok(above_a_chord(&fitted(&[1, 1, 1], &[Rational::ONE], &[Rational::ONE]), &[ends]))
            },
        },
        Claim {
            id: "flip",
            as_stated: false,
            statement: "the flip of all hidden units keeps the loss, and half-way it is that of the constant $b_2$",
            quantifier: "300 drawn networks of one hidden layer with cubes, one to four units, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(flips(lab, Activation::Cube, true)),
        },
        Claim {
            id: "trained",
            as_stated: true,
            statement: "after training by the code the loss half-way is larger than at both ends",
            quantifier: "100 drawn tanh networks 1-2-1 on four noisy points of a line, 100 steps of η = 1/5; losses in intervals",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| trained(lab, subject, 100),
        },
    ],
    controls: &[
        Control {
            id: "linear-regression",
            differs: "claims a chord below the loss for a network without a hidden layer, among 500 drawn ones",
            broken: Broken::Statement(|lab, _| {
                let draws = &mut lab.stream("chords").trial(0);
                let mut numbers = |count: usize| (0..count).map(|_| draws.fraction(-16..17, 4)).collect::<Vec<Rational>>();
                let objective = fitted(&[2, 1], &numbers(8), &numbers(4));
                let pairs: Vec<_> = (0..500).map(|_| [vec![numbers(2)], vec![numbers(2)]]).collect();
                Ok(above_a_chord(&objective, &pairs))
            }),
        },
        Control {
            id: "one-unit-flipped",
            differs: "claims the constant half-way after the flip of one unit of several",
            broken: Broken::Statement(|lab, _| Ok(flips(lab, Activation::Cube, false))),
        },
        Control {
            id: "even-activation",
            differs: "claims the symmetry for squares",
            broken: Broken::Statement(|lab, _| Ok(flips(lab, Activation::Square, true))),
        },
        Control {
            id: "hardly-trained",
            differs: "claims it after two steps, when some networks are no better than their constant",
            broken: Broken::Statement(|lab, subject| trained(lab, subject, 2)),
        },
        Control {
            id: "ascent",
            differs: "the code steps uphill, by a hundredth",
            broken: Broken::Subject {
                claim: "trained",
                subject: &Impostor { name: "a hundredth uphill", instead: |method| longer(method, rational(-101, 100)) },
            },
        },
        Control {
            id: "tiny-steps",
            differs: "the code steps by a hundredth of η",
            broken: Broken::Subject {
                claim: "trained",
                subject: &Impostor { name: "a hundredth of the step", instead: |method| longer(method, rational(-99, 100)) },
            },
        },
    ],
    plots: &[between],
};

type Parameters<R> = Vec<Vec<R>>;

/// The mean of half the squared errors of a linear network.
fn fitted(widths: &[usize], inputs: &[Rational], targets: &[Rational]) -> Objective<Rational> {
    let network = deep_linear(widths).expect("widths of one and more");
    Objective::new(network, Loss::HalfSquares, inputs.to_vec(), targets.to_vec()).expect("as many inputs as targets")
}

fn halfway<R: Real>(a: &Parameters<R>, b: &Parameters<R>) -> Parameters<R> {
    let middle = |(a, b): (&R, &R)| (a.clone() + b) / R::int(2);
    a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(middle).collect()).collect()
}

fn above_a_chord(objective: &Objective<Rational>, pairs: &[[Parameters<Rational>; 2]]) -> Evidence {
    let rise = |[a, b]: &[Parameters<Rational>; 2]| {
        let ends = objective.value(a) + objective.value(b);
        objective.value(&halfway(a, b)) - ends / Rational::from(2)
    };
    let highest = pairs.iter().map(rise).reduce(Rational::larger).unwrap_or(Rational::ZERO);
    let mut exact = Exact::new();
    exact.holds("the loss half-way is above the chord", highest > Rational::ZERO, || {
        format!("{} chords: at most {highest} above", pairs.len())
    });
    exact.evidence()
}

/// All hidden units flipped, or the first one: of `W_1`, `b_1`, `W_2`, `b_2`, for one input and one output.
fn flipped<R: Real>(parameters: &Parameters<R>, all: bool) -> Parameters<R> {
    let flip = |tensor: &Vec<R>| {
        let sign = |(unit, x): (usize, &R)| if all || unit == 0 { -x.clone() } else { x.clone() };
        tensor.iter().enumerate().map(sign).collect()
    };
    let mut flipped: Parameters<R> = parameters[..3].iter().map(flip).collect();
    flipped.push(parameters[3].clone());
    flipped
}

fn flips(lab: &Lab, activation: Activation, all: bool) -> Evidence {
    let stream = lab.stream("flips");
    let mut exact = Exact::new();
    for case in 0..lab.cases(300) {
        let draws = &mut stream.trial(case);
        let network = perceptron(&[1, 1 + draws.index(4), 1], activation).expect("widths of one and more");
        let mut numbers = |count: usize| (0..count).map(|_| draws.fraction(-8..9, 4)).collect::<Vec<Rational>>();
        let (inputs, targets) = (numbers(3), numbers(3));
        let parameters = network.parameters(|| numbers(1).remove(0));
        let constant = &parameters[3][0];
        let error = |t: &Rational| (constant - t) * (constant - t) / Rational::from(2);
        let of_constant = targets.iter().map(error).fold(Rational::ZERO, |sum, x| sum + x) / Rational::from(3);
        let objective = Objective::new(network, Loss::HalfSquares, inputs, targets).expect("three samples");
        let other = flipped(&parameters, all);
        let at = || format!("case {case}: {parameters:?}");
        exact.equal("L(θ') = L(θ)", &objective.value(&other), &objective.value(&parameters), at);
        exact.equal("half-way: the constant's loss", &objective.value(&halfway(&parameters, &other)), &of_constant, at);
    }
    exact.evidence()
}

fn network() -> Network {
    perceptron(&[1, 2, 1], Activation::Tanh).expect("widths of one and more")
}

/// Four points of a line with a slope of ½ to 1 or -1 to -½, with noise of an eighth at most; and where training starts.
fn task(lab: &Lab, case: u64) -> (Objective<Rational>, Parameters<f64>) {
    let draws = &mut lab.stream("trained").trial(case);
    let inputs: Vec<Rational> = [-3, -1, 1, 3].map(|k| rational(k, 2)).to_vec();
    let slope = draws.fraction(8..17, 16) * Rational::from(if draws.index(2) == 0 { 1 } else { -1 });
    let targets = inputs.iter().map(|x| &slope * x + draws.fraction(-2..3, 16)).collect();
    let objective = Objective::new(network(), Loss::HalfSquares, inputs, targets).expect("four samples");
    let start = network().parameters(|| draws.between(-1.0, 1.0));
    (objective, start)
}

fn train(
    subject: &dyn Subject,
    objective: &Objective<Rational>,
    mut at: Parameters<f64>,
    steps: usize,
) -> Result<Parameters<f64>, NotOffered> {
    let mut optimizer = subject.double(&Method::gradient_descent(rational(1, 5)))?;
    let double = objective.over(|x| to_f64(&x));
    for _ in 0..steps {
        let gradient = double.gradient(&optimizer.probe(&at)).1;
        optimizer.step(&mut at, &gradient.iter().map(|tensor| Some(tensor.as_slice())).collect::<Vec<_>>());
    }
    Ok(at)
}

fn trained(lab: &Lab, subject: &dyn Subject, steps: usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for case in 0..lab.cases(100) {
        let (objective, start) = task(lab, case);
        let end = train(subject, &objective, start, steps)?;
        // Negation is exact, and so is half of a number and its negative.
        let other = flipped(&end, true);
        let held = |at: &Parameters<f64>| {
            at.iter().map(|x| x.iter().copied().map(Interval::point).collect()).collect::<Parameters<Interval>>()
        };
        let enclosed = objective.over(|x| Interval::of(&x));
        let [here, there, middle] = [&end, &other, &halfway(&end, &other)].map(|at| enclosed.value(&held(at)));
        for side in [here, there] {
            exact.decided("half-way is higher", (middle - side).above(0.0), || {
                format!("case {case}: {middle:?} against {side:?} at {end:?}")
            });
        }
    }
    Ok(exact.evidence())
}

fn between(lab: &Lab) -> Plot {
    let shares = || (-4..=44).map(|k| f64::from(k) / 40.0);
    let product = |t: f64| (1.0 - 2.0 * t) * (1.0 - 2.0 * t) - 1.0;
    let (objective, start) = task(lab, 0);
    let loss = train(&crate::subject::Reference, &objective, start, 100).map(|end| {
        let (other, double) = (flipped(&end, true), objective.over(|x| to_f64(&x)));
        let at = |t: f64| {
            let mix = |(a, b): (&f64, &f64)| (1.0 - t) * a + t * b;
            let point: Parameters<f64> = end.iter().zip(&other).map(|(a, b)| a.iter().zip(b).map(mix).collect()).collect();
            [t, double.value(&point)]
        };
        shares().map(at).collect::<Vec<_>>()
    });
    Plot {
        id: "between".into(),
        title: "The loss from parameters to the same parameters with all hidden units flipped".into(),
        x: "place between the two".into(),
        y: "loss".into(),
        series: vec![
            Series::theory("½(uv - 1)² from (1, 1) to (-1, -1)", shares().map(|t| [t, product(t) * product(t) / 2.0])),
            Series::measured("a trained tanh network", loss.unwrap_or_default()),
        ],
        ..Plot::default()
    }
}
