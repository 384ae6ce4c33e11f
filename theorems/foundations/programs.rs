//! Straight-line programs, and what their derivatives cost.

use crate::evidence::{Evidence, Exact};
use crate::lab::{Draws, Lab};
use crate::networks::{Counted, Dual, Tape, operations};
use crate::number::{Elementary, Function, Real};

/// An operation on one or two earlier values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Sum,
    Difference,
    Product,
    Quotient,
    Negative,
    Larger,
    Of(Function),
}

impl Operation {
    /// Those that exact numbers have for all operands.
    pub(super) const EXACT: [Operation; 5] =
        [Operation::Sum, Operation::Difference, Operation::Product, Operation::Negative, Operation::Larger];

    pub(super) const ALL: [Operation; 11] = [
        Operation::Sum,
        Operation::Difference,
        Operation::Product,
        Operation::Quotient,
        Operation::Negative,
        Operation::Larger,
        Operation::Of(Function::SquareRoot),
        Operation::Of(Function::Exponential),
        Operation::Of(Function::Logarithm),
        Operation::Of(Function::Tanh),
        Operation::Of(Function::Sigmoid),
    ];

    fn apply<R: Elementary>(self, a: R, b: R) -> R {
        match self {
            Operation::Sum => a + b,
            Operation::Difference => a - b,
            Operation::Product => a * b,
            Operation::Quotient => a / b,
            Operation::Negative => -a,
            Operation::Larger => a.larger(b),
            Operation::Of(function) => a.apply(function),
        }
    }
}

/// Operations on inputs and earlier results; the last values are the outputs.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    steps: Vec<(Operation, usize, usize)>,
}

/// Derivatives of all outputs by all inputs, output by output, and how many operations they took.
pub(super) struct Derivatives<R> {
    pub(super) jacobian: Vec<Vec<R>>,
    pub(super) operations: u64,
    /// Length of the tape, if there is one.
    pub(super) tape: usize,
}

/// How derivatives are taken.
pub(super) type Mode = fn(&Program, &[f64]) -> Derivatives<f64>;

impl Program {
    /// A program of one operation.
    pub(super) fn of(operation: Operation) -> Self {
        Program { inputs: 2, outputs: 1, steps: vec![(operation, 0, 1)] }
    }

    pub(super) fn draw(draws: &mut Draws, among: &[Operation], inputs: usize, length: usize) -> Self {
        let mut step = |done| (among[draws.index(among.len())], draws.index(inputs + done), draws.index(inputs + done));
        Program { inputs, outputs: 1, steps: (0..length).map(&mut step).collect() }
    }

    /// The same program with its last values as outputs.
    pub(super) fn with_outputs(self, outputs: usize) -> Self {
        Program { outputs, ..self }
    }

    pub(super) fn length(&self) -> usize {
        self.steps.len()
    }

    pub(super) fn run<R: Elementary>(&self, inputs: &[R]) -> Vec<R> {
        let mut values = inputs.to_vec();
        for (operation, left, right) in &self.steps {
            values.push(operation.apply(values[*left].clone(), values[*right].clone()));
        }
        values.split_off(values.len() - self.outputs)
    }

    /// Operations of one evaluation.
    pub(super) fn evaluation(&self, point: &[f64]) -> u64 {
        operations(|| self.run(&counted(point))).1
    }

    /// Forward mode along one direction.
    pub(super) fn along<R: Elementary>(&self, point: &[R], direction: &[R]) -> Derivatives<R> {
        let duals = Dual::along(&wrapped(point), &wrapped(direction));
        let (outputs, operations) = operations(|| self.run(&duals));
        Derivatives { jacobian: outputs.into_iter().map(|output| vec![output.tangent.0]).collect(), operations, tape: 0 }
    }

    /// Forward mode: a sweep for each input.
    pub(super) fn forward<R: Elementary>(&self, point: &[R]) -> Derivatives<R> {
        let unit = |at: usize| (0..self.inputs).map(|i| R::int(i64::from(i == at))).collect::<Vec<R>>();
        let sweeps: Vec<Derivatives<R>> = (0..self.inputs).map(|at| self.along(point, &unit(at))).collect();
        let row = |output: usize| sweeps.iter().map(|sweep| sweep.jacobian[output][0].clone()).collect();
        let operations = sweeps.iter().map(|sweep| sweep.operations).sum();
        Derivatives { jacobian: (0..self.outputs).map(row).collect(), operations, tape: 0 }
    }

    /// Reverse mode: one evaluation, and a sweep back for each output.
    pub(super) fn reverse<R: Elementary>(&self, point: &[R]) -> Derivatives<R> {
        let tape = Tape::new();
        let (jacobian, operations) = operations(|| {
            let inputs: Vec<_> = wrapped(point).into_iter().map(|x| tape.input(x)).collect();
            let sweep = |output| tape.gradient(&output, &inputs).into_iter().map(|slope| slope.0).collect::<Vec<R>>();
            self.run(&inputs).into_iter().map(sweep).collect::<Vec<_>>()
        });
        Derivatives { jacobian, operations, tape: tape.len() }
    }

    /// Difference quotients: an evaluation more than there are inputs.
    pub(super) fn differences(&self, point: &[f64]) -> Derivatives<f64> {
        let step = Counted(1.0 / f64::from(1 << 20));
        let point = counted(point);
        let (jacobian, operations) = operations(|| {
            let here = self.run(&point);
            let mut columns = Vec::new();
            for at in 0..self.inputs {
                let mut moved = point.clone();
                moved[at] = moved[at].clone() + &step;
                let slope = |(there, here): (Counted<f64>, &Counted<f64>)| ((there - here) / &step).0;
                columns.push(self.run(&moved).into_iter().zip(&here).map(slope).collect::<Vec<f64>>());
            }
            (0..self.outputs).map(|output| columns.iter().map(|column| column[output]).collect()).collect()
        });
        Derivatives { jacobian, operations, tape: 0 }
    }
}

fn wrapped<R: Real>(numbers: &[R]) -> Vec<Counted<R>> {
    numbers.iter().cloned().map(Counted).collect()
}

fn counted(point: &[f64]) -> Vec<Counted<f64>> {
    wrapped(point)
}

/// Inputs between 1/2 and 2, where all operations are defined; what follows need not be.
pub(super) fn point(draws: &mut Draws, inputs: usize) -> Vec<f64> {
    (0..inputs).map(|_| draws.between(0.5, 2.0)).collect()
}

/// Whether programs of these two lengths, both with 4 inputs and one output, take the same in this mode up to a factor of 10.
pub(super) fn same_at_any_length(lab: &Lab, mode: Mode, lengths: [usize; 2]) -> Evidence {
    let draws = &mut lab.stream("alone").trial(0);
    let point = point(draws, 4);
    let [short, long] = lengths.map(|length| mode(&Program::draw(draws, &Operation::ALL, 4, length), &point).operations);
    let mut exact = Exact::new();
    exact.holds("operations do not depend on the program's length", long <= 10 * short, || {
        format!("4 inputs, one output: {short} operations for a program of {}, {long} for one of {}", lengths[0], lengths[1])
    });
    exact.evidence()
}
