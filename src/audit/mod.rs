//! Audits of optimizers that this crate did not write: what was recorded or answered, held against what a name promises.

mod header;
mod hyper;
mod jsonl;
mod npz;
pub mod record;
mod trace;

pub use header::{Dtype, Header};
pub use hyper::Setting;
pub use trace::Trace;
