//! # AdamW against Adam with L2 on new data
//!
//! **Setting.** Least squares with features of the scales 1 to 100; 300 steps at `η = 1/16` from 0 on all samples, 100 if they are drawn.
//! The risk of θ is the mean square of `x·(θ - θ*)` over new samples x, and each method has that of its best λ among 0 and 1, 2 and 5
//! times powers of ten.
//!
//! **Statement.** That AdamW generalises better is no theorem: (1) on every problem it does not. (2) Neither dominates: there is a problem
//! on which Adam with L2 is better, and one on which AdamW is. (3) Their difference does not vanish with equal scales, which the catalog
//! expected. (4) Of 60 drawn problems each is better on some. Which one is better more often depends on the number of steps and on the
//! law of the problems; nothing general follows from any of these numbers.
//!
//! **Why.** On orthogonal features with the least squares `θ̂` Adam with L2 tends to `s² θ̂/(s² + λ)`: it shrinks small features most.
//! AdamW is held in the box `|θ| ≤ 1/λ` (`adamw-not-adam-l2`): it cuts the largest weights, whatever their scales are.
//!
//! **How it could fail.** Both methods are the subject's own code, in doubles; the differences are far beyond rounding.

use super::runs::{DECOUPLED, DECOUPLES, adam, coupled, default_epsilon, default_moments};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational};
use crate::optimizers::{Coupling, Method, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "adamw-generalises-better",
    title: "Neither AdamW nor Adam with L2 generalises better on every problem",
    topic: "adaptive",
    record: Some("adamw-generalises-better"),
    statement: "With the best $λ$ for each, AdamW has the lower test risk on some least squares problems and Adam with L2 on others: one cuts \
                the largest weights, the other shrinks those of the smallest features. Measured on these model problems; nothing general \
                follows.",
    hypotheses: &[
        "least squares with features of the scales 1 to 100, or equal ones",
        "300 steps at $η = 1/16$ from 0, 100 on drawn problems; the default $β_1$, $β_2$ and $ε$",
        "$λ$ in 0 and 1, 2, 5 times 1/10 and 1, for L2 to $10^6$ where a large feature's weight is too large",
        "the risk $sum_j s_j^2 (θ_j - θ^*_j)^2$ on new samples, whose features are uncorrelated",
    ],
    sources: &[Source::Note("003", "355"), Source::Note("004", "201"), Source::Cited("loshchilov2019", "abstract")],
    claims: &[
        Claim {
            id: "better",
            as_stated: true,
            statement: "AdamW generalises better: its test risk with the best $λ$ is below that of Adam with L2 with its best",
            quantifier: "all these problems; refuted by scales 1 and 100, least squares (1, 1) and truth (1/2, 1): 0.25 against 0.0001",
            expected: Verdict::Refuted,
            method: By::Measurement,
            check: |lab, subject| better(lab, subject),
        },
        Claim {
            id: "l2-can-be-better",
            as_stated: false,
            statement: "on scales 1 and 100, least squares $(1, 1)$ and truth $(1/2, 1)$ the risk of Adam with L2 is lower by more than 0.2",
            quantifier: "this problem, in doubles; a measurement",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| lower(subject, &SMALL_FEATURE_TOO_LARGE, Coupling::Gradient, 0.2),
        },
        Claim {
            id: "adamw-can-be-better",
            as_stated: false,
            statement: "on scales 1 and 100, least squares $(1, 51)$ and truth $(1, 1)$ the risk of AdamW is lower by more than 0.5",
            quantifier: "this problem, in doubles; a measurement",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| lower(subject, &large_feature_too_large(51.0), DECOUPLED, 0.5),
        },
        Claim {
            id: "equal-scales",
            as_stated: false,
            statement: "on scales 1 and 1, least squares $(1, 3)$ and truth $(1/2, 3/2)$ the risk of Adam with L2 is lower by more than 0.1",
            quantifier: "this problem, in doubles; a measurement",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: |_, subject| lower(subject, &EQUAL_SCALES, Coupling::Gradient, 0.1),
        },
        Claim {
            id: "drawn",
            as_stated: false,
            statement: "of 60 drawn problems each method has the lower risk on at least one, by a millionth of it",
            quantifier: "scales 1, 10 and 100, ten normal samples, normal truth, noise of size 3; one draw of 60, 100 steps; a measurement",
            expected: Verdict::Proved,
            method: By::Measurement,
            check: drawn,
        },
    ],
    controls: &[
        Control {
            id: "adamw-for-the-small-feature",
            differs: "claims that on the first problem AdamW's risk is lower",
            broken: Broken::Statement(|_, subject| lower(subject, &SMALL_FEATURE_TOO_LARGE, DECOUPLED, 0.0)),
        },
        Control {
            id: "l2-lower-by-more",
            differs: "claims that on the first problem the difference is more than 0.26",
            broken: Broken::Statement(|_, subject| lower(subject, &SMALL_FEATURE_TOO_LARGE, Coupling::Gradient, 0.26)),
        },
        Control {
            id: "adamw-for-a-smaller-excess",
            differs: "claims AdamW's lower risk for the least squares (1, 3)",
            broken: Broken::Statement(|_, subject| lower(subject, &large_feature_too_large(3.0), DECOUPLED, 0.0)),
        },
        Control {
            id: "equal-scales-and-weights",
            differs: "claims the difference for equal scales where both weights are twice the truth: then both methods can halve them",
            broken: Broken::Statement(|_, subject| lower(subject, &EQUAL_WEIGHTS, Coupling::Gradient, 0.1)),
        },
        Control {
            id: "l2-of-code-that-decouples",
            differs: "the code decouples the decay where L2 is asked for",
            broken: Broken::Subject { claim: "l2-can-be-better", subject: &DECOUPLES },
        },
        Control {
            id: "adamw-of-code-that-couples",
            differs: "the code has L2 where decoupled decay is asked for",
            broken: Broken::Subject { claim: "adamw-can-be-better", subject: &COUPLES },
        },
        Control {
            id: "equal-scales-of-code-that-decouples",
            differs: "the code decouples the decay where L2 is asked for",
            broken: Broken::Subject { claim: "equal-scales", subject: &DECOUPLES },
        },
        Control {
            id: "drawn-for-code-that-couples",
            differs: "the code has L2 where decoupled decay is asked for",
            broken: Broken::Subject { claim: "drawn", subject: &COUPLES },
        },
    ],
    plots: &[risks],
};

static COUPLES: Impostor = Impostor { name: "L2 for decoupled decay", instead: |method| coupled(method, Coupling::Gradient) };

/// Least squares in normal form, `XᵀX/n` and `Xᵀy/n`, and what it is to be judged by.
struct Task<const D: usize> {
    hessian: [[f64; D]; D],
    slope: [f64; D],
    truth: [f64; D],
    scales: [f64; D],
    /// The exponent of the last λ of L2: beyond the squares of the scales, where that can help.
    last: isize,
    steps: u32,
}

impl Task<2> {
    /// From the two samples `(s_1, s_2)` and `(s_1, -s_2)`, with the targets that have these least squares.
    const fn orthogonal(scales: [f64; 2], least_squares: [f64; 2], truth: [f64; 2]) -> Self {
        let [first, second] = [scales[0] * scales[0], scales[1] * scales[1]];
        let slope = [first * least_squares[0], second * least_squares[1]];
        Task { hessian: [[first, 0.0], [0.0, second]], slope, truth, scales, last: 0, steps: 300 }
    }
}

const SMALL_FEATURE_TOO_LARGE: Task<2> = Task::orthogonal([1.0, 100.0], [1.0, 1.0], [0.5, 1.0]);

const EQUAL_SCALES: Task<2> = Task::orthogonal([1.0, 1.0], [1.0, 3.0], [0.5, 1.5]);

const EQUAL_WEIGHTS: Task<2> = Task::orthogonal([1.0, 1.0], [1.0, 1.0], [0.5, 0.5]);

const fn large_feature_too_large(least_squares: f64) -> Task<2> {
    Task { last: 6, ..Task::orthogonal([1.0, 100.0], [1.0, least_squares], [1.0, 1.0]) }
}

/// The catalog's model: ridge regression is the best rule for a normal truth with normal noise.
fn draw(lab: &Lab, index: u64) -> Task<3> {
    let mut draws = lab.stream("problems").trial(index);
    let scales = [1.0, 10.0, 100.0];
    let truth = [(); 3].map(|()| draws.normal());
    let (mut hessian, mut slope) = ([[0.0; 3]; 3], [0.0; 3]);
    let samples = 10;
    for _ in 0..samples {
        let x = scales.map(|scale| scale * draws.normal());
        let y = x.iter().zip(truth).map(|(x, truth)| x * truth).sum::<f64>() + 3.0 * draws.normal();
        for (place, row) in hessian.iter_mut().enumerate() {
            row.iter_mut().zip(x).for_each(|(entry, other)| *entry += x[place] * other / f64::from(samples));
            slope[place] += x[place] * y / f64::from(samples);
        }
    }
    Task { hessian, slope, truth, scales, last: 0, steps: 100 }
}

/// The risk of a method on a task with its best λ. Decoupled decay must have `η λ < 1`: its λ end at 5.
fn least_risk<const D: usize>(subject: &dyn Subject, task: &Task<D>, coupling: Coupling) -> Result<f64, NotOffered> {
    let last = if coupling == Coupling::Gradient { task.last } else { 0 };
    let strengths = (-1..=last).flat_map(|exponent| [1, 2, 5].map(|first| rational(first, 1) * Rational::from(10).pow(exponent)));
    let mut least = f64::INFINITY;
    for strength in [Rational::ZERO].into_iter().chain(strengths) {
        let method = Method::new(adam(default_moments(), default_epsilon()), rational(1, 16)).with_decay(strength, coupling);
        let mut optimizer = subject.double(&method)?;
        let mut x = vec![0.0; D];
        for _ in 0..task.steps {
            advance(&mut *optimizer, &mut x, |x| {
                let row = |(row, slope): (&[f64; D], f64)| row.iter().zip(x).map(|(entry, x)| entry * x).sum::<f64>() - slope;
                task.hessian.iter().zip(task.slope).map(row).collect()
            });
        }
        let off = |place: usize| task.scales[place] * (x[place] - task.truth[place]);
        let risk = (0..D).map(|place| off(place) * off(place)).sum::<f64>();
        // A run that is not finite says nothing, and is not passed over.
        least = if risk.is_finite() && !least.is_nan() { least.min(risk) } else { f64::NAN };
    }
    Ok(least)
}

/// The least risks of Adam with L2 and of AdamW.
fn least_risks<const D: usize>(subject: &dyn Subject, task: &Task<D>) -> Result<[f64; 2], NotOffered> {
    Ok([least_risk(subject, task, Coupling::Gradient)?, least_risk(subject, task, DECOUPLED)?])
}

/// A comparison, which numbers that are none leave open.
fn compare(exact: &mut Exact, condition: &str, [penalty, decoupled]: [f64; 2], holds: bool) {
    let decided = (penalty.is_finite() && decoupled.is_finite()).then_some(holds);
    exact.decided(condition, decided, || format!("least risk {penalty:e} with L2, {decoupled:e} of AdamW"));
}

fn better(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let mut compared = |risks: [f64; 2]| compare(&mut exact, "AdamW's risk is lower", risks, risks[1] < risks[0]);
    compared(least_risks(subject, &SMALL_FEATURE_TOO_LARGE)?);
    for index in 0..10 {
        compared(least_risks(subject, &draw(lab, index))?);
    }
    Ok(exact.evidence())
}

/// The risk of the one is lower than that of the other by more than this.
fn lower(subject: &dyn Subject, task: &Task<2>, one: Coupling, more_than: f64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let risks = least_risks(subject, task)?;
    let difference = if one == Coupling::Gradient { risks[1] - risks[0] } else { risks[0] - risks[1] };
    compare(&mut exact, "the risk is lower", risks, difference > more_than);
    Ok(exact.evidence())
}

fn drawn(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let (mut wins, mut problems) = ([0, 0], 0);
    for index in 0..60 {
        let [penalty, decoupled] = least_risks(subject, &draw(lab, index))?;
        problems += u32::from(penalty.is_finite() && decoupled.is_finite());
        wins[0] += u32::from(penalty < decoupled * (1.0 - 1e-6));
        wins[1] += u32::from(decoupled < penalty * (1.0 - 1e-6));
    }
    let each = (problems == 60).then_some(wins[0] > 0 && wins[1] > 0);
    exact.decided("each is better on one", each, || format!("L2 on {} of {problems}, AdamW on {}", wins[0], wins[1]));
    Ok(exact.evidence())
}

fn risks(lab: &Lab) -> Plot {
    let found = (0..30).filter_map(|index| least_risks(&Reference, &draw(lab, index)).ok()).collect::<Vec<_>>();
    Plot {
        id: "risks".into(),
        title: "Least risks on drawn problems with the scales 1, 10 and 100".into(),
        x: "Adam with L2".into(),
        y: "AdamW".into(),
        log_x: true,
        log_y: true,
        series: vec![Series::theory("equal", [[0.01, 0.01], [100.0, 100.0]]), Series::measured("a problem", found)],
    }
}
