//! Worst cases by semidefinite programming: the floating-point half of the certificate generator, which nobody has to trust.

mod conic;
mod dense;
#[cfg(test)]
mod examples;
mod lapack;
mod program;

pub use conic::solve;
pub use program::{Constraint, Form, Program, Solution};

/// No solution was found: the program may be infeasible or unbounded, or the numbers too far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalled;
