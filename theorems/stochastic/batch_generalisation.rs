//! # A model on which the batch size does not matter to generalisation
//!
//! **Setting.** Least squares with more parameters than samples and labels without noise; batches of every size, from a start in the row space of the data.
//!
//! **Statement.** (1) Every iterate stays in the row space, whatever the batches, and the only solution in it is that of least norm: all batch sizes converge to the same point and have the
//! same test error. So "small batches generalise better" is no theorem. (2) From outside the row space the limit is another one, for all sizes alike.
//!
//! **Why.** Gradients are combinations of the samples' features; what is orthogonal to all of them never moves.
//!
//! **How it could fail.** The code runs exactly on drawn batches of three sizes, and what is orthogonal to the data is looked at after every 20 steps. It runs longer in doubles, which are fractions: the
//! last of them is held exactly against the solution of least norm. Left out: the record's measurement of a network on two moons, where the claim is empirical and mixed up with step size and number of steps.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, Real, rational, square, to_f64};
use crate::optimizers::{Algorithm, Coupling, Method, Optimizer, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::training::Sampling;
use crate::vector::{along, difference, dot};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "batch-generalisation",
    title: "On over-parameterised least squares all batch sizes generalise alike",
    topic: "stochastic",
    record: Some("batch-generalisation"),
    statement: "On least squares with more parameters than samples and labels without noise SGD from 0 converges to the solution of least norm for every batch size: \
                the test error is the same. That small batches generalise better is therefore no theorem; on networks it is an observation.",
    hypotheses: &[
        "least squares, more parameters than samples, labels that some parameters fit",
        "a start in the row space of the data",
        "a step size at which the run converges",
    ],
    sources: &[
        Source::Note("000", "114-117"),
        Source::Note("000", "424-435"),
        Source::Note("002", "143"),
        Source::Note("002", "149"),
        Source::Note("003", "183"),
        Source::Note("003", "192"),
        Source::Note("004", "79"),
        Source::Note("000", "626"),
        Source::Cited("keskar2017", "the observation on networks"),
        Source::Cited("hoffer2017", "a different reading: the number of steps"),
    ],
    claims: &[
        Claim {
            id: "small-generalises-better",
            as_stated: true,
            statement: "small batches generalise better than large ones: on this model the test error of $B = 1$ is smaller than that of $B = 4$ by $10^(-12)$",
            quantifier: "4 samples, 6 parameters, 2000 steps in doubles on drawn batches with η = B/2",
            expected: Verdict::Refuted,
            method: By::Measurement,
            check: |lab, subject| better(lab, subject),
        },
        Claim {
            id: "same-limit",
            as_stated: false,
            statement: "the code is in the row space after every 20 steps and ends within $10^(-10)$ of the solution of least norm, for $B = 1$, 2 and 4",
            quantifier: "4 samples, 6 parameters, drawn batches with η = B/2, from 0 and from a start in the row space; 200 steps exactly, then the end of 2000 in doubles",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| limits(lab, subject, &[[Rational::ZERO, Rational::ZERO]]),
        },
        Claim {
            id: "off-the-row-space",
            as_stated: false,
            statement: "what is orthogonal to the data at the start stays: the limit is the solution of least norm plus that, for $B = 1$, 2 and 4",
            quantifier: "the same, with 1/1000 and 5/3 of a vector that is orthogonal to all samples",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| {
                limits(
                    lab,
                    subject,
                    &[[1, 1000], [5, 3]].map(|[top, bottom]| [rational(top, bottom as u64), rational(top, bottom as u64)]),
                )
            },
        },
    ],
    controls: &[
        Control {
            id: "start-off-the-row-space",
            differs: "the start has 10⁻⁹ of a vector that is orthogonal to the data, and the limit of least norm is claimed",
            broken: Broken::Statement(|lab, subject| limits(lab, subject, &[[rational(1, 1_000_000_000), Rational::ZERO]])),
        },
        Control {
            id: "orthogonal-part-halved",
            differs: "claims that the orthogonal part halves",
            broken: Broken::Statement(|lab, subject| limits(lab, subject, &[[rational(5, 3), rational(5, 6)]])),
        },
        Control {
            id: "weight-decay",
            differs: "the code adds a penalty of 2⁻³⁰ on the weights",
            broken: Broken::Subject {
                claim: "same-limit",
                subject: &Impostor {
                    name: "weight decay 2⁻³⁰",
                    instead: |method| method.clone().with_decay(rational(1, 1 << 30), Coupling::Gradient),
                },
            },
        },
        Control {
            id: "signs-of-gradients",
            differs: "the code steps along the signs of the gradient, which leave the row space",
            broken: Broken::Subject {
                claim: "off-the-row-space",
                subject: &Impostor {
                    name: "sign descent",
                    instead: |method| Method { algorithm: Algorithm::SignDescent, ..method.clone() },
                },
            },
        },
    ],
    plots: &[distances],
};

/// Four samples with six features; the last feature is always 0.
const DATA: [[i64; 6]; 4] = [[1, 1, 0, 0, 0, 0], [0, 1, 1, 0, 0, 0], [0, 0, 1, 1, 0, 0], [1, 0, 0, 0, 1, 0]];

fn vector(entries: [i64; 6]) -> Vec<Rational> {
    entries.into_iter().map(Rational::from).collect()
}

/// A combination of the samples: in the row space.
fn combined(weights: [i64; 4]) -> Vec<Rational> {
    DATA.iter().zip(weights).fold(vector([0; 6]), |sum, (row, weight)| along(&sum, &Rational::from(weight), &vector(*row)))
}

/// The solution of least norm: the labels are its values on the samples.
fn least() -> Vec<Rational> {
    combined([1, -2, 3, 1])
}

/// Orthogonal to all samples.
fn unseen() -> [Vec<Rational>; 2] {
    [vector([1, -1, 1, -1, -1, 0]), vector([0, 0, 0, 0, 0, 1])]
}

/// `‖x - w*‖²` for the true weights, which no sample shows: those of least norm and something unseen.
fn test_error(x: &[Rational]) -> Rational {
    let [first, second] = unseen();
    let truth = along(&along(&least(), &Rational::ONE, &first), &Rational::from(2), &second);
    let error = difference(x, &truth);
    dot(&error, &error)
}

/// The code from `start` with drawn batches of this size; every so many steps the point is kept.
fn run<R: Real>(
    lab: &Lab,
    subject: &dyn Subject,
    mut optimizer: Box<dyn Optimizer<R>>,
    start: &[Rational],
    batch: usize,
    [steps, every]: [usize; 2],
) -> Vec<Vec<R>> {
    let sampler = subject.sampler(Sampling::WithoutReplacement);
    let draws = &mut lab.stream(&format!("batches of {batch}")).trial(0);
    let number = |x: &[Rational]| -> Vec<R> { x.iter().map(R::of).collect() };
    let (data, solution, share) =
        (DATA.map(|row| number(&vector(row))), number(&least()), R::of(&rational(1, sampler.divisor(batch))));
    let mut x = number(start);
    let mut kept = vec![x.clone()];
    for step in 1..=steps {
        let indices = sampler.draw(DATA.len(), batch, draws);
        advance(&mut *optimizer, &mut x, |x| {
            let error = difference(x, &solution);
            indices.iter().fold(number(&vector([0; 6])), |sum, index| {
                let row = &data[*index];
                along(&sum, &(dot(row, &error) * &share), row)
            })
        });
        if step % every == 0 {
            kept.push(x.clone());
        }
    }
    kept
}

fn method(batch: usize) -> Method {
    Method::gradient_descent(rational(batch as i64, 2))
}

/// The end of a long run in doubles, each of which is a fraction.
fn end(lab: &Lab, subject: &dyn Subject, start: &[Rational], batch: usize) -> Result<Option<Vec<Rational>>, NotOffered> {
    let last = run(lab, subject, subject.double(&method(batch))?, start, batch, [2000, 2000]).pop().unwrap_or_default();
    Ok(last.into_iter().map(|x| Rational::try_from(x).ok()).collect())
}

fn better(lab: &Lab, subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let ends = [1, 4].map(|batch| end(lab, subject, &vector([0; 6]), batch));
    let [small, large] = ends.map(|end| Ok(end?.map(|x| test_error(&x))));
    let (small, large) = (small?, large?);
    let smaller = small.as_ref().zip(large.as_ref()).map(|(small, large)| small + rational(1, 1_000_000_000_000) < *large);
    exact.decided("smaller by 10⁻¹²", smaller, || {
        let [small, large] = [&small, &large].map(|error| error.as_ref().map_or(f64::NAN, to_f64));
        format!("test error {small:e} for B = 1, {large:e} for B = 4")
    });
    Ok(exact.evidence())
}

/// From 0 and from a point of the row space, with this much of something unseen; so much of it is claimed to remain.
fn limits(lab: &Lab, subject: &dyn Subject, cases: &[[Rational; 2]]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    let [first, second] = unseen();
    for row in DATA {
        exact.holds(
            "the unseen is orthogonal to the data",
            [&first, &second].iter().all(|v| dot(v, &vector(row)).is_zero()),
            String::new,
        );
    }
    let sizes_and_starts = || [1, 2, 4].into_iter().flat_map(|batch| [[0, 0, 0, 0], [2, 1, -1, 3]].map(|start| (batch, start)));
    for ([off, remains], (batch, start)) in cases.iter().flat_map(|case| sizes_and_starts().map(move |run| (case, run))) {
        let start = along(&combined(start), off, &first);
        let path = run(lab, subject, subject.exact(&method(batch))?, &start, batch, [200, 20]);
        for (kept, x) in path.into_iter().enumerate().skip(1) {
            let input = || format!("B = {batch}, from {off} of the unseen, step {}", 20 * kept);
            let part = dot(&x, &first) / dot(&first, &first);
            exact.equal("the unseen part", &part, remains, input);
            exact.equal("the other unseen part", &dot(&x, &second), &Rational::ZERO, input);
        }
        let distance = end(lab, subject, &start, batch)?.map(|x| {
            let rest = difference(&along(&x, &-remains, &first), &least());
            dot(&rest, &rest)
        });
        let close = distance.as_ref().is_some_and(|distance| *distance <= square(&rational(1, 10_000_000_000)));
        exact.holds("within 10⁻¹⁰ of the limit", close, || {
            format!(
                "B = {batch}, from {off} of the unseen, 2000 steps: distance² {:e}",
                distance.as_ref().map_or(f64::NAN, to_f64)
            )
        });
    }
    Ok(exact.evidence())
}

fn distances(lab: &Lab) -> Plot {
    let mut series = vec![Series::theory("what no sample shows: 9", [[0.0, 9.0], [320.0, 9.0]])];
    for batch in [1, 2, 4] {
        let Ok(optimizer) = Reference.exact(&method(batch)) else { continue };
        let found = run(lab, &Reference, optimizer, &vector([0; 6]), batch, [320, 10]);
        let points = found.iter().enumerate().map(|(k, x)| [10.0 * k as f64, to_f64(&test_error(x))]);
        series.push(Series::measured(&format!("code, B = {batch}, η = {}", batch as f64 / 2.0), points));
    }
    Plot {
        id: "test-error".into(),
        title: "Test error on least squares with 4 samples and 6 parameters, from 0".into(),
        x: "steps".into(),
        y: "‖x - w*‖²".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
