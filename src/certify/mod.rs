//! Worst-case certificates over a class of functions: the inequalities that a proof may add up.

mod disc;
mod interpolation;
#[cfg(feature = "solver")]
pub mod solver;

pub use disc::roots_within;
pub use interpolation::{Class, Sample};
