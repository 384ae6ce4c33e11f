//! # A small step size never leaves a basin, and a large one is no remedy
//!
//! **Setting.** `x⁺ = x - η f'(x)` in one dimension: the double well `f = (x² - 1)²/4 + x/10` on `[-2, 2]`, where `f'' ≤ L = 11`, and ½x².
//!
//! **Statement.** (1) For `η ≤ 1/L` the map is increasing, so the basins on the two sides of the maximum `s` are never left, and the right
//! one holds a minimum that is not the global one. (2) With `η = 1/2` a start jumps into the deeper well, and another out of it, for good.
//! (3) Without a second well nothing gets stuck.
//!
//! **Why.** An increasing map with the fixed point s keeps each side of s; `1 - ηf''(x) = 11e + 3ηr` with `η = 1/11 - e`, `x² = 4 - r`.
//!
//! **How it could fail.** The critical points are isolated by interval Newton steps, the slope is compared as a polynomial; the code runs
//! exactly from grids of points, whose order and side it must keep, and in intervals that must be mapped into themselves.

use crate::certify::{throughout, zeros};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic, Univariate};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;
use std::cmp::Ordering;

pub static THEOREM: Theorem = Theorem {
    id: "too-small-lr-local-minimum",
    title: "A small step size never leaves a basin of a double well, and a large one is no remedy",
    topic: "gradient-descent",
    record: Some("too-small-lr-local-minimum"),
    statement: "On the double well $(x^2 - 1)^2/4 + x/10$ gradient descent with $η ≤ 1/L = 1/11$ stays on its side of the maximum: started \
                in $[-2, 2]$ on the right it ends in the shallower well. With $η = 1/2$ there are starts that jump into the deeper well \
                and starts that jump out of it. On a convex function nothing gets stuck.",
    hypotheses: &["one dimension, more than one well, $x_0 ∈ [-2, 2]$", "a constant step size, exact gradients"],
    sources: &[Source::Note("002", "50"), Source::Cited("moore2009", "interval Newton method")],
    claims: &[
        Claim {
            id: "stuck",
            as_stated: true,
            statement: "with a step size too small gradient descent gets stuck away from the global minimiser, on whatever function",
            quantifier: "½x², η = 1/11, from x = 2: 250 steps come within 10⁻⁸",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| stuck(subject, Some(&Quadratic { spectrum: vec![Rational::ONE] })),
        },
        Claim {
            id: "wells",
            as_stated: false,
            statement: "the double well has three critical points, and the right minimum is higher than the left one; \
                        $x - η f'(x)$ is increasing and maps each side of the maximum into itself",
            quantifier: "all of [-2, 2], all 0 ≤ η ≤ 1/11",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(wells(0)),
        },
        Claim {
            id: "basins",
            as_stated: false,
            statement: "the code keeps the order of points and the side of the maximum on which they lie, and does not leave $[-2, 2]$",
            quantifier: "131 points of [-2, 2] and η = 1/11, 1/12, 1/20 and 1/100, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| basins(subject, &rational(1, 11)),
        },
        Claim {
            id: "right-side",
            as_stated: false,
            statement: "from points on the right the code's values never fall to within 1/100 of the global minimum",
            quantifier: "eight starts, η = 1/11, six steps each, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| stuck(subject, None),
        },
        Claim {
            id: "jumps",
            as_stated: false,
            statement: "with $η = 1/2$ the code maps $2$ into $[-1.15, -0.95]$ and $-2$ into $[0.85, 1.05]$, and each of these intervals, \
                        around the deeper and around the shallower minimum, into itself",
            quantifier: "all points of the two intervals, the code in intervals",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, subject| jumps(subject, &rational(1, 2)),
        },
    ],
    controls: &[
        Control {
            id: "convex",
            differs: "claims that gradient descent gets stuck on x²",
            broken: Broken::Statement(|_, subject| stuck(subject, Some(&Quadratic { spectrum: vec![Rational::from(2)] }))),
        },
        Control {
            id: "increasing-a-billionth-beyond",
            differs: "claims that the map is increasing up to η = (1 + 10⁻⁹)/11",
            broken: Broken::Statement(|_, _| Ok(wells(1))),
        },
        Control {
            id: "order-beyond-one-over-l",
            differs: "claims that order is kept at η = 1/10",
            broken: Broken::Statement(|_, subject| basins(subject, &rational(1, 10))),
        },
        Control {
            id: "jumps-with-a-small-step",
            differs: "claims the jumps for η = 47/100",
            broken: Broken::Statement(|_, subject| jumps(subject, &rational(47, 100))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "basins", subject: &LONGER_STEP },
        },
    ],
    plots: &[changes],
};

fn tilt() -> Rational {
    rational(1, 10)
}

/// The critical points, from left to right: the deeper minimum, the maximum, the shallower minimum.
fn critical_points() -> Option<Vec<Interval>> {
    let well = Univariate::<Interval>::double_well(&tilt());
    let slope = |x: Interval| Interval::int(3) * x * x - Interval::point(1.0);
    zeros(&|x| well.derivative(&x), &slope, Interval { lo: -2.0, hi: 2.0 }, 30)
}

/// `error` billionths are added to the 1 of `η ≤ 1/11`.
fn wells(error: i64) -> Evidence {
    let mut exact = Exact::new();
    let points = critical_points();
    exact.decided("three critical points", points.as_ref().map(|points| points.len() == 3), || format!("{points:?}"));
    if let Some([deep, top, shallow]) = points.as_deref() {
        let well = Univariate::<Interval>::double_well(&tilt());
        let value = |x: &Interval| well.value(&[*x]);
        let found = || format!("at {deep:?}, {top:?} and {shallow:?}");
        exact.decided("the left minimum is deeper", (value(shallow) - value(deep)).above(0.0), found);
        exact.decided("the middle one is above both", (value(top) - value(shallow)).above(0.0), found);
    }
    // On [-2, 2]: x² = 4 - r; up to 1/11: η = 1/11 - e; with r ≥ 0, e ≥ 0, η ≥ 0 the slope of the map is not negative.
    let [r, e] = Polynomial::variables();
    let eta = r.constant(&(rational(1, 11) + rational(error, 11_000_000_000))) - &e;
    let curvature = r.int(3) * (r.int(4) - &r) - r.int(1);
    let slope = r.int(1) - &eta * &curvature;
    exact.identity("1 - ηf'' = 11e + 3ηr", slope, r.int(11) * &e + r.int(3) * &eta * &r);
    // The ends are not left either: f' points outward there, and an increasing map keeps what lies between.
    let well = Univariate::<Rational>::double_well(&tilt());
    let [left, right] = [-2, 2].map(|x| well.derivative(&Rational::from(x)));
    exact.holds("f'(-2) < 0 < f'(2)", left < Rational::ZERO && right > Rational::ZERO, || format!("{left} and {right}"));
    exact.evidence()
}

fn stepped(subject: &dyn Subject, eta: &Rational, problem: &dyn Problem<Rational>, x: &Rational) -> Result<Rational, NotOffered> {
    let mut x = vec![x.clone()];
    advance(&mut *subject.exact(&Method::gradient_descent(eta.clone()))?, &mut x, |x| problem.gradient(x));
    Ok(x.remove(0))
}

/// Which side of the maximum a rational point lies on.
fn side(x: &Rational, top: &Interval) -> Option<Ordering> {
    Interval::of(x).partial_cmp(top)
}

fn basins(subject: &dyn Subject, largest: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let Some([_, top, _]) = critical_points().and_then(|points| <[Interval; 3]>::try_from(points).ok()) else {
        return Ok(Evidence::Invalid { reason: "the critical points are not isolated".into() });
    };
    // The slope of the map vanishes at the ends for η = 1/L: there the grid is finest.
    let near = Rational::from(2) - rational(1, 1 << 31);
    let mut grid: Vec<Rational> = (-64..=64).map(|k| rational(k, 32)).collect();
    grid.insert(1, -near.clone());
    grid.insert(grid.len() - 1, near);
    for eta in [largest.clone(), rational(1, 12), rational(1, 20), rational(1, 100)] {
        let well = Univariate::double_well(&tilt());
        let next = grid.iter().map(|x| stepped(subject, &eta, &well, x)).collect::<Result<Vec<_>, _>>()?;
        for (pair, points) in next.windows(2).zip(grid.windows(2)) {
            exact.holds("order is kept", pair[0] < pair[1], || format!("η = {eta}, from {} and {}", points[0], points[1]));
        }
        for (x, next) in grid.iter().zip(&next) {
            let found = || format!("η = {eta}: {x} to {next}");
            let [before, after] = [x, next].map(|x| side(x, &top));
            exact.decided("the side of the maximum is kept", before.zip(after).map(|(before, after)| before == after), found);
            exact.holds("[-2, 2] is not left", next.clone().magnitude() <= Rational::from(2), found);
        }
    }
    Ok(exact.evidence())
}

/// Whether runs stay above the global minimum: on the given function, or on the right side of the double well.
fn stuck(subject: &dyn Subject, convex: Option<&Quadratic<Rational>>) -> Result<Evidence, NotOffered> {
    let eta = rational(1, 11);
    let mut exact = Exact::new();
    if let Some(quadratic) = convex {
        let mut x = Rational::from(2);
        for _ in 0..250 {
            x = stepped(subject, &eta, quadratic, &x)?;
        }
        let away = x.clone().magnitude() > rational(1, 100_000_000);
        exact.holds("stays away from the global minimiser", away, || {
            format!("from 2, η = 1/11: |x| = {:e} after 250 steps", to_f64(&x))
        });
        return Ok(exact.evidence());
    }
    // Cubes of cubes: six steps have 3⁶ times the digits of the start.
    let well = Univariate::double_well(&tilt());
    let deepest = well.value(&[rational(-10_467, 10_000)]); // at or above the global minimum
    for start in (1..=8).map(|k| rational(k, 4)) {
        let mut x = start.clone();
        for _ in 0..6 {
            x = stepped(subject, &eta, &well, &x)?;
            let above = well.value(std::slice::from_ref(&x)) > &deepest + rational(1, 100);
            exact.holds("values stay above the global minimum", above, || format!("from {start}: {:e}", to_f64(&x)));
        }
    }
    Ok(exact.evidence())
}

fn jumps(subject: &dyn Subject, eta: &Rational) -> Result<Evidence, NotOffered> {
    subject.enclosure(&Method::gradient_descent(eta.clone()))?;
    let well = Univariate::double_well(&tilt());
    let step = |x: Interval| {
        let Ok(mut optimizer) = subject.enclosure(&Method::gradient_descent(eta.clone())) else { return Interval::WHOLE };
        let mut x = vec![x];
        advance(&mut *optimizer, &mut x, |x| well.gradient(x));
        x[0]
    };
    let into = |target: Interval| {
        move |x: Interval| -> Option<bool> {
            if target.lo < x.lo && x.hi < target.hi {
                Some(true)
            } else {
                (x.hi < target.lo || target.hi < x.lo).then_some(false)
            }
        }
    };
    let mut exact = Exact::new();
    for (start, target) in [(2.0, Interval { lo: -1.15, hi: -0.95 }), (-2.0, Interval { lo: 0.85, hi: 1.05 })] {
        let inside = into(target);
        let jump = step(Interval::point(start));
        exact.decided("jumps into the other well", inside(jump), || format!("from {start} to {jump:?}"));
        let trapped = throughout(&|x| inside(step(x)), target, 10);
        exact.decided("and stays there", trapped, || format!("{target:?}"));
    }
    Ok(exact.evidence())
}

/// How many of 400 starts in `[-2, 2]` end on the other side of the maximum.
fn changes(_: &Lab) -> Plot {
    let starts: Vec<f64> = (0..400).map(|k| -2.0 + (f64::from(k) + 0.5) / 100.0).collect();
    let top = critical_points().and_then(|points| points.get(1).map(|top| top.lo)).unwrap_or(f64::NAN);
    let well = Univariate::<f64>::double_well(&tilt());
    let changed = |eta: Rational| {
        let mut optimizer = Reference.double(&Method::gradient_descent(eta.clone())).ok()?;
        let mut x = starts.clone();
        for _ in 0..100 {
            advance(&mut *optimizer, &mut x, |x| well.gradient(x));
        }
        let count = x.iter().zip(&starts).filter(|(x, start)| (**x > top) != (**start > top)).count();
        Some([to_f64(&eta), count as f64 / 400.0])
    };
    Plot {
        id: "basin-changes".into(),
        title: "Starts in [-2, 2] that end in the other well: none up to η = 1/L".into(),
        x: "step size η".into(),
        y: "share of starts".into(),
        series: vec![
            Series::theory("none up to 1/L = 1/11", [[0.0, 0.0], [1.0 / 11.0, 0.0]]),
            Series::measured("the code after 100 steps", (1..=50).map(|k| rational(k, 100)).filter_map(changed)),
        ],
        ..Plot::default()
    }
}
