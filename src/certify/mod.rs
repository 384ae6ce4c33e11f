//! Worst-case certificates over a class of functions: the inequalities that a proof may add up.

mod disc;
mod interpolation;

pub use disc::{roots_inside, roots_within};
pub use interpolation::{Class, Sample};
