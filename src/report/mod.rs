//! The record of a run and its renderers. A renderer sees the record alone.

mod numbers;
pub mod record;

pub use numbers::{maybe, number, pair, pairs};
