//! # AdaGrad never stops: it slows down
//!
//! **Setting.** AdaGrad with `ε = 0` on a linear function: every gradient is `g ≠ 0`.
//!
//! **Statement.** (1) As stated, it may stop too early: false, its travel has no bound. (2) After T ≥ 2 steps it has gone
//! `η Σ 1/√t`, between `(2√T - 2) η` and `(2√T - 1) η`, whatever the size of `g`. (3) So the distance D takes about `(D/(2η))²` steps.
//!
//! **Why.** `G_t = t g²`, and `2(√(t+1) - √t) < 1/√t < 2(√t - √(t-1))`.
//!
//! **How it could fail.** The code runs 3000 steps in intervals for gradients of three sizes. With the square of `Σ |g|` in the place of
//! `Σ g²` it goes `η ln T`, with `t⁴` in the place of `G` it does stop: both must be flagged.

use super::conventions::{FORGETTING, adagrad, changed, on, relatively_near, shown};
use super::runs::displacement;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Root, rational};
use crate::optimizers::{Algorithm, Epsilon, Method};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adagrad-stops-too-early",
    title: "AdaGrad never stops on a linear function: it goes about 2η√T",
    topic: "adaptive",
    record: Some("adagrad-stops-too-early"),
    statement: "On a linear function AdaGrad goes $η sum_(t=1)^T 1/sqrt(t)$ in $T$ steps, whatever its slope: more than $(2 sqrt(T) - 2) η$ \
                and, from $T = 2$ on, less than $(2 sqrt(T) - 1) η$. It never stops; the distance $D$ takes about $(D / (2 η))^2$ steps.",
    hypotheses: &["$g_t = g ≠ 0$ for all $t$", "$ε = 0$ and $G_0 = 0$"],
    sources: &[Source::Note("003", "265"), Source::Cited("duchi2011", "update rule")],
    claims: &[
        Claim {
            id: "stops",
            as_stated: true,
            statement: "the learning rate decreases, so that AdaGrad may stop too early: here it never goes farther than $100 η$",
            quantifier: "refuted by the code after 2574 steps on a linear function; no other bound would hold either",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| stops(subject, 100.0),
        },
        Claim {
            id: "travel",
            as_stated: false,
            statement: "the code goes $η sum_(t=1)^T 1/sqrt(t)$, between $(2 sqrt(T) - 2) η$ and $(2 sqrt(T) - 1) η$",
            quantifier: "|g| = 1/1000, 1 and 1000, 2 ≤ T ≤ 3000, the sum up to a relative 10⁻¹⁰, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| travel(subject, 1.0, None),
        },
        Claim {
            id: "bounds",
            as_stated: false,
            statement: "$2 sqrt(T+1) - 2 < sum_(t=1)^T 1/sqrt(t) ≤ 2 sqrt(T) - 1$",
            quantifier: "all T ≥ 1, by induction",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(bounds(2)),
        },
        Claim {
            id: "time",
            as_stated: false,
            statement: "the distance $D$ takes more than $((D/η + 1)/2)^2$ steps and at most $(D/(2η) + 1)^2 + 1$",
            quantifier: "the code, D = 5 η, 20 η, 50 η, 100 η, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| time(subject, 1.0),
        },
    ],
    controls: &[
        Control {
            id: "sum-of-sizes",
            differs: "G is (Σ |g|)²: the rate falls like 1/t",
            broken: Broken::Statement(|_, subject| travel(subject, 1.0, Some(|t| Interval::one() / t.sqrt()))),
        },
        Control {
            id: "fourth-power",
            differs: "G is t⁴ g²: the rate falls like 1/t²",
            broken: Broken::Statement(|_, subject| travel(subject, 1.0, Some(|t| Interval::one() / (t * t.sqrt())))),
        },
        Control {
            id: "upper-bound-too-low",
            differs: "claims less than 2√T - 1.47; the sum approaches 2√T - 1.4604",
            broken: Broken::Statement(|_, subject| travel(subject, 1.47, None)),
        },
        Control {
            id: "unbalanced-bounds",
            differs: "the step of the upper bound is 1/√(t+1) < 1.99 (√(t+1) - √t)",
            broken: Broken::Statement(|_, _| Ok(bounds(1))),
        },
        Control {
            id: "half-the-time",
            differs: "claims half the time",
            broken: Broken::Statement(|_, subject| time(subject, 0.5)),
        },
        on("averaging", "the code runs RMSprop, whose steps do not shrink", "travel", &FORGETTING),
        on("decaying", "the code's learning rate decays by 1/(1 + 10⁻⁶ (t - 1))", "travel", &DECAYING),
        on("step-larger-by-a-billionth", "the code steps by η (1 + 10⁻⁹)", "travel", &LONGER_STEP),
        on("averaging-in-time", "the code runs RMSprop, whose steps do not shrink", "time", &FORGETTING),
    ],
    plots: &[distances],
};

static DECAYING: Impostor = Impostor {
    name: "AdaGrad with a decaying learning rate",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::AdaGrad(rule) = algorithm {
                rule.step_decay = rational(1, 1_000_000);
            }
        })
    },
};

fn method() -> Method {
    Method::new(adagrad(Epsilon::Outside, Rational::ZERO), Rational::ONE)
}

fn stops(subject: &dyn Subject, limit: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.enclosure(&method())?;
    let mut gone = Interval::zero();
    for t in 1..=3000 {
        gone = gone + displacement(&mut *optimizer, &[Interval::one()])[0];
        let within = gone.above(limit).map(|beyond| !beyond);
        exact.decided("no farther than 100 η", within, || format!("after {t} steps: {} η", shown(gone)));
    }
    Ok(exact.evidence())
}

/// The upper bound is `2√T - less`; `rate` is another learning rate for each t.
fn travel(subject: &dyn Subject, less: f64, rate: Option<fn(Interval) -> Interval>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for size in [rational(1, 1000), Rational::ONE, Rational::from(1000)] {
        let mut optimizer = subject.enclosure(&method())?;
        let (mut gone, mut sum, two) = (Interval::zero(), Interval::zero(), Interval::int(2));
        for step in 1..=3000 {
            let t = Interval::int(step);
            if let Some(rate) = rate {
                optimizer.set_step_size(rate(t));
            }
            gone = gone + displacement(&mut *optimizer, &[Interval::of(&size)])[0];
            sum = sum + Interval::one() / t.sqrt();
            let found = || format!("g = {size}, T = {step}: {} η", shown(gone));
            exact.decided("the sum", relatively_near(gone, sum, 1e-10), found);
            exact.decided("more than 2√T - 2", (gone - two * t.sqrt() + two).above(0.0), found);
            if step > 1 {
                exact.decided("less than 2√T - 1", (two * t.sqrt() - Interval::point(less) - gone).above(0.0), found);
            }
        }
    }
    Ok(exact.evidence())
}

/// With `a = √t` and `b = √(t+1)`, `b² - a² = 1`, so that `2(b - a) = 2/(a + b)`; `twice` is 2 in it, or less by a hundredth for each unit
/// below.
fn bounds(twice: i64) -> Evidence {
    let [a, more] = Polynomial::variables();
    let b = &a + &more;
    let factor = a.constant(&(Rational::from(2) - rational(2 - twice, 100)));
    let mut exact = Exact::new();
    // 1/a > 2/(a + b), and 1/b < 2/(a + b), multiplied out.
    exact.identity("1/√t - 2(√(t+1) - √t), times √t (√t + √(t+1))", &a + &b - a.int(2) * &a, more.clone());
    exact.identity("2(√(t+1) - √t) - 1/√(t+1), times (√t + √(t+1)) √(t+1)", factor * &b - (&a + &b), more);
    exact.holds("T = 1: 2√2 - 2 < 1 = 2√1 - 1", rational(8, 1) < rational(9, 1), String::new);
    exact.evidence()
}

/// The bounds on the time are multiplied by `factor`.
fn time(subject: &dyn Subject, factor: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut optimizer = subject.enclosure(&method())?;
    let (mut gone, mut steps) = (Interval::zero(), 0);
    for distance in [5.0, 20.0, 50.0, 100.0] {
        let (least, most) = (
            (distance + 1.0) * (distance + 1.0) / 4.0 * factor,
            ((distance / 2.0 + 1.0) * (distance / 2.0 + 1.0) + 1.0) * factor,
        );
        let mut arrived = gone.above(distance);
        while arrived == Some(false) && f64::from(steps) <= most {
            gone = gone + displacement(&mut *optimizer, &[Interval::one()])[0];
            steps += 1;
            arrived = gone.above(distance);
        }
        let within = arrived.map(|arrived| arrived && least < f64::from(steps) && f64::from(steps) <= most);
        exact.decided("the time", within, || format!("D = {distance} η: {steps} steps, {least} to {most}"));
    }
    Ok(exact.evidence())
}

fn distances(_: &Lab) -> Plot {
    let times: Vec<u32> = (0..48).map(|k| libm::exp2(f64::from(k) * 0.25) as u32).collect();
    let curve = |value: fn(f64) -> f64| times.iter().map(|t| [f64::from(*t), value(f64::from(*t))]).collect::<Vec<_>>();
    let code = |name: &str, algorithm: Algorithm| {
        let mut optimizer = Reference.double(&Method::new(algorithm, Rational::ONE)).expect("the reference offers both");
        let (mut gone, mut points) = (0.0, Vec::new());
        for t in 1..=times[times.len() - 1] {
            gone += displacement(&mut *optimizer, &[1.0])[0];
            if times.contains(&t) {
                points.push([f64::from(t), gone]);
            }
        }
        Series::measured(name, points)
    };
    Plot {
        id: "travel".into(),
        title: "Distance gone on a linear function in units of η, ε = 0".into(),
        x: "steps T".into(),
        y: "distance / η".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("2√T - 1", curve(|t| 2.0 * t.sqrt() - 1.0)),
            Series::theory("T", curve(|t| t)),
            code("AdaGrad, the code", adagrad(Epsilon::Outside, Rational::ZERO)),
            code("gradient descent, the code", Algorithm::GradientDescent),
        ],
    }
}
