//! # Whose convention is whose
//!
//! **Setting.** A: `v ← βv + g`, `x ← x - ηv`. B: `v ← βv + ηg`, `x ← x - v`. D: `v ← βv + (1 - τ)g`, `x ← x - ηv`, but `v_1 = g_1`.
//! Sutskever et al. (2013): `v ← μv - ε∇f(θ)`, `θ ← θ + v`.
//!
//! **Statement.** (1) Sutskever's form is B, the note's second, not its first. (2) PyTorch's and optax's SGD is A exactly, no hybrid,
//! and with dampening τ PyTorch's is D. (3) Keras's is B.
//!
//! **Why.** A change of η tells A from B: A's velocity holds gradients, to which the new rate applies, B's holds steps.
//!
//! **How it could fail.** The paper's recursion runs in rationals beside the code of B. Twelve steps that PyTorch, optax and Keras made
//! in doubles were recorded, with η falling to a quarter at the seventh; each recorded number is compared with the exact run of the code,
//! within the rounding errors of the form as `Tracked` carries them along.

use crate::audit::Dtype;
use crate::evidence::{Evidence, Exact, Property};
use crate::lab::Lab;
use crate::number::{Rational, Real, Tracked, rational, to_f64};
use crate::optimizers::{Method, Optimizer, Velocity, advance};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::theorems::impostors::{HEAVIER_BALL, LONGER_STEP, longer};
use crate::theorems::momentum::impulses::{Clipping, SCHEDULES, compare, gradients, impulses, rates, with_velocity};
use crate::theorems::momentum::variants::in_convention;
use crate::theorems::recorded::{Recorded, Run, double};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "momentum-convention-attribution",
    title: "Sutskever's momentum has the learning rate inside, PyTorch's and optax's outside, Keras's inside",
    topic: "momentum",
    record: Some("momentum-convention-attribution"),
    statement: "The form $v ← μ v - ε ∇ f(θ)$, $θ ← θ + v$ of Sutskever et al. is $v ← β v + η g$, $x ← x - v$, with the learning rate \
                inside, and Keras's. PyTorch's and optax's is $v ← β v + g$, $x ← x - η v$; dampening $τ$ makes PyTorch's $v ← β v + \
                (1 - τ) g$ after a first $v = g$. The note swaps the first two and calls PyTorch's a hybrid.",
    hypotheses: &[
        "the velocity starts at 0",
        "the learning rate changes; while it is constant the forms have the same iterates",
        "the versions that were recorded: PyTorch 2.15.0, optax 0.2.8, Keras 3.15.1",
    ],
    sources: &[Source::Note("001", "36-46"), Source::Cited("sutskever2013", "section 2")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the first form, with the gradient directly in the velocity, is Sutskever's",
            quantifier: "refuted when the learning rate changes",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, subject| paper(lab, subject, Velocity::StepOutside),
        },
        Claim {
            id: "hybrid",
            as_stated: true,
            statement: "PyTorch uses a hybrid: neither form makes its steps, not even within rounding errors",
            quantifier: "refuted by 12 recorded steps of PyTorch, all of which the first form makes",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| hybrid(subject),
        },
        Claim {
            id: "paper",
            as_stated: false,
            statement: "$v ← μ v - ε g$, $θ ← θ + v$ has the iterates of the code of $v ← β v + η g$, $x ← x - v$",
            quantifier: "every gradient sequence of 60 steps if the code is linear in them, which is tried on an impulse of -100 and \
                         two drawn sequences; β = 9/10; step decay, warm-up, cosine, and 1/100, 1/50, 1/20, 3/100",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, subject| paper(lab, subject, Velocity::StepInside),
        },
        Claim {
            id: "recorded",
            as_stated: false,
            statement: "the recorded steps of PyTorch and optax are those of $v ← β v + g$, $x ← x - η v$, those of Keras those of \
                        $v ← β v + η g$, $x ← x - v$, within rounding errors",
            quantifier: "12 recorded steps in doubles of 5 coordinates each; β = 0.9, η falls from 0.1 to 0.025 at the seventh",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| recorded(subject, &LABELS),
        },
        Claim {
            id: "dampening",
            as_stated: false,
            statement: "PyTorch's recorded steps with dampening $τ = 0.3$ are those of $v ← β v + (1 - τ) g$ after a first $v = g$",
            quantifier: "12 recorded steps, as in recorded",
            expected: Verdict::Supported,
            method: By::Property,
            check: |_, subject| recorded(subject, &[(DAMPENED_CALL, dampened)]),
        },
        Claim {
            id: "told-apart",
            as_stated: false,
            statement: "the other of the two forms fits every recorded run within its rounding errors up to the change of the learning rate, and \
                        misses it there; the form that is claimed in recorded fits all of it",
            quantifier: "the recorded runs of PyTorch, optax and Keras; the change is at step 7",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| told_apart(subject, 7),
        },
    ],
    controls: &[
        Control {
            id: "swapped-labels",
            differs: "claims that PyTorch and optax keep steps in the velocity, Keras gradients",
            broken: Broken::Statement(|_, subject| recorded(subject, &SWAPPED)),
        },
        Control {
            id: "keras-outside",
            differs: "claims that all three keep gradients in the velocity",
            broken: Broken::Statement(|_, subject| recorded(subject, &[LABELS[0], LABELS[1], SWAPPED[2]])),
        },
        Control {
            id: "told-apart-before-the-change",
            differs: "claims that the forms differ from step 6 on",
            broken: Broken::Statement(|_, subject| told_apart(subject, 6)),
        },
        Control {
            id: "step-larger-by-rounding-errors",
            differs: "the code steps by η (1 + 2·10⁻¹⁵)",
            broken: Broken::Subject {
                claim: "recorded",
                subject: &Impostor {
                    name: "step larger by 2e-15",
                    instead: |method| longer(method, rational(2, 1_000_000_000_000_000)),
                },
            },
        },
        Control {
            id: "another-convention",
            differs: "the code keeps gradients in the velocity where steps are asked for",
            broken: Broken::Subject {
                claim: "paper",
                subject: &Impostor { name: "A for B", instead: |method| in_convention(method, Velocity::StepOutside) },
            },
        },
        Control {
            id: "momentum-larger-by-a-billionth",
            differs: "the code's momentum is β (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "paper", subject: &HEAVIER_BALL },
        },
        Control {
            id: "clipped",
            differs: "the code clips gradients to [-1, 1], which no unit impulse shows",
            broken: Broken::Subject { claim: "paper", subject: &Clipping },
        },
        Control {
            id: "step-larger-by-a-billionth",
            differs: "the code's first learning rate is η (1 + 10⁻⁹)",
            broken: Broken::Subject { claim: "told-apart", subject: &LONGER_STEP },
        },
        Control {
            id: "dampened-from-the-first",
            differs: "the code dampens the first update too",
            broken: Broken::Subject {
                claim: "dampening",
                subject: &Impostor {
                    name: "dampened from the first",
                    instead: |method| {
                        let dampening = double(0.3);
                        in_convention(method, Velocity::Dampened { dampening, from_the_first: true })
                    },
                },
            },
        },
        Control {
            id: "dampening-larger-by-rounding-errors",
            differs: "the code's dampening is τ + 2·10⁻¹⁵",
            broken: Broken::Subject {
                claim: "dampening",
                subject: &Impostor {
                    name: "dampening larger by 2e-15",
                    instead: |method| {
                        let dampening = double(0.3) + rational(2, 1_000_000_000_000_000);
                        in_convention(method, Velocity::Dampened { dampening, from_the_first: false })
                    },
                },
            },
        },
    ],
    plots: &[steps],
};

/// Steps in doubles.
const RECORDED: &str = include_str!("recorded.json");

/// A recorded call, and the convention that is claimed of it.
type Label = (&'static str, fn() -> Velocity<Rational>);

const PYTORCH: &str = "torch.optim.SGD(lr=0.1, momentum=0.9)";
const DAMPENED_CALL: &str = "torch.optim.SGD(lr=0.1, momentum=0.9, dampening=0.3)";
const OPTAX: &str = "optax.sgd(learning_rate=0.1, momentum=0.9)";
const KERAS: &str = "keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)";

const LABELS: [Label; 3] = [(PYTORCH, outside), (OPTAX, outside), (KERAS, inside)];
const SWAPPED: [Label; 3] = [(PYTORCH, inside), (OPTAX, inside), (KERAS, outside)];

fn outside() -> Velocity<Rational> {
    Velocity::StepOutside
}

fn inside() -> Velocity<Rational> {
    Velocity::StepInside
}

fn dampened() -> Velocity<Rational> {
    Velocity::Dampened { dampening: double(0.3), from_the_first: false }
}

/// The paper's recursion against the code in this convention, on all unit impulses and the other gradients.
fn paper(lab: &Lab, subject: &dyn Subject, velocity: Velocity<Rational>) -> Result<Evidence, NotOffered> {
    let beta = rational(9, 10);
    let gradients = gradients(lab, 60);
    let mut exact = Exact::new();
    for schedule in SCHEDULES {
        let rates = rates(schedule, gradients.len());
        let found = impulses(&mut exact, lab, subject, with_velocity(&beta, velocity.clone()), &rates, None)?;
        let mut speed = vec![Rational::ZERO; found[0].len()];
        let mut predicted = vec![found[0].clone()];
        for (rate, gradient) in rates.iter().zip(&gradients) {
            speed = speed.iter().zip(gradient).map(|(v, g)| &beta * v - rate * g).collect();
            let last = &predicted[predicted.len() - 1];
            predicted.push(last.iter().zip(&speed).map(|(x, v)| x + v).collect());
        }
        compare(&mut exact, "the code has the paper's iterates", &found, &predicted);
    }
    Ok(exact.evidence())
}

/// The parameters after each step in the arithmetic `R`.
fn iterates<R: Real>(recorded: &Recorded, mut optimizer: Box<dyn Optimizer<R>>, number: fn(f64) -> R) -> Vec<Vec<R>> {
    let held = |row: &[f64]| row.iter().map(|x| number(*x)).collect::<Vec<R>>();
    let mut x = held(recorded.start());
    let step = |(t, gradient): (usize, &Vec<f64>)| {
        recorded.set_rate(&mut *optimizer, t);
        advance(&mut *optimizer, &mut x, |_| held(gradient));
        x.clone()
    };
    recorded.gradients.iter().enumerate().map(step).collect()
}

/// A recorded number beside the exact one.
struct Deviation {
    /// The step, from 1.
    step: usize,
    coordinate: usize,
    size: f64,
    /// The largest that rounding errors explain.
    bound: f64,
}

/// How far the recorded numbers of a run are from the code's exact run in this convention. The bounds are those of our rule: any order
/// of evaluation in doubles of what the subject claims to compute.
fn deviations(subject: &dyn Subject, recorded: &Recorded, (call, velocity): Label) -> Result<Vec<Deviation>, NotOffered> {
    let method = Method::new(with_velocity(&double(0.9), velocity()), double(recorded.lr[0]));
    let exact = iterates(recorded, subject.exact(&method)?, double).concat();
    let bounds = iterates(recorded, method.build::<Tracked<f64>>(), Tracked::exactly).concat();
    let observed = recorded.run(call, Dtype::F64).params[1..].concat();
    let places =
        (1..=recorded.lr.len()).flat_map(|step| (0..recorded.gradients[0].len()).map(move |coordinate| [step, coordinate]));
    let pairs = exact.into_iter().zip(bounds);
    let deviations = places.zip(observed).zip(pairs).map(|(([step, coordinate], observed), (exact, twin))| Deviation {
        step,
        coordinate,
        size: to_f64(&(double(observed) - exact)).abs(),
        bound: twin.bound(),
    });
    Ok(deviations.collect())
}

fn recorded(subject: &dyn Subject, labels: &[Label]) -> Result<Evidence, NotOffered> {
    let recorded = Recorded::read(RECORDED);
    let mut property = Property::new();
    for label in labels {
        let Run { framework, version, call, .. } = recorded.run(label.0, Dtype::F64);
        for Deviation { step, coordinate, size, bound } in deviations(subject, &recorded, *label)? {
            property.within("the recorded number within the rounding errors of the form", size, bound, || {
                format!("{framework} {version}, {call}, as {}: coordinate {coordinate} after step {step}", (label.1)())
            });
        }
    }
    Ok(property.evidence())
}

/// The first step at which a recorded run is not explained by this label.
fn first_miss(subject: &dyn Subject, recorded: &Recorded, label: Label) -> Result<Option<usize>, NotOffered> {
    let found = deviations(subject, recorded, label)?;
    Ok(found.iter().find(|deviation| deviation.size > deviation.bound).map(|deviation| deviation.step))
}

fn hybrid(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let recorded = Recorded::read(RECORDED);
    let mut exact = Exact::new();
    for (name, form) in [("first", LABELS[0]), ("second", SWAPPED[0])] {
        let miss = first_miss(subject, &recorded, form)?;
        exact.holds("the form misses a step of PyTorch", miss.is_some(), || format!("the {name} form makes all 12 steps"));
    }
    Ok(exact.evidence())
}

/// Whether each run misses the other label at `change` and not before.
fn told_apart(subject: &dyn Subject, change: usize) -> Result<Evidence, NotOffered> {
    let recorded = Recorded::read(RECORDED);
    let mut exact = Exact::new();
    for (right, wrong) in LABELS.into_iter().zip(SWAPPED) {
        for (name, label, expected) in
            [("its form misses no step", right, None), ("the other misses the change", wrong, Some(change))]
        {
            let miss = first_miss(subject, &recorded, label)?;
            exact.holds(name, miss == expected, || format!("{}: first miss at {miss:?}, not {expected:?}", label.0));
        }
    }
    Ok(exact.evidence())
}

/// The steps of one coordinate, whose gradients are ordinary numbers.
fn steps(_: &Lab) -> Plot {
    let recorded = Recorded::read(RECORDED);
    let differences = |x: Vec<f64>| (1..).map(f64::from).zip(x.windows(2).map(|x| x[0] - x[1]).collect::<Vec<_>>());
    let start = recorded.start()[0];
    let theory = |velocity| {
        let method = Method::new(with_velocity(&double(0.9), velocity), double(recorded.lr[0]));
        let exact = Reference.exact(&method).map(|optimizer| iterates(&recorded, optimizer, double)).unwrap_or_default();
        let x = [start].into_iter().chain(exact.iter().map(|x| to_f64(&x[0]))).collect();
        differences(x).map(Into::into).collect::<Vec<_>>()
    };
    let measured = |call| {
        let x = recorded.run(call, Dtype::F64).params.iter().map(|x| x[0]).collect();
        Series::measured(call, differences(x).map(Into::into))
    };
    Plot {
        id: "recorded-steps".into(),
        title: "Recorded steps of one coordinate; η falls from 0.1 to 0.025 at step 7".into(),
        x: "step".into(),
        y: "displacement".into(),
        series: vec![
            Series::theory("A: η outside", theory(Velocity::StepOutside)),
            Series::theory("B: η inside", theory(Velocity::StepInside)),
            measured(PYTORCH),
            measured(OPTAX),
            measured(KERAS),
        ],
        ..Plot::default()
    }
}
