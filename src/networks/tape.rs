//! Reverse mode: a tape of operations.
//!
//! Ours, because theorems are about it: how many operations a gradient costs (Baur and Strassen 1983) and how long its tape is. It
//! runs over every number type, so that its results can be exact, enclosed or counted. Networks have a faster backward pass
//! ([`super::Network::backward`]), which the tests hold against this one.

use crate::number::{Elementary, Function, Rational, Real, borrowed_operands};
use crate::system::System;
use crate::theorem::Source;
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::{Arc, Mutex};

/// The operations on variables so far, in their order.
#[derive(Clone, Debug)]
pub struct Tape<R>(Arc<Mutex<Vec<Entry<R>>>>);

/// An operation: where its operands stand on the tape (constants stand nowhere), and what its adjoint needs.
#[derive(Clone, Debug)]
struct Entry<R> {
    left: Option<usize>,
    right: Option<usize>,
    operation: Operation<R>,
}

#[derive(Clone, Debug)]
enum Operation<R> {
    Input,
    Negative,
    Sum,
    Difference,
    Product {
        left: R,
        right: R,
    },
    Quotient {
        divisor: R,
        quotient: R,
    },
    Function {
        slope: Function,
        x: R,
        y: R,
    },
    /// The larger of two operands is the left one.
    Choice,
    /// The larger of two operands is unknown.
    Undecided,
}

/// A number on a tape, or a constant.
#[derive(Clone, Debug)]
pub struct Variable<R> {
    value: R,
    place: Option<(Tape<R>, usize)>,
}

impl<R: Real> Tape<R> {
    /// An empty tape.
    #[allow(clippy::new_without_default, reason = "a tape is made where it is recorded, never by default")]
    pub fn new() -> Self {
        Tape(Arc::default())
    }

    /// A variable to differentiate by.
    pub fn input(&self, value: R) -> Variable<R> {
        self.record(value, Entry { left: None, right: None, operation: Operation::Input })
    }

    /// Number of entries: inputs and operations on them.
    #[allow(clippy::len_without_is_empty, reason = "the length is a cost, and emptiness nobody's question")]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Vec<Entry<R>>> {
        self.0.lock().expect("no operation on a tape's entries panics")
    }

    fn record(&self, value: R, entry: Entry<R>) -> Variable<R> {
        let mut entries = self.entries();
        entries.push(entry);
        Variable { value, place: Some((self.clone(), entries.len() - 1)) }
    }

    /// The derivatives of `output` by each of `inputs`: one sweep back over the tape, whatever the number of inputs.
    ///
    /// A sum costs two operations, a product or quotient four, as in Baur and Strassen's proof; a negative or a choice one.
    ///
    /// # Panics
    /// If a number stands on another tape, or an input is a constant.
    pub fn gradient(&self, output: &Variable<R>, inputs: &[Variable<R>]) -> Vec<R> {
        let Some(last) = self.place(output) else { return vec![R::zero(); inputs.len()] };
        let entries = self.entries();
        let mut adjoints = vec![R::zero(); entries.len()];
        adjoints[last] = R::one();
        for (index, Entry { left, right, operation }) in entries[..=last].iter().enumerate().rev() {
            let adjoint = adjoints[index].clone();
            match operation {
                Operation::Input => {}
                Operation::Choice => receive(&mut adjoints, left, |sum| sum + &adjoint),
                Operation::Undecided => {
                    let unknown = R::zero() / R::zero();
                    receive(&mut adjoints, left, |_| unknown.clone());
                    receive(&mut adjoints, right, |_| unknown.clone());
                }
                Operation::Negative => receive(&mut adjoints, left, |sum| sum - &adjoint),
                Operation::Sum => {
                    receive(&mut adjoints, left, |sum| sum + &adjoint);
                    receive(&mut adjoints, right, |sum| sum + &adjoint);
                }
                Operation::Difference => {
                    receive(&mut adjoints, left, |sum| sum + &adjoint);
                    receive(&mut adjoints, right, |sum| sum - &adjoint);
                }
                Operation::Product { left: x, right: y } => {
                    receive(&mut adjoints, left, |sum| sum + adjoint.clone() * y);
                    receive(&mut adjoints, right, |sum| sum + adjoint.clone() * x);
                }
                Operation::Quotient { divisor, quotient } => {
                    let part = adjoint / divisor;
                    receive(&mut adjoints, left, |sum| sum + &part);
                    receive(&mut adjoints, right, |sum| sum - part.clone() * quotient);
                }
                Operation::Function { slope, x, y } => {
                    receive(&mut adjoints, left, |sum| sum + adjoint.clone() * slope.slope(x, y));
                }
            }
        }
        drop(entries);
        let place = |input| self.place(input).expect("a gradient is taken by variables, not by constants");
        inputs.iter().map(|input| adjoints[place(input)].clone()).collect()
    }

    fn place(&self, variable: &Variable<R>) -> Option<usize> {
        variable.place.as_ref().map(|(tape, place)| {
            assert!(Arc::ptr_eq(&tape.0, &self.0), "a variable belongs to one tape");
            *place
        })
    }
}

/// Adds a part to the adjoint of an operand that stands on the tape.
fn receive<R: Real>(adjoints: &mut [R], place: &Option<usize>, add: impl FnOnce(R) -> R) {
    if let Some(place) = place {
        let sum = std::mem::replace(&mut adjoints[*place], R::zero());
        adjoints[*place] = add(sum);
    }
}

impl<R: Real> Variable<R> {
    /// A number that stands on no tape.
    pub fn constant(value: R) -> Self {
        Variable { value, place: None }
    }

    /// The number.
    pub fn value(&self) -> &R {
        &self.value
    }

    /// The result of an operation, recorded unless all operands are constants.
    fn result(value: R, left: Self, right: Option<Self>, operation: Operation<R>) -> Self {
        let (left, right) = (left.place, right.and_then(|right| right.place));
        let Some(tape) = left.as_ref().or(right.as_ref()).map(|(tape, _)| tape.clone()) else {
            return Variable::constant(value);
        };
        let place = |operand: Option<(Tape<R>, usize)>| {
            operand.map(|(other, place)| {
                assert!(Arc::ptr_eq(&other.0, &tape.0), "operands stand on one tape");
                place
            })
        };
        tape.record(value, Entry { left: place(left), right: place(right), operation })
    }
}

impl<R: Real> PartialOrd for Variable<R> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<R: Real> PartialEq for Variable<R> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<R: Real> Neg for Variable<R> {
    type Output = Self;
    fn neg(self) -> Self {
        Variable::result(-self.value.clone(), self, None, Operation::Negative)
    }
}

impl<R: Real> Add for Variable<R> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Variable::result(self.value.clone() + &other.value, self, Some(other), Operation::Sum)
    }
}

impl<R: Real> Sub for Variable<R> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Variable::result(self.value.clone() - &other.value, self, Some(other), Operation::Difference)
    }
}

impl<R: Real> Mul for Variable<R> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let operation = Operation::Product { left: self.value.clone(), right: other.value.clone() };
        Variable::result(self.value.clone() * &other.value, self, Some(other), operation)
    }
}

impl<R: Real> Div for Variable<R> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let quotient = self.value.clone() / &other.value;
        let operation = Operation::Quotient { divisor: other.value.clone(), quotient: quotient.clone() };
        Variable::result(quotient, self, Some(other), operation)
    }
}

borrowed_operands!(Variable<R: Real>);

impl<R: Real> Real for Variable<R> {
    type Wide = Self;

    fn of(value: &Rational) -> Self {
        Variable::constant(R::of(value))
    }

    fn narrow(wide: &Self) -> Self {
        wide.clone()
    }

    /// The larger number, `self` where they are equal: so `max(0, x)` has the slope 0 at 0. Where the order is undecided both
    /// slopes are `0/0`: NaN in floats, the whole line in intervals.
    fn larger(self, other: Self) -> Self {
        let value = self.value.clone().larger(other.value.clone());
        match self.partial_cmp(&other) {
            Some(Ordering::Less) => Variable::result(value, other, Some(self), Operation::Choice),
            Some(_) => Variable::result(value, self, Some(other), Operation::Choice),
            None => Variable::result(value, self, Some(other), Operation::Undecided),
        }
    }

    fn sign(self) -> Self {
        Variable::constant(self.value.sign())
    }

    /// With the slope 0 at 0, as in the frameworks.
    fn magnitude(self) -> Self {
        self.clone() * self.sign()
    }

    fn int(value: i64) -> Self {
        Variable::constant(R::int(value))
    }
}

impl<R: Elementary> Elementary for Variable<R> {
    fn checked(self, function: Function) -> Option<Self> {
        let value = self.value.clone().checked(function)?;
        let operation = Operation::Function { slope: function, x: self.value.clone(), y: value.clone() };
        Some(Variable::result(value, self, None, operation))
    }
}

/// Reverse mode.
pub const SYSTEM: System = System {
    name: "reverse-mode-tape",
    formula: "x̄ = Σ ȳ ∂y/∂x over the operations y that use x, from the last to the first: at most 5 evaluations",
    rows: &["S5 reverse-mode tape"],
    conventions: &[],
    sources: &[
        Source::Note("000", "45-49"),
        Source::Cited("baur1983", "the main theorem"),
        Source::Cited("griewank2008", "section 3.2"),
    ],
    tests: &[
        "tests/networks/derivatives.rs::a_gradient_costs_at_most_five_evaluations_and_its_tape_is_the_program",
        "tests/networks/derivatives.rs::the_bound_of_five_is_attained_by_a_product",
        "tests/networks/derivatives.rs::several_outputs_cost_a_sweep_each",
        "tests/networks/derivatives.rs::tape_and_dual_numbers_agree_with_the_backward_pass_of_smooth_networks",
        "tests/networks/derivatives.rs::backward_pass_tape_and_dual_numbers_give_the_same_fractions",
    ],
};
