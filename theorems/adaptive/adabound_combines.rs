//! # AdaBound goes from Adam to gradient descent with momentum
//!
//! **Setting.** `x ← x - clip(η/√v, η_l, η_u) m` with `η_l = f (1 - 1/(γt + 1))`, `η_u = f (1 + 1/(γt))`; the defaults of Luo et al. are
//! `f = 0.1`, `γ = 0.001`.
//!
//! **Statement.** (1) Its first steps are Adam's, while neither bound is met; its late steps are those of averaging momentum with the
//! step size f, up to the fraction `1/(γt) + 1/(γt + 1)` of `f m`, on the same gradients. (2) The bounds enclose f, and their distance is
//! that fraction of f. In closed loop the difference is fed back, and (1) does not hold.
//!
//! **Why.** `η_l ≤ f ≤ η_u`, and so is the clipped rate between them.
//!
//! **How it could fail.** The code runs in intervals: at its bounds, beside Adam, and from its millionth step on beside momentum. The
//! regret theorem of the paper is not among the claims.

use super::runs::{adam, averaging, default_moments, displacement, gradients, points};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Interval, Polynomial, Rational, Real, rational, to_f64};
use crate::optimizers::{AdaBound, Algorithm, Epsilon, Method, Optimizer, Saved, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adabound-combines",
    title: "AdaBound starts as Adam and ends as momentum with its final step size",
    topic: "adaptive",
    record: Some("adabound-combines"),
    statement: "AdaBound's rate lies between $f (1 - 1/(γ t + 1))$ and $f (1 + 1/(γ t))$, which enclose $f$ and are \
                $f (1/(γ t) + 1/(γ t + 1))$ apart. While neither is met its steps are Adam's; in the end they are $f m_t$ up to that \
                distance times $|m_t|$.",
    hypotheses: &[
        "$γ > 0$",
        "the same gradients for both: nothing is said of closed loops",
        "no bound is met: for the first steps",
    ],
    sources: &[Source::Note("000", "246"), Source::Cited("luo2019", "Algorithm 2")],
    claims: &[
        Claim {
            id: "combines",
            as_stated: true,
            statement: "AdaBound combines Adam with gradient descent: steps 1 to 8 are Adam's within $10^(-12)$, and from step 1,000,001 \
                        on every step differs from $f m_t$ by at most $f (1/(γ t) + 1/(γ t + 1)) |m_t|$",
            quantifier: "the default f and γ, η = 1/1000; gradients of size 1, then 50 steps of 8 drawn coordinates, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| combines(lab, subject, Loop::Open, 1.0),
        },
        Claim {
            id: "bounds",
            as_stated: false,
            statement: "$η_l < f < η_u$ and $η_u - η_l = f (1/(γ t) + 1/(γ t + 1))$",
            quantifier: "all f, γ > 0 and t",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(certificate(1)),
        },
        Claim {
            id: "clipped",
            as_stated: false,
            statement: "on large gradients the step is $η_l m_t$, on tiny ones $η_u m_t$, within a relative $10^(-12)$",
            quantifier: "steps 1 to 50, f = 1/10, γ in {1/1000, 1}; gradients 2³⁰ and 2⁻³⁰, rounded outward",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| clipped(subject, false),
        },
    ],
    controls: &[
        Control {
            id: "closed-loop",
            differs: "claims the late difference for two runs, each with the gradients of its own iterates",
            broken: Broken::Statement(|lab, subject| combines(lab, subject, Loop::Closed, 1.0)),
        },
        Control {
            id: "less-than-half-the-distance",
            differs: "claims 0.49 of the late difference, of which 0.4997 are needed",
            broken: Broken::Statement(|lab, subject| combines(lab, subject, Loop::Open, 0.49)),
        },
        Control {
            id: "swapped-bounds",
            differs: "claims the lower bound on tiny gradients and the upper one on large ones",
            broken: Broken::Statement(|_, subject| clipped(subject, true)),
        },
        Control {
            id: "negative-speed",
            differs: "claims the order of the bounds for γ < 0",
            broken: Broken::Statement(|_, _| Ok(certificate(-1))),
        },
        Control {
            id: "code-does-not-clip",
            differs: "the code runs Adam for AdaBound",
            broken: Broken::Subject {
                claim: "combines",
                subject: &Impostor {
                    name: "Adam for AdaBound",
                    instead: |method| match &method.algorithm {
                        Algorithm::AdaBound(rule) => {
                            Method { algorithm: adam(rule.moments.clone(), rule.epsilon.clone()), ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "code-with-a-larger-final-step",
            differs: "the code's f is larger by the factor 1 + 10⁻⁹",
            broken: Broken::Subject {
                claim: "clipped",
                subject: &Impostor {
                    name: "final step size larger by a billionth",
                    instead: |method| match &method.algorithm {
                        Algorithm::AdaBound(rule) => {
                            let final_step_size = &rule.final_step_size * rational(1_000_000_001, 1_000_000_000);
                            let rule = AdaBound { final_step_size, ..rule.clone() };
                            Method { algorithm: Algorithm::AdaBound(rule), ..method.clone() }
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
    ],
    plots: &[rates],
};

/// `f = 1/10` and `η = 1/1000`, `ε = 0`.
fn bounded(convergence: Rational) -> Method {
    let rule = AdaBound {
        moments: default_moments(),
        epsilon: Rational::ZERO,
        placement: Epsilon::Outside,
        final_step_size: rational(1, 10),
        base_step_size: None,
        convergence,
        bias_correction: true,
        root_decay: false,
        maximum: false,
    };
    Method::new(Algorithm::AdaBound(rule), rational(1, 1000))
}

fn certificate(sign: i64) -> Evidence {
    let mut exact = Exact::new();
    // s = γt; the bounds times s (s + 1).
    let [f, size] = Polynomial::variables();
    let one = f.int(1);
    let s = f.int(sign) * &size;
    let common = &s * (&s + &one);
    let lower = &f * &s * &s;
    let upper = &f * (&s + &one) * (&s + &one);
    exact.identity("their distance", &upper - &lower, &f * (&s + &s + &one));
    for (name, room) in [("η_l < f", &f * &common - &lower), ("f < η_u", &upper - &f * &common)] {
        exact
            .holds(name, room.is_positive_termwise() && room.terms() > 0, || format!("{} terms, not all positive", room.terms()));
    }
    exact.evidence()
}

/// Where the gradients of the late steps come from.
#[derive(Clone, Copy, PartialEq)]
enum Loop {
    Open,
    Closed,
}

const LATE: u64 = 1_000_000;

fn combines(lab: &Lab, subject: &dyn Subject, kind: Loop, share: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let method = bounded(rational(1, 1000));
    let mut early = subject.enclosure(&method)?;
    let mut plain = subject.enclosure(&Method::new(adam(default_moments(), Rational::ZERO), rational(1, 1000)))?;
    for (t, sign) in [1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0].into_iter().enumerate() {
        let row = points(&[sign, 1.0]);
        for (left, right) in displacement(&mut *early, &row).into_iter().zip(displacement(&mut *plain, &row)) {
            exact.decided("Adam's step", (left - right).smaller_than(1e-12), || format!("step {}: {left:?}", t + 1));
        }
    }
    let width = 8;
    let state = |row: &[f64]| points(row);
    let [mean, square] = [1, 2].map(|trial| gradients(lab, 3, width)[trial].iter().map(|x| x.abs()).collect::<Vec<_>>());
    let load = |optimizer: &mut dyn Optimizer<Interval>, slots: Vec<Vec<Interval>>, rate: &Rational| {
        optimizer.load(Saved { step_size: Interval::of(rate), calls: LATE, tensors: vec![Some((LATE, slots))] });
    };
    let mut late = subject.enclosure(&method)?;
    load(&mut *late, vec![state(&mean), state(&square)], &method.step_size);
    let mut momentum = subject.enclosure(&Method::new(averaging(default_moments().beta1), rational(1, 10)))?;
    load(&mut *momentum, vec![state(&mean)], &rational(1, 10));
    let (mut x, mut y) = (vec![Interval::one(); width], vec![Interval::one(); width]);
    for (row, t) in gradients(lab, 50, width).iter().zip(LATE + 1..) {
        let before = [x.clone(), y.clone()];
        // In closed loop the gradient of x²/2, with the drawn numbers as noise.
        let at = |x: &[Interval]| {
            let own = |(x, noise): (&Interval, &f64)| {
                Interval::point(*noise) + if kind == Loop::Closed { *x } else { Interval::zero() }
            };
            x.iter().zip(row).map(own).collect::<Vec<_>>()
        };
        advance(&mut *late, &mut x, at);
        advance(&mut *momentum, &mut y, at);
        let s = rational(t as i64, 1000);
        let distance = rational(1, 10) * (Rational::ONE / &s + Rational::ONE / (&s + Rational::ONE));
        for place in 0..width {
            let [step, wanted] = [before[0][place] - x[place], before[1][place] - y[place]];
            // f m_t is the step of momentum, and its enclosure allows 10⁻¹⁴.
            let allowed = wanted.magnitude() * Interval::of(&distance) * Interval::int(10) * Interval::point(share)
                + Interval::point(1e-14);
            exact.decided("f m_t up to the distance", (allowed - (step - wanted).magnitude()).above(0.0), || {
                format!("step {t}: {} against {}, {} allowed", step.lo, wanted.lo, allowed.hi)
            });
        }
    }
    Ok(exact.evidence())
}

/// The code's rates at its bounds, beside the exact ones.
fn clipped(subject: &dyn Subject, swapped: bool) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let one = Rational::ONE;
    for convergence in [rational(1, 1000), rational(1, 1)] {
        let mut optimizer = subject.enclosure(&bounded(convergence.clone()))?;
        let mut momentum = subject.enclosure(&Method::new(averaging(default_moments().beta1), Rational::ONE))?;
        for t in 1..=50 {
            let s = &convergence * Rational::from(t);
            let mut bounds = [&one - &one / (&s + &one), &one + &one / &s];
            if swapped {
                bounds.reverse();
            }
            let row = points(&[(1u64 << 30) as f64, 1.0 / (1u64 << 30) as f64]);
            let rates = displacement(&mut *optimizer, &row).into_iter().zip(displacement(&mut *momentum, &row));
            for ((step, mean), bound) in rates.zip(bounds) {
                let ratio = step / mean / Interval::of(&(bound * rational(1, 10))) - Interval::one();
                exact.decided("at the bound", ratio.smaller_than(1e-12), || {
                    format!("γ = {convergence}, t = {t}: off by {ratio:?}")
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// The rate per gradient on a constant gradient, where `m̂ = g`: m is read from averaging momentum.
fn rates(_: &Lab) -> Plot {
    let times: Vec<u32> = (0..26).map(|k| libm::exp2(f64::from(k) / 1.5) as u32 + 1).collect();
    let bound = |bound: fn(f64) -> f64| times.iter().map(move |&t| [f64::from(t), 0.1 * bound(f64::from(t) / 1000.0)]);
    let mut series = vec![
        Series::theory("lower bound", bound(|s| 1.0 - 1.0 / (s + 1.0))),
        Series::theory("upper bound", bound(|s| 1.0 + 1.0 / s)),
    ];
    for gradient in [1e-4, 1.0] {
        let Ok(mut optimizer) = Reference.double(&bounded(rational(1, 1000))) else { continue };
        let mut mean = 0.0;
        let found: Vec<f64> = (1..=times[times.len() - 1])
            .map(|_| {
                mean += (gradient - mean) * to_f64(&rational(1, 10));
                displacement(&mut *optimizer, &[gradient])[0] / mean
            })
            .collect();
        let measured = times.iter().map(|&t| [f64::from(t), found[t as usize - 1]]);
        series.push(Series::measured(&format!("the code on the gradient {gradient}"), measured));
    }
    Plot {
        id: "rates".into(),
        title: "AdaBound's rate, f = 0.1 and γ = 0.001".into(),
        x: "step t".into(),
        y: "rate".into(),
        log_x: true,
        log_y: true,
        series,
    }
}
