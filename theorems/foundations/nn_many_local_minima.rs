//! # Networks have bad local minima with ReLU, and none if they are linear
//!
//! **Setting.** `½(max(0, w) - 1)²`; linear networks `W_2 W_1` and `W_3 W_2 W_1` fitted to a matrix `T = diag(4, 1)`, loss `½‖W_2 W_1 - T‖²`.
//!
//! **Statement.** (1) Every `w < 0` is a local minimum of the first, of value ½, and the global one is 0. (2) Critical points of `W_2 W_1` that are not global
//! have a direction of negative curvature; at 0 the least eigenvalue is `-4`. (3) With three layers the Hessian at 0 vanishes, and 0 is no minimum. (4) Most drawn runs
//! reach the least loss with three layers, too; the others are unfinished.
//!
//! **Why.** (1) Dead units do not move. (2) At a critical point `W_2 W_1` is `T` on some of its singular directions; a step into another one lowers the
//! loss in second order (Baldi and Hornik 1989). (3) `W_3 W_2 W_1` is of third order.
//!
//! **How it could fail.** ReLU is enclosed on the whole half-line's piece. The critical points, in all coordinates of the hidden layer, are put into the library's
//! network: gradients, Hessians and their inertia are exact. The code runs on linear networks from drawn starts: 2-1-2, where the
//! least loss is not 0, and 3-3-3-3 with drawn targets. A run that has not reached the least loss counts as unfinished: where it would end is not asked.

use crate::evidence::{Evidence, Exact};
use crate::lab::{Draws, Lab};
use crate::landscape::Index;
use crate::networks::{Activation, Dense, Layer, Loss, Network, Objective, deep_linear};
use crate::number::{Elementary, Interval, Rational, Real, rational, to_f64};
use crate::optimizers::Method;
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::longer;
use crate::vector::dot;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "nn-many-local-minima",
    title: "Networks can have bad local minima; linear networks have none",
    topic: "foundations",
    record: Some("nn-many-local-minima"),
    statement: "Every $w < 0$ is a local minimum of $½ (max(0, w) - 1)^2$ with value $½$. The critical points of $½ ‖W_2 W_1 - T‖^2$ are global or have \
                a negative eigenvalue, $-σ_\"max\" (T)$ at 0; with a third layer the Hessian at 0 vanishes, though 0 is no minimum.",
    hypotheses: &["bad minima: a non-linear network and certain data", "none: a linear network of two layers with squared loss"],
    sources: &[
        Source::Note("000", "65"),
        Source::Note("000", "505"),
        Source::Note("004", "46"),
        Source::Cited("baldi1989", "landscape of the linear network"),
        Source::Cited("kawaguchi2016", "Theorem 2.3"),
    ],
    claims: &[
        Claim {
            id: "every-network",
            as_stated: true,
            statement: "a network's loss has local minima that are not global: a critical point above the least value without negative curvature",
            quantifier: "the linear network 2-2-2 with targets diag(4, 1): 40 drawn families of its critical points, all of their kinds",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, _| {
                let points = families(lab).flat_map(|hidden| KINDS.map(|kept| critical(&hidden, kept)));
                let above: Vec<_> = points.filter(|point| two_layers().value(point) > Rational::ZERO).collect();
                let bad = above.iter().any(|point| negative(&two_layers(), point) == 0);
                let mut exact = Exact::new();
                exact.holds("a local minimum above the least value", bad, || {
                    format!("{} critical points above it, 0 among them, all with negative curvature", above.len())
                });
                Ok(exact.evidence())
            },
        },
        Claim {
            id: "dead-relu",
            as_stated: true,
            statement: "$½ (max(0, w) - 1)^2$ is $½$ with the slope 0 for all $w < 0$, and 0 at $w = 1$",
            quantifier: "all real w from -10⁹ to -10⁻⁹, in one interval",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(dead(Interval { lo: -1e9, hi: -1e-9 })),
        },
        Claim {
            id: "two-layers",
            as_stated: false,
            statement: "$W_2 = T_S A$, $W_1 = A^(-1) I_S$ is critical with the loss $½ sum_(i ∉ S) t_i^2$, and has negative curvature unless it is global",
            quantifier: "all sets S of singular directions, 40 drawn regular matrices A, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(saddles(lab, |kept| kept != [true, true])),
        },
        Claim {
            id: "at-zero",
            as_stated: false,
            statement: "the least eigenvalue at $W = 0$ is $-σ_\"max\" (T) = -4$",
            quantifier: "the linear network 2-2-2, exactly",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(at_zero(&Rational::from(4))),
        },
        Claim {
            id: "three-layers",
            as_stated: false,
            statement: "with three layers gradient and Hessian vanish at 0, and $W_1 = W_2 = W_3 = s I$ is lower",
            quantifier: "the linear network 2-2-2-2, s = 10⁻³, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(flat_at_zero(&[2, 2, 2, 2])),
        },
        Claim {
            id: "runs",
            as_stated: false,
            statement: "the code reaches the least loss of a linear network of rank one, $½ t_2^2 = ½$, within $10^(-8)$",
            quantifier: "100 drawn starts on the linear network 2-1-2, 400 steps of η = 1/20, on this problem alone; losses in intervals",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| runs(lab, subject),
        },
        Claim {
            id: "three-layer-runs",
            as_stated: false,
            statement: "with three layers the code reaches the least loss 0 within $10^(-8)$ from at least nine in ten drawn starts; the others are unfinished",
            quantifier: "40 drawn regular 3 × 3 targets and starts on the linear network 3-3-3-3, 400 steps of η = 1/20; losses in intervals",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| three_layer_runs(lab, subject, 1.0),
        },
    ],
    controls: &[
        Control {
            id: "critical-is-minimum",
            differs: "takes every critical point for a local minimum",
            broken: Broken::Statement(|lab, _| Ok(saddles(lab, |_| false))),
        },
        Control {
            id: "one-direction-is-enough",
            differs: "takes the points that keep the larger singular direction alone for local minima",
            broken: Broken::Statement(|lab, _| Ok(saddles(lab, |kept| !kept[0]))),
        },
        Control {
            id: "alive-at-a-billionth",
            differs: "claims the same at w = 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(dead(Interval::point(1e-9)))),
        },
        Control {
            id: "eigenvalue-a-billionth-larger",
            differs: "claims the least eigenvalue -4 + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(at_zero(&(Rational::from(4) - rational(1, 1_000_000_000))))),
        },
        Control {
            id: "eigenvalue-a-billionth-smaller",
            differs: "claims the least eigenvalue -4 - 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(at_zero(&(Rational::from(4) + rational(1, 1_000_000_000))))),
        },
        Control {
            id: "two-layers-flat-at-zero",
            differs: "claims a vanishing Hessian at 0 for two layers",
            broken: Broken::Statement(|_, _| Ok(flat_at_zero(&[2, 2, 2]))),
        },
        Control {
            id: "tiny-steps",
            differs: "the code steps by a tenth of η",
            broken: Broken::Subject { claim: "runs", subject: &TINY_STEPS },
        },
        Control {
            id: "tiny-steps-in-three-layers",
            differs: "the code steps by a tenth of η",
            broken: Broken::Subject { claim: "three-layer-runs", subject: &TINY_STEPS },
        },
        Control {
            id: "from-the-saddle",
            differs: "starts at W = 0, where gradient and Hessian vanish",
            broken: Broken::Statement(|lab, subject| three_layer_runs(lab, subject, 0.0)),
        },
    ],
    plots: &[losses],
};

static TINY_STEPS: Impostor = Impostor { name: "a tenth of the step", instead: |method| longer(method, rational(-9, 10)) };

/// `½‖W - T‖²` for a linear network, as the mean of half the squares on the samples `(1, 1)` and `(1, -1)`, whose second moments are `I`.
fn fitted(widths: &[usize]) -> Objective<Rational> {
    let network = deep_linear(widths).expect("widths of one and more");
    let [inputs, targets] = [[1, 1, 1, -1], [4, 1, 4, -1]].map(|numbers| numbers.map(Rational::from).to_vec());
    Objective::new(network, Loss::HalfSquares, inputs, targets).expect("two samples")
}

fn two_layers() -> Objective<Rational> {
    fitted(&[2, 2, 2])
}

/// Which singular directions of `T` a critical point keeps; the last kind is global.
const KINDS: [[bool; 2]; 4] = [[false, false], [true, false], [false, true], [true, true]];

/// Drawn regular matrices, row by row: coordinates of the hidden layer.
fn families(lab: &Lab) -> impl Iterator<Item = Vec<Rational>> {
    let stream = lab.stream("families");
    let regular = |draws: &mut Draws| {
        let a: Vec<Rational> = (0..4).map(|_| draws.fraction(-3..4, 1)).collect();
        (&a[0] * &a[3] != &a[1] * &a[2]).then_some(a)
    };
    (0..lab.cases(40)).map(move |case| {
        let draws = &mut stream.trial(case);
        std::iter::repeat_with(|| regular(draws)).flatten().next().expect("a regular matrix is drawn in the end")
    })
}

/// `W_1 = A^-1 I_S` and `W_2 = T_S A`.
fn critical(a: &[Rational], kept: [bool; 2]) -> Vec<Vec<Rational>> {
    let determinant = &a[0] * &a[3] - &a[1] * &a[2];
    let inverse = [a[3].clone(), -&a[1], -&a[2], a[0].clone()].map(|x| x / &determinant);
    let share = |kept: bool, size: i64| Rational::from(if kept { size } else { 0 });
    let first = (0..4).map(|place| &inverse[place] * share(kept[place % 2], 1)).collect();
    let second = (0..4).map(|place| &a[place] * share(kept[place / 2], [4, 1][place / 2])).collect();
    vec![first, second]
}

fn hessian(objective: &Objective<Rational>, at: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
    let zero: Vec<Vec<Rational>> = at.iter().map(|tensor| vec![Rational::ZERO; tensor.len()]).collect();
    let places = at.iter().enumerate().flat_map(|(tensor, elements)| (0..elements.len()).map(move |place| (tensor, place)));
    let column = |(tensor, place): (usize, usize)| {
        let mut direction = zero.clone();
        direction[tensor][place] = Rational::ONE;
        objective.hessian_product(at, &direction).concat()
    };
    places.map(column).collect()
}

/// The number of negative eigenvalues.
fn negative(objective: &Objective<Rational>, at: &[Vec<Rational>]) -> usize {
    Index::of(&hessian(objective, at), &Rational::ZERO).expect("a symmetric matrix").negative
}

/// Whether the critical points of each kind are critical, and have negative curvature exactly where that is claimed.
fn saddles(lab: &Lab, claimed: fn([bool; 2]) -> bool) -> Evidence {
    let objective = two_layers();
    let mut exact = Exact::new();
    for hidden in families(lab) {
        for kept in KINDS {
            let point = critical(&hidden, kept);
            let (value, gradient) = objective.gradient(&point);
            let left = [16, 1].iter().zip(kept).filter(|(_, kept)| !kept).map(|(square, _)| *square).sum::<i64>();
            let at = || format!("A = {hidden:?}, kept {kept:?}");
            exact.holds("the gradient vanishes", gradient.iter().flatten().all(Rational::is_zero), at);
            exact.equal("the loss", &value, &(Rational::from(left) / Rational::from(2)), at);
            let count = negative(&objective, &point);
            exact.holds("negative curvature", (count > 0) == claimed(kept), || format!("{}: {count} negative eigenvalues", at()));
        }
    }
    exact.evidence()
}

fn zeros(objective: &Objective<Rational>) -> Vec<Vec<Rational>> {
    objective.network().parameters(|| Rational::ZERO)
}

/// The least eigenvalue at 0 is `-size`: `H + size I` has no negative eigenvalue, but a zero one.
fn at_zero(size: &Rational) -> Evidence {
    let objective = two_layers();
    let mut shifted = hessian(&objective, &zeros(&objective));
    for (place, row) in shifted.iter_mut().enumerate() {
        row[place] += size;
    }
    let index = Index::of(&shifted, &Rational::ZERO).expect("a symmetric matrix");
    let mut exact = Exact::new();
    exact.equal("eigenvalues below", &index.negative, &0, || format!("-{size}"));
    exact.holds("one equal to it", index.undecided > 0, || format!("no eigenvalue is -{size}"));
    exact.evidence()
}

fn flat_at_zero(widths: &[usize]) -> Evidence {
    let objective = fitted(widths);
    let zero = zeros(&objective);
    let (value, gradient) = objective.gradient(&zero);
    let mut exact = Exact::new();
    exact.holds("the gradient vanishes", gradient.iter().flatten().all(Rational::is_zero), || format!("{gradient:?}"));
    let hessian = hessian(&objective, &zero);
    exact.holds("the Hessian vanishes", hessian.iter().flatten().all(Rational::is_zero), || {
        format!("widths {widths:?}: {hessian:?}")
    });
    let unit = [1, 0, 0, 1].map(|x| rational(x, 1000)).to_vec();
    let lower = objective.value(&vec![unit; zero.len()]);
    exact.holds("it is no minimum", lower < value, || format!("{lower} against {value}"));
    exact.evidence()
}

/// The network `max(0, w x)` on the sample (1, 1).
fn rectified<R: Elementary>() -> Objective<R> {
    let layers = vec![Layer::Dense(Dense { inputs: 1, outputs: 1, bias: false }), Layer::Activation(Activation::Relu)];
    let network = Network::new(1, layers).expect("one input");
    Objective::new(network, Loss::HalfSquares, vec![R::one()], vec![R::one()]).expect("one sample")
}

fn dead(weights: Interval) -> Evidence {
    let slope = rectified::<Interval>().gradient(&[vec![weights]]).1[0][0];
    let flat = if slope == Interval::zero() { Some(true) } else { (!slope.contains(0.0)).then_some(false) };
    let mut exact = Exact::new();
    exact.decided("the slope is 0 throughout", flat, || format!("w in {weights:?}: slope in {slope:?}"));
    let value = |w: i64| rectified::<Rational>().value(&[vec![Rational::from(w)]]);
    exact.equal("the loss there", &value(-1), &rational(1, 2), || "w = -1".into());
    exact.equal("the least loss", &value(1), &Rational::ZERO, || "w = 1".into());
    exact.evidence()
}

/// 400 steps from a drawn start with entries up to `size`.
fn descend(
    subject: &dyn Subject,
    objective: &Objective<f64>,
    draws: &mut Draws,
    size: f64,
) -> Result<Vec<Vec<Vec<f64>>>, NotOffered> {
    let mut path = vec![objective.network().parameters(|| draws.between(-size, size))];
    let mut optimizer = subject.double(&Method::gradient_descent(rational(1, 20)))?;
    for step in 0..400 {
        let mut at = path[step].clone();
        let gradient = objective.gradient(&optimizer.probe(&at)).1;
        optimizer.step(&mut at, &gradient.iter().map(|tensor| Some(tensor.as_slice())).collect::<Vec<_>>());
        path.push(at);
    }
    Ok(path)
}

fn points(at: &[Vec<f64>]) -> Vec<Vec<Interval>> {
    at.iter().map(|x| x.iter().copied().map(Interval::point).collect()).collect()
}

fn rank_one() -> Objective<f64> {
    fitted(&[2, 1, 2]).over(|x| to_f64(&x))
}

fn runs(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let enclosed = fitted(&[2, 1, 2]).over(|x| Interval::of(&x));
    let mut exact = Exact::new();
    for case in 0..lab.cases(100) {
        let path = descend(subject, &rank_one(), &mut lab.stream("starts").trial(case), 1.0)?;
        let value = enclosed.value(&points(&path[400]));
        exact.decided("within 10⁻⁸ of ½", value.above(0.5 + 1e-8).map(|above| !above), || {
            format!("case {case}: {value:?} after 400 steps")
        });
    }
    Ok(exact.evidence())
}

/// `½‖W_3 W_2 W_1 - T‖²` for `T = 2I` and drawn eighths up to ½, so that `T` is diagonally dominant and regular. Four samples of signs have the second moments `I`.
fn regular(draws: &mut Draws) -> Objective<Rational> {
    let samples = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]].map(|x| x.map(Rational::from));
    let target: Vec<Rational> =
        (0..9).map(|at| draws.fraction(-4..5, 8) + Rational::from(if at % 4 == 0 { 2 } else { 0 })).collect();
    let targets = samples.iter().flat_map(|x| target.chunks(3).map(|row| dot(row, x))).collect();
    let network = deep_linear(&[3; 4]).expect("widths of one and more");
    Objective::new(network, Loss::HalfSquares, samples.concat(), targets).expect("four samples")
}

fn three_layer_runs(lab: &Lab, subject: &dyn Subject, size: f64) -> Result<Evidence, NotOffered> {
    let (mut exact, mut unfinished, cases) = (Exact::new(), 0, lab.cases(40));
    for case in 0..cases {
        let draws = &mut lab.stream("three layers").trial(case);
        let objective = regular(draws);
        let path = descend(subject, &objective.over(|x| to_f64(&x)), draws, size)?;
        match objective.over(|x| Interval::of(&x)).value(&points(&path[400])).above(1e-8) {
            Some(false) => exact.holds("within 10⁻⁸ of 0", true, String::new),
            _ => unfinished += 1,
        }
    }
    exact.holds("at most a tenth is unfinished", 10 * unfinished <= cases, || format!("{unfinished} of {cases} runs"));
    Ok(exact.evidence())
}

fn losses(lab: &Lab) -> Plot {
    let objective = rank_one();
    let mut series = vec![
        Series::theory("the least loss", [[0.0, 0.5], [120.0, 0.5]]),
        Series::theory("the saddle at 0", [[0.0, 8.5], [120.0, 8.5]]),
    ];
    for case in 0..3 {
        if let Ok(path) = descend(&Reference, &objective, &mut lab.stream("starts").trial(case), 1.0) {
            let points = path.iter().take(121).enumerate().step_by(2).map(|(t, at)| [t as f64, objective.value(at)]);
            series.push(Series::measured(&format!("start {}", case + 1), points));
        }
    }
    Plot {
        id: "losses".into(),
        title: "Gradient descent on the linear network 2-1-2 with targets diag(4, 1)".into(),
        x: "step t".into(),
        y: "loss".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
