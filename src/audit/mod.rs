//! Audits of optimizers that this crate did not write: what was recorded or answered, held against what a name promises.

#[cfg(feature = "adapters")]
mod adapter;
mod battery;
#[cfg(feature = "adapters")]
pub mod bundled;
mod causes;
mod conformance;
mod conventions;
mod header;
mod hyper;
pub mod implementation;
mod in_process;
mod jsonl;
mod npz;
pub mod parts;
mod plain;
mod precision;
pub mod record;
mod recorded;
mod request;
mod separation;
mod serve;
mod setting;
mod spelled;
mod table;
mod tensor;
mod trace;
mod witness;

#[cfg(feature = "adapters")]
pub use adapter::{Adapter, Timeouts};
pub use battery::{Piece, Selection, audit_piece, audit_selected};
pub use conformance::{Fit, Place, Twin};
pub use conventions::{Candidate, Choice, candidates};
pub use header::{Dtype, Header};
pub use implementation::{Answer, Capability, Group, Hello, Hyper, Implementation, Offer, Order, Running};
pub use in_process::{Element, InProcess};
pub use parts::{audit_parts, audit_schedule};
pub use recorded::{audit_trace, audit_traces};
pub use serve::serve;
pub use setting::Setting;
pub use table::table;
pub use tensor::Tensor;
pub use trace::Trace;
