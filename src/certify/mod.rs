//! Worst-case certificates over a class of functions: the inequalities that a proof may add up, files of such proofs, and what checks them.

pub mod certificate;
mod check;
pub mod closed_forms;
mod disc;
pub mod fixed_step;
mod interpolation;
pub mod line_search;
pub mod nonsmooth;
pub mod potentials;
pub mod triple_momentum;

pub use certificate::Certificate;
pub use check::{Refusal, check};
pub use disc::roots_within;
pub use interpolation::{Class, Sample};
