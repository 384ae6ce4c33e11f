//! # Second-order methods at saddles
//!
//! **Setting.** `f = ½ (x² - γy²)` and `½ (uv - 1)²`, both with a saddle at the origin.
//!
//! **Statement.** (1) Newton's method goes to the critical point of a regular quadratic in one step, from everywhere, whatever the point's kind: it is attracted to saddles. (2) With `|H|`
//! in the place of `H` the step is `(x, y) → (0, 2y)`: it leaves. (3) An exact trust-region step and a step of cubic regularisation leave the saddle itself, where the gradient vanishes, and lower `f` by
//! `½γΔ²` and `2γ³/M²`.
//!
//! **Why.** `x - H⁻¹Hx = 0`; for `|H|` the coordinate of a negative eigenvalue becomes `y + y`. Cubic: `-½γs² + M s³/6` is least at `s = 2γ/M`.
//!
//! **How it could fail.** Newton's code runs in exact arithmetic from 100 points; the methods that need eigenvectors run in doubles, and are held to one part in a million.

use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Product, Quadratic};
use crate::second_order::{
    CubicRegularisation, Estimate, ExactSubproblem, Fixed, Indefinite, Iteration, Newton, SaddleFree, Status, TrustRegion,
};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "second-order-escapes-saddles",
    title: "Newton's method is attracted to saddles; methods that mind negative curvature leave them",
    topic: "foundations",
    record: Some("second-order-escapes-saddles"),
    statement: "Newton's method maps every point of a quadratic with regular Hessian to its critical point, saddles included. Saddle-free Newton, with $|H|$ for $H$, doubles the distance \
                along negative eigenvectors; trust regions and cubic regularisation leave the saddle itself.",
    hypotheses: &["$H$ is regular", "escape: the method uses directions of negative curvature"],
    sources: &[
        Source::Note("000", "79"),
        Source::Cited("dauphin2014", "algorithm 1"),
        Source::Cited("nesterov2006", "equation 2.4"),
        Source::Cited("conn2000", "corollary 7.2.2"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "second-order methods help to escape from saddle points: a step of Newton's method does not come nearer to the saddle",
            quantifier: "refuted from the first of 100 points around the saddle of ½(x² - γy²)",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, _| Ok(newton(&Rational::ONE, |end, start| squares(end) >= squares(start))),
        },
        Claim {
            id: "attracted",
            as_stated: false,
            statement: "Newton's method is at the saddle exactly after one step",
            quantifier: "100 points around the saddle of ½(x² - γy²), γ = 1/2 and 3, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(newton(&Rational::ONE, |end, _| end.iter().all(Rational::is_zero))),
        },
        Claim {
            id: "attracted-to-a-factorisation",
            as_stated: false,
            statement: "on $½ (u v - 1)^2$ a step of Newton's method multiplies $(u, v)$ by $frac(2 u v, 3 u v - 1)$, which is less than 1 in size where $u v < 1/5$: from there \
                        it converges to the saddle at the origin, with order 3",
            quantifier: "all u and v with u v different from 1/3 and 1, by identities; the code from six starts, three steps each, and from u v = 1/5, which returns after \
                         two steps, exactly",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(factorisation(2)),
        },
        Claim {
            id: "saddle-free",
            as_stated: false,
            statement: "saddle-free Newton maps $(x, y)$ to $(0, 2 y)$, to one part in a million",
            quantifier: "100 points around the saddle of ½(x² - γy²), γ = 1/2 and 3, in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, _| Ok(doubles(&mut SaddleFree { step_size: 1.0, damping: 0.0 }, 2.0)),
        },
        Claim {
            id: "from-the-saddle",
            as_stated: false,
            statement: "from the saddle itself a trust region of radius 1 reaches $-γ/2$ and cubic regularisation $-2 γ^3 / M^2$, to one part in a million",
            quantifier: "γ = 1/2, 1 and 3, M = 1 and 5, in doubles",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, _| Ok(from_the_saddle(1.0)),
        },
    ],
    controls: &[
        Control {
            id: "newton-escapes",
            differs: "claims of Newton's method what holds for the saddle-free one",
            broken: Broken::Statement(|_, _| {
                Ok(doubles(&mut Newton { line_search: Fixed(1.0), indefinite: Indefinite::Solve }, 2.0))
            }),
        },
        Control {
            id: "doubled-and-more",
            differs: "claims (0, 2y (1 + 2·10⁻⁶)) for saddle-free Newton",
            broken: Broken::Statement(|_, _| Ok(doubles(&mut SaddleFree { step_size: 1.0, damping: 0.0 }, 2.0 + 4e-6))),
        },
        Control {
            id: "shorter-steps",
            differs: "Newton's steps are shorter by a billionth",
            broken: Broken::Statement(|_, _| {
                Ok(newton(&rational(999_999_999, 1_000_000_000), |end, _| end.iter().all(Rational::is_zero)))
            }),
        },
        Control {
            id: "another-factor",
            differs: "claims the factor uv / (3uv - 1) on the factorisation",
            broken: Broken::Statement(|_, _| Ok(factorisation(1))),
        },
        Control {
            id: "lower-by-more",
            differs: "claims that the steps from the saddle lower f by 1 + 5·10⁻⁶ times as much",
            broken: Broken::Statement(|_, _| Ok(from_the_saddle(1.0 + 5e-6))),
        },
    ],
    plots: &[paths],
};

fn squares(x: &[Rational]) -> Rational {
    x.iter().fold(Rational::ZERO, |sum, x| sum + x * x)
}

fn saddle<R: Real>(curvature: &Rational) -> Quadratic<R> {
    Quadratic::of(&[Rational::ONE, -curvature])
}

/// A grid around the saddle, which no point of it meets, with two curvatures.
fn points() -> impl Iterator<Item = (Rational, [Rational; 2])> {
    let coordinate = |k: i64| rational(2 * k - 9, 4);
    let grid = (0..50).map(move |k| [coordinate(k % 10), coordinate(2 * (k / 10) + k % 2)]);
    [rational(1, 2), Rational::from(3)].into_iter().flat_map(move |curvature| grid.clone().map(move |x| (curvature.clone(), x)))
}

/// What is claimed of one step of the given length, its end and its start.
fn newton(length: &Rational, claimed: fn(&[Rational], &[Rational]) -> bool) -> Evidence {
    let mut exact = Exact::new();
    for (curvature, start) in points() {
        let mut method = Newton { line_search: Fixed(length.clone()), indefinite: Indefinite::Solve };
        let end = method.advance(&saddle(&curvature), &start);
        let holds = end.as_ref().is_ok_and(|end| claimed(end, &start));
        exact.holds("what is claimed of Newton's step", holds, || format!("γ = {curvature}: from {start:?} to {end:?}"));
    }
    exact.evidence()
}

/// The factor is said to be `numerator uv/(3uv - 1)`.
fn factorisation(numerator: i64) -> Evidence {
    let mut exact = Exact::new();
    let [u, v] = Polynomial::variables();
    let (product, one) = (&u * &v, u.int(1));
    let half = u.constant(&rational(1, 2)) * (&product - &one).squared();
    // Where x⁺ = q x the step is (q - 1) x, and H (x⁺ - x) = -∇f is, line by line and times 3uv - 1:
    let denominator = u.int(3) * &product - one.clone();
    let change = u.int(numerator) * &product - denominator.clone();
    for line in [0, 1] {
        let slope = half.derivative(line);
        let [along, across] = [0, 1].map(|j| slope.derivative(j));
        exact.identity("H (x⁺ - x) = -∇f", &change * (along * &u + across * &v), -(&denominator * slope));
    }
    // Of products below 1/5 both factors on the right are positive. The product keeps its sign, so that it stays below 1/5.
    let room = denominator.squared() - (u.int(2) * &product).squared();
    exact.identity("(3uv - 1)² - (2uv)² = (1 - uv)(1 - 5uv)", room, (&one - &product) * (&one - u.int(5) * &product));
    let border = vec![Rational::ONE, rational(1, 5)];
    let mut x = border.clone();
    for _ in 0..2 {
        let mut method = Newton { line_search: Fixed(Rational::ONE), indefinite: Indefinite::Solve };
        x = method.advance(&Product, &x).unwrap_or_default();
    }
    exact.holds("from uv = 1/5 it returns after two steps", x == border, || format!("{x:?}"));
    for (u, v) in [(1, 1), (1, -1), (-1, 4), (1, 2), (-3, 1), (2, 4)] {
        let mut x = vec![rational(u, 20), rational(v, 20)];
        let mut method = Newton { line_search: Fixed(Rational::ONE), indefinite: Indefinite::Solve };
        for step in 1..=3 {
            let product = &x[0] * &x[1];
            let factor = Rational::from(numerator) * &product / (Rational::from(3) * &product - Rational::ONE);
            let claimed: Vec<Rational> = x.iter().map(|x| x * &factor).collect();
            let next = method.advance(&Product, &x);
            exact.holds("x⁺ = 2uv/(3uv - 1) x", next.as_ref() == Ok(&claimed), || {
                format!("({u}/20, {v}/20), step {step}: {next:?}")
            });
            x = claimed;
        }
        let left = squares(&x);
        exact.holds("after three steps within 10⁻¹²", left < Rational::from(10).pow(-24), || readable(&left));
    }
    exact.evidence()
}

type Double = Quadratic<f64>;

/// `(x, y) → (0, factor y)`, relative to the start.
fn doubles(method: &mut dyn Iteration<f64, Double>, factor: f64) -> Evidence {
    let mut property = Property::new();
    for (curvature, start) in points() {
        let start = start.map(|x| f64::of(&x));
        let end = method.advance(&saddle(&curvature), &start).unwrap_or_else(|_: Status| vec![f64::NAN; 2]);
        let size = start[0].abs().max(start[1].abs());
        // A sum, since the larger one of a number and NaN would be the number.
        let deviation = end[0].abs() + (end[1] - factor * start[1]).abs();
        property.within("(x, y) → (0, 2y)", deviation, 1e-6 * size, || format!("γ = {curvature}: from {start:?} to {end:?}"));
    }
    property.evidence()
}

/// The decrease is said to be `factor` times that of the statement.
fn from_the_saddle(factor: f64) -> Evidence {
    let mut property = Property::new();
    let mut lowers = |name: &str, method: &mut dyn Iteration<f64, Double>, gamma: f64, claimed: f64| {
        let function = Quadratic { spectrum: vec![1.0, -gamma] };
        let value = method.advance(&function, &[0.0, 0.0]).map_or(f64::NAN, |x| function.value(&x));
        let found = || format!("{name}, γ = {gamma}: {value:e}");
        property.within("the value after one step", (value + factor * claimed).abs(), 1e-6 * claimed, found);
    };
    for gamma in [0.5, 1.0, 3.0] {
        lowers("trust region", &mut TrustRegion::new(ExactSubproblem), gamma, gamma / 2.0);
        for lipschitz in [1.0, 5.0] {
            let claimed = 2.0 * gamma * gamma * gamma / (lipschitz * lipschitz);
            lowers("cubic regularisation", &mut CubicRegularisation { lipschitz, estimate: Estimate::Known }, gamma, claimed);
        }
    }
    property.evidence()
}

fn paths(_: &Lab) -> Plot {
    let start = [2.0, 0.25];
    let function = Quadratic { spectrum: vec![1.0, -1.0] };
    let path = |method: &mut dyn Iteration<f64, Double>| {
        let mut points = vec![start];
        for _ in 0..4 {
            let last = points[points.len() - 1];
            if let Ok(next) = method.advance(&function, &last) {
                points.push([next[0], next[1]]);
            }
        }
        points
    };
    let theory = |points: &[[f64; 2]]| points.to_vec();
    let doubled = [start, [0.0, 0.5], [0.0, 1.0], [0.0, 2.0], [0.0, 4.0]];
    Plot {
        id: "paths".into(),
        title: "Newton and saddle-free Newton at the saddle of ½(x² - y²), step size 1 and ½".into(),
        x: "x".into(),
        y: "y".into(),
        series: vec![
            Series::theory("to the saddle", theory(&[start, [0.0, 0.0]])),
            Series::theory("(0, 2y)", theory(&doubled)),
            Series::measured("Newton", path(&mut Newton { line_search: Fixed(1.0), indefinite: Indefinite::Solve })),
            Series::measured("Newton, half steps", path(&mut Newton { line_search: Fixed(0.5), indefinite: Indefinite::Solve })),
            Series::measured("saddle-free Newton", path(&mut SaddleFree { step_size: 1.0, damping: 0.0 })),
        ],
        ..Plot::default()
    }
}
