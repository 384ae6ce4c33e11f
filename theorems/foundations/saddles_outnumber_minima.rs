//! # Whether saddles outnumber minima
//!
//! **Setting.** Two models of a landscape of many variables: `f(x) = Σ (x_i² - 1)²/4` in `d` dimensions, and a symmetric Gaussian matrix as Hessian (variances 1 on the diagonal, ½ off it).
//!
//! **Statement.** (1) It is no theorem: `½‖x‖²` has a minimum and no saddle in any dimension. (2) The sum of double wells has `3^d` critical points: `2^d` minima, one maximum, `3^d - 2^d - 1` saddles for
//! `d ≥ 1`, more than minima from `d = 3` on; the loss at each is a quarter of its index. (3) The Gaussian matrix is positive definite with probability ½, `(2 - √2)/4` and
//! `(π - 2√2)/(4π)` for `N = 1, 2, 3`.
//!
//! **Why.** Each coordinate is in one of three critical points; `N = 2` is the solid angle of a cone of 45°.
//!
//! **How it could fail.** All critical points up to `d = 8` are enumerated and classified exactly; matrices are drawn and factored.
//! `N = 4` and 5 are reported, in the plot alone. Left out: the asymptotic law `exp(-(ln 3/4) N²)`, which these small `N` are far from.

use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::landscape::{CriticalPoint, Index};
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::second_order::Cholesky;
use crate::statistics::{Law, Question, estimate};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;
use std::f64::consts::{PI, SQRT_2};

pub static THEOREM: Theorem = Theorem {
    id: "saddles-outnumber-minima",
    title: "In sums of double wells and Gaussian Hessians saddles outnumber minima; in general they need not",
    topic: "foundations",
    record: Some("saddles-outnumber-minima"),
    statement: "Of the $3^d$ critical points of $sum_i (x_i^2 - 1)^2 / 4$ a fraction $(2/3)^d$ are minima and all others but one are saddles. A Gaussian symmetric $2 × 2$ matrix is positive \
                definite with probability $(2 - sqrt(2))/4$, a $3 × 3$ one with $(π - 2 sqrt(2))/(4 π)$. A convex function has no saddle.",
    hypotheses: &[
        "the landscape is one of the two models",
        "the Gaussian matrix has variance 1 on its diagonal and ½ off it, independently",
    ],
    sources: &[
        Source::Note("000", "76-77"),
        Source::Note("000", "506"),
        Source::Note("001", "164"),
        Source::Cited("dauphin2014", "section 2"),
        Source::Cited("dean2006", "the Gaussian orthogonal ensemble"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "functions of many variables have more saddle points than minima",
            quantifier: "refuted by ½‖x‖² in eight dimensions",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(outnumber(&bowl(8))),
        },
        Claim {
            id: "double-wells",
            as_stated: false,
            statement: "the sum of double wells has $2^d$ minima, one maximum and $3^d - 2^d - 1$ saddles; these outnumber the minima from $d = 3$ on",
            quantifier: "d = 1 to 8, all critical points, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(double_wells(3)),
        },
        Claim {
            id: "index-and-loss",
            as_stated: false,
            statement: "at a critical point of the sum of double wells the loss is a quarter of the number of negative eigenvalues",
            quantifier: "d = 1 to 8, all critical points, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(losses(&rational(1, 4))),
        },
        Claim {
            id: "gaussian-hessians",
            as_stated: false,
            statement: "$P(H ≻ 0) = (2 - sqrt(2))/4$ for $N = 2$ and $(π - 2 sqrt(2))/(4 π)$ for $N = 3$",
            quantifier: "drawn matrices, within 0.0049; for N = 1 it is ½ by symmetry",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, _| Ok(gaussian(lab, &[(2, two()), (3, three())], goe)),
        },
    ],
    controls: &[
        Control {
            id: "positive-semidefinite-ensemble",
            differs: "the matrices are X Xᵀ, which are positive definite",
            broken: Broken::Statement(|lab, _| Ok(gaussian(lab, &[(2, two())], wishart))),
        },
        Control {
            id: "variance-one-off-the-diagonal",
            differs: "the entries off the diagonal have variance 1",
            broken: Broken::Statement(|lab, _| Ok(gaussian(lab, &[(2, two())], |draws, size| symmetric(draws, size, 1.0)))),
        },
        Control {
            id: "never-definite",
            differs: "claims that no 3 × 3 matrix is positive definite",
            broken: Broken::Statement(|lab, _| Ok(gaussian(lab, &[(3, 0.0)], goe))),
        },
        Control {
            id: "from-two-dimensions",
            differs: "claims that saddles outnumber minima from d = 2 on; there are four of each",
            broken: Broken::Statement(|_, _| Ok(double_wells(2))),
        },
        Control {
            id: "loss-larger-by-a-billionth",
            differs: "claims ¼ + 10⁻⁹ times the index",
            broken: Broken::Statement(|_, _| Ok(losses(&(rational(1, 4) + rational(1, 1_000_000_000))))),
        },
    ],
    plots: &[minima, definite],
};

/// A critical point of a separable function: its loss and the signs of its Hessian's eigenvalues.
struct Critical {
    loss: Rational,
    index: Index,
}

/// The critical points of `Σ f(x_i)`, given those of `f`: there the Hessian is diagonal.
fn separable(f: &Polynomial, roots: &[i64], dimension: u32) -> Vec<Critical> {
    let curvature = f.derivative(0).derivative(0);
    let count = roots.len();
    let point =
        |code: usize| -> Vec<Rational> { (0..dimension).map(|i| Rational::from(roots[code / count.pow(i) % count])).collect() };
    let critical = |code| {
        let x = point(code);
        let at = |p: &Polynomial, x: &Rational| p.at(std::slice::from_ref(x));
        let diagonal: Vec<Rational> = x.iter().map(|x| at(&curvature, x)).collect();
        let [negative, positive] = [|c: &Rational| *c < Rational::ZERO, |c: &Rational| *c > Rational::ZERO]
            .map(|sign| diagonal.iter().filter(|c| sign(c)).count());
        let index = Index { negative, undecided: dimension as usize - negative - positive, positive };
        Critical { loss: x.iter().fold(Rational::ZERO, |sum, x| sum + at(f, x)), index }
    };
    (0..count.pow(dimension)).map(critical).collect()
}

/// `(x² - 1)²/4`.
fn well() -> Polynomial {
    let x = Polynomial::variable(1, 0);
    x.constant(&rational(1, 4)) * (x.squared() - x.int(1)).squared()
}

fn wells(dimension: u32) -> Vec<Critical> {
    separable(&well(), &[-1, 0, 1], dimension)
}

/// `½‖x‖²`.
fn bowl(dimension: u32) -> Vec<Critical> {
    let x = Polynomial::variable(1, 0);
    separable(&(x.constant(&rational(1, 2)) * x.squared()), &[0], dimension)
}

fn count(points: &[Critical], kind: CriticalPoint) -> u64 {
    points.iter().filter(|point| point.index.kind() == kind).count() as u64
}

fn outnumber(points: &[Critical]) -> Evidence {
    let [minima, saddles] = [CriticalPoint::Minimum, CriticalPoint::Saddle].map(|kind| count(points, kind));
    let mut exact = Exact::new();
    exact.holds("more saddles than minima", saddles > minima, || format!("½‖x‖²: {minima} minimum, {saddles} saddles"));
    exact.evidence()
}

/// Saddles are said to outnumber minima from dimension `from` on.
fn double_wells(from: u32) -> Evidence {
    let mut exact = Exact::new();
    let x = Polynomial::variable(1, 0);
    let factors = &x * (&x - &x.int(1)) * (&x + &x.int(1));
    exact.identity("f' = x (x - 1)(x + 1): no other critical point", well().derivative(0), factors);
    for dimension in 1..=8 {
        let points = wells(dimension);
        let [minima, maxima, saddles] =
            [CriticalPoint::Minimum, CriticalPoint::Maximum, CriticalPoint::Saddle].map(|kind| count(&points, kind));
        let input = || format!("d = {dimension}");
        exact.equal("minima", &minima, &2_u64.pow(dimension), input);
        exact.equal("maxima", &maxima, &1, input);
        exact.equal("saddles", &saddles, &(3_u64.pow(dimension) - 2_u64.pow(dimension) - 1), input);
        exact.holds("saddles outnumber minima", (saddles > minima) == (dimension >= from), || {
            format!("d = {dimension}: {minima} minima, {saddles} saddles")
        });
    }
    exact.evidence()
}

/// The loss is said to be `unit` times the index.
fn losses(unit: &Rational) -> Evidence {
    let mut exact = Exact::new();
    for dimension in 1..=8 {
        for point in wells(dimension) {
            let claimed = unit * Rational::from(point.index.negative);
            exact.equal("loss = index/4", &point.loss, &claimed, || format!("d = {dimension}, {}", point.index));
        }
    }
    exact.evidence()
}

/// A symmetric Gaussian matrix with variance 1 on the diagonal and the given deviation off it.
fn symmetric(draws: &mut Draws, size: usize, deviation: f64) -> Vec<Vec<f64>> {
    let mut entry = |i: usize, j: usize| if i == j { draws.normal() } else { deviation * draws.normal() };
    let lower: Vec<Vec<f64>> = (0..size).map(|i| (0..=i).map(|j| entry(i, j)).collect()).collect();
    (0..size).map(|i| (0..size).map(|j| lower[i.max(j)][i.min(j)]).collect()).collect()
}

/// The Gaussian orthogonal ensemble.
fn goe(draws: &mut Draws, size: usize) -> Vec<Vec<f64>> {
    symmetric(draws, size, SQRT_2 / 2.0)
}

/// `X Xᵀ` for a square X.
fn wishart(draws: &mut Draws, size: usize) -> Vec<Vec<f64>> {
    let x: Vec<Vec<f64>> = (0..size).map(|_| draws.normals(size)).collect();
    let entry = |i: usize, j: usize| x[i].iter().zip(&x[j]).map(|(a, b)| a * b).sum();
    (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
}

fn two() -> f64 {
    (2.0 - SQRT_2) / 4.0
}

fn three() -> f64 {
    (PI - 2.0 * SQRT_2) / (4.0 * PI)
}

/// Whether a drawn matrix has a Cholesky factor. Rounding decides wrongly within about 10⁻¹⁵ of a singular matrix, with a probability of that order.
fn is_definite(draws: &mut Draws, size: usize, ensemble: fn(&mut Draws, usize) -> Vec<Vec<f64>>) -> f64 {
    if Cholesky::new(&ensemble(draws, size)).is_some() { 1.0 } else { 0.0 }
}

/// The nearest controls are off by 0.0249 (N = 3: none) and 0.0306 (N = 2, by the solid angle of an elliptic cone): five margins.
fn gaussian(lab: &Lab, claims: &[(usize, f64)], ensemble: fn(&mut Draws, usize) -> Vec<Vec<f64>>) -> Evidence {
    let (law, margin) = (Law::Bounded { lo: 0.0, hi: 1.0 }, 0.0049);
    let largest = 4 * law.required(margin, lab.policy.alpha());
    let statistics = claims.iter().map(|(size, target)| {
        let name = format!("H is positive definite, N = {size}");
        let question = Question { name: &name, relation: Relation::Equal, target: *target, margin, law, largest };
        estimate(lab, &question, |draws| is_definite(draws, *size, ensemble))
    });
    Evidence::sampled(statistics.collect())
}

fn minima(_: &Lab) -> Plot {
    let share = |dimension: u32| {
        let points = wells(dimension);
        [f64::from(dimension), count(&points, CriticalPoint::Minimum) as f64 / points.len() as f64]
    };
    Plot {
        id: "minima".into(),
        title: "Minima among the critical points of a sum of double wells".into(),
        x: "dimension d".into(),
        y: "fraction".into(),
        log_y: true,
        series: vec![
            Series::theory("(2/3)^d", (1..=8).map(|d| [f64::from(d), to_f64(&rational(2, 3).pow(d as isize))])),
            Series::measured("enumerated", (1..=8).map(share)),
        ],
        ..Plot::default()
    }
}

fn definite(lab: &Lab) -> Plot {
    let stream = lab.stream("plot");
    let share = |size: usize| {
        let trials = if size < 4 { 20_000 } else { 400_000 };
        let found: f64 = (0..trials).map(|trial| is_definite(&mut stream.trial(trial), size, goe)).sum();
        [size as f64, found / trials as f64]
    };
    Plot {
        id: "definite".into(),
        title: "How often a Gaussian symmetric matrix is positive definite, 20,000 draws a point, 400,000 for N = 4 and 5".into(),
        x: "N".into(),
        y: "probability".into(),
        log_y: true,
        series: vec![
            Series::theory("½, (2 - √2)/4, (π - 2√2)/(4π)", [[1.0, 0.5], [2.0, two()], [3.0, three()]]),
            Series::measured("drawn", (1..=5).map(share)),
        ],
        ..Plot::default()
    }
}
