//! What the battery did not look at, said in the record.

use super::case::{SPECIAL_PATHS, is_path};
use super::{Run, Sitting};
use crate::audit::hyper;
use crate::audit::record::{Check, Outcome};

/// What cannot cross the protocol.
const NEVER: &str = "complex and sparse gradients, loss scaling, masks, several devices, gradients of the update itself";

pub(super) fn check(sitting: &Sitting, runs: &[Run]) -> Check {
    let longest = runs.iter().map(|run| run.case.steps).max().unwrap_or(0);
    let unknown = |name: &&String| !hyper::knows(sitting.name, name) && !is_path(name);
    let unknown: Vec<&str> = sitting.offer.hyper.keys().filter(unknown).map(String::as_str).collect();
    let mut detail = format!("not covered: {NEVER}; counters beyond {longest} steps");
    if !unknown.is_empty() {
        detail += &format!("; the hyper-parameters {}", unknown.join(", "));
    }
    let special = |name: &&&str| sitting.offer.hyper.contains_key(**name) && !sitting.pinned.contains_key(**name);
    for path in SPECIAL_PATHS.iter().filter(special) {
        detail += &format!("; the path {path} (--hyper {path}=true)");
    }
    Check::new("not covered", Outcome::NotApplicable, "coverage", detail)
}
