//! # The batch size that balances noise against time
//!
//! **Setting.** A step with a batch of `B` takes the time `a + bB`, and `1 + B_n/B` steps make the progress of one without noise.
//!
//! **Statement.** (1) The time `(1 + B_n/B)(a + bB)` is least at `B* = √(aB_n/b)`, where it is `(√a + √(bB_n))²`. (2) So the best batch depends on the
//! hardware through `a/b` alone, and grows without bound only where `b = 0`.
//!
//! **Why.** `(1 + B_n/B)(a + bB) - (√a + √(bB_n))² = (√(aB_n) - √b B)²/B`.
//!
//! **How it could fail.** The identity is polynomial in the roots. The steps that a batch saves are those of the code: its expected decrease is enumerated on
//! the model of critical-batch-size, and the times of all batch sizes are compared. No seconds enter: `a` and `b` are parameters.

use super::critical_batch_size::{NOISE, best, decrease};
use super::faults::COPIES;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::plot::{Plot, Series};
use crate::subject::{NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::LONGER_STEP;
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "optimal-batch-size-balance",
    title: "In a linear cost model the best batch size is √(a B_n/b)",
    topic: "stochastic",
    record: Some("optimal-batch-size-balance"),
    statement: "If a step with a batch of $B$ takes the time $a + b B$ and $1 + B_n/B$ steps make the same progress, the least time is at $B^* = sqrt(a B_n / b)$. \
                That is a statement on this cost model, not on hardware.",
    hypotheses: &["a step takes $a + b B$, with $a, b > 0$", "steps for the same progress $∝ 1 + B_n/B$, as on a quadratic"],
    sources: &[
        Source::Note("000", "402-404"),
        Source::Note("000", "113"),
        Source::Note("000", "589"),
        Source::Cited("mccandlish2018", "section 2.2"),
    ],
    claims: &[
        Claim {
            id: "balance",
            as_stated: true,
            statement: "the optimal batch size balances gradient quality against computation and depends on the hardware: on this model it is 1, 2, 4, 8 for \
                        $a/b = ½, 2, 8, 32$ and $B_n = 2$, with the code's own steps",
            quantifier: "the quadratic of critical-batch-size, batch sizes 1 to 12, four cost ratios",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| measured_best(subject, |cost| cost.isqrt()),
        },
        Claim {
            id: "square",
            as_stated: false,
            statement: "$(1 + B_n/B)(a + b B) = (sqrt(a) + sqrt(b B_n))^2 + (sqrt(a B_n) - sqrt(b) B)^2/B$",
            quantifier: "all a, b, B_n, B > 0, as a polynomial identity in √a, √b, √B_n and B",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(square(0)),
        },
        Claim {
            id: "free-samples",
            as_stated: false,
            statement: "where samples cost no time, $b = 0$, every larger batch is better, and the hardware's largest is best",
            quantifier: "all a, B_n, B > 0 and larger B, as a polynomial identity",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(free(0)),
        },
    ],
    controls: &[
        Control {
            id: "largest-batch",
            differs: "claims that the largest batch is best though b > 0",
            broken: Broken::Statement(|_, subject| measured_best(subject, |_| LARGEST)),
        },
        Control {
            id: "noise-scale",
            differs: "claims that B_n is best whatever the hardware",
            broken: Broken::Statement(|_, subject| measured_best(subject, |_| NOISE)),
        },
        Control {
            id: "unbalanced-square",
            differs: "the square has (√b + 10⁻⁹) B",
            broken: Broken::Statement(|_, _| Ok(square(1))),
        },
        Control {
            id: "nearly-free-samples",
            differs: "samples cost b = 10⁻⁹ a, and every larger batch is said to be better",
            broken: Broken::Statement(|_, _| Ok(free(1))),
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "balance", subject: &LONGER_STEP },
        },
        Control {
            id: "same-sample-twice",
            differs: "each draw enters its batch twice",
            broken: Broken::Subject { claim: "balance", subject: &COPIES },
        },
    ],
    plots: &[valley],
};

const LARGEST: usize = 12;

/// Whether the time for the progress of one step without noise, from the code's own decrease with each batch, is least at `claimed(2a/b)`.
fn measured_best(subject: &dyn Subject, claimed: fn(usize) -> usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    // ½ |G|⁴/GᵀHG of the model.
    let noiseless = rational(25, 18);
    let steps = (1..=LARGEST).map(|batch| {
        let steps = &noiseless / decrease(subject, &best(batch), batch)?;
        exact.equal("steps", &steps, &(Rational::ONE + rational(NOISE as i64, batch as u64)), || format!("B = {batch}"));
        Ok(steps)
    });
    let steps: Vec<Rational> = steps.collect::<Result<_, NotOffered>>()?;
    for twice in [1_usize, 4, 16, 64] {
        let time = |batch: usize| &steps[batch - 1] * (rational(twice as i64, 2) + Rational::from(batch));
        let claimed = claimed(twice);
        for batch in (1..=LARGEST).filter(|batch| *batch != claimed) {
            exact.holds("no other batch is as fast", time(claimed) < time(batch), || {
                format!("a/b = {twice}/2: B = {claimed} takes {}, B = {batch} takes {}", time(claimed), time(batch))
            });
        }
    }
    Ok(exact.evidence())
}

/// `α = √a`, `β = √b`, `ν = √B_n`; `error` billionths are added to one `β`.
fn square(error: i64) -> Evidence {
    let [alpha, beta, nu, batch] = Polynomial::variables();
    let cost = (&batch + nu.squared()) * (alpha.squared() + beta.squared() * &batch);
    let least = (&alpha + &beta * &nu).squared() * &batch;
    let off = beta.clone() + beta.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    exact.identity("times B", cost, least + (&alpha * &nu - off * &batch).squared());
    exact.evidence()
}

/// `(1 + B_n/B)(a + bB)` less the same with `B + more`, times `B (B + more)`; `b` is so many billionths of `a`.
fn free(billionths: i64) -> Evidence {
    let [a, noise, batch, more] = Polynomial::variables();
    let larger = &batch + &more;
    let step = |size: &Polynomial| &a * (a.int(1) + a.constant(&rational(billionths, 1_000_000_000)) * size);
    let difference = (&batch + &noise) * &larger * step(&batch) - (&larger + &noise) * &batch * step(&larger);
    let mut exact = Exact::new();
    exact.identity("the time saved", difference.clone(), &a * &noise * &more);
    exact.holds("it is positive", difference.is_positive_termwise(), || "a coefficient is negative".into());
    exact.evidence()
}

fn valley(_: &Lab) -> Plot {
    let mut series = Vec::new();
    for ratio in [0.5, 2.0, 8.0, 32.0] {
        let time = move |batch: f64| (1.0 + NOISE as f64 / batch) * (ratio + batch);
        let sizes = (0..=60).map(|k| libm::pow(2.0, f64::from(k) / 12.0));
        series.push(Series::theory(&format!("a/b = {ratio}"), sizes.map(|batch| [batch, time(batch)])));
        let measured = (1..=LARGEST).filter_map(|batch| {
            let steps = 25.0 / 18.0 / to_f64(&decrease(&Reference, &best(batch), batch).ok()?);
            Some([batch as f64, steps * (ratio + batch as f64)])
        });
        series.push(Series::measured(&format!("code's steps, a/b = {ratio}"), measured));
    }
    Plot {
        id: "time".into(),
        title: "Time for the progress of one step without noise, in units of b; B_n = 2".into(),
        x: "batch size B".into(),
        y: "time".into(),
        log_x: true,
        log_y: true,
        series,
    }
}
