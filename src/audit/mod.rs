//! Audits of optimizers that this crate did not write: what was recorded or answered, held against what a name promises.

mod battery;
mod causes;
mod conformance;
mod conventions;
mod header;
mod hyper;
pub mod implementation;
mod in_process;
mod jsonl;
mod npz;
mod plain;
mod precision;
pub mod record;
mod recorded;
mod separation;
mod setting;
mod table;
mod tensor;
mod trace;
mod witness;

pub use battery::{Selection, audit_selected};
pub use conformance::{Fit, Place, Twin};
pub use conventions::{Candidate, Choice, candidates};
pub use header::{Dtype, Header};
pub use implementation::{Answer, Capability, Group, Hello, Hyper, Implementation, Offer, Order, Running};
pub use in_process::{Element, InProcess};
pub use recorded::{audit_trace, audit_traces};
pub use setting::Setting;
pub use table::table;
pub use tensor::Tensor;
pub use trace::Trace;
