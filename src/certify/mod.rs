//! Worst-case certificates over a class of functions: the inequalities that a proof may add up. And what intervals prove over
//! continuous ranges.

mod disc;
mod interpolation;
mod newton;

pub use disc::roots_within;
pub use interpolation::{Class, Sample};
pub use newton::{Zeros, newton, throughout, zeros};
