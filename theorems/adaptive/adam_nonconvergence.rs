//! # Adam may end at the worst point of a convex problem
//!
//! **Setting.** On `[-1, 1]`: `f_t(x) = C x` if `t ≡ 1 (mod 3)`, else `-x`, with `C > 2`; `β₁ = 0`, `β₂ = 1/(1 + C²)`, no bias
//! correction, `ε = 0`, `η_t = η/√t`, `0 < η < √(1 - β₂)`, `x_1 = 1`, projection onto `[-1, 1]`.
//!
//! **Statement.** `x_(3k+1) = 1` for all k although -1 minimises every cycle, and the average regret is at least `(2C - 4)/3`.
//!
//! **Why.** The large gradient inflates its own denominator: down by at most `η_t √(1 + 1/C²)`, as `v ≥ (1 - β₂) C²`; then twice up
//! by at least `η_t/√2`, as `v ≤ 2`. From the second cycle on this suffices; the first one is enclosed with its own v.
//!
//! **How it could fail.** The inequalities are polynomials without a negative coefficient; the code runs 10⁵ steps in intervals,
//! where the projection makes 1 exactly 1. Gradient descent, AMSGrad and a longer memory must find -1 on the same stream.

use super::stream::{
    self, KEEPS_MAXIMUM, LOSES_MAXIMUM, amsgrad, decaying, gradient_descent, memory, on_the_interval, reddi, uncorrected,
};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Root, rational, to_f64};
use crate::optimizers::{Method, Optimizer};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-nonconvergence",
    title: "Adam stays at the worst point of a convex problem, where its relatives converge",
    topic: "adaptive",
    record: Some("adam-nonconvergence"),
    statement: "On $[-1, 1]$ with $f_t (x) = C x$ if $t ≡ 1$ modulo 3 and $f_t (x) = -x$ otherwise, Adam with $β_1 = 0$, \
                $β_2 = 1/(1 + C^2)$ and $η_t = η/sqrt(t)$ has $x_(3k+1) = 1$ for all $k$, although $-1$ is optimal, and an average \
                regret of at least $(2 C - 4)/3$.",
    hypotheses: &[
        "$C > 2$, $x_1 = 1$ and $0 < η < sqrt(1 - β_2)$",
        "$β_1 = 0$, no bias correction, $ε = 0$, projection onto $[-1, 1]$",
        "an existence theorem: the problem depends on $β_2$",
    ],
    sources: &[Source::Note("000", "239-242"), Source::Note("000", "592"), Source::Cited("reddi2018", "Theorem 1")],
    claims: &[
        Claim {
            id: "every-cycle",
            as_stated: true,
            statement: "Adam may not converge to the optimum of a convex problem: $x_(3k+1) = 1$ for all $k$",
            quantifier: "all C > 2, all 0 < η < √(1 - β₂), all cycles k",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(certificate(2)),
        },
        Claim {
            id: "run",
            as_stated: false,
            statement: "the code has $x_(3k+1) = 1$ exactly, and an average regret of at least $(2 C - 4)/3$ after each cycle",
            quantifier: "C in {5/2, 3, 5}, η = 1/2, the first 33,333 cycles, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| run(subject, reddi, &Rational::ZERO),
        },
        Claim {
            id: "in-double-precision",
            as_stated: false,
            statement: "the code in double precision has $x_(3k+1) = 1$, to the bit",
            quantifier: "C in {5/2, 3, 5}, η = 1/2, the first 33,333 cycles",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| stays(subject),
        },
        Claim {
            id: "remedies",
            as_stated: false,
            statement: "gradient descent, AMSGrad and Adam with $β_2 = 0.9999$ reach the optimum on the same stream: $x_t < -0.95$ in \
                        the last 1,000 of 10,000 cycles",
            quantifier: "C in {5/2, 3, 5}, η = 1/2, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| remedies(subject),
        },
    ],
    controls: &[
        Control {
            id: "one-step-up",
            differs: "the gradient -1 comes once a cycle instead of twice",
            broken: Broken::Statement(|_, _| Ok(certificate(1))),
        },
        Control {
            id: "regret-larger-by-a-hundredth",
            differs: "claims an average regret of (2C - 4)/3 + 0.01",
            broken: Broken::Statement(|_, subject| run(subject, reddi, &rational(1, 100))),
        },
        Control {
            id: "gradient-descent",
            differs: "claims it for gradient descent with η/√t",
            broken: Broken::Statement(|_, subject| run(subject, gradient_descent, &Rational::ZERO)),
        },
        Control {
            id: "amsgrad",
            differs: "claims it for AMSGrad",
            broken: Broken::Statement(|_, subject| run(subject, amsgrad, &Rational::ZERO)),
        },
        Control {
            id: "long-memory",
            differs: "claims it for β₂ = 0.9999",
            broken: Broken::Statement(|_, subject| run(subject, long_memory, &Rational::ZERO)),
        },
        Control {
            id: "code-keeps-the-maximum",
            differs: "the code runs AMSGrad for Adam",
            broken: Broken::Subject { claim: "run", subject: &KEEPS_MAXIMUM },
        },
        Control {
            id: "double-keeps-the-maximum",
            differs: "the code runs AMSGrad for Adam",
            broken: Broken::Subject { claim: "in-double-precision", subject: &KEEPS_MAXIMUM },
        },
        Control {
            id: "code-loses-the-maximum",
            differs: "the code runs Adam for AMSGrad",
            broken: Broken::Subject { claim: "remedies", subject: &LOSES_MAXIMUM },
        },
    ],
    plots: &[positions, regrets],
};

fn long_memory(_: &Rational) -> Method {
    on_the_interval(uncorrected(memory(rational(9999, 10_000))))
}

/// The proof, with `S = C² = 4 + c` and `k = 1 + j`, where `c, j ≥ 0`, and `v` in `[0, S]` before a cycle; `up` steps up follow the one
/// down.
fn certificate(up: i64) -> Evidence {
    let mut exact = Exact::new();
    let [c, j, v, room, other_room] = Polynomial::variables();
    let [one, two, three, four] = [1, 2, 3, 4].map(|value| c.int(value));
    let s = c.clone() + four.clone();
    let k = j.clone() + one.clone();
    let whole = one.clone() + s.clone(); // 1/β₂; (1 - β₂)/β₂ = S
    let mut holds = |name: &str, left: Polynomial| {
        exact.holds(name, left.is_positive_termwise(), || format!("{} terms, not all positive", left.terms()));
    };
    // (1 + S) v₁ = (1 + S) β₂ v + (1 + S)(1 - β₂) S, where (1 + S) β₂ = 1.
    let added = &(&whole - &one) * &s;
    let scaled = |before: Polynomial| before + added.clone();
    // v₁ = β₂ v + (1 - β₂) S ≥ (1 - β₂) S, so that the step down is at most η_t C/√v₁ ≤ η_t √(1 + 1/S) = η_t/√(1 - β₂) < 1: x > 0.
    holds("(1 + S)(v₁ - (1 - β₂) S) ≥ 0", scaled(v.clone()) - added.clone());
    // With room = S - v ≥ 0 in the place of v.
    holds("v₁ ≤ S", &whole * &s - scaled(s.clone() - room.clone()));
    holds("v₂ ≤ 2", &two * &whole - (s.clone() + s.clone()));
    holds("v₃ ≤ 2", &two * &(&whole * &whole) - (&two * &s + &s * &whole));
    holds("2 ≤ S, so that the next cycle starts with v ≤ S", s.clone() - two.clone());
    // up/√(2 (3k + 3)) ≥ √((1 + S)/S)/√(3k + 1), squared.
    let squared = c.int(up * up);
    let down = &two * &(&whole * &(&three * &k + three.clone()));
    holds("the steps up outweigh the step down", &squared * &(&s * &(&three * &k + one)) - down);
    // With x₂ = 1 - room, x₃ = 1 - other room; 2C cancels.
    let regret = -(two.clone() - room) - (two - other_room);
    holds("regret of a cycle ≥ 2C - 4", regret + four);
    // The first cycle from v = 0 with q = 1 - β₂ = S/(1 + S): v₁ = q S, v₂ = q (1 + q), v₃ = q (2 - q²); steps times √q/η.
    let point = Interval::point;
    for piece in 0..64 {
        let q = Interval { lo: 0.8 - 1e-9 + 0.2 * f64::from(piece) / 64.0, hi: 0.8 + 1e-9 + 0.2 * f64::from(piece + 1) / 64.0 };
        let first = point(1.0) / (point(2.0) * (point(1.0) + q)).sqrt();
        let second = point(1.0) / (point(3.0) * (point(2.0) - q * q)).sqrt();
        let sum = if up == 1 { first } else { first + second };
        exact.decided("the first cycle returns to 1", (-sum).above(-1.0).map(|below| !below), || {
            format!("1 - β₂ in {q:?}: steps up {sum:?}")
        });
    }
    exact.evidence()
}

const CYCLES: u32 = 33_333;

fn slopes() -> [Rational; 3] {
    [rational(5, 2), rational(3, 1), rational(5, 1)]
}

/// `η = 1/2`, on the stream with `η/√t`.
fn follow<R: Root<Wide = R>>(optimizer: &mut dyn Optimizer<R>, large: &Rational, cycles: u32, see: impl FnMut(u32, &R, &R)) {
    stream::follow(optimizer, large, (&rational(1, 2), decaying), cycles, see);
}

fn run(subject: &dyn Subject, method: fn(&Rational) -> Method, excess: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let one = Interval::point(1.0);
    for large in slopes() {
        let mut optimizer = subject.enclosure(&method(&large))?;
        let least = Interval::of(&((Rational::from(2) * &large - Rational::from(4)) / Rational::from(3) + excess));
        let mut regret = Interval::point(0.0);
        follow(&mut *optimizer, &large, CYCLES, |t, x, gradient| {
            if t % 3 == 1 {
                let at_one = if *x == one { Some(true) } else { (!x.contains(1.0)).then_some(false) };
                exact.decided("x = 1 before each large gradient", at_one, || format!("C = {large}, t = {t}: x in {x:?}"));
            }
            regret = regret + *gradient * (*x + one);
            if t % 3 == 0 {
                let average = regret / Interval::point(f64::from(t));
                let enough = (average - least).above(0.0);
                exact.decided("average regret", enough, || format!("C = {large}, t = {t}: {} against {}", average.lo, least.hi));
            }
        });
    }
    Ok(exact.evidence())
}

fn stays(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for large in slopes() {
        let mut optimizer = subject.double(&reddi(&large))?;
        follow(&mut *optimizer, &large, CYCLES, |t, x, _| {
            let at_one = x.is_finite().then_some(t % 3 != 1 || *x == 1.0);
            exact.decided("x = 1 before each large gradient", at_one, || format!("C = {large}, t = {t}: x = {x}"));
        });
    }
    Ok(exact.evidence())
}

/// A method by its name, from the constant `C`.
type Named = (&'static str, fn(&Rational) -> Method);

fn remedies(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let methods: [Named; 3] = [("gradient descent", gradient_descent), ("AMSGrad", amsgrad), ("β₂ = 0.9999", long_memory)];
    for (name, method) in methods {
        for large in slopes() {
            let mut optimizer = subject.enclosure(&method(&large))?;
            follow(&mut *optimizer, &large, 10_000, |t, x, _| {
                if t > 27_000 {
                    exact.decided(&format!("{name} ends near -1"), (-*x).above(0.95), || {
                        format!("C = {large}, t = {t}: x in {x:?}")
                    });
                }
            });
        }
    }
    Ok(exact.evidence())
}

/// What is drawn of a run: one point for each of some 60 cycles, evenly on a logarithmic axis.
fn traces(value: fn(f64, f64) -> f64) -> Vec<Series> {
    let methods: [Named; 4] =
        [("Adam", reddi), ("AMSGrad", amsgrad), ("gradient descent", gradient_descent), ("Adam, β₂ = 0.9999", long_memory)];
    let large = rational(3, 1);
    let trace = |(name, method): (&str, fn(&Rational) -> Method)| {
        let mut optimizer = Reference.double(&method(&large)).expect("the reference offers all of them");
        let (mut points, mut next, mut regret) = (Vec::new(), 1, 0.0);
        follow(&mut *optimizer, &large, CYCLES, |t, x, gradient| {
            if t % 3 == 1 && t > next {
                points.push([f64::from(t), value(*x, regret / f64::from(t - 1))]);
                next = t + t / 6;
            }
            regret += gradient * (x + 1.0);
        });
        Series::measured(name, points)
    };
    methods.map(trace).into()
}

fn constant(name: &str, value: f64) -> Series {
    Series::theory(name, [[1.0, value], [f64::from(3 * CYCLES), value]])
}

fn positions(_: &Lab) -> Plot {
    let mut series = vec![constant("where Adam stays: 1", 1.0), constant("optimum: -1", -1.0)];
    series.extend(traces(|x, _| x));
    let title = "Position at the start of a cycle, C = 3".into();
    Plot { id: "positions".into(), title, x: "step t".into(), y: "x".into(), log_x: true, series, ..Plot::default() }
}

fn regrets(_: &Lab) -> Plot {
    let bound = to_f64(&rational(2, 3));
    let mut series = vec![constant("(2C - 4)/3", bound)];
    series.extend(traces(|_, regret| regret));
    let title = "Average regret, C = 3".into();
    Plot { id: "regret".into(), title, x: "step t".into(), y: "average regret".into(), log_x: true, series, ..Plot::default() }
}
