//! # Forward mode costs a sweep for each parameter
//!
//! **Setting.** A function `R^n → R^m` as a straight-line program of sums, products, quotients, maxima and elementary functions, each counted as one
//! operation; its Jacobian by dual numbers, a sweep for each input.
//!
//! **Statement.** (1) A sweep costs between one and four evaluations of the function, whatever `n` and `m`; the Jacobian `n` sweeps. (2) "O(parameters)"
//! is a number of sweeps, not of operations.
//!
//! **Why.** Each operation on dual numbers takes at most four operations: `(xy)˙ = ẋy + xẏ` three besides the product.
//!
//! **How it could fail.** Our dual numbers run over numbers that count: on every operation, which is all that a program consists of, and on drawn programs. Both
//! modes must give the same derivatives.

use super::programs::{Operation, Program, point, same_at_any_length};
use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Rational, rational};
use crate::plot::{Plot, Series};
use crate::theorem::{Broken, Claim, Control, Method as By, Source, Theorem};
use crate::verdict::Verdict;

pub static THEOREM: Theorem = Theorem {
    id: "ad-forward-cost",
    title: "Forward mode costs between n and 4n evaluations, whatever the number of outputs",
    topic: "foundations",
    record: Some("ad-forward-cost"),
    statement: "For a program of $+$, $-$, $×$, $÷$, $max$, square root, $exp$, $ln$, $tanh$ and the logistic function, with $n$ inputs and $m$ outputs, \
                forward mode gets a directional derivative in at most 4 and the whole Jacobian in $n$ to $4 n$ times the operations of one evaluation, \
                whatever $m$ is.",
    hypotheses: &[
        "each operation and elementary function counts as one operation",
        "\"O(parameters)\" is read relative to one evaluation",
    ],
    sources: &[Source::Note("000", "47"), Source::Cited("griewank2008", "section 3.1 and chapter 4")],
    claims: &[
        Claim {
            id: "parameters-alone",
            as_stated: true,
            statement: "the number of operations is of the order of the number of parameters: programs with as many inputs take the same up to a factor of 10",
            quantifier: "two programs with 4 inputs, of 10 and of 1000 operations; the ratio grows with the length, whatever the factor",
            expected: Verdict::Refuted,
            method: By::Enumeration,
            check: |lab, _| Ok(same_at_any_length(lab, Program::forward, [10, 1000])),
        },
        Claim {
            id: "operations",
            as_stated: false,
            statement: "each operation takes one to four operations on dual numbers",
            quantifier: "every straight-line program over the eleven operations: costs add up",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |_, _| Ok(each(4)),
        },
        Claim {
            id: "programs",
            as_stated: false,
            statement: "the gradient takes between $n$ and $4 n$ evaluations",
            quantifier: "200 drawn programs of 10 to 500 operations with 1 to 32 inputs",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(drawn(lab, |inputs| [inputs, 4 * inputs])),
        },
        Claim {
            id: "outputs",
            as_stated: false,
            statement: "the Jacobian of $m$ outputs takes as many operations as the gradient of one",
            quantifier: "100 drawn programs, m = 1, 3 and 10",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(outputs(lab, |_| 1)),
        },
        Claim {
            id: "one-direction",
            as_stated: false,
            statement: "one directional derivative takes at most 4 evaluations",
            quantifier: "50 drawn programs of 1000 operations with 1 to 1000 inputs",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(direction(lab, |_| [1, 4])),
        },
        Claim {
            id: "right",
            as_stated: false,
            statement: "forward and reverse mode give the same Jacobian",
            quantifier: "200 drawn programs of ten sums, differences, products, negatives and maxima, three inputs and two outputs, exactly",
            expected: Verdict::Proved,
            method: By::Enumeration,
            check: |lab, _| Ok(same(lab, Rational::ZERO)),
        },
    ],
    controls: &[
        Control {
            id: "independent-of-parameters",
            differs: "claims between one and four evaluations, whatever n",
            broken: Broken::Statement(|lab, _| Ok(drawn(lab, |_| [1, 4]))),
        },
        Control {
            id: "three-for-an-operation",
            differs: "claims at most three operations for each",
            broken: Broken::Statement(|_, _| Ok(each(3))),
        },
        Control {
            id: "three-evaluations-at-least",
            differs: "claims at least 3n evaluations",
            broken: Broken::Statement(|lab, _| Ok(drawn(lab, |inputs| [3 * inputs, 4 * inputs]))),
        },
        Control {
            id: "sweep-for-each-output",
            differs: "claims m times the operations for m outputs",
            broken: Broken::Statement(|lab, _| Ok(outputs(lab, |outputs| outputs))),
        },
        Control {
            id: "direction-for-each-parameter",
            differs: "claims that one directional derivative takes between n and 4n evaluations",
            broken: Broken::Statement(|lab, _| Ok(direction(lab, |inputs| [inputs, 4 * inputs]))),
        },
        Control {
            id: "same-length",
            differs: "claims that programs with as many inputs take the same up to a factor of 10, for 10 and 200 operations",
            broken: Broken::Statement(|lab, _| Ok(same_at_any_length(lab, Program::forward, [10, 200]))),
        },
        Control {
            id: "derivative-a-billionth-larger",
            differs: "the first direction is 1 + 10⁻⁹ times a unit vector",
            broken: Broken::Statement(|lab, _| Ok(same(lab, rational(1, 1_000_000_000)))),
        },
    ],
    plots: &[sweeps],
};

fn each(most: u64) -> Evidence {
    let mut exact = Exact::new();
    for operation in Operation::ALL {
        let cost = Program::of(operation).along(&[0.75, 1.5], &[1.0, 0.5]).operations;
        exact.holds("operations on dual numbers", (1..=most).contains(&cost), || format!("{operation:?} takes {cost}"));
    }
    exact.evidence()
}

/// The least and largest number of evaluations for a number of inputs.
type Bounds = fn(u64) -> [u64; 2];

fn between(exact: &mut Exact, program: &Program, cost: u64, evaluation: u64, bounds: Bounds) {
    let [least, most] = bounds(program.inputs as u64);
    let holds = least * evaluation <= cost && cost <= most * evaluation;
    exact.holds("operations in evaluations", holds, || {
        format!(
            "{} inputs, {} operations: {cost} against {least} to {most} evaluations of {evaluation}",
            program.inputs,
            program.length()
        )
    });
}

fn drawn(lab: &Lab, bounds: Bounds) -> Evidence {
    let stream = lab.stream("programs");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let (inputs, length) = (1 + draws.index(32), 10 + draws.index(491));
        let program = Program::draw(draws, &Operation::ALL, inputs, length);
        let point = point(draws, inputs);
        between(&mut exact, &program, program.forward(&point).operations, program.evaluation(&point), bounds);
    }
    exact.evidence()
}

fn outputs(lab: &Lab, times: fn(u64) -> u64) -> Evidence {
    let stream = lab.stream("outputs");
    let mut exact = Exact::new();
    for case in 0..lab.cases(100) {
        let draws = &mut stream.trial(case);
        let program = Program::draw(draws, &Operation::ALL, 8, 100);
        let point = point(draws, 8);
        let one = program.forward(&point).operations;
        for count in [1, 3, 10] {
            let several = program.clone().with_outputs(count).forward(&point).operations;
            exact.equal("operations", &several, &(times(count as u64) * one), || format!("case {case}, m = {count}"));
        }
    }
    exact.evidence()
}

fn direction(lab: &Lab, bounds: Bounds) -> Evidence {
    let stream = lab.stream("direction");
    let mut exact = Exact::new();
    for case in 0..lab.cases(50) {
        let draws = &mut stream.trial(case);
        let inputs = 1 + draws.index(1000);
        let program = Program::draw(draws, &Operation::ALL, inputs, 1000);
        let (point, towards) = (point(draws, inputs), point(draws, inputs));
        between(&mut exact, &program, program.along(&point, &towards).operations, program.evaluation(&point), bounds);
    }
    exact.evidence()
}

/// `error` is added to the first direction's length.
fn same(lab: &Lab, error: Rational) -> Evidence {
    let stream = lab.stream("same");
    let mut exact = Exact::new();
    for case in 0..lab.cases(200) {
        let draws = &mut stream.trial(case);
        let program = Program::draw(draws, &Operation::EXACT, 3, 10).with_outputs(2);
        let point: Vec<Rational> = (0..3).map(|_| draws.fraction(-8..9, 4)).collect();
        let mut forward = program.forward(&point).jacobian;
        for row in &mut forward {
            row[0] *= Rational::ONE + &error;
        }
        exact.holds("both modes agree", forward == program.reverse(&point).jacobian, || {
            format!("case {case}: {program:?} at {point:?}")
        });
    }
    exact.evidence()
}

fn sweeps(lab: &Lab) -> Plot {
    let draws = &mut lab.stream("plot").trial(0);
    let (mut forward, mut reverse) = (Vec::new(), Vec::new());
    for inputs in [1, 2, 4, 8, 16, 24, 32] {
        for _ in 0..4 {
            let program = Program::draw(draws, &Operation::ALL, inputs, 400);
            let point = point(draws, inputs);
            let ratio = |cost: u64| [inputs as f64, cost as f64 / program.evaluation(&point) as f64];
            forward.push(ratio(program.forward(&point).operations));
            reverse.push(ratio(program.reverse(&point).operations));
        }
    }
    let line = |slope: f64, offset: f64| [1.0, 32.0].map(|n| [n, slope * n + offset]);
    Plot {
        id: "sweeps".into(),
        title: "Operations for a gradient, in evaluations: drawn programs of 400 operations".into(),
        x: "number of inputs n".into(),
        y: "evaluations".into(),
        log_x: true,
        log_y: true,
        series: vec![
            Series::theory("n", line(1.0, 0.0)),
            Series::theory("4n", line(4.0, 0.0)),
            Series::theory("5", line(0.0, 5.0)),
            Series::measured("forward mode", forward),
            Series::measured("reverse mode", reverse),
        ],
    }
}
