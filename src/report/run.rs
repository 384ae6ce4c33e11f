//! `run.json`: what varies from run to run. No verdict depends on it.

use serde::{Deserialize, Serialize};
use std::path::Path;

/// The circumstances of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunFacts {
    /// When it started, as people read it.
    pub started: String,
    /// How long it took.
    pub seconds: f64,
    /// Where it ran.
    pub host: String,
    /// Number of threads.
    pub jobs: u64,
    /// The command line.
    pub command: String,
}

impl RunFacts {
    /// The facts beside a `report.json`, if they are there and readable.
    pub fn beside(report: &Path) -> Option<RunFacts> {
        let text = std::fs::read_to_string(report.with_file_name("run.json")).ok()?;
        serde_json::from_str(&text).ok()
    }
}
