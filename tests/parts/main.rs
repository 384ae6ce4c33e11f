//! The audit of schedules, clips and initialisers: honest ones and recorded ones. Those with faults are in the zoo.

mod honest;
mod recorded;
#[allow(clippy::disallowed_methods, reason = "subjects compute with the platform's library, as frameworks do")]
mod right;
#[allow(dead_code, unused_imports, reason = "the rows are for tests/zoo; what is built as they are serves here")]
#[path = "../zoo/parts/mod.rs"]
mod zoo;
