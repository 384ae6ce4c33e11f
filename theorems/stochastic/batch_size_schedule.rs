//! # A growing batch in place of a falling rate
//!
//! **Setting.** SGD on `½λx²` with noise of variance `σ²/B`: from some step on with `(η, kB)` or with `(η/k, B)`.
//!
//! **Statement.** (1) The stationary variances of `(η, kB)` and `(η/k, B)` are in the ratio `(2 - ηλ/k)/(2 - ηλ)`: equal to first order in `ηλ`, as `η/B` is
//! the same. (2) The means are not: they contract by `1 - ηλ` and by `1 - ηλ/k` a step, so that the larger batch forgets faster, with `k` times the samples.
//!
//! **Why.** `V = ησ²/(Bλ(2 - ηλ))`: the first factor is the same, the second is not.
//!
//! **How it could fail.** The code's floors and contractions are read exactly; averages of drawn batches run in floats from the stationary law, with the batch sizes of the
//! schedule.

use super::mode::{floor, weights};
use crate::evidence::{Evidence, Exact, Relation};
use crate::lab::{Draws, Lab};
use crate::number::{Rational, rational, square, to_f64};
use crate::optimizers::{Method, advance};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::schedules::BatchSize;
use crate::statistics::{Law, Question, estimate};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::verdict::Verdict;
use std::num::NonZeroU64;

pub static THEOREM: Theorem = Theorem {
    id: "batch-size-schedule",
    title: "Growing batches stand for falling rates in the noise, not in the drift",
    topic: "stochastic",
    record: Some("batch-size-schedule"),
    statement: "On $½ λ x^2$ the stationary variance with $(η, k B)$ is $(2 - η λ/k)/(2 - η λ)$ times that with $(η/k, B)$: the same to first order, on this model \
                problem. The means contract by $1 - η λ$ and by $1 - η λ/k$.",
    hypotheses: &["a quadratic, noise of constant variance $σ^2/B$ independent of the past", "$0 < η λ < 2$, $k ≥ 1$"],
    sources: &[Source::Note("000", "434"), Source::Cited("smith2018batch", "abstract")],
    claims: &[
        Claim {
            id: "same-trajectory",
            as_stated: true,
            statement: "starting small and increasing the batch by $k$ does what dividing the rate by $k$ does: the means contract alike",
            quantifier: "½λx², ηλ = 1/2, 1/10 and 1/100, k = 2, 4, 8",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| means(subject, |step, _| Rational::ONE - step),
        },
        Claim {
            id: "floors",
            as_stated: false,
            statement: "the stationary variance of $(η, k B)$ is $(2 - η λ/k)/(2 - η λ)$ times that of $(η/k, B)$",
            quantifier: "ηλ = 3/2, 1/2, 1/10 and 1/100, the stages of schedules from 32 to 2048 by the factors 2, 4, 8: k from 2 to 64",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| {
                floors(subject, |k| k.clone(), |step, k| (Rational::from(2) - step / k) / (Rational::from(2) - step))
            },
        },
        Claim {
            id: "drift",
            as_stated: false,
            statement: "with $(η/k, B)$ the mean contracts by $1 - η λ/k$ a step, and by $(1 - η λ/k)^k ≥ 1 - η λ$ in as many samples as a step of $(η, k B)$ takes",
            quantifier: "½λx², ηλ = 1/2, 1/10 and 1/100, k = 2, 4, 8",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| means(subject, |step, k| Rational::ONE - step / k),
        },
        Claim {
            id: "replicates",
            as_stated: false,
            statement: "after 30 steps with drawn batches of the schedule's size, or with the rate divided, $𝔼 x^2$ is the stationary variance",
            quantifier: "ηλ = 1/5, B = 2, k = 4, from the stationary law of (η, kB)",
            expected: Verdict::Supported,
            method: By::MonteCarlo,
            check: |lab, subject| replicates(lab, subject, &rational(1, 4)),
        },
    ],
    controls: &[
        Control {
            id: "root-of-the-batch",
            differs: "the rate is divided by √k",
            broken: Broken::Statement(|lab, subject| replicates(lab, subject, &rational(1, 2))),
        },
        Control {
            id: "root-of-the-batch-exactly",
            differs: "the rate is divided by √k where k is a square",
            broken: Broken::Statement(|_, subject| {
                let divisor = |k: &Rational| {
                    let root = [2, 4, 8].map(Rational::from).into_iter().find(|root| square(root) == *k);
                    root.unwrap_or_else(|| k.clone())
                };
                floors(subject, divisor, |step, k| (Rational::from(2) - step / k) / (Rational::from(2) - step))
            }),
        },
        Control {
            id: "equal-floors",
            differs: "claims equal stationary variances",
            broken: Broken::Statement(|_, subject| floors(subject, |k| k.clone(), |_, _| Rational::ONE)),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "floors", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-a-billionth-in-the-mean",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "drift", subject: &LONGER_STEP },
        },
        Control {
            id: "step-larger-by-nine-tenths",
            differs: "the code steps by 19η/10",
            broken: Broken::Subject {
                claim: "replicates",
                subject: &Impostor { name: "step larger by nine tenths", instead: |method| longer(method, rational(9, 10)) },
            },
        },
    ],
    plots: &[stages],
};

/// The batch sizes 32, 64, ..., or with larger factors, up to 2048.
fn schedule(factor: u64) -> BatchSize {
    BatchSize { first: 32, factor, period: NonZeroU64::MIN.saturating_add(9), largest: 2048 }
}

fn floors(
    subject: &dyn Subject,
    divisor: fn(&Rational) -> Rational,
    claimed: fn(&Rational, &Rational) -> Rational,
) -> Result<Evidence, NotOffered> {
    let (lambda, sigma) = (rational(5, 2), Rational::from(7));
    let mut exact = Exact::new();
    for step in [rational(3, 2), rational(1, 2), rational(1, 10), rational(1, 100)] {
        let eta = &step / &lambda;
        for size in [2, 4, 8].iter().flat_map(|factor| [10, 20, 30].map(|step| schedule(*factor).size(step))) {
            let k = rational(size as i64, 32);
            let of = |exact: &mut Exact, eta: &Rational, batch: &Rational| {
                Ok(floor(exact, subject, eta, &lambda, &(&sigma / batch))?.unwrap_or(Rational::NEG_ONE))
            };
            let large = of(&mut exact, &eta, &Rational::from(size))?;
            let slow = of(&mut exact, &(&eta / divisor(&k)), &Rational::from(32))?;
            let input = || format!("ηλ = {step}, B from 32 to {size}");
            exact.holds("both are stable", large > Rational::ZERO && slow > Rational::ZERO, input);
            exact.equal("the ratio", &(large / slow), &claimed(&step, &k), input);
        }
    }
    Ok(exact.evidence())
}

/// Whether `(η/k, B)` contracts the mean by `claimed` a step, and `(η, kB)` by `1 - ηλ`.
fn means(subject: &dyn Subject, claimed: fn(&Rational, &Rational) -> Rational) -> Result<Evidence, NotOffered> {
    let lambda = rational(5, 2);
    let mut exact = Exact::new();
    for (step, k) in [2, 10, 100].into_iter().flat_map(|part| [2, 4, 8].map(|k| (rational(1, part), k))) {
        let (eta, count) = (&step / &lambda, Rational::from(k));
        let large = weights(&mut exact, subject, &eta, &lambda, 1)?[1].start.clone();
        let slow = weights(&mut exact, subject, &(&eta / &count), &lambda, k)?;
        let input = || format!("ηλ = {step}, k = {k}");
        exact.equal("a step of (η, kB)", &large, &(Rational::ONE - &step), input);
        exact.equal("a step of (η/k, B)", &slow[1].start, &claimed(&step, &count), input);
        exact.holds("k steps of (η/k, B) contract less", slow[k].start >= large, input);
    }
    Ok(exact.evidence())
}

const REPLICATES: usize = 16;

/// The mean square of 16 replicates after 30 steps on `½x²` with means of this many standard normal draws as noise, from a normal law.
fn after_thirty(subject: &dyn Subject, eta: &Rational, batch: u64, start: f64, draws: &mut Draws) -> Result<f64, NotOffered> {
    let mut optimizer = subject.double(&Method::gradient_descent(eta.clone()))?;
    let quadratic = Quadratic { spectrum: vec![1.0; REPLICATES] };
    let mut x: Vec<f64> = (0..REPLICATES).map(|_| start.sqrt() * draws.normal()).collect();
    for _ in 0..30 {
        advance(&mut *optimizer, &mut x, |x| {
            let mut noise = || (0..batch).map(|_| draws.normal()).sum::<f64>() / batch as f64;
            quadratic.gradient(x).into_iter().map(|g| g + noise()).collect()
        });
    }
    Ok(x.iter().map(|x| x * x).sum::<f64>() / REPLICATES as f64)
}

/// `ησ²/(B (2 - η))` for `λ = σ = 1`.
fn stationary(eta: &Rational, batch: u64) -> Rational {
    eta / (Rational::from(batch) * (Rational::from(2) - eta))
}

/// In units of what is claimed: `(η, kB)` keeps its stationary variance, and `(share η, B)` reaches that of `(η/k, B)`. The states are normal, so that the
/// statistics are scaled χ², taken twice as large because the scale follows from the claim. The slow mean square is off by `(1 - η/4)^60 < 0.05` of the
/// distance that it had, of 8%. `√k` gives 2.1 times the variance: 1.1 is more than five margins, and so is the 0.9 of the longer step.
fn replicates(lab: &Lab, subject: &dyn Subject, share: &Rational) -> Result<Evidence, NotOffered> {
    let (eta, schedule) = (rational(1, 5), BatchSize { first: 2, ..schedule(4) });
    let [small, large] = [0, 10].map(|step| schedule.size(step));
    let large_variance = to_f64(&stationary(&eta, large));
    let slow_variance = to_f64(&stationary(&(&eta / Rational::from(4)), small));
    let mut statistics = Vec::new();
    for (name, eta, batch, unit) in
        [("the batch times four", eta.clone(), large, large_variance), ("the rate divided", &eta * share, small, slow_variance)]
    {
        let law = Law::chi_square(REPLICATES as f64, 2.0 / REPLICATES as f64);
        let margin = 0.17;
        let largest = 4 * law.required(margin, lab.policy.alpha());
        subject.double(&Method::gradient_descent(eta.clone()))?; // trials cannot say that it is not offered
        let question = Question { name, relation: Relation::Equal, target: 1.0, margin, law, largest };
        statistics.push(estimate(lab, &question, |draws| {
            after_thirty(subject, &eta, batch, large_variance, draws).map_or(f64::NAN, |square| square / unit)
        }));
    }
    Ok(Evidence::sampled(statistics))
}

/// `E x²` from 1 with the batch doubled, or the rate halved, after every ten steps: exact, from the code's weights of one step.
fn stages(_: &Lab) -> Plot {
    let rate = rational(1, 5);
    let curve = |grow: bool| {
        let (mut moment, mut points) = (1.0, vec![[0.0, 1.0]]);
        for step in 0..80_u64 {
            let k = schedule(2).size(step) / 32;
            let eta = if grow { rate.clone() } else { &rate / Rational::from(k) };
            let Ok(found) = weights(&mut Exact::new(), &Reference, &eta, &Rational::ONE, 1) else { break };
            let noise = 0.1 / if grow { k as f64 } else { 1.0 };
            moment = to_f64(&square(&found[1].start)) * moment + to_f64(&square(&found[1].noise[0])) * noise;
            points.push([step as f64 + 1.0, moment]);
        }
        points
    };
    let floors = |grow: bool| {
        (0..80_u64).map(move |step| {
            let k = (schedule(2).size(step) / 32) as f64;
            let (eta, noise) = if grow { (0.2, 0.1 / k) } else { (0.2 / k, 0.1) };
            [step as f64 + 1.0, eta * noise / (2.0 - eta)]
        })
    };
    Plot {
        id: "stages".into(),
        title: "E x² on ½ x², η = 0.2, with a stage every ten steps".into(),
        x: "steps".into(),
        y: "E x²".into(),
        log_y: true,
        series: vec![
            Series::theory("floor of the stage, batch doubled", floors(true)),
            Series::theory("floor of the stage, rate halved", floors(false)),
            Series::measured("code, batch doubled", curve(true)),
            Series::measured("code, rate halved", curve(false)),
        ],
        ..Plot::default()
    }
}
