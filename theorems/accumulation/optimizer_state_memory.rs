//! # What optimizers remember
//!
//! **Setting.** `n` parameters; the state is what the next step depends on besides parameters, hyper-parameters and counters.
//!
//! **Statement.** (1) Note 001: SGD 0 (its "O(1)"), momentum and RMSprop `n`, Adam and AdamW `2n` numbers. (2) Note 002 calls momentum
//! "low" and RMSprop "medium", though both keep `n`, and RMSprop as "medium" as Adam: false as an order of memory. (3) All our methods:
//! the table below. (4) The saved state is the state: it suffices, and no slot of it is idle. (5) L-BFGS keeps `2mn + 2n + O(m)`.
//!
//! **Why.** By counting. The catalog's `2mn + n` for L-BFGS leaves out the last iterate, which one may form anew from the last step.
//!
//! **How it could fail.** The state is saved after updates and counted; loaded again, bit for bit; changed, a slot at a time. For L-BFGS
//! the numbers count themselves.

use super::costs::specimen;
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::networks::{Resident, most_resident};
use crate::number::Rational;
use crate::optimizers::{Algorithm, L1, Method, Optimizer, RmsProp, Saved, Treatment, specimens};
use crate::plot::{Plot, Series};
use crate::problems::{Problem, Quadratic};
use crate::second_order::{Fixed, History, InitialScaling, Iteration, Lbfgs, PyTorchLbfgs, Settings};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "optimizer-state-memory",
    title: "SGD keeps nothing, momentum and RMSprop n numbers, Adam 2n",
    topic: "accumulation",
    record: Some("optimizer-state-memory"),
    statement: "Besides $n$ parameters, their gradient, hyper-parameters and counters, SGD keeps no numbers; momentum, Nesterov's method, \
                AdaGrad and RMSprop keep $n$; Adadelta, Adam, AdamW, NAdam, RAdam and AdaBound $2 n$; AMSGrad $3 n$; L-BFGS with $m$ \
                pairs $2 m n + 2 n + O(m)$.",
    hypotheses: &[
        "numbers are counted, not bytes: parameters and gradient are not among them",
        "the plain form of each method; centring and momentum cost RMSprop $n$ each, a maximum costs AdaBound $n$",
    ],
    sources: &[Source::Note("001", "259-267"), Source::Note("002", "126-133"), Source::Cited("nocedal2006", "section 7.2")],
    claims: &[
        Claim {
            id: "table-of-note-001",
            as_stated: true,
            statement: "SGD $O(1)$, momentum $O(n)$, RMSprop $O(n)$, Adam and AdamW $O(2 n)$, read as $0$, $n$, $n$, $2 n$, $2 n$ numbers",
            quantifier: "tensors of 3 and 5 parameters (state belongs to the parameter: any n)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| table(subject, &[0, 1, 1, 2, 2]),
        },
        Claim {
            id: "table-of-note-002",
            as_stated: true,
            statement: "memory: SGD low, momentum low, RMSprop medium, Adam medium; equal memory has an equal label",
            quantifier: "refuted by momentum and RMSprop, which keep n numbers each",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |_, subject| labels(subject, ["low", "low", "medium", "medium"]),
        },
        Claim {
            id: "consistent-labels",
            as_stated: false,
            statement: "memory: SGD low, momentum low, RMSprop low, Adam medium; equal memory has an equal label",
            quantifier: "the four methods of the table",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| labels(subject, ["low", "low", "low", "medium"]),
        },
        Claim {
            id: "every-method",
            as_stated: false,
            statement: "each elementwise method in each convention keeps as many numbers for a parameter as the statement has it",
            quantifier: "all our reference optimizers, tensors of 3 and 5 parameters",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| every_method(subject, slots),
        },
        Claim {
            id: "suffices",
            as_stated: false,
            statement: "loaded into a new optimizer, the saved numbers and counters continue the run bit for bit",
            quantifier: "all our reference optimizers, saved after 10 updates, 5 more",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| suffices(subject, None),
        },
        Claim {
            id: "no-slot-is-idle",
            as_stated: false,
            statement: "no slot is idle: with other values in it, the run is another one",
            quantifier: "all our reference optimizers, each slot after 10 updates, 5 more",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| no_slot_is_idle(subject),
        },
        Claim {
            id: "l-bfgs",
            as_stated: false,
            statement: "with $m$ pairs L-BFGS keeps $2 m n + 2 n + m + 2$ numbers, PyTorch's form one more, for the last step's length",
            quantifier: "n ≤ 12, m ≤ 4, the history full; hyper-parameters not counted",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(lbfgs(2)),
        },
    ],
    controls: &[
        Control {
            id: "one-buffer",
            differs: "the code's Adam keeps one average only, for numerator and denominator",
            broken: Broken::Subject { claim: "table-of-note-001", subject: &ONE_BUFFER },
        },
        Control {
            id: "one-slot-more",
            differs: "the code's RMSprop is centred",
            broken: Broken::Subject { claim: "every-method", subject: &CENTRED },
        },
        Control {
            id: "maximum-for-nothing",
            differs: "claims 2 n for AMSGrad",
            broken: Broken::Statement(|_, subject| {
                every_method(subject, |method| match method.algorithm {
                    Algorithm::AmsGrad(_) => 2,
                    _ => slots(method),
                })
            }),
        },
        Control {
            id: "adamw-above-adam",
            differs: "labels AdamW higher than Adam",
            broken: Broken::Statement(|_, subject| labels(subject, ["low", "low", "low", "medium", "high"])),
        },
        Control {
            id: "last-bit-lost",
            differs: "one saved number of the last tensor is larger by one unit in its last place",
            broken: Broken::Statement(|_, subject| suffices(subject, Some(|x| f64::from_bits(x.to_bits() + 1)))),
        },
        Control {
            id: "pairs-only",
            differs: "claims one vector beside the pairs of L-BFGS",
            broken: Broken::Statement(|_, _| Ok(lbfgs(1))),
        },
    ],
    plots: &[counts],
};

/// One average for numerator and denominator: RMSprop in Adam's place.
static ONE_BUFFER: Impostor = Impostor {
    name: "Adam with one buffer",
    instead: |method| {
        let mut method = method.clone();
        if let Algorithm::Adam(adam) = &method.algorithm {
            method.algorithm = Algorithm::RmsProp(RmsProp {
                decay_rate: adam.moments.beta2.clone(),
                epsilon: adam.epsilon.clone(),
                placement: adam.placement,
                initial_accumulator: Rational::ZERO,
                centred: false,
                momentum: None,
            });
        }
        method
    },
};

static CENTRED: Impostor = Impostor {
    name: "centred RMSprop",
    instead: |method| {
        let mut method = method.clone();
        if let Algorithm::RmsProp(rule) = &mut method.algorithm {
            rule.centred = true;
        }
        method
    },
};

/// Numbers that a method keeps for a parameter.
fn slots(method: &Method) -> usize {
    match &method.algorithm {
        Algorithm::GradientDescent | Algorithm::SignDescent | Algorithm::Normalized(_) => 0,
        Algorithm::L1(L1 { treatment: Treatment::Subgradient(_) | Treatment::Proximal, .. }) => 0,
        Algorithm::Momentum(_) | Algorithm::HeavyBall(_) | Algorithm::Nesterov(_) | Algorithm::Fista | Algorithm::L1(_) => 1,
        Algorithm::Signum(_) | Algorithm::Lion(_) | Algorithm::AdaGrad(_) | Algorithm::Lars(_) => 1,
        Algorithm::RmsProp(rule) => 1 + usize::from(rule.centred) + usize::from(rule.momentum.is_some()),
        Algorithm::Adadelta(_) | Algorithm::Adam(_) | Algorithm::Adamax(_) | Algorithm::NAdam(_) => 2,
        Algorithm::RAdam(_) | Algorithm::Lamb(_) => 2,
        Algorithm::AdaBound(rule) => {
            if rule.maximum {
                3
            } else {
                2
            }
        }
        Algorithm::AmsGrad(_) => 3,
    }
}

/// The methods of the notes' tables.
fn tabled() -> [(&'static str, Method); 5] {
    [
        ("SGD", specimen("gradient descent")),
        ("momentum", specimen("momentum, step outside")),
        ("RMSprop", specimen("RMSprop, Outside, from 0, no momentum")),
        ("Adam", specimen("Adam, Outside")),
        ("AdamW", specimen("Adam, decay Parameter(StepSize, Before)")),
    ]
}

/// Runs so many updates of two tensors; the gradients are large at first, so that maxima are behind and not at the last values.
fn run(optimizer: &mut dyn Optimizer<f64>, x: &mut [Vec<f64>], updates: std::ops::Range<usize>) {
    for update in updates {
        let size = if update < 3 { 0.5 } else { 0.0625 };
        let gradient = |tensor: &Vec<f64>| tensor.iter().map(|x| size * (x + 0.25)).collect::<Vec<f64>>();
        let gradients: Vec<Vec<f64>> = optimizer.probe(x).iter().map(gradient).collect();
        let gradients: Vec<Option<&[f64]>> = gradients.iter().map(|gradient| Some(&gradient[..])).collect();
        optimizer.step(x, &gradients);
    }
}

fn start() -> Vec<Vec<f64>> {
    vec![vec![1.0, -0.5, 0.75], vec![0.5, 1.25, -1.0, 2.0, -0.75]]
}

/// The numbers in the saved state, and of how many parameters.
fn kept(subject: &dyn Subject, method: &Method) -> Result<usize, NotOffered> {
    let (mut optimizer, mut x) = (subject.double(method)?, start());
    run(&mut *optimizer, &mut x, 0..4);
    let saved = optimizer.save().tensors;
    Ok(saved.iter().flatten().flat_map(|(_, slots)| slots).map(Vec::len).sum())
}

/// Parameters of the two tensors.
const PARAMETERS: usize = 8;

fn table(subject: &dyn Subject, numbers: &[usize; 5]) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for ((name, method), numbers) in tabled().iter().zip(numbers) {
        exact.equal("numbers kept", &kept(subject, method)?, &(numbers * PARAMETERS), || format!("{name}, n = {PARAMETERS}"));
    }
    Ok(exact.evidence())
}

fn labels<const N: usize>(subject: &dyn Subject, labels: [&str; N]) -> Result<Evidence, NotOffered> {
    let mut found = vec![];
    for ((name, method), label) in tabled().iter().zip(labels) {
        found.push((*name, kept(subject, method)?, label));
    }
    let mut exact = Exact::new();
    for (place, (name, numbers, label)) in found.iter().enumerate() {
        for (other, others, others_label) in &found[..place] {
            exact.holds("equal memory, equal label", numbers != others || label == others_label, || {
                format!("{other} keeps {others} numbers and is '{others_label}', {name} keeps {numbers} and is '{label}'")
            });
        }
    }
    Ok(exact.evidence())
}

fn every_method(subject: &dyn Subject, slots: fn(&Method) -> usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, method) in specimens() {
        exact.equal("numbers kept", &kept(subject, &method)?, &(slots(&method) * PARAMETERS), || name.clone());
    }
    Ok(exact.evidence())
}

/// The iterate 5 updates after a state was loaded that was saved after 10 and then changed.
fn continued(
    subject: &dyn Subject,
    method: &Method,
    change: impl FnOnce(&mut Saved<f64>),
) -> Result<[Vec<Vec<f64>>; 2], NotOffered> {
    let (mut optimizer, mut x) = (subject.double(method)?, start());
    run(&mut *optimizer, &mut x, 0..10);
    let (mut saved, mut again, mut y) = (optimizer.save(), subject.double(method)?, x.clone());
    change(&mut saved);
    again.load(saved);
    run(&mut *optimizer, &mut x, 10..15);
    run(&mut *again, &mut y, 10..15);
    Ok([x, y])
}

fn suffices(subject: &dyn Subject, change: Option<fn(f64) -> f64>) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, method) in specimens() {
        let last = |saved: &mut Saved<f64>| {
            let slots = saved.tensors.iter_mut().flatten().flat_map(|(_, slots)| slots);
            if let (Some(number), Some(change)) = (slots.flatten().last(), change) {
                *number = change(*number);
            }
        };
        let [kept, loaded] = continued(subject, &method, last)?;
        exact.holds("bit for bit", kept == loaded, || format!("{name}: {kept:?} against {loaded:?}"));
    }
    Ok(exact.evidence())
}

fn no_slot_is_idle(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, method) in specimens() {
        for slot in 0..slots(&method) {
            let larger = |saved: &mut Saved<f64>| {
                let values = saved.tensors.iter_mut().flatten().flat_map(|(_, slots)| slots.get_mut(slot));
                values.flatten().for_each(|number| *number += 0.5);
            };
            let [kept, loaded] = continued(subject, &method, larger)?;
            exact.holds("another run", kept != loaded, || format!("{name}, slot {}: {kept:?} both times", slot + 1));
        }
    }
    Ok(exact.evidence())
}

/// Runs L-BFGS until its history is full; a copy then takes as many numbers as it keeps.
fn lbfgs(vectors: usize) -> Evidence {
    let mut exact = Exact::new();
    let number = |x: f64| Resident::new(x);
    for (parameters, pairs) in (2..=12).flat_map(|parameters| (1..=4).map(move |pairs| (parameters, pairs))) {
        let problem = Quadratic { spectrum: (1..=parameters).map(|k| number(1.0 + k as f64)).collect() };
        let mut x: Vec<Resident<f64>> = (0..parameters).map(|k| number(1.0 + (k % 3) as f64)).collect();
        let history = History::new(pairs, number(0.0), InitialScaling::Newest);
        let mut textbook = Lbfgs::new(Fixed(number(0.0625)), history);
        let empty = most_resident(|| textbook.line_search.clone()).1;
        for _ in 0..pairs + 2 {
            x = textbook.advance(&problem, &x).expect("a step of fixed length");
        }
        let predicted = (2 * pairs * parameters + vectors * parameters + pairs + 2) as u64;
        let input = || format!("n = {parameters}, m = {pairs}");
        exact.equal("textbook", &(most_resident(|| textbook.clone()).1 - empty), &predicted, input);
        let settings = Settings { lr: number(0.0625), history_size: pairs, max_iter: pairs + 2, ..Settings::default() };
        let hyper = most_resident(|| settings.clone()).1;
        let mut pytorch = PyTorchLbfgs::new(settings);
        let mut x: Vec<Resident<f64>> = (0..parameters).map(|k| number(1.0 + (k % 3) as f64)).collect();
        pytorch.step(&mut x, |x| (problem.value(x), problem.gradient(x)));
        exact.equal("PyTorch", &(most_resident(|| pytorch.clone()).1 - hyper), &(predicted + 1), input);
    }
    exact.evidence()
}

fn counts(_: &Lab) -> Plot {
    let methods = tabled().into_iter().chain([("AMSGrad", specimen("AMSGrad, Outside, MaximumThenCorrect, from 0"))]);
    let methods: Vec<(&str, Method)> = methods.collect();
    let theory = methods.iter().enumerate().map(|(place, (_, method))| [place as f64, slots(method) as f64]);
    let numbers = |method| kept(&Reference, method).expect("the reference offers it") as f64 / PARAMETERS as f64;
    let measured = methods.iter().enumerate().map(|(place, (_, method))| [place as f64, numbers(method)]);
    Plot {
        id: "numbers-kept".into(),
        title: "Numbers kept for a parameter".into(),
        x: "0 SGD, 1 momentum, 2 RMSprop, 3 Adam, 4 AdamW, 5 AMSGrad".into(),
        y: "numbers".into(),
        series: vec![Series::theory("the statement", theory), Series::measured("saved state", measured)],
        ..Plot::default()
    }
}
