//! # Accumulation changes no iterate
//!
//! **Setting.** A least-squares loss over `B` samples; the gradient accumulated over `K` equal micro-batches, one step for all of them.
//!
//! **Statement.** (1) As stated, for whatever counts micro-batches: false, if the rate falls, or the state moves, once a micro-batch.
//! (2) One step and one count for `K` micro-batches give the iterates of the whole batch. (3) In doubles up to rounding, by the bound
//! that the rule itself carries along.
//!
//! **Why.** The gradients are equal (`accumulation-equivalence`), and an optimizer is a function of its gradients.
//!
//! **How it could fail.** Runs in fractions, digit by digit, with a falling rate; runs of 200 updates in doubles, against the whole
//! batch in twice the precision, with an error bound below 10⁻¹² for Adam and 10⁻¹⁰ for momentum.

use crate::evidence::{Evidence, Exact, Property, readable};
use crate::lab::Lab;
use crate::number::{Rational, Real, Tracked, rational};
use crate::optimizers::{Method, Optimizer, advance};
use crate::plot::{Plot, Series};
use crate::subject::{BatchImpostor, Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::accumulation::costs::specimen;
use crate::theorems::impostors::{LONGER_STEP, longer};
use crate::training::{Accumulation, accumulate};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "accumulation-same-convergence",
    title: "Gradient accumulation leaves every iterate as it is, if steps are what is counted",
    topic: "accumulation",
    record: Some("accumulation-same-convergence"),
    statement: "Let the gradient of a batch be accumulated over $K$ equal micro-batches, with one step, one update of the state and one \
                count of the schedule for all of them. Then the iterates of any deterministic optimizer are those of the whole batch.",
    hypotheses: &[
        "the hypotheses of `accumulation-equivalence`: equal micro-batches, their mean, a separable loss, exact arithmetic",
        "state and schedule advance once for $K$ micro-batches",
        "in doubles: up to the rounding that the optimizer amplifies; for any subject that offers the method at a constant rate",
    ],
    sources: &[Source::Note("000", "440-454")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "accumulation has the same convergence properties, whatever the schedule counts",
            quantifier: "refuted by gradient descent whose rate falls with each micro-batch",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| same(subject, &[Loop::HONEST, Loop { schedule: Clock::MicroBatches, ..Loop::HONEST }]),
        },
        Claim {
            id: "same-iterates",
            as_stated: false,
            statement: "the iterates are equal",
            quantifier: "twelve samples, every K that divides 12, eight updates at a falling rate, seven methods without roots",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| same(subject, &[Loop::HONEST]),
        },
        Claim {
            id: "adam-in-doubles",
            as_stated: false,
            statement: "Adam's iterates are those of the whole batch, up to the bound that its rule carries along",
            quantifier: "200 updates, K = 4",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| in_doubles(subject, &specimen("Adam, Outside"), Loop::HONEST),
        },
        Claim {
            id: "momentum-in-doubles",
            as_stated: false,
            statement: "the iterates of momentum are those of the whole batch, up to the bound that its rule carries along",
            quantifier: "200 updates, K = 4, η = 1/1000 and β = 9/10",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| in_doubles(subject, &momentum(), Loop::HONEST),
        },
    ],
    controls: &[
        Control {
            id: "schedule-of-micro-batches",
            differs: "the rate falls with each micro-batch",
            broken: Broken::Statement(|_, subject| same(subject, &[Loop { schedule: Clock::MicroBatches, ..Loop::HONEST }])),
        },
        Control {
            id: "state-of-micro-batches",
            differs: "the state advances with each micro-batch",
            broken: Broken::Statement(|_, subject| same(subject, &[Loop { state: Clock::MicroBatches, ..Loop::HONEST }])),
        },
        Control {
            id: "adams-state-of-micro-batches",
            differs: "Adam's averages and its count advance with each micro-batch",
            broken: Broken::Statement(|_, subject| {
                in_doubles(subject, &specimen("Adam, Outside"), Loop { state: Clock::MicroBatches, ..Loop::HONEST })
            }),
        },
        Control {
            id: "first-micro-batch-heavier",
            differs: "the code gives the first micro-batch a weight larger by the factor 1 + 2⁻³⁰",
            broken: Broken::Subject {
                claim: "same-iterates",
                subject: &BatchImpostor {
                    name: "weight off",
                    accumulation: |_| Accumulation::Skewed { halvings: 30 },
                    ..BatchImpostor::HONEST
                },
            },
        },
        Control {
            id: "adam-steps-longer",
            differs: "the code steps by η (1 + 2⁻³⁸)",
            broken: Broken::Subject { claim: "adam-in-doubles", subject: &SLIGHTLY_LONGER },
        },
        Control {
            id: "momentum-steps-longer",
            differs: "the code steps by η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "momentum-in-doubles", subject: &LONGER_STEP },
        },
    ],
    plots: &[deviations],
};

/// Near enough to Adam's bound to show how sharp it is.
static SLIGHTLY_LONGER: Impostor =
    Impostor { name: "step larger by 2⁻³⁸", instead: |method| longer(method, rational(1, 1 << 38)) };

/// At this rate the bound, which knows of no cancellation, grows to 2.5 · 10⁻¹¹ in 200 updates.
fn momentum() -> Method {
    Method { step_size: rational(1, 1000), ..specimen("momentum, step outside") }
}

/// What is counted.
#[derive(Clone, Copy, PartialEq)]
enum Clock {
    Updates,
    MicroBatches,
}

#[derive(Clone, Copy)]
struct Loop {
    /// What the rate falls with.
    schedule: Clock,
    /// What the state advances with.
    state: Clock,
}

impl Loop {
    const HONEST: Loop = Loop { schedule: Clock::Updates, state: Clock::Updates };
}

/// Rows `(a_1, a_2, b)` of twelve samples with the loss `½ (a_1 x_1 + a_2 x_2 - b)²`.
const SAMPLES: [[i64; 3]; 12] = [
    [1, 0, 9],
    [2, 1, -8],
    [-1, 1, 7],
    [0, 2, 12],
    [1, -2, -11],
    [1, 1, 10],
    [-2, 1, 8],
    [1, 2, 9],
    [0, 1, 13],
    [2, -1, -7],
    [-1, -1, 12],
    [1, 1, -9],
];

fn gradients<R: Real>(x: &[R]) -> Vec<Vec<R>> {
    let gradient = |row: &[i64; 3]| {
        let [first, second, target] = row.map(R::int);
        let residual = first.clone() * &x[0] + second.clone() * &x[1] - target;
        vec![first * &residual, second * residual]
    };
    SAMPLES.iter().map(gradient).collect()
}

/// How often a rate is multiplied by 3/4, for each count; none if it is constant.
type Falling = Option<Rational>;

/// The iterates of so many updates, each after `parts` micro-batches.
fn iterates<R: Real>(
    optimizer: &mut dyn Optimizer<R>,
    step_size: &Rational,
    falling: &Falling,
    how: (Accumulation, usize, Loop),
    updates: usize,
) -> Vec<Vec<R>> {
    let (accumulation, parts, variant) = how;
    let start = [Rational::from(3), Rational::from(-2)];
    let mut x: Vec<R> = start.iter().map(R::of).collect();
    let micro_batches = |x: &[R]| gradients(x).chunks(SAMPLES.len() / parts).map(<[_]>::to_vec).collect::<Vec<_>>();
    let mut iterates = vec![x.clone()];
    for update in 0..updates {
        let count = if variant.schedule == Clock::Updates { update } else { update * parts + parts - 1 };
        let rate =
            falling.as_ref().map_or(step_size.clone(), |factor| (0..count).fold(step_size.clone(), |rate, _| rate * factor));
        if variant.state == Clock::MicroBatches {
            optimizer.set_step_size(R::Wide::int(0));
            for part in &micro_batches(&x)[1..] {
                let mut scratch = x.clone();
                advance(optimizer, &mut scratch, |_| accumulate(accumulation, std::slice::from_ref(part)));
            }
        }
        if falling.is_some() || variant.state == Clock::MicroBatches {
            optimizer.set_step_size(R::Wide::of(&rate));
        }
        advance(optimizer, &mut x, |x| accumulate(accumulation, &micro_batches(x)));
        iterates.push(x.clone());
    }
    iterates
}

fn same(subject: &dyn Subject, loops: &[Loop]) -> Result<Evidence, NotOffered> {
    let names = [
        "gradient descent",
        "heavy ball",
        "momentum, step outside",
        "momentum, step inside",
        "momentum, average",
        "Nesterov, StepOutside, constant",
        "Nesterov, Corrected, constant",
    ];
    let (mut exact, falling) = (Exact::new(), Some(rational(3, 4)));
    for (variant, name) in loops.iter().flat_map(|variant| names.map(|name| (variant, name))) {
        let method = specimen(name);
        let run = |accumulation, parts, variant| {
            let mut optimizer = subject.exact(&method)?;
            Ok(iterates(&mut *optimizer, &method.step_size, &falling, (accumulation, parts, variant), 8))
        };
        let whole = run(Accumulation::Mean, 1, Loop::HONEST)?;
        for parts in [1, 2, 3, 4, 6, 12] {
            let found = run(subject.accumulation(Accumulation::Mean), parts, *variant)?;
            for (update, (found, whole)) in found.iter().zip(&whole).enumerate() {
                exact.holds("the iterate of the whole batch", found == whole, || {
                    let [found, whole] = [&found[0], &whole[0]].map(readable);
                    format!("{name}, K = {parts}, x_{update}: {found} against {whole} in the first coordinate")
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// Update, distance from the whole batch in exact arithmetic, and bound, for each coordinate and update.
///
/// The micro-batches are joined by us, so that the optimizer alone is under test, also one that offers nothing else: how they are joined
/// is what `same` asks about.
fn distances(subject: &dyn Subject, method: &Method, variant: Loop) -> Result<Vec<(usize, f64, f64)>, NotOffered> {
    let (rate, mean, updates) = (&method.step_size, Accumulation::Mean, 200);
    let found = iterates(&mut *subject.double(method)?, rate, &None, (mean, 4, variant), updates);
    let twin = |parts| {
        let mut optimizer = method.build::<Tracked<f64>>();
        iterates(&mut *optimizer, rate, &None, (mean, parts, Loop::HONEST), updates)
    };
    // Each bound covers what rounding may do on its own way to the same exact number.
    let (whole, parts) = (twin(1), twin(4));
    let at = |update: usize| {
        let coordinates = found[update].iter().zip(&whole[update]).zip(&parts[update]);
        coordinates.map(move |((x, whole), parts)| (update, whole.distance(*x), whole.bound() + parts.bound()))
    };
    Ok((1..=updates).flat_map(at).collect())
}

fn in_doubles(subject: &dyn Subject, method: &Method, variant: Loop) -> Result<Evidence, NotOffered> {
    let mut property = Property::new();
    for (update, distance, bound) in distances(subject, method, variant)? {
        property.within("the iterate of the whole batch", distance, bound, || format!("K = 4, update {update}"));
    }
    Ok(property.evidence())
}

fn deviations(_: &Lab) -> Plot {
    let mut series = vec![];
    for (name, method) in [("Adam", specimen("Adam, Outside")), ("momentum", momentum())] {
        let found = distances(&Reference, &method, Loop::HONEST).expect("the reference offers it");
        // A logarithmic axis has no place for agreement to the last bit.
        let point = |(update, distance, _): &(usize, f64, f64)| (*distance > 0.0).then_some([*update as f64, *distance]);
        series
            .push(Series::theory(&format!("bound, {name}"), found.iter().step_by(2).map(|(at, _, bound)| [*at as f64, *bound])));
        series.push(Series::measured(name, found.iter().step_by(2).filter_map(point)));
    }
    Plot {
        id: "deviations".into(),
        title: "Both coordinates with K = 4 in doubles, against the whole batch in exact arithmetic".into(),
        x: "update".into(),
        y: "distance".into(),
        log_y: true,
        series,
        ..Plot::default()
    }
}
