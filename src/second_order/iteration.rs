//! What the methods have in common: a step, and a bounded run of steps that ends with a word for why.

use crate::number::Real;
use crate::problems::Problem;
use crate::vector::{finite, largest};

/// A method that goes from one iterate to the next. It may remember what it has seen.
pub trait Iteration<R: Real, P: ?Sized> {
    /// The iterate after `x`; `x` itself where a trial step was rejected.
    ///
    /// # Errors
    /// Why there is none.
    fn advance(&mut self, problem: &P, x: &[R]) -> Result<Vec<R>, Status>;
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The largest component of the gradient is within its tolerance.
    Converged,
    /// All iterations are spent.
    Exhausted,
    /// No step that the method accepts is left: rounding, or a function that does not behave like its derivatives.
    Stalled,
    /// The direction does not descend.
    NotDescent,
    /// A matrix that has to be positive definite (or regular) is not.
    NotDefinite,
    /// A NaN or an infinity appeared.
    NotFinite,
}

/// When a run ends at the latest.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopping<R> {
    /// Tolerance for `max |∂f/∂x_i|`.
    pub gradient: R,
    /// Largest number of steps.
    pub iterations: usize,
}

/// What a run did.
#[derive(Clone, Debug, PartialEq)]
pub struct Run<R> {
    /// The iterates, the start first.
    pub iterates: Vec<Vec<R>>,
    /// Why it ended.
    pub status: Status,
}

impl<R> Run<R> {
    /// The last iterate.
    pub fn end(&self) -> &[R] {
        self.iterates.last().expect("a run has its start")
    }

    /// The number of steps taken.
    pub fn steps(&self) -> usize {
        self.iterates.len() - 1
    }
}

/// Runs a method from `start` until the gradient is small, the method stops, or the iterations are spent.
pub fn minimize<R: Real, P: Problem<R> + ?Sized>(
    method: &mut dyn Iteration<R, P>,
    problem: &P,
    start: Vec<R>,
    stopping: &Stopping<R>,
) -> Run<R> {
    let mut iterates = vec![start];
    loop {
        let x = iterates.last().expect("the start");
        let gradient = problem.gradient(x);
        let next = if !finite(x) || !finite(&gradient) || !finite(&[problem.value(x)]) {
            Err(Status::NotFinite)
        } else if largest(&gradient) <= stopping.gradient {
            Err(Status::Converged)
        } else if iterates.len() > stopping.iterations {
            Err(Status::Exhausted)
        } else {
            method.advance(problem, x)
        };
        match next {
            Ok(next) => iterates.push(next),
            Err(status) => return Run { iterates, status },
        }
    }
}
