//! # Whether local minima are good enough
//!
//! **Setting.** Three model problems: the linear network with a hidden layer `½ (u·v - 1)²` with `u, v ∈ R^h`; one tanh neuron `w ∈ R^8` with the samples `(4 e_i, -0.8)` and `(½ e_i, 0.8)`; tanh networks with one hidden layer.
//!
//! **Statement.** "Good enough" has no definition, and this is no theorem. (1) On the linear network every critical point is a global minimum or the saddle at the origin; the runs from drawn starts end at loss 0.
//! (2) The neuron has at least two local minima a coordinate, so at least `2^8`; the worse one of a coordinate is more than three times as high as the better, and few runs end well in all coordinates. (3) The tanh networks are reported, not judged.
//!
//! **Why.** `‖∇f‖² = r² (‖u‖² + ‖v‖²)` for the residual r. The neuron's loss is a sum over coordinates with at least two local minima each (after Auer, Herbster and Warmuth 1996).
//!
//! **How it could fail.** Identities, exact indices, interval enclosures of slopes and losses; the code runs from normal starts.

use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::landscape::Index;
use crate::networks::{Activation, Loss, Objective, perceptron};
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, rational};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::longer;
use crate::vector::finite;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "local-minima-good-enough",
    title: "Local minima are as good as global ones in a linear network, and not in a single neuron",
    topic: "foundations",
    record: Some("local-minima-good-enough"),
    statement: "On the model problem $½ (u · v - 1)^2$, a linear network with one hidden layer, all local minima are global. On the model problem of one tanh neuron with 16 samples there are at least $2^8$ \
                local minima: in each coordinate one that is more than three times as high as another.",
    hypotheses: &["the model problem is one of the two: nothing is said of others"],
    sources: &[
        Source::Note("001", "168-172"),
        Source::Note("004", "46"),
        Source::Cited("kawaguchi2016", "the theorem on deep linear networks"),
        Source::Cited("auer1996", "the construction"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "local minima are often good enough, the landscape is well-behaved: read as \"every local minimum is within 1.1 times the least loss\"",
            quantifier: "refuted by one tanh neuron with two samples, which has a local minimum with more than three times the least loss",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(neuron(&rational(11, 10))),
        },
        Claim {
            id: "bad-minimum",
            as_stated: false,
            statement: "the neuron with the samples $(4, -0.8)$ and $(½, 0.8)$ has a local minimum in $(-1, 0)$ and one in $(1, 3)$; the latter has more than three times the loss of the former",
            quantifier: "signs of the slope at the ends and enclosures of the loss, in intervals",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(separated(3)),
        },
        Claim {
            id: "linear-network",
            as_stated: false,
            statement: "$‖∇f‖^2 = (u · v - 1)^2 (‖u‖^2 + ‖v‖^2)$ for $f = ½ (u · v - 1)^2$: a critical point has loss 0 or is the origin, where $H$ has $h$ negative eigenvalues: all \
                        local minima are global",
            quantifier: "all u and v with h = 1 to 8 units",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(linear_network(1)),
        },
        Claim {
            id: "linear-network-runs",
            as_stated: false,
            statement: "on this model problem the code ends with a loss of at most $10^(-8)$",
            quantifier: "50 normal starts for each of h = 2, 4, 8 and 16 units, 200 steps at η = 1/10",
            expected: Verdict::Supported,
            method: By::Measurement,
            check: linear_runs,
        },
        Claim {
            id: "neuron-runs",
            as_stated: false,
            statement: "on the neuron's model problem at most a quarter of the starts ends within 1.1 times the least loss that was found",
            quantifier: "100 standard normal starts in eight dimensions, 200 steps at η = 1/10",
            expected: Verdict::Supported,
            method: By::Measurement,
            check: |lab, subject| {
                let losses = neuron_runs(lab, subject)?;
                let good = losses.iter().filter(|loss| **loss <= 1.1 * least(&losses)).count();
                let share = if finite(&losses) { good as f64 / losses.len() as f64 } else { f64::NAN };
                let mut property = Property::new();
                property.within("the share of good ends", share, 0.25, || format!("{good} of {}", losses.len()));
                Ok(property.evidence())
            },
        },
    ],
    controls: &[
        Control {
            id: "good-enough",
            differs: "claims that all starts of the neuron end within 1.1 times the least loss",
            broken: Broken::Statement(|lab, subject| {
                let losses = neuron_runs(lab, subject)?;
                let mut property = Property::new();
                losses.iter().for_each(|loss| property.within("the loss at the end", *loss, 1.1 * least(&losses), String::new));
                Ok(property.evidence())
            }),
        },
        Control {
            id: "four-times-the-loss",
            differs: "claims that the neuron's worse minimum has more than four times the loss",
            broken: Broken::Statement(|_, _| Ok(separated(4))),
        },
        Control {
            id: "three-times-is-good",
            differs: "claims that every local minimum of the neuron is within three times the least loss",
            broken: Broken::Statement(|_, _| Ok(neuron(&Rational::from(3)))),
        },
        Control {
            id: "another-target",
            differs: "claims the identity of the gradient for the residual u·v - 2",
            broken: Broken::Statement(|_, _| Ok(linear_network(2))),
        },
        Control {
            id: "tenth-of-the-step",
            differs: "the code takes a tenth of the step",
            broken: Broken::Subject {
                claim: "linear-network-runs",
                subject: &Impostor { name: "tenth of the step", instead: |method| longer(method, rational(-9, 10)) },
            },
        },
        Control {
            id: "ascent",
            differs: "the code ascends, to where all runs are as bad",
            broken: Broken::Subject {
                claim: "neuron-runs",
                subject: &Impostor { name: "ascent", instead: |method| longer(method, Rational::from(-2)) },
            },
        },
    ],
    plots: &[ends],
};

/// Loss and slope of the neuron in one coordinate: `½ (tanh 4w + 0.8)² + ½ (tanh w/2 - 0.8)²`.
fn coordinate<R: Elementary>(w: &R) -> [R; 2] {
    let target = R::of(&rational(4, 5));
    let [mut loss, mut slope] = [R::zero(), R::zero()];
    for (input, target) in [(R::int(4), -target.clone()), (R::of(&rational(1, 2)), target)] {
        let output = (input.clone() * w).apply(Function::Tanh);
        let residual = output.clone() - &target;
        loss = loss + residual.clone() * &residual / R::int(2);
        slope = slope + input * Function::Tanh.slope(w, &output) * residual;
    }
    [loss, slope]
}

fn interval(w: f64) -> Interval {
    Interval::point(w)
}

/// Enclosures of the loss at a point of the left well and of the least one in the right well, after the slopes at the ends of both: where they point inward the
/// lowest point of an interval is inside, a local minimum.
fn wells(exact: &mut Exact) -> [Interval; 2] {
    for (lo, hi) in [(-1.0, 0.0), (1.0, 3.0)] {
        let [left, right] = [lo, hi].map(|w| coordinate(&interval(w))[1]);
        let inside = (-left).above(0.0).zip(right.above(0.0));
        exact.decided(
            "f' < 0 at the left end and f' > 0 at the right: a local minimum between",
            inside.map(|(a, b)| a && b),
            || format!("({lo}, {hi}): {left:?}, {right:?}"),
        );
    }
    let [good, _] = coordinate(&interval(-0.1875));
    let [over, _] = coordinate(&Interval { lo: 1.0, hi: 3.0 });
    let [at, _] = coordinate(&interval(2.1875));
    [good, Interval { lo: over.lo, hi: at.hi }]
}

/// Every local minimum is said to have at most `factor` times the least loss.
fn neuron(factor: &Rational) -> Evidence {
    let mut exact = Exact::new();
    let [good, bad] = wells(&mut exact);
    let beyond = (bad - good * Interval::of(factor)).above(0.0);
    exact.decided("every local minimum is good", beyond.map(|beyond| !beyond), || {
        format!("the minimum in (1, 3) has a loss in {bad:?}; at w = -0.1875 it is in {good:?}")
    });
    exact.evidence()
}

/// The minimum in (1, 3) is said to be higher than `factor` times the loss at a point of the other well.
fn separated(factor: i64) -> Evidence {
    let mut exact = Exact::new();
    let [good, bad] = wells(&mut exact);
    exact.decided("the worse minimum is so much higher", (bad - good * Interval::int(factor)).above(0.0), || {
        format!("{bad:?} and {good:?}")
    });
    exact.evidence()
}

/// The residual is said to be `u·v - target`.
fn linear_network(target: i64) -> Evidence {
    let mut exact = Exact::new();
    for hidden in 1..=8 {
        let variable = |place: usize| Polynomial::variable(2 * hidden, place);
        let product = (0..hidden).fold(variable(0).int(0), |sum, i| sum + variable(i) * variable(hidden + i));
        let twice = (&product - &product.int(1)).squared(); // 2f
        let gradient: Vec<Polynomial> = (0..2 * hidden).map(|i| twice.derivative(i)).collect();
        let zero = product.int(0);
        let norm = gradient.iter().fold(zero.clone(), |sum, slope| sum + slope.squared());
        let lengths = (0..2 * hidden).fold(zero, |sum, i| sum + variable(i).squared());
        exact.identity("4‖∇f‖² = 4r²(‖u‖² + ‖v‖²)", norm, product.int(4) * (&product - &product.int(target)).squared() * lengths);
        let origin = vec![Rational::ZERO; 2 * hidden];
        let row = |slope: &Polynomial| (0..2 * hidden).map(|j| slope.derivative(j).at(&origin)).collect();
        let hessian: Vec<Vec<Rational>> = gradient.iter().map(row).collect();
        let index = Index::of(&hessian, &Rational::ZERO).expect("a Hessian is symmetric");
        exact.holds("the origin is a saddle of index h", index.negative == hidden && index.positive == hidden, || {
            index.to_string()
        });
    }
    exact.evidence()
}

/// The losses `½ r²` of so many runs of the code, all in one vector of parameters: gradient descent treats its coordinates alike.
fn run(
    subject: &dyn Subject,
    step_size: Rational,
    mut x: Vec<f64>,
    gradient: impl Fn(&[f64]) -> Vec<f64>,
) -> Result<Vec<f64>, NotOffered> {
    let mut optimizer = subject.double(&Method::gradient_descent(step_size))?;
    for _ in 0..200 {
        advance(&mut *optimizer, &mut x, &gradient);
    }
    Ok(x)
}

fn linear_runs(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    const WIDTHS: [usize; 4] = [2, 4, 8, 16];
    let stream = lab.stream("linear networks");
    let runs = WIDTHS.into_iter().flat_map(|hidden| (0..50).map(move |_| hidden)).collect::<Vec<_>>();
    let draws = &mut stream.trial(0);
    // Each product of two entries has the variance 1/h², so that u·v has 1/h.
    let start = runs.iter().flat_map(|hidden| {
        let scale = 1.0 / (*hidden as f64).sqrt();
        (0..2 * hidden).map(|_| scale * draws.normal()).collect::<Vec<_>>()
    });
    let start: Vec<f64> = start.collect();
    // Each run's parameters are u and then v; given these, its residual.
    let residuals = |x: &[f64]| -> Vec<f64> {
        let mut rest = x;
        let residual = |hidden: &usize| {
            let (own, others) = rest.split_at(2 * hidden);
            rest = others;
            own[..*hidden].iter().zip(&own[*hidden..]).map(|(u, v)| u * v).sum::<f64>() - 1.0
        };
        runs.iter().map(residual).collect()
    };
    let gradient = |x: &[f64]| {
        let mut gradient = Vec::with_capacity(x.len());
        for (residual, hidden) in residuals(x).iter().zip(&runs) {
            let (u, v) = x[gradient.len()..][..2 * hidden].split_at(*hidden);
            gradient.extend(v.iter().chain(u).map(|other| residual * other));
        }
        gradient
    };
    let end = run(subject, rational(1, 10), start, gradient)?;
    let mut property = Property::new();
    for (residual, hidden) in residuals(&end).iter().zip(&runs) {
        property.within("the loss at the end", residual * residual / 2.0, 1e-8, || format!("h = {hidden}"));
    }
    Ok(property.evidence())
}

const DIMENSION: usize = 8;

/// The losses at the ends of 100 runs on the neuron in eight dimensions.
fn neuron_runs(lab: &Lab, subject: &dyn Subject) -> Result<Vec<f64>, NotOffered> {
    let draws = &mut lab.stream("neurons").trial(0);
    let start = draws.normals(100 * DIMENSION);
    let end = run(subject, rational(1, 10), start, |x| x.iter().map(|w| coordinate(w)[1]).collect())?;
    // What is no number says nothing, whatever it is compared with.
    let known = if finite(&end) { 0.0 } else { f64::NAN };
    Ok(end.chunks(DIMENSION).map(|w| known + w.iter().map(|w| coordinate(w)[0]).sum::<f64>()).collect())
}

fn least(losses: &[f64]) -> f64 {
    losses.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The losses at the ends of 12 runs on ten samples, for a network with four inputs and so many tanh units.
fn network_runs(lab: &Lab, hidden: usize) -> Vec<f64> {
    let stream = lab.stream("networks");
    let data = &mut stream.trial(0);
    let (inputs, targets) = (data.normals(40), data.normals(10));
    let network = perceptron(&[4, hidden, 1], Activation::Tanh).expect("three widths");
    let objective = Objective::new(network, Loss::HalfSquares, inputs, targets).expect("ten samples");
    let runs = (1..=12).filter_map(|trial| {
        let draws = &mut stream.trial(trial);
        let mut parameters = objective.network().parameters(|| draws.normal() / 2.0);
        let mut optimizer = Reference.double(&Method::gradient_descent(rational(1, 10))).ok()?;
        for _ in 0..300 {
            let (_, gradient) = objective.gradient(&parameters);
            let gradients: Vec<Option<&[f64]>> = gradient.iter().map(|tensor| Some(tensor.as_slice())).collect();
            optimizer.step(&mut parameters, &gradients);
        }
        Some(objective.value(&parameters))
    });
    runs.collect()
}

fn ends(lab: &Lab) -> Plot {
    let distribution = |mut losses: Vec<f64>| {
        losses.sort_by(f64::total_cmp);
        let count = losses.len() as f64;
        losses.into_iter().enumerate().map(move |(place, loss)| [loss, (place as f64 + 1.0) / count])
    };
    let neuron = neuron_runs(lab, &Reference).unwrap_or_default();
    let mut series = vec![Series::measured("the neuron, 100 runs", distribution(neuron))];
    for hidden in [2, 4, 8, 16] {
        series.push(Series::measured(&format!("tanh network, h = {hidden}, 12 runs"), distribution(network_runs(lab, hidden))));
    }
    Plot {
        id: "ends".into(),
        title: "Losses at the end of gradient descent from random starts".into(),
        x: "loss".into(),
        y: "share of runs with at most this loss".into(),
        log_x: true,
        series,
        ..Plot::default()
    }
}
