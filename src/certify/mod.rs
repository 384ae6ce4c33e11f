//! Worst-case certificates over a class of functions: the inequalities that a proof may add up, files of such proofs, and what checks
//! them. And what intervals prove over continuous ranges.

mod bisection;
pub mod certificate;
mod check;
mod disc;
pub mod formulas;
mod interpolation;
#[cfg(feature = "solver")]
mod model;
mod newton;
#[cfg(feature = "solver")]
mod number;
#[cfg(feature = "solver")]
pub mod search;
#[cfg(feature = "solver")]
pub mod solver;

pub use bisection::{cover, throughout};
pub use certificate::Certificate;
pub use check::{Refusal, check, read_number, run_function};
pub use disc::{roots_inside, roots_within};
pub use interpolation::{Class, Sample};
pub use newton::{Zeros, newton, zeros};
#[cfg(feature = "solver")]
pub use number::{substitute, value};
