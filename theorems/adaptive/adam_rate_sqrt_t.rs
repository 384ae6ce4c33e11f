//! # Adam's rate O(1/√T) in convex problems
//!
//! **Setting.** Average regret `R_T/T` against the best fixed point, convex losses on `[-1, 1]`, step sizes `η/√t`; the stream of Reddi,
//! Kale and Kumar with large gradient `C > 2`, `β₁ = 0`, `β₂ = 1/(1 + C²)`.
//!
//! **Statement.** (1) As stated, Adam has `R_T/T = O(1/√T)` (while note 000 says that it may not converge): false. (2) `R_T ≥ a T` with
//! `a = (2C - 4)/3` after every cycle, more than `K√T` for every K once `T > (K/a)²`. (3) On this stream, with `C = 3`, AMSGrad and gradient
//! descent keep `R_T ≤ 2C √T` for 30,000 steps, and so does Adam with `β₂ = 1 - 1/T` at three horizons: that is no theorem on other streams.
//!
//! **Why.** Each cycle returns to the worst point: see `adam-nonconvergence`, where that is proved for all cycles.
//!
//! **How it could fail.** The code runs 30,000 steps in intervals; every regret is enclosed.

use super::stream::{
    KEEPS_MAXIMUM, LOSES_MAXIMUM, amsgrad, decaying, follow, gradient_descent, memory, on_the_interval, reddi, uncorrected,
};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, Root, rational, to_f64};
use crate::optimizers::Method;
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adam-rate-sqrt-t",
    title: "Adam has no O(1/√T) in convex problems; AMSGrad, gradient descent and β₂ = 1 - 1/T have it where Adam fails",
    topic: "adaptive",
    record: Some("adam-rate-sqrt-t"),
    statement: "Adam's average regret on convex losses is not $O(1/sqrt(T))$: on the stream $C x, -x, -x, ...$ it is at least \
                $a = (2 C - 4)/3$ after every cycle. AMSGrad, gradient descent, and Adam with $β_2 = 1 - 1/T$ have $R_T ≤ 2 C sqrt(T)$ \
                there for the $T$ that are tried, up to 30,000.",
    hypotheses: &[
        "losses $C x$ for $t ≡ 1$ modulo 3, otherwise $-x$, on $[-1, 1]$; $C = 3$, $x_1 = 1$",
        "step sizes $η/sqrt(t)$ with $η = 0.9 < sqrt(1 - β_2)$; $β_1 = 0$, no bias correction, $ε = 0$",
    ],
    sources: &[
        Source::Note("001", "104"),
        Source::Note("000", "242"),
        Source::Cited("kingma2015", "section 4"),
        Source::Cited("reddi2018", "Theorem 1"),
        Source::Cited("defossez2022", "section 4"),
    ],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "Adam has $R_T ≤ 2 C sqrt(T)$, as its relatives have",
            quantifier: "refuted by the stream with C = 3, rounded outward; no other constant helps, by adam-nonconvergence",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| at_most(subject, &[("Adam", reddi)], &rational(6, 1)),
        },
        Claim {
            id: "linear",
            as_stated: false,
            statement: "$R_T ≥ (2 C - 4) T/3$ after every cycle, so that $R_T > K sqrt(T)$ from $T > (3 K/(2 C - 4))^2$ on",
            quantifier: "C = 3, the first 10,000 cycles; K in {6, 30, 100}, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| linear(subject, reddi),
        },
        Claim {
            id: "relatives",
            as_stated: false,
            statement: "AMSGrad and gradient descent have $R_T ≤ 2 C sqrt(T)$ on the same stream",
            quantifier: "C = 3, 2 ≤ T ≤ 30,000, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                at_most(subject, &[("AMSGrad", amsgrad), ("gradient descent", gradient_descent)], &rational(6, 1))
            },
        },
        Claim {
            id: "memory-of-the-horizon",
            as_stated: false,
            statement: "Adam with $β_2 = 1 - 1/T$ has $R_T ≤ 2 C sqrt(T)$ at the horizon $T$ on the same stream",
            quantifier: "C = 3, T in {300, 3000, 30,000}, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| horizons(subject, false),
        },
    ],
    controls: &[
        Control {
            id: "amsgrad-is-linear",
            differs: "claims the linear regret for AMSGrad",
            broken: Broken::Statement(|_, subject| linear(subject, amsgrad)),
        },
        Control {
            id: "gradient-descent-is-linear",
            differs: "claims the linear regret for gradient descent",
            broken: Broken::Statement(|_, subject| linear(subject, gradient_descent)),
        },
        Control {
            id: "smaller-constant",
            differs: "claims R_T ≤ 4 √T for AMSGrad, which has 4.023 at T = 4",
            broken: Broken::Statement(|_, subject| at_most(subject, &[("AMSGrad", amsgrad)], &rational(4, 1))),
        },
        Control {
            id: "short-memory",
            differs: "claims the bound at the horizon for β₂ = 1/(1 + C²)",
            broken: Broken::Statement(|_, subject| horizons(subject, true)),
        },
        Control {
            id: "code-keeps-the-maximum",
            differs: "the code runs AMSGrad for Adam",
            broken: Broken::Subject { claim: "linear", subject: &KEEPS_MAXIMUM },
        },
        Control {
            id: "code-loses-the-maximum",
            differs: "the code runs Adam for AMSGrad",
            broken: Broken::Subject { claim: "relatives", subject: &LOSES_MAXIMUM },
        },
    ],
    plots: &[regrets],
};

const CYCLES: u32 = 10_000;

fn large() -> Rational {
    rational(3, 1)
}

fn rate() -> Rational {
    rational(9, 10)
}

/// A method by its name, from C.
type Named = (&'static str, fn(&Rational) -> Method);

/// The regret after each step.
fn regret(subject: &dyn Subject, method: &Method, cycles: u32, mut see: impl FnMut(u32, Interval)) -> Result<(), NotOffered> {
    let mut optimizer = subject.enclosure(method)?;
    let mut regret = Interval::zero();
    follow(&mut *optimizer, &large(), (&rate(), decaying), cycles, |t, x, gradient| {
        regret = regret + *gradient * (*x + Interval::one());
        see(t, regret);
    });
    Ok(())
}

fn root(t: u32) -> Interval {
    Interval::int(i64::from(t)).sqrt()
}

fn at_most(subject: &dyn Subject, methods: &[Named], constant: &Rational) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, method) in methods {
        regret(subject, &method(&large()), CYCLES, |t, regret| {
            // At T = 1 every method that starts at 1 has the regret 2C exactly.
            if t > 1 {
                let room = Interval::of(constant) * root(t) - regret;
                exact.decided(name, room.above(0.0), || format!("T = {t}: R_T/√T = {:.3}", regret.hi / f64::from(t).sqrt()));
            }
        })?;
    }
    Ok(exact.evidence())
}

fn linear(subject: &dyn Subject, method: fn(&Rational) -> Method) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let slope = (rational(2, 1) * large() - rational(4, 1)) / rational(3, 1);
    let squared = |constant: i64| rational(constant * constant, 1) / &slope / &slope;
    regret(subject, &method(&large()), CYCLES, |t, regret| {
        if t % 3 > 0 {
            return;
        }
        let above = (regret - Interval::of(&slope) * Interval::int(i64::from(t))).above(0.0);
        exact.decided("R_T ≥ a T", above, || format!("T = {t}: {:.3}", regret.hi));
        for constant in [6, 30, 100] {
            if Rational::from(t) > squared(constant) {
                let above = (regret - Interval::int(constant) * root(t)).above(0.0);
                exact.decided("R_T > K √T", above, || format!("K = {constant}, T = {t}: {:.3}", regret.hi));
            }
        }
    })?;
    Ok(exact.evidence())
}

fn horizons(subject: &dyn Subject, short: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for cycles in [100, 1000, 10_000] {
        let horizon = 3 * cycles;
        let beta2 = if short { rational(1, 10) } else { Rational::ONE - rational(1, u64::from(horizon)) };
        let method = on_the_interval(uncorrected(memory(beta2)));
        regret(subject, &method, cycles, |t, regret| {
            if t == horizon {
                let room = Interval::int(6) * root(t) - regret;
                exact.decided("R_T ≤ 2C √T at the horizon", room.above(0.0), || format!("T = {t}: R_T = {:.3}", regret.hi));
            }
        })?;
    }
    Ok(exact.evidence())
}

fn regrets(_: &Lab) -> Plot {
    let slope = to_f64(&((rational(2, 1) * large() - rational(4, 1)) / rational(3, 1)));
    let end = f64::from(3 * CYCLES);
    let mut series = vec![
        Series::theory("2C √T", [[1.0, 6.0], [end, 6.0 * end.sqrt()]]),
        Series::theory("(2C - 4) T/3", [[3.0, 3.0 * slope], [end, end * slope]]),
    ];
    let methods: [Named; 3] = [("Adam", reddi), ("AMSGrad", amsgrad), ("gradient descent", gradient_descent)];
    for (name, method) in methods {
        let (mut points, mut next) = (Vec::new(), 1);
        let run = regret(&Reference, &method(&large()), CYCLES, |t, regret| {
            if t >= next && t % 3 == 0 {
                points.push([f64::from(t), regret.hi]);
                next = t + t / 5;
            }
        });
        if run.is_ok() {
            series.push(Series::measured(name, points));
        }
    }
    let title = "Regret on the stream 3x, -x, -x, ...".into();
    Plot { id: "regret".into(), title, x: "T".into(), y: "regret".into(), log_x: true, log_y: true, series }
}
