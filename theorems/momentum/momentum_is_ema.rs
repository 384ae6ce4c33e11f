//! # Momentum is an exponential sum, not an exponential moving average
//!
//! **Setting.** A: `v ← γv + g`, `x ← x - ηv`. B: `v ← γv + ηg`, `x ← x - v`. C: `v ← γv + (1 - γ)g`, `x ← x - ηv`. D: C, but
//! `v_1 = g_1` (PyTorch with dampening γ). All start at `v = 0`. Weights are those of the gradients in `v` (in B, in `v/η`).
//!
//! **Statement.** (1) The weights of A and B sum to `(1 - γ^t)/(1 - γ)`: more than 1 from `t = 2` on, `1/(1 - γ)` in the limit. (2) C
//! is an average: its weights sum to `1 - γ^t`, to 1 with bias correction; D's sum to 1 at every `t`.
//!
//! **Why.** Any average of numbers is at most the largest of them, so its weights sum to at most 1. `(1 - γ) Σ γ^i = 1 - γ^t`.
//!
//! **How it could fail.** The geometric sum is compared as polynomials. The code runs on unit impulses, so that its steps show the
//! weight of every gradient; they are summed exactly.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Algorithm, Momentum, Velocity};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, SHORTER_STEP};
use crate::theorems::momentum::impulses::{Clipping, MOMENTA, geometric_sums, weights, with_velocity};
use crate::theorems::momentum::variants::in_convention;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-is-ema",
    title: "The velocity is an exponential sum with gain 1/(1 - γ); only the (1 - γ)-weighted form is a moving average",
    topic: "momentum",
    record: Some("momentum-is-ema"),
    statement: "The velocities $v ← γ v + g$ and $v ← γ v + η g$ are not moving averages of the gradients: their weights sum to \
                $(1 - γ^t)/(1 - γ)$ (times $η$), in the limit to the gain $1/(1 - γ)$. The weights of $v ← γ v + (1 - γ) g$ sum to \
                $1 - γ^t$, with bias correction to 1.",
    hypotheses: &["the velocity starts at 0", "$0 < γ < 1$ is constant"],
    sources: &[Source::Note("000", "161"), Source::Note("002", "89"), Source::Note("003", "219"), Source::Note("004", "95")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the velocity is an exponential moving average of the gradients (in the note's form, times $η$): at no time is \
                        it larger than the largest of them",
            quantifier: "refuted at t = 2 for γ = 1/2 by forms A and B, whose weights sum to 3/2",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| averages(lab, subject, &[INSIDE, OUTSIDE]),
        },
        Claim {
            id: "note-002",
            as_stated: true,
            statement: "$v ← γ v + (1 - γ) g$ is one: its weights are positive and sum to at most 1",
            quantifier: "every gradient sequence of 60 steps if the code is linear in them, which is tried on an impulse of -100 and \
                         two drawn sequences; γ = 1/2, 9/10, 99/100",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| averages(lab, subject, &[AVERAGE]),
        },
        Claim {
            id: "sum",
            as_stated: false,
            statement: "$(1 - γ) sum_(i=0)^(t-1) γ^i = 1 - γ^t$",
            quantifier: "every γ; t ≤ 50 term by term, and from every t to t + 1",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(geometric_sums(0)),
        },
        Claim {
            id: "gain",
            as_stated: false,
            statement: "in A and B the code's weights sum to $(1 - γ^t)/(1 - γ)$",
            quantifier: "every t ≤ 60; as note-002",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| {
                sums(lab, subject, &[OUTSIDE, INSIDE], |gamma, power| (Rational::ONE - power) / (Rational::ONE - gamma))
            },
        },
        Claim {
            id: "average",
            as_stated: false,
            statement: "in C the code's weights sum to $1 - γ^t$: divided by that, they sum to 1",
            quantifier: "every t ≤ 60; as note-002",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| sums(lab, subject, &[AVERAGE], |_, power| Rational::ONE - power),
        },
        Claim {
            id: "dampened",
            as_stated: false,
            statement: "with dampening $γ$ and an undampened first update (PyTorch's) the weights sum to 1 at every $t$",
            quantifier: "every t ≤ 60; as note-002",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| sums(lab, subject, &[DAMPENED], |_, _| Rational::ONE),
        },
    ],
    controls: &[
        Control {
            id: "corrected-sum-is-an-average",
            differs: "claims that A's weights over 1 - γ^t sum to 1",
            broken: Broken::Statement(|lab, subject| sums(lab, subject, &[OUTSIDE], |_, power| Rational::ONE - power)),
        },
        Control {
            id: "average-without-correction",
            differs: "claims that C's weights sum to 1 without bias correction",
            broken: Broken::Statement(|lab, subject| sums(lab, subject, &[AVERAGE], |_, _| Rational::ONE)),
        },
        Control {
            id: "gain-larger-by-a-billionth",
            differs: "claims the gain (1 + 10⁻⁹)(1 - γ^t)/(1 - γ)",
            broken: Broken::Statement(|lab, subject| {
                sums(lab, subject, &[OUTSIDE], |gamma, power| {
                    (Rational::ONE - power) / (Rational::ONE - gamma) * rational(1_000_000_001, 1_000_000_000)
                })
            }),
        },
        Control {
            id: "unbalanced-sum",
            differs: "the sum's new term is 1 + 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(geometric_sums(1))),
        },
        Control {
            id: "dampened-from-the-first",
            differs: "the code dampens the first update too",
            broken: Broken::Subject {
                claim: "dampened",
                subject: &Impostor {
                    name: "dampened from the first",
                    instead: |method| match &method.algorithm {
                        Algorithm::Momentum(Momentum { momentum, velocity: Velocity::Dampened { .. } }) => {
                            let dampening = momentum.clone();
                            in_convention(method, Velocity::Dampened { dampening, from_the_first: true })
                        }
                        _ => method.clone(),
                    },
                },
            },
        },
        Control {
            id: "sum-for-average",
            differs: "the code adds the gradient without 1 - γ",
            broken: Broken::Subject {
                claim: "note-002",
                subject: &Impostor { name: "sum for average", instead: |method| in_convention(method, Velocity::StepOutside) },
            },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is γ (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "gain", subject: &HEAVIER_BALL },
        },
        Control {
            id: "step-smaller-by-a-billionth",
            differs: "the code steps by η (1 - 10⁻⁹)",
            broken: Broken::Subject { claim: "average", subject: &SHORTER_STEP },
        },
        Control {
            id: "clipped",
            differs: "the code clips gradients to [-1, 1], which no unit impulse shows",
            broken: Broken::Subject { claim: "gain", subject: &Clipping },
        },
    ],
    plots: &[gains],
};

/// A convention, from γ.
type Convention = fn(&Rational) -> Velocity<Rational>;

const OUTSIDE: Convention = |_| Velocity::StepOutside;
const INSIDE: Convention = |_| Velocity::StepInside;
const AVERAGE: Convention = |_| Velocity::Average;
const DAMPENED: Convention = |gamma| Velocity::Dampened { dampening: gamma.clone(), from_the_first: false };

/// The weights in the velocity after 1, 2, ... steps of the code; entry `j` is that of the `j`-th gradient.
fn velocities(
    exact: &mut Exact,
    lab: &Lab,
    subject: &dyn Subject,
    convention: Convention,
    gamma: &Rational,
) -> Result<Vec<Vec<Rational>>, NotOffered> {
    weights(exact, lab, subject, with_velocity(gamma, convention(gamma)), &rational(1, 10), 60)
}

fn total(weights: &[Rational]) -> Rational {
    weights.iter().fold(Rational::ZERO, |sum, weight| sum + weight)
}

/// What every average has, however it starts: weights that are not negative and sum to at most 1.
fn averages(lab: &Lab, subject: &dyn Subject, conventions: &[Convention]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for convention in conventions {
        for (top, bottom) in MOMENTA {
            let gamma = rational(top, bottom);
            for (before, weights) in velocities(&mut exact, lab, subject, *convention, &gamma)?.iter().enumerate() {
                let (t, sum) = (before + 1, total(weights));
                let found = || format!("{}, γ = {gamma}, t = {t}: the weights sum to {sum}", convention(&gamma));
                exact.holds("no weight is negative", weights.iter().all(|weight| *weight >= Rational::ZERO), found);
                exact.holds("the weights sum to at most 1", sum <= Rational::ONE, found);
            }
        }
    }
    Ok(exact.evidence())
}

/// Whether the code's weights sum to `claimed(γ, γ^t)`.
fn sums(
    lab: &Lab,
    subject: &dyn Subject,
    conventions: &[Convention],
    claimed: fn(&Rational, &Rational) -> Rational,
) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for convention in conventions {
        for (top, bottom) in MOMENTA {
            let gamma = rational(top, bottom);
            let mut power = Rational::ONE;
            for (before, weights) in velocities(&mut exact, lab, subject, *convention, &gamma)?.iter().enumerate() {
                power *= &gamma;
                let (sum, claimed) = (total(weights), claimed(&gamma, &power));
                exact.holds("the sum of the weights", sum == claimed, || {
                    let [sum, claimed] = [&sum, &claimed].map(to_f64);
                    format!("{}, γ = {gamma}, t = {}: {sum:e} against {claimed:e}", convention(&gamma), before + 1)
                });
            }
        }
    }
    Ok(exact.evidence())
}

fn gains(lab: &Lab) -> Plot {
    let gamma = rational(9, 10);
    let theory = |claimed: fn(f64) -> f64| (1..=60).map(move |t| [f64::from(t), claimed(libm::pow(0.9, f64::from(t)))]);
    let measured = |convention| {
        let found = velocities(&mut Exact::new(), lab, &Reference, convention, &gamma).unwrap_or_default();
        (1..).map(f64::from).zip(found).step_by(3).map(|(t, weights)| [t, to_f64(&total(&weights))]).collect::<Vec<_>>()
    };
    Plot {
        id: "gains".into(),
        title: "Sum of the weights of the gradients in the velocity, γ = 0.9".into(),
        x: "t".into(),
        y: "sum of the weights".into(),
        log_y: true,
        series: vec![
            Series::theory("(1 - γ^t) / (1 - γ)", theory(|power| (1.0 - power) / 0.1)),
            Series::theory("1 - γ^t", theory(|power| 1.0 - power)),
            Series::theory("1", theory(|_| 1.0)),
            Series::measured("A: g added", measured(OUTSIDE)),
            Series::measured("C: (1 - γ)g added", measured(AVERAGE)),
            Series::measured("D: dampening γ, the first g undampened", measured(DAMPENED)),
        ],
        ..Plot::default()
    }
}
