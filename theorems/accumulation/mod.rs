//! Gradient accumulation.

pub mod accumulation_equivalence;
pub mod accumulation_unequal;
