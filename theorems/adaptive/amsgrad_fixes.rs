//! # What AMSGrad fixes, and under which conditions
//!
//! **Setting.** AMSGrad with `β₁ = 0`: `v̄_t = max(v̄_(t-1), v_t)`, `x ← Π(x - η_t g/√v̄_t)` on an interval of length D, convex losses
//! with gradients up to G, regret `R_T` against any fixed point.
//!
//! **Statement.** (1) As stated, without conditions: false at a constant η, where Reddi's stream keeps `R_T/T` above 1/2. (2) With
//! `η_t = η/√t`: `R_T ≤ (D²/(2η) + η/√(1 - β₂)) G √T`. (3) On the stream `x → -1` and `R_T ≤ 2C √T`. (4) The rate per gradient never
//! grows; at constant η it does in PyTorch's order (maximum, then correction): 1, 1.414, 1.731.
//!
//! **Why.** `2 a g (x - u) ≤ d² - d'² + a² g²` for `d = |x - u|`; Abel's summation, as `1/a_t` grows up to `√T G/η`; `a_t g² ≤ η G/√((1 - β₂) t)`.
//!
//! **How it could fail.** Identities of polynomials; the code runs 30,000 steps of the stream in intervals.

use super::runs::displacement;
use super::stream::{LOSES_MAXIMUM, Rates, amsgrad, decaying, follow, maximal, memory, reddi};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, Root, rational};
use crate::optimizers::{Algorithm, AmsGrad, MaximumOrder, Method};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "amsgrad-fixes",
    title: "AMSGrad converges where Adam does not, if the step size decays and the problem is convex and bounded",
    topic: "adaptive",
    record: Some("amsgrad-fixes"),
    statement: "With $η_t = η/sqrt(t)$ and $β_1 = 0$, AMSGrad has $R_T ≤ (D^2/(2 η) + η/sqrt(1 - β_2)) G sqrt(T)$ on convex losses over \
                an interval of length $D$ with gradients up to $G$. At the constant step size 0.9 \
                it has $R_T ≥ T/2$ on the stream that Adam fails on, shown for $T ≤ 30000$.",
    hypotheses: &[
        "convex losses, an interval of length $D$ with projection, gradients up to $G$",
        "$η_t = η/sqrt(t)$, $β_1 = 0$, $ε = 0$, no bias correction; one coordinate",
    ],
    sources: &[Source::Note("000", "245"), Source::Cited("reddi2018", "Algorithm 2 and Theorem 4")],
    claims: &[
        Claim {
            id: "unconditionally",
            as_stated: true,
            statement: "AMSGrad converges: $R_T ≤ 2 C sqrt(T)$ on Reddi's stream, whatever the step size",
            quantifier: "refuted by the constant step size 0.9 with C = 3, rounded outward",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| stream(subject, amsgrad, |rate, _| rate, &rational(6, 1)),
        },
        Claim {
            id: "linear-at-a-constant-rate",
            as_stated: false,
            statement: "at the constant step size 0.9 AMSGrad has $R_T ≥ T/2$ on Reddi's stream: more than $K sqrt(T)$ from $T > 4 K^2$ on",
            quantifier: "C = 3, β₂ = 0.1, T ≤ 30,000, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| linear(subject, amsgrad, |rate, _| rate),
        },
        Claim {
            id: "regret",
            as_stated: false,
            statement: "$R_T ≤ (D^2/(2 η) + η/sqrt(1 - β_2)) G sqrt(T)$",
            quantifier: "all convex losses, all D, G, η > 0 and β₂ < 1, all T; β₁ = 0, one coordinate; by the inequalities that are checked",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(certificate(2)),
        },
        Claim {
            id: "stream",
            as_stated: false,
            statement: "on Reddi's stream $R_T ≤ 2 C sqrt(T)$, and $x_T$ is within $10^(-5)$ of $-0.99819$ at $T = 30000$",
            quantifier: "C = 3, η = 0.9, β₂ = 0.1, 2 ≤ T ≤ 30,000, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| stream(subject, amsgrad, decaying, &rational(6, 1)),
        },
        Claim {
            id: "rate-decreases",
            as_stated: false,
            statement: "with $η_t = η/sqrt(t)$ the rate per gradient $η_t / sqrt(macron(v)_t)$ decreases in every step",
            quantifier: "300 steps on 8 drawn sequences with outliers, β₂ = 0.9, without correction, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| decreases(lab, subject, true),
        },
        Claim {
            id: "orders",
            as_stated: false,
            statement: "after the gradients 1, 0.001, 0.001 at constant $η$ the rate per gradient, in units of the first, is 1, 1.414, \
                        1.731 if the maximum is corrected, and 1, 1, 1 if the corrected moment is maximised",
            quantifier: "β₂ = 0.999, within 0.001, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| orders(subject, [[1.0, 1.414, 1.731], [1.0; 3]]),
        },
    ],
    controls: &[
        Control {
            id: "half-the-noise",
            differs: "claims the second term with η/(2√(1 - β₂)): Σ 1/√t ≤ √T",
            broken: Broken::Statement(|_, _| Ok(certificate(1))),
        },
        Control {
            id: "linear-at-a-decaying-rate",
            differs: "claims R_T ≥ T/2 for η/√t",
            broken: Broken::Statement(|_, subject| linear(subject, amsgrad, decaying)),
        },
        Control {
            id: "linear-of-code-with-an-epsilon",
            differs: "the code has ε = 1/5 where 0 is asked for, and a slope of 0.49",
            broken: Broken::Subject {
                claim: "linear-at-a-constant-rate",
                subject: &Impostor {
                    name: "ε = 1/5",
                    instead: |method| match &method.algorithm {
                        Algorithm::AmsGrad(rule) => {
                            let epsilon = rational(1, 5);
                            Method { algorithm: Algorithm::AmsGrad(AmsGrad { epsilon, ..rule.clone() }), ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "adam",
            differs: "claims the bound on the stream for Adam, which reaches 116 √T",
            broken: Broken::Statement(|_, subject| stream(subject, reddi, decaying, &rational(6, 1))),
        },
        Control {
            id: "smaller-constant",
            differs: "claims R_T ≤ 4 √T on the stream, where it reaches 4.023",
            broken: Broken::Statement(|_, subject| stream(subject, amsgrad, decaying, &rational(4, 1))),
        },
        Control {
            id: "constant-rate",
            differs: "claims that the rate decreases at constant η",
            broken: Broken::Statement(|lab, subject| decreases(lab, subject, false)),
        },
        Control {
            id: "one-order",
            differs: "claims that the order does not matter",
            broken: Broken::Statement(|_, subject| orders(subject, [[1.0; 3], [1.0; 3]])),
        },
        Control {
            id: "code-loses-the-maximum",
            differs: "the code runs Adam for AMSGrad",
            broken: Broken::Subject { claim: "stream", subject: &LOSES_MAXIMUM },
        },
        Control {
            id: "code-loses-the-maximum-on-outliers",
            differs: "the code runs Adam for AMSGrad",
            broken: Broken::Subject { claim: "rate-decreases", subject: &LOSES_MAXIMUM },
        },
        Control {
            id: "code-in-the-other-order",
            differs: "the code corrects before the maximum where it is asked to do so afterwards",
            broken: Broken::Subject {
                claim: "orders",
                subject: &Impostor {
                    name: "correction before the maximum",
                    instead: |method| match &method.algorithm {
                        Algorithm::AmsGrad(rule) => {
                            let order = MaximumOrder::CorrectThenMaximum;
                            Method { algorithm: Algorithm::AmsGrad(AmsGrad { order, ..rule.clone() }), ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[positions],
};

const CYCLES: u32 = 10_000;

fn stream(
    subject: &dyn Subject,
    method: fn(&Rational) -> Method,
    rates: Rates<Interval>,
    constant: &Rational,
) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (large, rate) = (rational(3, 1), rational(9, 10));
    let mut optimizer = subject.enclosure(&method(&large))?;
    let mut regret = Interval::zero();
    let mut last = Interval::one();
    follow(&mut *optimizer, &large, (&rate, rates), CYCLES, |t, x, gradient| {
        regret = regret + *gradient * (*x + Interval::one());
        // At T = 1 the regret is 2C exactly.
        if t > 1 {
            let room = Interval::of(constant) * Interval::int(i64::from(t)).sqrt() - regret;
            exact.decided("R_T ≤ K √T", room.above(0.0), || {
                format!("T = {t}: R_T/√T = {:.3}", regret.hi / f64::from(t).sqrt())
            });
        }
        last = *x;
    });
    let off = last - Interval::of(&rational(-99_819, 100_000));
    exact.decided("where it ends", off.smaller_than(1e-5), || format!("x at T = {}: {:.6}", 3 * CYCLES, last.lo));
    Ok(exact.evidence())
}

fn linear(subject: &dyn Subject, method: fn(&Rational) -> Method, rates: Rates<Interval>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (large, rate) = (rational(3, 1), rational(9, 10));
    let mut optimizer = subject.enclosure(&method(&large))?;
    let mut regret = Interval::zero();
    follow(&mut *optimizer, &large, (&rate, rates), CYCLES, |t, x, gradient| {
        regret = regret + *gradient * (*x + Interval::one());
        let above = (regret - Interval::of(&rational(i64::from(t), 2))).above(0.0);
        exact.decided("R_T > T/2", above, || format!("T = {t}: {:.3}", regret.hi));
    });
    Ok(exact.evidence())
}

/// The proof; `factor` is that of `Σ 1/√t ≤ factor √T`.
fn certificate(factor: i64) -> Evidence {
    let mut exact = Exact::new();
    // One step before the projection, which only shortens d' = |x' - u| for a comparator u of the interval.
    let [x, u, a, g] = Polynomial::variables();
    let two = x.int(2);
    let squares = (&x - &u).squared() - (&x - &(&a * &g) - &u).squared() + (&a * &g).squared();
    exact.identity("2 a g (x - u)", &two * &(&a * &g) * (&x - &u), squares);
    // With b = 1/a: Σ_(t≤T) b_t (d_t² - d_(t+1)²) = b_T D² - b_T d_(T+1)² - (what Abel's summation keeps), by induction with
    // b_(t+1) = b_t + c, c ≥ 0, and d² = D² - room: the sum stays at most b D² - b d'².
    let [b, c, diameter, room, after] = Polynomial::variables();
    let before = &diameter - &room;
    let held = &b * &diameter - &b * &before;
    let next = held + (&b + &c) * (&before - &after);
    let slack = (&b + &c) * &diameter - (&b + &c) * &after - next;
    exact.identity("Abel's summation", slack.clone(), &c * &room);
    exact.holds("its slack is not negative", slack.is_positive_termwise(), || format!("{} terms", slack.terms()));
    // a_t g² = η g²/√(t v̄_t) ≤ η G/√((1 - β₂) t), since v̄_t ≥ v_t ≥ (1 - β₂) g²: squared, with v̄ = (1 - β₂) g² + more.
    let [eta, g, fresh, more, others] = Polynomial::variables();
    let bar = &fresh * g.squared() + &more;
    let gap = eta.squared() * (g.squared() + &others) * &bar - eta.squared() * g.squared() * g.squared() * &fresh;
    exact.holds("a g² ≤ η G/√((1 - β₂) t)", gap.is_positive_termwise(), || format!("{} terms", gap.terms()));
    // D²/(2 a_T) = D² √(T v̄_T)/(2η) ≤ D² G √T/(2η), since v_t ≤ G² for all t: with G² = g² + room and G² = v_(t-1) + gap.
    let [decay, square, gap, room] = Polynomial::variables();
    let (limit, left) = (&square + &room, decay.int(1) - &decay);
    let next = &decay * &(&limit - &gap) + &left * &square;
    exact.identity("G² - v_t = β₂ (G² - v_(t-1)) + (1 - β₂)(G² - g²)", limit - next, &decay * &gap + &left * &room);
    // Σ 1/√t ≤ 2 √T by induction: with s² = t and r² = t - 1, factor (s - r) ≥ (s² - r²)/s; s = r + d.
    let [r, d] = Polynomial::variables();
    let s = &r + &d;
    let gap = r.int(factor) * &s * &d - (s.squared() - r.squared());
    exact.holds("Σ 1/√t ≤ 2 √T", gap.is_positive_termwise(), || format!("{} terms, not all positive", gap.terms()));
    exact.evidence()
}

fn decreases(lab: &Lab, subject: &dyn Subject, decaying_rate: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let method = Method::new(maximal(memory(rational(9, 10)), MaximumOrder::Uncorrected), Rational::ONE);
    let mut optimizer = subject.enclosure(&method)?;
    let outliers = lab.stream("outliers");
    let mut last: Option<Vec<Interval>> = None;
    for t in 1..=300 {
        let mut draws = outliers.trial(t);
        let gradient: Vec<_> =
            (0..8).map(|_| Interval::point(draws.normal() * if draws.uniform() < 0.05 { 100.0 } else { 1.0 })).collect();
        let rate = Interval::one();
        optimizer.set_step_size(if decaying_rate { decaying(rate, Interval::int(t as i64)) } else { rate });
        let rates: Vec<_> = displacement(&mut *optimizer, &gradient).iter().zip(&gradient).map(|(step, g)| *step / *g).collect();
        for (before, now) in last.iter().flatten().zip(&rates) {
            // Where the maximum stays at constant η, the enclosures of equal rates decide nothing: a relative 10⁻⁹ is asked for.
            let less = *before * Interval::of(&rational(999_999_999, 1_000_000_000)) - *now;
            exact.decided("the rate decreases", less.above(0.0), || format!("step {t}: {:e} after {:e}", now.lo, before.lo));
        }
        last = Some(rates);
    }
    Ok(exact.evidence())
}

fn orders(subject: &dyn Subject, stated: [[f64; 3]; 2]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let orders = [MaximumOrder::MaximumThenCorrect, MaximumOrder::CorrectThenMaximum];
    for (order, stated) in orders.into_iter().zip(stated) {
        let mut optimizer = subject.enclosure(&Method::new(maximal(memory(rational(999, 1000)), order), Rational::ONE))?;
        for (index, (gradient, stated)) in [1.0, 0.001, 0.001].into_iter().zip(stated).enumerate() {
            let gradient = Interval::point(gradient);
            let rate = displacement(&mut *optimizer, &[gradient])[0] / gradient;
            let off = rate - Interval::point(stated);
            exact.decided("the rate", off.smaller_than(1e-3), || format!("{order:?}, step {}: {:.4}", index + 1, rate.lo));
        }
    }
    Ok(exact.evidence())
}

fn positions(_: &Lab) -> Plot {
    let (large, rate) = (rational(3, 1), rational(9, 10));
    type Run = (&'static str, fn(&Rational) -> Method, Rates<f64>);
    let runs: [Run; 3] =
        [("AMSGrad, η/√t", amsgrad, decaying), ("AMSGrad, constant η", amsgrad, |rate, _| rate), ("Adam, η/√t", reddi, decaying)];
    let mut series = vec![Series::theory("optimum: -1", [[1.0, -1.0], [f64::from(3 * CYCLES), -1.0]])];
    for (name, method, rates) in runs {
        let Ok(mut optimizer) = Reference.double(&method(&large)) else { continue };
        let (mut points, mut next) = (Vec::new(), 1);
        follow(&mut *optimizer, &large, (&rate, rates), CYCLES, |t, x, _| {
            if t >= next && t % 3 == 1 {
                points.push([f64::from(t), *x]);
                next = t + t / 6;
            }
        });
        series.push(Series::measured(name, points));
    }
    let title = "Position before the large gradient, C = 3".into();
    Plot { id: "positions".into(), title, x: "step t".into(), y: "x".into(), log_x: true, series, ..Plot::default() }
}
