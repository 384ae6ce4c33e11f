//! Optimizers in this process, written again in plain floats: nothing here uses the crate's own rules.
//!
//! What one element's update is, is a rule (`rule`) over cells (`cell`). What an optimizer has around its formula (counters, buffers,
//! groups, saved states) is the same for all of them (`running`) and can be changed by habits (`habits`).

mod cell;
mod habits;
mod hyper;
mod rule;
mod running;

pub use cell::{Cell, Float, norm};
pub use habits::{Buffers, Habits, Missing, Saving};
pub use hyper::{Step, defaults};
pub use rule::{Body, Rule};
pub(crate) use rule::{all, each, tensor};
pub use running::Optimizer;
