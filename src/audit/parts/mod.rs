//! What goes with an optimizer: learning-rate schedules, gradient clipping, initialisation.
//!
//! Each is asked for with settings of its own, and what comes back is held against the plain form of its name and every documented
//! convention, as a trace of an optimizer is.

mod clips;
mod factor;
mod inits;
mod schedules;

pub use clips::audit_clips;
pub use inits::audit_inits;
pub use schedules::{audit_schedule, audit_schedules};

use super::implementation::{Hello, Implementation, Offer};
use super::record::{Audit, Check, Conformance, Outcome, Subject};
use crate::Error;

/// Audits every schedule, way of clipping and initialiser that the subject offers. A request that fails ends that part's audit with the verdict
/// `error`.
pub fn audit_parts(subject: &dyn Implementation) -> Vec<Audit> {
    [audit_schedules(subject), audit_clips(subject), audit_inits(subject)].concat()
}

/// A part of an implementation as the subject of an audit: `schedule:cosine`, `clip:global_norm`, `init:he_normal`.
fn subject_of(hello: &Hello, kind: &str, name: &str, offer: &Offer) -> Subject {
    Subject {
        framework: hello.framework.clone(),
        version: hello.version.clone(),
        optimizer: format!("{kind}:{name}"),
        hyper: offer.hyper.clone(),
        dtype: offer.dtypes.iter().map(|dtype| dtype.word()).collect::<Vec<_>>().join(" "),
        trace: None,
    }
}

/// The audit of a part whose request failed.
fn failed(subject: Subject, error: &Error) -> Audit {
    let check = Check::new("request", Outcome::Inconclusive, "formula", error.to_string());
    Audit { subject, verdict: Conformance::Error, identified: None, checks: vec![check] }
}

/// The audit of a part that has no reference.
fn unknown(subject: Subject, known: &[&str]) -> Audit {
    let detail = format!("there is no reference for '{}'; known are {}", subject.optimizer, known.join(", "));
    let check = Check::new("reference", Outcome::NotApplicable, "formula", detail);
    Audit { subject, verdict: Conformance::Error, identified: None, checks: vec![check] }
}
