//! Schedules, clips and initialisers with one fault or convention each: sections G, H and J of the list.
#![allow(clippy::disallowed_methods, reason = "subjects compute with the platform's library, as frameworks do")]

mod clips;
pub mod covered;
mod inits;
pub mod row;
mod schedules;
pub mod subject;

pub use row::{Kind, Row};

/// Every row.
pub fn rows() -> Vec<Row> {
    let mut rows = schedules::rows();
    rows.extend(clips::rows());
    rows.extend(inits::rows());
    rows
}
