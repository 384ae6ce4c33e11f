//! Formal numerical verification of the theory of training with gradients, and of the optimizers that claim to implement it.

#![forbid(unsafe_op_in_unsafe_fn)]
#![warn(missing_docs)]

pub mod audit;
pub mod bibliography;
pub mod certify;
pub mod error;
pub mod evidence;
pub mod kernels;
pub mod lab;
pub mod landscape;
pub mod networks;
pub mod number;
pub mod optimizers;
pub mod plot;
pub mod problems;
pub mod report;
pub mod schedules;
pub mod second_order;
pub mod statistics;
pub mod subject;
pub mod suite;
pub mod system;
pub mod theorem;
#[allow(missing_docs, reason = "a theorem's file documents itself; its items have fixed names")]
#[path = "../theorems/mod.rs"]
pub mod theorems;
pub mod training;
mod vector;
pub mod verdict;

pub use error::{Error, Result};

/// Audits everything that an implementation offers, as an author's own test does: `gradproof::audit(&mine).assert_conforms()`.
///
/// A failure of the implementation is a verdict of the record, `error`.
pub fn audit(subject: &dyn audit::Implementation) -> audit::record::AuditRecord {
    audit::audit_selected(subject, &audit::Selection::default()).expect("everything is selected")
}
