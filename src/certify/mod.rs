//! Worst-case certificates over a class of functions: the inequalities that a proof may add up, files of such proofs, and what checks them.
//! Worst-case certificates over a class of functions: the inequalities that a proof may add up. And what intervals prove over
//! continuous ranges.

pub mod certificate;
mod check;
pub mod closed_forms;
mod disc;
mod interpolation;
#[cfg(feature = "solver")]
mod model;
mod number;
#[cfg(feature = "solver")]
pub mod search;
#[cfg(feature = "solver")]
pub mod solver;
mod newton;

pub use certificate::Certificate;
pub use check::{Refusal, check, run_function};
pub use disc::roots_within;
pub use interpolation::{Class, Sample};
pub use number::{substitute, value};
pub use newton::{Zeros, newton, throughout, zeros};
