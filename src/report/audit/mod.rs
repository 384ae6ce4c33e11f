//! The renderings of an audit. They see its record, and what stands beside it in its folder: findings that somebody looked into by
//! hand, and what the audit makes of mutants.

mod anchors;
mod companions;
mod findings;
mod html;
mod html_checks;
mod html_matrix;
mod html_section;
mod html_zoo;
mod matrix;
#[cfg(feature = "typeset")]
mod pdf;
#[cfg(test)]
mod sample;
mod witness;
mod words;
mod write;
mod zoo;

pub use companions::Companions;
pub use findings::{Documented, Finding};
pub use write::{read_audit, write_audit};
pub use zoo::{Mutant, Zoo};
