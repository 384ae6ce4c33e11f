//! Worst cases by semidefinite programming: the floating-point half of the certificate generator, which nobody has to trust.
//!
//! A [`Program`] with rational coefficients says which Gram matrices and function values a method and a class of functions admit, and
//! what is to be bounded; [`face`] leaves out what can take part in no proof. [`sketch`] shows the worst run's shape. [`prove`] finds exact
//! multipliers for a bound within `10^-9` of the least one (relative); where the multipliers of the [`indispensable`] constraints are
//! simple fractions, [`recognise`] finds the least bound itself. Beneath, [`solve`] is one run of clarabel on a program in floating
//! point, and [`round`] makes one of its solutions exact.
//!
//! Every [`Rounded`] has passed an exact test before it is returned: signs, identities, and the semidefinite residual. That test is
//! for the search; the checker of certificates has its own.

mod barrier;
mod conic;
mod definite;
mod dense;
#[cfg(test)]
mod examples;
mod faces;
mod lapack;
mod program;
mod proof;
mod recognition;
mod repair;
mod rounding;
mod scaling;
mod thinning;

pub use conic::{Accuracy, solve};
pub use faces::{Face, face};
pub use program::{Constraint, Form, Program, Solution};
pub use proof::{prove, sketch};
pub use recognition::recognise;
pub use rounding::{Attained, Rounded, round};
pub use thinning::indispensable;

/// No solution was found: the program may be infeasible or unbounded, or the numbers too far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalled;
