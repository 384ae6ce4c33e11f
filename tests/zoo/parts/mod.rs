//! Schedules, clips and initialisers with one fault or convention each: sections G, H and J of the list.

pub mod row;
mod schedules;
pub mod subject;

pub use row::{Kind, Row};

/// Every row.
pub fn rows() -> Vec<Row> {
    schedules::rows()
}
