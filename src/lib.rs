//! Formal numerical verification of the theory of training with gradients, and of the optimizers that claim to implement it.

#![forbid(unsafe_op_in_unsafe_fn)]
#![warn(missing_docs)]

pub mod audit;
pub mod error;
pub mod evidence;
pub mod lab;
pub mod number;
pub mod plot;
pub mod report;
pub mod verdict;

pub use error::{Error, Result};
