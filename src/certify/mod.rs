//! What proofs over a class of functions or a range of parameters are made of.

mod bisection;
mod disc;
mod interpolation;

pub use bisection::throughout;
pub use disc::roots_within;
pub use interpolation::{Class, Sample};
