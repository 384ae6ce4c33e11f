//! # Reverse mode costs at most five evaluations for a gradient, and a tape
//!
//! **Setting.** A function `R^n → R^m` as a straight-line program of sums, products, quotients, maxima and elementary functions, each counted as one
//! operation; its Jacobian by one evaluation on a tape, and a sweep back for each output.
//!
//! **Statement.** (1) The gradient of one output takes at most 5 evaluations, whatever `n` (Baur and Strassen 1983); the Jacobian of `m` outputs at most
//! `1 + 4m`. (2) "O(outputs)" is a number of sweeps, not of operations. (3) The tape is as long as the program.
//!
//! **Why.** A sum adds its adjoint to two, a product or quotient adds two products: at most four operations back for one forward.
//!
//! **How it could fail.** Our tape runs over numbers that count: on every operation, which is all that a program consists of, and on drawn programs.
//! Difference quotients and forward mode must break the bound.

use super::programs::{Mode, Operation, Program, point, same_at_any_length};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::plot::{Plot, Series};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "ad-reverse-cost",
    title: "Reverse mode costs at most 1 + 4m evaluations, whatever the number of parameters, and a tape as long as the program",
    topic: "foundations",
    record: Some("ad-reverse-cost"),
    statement: "For a program of $+$, $-$, $×$, $÷$, $max$, square root, $exp$, $ln$, $tanh$ and the logistic function, with $n$ inputs and $m$ outputs, \
                reverse mode gets the gradient of one output in at most 5, and the Jacobian in at most $1 + 4 m$ times the operations of one evaluation, \
                whatever $n$ is. Its tape holds the inputs and every operation.",
    hypotheses: &[
        "each operation and elementary function counts as one operation",
        "\"O(outputs)\" is read relative to one evaluation",
    ],
    sources: &[
        Source::Note("000", "48"),
        Source::Cited("baur1983", "the main theorem"),
        Source::Cited("griewank2008", "section 3.2 and chapter 4"),
    ],
    claims: &[
        Claim {
            id: "outputs-alone",
            as_stated: true,
            statement: "the number of operations is of the order of the number of outputs: programs with as many outputs take the same up to a factor of 10",
            quantifier: "two programs with one output, of 10 and of 1000 operations; the ratio grows with the length, whatever the factor",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, _| Ok(same_at_any_length(lab, Program::reverse, [10, 1000])),
        },
        Claim {
            id: "operations",
            as_stated: false,
            statement: "each operation takes at most five operations, forward and back; products attain it",
            quantifier: "every straight-line program over the eleven operations: costs add up",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(each(5)),
        },
        Claim {
            id: "programs",
            as_stated: false,
            statement: "the gradient takes at most 5 evaluations",
            quantifier: "200 drawn programs of 10 to 500 operations with 1 to 1000 inputs",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(drawn(lab, Program::reverse, [1, 1000], 1, 1)),
        },
        Claim {
            id: "outputs",
            as_stated: false,
            statement: "the Jacobian of three outputs takes at most $1 + 4 ⋅ 3$ evaluations",
            quantifier: "200 drawn programs of 10 to 500 operations with 1 to 1000 inputs",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(drawn(lab, Program::reverse, [1, 1000], 3, 3)),
        },
        Claim {
            id: "memory",
            as_stated: false,
            statement: "the tape has an entry for each input and each operation",
            quantifier: "200 drawn programs",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(memory(lab, |length| length)),
        },
    ],
    controls: &[
        Control {
            id: "forward-mode",
            differs: "takes the gradient by forward mode, with 8 or more inputs",
            broken: Broken::Statement(|lab, _| Ok(drawn(lab, Program::forward, [8, 32], 1, 1))),
        },
        Control {
            id: "difference-quotients",
            differs: "takes the gradient by difference quotients, with 8 or more inputs",
            broken: Broken::Statement(|lab, _| Ok(drawn(lab, Program::differences, [8, 32], 1, 1))),
        },
        Control {
            id: "one-sweep-for-three-outputs",
            differs: "claims 1 + 4 evaluations for the Jacobian of three outputs",
            broken: Broken::Statement(|lab, _| Ok(drawn(lab, Program::reverse, [1, 1000], 3, 1))),
        },
        Control {
            id: "four-for-an-operation",
            differs: "claims at most four operations for each",
            broken: Broken::Statement(|_, _| Ok(each(4))),
        },
        Control {
            id: "memory-of-half-the-program",
            differs: "claims an entry for every second operation",
            broken: Broken::Statement(|lab, _| Ok(memory(lab, |length| length / 2))),
        },
        Control {
            id: "memory-without-the-last",
            differs: "claims one entry less",
            broken: Broken::Statement(|lab, _| Ok(memory(lab, |length| length - 1))),
        },
    ],
    plots: &[tapes],
};

fn each(most: u64) -> Evidence {
    let mut exact = Exact::new();
    let cost = |operation| Program::of(operation).reverse(&[0.75, 1.5]).operations;
    for operation in Operation::ALL {
        let cost = cost(operation);
        exact.holds("operations forward and back", cost <= most, || format!("{operation:?} takes {cost}"));
    }
    exact.equal("a product attains five", &cost(Operation::Product), &5, String::new);
    exact.evidence()
}

/// Programs with a number of inputs between the two `sizes`, whose Jacobian is claimed to cost one evaluation and so many `sweeps` of four.
fn drawn(lab: &Lab, mode: Mode, sizes: [usize; 2], outputs: usize, sweeps: u64) -> Evidence {
    let stream = lab.stream("programs");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let (inputs, length) = (sizes[0] + draws.index(sizes[1] - sizes[0] + 1), 10 + draws.index(491));
        let program = Program::draw(draws, &Operation::ALL, inputs, length).with_outputs(outputs);
        let point = point(draws, inputs);
        let (found, evaluation) = (mode(&program, &point), program.evaluation(&point));
        let complete = found.jacobian.len() == outputs && found.jacobian.iter().all(|row| row.len() == inputs);
        exact.holds("a derivative of each output by each input", complete, || format!("case {case}"));
        exact.holds("at most 1 + 4m evaluations", found.operations <= (1 + 4 * sweeps) * evaluation, || {
            format!(
                "case {case}: {inputs} inputs, {outputs} outputs: {} operations against an evaluation of {evaluation}",
                found.operations
            )
        });
    }
    exact.evidence()
}

/// The entries besides the inputs are claimed to be so many for a program's length.
fn memory(lab: &Lab, entries: fn(usize) -> usize) -> Evidence {
    let stream = lab.stream("memory");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let (inputs, length) = (1 + draws.index(64), 10 + draws.index(491));
        let program = Program::draw(draws, &Operation::ALL, inputs, length);
        let tape = program.reverse(&point(draws, inputs)).tape;
        exact.equal("entries of the tape", &tape, &(inputs + entries(program.length())), || format!("case {case}"));
    }
    exact.evidence()
}

fn tapes(lab: &Lab) -> Plot {
    let draws = &mut lab.stream("plot").trial(0);
    let (mut lengths, mut costs) = (Vec::new(), Vec::new());
    for length in (1..=20).map(|k| 25 * k) {
        let program = Program::draw(draws, &Operation::ALL, 16, length);
        let found = program.reverse(&point(draws, 16));
        lengths.push([length as f64, found.tape as f64]);
        costs.push([length as f64, found.operations as f64]);
    }
    let line = |slope: f64, offset: f64| [25.0, 500.0].map(|x| [x, slope * x + offset]);
    Plot {
        id: "tapes".into(),
        title: "Reverse mode on drawn programs with 16 inputs: what it remembers and what it computes".into(),
        x: "operations of one evaluation".into(),
        y: "entries, operations".into(),
        series: vec![
            Series::theory("length + 16", line(1.0, 16.0)),
            Series::theory("5 evaluations", line(5.0, 0.0)),
            Series::measured("entries of the tape", lengths),
            Series::measured("operations for value and gradient", costs),
        ],
        ..Plot::default()
    }
}
