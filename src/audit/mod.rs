//! Audits of optimizers that this crate did not write: what was recorded or answered, held against what a name promises.

mod causes;
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
mod separation;
mod setting;
mod table;
mod trace;
mod witness;

pub use conformance::{Fit, Place, Twin};
pub use conventions::{Candidate, Choice, candidates};
pub use header::{Dtype, Header};
pub use recorded::{audit_trace, audit_traces};
pub use setting::Setting;
pub use table::table;
pub use trace::Trace;
