//! `report.json`: everything that a run found, and all that renderers see.

use crate::evidence::Evidence;
use crate::plot::Plot;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema's name.
pub const SCHEMA: &str = "gradproof.report/1";

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the suite.
    pub suite: String,
    /// Root seed.
    pub seed: u64,
    /// Multiplier of the largest sample sizes and case counts.
    pub effort: u64,
    /// Probability that any confidence sequence of the run ever misses its mean, at most.
    pub false_alarm_budget: f64,
    /// Claims by verdict (all five words), and `unexpected`: claims without their expected verdict plus controls not refuted.
    pub summary: BTreeMap<String, u64>,
    /// The theorems, in book order.
    pub theorems: Vec<TheoremRecord>,
}

/// A theorem's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TheoremRecord {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Topic.
    pub topic: String,
    /// The catalog's record.
    pub record: Option<String>,
    /// Statement, in Typst markup.
    pub statement: String,
    /// Hypotheses, in Typst markup.
    pub hypotheses: Vec<String>,
    /// Sources, a line each.
    pub sources: Vec<String>,
    /// Claims.
    pub claims: Vec<ClaimRecord>,
    /// Controls.
    pub controls: Vec<ControlRecord>,
    /// Figures.
    pub plots: Vec<Plot>,
}

/// A claim and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimRecord {
    /// Id within the theorem.
    pub id: String,
    /// Whether a note states it so.
    pub as_stated: bool,
    /// Statement, in Typst markup.
    pub statement: String,
    /// What the verdict extends over.
    pub quantifier: String,
    /// Expected verdict.
    pub expected: Verdict,
    /// Verdict.
    pub verdict: Verdict,
    /// How it was checked.
    pub method: String,
    /// What was found.
    pub evidence: Evidence,
}

/// A control and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlRecord {
    /// Id within the theorem.
    pub id: String,
    /// The one place in which it differs.
    pub differs: String,
    /// Distance from what is claimed in units of the tolerance; `null` where the comparison is exact and tolerates nothing.
    pub effect_over_margin: Option<f64>,
    /// Verdict; anything but refuted fails the theorem.
    pub verdict: Verdict,
    /// What was found.
    pub evidence: Evidence,
}

impl TheoremRecord {
    /// Claims without their expected verdict plus controls that were not refuted.
    pub fn unexpected(&self) -> u64 {
        let claims = self.claims.iter().filter(|claim| claim.verdict != claim.expected).count();
        let controls = self.controls.iter().filter(|control| control.verdict != Verdict::Refuted).count();
        (claims + controls) as u64
    }
}

impl Record {
    /// A record of these theorems, summed up.
    pub fn new(seed: u64, effort: u64, false_alarm_budget: f64, theorems: Vec<TheoremRecord>) -> Self {
        let mut summary: BTreeMap<String, u64> = Verdict::ALL.iter().map(|verdict| (verdict.word().into(), 0)).collect();
        for claim in theorems.iter().flat_map(|theorem| &theorem.claims) {
            *summary.entry(claim.verdict.word().into()).or_default() += 1;
        }
        summary.insert("unexpected".into(), theorems.iter().map(TheoremRecord::unexpected).sum());
        let suite = env!("CARGO_PKG_VERSION").into();
        Record { schema: SCHEMA.into(), suite, seed, effort, false_alarm_budget, summary, theorems }
    }
}
