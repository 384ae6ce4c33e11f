//! The table: a line a row, in the order of the list of bugs and conventions that real optimizers had.
//!
//! Where a row of the list gives no formula, the one that is here is our reading of its words.

mod correction;
mod decay;
mod epsilon;
mod further;
mod gradients;
mod momentum;
mod particular;
mod precision;
mod unexpressed;

use crate::honest;
pub use crate::row::Row;

pub use unexpressed::{LISTED, UNEXPRESSED};

/// All rows that can be expressed.
pub fn all() -> Vec<Row> {
    let sections = [
        honest::rows(),
        epsilon::rows(),
        correction::rows(),
        decay::rows(),
        momentum::rows(),
        particular::rows(),
        gradients::rows(),
        precision::rows(),
        further::rows(),
    ];
    sections.concat()
}
