//! Worst-case certificates over a class of functions: the inequalities that a proof may add up, files of such proofs, and what checks
//! them. And what intervals prove over continuous ranges.

mod bisection;
pub mod certificate;
mod check;
pub mod closed_forms;
mod disc;
pub mod fixed_step;
mod interpolation;
pub mod line_search;
#[cfg(feature = "solver")]
mod model;
mod newton;
pub mod nonsmooth;
mod number;
pub mod potentials;
pub mod ranges;
#[cfg(feature = "solver")]
pub mod search;
#[cfg(feature = "solver")]
pub mod solver;
pub mod triple_momentum;

pub use bisection::{cover, throughout};
pub use certificate::Certificate;
pub use check::{Refusal, check, run_function};
pub use disc::{roots_inside, roots_within};
pub use interpolation::{Class, Sample};
pub use newton::{Zeros, newton, zeros};
pub use number::{substitute, value};
