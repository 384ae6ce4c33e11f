//! # What convex means: chords, tangents, monotone gradients, curvature
//!
//! **Setting.** `f` on `R^d`; for the equivalences once continuously differentiable, for the last one twice.
//!
//! **Statement.** `f(λx + (1 - λ)y) ≤ λf(x) + (1 - λ)f(y)` for all `x, y` and `λ ∈ [0, 1]` if and only if `f(y) ≥ f(x) + ⟨∇f(x), y - x⟩`
//! for all `x, y`, if and only if `⟨∇f(y) - ∇f(x), y - x⟩ ≥ 0`, if and only if `∇²f ⪰ 0`.
//!
//! **Why.** Two tangents at `z`, weighted, are a chord; a chord's slope at `λ → 0` is a tangent; two tangents added are monotony; and monotony
//! along the segment, integrated, is a tangent.
//!
//! **How it could fail.** The three steps are compared as polynomials. Drawn functions are tested on every piece, where one test finds a
//! violation exactly if the others do and the curvature is negative. Double well, product and sine must be found out.

use crate::evidence::{Evidence, Exact};
use crate::lab::{Draws, Lab};
use crate::number::{Analytic, Interval, Polynomial, Rational, Real, rational};
use crate::problems::{LogCosh, Piecewise, Problem, Product, Univariate};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "convex-definition",
    title: "Convex functions lie below their chords, above their tangents, and have monotone gradients",
    topic: "foundations",
    record: Some("convex-definition"),
    statement: "$f$ is convex if $f(λ x + (1 - λ) y) ≤ λ f(x) + (1 - λ) f(y)$ for all $x$, $y$ and $λ ∈ [0, 1]$. For differentiable $f$ this is \
                $f(y) ≥ f(x) + ⟨∇f(x), y - x⟩$, and $⟨∇f(y) - ∇f(x), y - x⟩ ≥ 0$, and for twice differentiable $f$ that its curvature is nowhere negative.",
    hypotheses: &[
        "$f$ is defined on a convex set",
        "continuously differentiable for tangents and gradients, twice for the curvature",
    ],
    sources: &[Source::Note("000", "55-56"), Source::Cited("boyd2004", "section 3.1")],
    claims: &[
        Claim {
            id: "chords",
            as_stated: true,
            statement: "functions with slopes that never fall satisfy $f(λ x + (1 - λ) y) ≤ λ f(x) + (1 - λ) f(y)$",
            quantifier: "1000 drawn functions with piecewise linear derivative and curvature in [0, L], summed over two coordinates, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(drawn(lab, false)),
        },
        Claim {
            id: "log-cosh",
            as_stated: true,
            statement: "$ln cosh$ lies below its chords",
            quantifier: "60 drawn chords in two dimensions, in intervals",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(enclosed(lab, Interval::one())),
        },
        Claim {
            id: "equivalences",
            as_stated: false,
            statement: "weighted tangents are a chord, two tangents are monotony, and monotony at each point of the segment is that of the \
                        difference quotient whose integral is the tangent",
            quantifier: "every differentiable f, all points and λ: identities in values and gradients",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(equivalences(0)),
        },
        Claim {
            id: "tests-agree",
            as_stated: false,
            statement: "chord, tangent and monotony are violated between the ends of a piece exactly if its curvature is negative",
            quantifier: "all pieces of 500 drawn functions with piecewise linear derivative, a third of the pieces concave, in both directions",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(agreement(lab, true)),
        },
    ],
    controls: &[
        Control {
            id: "double-well",
            differs: "claims that (x² - 1)²/4 is convex",
            broken: Broken::Statement(|lab, _| {
                let well = &Univariate::<Rational>::double_well(&Rational::ZERO);
                Ok(chords(lab, |_| move |x: &[Rational]| well.value(x), 1, false))
            }),
        },
        Control {
            id: "product",
            differs: "claims that (uv - 1)²/2 is convex",
            broken: Broken::Statement(|lab, _| Ok(chords(lab, |_| |x: &[Rational]| Product.value(x), 2, false))),
        },
        Control {
            id: "sine",
            differs: "claims that the sine is convex between 0 and π",
            broken: Broken::Statement(|_, _| {
                let mut exact = Exact::new();
                // sin π(x + ½) = cos πx, which is rational at these points.
                let sine = |x: &[Rational]| (x[0].clone() - rational(1, 2)).cos_pi().unwrap_or(Rational::ZERO);
                chord(&mut exact, &sine, [&[Rational::ZERO], &[Rational::ONE]], &rational(1, 2), false);
                Ok(exact.evidence())
            }),
        },
        Control {
            id: "slightly-concave",
            differs: "claims that -10⁻⁹ x² is convex",
            broken: Broken::Statement(|lab, _| {
                let slightly = &Piecewise::<Rational>::parabola(&rational(-2, 1_000_000_000));
                Ok(chords(lab, |_| move |x: &[Rational]| slightly.value(x), 1, false))
            }),
        },
        Control {
            id: "strictly-below",
            differs: "claims that convex functions lie strictly below their chords, also where they are straight",
            broken: Broken::Statement(|lab, _| Ok(drawn(lab, true))),
        },
        Control {
            id: "log-cosh-turned-over",
            differs: "claims the chords for -ln cosh",
            broken: Broken::Statement(|lab, _| Ok(enclosed(lab, -Interval::one()))),
        },
        Control {
            id: "unbalanced",
            differs: "the weight of one tangent is larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(equivalences(1))),
        },
        Control {
            id: "forgets-the-direction",
            differs: "claims ∇f(y) ≥ ∇f(x) for monotony, whichever of the two points is larger",
            broken: Broken::Statement(|lab, _| Ok(agreement(lab, false))),
        },
    ],
    plots: &[],
};

/// Whether `f` at `λx + (1 - λ)y` is at most, or less than, what the chord is.
fn chord(exact: &mut Exact, f: &dyn Fn(&[Rational]) -> Rational, [x, y]: [&[Rational]; 2], share: &Rational, strictly: bool) {
    let rest = Rational::ONE - share;
    let between: Vec<Rational> = x.iter().zip(y).map(|(x, y)| share * x + &rest * y).collect();
    let (below, line) = (f(&between), share * f(x) + &rest * f(y));
    let holds = if strictly { below < line } else { below <= line };
    exact.holds("f(λx + (1 - λ)y) ≤ λf(x) + (1 - λ)f(y)", holds, || {
        format!("x = {x:?}, y = {y:?}, λ = {share}: {below} against {line}")
    });
}

/// One drawn chord of each of 1000 functions.
fn chords<F: Fn(&[Rational]) -> Rational>(lab: &Lab, f: impl Fn(&mut Draws) -> F, dimension: usize, strictly: bool) -> Evidence {
    let stream = lab.stream("chords");
    let mut exact = Exact::new();
    for case in 0..lab.cases(1000) {
        let draws = &mut stream.trial(case);
        let f = f(draws);
        let mut point = || (0..dimension).map(|_| draws.fraction(-192..193, 16)).collect::<Vec<Rational>>();
        let (x, y) = (point(), point());
        chord(&mut exact, &f, [&x, &y], &draws.fraction(0..17, 16), strictly);
    }
    exact.evidence()
}

fn drawn(lab: &Lab, strictly: bool) -> Evidence {
    let function = |draws: &mut Draws| {
        let smoothness = draws.fraction(1..64, 16);
        let function = Piecewise::draw(draws, &Rational::ZERO, &smoothness);
        move |x: &[Rational]| function.value(x)
    };
    chords(lab, function, 2, strictly)
}

/// Chords of `sign · ln cosh` whose ends are at least a half apart in the first coordinate: there the gap is some 10⁻⁵ at least, far more
/// than the enclosures' widths.
fn enclosed(lab: &Lab, sign: Interval) -> Evidence {
    let stream = lab.stream("enclosed");
    let mut exact = Exact::new();
    let value = |x: &[Rational]| sign * LogCosh.value(&x.iter().map(Interval::of).collect::<Vec<_>>());
    for case in 0..lab.cases(60) {
        let draws = &mut stream.trial(case);
        let x = [draws.fraction(-64..0, 16), draws.fraction(-64..65, 16)];
        let y = [&x[0] + draws.fraction(8..64, 16), draws.fraction(-64..65, 16)];
        let share = draws.fraction(2..15, 16);
        let rest = Rational::ONE - &share;
        let between = [0, 1].map(|place| &share * &x[place] + &rest * &y[place]);
        let line = Interval::of(&share) * value(&x) + Interval::of(&rest) * value(&y);
        let above = (line - value(&between)).above(0.0);
        exact.decided("ln cosh is below its chord", above, || format!("x = {x:?}, y = {y:?}, λ = {share}"));
    }
    exact.evidence()
}

/// Values and gradients stand for themselves; a product of a gradient and a difference of points for the inner product.
fn equivalences(error: i64) -> Evidence {
    let [x, y, t, fx, fy, fz, g, h] = Polynomial::variables();
    let one = t.int(1);
    let mut exact = Exact::new();
    let z = &t * &x + (&one - &t) * &y;
    let weight = &t + &t.constant(&rational(error, 1_000_000_000));
    let tangents = weight * (&fx - &fz - &g * &(&x - &z)) + (&one - &t) * (&fy - &fz - &g * &(&y - &z));
    exact.identity("tangents at z, weighted: the chord", tangents, &t * &fx + (&one - &t) * &fy - &fz);
    // The gradients at x and at y are g and h.
    let both = (&fy - &fx - &g * &(&y - &x)) + (&fx - &fy - &h * &(&x - &y));
    exact.identity("tangents at x and y: monotony", both, (&h - &g) * (&y - &x));
    // Divided by t, as t goes to 0, the right side becomes f(y) - f(x) less the derivative along y - x.
    exact.identity("chord: difference quotient", (&one - &t) * &fx + &t * &fy - &fz, &t * &(&fy - &fx) - (&fz - &fx));
    // The gradient at z = x + t (y - x) is h: what is integrated over t in the tangent at x, times t.
    let z = &x + &t * &(&y - &x);
    exact.identity("monotony along the segment", &t * &((&h - &g) * (&y - &x)), (&h - &g) * (&z - &x));
    exact.evidence()
}

/// `directed` tests monotony as it is, in the direction of `y - x`.
fn agreement(lab: &Lab, directed: bool) -> Evidence {
    let stream = lab.stream("agreement");
    let mut exact = Exact::new();
    for case in 0..lab.cases(500) {
        let draws = &mut stream.trial(case);
        let mut ends = vec![draws.fraction(-160..-80, 16)];
        for _ in 0..5 {
            let next = &ends[ends.len() - 1] + draws.fraction(1..64, 16);
            ends.push(next);
        }
        let slopes: Vec<Rational> = (0..7).map(|_| draws.fraction(-8..17, 16)).collect();
        let function = Piecewise::<Rational>::new(&ends, &slopes);
        let value = |x: &Rational| function.value(std::slice::from_ref(x));
        for (pair, slope) in ends.windows(2).zip(&slopes[1..]) {
            let convex = *slope >= Rational::ZERO;
            for (x, y) in [(&pair[0], &pair[1]), (&pair[1], &pair[0])] {
                let found = || format!("case {case}: x = {x}, y = {y}, curvature {slope}");
                let middle = (x + y) / Rational::from(2);
                let below = Rational::from(2) * value(&middle) <= value(x) + value(y);
                exact.holds("the chord's test", below == convex, found);
                let above = value(y) >= value(x) + function.derivative(x) * (y - x);
                exact.holds("the tangent's test", above == convex, found);
                let rise = function.derivative(y) - function.derivative(x);
                let monotone = if directed { rise * (y - x) } else { rise } >= Rational::ZERO;
                exact.holds("the gradients' test", monotone == convex, found);
            }
        }
    }
    exact.evidence()
}
