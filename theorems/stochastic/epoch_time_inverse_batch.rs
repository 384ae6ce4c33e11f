//! # The time of an epoch is not inverse to the batch size where that of an update is proportional to it
//!
//! **Setting.** `N` samples in batches of `B`; an update costs `U(B)`, an epoch `E(B) = (N/B) U(B)`. Costs are counted operations of one
//! step on a small network, not seconds; an update also has a fixed overhead, which stands for launching and synchronising.
//!
//! **Statement.** (1) The note's `U ∝ B` and `E ∝ 1/B` contradict each other: the first makes `E` constant, the second `U`. (2) `U = a + bB`, so
//! `E = N (a/B + b)`: inverse to `B` only while `a ≫ bB`, and never below `Nb`.
//!
//! **Why.** `E(B) B = N U(B)`.
//!
//! **How it could fail.** The code's epochs are run on numbers that count their operations; the count is exact and affine, and both of
//! the note's lines are held against it. Left out: seconds with a fit of `a` and `b`, and a backend with `a = 0`, of which `saturation` is the algebra.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::networks::{Counted, Tape, Variable, operations};
use crate::number::{Polynomial, Rational, Real, rational};
use crate::plot::{Plot, Series};
use crate::subject::{BatchImpostor, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::{Accumulation, Epochs, LastBatch, SampleOrder, accumulate};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "epoch-time-inverse-batch",
    title: "An epoch costs N(a/B + b), so not both of the note's proportions hold",
    topic: "stochastic",
    record: Some("epoch-time-inverse-batch"),
    statement: "An epoch of $N/B$ updates that cost $a + b B$ each costs $N (a/B + b)$: inverse to $B$ only while $a$ is much larger \
                than $b B$, and never less than $N b$. Time per epoch $∝ 1/B$ and time per update $∝ B$ cannot both hold.",
    hypotheses: &[
        "an update costs $a + b B$",
        "$B$ divides $N$",
        "on the model problem: counted operations, seconds are not measured",
    ],
    sources: &[
        Source::Note("000", "398-400"),
        Source::Note("000", "117"),
        Source::Note("000", "626"),
        Source::Note("003", "191"),
    ],
    claims: &[
        Claim {
            id: "both",
            as_stated: true,
            statement: "time per update $∝ B$ and time per epoch $∝ 1/B$",
            quantifier: "every cost that is not zero, from B to 2B: the two lines ask for U(B) = 2 U(B)",
            expected: Verdict::Refuted,
            method: By::Certificate,
            check: |_, _| Ok(proportions(true)),
        },
        Claim {
            id: "epoch-inverse",
            as_stated: true,
            statement: "time per epoch $∝ 1/B$",
            quantifier: "refuted by the operations of the model problem",
            expected: Verdict::Refuted,
            method: By::Measurement,
            check: |_, subject| Ok(measured(subject, |[a, b], _| (a + b) * Rational::from(SAMPLES), 0)),
        },
        Claim {
            id: "contradiction",
            as_stated: false,
            statement: "if $U(2 B) = 2 U(B)$, then $E(2 B) = E(B)$; if $2 E(2 B) = E(B)$, then $U(2 B) = U(B)$",
            quantifier: "every cost function, every B and N",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(proportions(false)),
        },
        Claim {
            id: "affine",
            as_stated: false,
            statement: "an epoch of the code costs $N (a/B + b)$ operations, where $a + b$ and $a + 2 b$ are the costs of updates with one \
                        and two samples",
            quantifier: "the model problem: 64 samples, three inputs, two hidden units with squares; B = 1, 2, 4, …, 64, an overhead of 1000 \
                         operations an update",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| Ok(measured(subject, affine, 0)),
        },
        Claim {
            id: "saturation",
            as_stated: false,
            statement: "from $B$ to $C$ the cost $N (a/B + b)$ of an epoch falls by $N a (1/B - 1/C)$: not at all if $a = 0$, and never below $N b$",
            quantifier: "all a, b, B, C and N, as polynomial identities",
            expected: Verdict::Proved,
            method: By::Certificate,
            check: |_, _| Ok(saturation(0)),
        },
    ],
    controls: &[
        Control {
            id: "inverse",
            differs: "claims E(B) = E(1)/B, for B = 2 already",
            broken: Broken::Statement(|_, subject| Ok(measured(subject, |[a, b], _| (a + b) * Rational::from(SAMPLES), 0))),
        },
        Control {
            id: "proportional-update",
            differs: "claims E(B) = E(1), which an update cost proportional to B would give",
            broken: Broken::Statement(|_, subject| {
                Ok(measured(subject, |[a, b], batch| (a + b) * Rational::from(SAMPLES * batch), 0))
            }),
        },
        Control {
            id: "one-operation-more",
            differs: "claims one operation more in each update",
            broken: Broken::Statement(|_, subject| Ok(measured(subject, affine, 1))),
        },
        Control {
            id: "falls-without-overhead",
            differs: "claims that the cost falls as if a were larger by 10⁻⁹",
            broken: Broken::Statement(|_, _| Ok(saturation(1))),
        },
        Control {
            id: "half-batches",
            differs: "the code cuts batches of half the size",
            broken: Broken::Subject {
                claim: "affine",
                subject: &BatchImpostor {
                    name: "batches of half the size",
                    batches: |epochs, order| Epochs { batch: epochs.batch.div_ceil(2), ..*epochs }.cut(order).collect(),
                    ..BatchImpostor::HONEST
                },
            },
        },
    ],
    plots: &[costs],
};

const SAMPLES: usize = 64;
/// Operations that stand for what an update costs whatever its batch: launching, synchronising, the optimizer.
const OVERHEAD: u64 = 1000;

/// Number of updates of an epoch, and the operations of all of them.
fn epoch(subject: &dyn Subject, batch: usize) -> [u64; 2] {
    let epochs = Epochs { samples: SAMPLES, batch, order: SampleOrder::Given, last: LastBatch::Kept };
    let batches = subject.batches(&epochs, (0..SAMPLES).collect());
    let joined = subject.accumulation(Accumulation::Mean);
    let ((), counted) = operations(|| {
        for batch in &batches {
            let gradients: Vec<Vec<Counted<f64>>> = batch.iter().map(|&sample| gradient(sample)).collect();
            accumulate(joined, &[gradients]);
        }
    });
    [batches.len() as u64, counted + OVERHEAD * batches.len() as u64]
}

/// The gradient of `½ (Σ_h v_h ⟨w_h, x⟩² - 1)²` at a sample, by reverse mode; the numbers do not matter, their operations do.
fn gradient(sample: usize) -> Vec<Counted<f64>> {
    let tape = Tape::new();
    let parameters: Vec<Variable<Counted<f64>>> = (1..=8).map(|k| tape.input(Counted(f64::from(k) / 8.0))).collect();
    let input = |place: usize| Variable::constant(Counted((sample + place) as f64));
    let unit = |hidden: usize| {
        let weights = &parameters[4 * hidden..4 * hidden + 4];
        let sum = (1..3).fold(weights[0].clone() * input(0), |sum, place| sum + weights[place].clone() * input(place));
        sum.clone() * sum * &weights[3]
    };
    let residual = unit(0) + unit(1) - Variable::one();
    tape.gradient(&(residual.clone() * residual / Variable::int(2)), &parameters)
}

/// `B E(B)` as the affine model has it.
fn affine([a, b]: [&Rational; 2], batch: usize) -> Rational {
    (a + b * Rational::from(batch)) * Rational::from(SAMPLES)
}

/// `B E(B)` against `claimed([a, b], B)`, where an epoch of one-sample updates costs `N(a + b)` and one of two-sample updates
/// `N(a/2 + b)`; `more` operations are added to each update in what is claimed.
fn measured(subject: &dyn Subject, claimed: impl Fn([&Rational; 2], usize) -> Rational, more: usize) -> Evidence {
    let mut exact = Exact::new();
    let cost = |batch: usize| Rational::from(epoch(subject, batch)[1]);
    let share = rational(1, SAMPLES as u64);
    let (one, two) = (cost(1) * &share, cost(2) * share);
    let a = (&one - &two) * Rational::from(2);
    let b = &one - &a;
    for batch in (0..=6).map(|power| 1 << power) {
        let [updates, operations] = epoch(subject, batch);
        let found = Rational::from(batch) * Rational::from(operations);
        let expected = claimed([&a, &b], batch) + Rational::from(more * SAMPLES);
        let input = || format!("N = {SAMPLES}, B = {batch}, {updates} updates, a = {a}, b = {b}");
        exact.equal("B times the epoch's operations", &found, &expected, input);
    }
    exact.evidence()
}

/// With `U` and `V` for the costs of updates of `B` and `2B` samples: `E(B) = (N/B) U`, `E(2B) = (N/B) V/2`; `k` stands for `N/B`.
/// `both` claims that the residuals of the note's two lines, `V - 2U` and `2E(2B) - E(B)`, vanish together: their combination does not.
fn proportions(both: bool) -> Evidence {
    let mut exact = Exact::new();
    let [k, u, v] = Polynomial::variables();
    let half = k.constant(&rational(1, 2));
    let (epoch, doubled) = (&k * &u, &half * &k * &v);
    let proportional = &v - u.int(2) * &u;
    let inverse = u.int(2) * &doubled - epoch.clone();
    exact.identity("E(2B) - E(B) is (N/2B) (U(2B) - 2U(B))", doubled - epoch, half * &k * &proportional);
    exact.identity("2E(2B) - E(B) is (N/B) (U(2B) - U(B))", inverse.clone(), &k * (&v - &u));
    if both {
        // Where both residuals are zero, so is their difference, which is (N/B) U(B).
        exact.identity("no cost is left if both hold", inverse - &k * proportional, k.int(0));
    }
    exact.evidence()
}

/// `E(B) - E(C)` times `BC`, with `error` billionths added to `a` in what is claimed.
fn saturation(error: i64) -> Evidence {
    let mut exact = Exact::new();
    let [a, b, n, first, second] = Polynomial::variables();
    let epoch = |own: &Polynomial, other: &Polynomial| &n * (&a * other + &b * own * other);
    let fixed = &a + a.constant(&rational(error, 1_000_000_000));
    let fall = epoch(&first, &second) - epoch(&second, &first);
    exact.identity("E(B) - E(C) = N a (1/B - 1/C)", fall, &n * &fixed * (&second - &first));
    exact.identity("E(B) - N b = N a/B", epoch(&first, &second) - &n * &b * &first * &second, &n * &fixed * &second);
    exact.evidence()
}

fn costs(_: &Lab) -> Plot {
    let sizes = || (0..=6).map(|power| 1_usize << power);
    let cost = |batch: usize| epoch(&Reference, batch)[1] as f64 / SAMPLES as f64;
    let a = 2.0 * (cost(1) - cost(2));
    let b = cost(1) - a;
    let fine = || (0..=60).map(|k| libm::exp2(f64::from(k) / 10.0));
    Plot {
        id: "costs".into(),
        title: "Operations of an epoch of 64 samples, overhead 1000 an update".into(),
        x: "batch size B".into(),
        y: "operations / N".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("a/B + b", fine().map(|batch| [batch, a / batch + b])),
            Series::theory("1/B, as the note says", fine().map(|batch| [batch, (a + b) / batch])),
            Series::theory("b", [[1.0, b], [64.0, b]]),
            Series::measured("counted", sizes().map(|batch| [batch as f64, cost(batch)])),
        ],
    }
}
