//! # Every local minimum of a convex function is global
//!
//! **Setting.** `f` convex on a convex set, smooth or not.
//!
//! **Statement.** If `f(x) ≤ f(z)` for all `z` near `x`, then `f(x) ≤ f(y)` for all `y`. If `f` is differentiable, `∇f(x) = 0` is enough.
//!
//! **Why.** If `f(y) < f(x)`, the chord from `x` to `y` falls from its start: `f` is smaller arbitrarily near `x`.
//!
//! **How it could fail.** The chord is compared as a polynomial. On maxima of drawn straight lines and the grid of all their crossings each point that is
//! no higher than its neighbours must have the least value, which linear programming's dual gives independently.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, Real, rational};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Univariate};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "convex-local-is-global",
    title: "Every local minimum of a convex function is global",
    topic: "foundations",
    record: Some("convex-local-is-global"),
    statement: "If $f$ is convex and $f(x) ≤ f(z)$ for all $z$ near $x$, then $f(x) ≤ f(y)$ for all $y$; no smoothness is needed. If $f$ is \
                differentiable, $∇f(x) = 0$ is enough.",
    hypotheses: &["$f$ is convex on a convex set"],
    sources: &[
        Source::Note("000", "59"),
        Source::Cited("rockafellar1970", "section 27"),
        Source::Cited("boyd2004", "section 4.2.2"),
    ],
    claims: &[
        Claim {
            id: "chord",
            as_stated: true,
            statement: "if $f(y) < f(x)$, then $f(x + λ (y - x)) ≤ f(x) - λ (f(x) - f(y)) < f(x)$ for all $λ ∈ (0, 1]$",
            quantifier: "every convex f, all x and y",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(falls(0)),
        },
        Claim {
            id: "grid",
            as_stated: false,
            statement: "on the grid of all its corners, each point that is no higher than its neighbours has the least value",
            quantifier: "1000 drawn maxima of straight lines, a quarter of them with a flat bottom, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(corners(lab, true)),
        },
        Claim {
            id: "stationary",
            as_stated: false,
            statement: "where the derivative vanishes the value is the least one",
            quantifier: "all corners of 500 drawn convex functions with piecewise linear derivative, flat bottoms among them, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(stationary(lab, 0)),
        },
    ],
    controls: &[
        Control {
            id: "uneven-double-well",
            differs: "claims the same of (x² - 1)²/4 + x/10, whose right well is higher",
            broken: Broken::Statement(|_, _| Ok(well(&rational(1, 10)))),
        },
        Control {
            id: "nearly-even-double-well",
            differs: "claims the same of (x² - 1)²/4 + x/10⁹",
            broken: Broken::Statement(|_, _| Ok(well(&rational(1, 1_000_000_000)))),
        },
        Control {
            id: "minimum-of-lines",
            differs: "claims the same of minima of straight lines, which are concave, on the segment of the grid, a convex set",
            broken: Broken::Statement(|lab, _| Ok(corners(lab, false))),
        },
        Control {
            id: "axis-neighbours",
            differs: "claims it in the plane for neighbours along the axes alone: 10 |x - y| + |x + y| at (1, 1)",
            broken: Broken::Statement(|_, _| {
                let value = |x: i64, y: i64| Rational::from(10 * (x - y).abs() + (x + y).abs());
                let mut exact = Exact::new();
                for (x, y) in (-4..=4).flat_map(|x| (-4..=4).map(move |y| (x, y))) {
                    let around = [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)].map(|(x, y)| value(x, y));
                    local_is_global(&mut exact, &value(x, y), &around, &Rational::ZERO, &|| format!("({x}, {y})"));
                }
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "steeper-chord",
            differs: "claims a fall of λ (1 + 10⁻⁹) (f(x) - f(y))",
            broken: Broken::Statement(|_, _| Ok(falls(1))),
        },
        Control {
            id: "a-little-concave",
            differs: "claims that stationary points are minima where a piece may have the curvature -10⁻⁹",
            broken: Broken::Statement(|lab, _| Ok(stationary(lab, 1))),
        },
    ],
    plots: &[wells],
};

/// `error` billionths are added to the share of the fall.
fn falls(error: i64) -> Evidence {
    let [share, here, there] = Polynomial::variables();
    let more = share.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    let mut exact = Exact::new();
    let line = (share.int(1) - &share) * &here + &share * &there;
    exact.identity("(1 - λ)f(x) + λf(y) = f(x) - λ(f(x) - f(y))", line, &here - more * &share * (&here - &there));
    exact.evidence()
}

/// Whether a value that no neighbour's is below is the least one.
fn local_is_global(exact: &mut Exact, value: &Rational, around: &[Rational], least: &Rational, at: &dyn Fn() -> String) {
    if around.iter().all(|neighbour| value <= neighbour) {
        exact.holds("a local minimum has the least value", value == least, || format!("{}: {value} against {least}", at()));
    }
}

/// A local minimum on an increasing grid.
fn on_grid(exact: &mut Exact, grid: &[Rational], value: impl Fn(&Rational) -> Rational, least: &Rational) {
    let values: Vec<Rational> = grid.iter().map(value).collect();
    for (place, x) in grid.iter().enumerate() {
        let around = [place.wrapping_sub(1), place + 1].into_iter().filter_map(|other| values.get(other).cloned());
        local_is_global(exact, &values[place], &around.collect::<Vec<_>>(), least, &|| format!("x = {x}"));
    }
}

/// Maxima of seven lines, or minima.
fn corners(lab: &Lab, maximum: bool) -> Evidence {
    let stream = lab.stream("lines");
    let mut exact = Exact::new();
    for case in 0..lab.cases(1000) {
        let draws = &mut stream.trial(case);
        // Slopes of both signs, so that there is a minimum; a flat line high enough to be the bottom, now and then.
        let mut lines = vec![[draws.fraction(-64..0, 16), draws.fraction(-64..64, 16)]];
        lines.push([draws.fraction(1..64, 16), draws.fraction(-64..64, 16)]);
        for _ in 0..4 {
            lines.push([draws.fraction(-64..64, 16), draws.fraction(-64..64, 16)]);
        }
        if case % 4 == 0 {
            lines.push([Rational::ZERO, draws.fraction(64..96, 16)]);
        }
        let value = |x: &Rational| {
            let values = lines.iter().map(|[slope, offset]| slope * x + offset);
            values.reduce(if maximum { Rational::larger } else { Rational::smaller }).unwrap_or(Rational::ZERO)
        };
        let mut grid: Vec<Rational> = (-12..=12).map(Rational::from).collect();
        // The least maximum is the largest of the values at which a falling and a rising line cross: duality in one dimension.
        let mut least: Option<Rational> = None;
        for ([a, p], [b, q]) in lines.iter().flat_map(|left| lines.iter().map(move |right| (left, right))) {
            if a < b {
                let at = (p - q) / (b - a);
                if *a <= Rational::ZERO && *b >= Rational::ZERO {
                    let crossing = a * &at + p;
                    least = Some(least.map_or(crossing.clone(), |least| least.larger(crossing)));
                }
                grid.push(at);
            }
        }
        grid.sort();
        grid.dedup();
        // Minima of lines are unbounded below: theirs is the least value on the segment, at one of its ends.
        let least = if maximum { least } else { grid.iter().map(value).reduce(Rational::smaller) };
        on_grid(&mut exact, &grid, value, &least.expect("a falling and a rising line"));
    }
    exact.evidence()
}

/// Functions with their minimum 0 at the origin, flat there in half the cases; `error` billionths are the concavity of a piece that starts flat.
fn stationary(lab: &Lab, error: i64) -> Evidence {
    let stream = lab.stream("stationary");
    let mut exact = Exact::new();
    for case in 0..lab.cases(500) {
        let draws = &mut stream.trial(case);
        let mut ends = vec![draws.fraction(-160..-80, 16)];
        for _ in 0..3 {
            let next = &ends[ends.len() - 1] + draws.fraction(1..48, 16);
            ends.push(next);
        }
        // A piece around the origin that may be flat, between pieces that are not.
        let (left, right) = (draws.fraction(-32..0, 16), draws.fraction(1..33, 16));
        ends.retain(|end| *end < left);
        let mut slopes: Vec<Rational> = ends.iter().map(|_| draws.fraction(0..17, 16)).collect();
        let bottom = if case % 2 == 0 { -rational(error, 1_000_000_000) } else { draws.fraction(1..17, 16) };
        slopes.extend([draws.fraction(1..17, 16), bottom, draws.fraction(1..17, 16)]);
        ends.extend([left, right]);
        let function = Piecewise::<Rational>::new(&ends, &slopes);
        let mut points = ends;
        points.push(Rational::ZERO);
        for x in points.iter().filter(|x| function.derivative(x).is_zero()) {
            let (value, least) = (function.value(std::slice::from_ref(x)), function.infimum());
            exact.holds("stationary points are minima", value == least, || {
                format!("case {case}: x = {x}: {value} against {least}")
            });
        }
    }
    exact.evidence()
}

/// Two wells on a grid of hundredths.
fn well(tilt: &Rational) -> Evidence {
    let function = Univariate::<Rational>::double_well(tilt);
    let value = |x: &Rational| function.value(std::slice::from_ref(x));
    let grid: Vec<Rational> = (-200..=200).map(|k| rational(k, 100)).collect();
    let least = grid.iter().map(value).reduce(Rational::smaller).unwrap_or(Rational::ZERO);
    let mut exact = Exact::new();
    on_grid(&mut exact, &grid, value, &least);
    exact.evidence()
}

fn wells(_: &Lab) -> Plot {
    let grid = || (-80..=80).map(|k| f64::from(k) / 40.0);
    let well = Univariate::<f64>::double_well(&rational(1, 10));
    let bottom = Piecewise::<f64>::new(&[-rational(1, 2), rational(1, 2)], &[Rational::ONE, Rational::ZERO, Rational::ONE]);
    let minima = |value: &dyn Fn(f64) -> f64| {
        let local = |x: &f64| value(*x) <= value(x - 0.025) && value(*x) <= value(x + 0.025);
        grid().filter(local).map(|x| [x, value(x)]).collect::<Vec<_>>()
    };
    let of_well = |x: f64| well.value(&[x]);
    let of_bottom = |x: f64| bottom.value(&[x]);
    Plot {
        id: "wells".into(),
        title: "Local minima on a grid: a convex function with a flat bottom, and an uneven double well".into(),
        x: "x".into(),
        y: "f(x)".into(),
        series: vec![
            Series::theory("convex", grid().map(|x| [x, of_bottom(x)])),
            Series::theory("double well", grid().map(|x| [x, of_well(x)])),
            Series::measured("local minima of the convex one", minima(&of_bottom)),
            Series::measured("local minima of the double well", minima(&of_well)),
        ],
        ..Plot::default()
    }
}
