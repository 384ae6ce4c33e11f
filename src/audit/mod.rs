//! Audits of optimizers that this crate did not write: what was recorded or answered, held against what a name promises.

mod conformance;
mod conventions;
mod header;
mod hyper;
mod jsonl;
mod npz;
mod plain;
mod precision;
pub mod record;
mod recorded;
mod table;
mod trace;

pub use conformance::{Fit, Place, Twin, separation};
pub use conventions::{Candidate, Choice, candidates};
pub use header::{Dtype, Header};
pub use hyper::Setting;
pub use recorded::{audit_trace, audit_traces};
pub use table::table;
pub use trace::Trace;
