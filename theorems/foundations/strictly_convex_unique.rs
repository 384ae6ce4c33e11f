//! # A strictly convex function has at most one minimiser
//!
//! **Setting.** `f` strictly convex: `f(λx + (1 - λ)y) < λf(x) + (1 - λ)f(y)` for `x ≠ y` and `0 < λ < 1`.
//!
//! **Statement.** (1) There are not two minimisers. (2) There may be none: `e^-x` is strictly convex. (3) There is exactly one if `f` is
//! `μ`-strongly convex, and it lies within `2 ‖∇f(0)‖/μ` of the origin.
//!
//! **Why.** (1) Half-way between two minimisers `f` would be smaller. (2) `e^-(x+1) = e^-1 e^-x`. (3) Outside that ball `f > f(0)`: a
//! continuous function has its minimum in the ball.
//!
//! **How it could fail.** Midpoints of drawn functions are compared exactly; `e^-x` is enclosed; the growth is compared as a polynomial.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Elementary, Function, Interval, Polynomial, Rational, Real, rational, square};
use crate::problems::{Piecewise, Problem};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;
use std::cmp::Ordering;

pub static THEOREM: Theorem = Theorem {
    id: "strictly-convex-unique",
    title: "A strictly convex function has at most one minimiser, a strongly convex one exactly one",
    topic: "foundations",
    record: Some("strictly-convex-unique"),
    statement: "A strictly convex $f$ has at most one minimiser, and may have none: $e^(-x)$. A $μ$-strongly convex one has exactly one, within \
                $frac(2 ‖∇f(0)‖, μ)$ of the origin.",
    hypotheses: &[
        "for at most one: $f$ is strictly convex",
        "for exactly one: $f$ is $μ$-strongly convex and differentiable, $μ > 0$",
    ],
    sources: &[
        Source::Note("000", "61"),
        Source::Cited("boyd2004", "section 4.2.1"),
        Source::Cited("nesterov2004", "section 2.1.3"),
    ],
    claims: &[
        Claim {
            id: "exists",
            as_stated: true,
            statement: "a strictly convex function has a solution: some $x$ has $f(x) ≤ f(x + 1)$",
            quantifier: "refuted by e^-x at all real x",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(exists(Polynomial::clone)),
        },
        Claim {
            id: "none",
            as_stated: false,
            statement: "$e^(-x)$ is strictly convex and has no minimiser: $e^(-(x + 1)) = e^(-1) e^(-x) < e^(-x)$, and its midpoints lie below its chords",
            quantifier: "all real x; midpoints of any two points",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(none(&Rational::NEG_ONE)),
        },
        Claim {
            id: "at-most-one",
            as_stated: true,
            statement: "if $f(x) = f(y)$ with $x ≠ y$, then $f$ is smaller half-way: no two points are minimisers",
            quantifier: "the argument: every strictly convex f; 1000 drawn even, μ-strongly convex functions and pairs x, -x, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(midpoints(lab, &rational(1, 16))),
        },
        Claim {
            id: "exactly-one",
            as_stated: false,
            statement: "$f(0) + ⟨∇f(0), x⟩ + frac(μ, 2) ‖x‖^2 > f(0)$ beyond $‖x‖ = frac(2 ‖∇f(0)‖, μ)$, and the minimiser lies within",
            quantifier: "every μ-strongly convex f; 1000 drawn functions whose minimiser is known, exactly",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |lab, _| Ok(within(lab, &Rational::from(2))),
        },
    ],
    controls: &[
        Control {
            id: "exponent-of-the-other-sign",
            differs: "claims that e^(10⁻⁹) is below 1, so that e^(x/10⁹) falls",
            broken: Broken::Statement(|_, _| Ok(none(&rational(1, 1_000_000_000)))),
        },
        Control {
            id: "softplus-has-a-minimiser",
            differs: "claims that ln(1 + e^-x) has a minimiser",
            broken: Broken::Statement(|_, _| {
                // Its exponential is 1 + e^-x, and falls where it falls.
                Ok(exists(|power| power.int(1) + power))
            }),
        },
        Control {
            id: "convex-is-unique",
            differs: "claims at most one minimiser for functions that are convex, with flat pieces",
            broken: Broken::Statement(|lab, _| Ok(midpoints(lab, &Rational::ZERO))),
        },
        Control {
            id: "ball-half-as-large",
            differs: "claims that f > f(0) beyond ‖∇f(0)‖/μ, where the minimiser of ½μ‖x - x*‖² lies",
            broken: Broken::Statement(|lab, _| Ok(within(lab, &Rational::ONE))),
        },
        Control {
            id: "ball-a-billionth-smaller",
            differs: "claims that f > f(0) beyond (2 - 10⁻⁹) ‖∇f(0)‖/μ",
            broken: Broken::Statement(|lab, _| Ok(within(lab, &(Rational::from(2) - rational(1, 1_000_000_000))))),
        },
    ],
    plots: &[],
};

/// Whether some `x` is no higher than `x + 1`, for a function that increases with `of(e^-x)`.
fn exists(of: fn(&Polynomial) -> Polynomial) -> Evidence {
    let ratio = Interval::of(&Rational::NEG_ONE).apply(Function::Exponential);
    // e^-x > 0, and what the ratio e^-1 of its next value lacks of 1, d > 0.
    let [power, d] = Polynomial::variables();
    let fall = of(&power) - of(&(&power * (power.int(1) - &d)));
    let falls = fall.terms() > 0 && fall.is_positive_termwise();
    let less = ratio.partial_cmp(&Interval::one()).map(|order| order == Ordering::Less);
    let mut exact = Exact::new();
    exact.decided("f(x) ≤ f(x + 1) for some x", less.map(|less| !(less && falls)), || {
        format!("e^-(x + 1) is e^-x times a number in {ratio:?}: the value falls from every x to x + 1")
    });
    exact.evidence()
}

/// The ratio of `e^-x` at `x + 1` and at `x` is `e^exponent`.
fn none(exponent: &Rational) -> Evidence {
    let mut exact = Exact::new();
    let ratio = Interval::of(exponent).apply(Function::Exponential);
    exact.decided("e^-1 < 1", ratio.above(1.0).map(|above| !above && ratio.hi < 1.0), || format!("the ratio is in {ratio:?}"));
    // f(x) - f(x + 1) for the value f > 0 at x and what the ratio r lacks of 1, d > 0.
    let [f, d] = Polynomial::variables();
    exact.identity("f(x) - f(x + 1) = (1 - e^-1) f(x)", &f - &f * (f.int(1) - &d), &d * &f);
    // e^-x = a² and e^-y = b², so that half-way it is ab.
    let [a, b] = Polynomial::variables();
    exact.identity("a² + b² - 2ab = (a - b)²", a.squared() + b.squared() - a.int(2) * &a * &b, (&a - &b).squared());
    exact.evidence()
}

/// Two points of one value, on both sides of the minimiser, and what lies half-way; the curvature is at least μ.
fn midpoints(lab: &Lab, mu: &Rational) -> Evidence {
    let stream = lab.stream("midpoints");
    let mut exact = Exact::new();
    let [here, there, gap] = Polynomial::variables();
    let half = here.constant(&rational(1, 2));
    // With f(y) = f(x) the midpoint, below the chord by a gap, is below f(x) by the gap.
    let below = &half * &here + &half * &there - &gap - &here;
    exact.identity("½f(x) + ½f(y) - gap - f(x) = -gap + ½(f(y) - f(x))", below, &half * (&there - &here) - &gap);
    for case in 0..lab.cases(1000) {
        let draws = &mut stream.trial(case);
        // A symmetric function has pairs of one value that can be written down.
        let ends = [draws.fraction(1..32, 16), draws.fraction(32..64, 16)];
        let mut slopes = [(); 3].map(|()| mu + draws.fraction(0..3, 1));
        if case % 4 == 0 {
            slopes[0] = mu.clone();
        }
        let breakpoints = [-&ends[1], -&ends[0], ends[0].clone(), ends[1].clone()];
        let order = [2, 1, 0, 1, 2].map(|piece| slopes[piece].clone());
        let function = Piecewise::<Rational>::new(&breakpoints, &order);
        let x = draws.fraction(1..96, 16);
        let value = |x: Rational| function.value(&[x]);
        let (left, right, middle) = (value(-&x), value(x.clone()), value(Rational::ZERO));
        exact.equal("a pair of one value", &left, &right, || format!("case {case}, ±{x}"));
        exact.holds("half-way it is smaller", middle < right, || {
            format!("case {case}: f(±{x}) = {right}, f(0) = {middle}; breakpoints {breakpoints:?}, curvatures {order:?}")
        });
    }
    exact.evidence()
}

/// The growth beyond `times ‖∇f(0)‖/μ`, and drawn functions, moved so that their minimiser is not the origin.
fn within(lab: &Lab, times: &Rational) -> Evidence {
    let mut exact = Exact::new();
    // ‖x‖ = times·G/μ + r with r > 0, and ⟨∇f(0), x⟩ ≥ -G‖x‖: 2μ times the growth is at least this, every term non-negative.
    let [gradient, mu, beyond] = Polynomial::variables();
    let distance = gradient.constant(times) * &gradient + &mu * &beyond;
    let growth = distance.squared() - gradient.int(2) * &gradient * &distance;
    exact.holds("μ‖x‖² - 2G‖x‖ > 0 beyond the ball", growth.is_positive_termwise(), || format!("beyond {times} G/μ"));
    let stream = lab.stream("within");
    for case in 0..lab.cases(1000) {
        let draws = &mut stream.trial(case);
        let mu = draws.fraction(1..32, 16);
        let smoothness = &mu + draws.fraction(0..64, 16);
        let function = Piecewise::<Rational>::draw(draws, &mu, &smoothness);
        // x ↦ f(x - x*) has its minimiser at x*, and at 0 the derivative f'(-x*).
        let minimiser = draws.fraction(-160..160, 16);
        let slope = function.derivative(&-&minimiser);
        let radius = square(&(times * &slope / &mu));
        exact.holds("the minimiser lies within", square(&minimiser) <= radius, || {
            format!("case {case}: x* = {minimiser}, μ = {mu}")
        });
    }
    exact.evidence()
}
