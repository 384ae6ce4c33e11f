//! Worst cases by semidefinite programming: the floating-point half of the certificate generator, which nobody has to trust.

mod barrier;
mod conic;
mod definite;
mod dense;
#[cfg(test)]
mod examples;
mod lapack;
mod program;
mod proof;
mod recognition;
mod repair;
mod rounding;
mod scaling;
mod thinning;

pub use conic::{Accuracy, solve};
pub use program::{Constraint, Form, Program, Solution};
pub use proof::prove;
pub use recognition::recognise;
pub use rounding::{Rounded, round};
pub use thinning::thin;

/// No solution was found: the program may be infeasible or unbounded, or the numbers too far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalled;
