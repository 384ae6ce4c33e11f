//! # An update costs the same whatever the batch
//!
//! **Setting.** `n` parameters, the mean gradient over a batch of `B` samples, one step of an elementwise method.
//!
//! **Statement.** (1) As stated: the gradient takes `a + c B` operations, the update the same number for every `B`. (2) That number is
//! `p n + q`: `p = 2` for SGD, 5 for momentum, 10 for RMSprop, 13 for Adam (our code; the catalog's 4 and 12 leave out products with one
//! and a scale). (3) Every rule of ours takes `p n + q` operations in each update, also where `p` depends on `t` (RAdam).
//!
//! **Why.** A rule maps a parameter, its mean gradient and its state to their next values; samples do not occur in it.
//!
//! **How it could fail.** Network, loss and optimizer run on numbers that count their operations. The comparison is of integers.

use super::costs::{COSTS, specimen, updates};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::networks::{Activation, Counted, Loss, Objective, operations, perceptron};
use crate::number::rational;
use crate::optimizers::{Coupling, Order, Scaling, specimens};
use crate::plot::{Plot, Series};
use crate::subject::{Impostor, NotOffered, Reference, Subject};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "update-cost-fixed",
    title: "An update costs the same whatever the batch, a gradient grows with it",
    topic: "accumulation",
    record: Some("update-cost-fixed"),
    statement: "One update of $n$ parameters takes $p n + q$ operations, where $p$ and $q$ depend on the method alone, or, as for RAdam, on the number of the update as well: the \
                batch size $B$ does not occur. The mean gradient of the batch takes $a + c B$.",
    hypotheses: &[
        "the mean gradient is given, and the rule is elementwise",
        "operations are counted: field operations, maxima, roots and elementary functions, each as one",
        "the counts are those of our code; any subject that runs in counting numbers can be asked",
    ],
    sources: &[Source::Note("000", "463-466")],
    claims: &[
        Claim {
            id: "as-stated",
            as_stated: true,
            statement: "the parameter update has a fixed cost per update, and the gradient costs $a + c B$",
            quantifier: "a perceptron of 21 parameters, B ≤ 16, five updates of nine methods",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| fixed(subject, |_| 1),
        },
        Claim {
            id: "operations",
            as_stated: false,
            statement: "a further parameter adds 2 operations for SGD, 5 for momentum and the heavy ball, 6 for Nesterov's, 8 for \
                        AdaGrad, 10 for RMSprop, 13 for Adam, 14 for AdamW, 15 for AMSGrad",
            quantifier: "n from 1 to 20 (the loop over parameters has one body)",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| operations_of(subject, 0),
        },
        Claim {
            id: "every-rule",
            as_stated: false,
            statement: "every elementwise rule in every convention takes $p_t n + q_t$ operations in its update $t$",
            quantifier: "n ≤ 4 and t ≤ 7, all our reference optimizers",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, subject| every_rule(subject),
        },
    ],
    controls: &[
        Control {
            id: "loops-over-samples",
            differs: "the loop steps once for every sample",
            broken: Broken::Statement(|_, subject| fixed(subject, |batch| batch)),
        },
        Control {
            id: "one-more-update",
            differs: "the loop steps twice where the batch is the largest",
            broken: Broken::Statement(|_, subject| fixed(subject, |batch| 1 + batch / LARGEST)),
        },
        Control {
            id: "one-operation-fewer",
            differs: "claims one operation fewer, 12 for Adam",
            broken: Broken::Statement(|_, subject| operations_of(subject, 1)),
        },
        Control {
            id: "one-operation-more-in-the-code",
            differs: "the code shrinks the parameter as well",
            broken: Broken::Subject { claim: "operations", subject: &DECAYING },
        },
    ],
    plots: &[growth],
};

const LARGEST: usize = 16;

/// A product with `1 - η λ` more than it is asked for.
static DECAYING: Impostor = Impostor {
    name: "Adam with decay",
    instead: |method| method.clone().with_decay(rational(1, 100), Coupling::Parameter(Scaling::StepSize, Order::Before)),
};

/// A perceptron's loss on the first samples of a fixed sequence.
fn objective(batch: usize) -> Objective<Counted<f64>> {
    let network = perceptron(&[3, 4, 1], Activation::Tanh).expect("the widths fit");
    let number = |place: usize| Counted(((place * 7) % 11) as f64 / 8.0 - 0.5);
    let (inputs, targets) = ((0..3 * batch).map(number).collect(), (0..batch).map(number).collect());
    Objective::new(network, Loss::HalfSquares, inputs, targets).expect("the samples fit")
}

/// The operations of a gradient, and of each of five updates that follow.
fn counted(subject: &dyn Subject, name: &str, batch: usize, steps: usize) -> Result<(u64, Vec<u64>), NotOffered> {
    let objective = objective(batch);
    let mut optimizer = subject.counted(&specimen(name))?;
    let mut place = 0.0;
    let mut parameters = objective.network().parameters(|| {
        place += 0.125;
        Counted(place - 1.0)
    });
    let (mut of_gradient, mut of_updates) = (0, vec![]);
    for _ in 0..5 {
        let ((_, gradient), count) = operations(|| objective.gradient(&parameters));
        let gradient: Vec<Option<&[Counted<f64>]>> = gradient.iter().map(|tensor| Some(&tensor[..])).collect();
        let (_, update) = operations(|| (0..steps).for_each(|_| optimizer.step(&mut parameters, &gradient)));
        of_gradient = count;
        of_updates.push(update);
    }
    Ok((of_gradient, of_updates))
}

fn fixed(subject: &dyn Subject, steps: fn(usize) -> usize) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, specimen, _) in COSTS {
        let [first, second] = [1, 2].map(|batch| counted(subject, specimen, batch, steps(batch)));
        let ((first, alone), (second, _)) = (first?, second?);
        for batch in 1..=LARGEST {
            let (gradient, updates) = counted(subject, specimen, batch, steps(batch))?;
            let affine = first + (second - first) * (batch as u64 - 1);
            exact.equal("the gradient takes a + c B operations", &gradient, &affine, || format!("B = {batch}"));
            exact.holds("c > 0", second > first, || format!("{first} and {second} operations"));
            exact.holds("the update takes as many as for B = 1", updates == alone, || {
                format!("{name}, B = {batch}: {updates:?} operations against {alone:?}")
            });
        }
    }
    Ok(exact.evidence())
}

fn operations_of(subject: &dyn Subject, fewer: u64) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, name_of_specimen, cost) in COSTS {
        let method = specimen(name_of_specimen);
        let mut before = updates(subject, &method, 1, 3)?;
        for parameters in 2..=20 {
            let counts = updates(subject, &method, parameters, 3)?;
            for (step, (count, before)) in counts.iter().zip(&before).enumerate() {
                let input = || format!("{name}, parameter {parameters}, update {}", step + 1);
                exact.equal("operations of one more parameter", &(count - before), &(cost - fewer), input);
            }
            before = counts;
        }
    }
    Ok(exact.evidence())
}

fn every_rule(subject: &dyn Subject) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for (name, method) in specimens() {
        let mut counts = vec![];
        for parameters in 1..=4 {
            counts.push(updates(subject, &method, parameters, 7)?);
        }
        for update in 0..7 {
            let of = |parameters: usize| counts[parameters - 1][update];
            let affine = of(3) - of(2) == of(2) - of(1) && of(4) - of(3) == of(2) - of(1);
            exact.holds("p n + q operations", affine, || format!("{name}, update {}: {counts:?}", update + 1));
        }
    }
    Ok(exact.evidence())
}

fn growth(_: &Lab) -> Plot {
    let count = |name: &str, batch| counted(&Reference, name, batch, 1).expect("the reference counts");
    let [first, second] = [1, 2].map(|batch| count("Adam, Outside", batch).0 as f64);
    let batches = || (1..=LARGEST).map(|batch| batch as f64);
    let update = |(name, specimen, cost): (&str, &str, u64)| {
        let fixed = count(specimen, 1).1[1] as f64 - 21.0 * cost as f64;
        let theory = batches().map(move |batch| [batch, 21.0 * cost as f64 + fixed]);
        let measured = (1..=LARGEST).map(|batch| [batch as f64, count(specimen, batch).1[1] as f64]);
        [Series::theory(&format!("{cost} n + {fixed}"), theory), Series::measured(&format!("update, {name}"), measured)]
    };
    let gradient = [
        Series::theory("a + c B", batches().map(|batch| [batch, first + (second - first) * (batch - 1.0)])),
        Series::measured("gradient", (1..=LARGEST).map(|batch| [batch as f64, count("Adam, Outside", batch).0 as f64])),
    ];
    Plot {
        id: "operations".into(),
        title: "Operations of a gradient and of an update, perceptron of 21 parameters".into(),
        x: "batch size B".into(),
        y: "operations".into(),
        log_y: true,
        series: gradient.into_iter().chain([COSTS[0], COSTS[6]].into_iter().flat_map(update)).collect(),
        ..Plot::default()
    }
}
