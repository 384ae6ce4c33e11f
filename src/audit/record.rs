//! `audit.json`: what an audit found.

use super::conformance::Place;
use super::setting::Setting;
use crate::report::maybe;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema's name.
pub const SCHEMA: &str = "gradproof.audit/1";

/// Audits of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// [`SCHEMA`].
    pub schema: String,
    /// One for each optimizer, precision or trace.
    pub audits: Vec<Audit>,
}

impl AuditRecord {
    /// Whether there are audits and each is a conformance or a named variant.
    pub fn holds(&self) -> bool {
        !self.audits.is_empty() && self.audits.iter().all(|audit| audit.verdict <= Conformance::Variant)
    }

    /// Passes if every audit is a conformance or a named variant.
    ///
    /// # Panics
    /// Otherwise, with the table of the audits and what was found; also if nothing was audited.
    #[track_caller]
    pub fn assert_conforms(&self) {
        assert!(self.holds(), "not what its name promises:\n{}", super::table(self));
    }
}

/// The audit of one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Who was audited.
    pub subject: Subject,
    /// What follows from the checks.
    pub verdict: Conformance,
    /// What the subject was found to be; `null` if nothing fits.
    pub identified: Option<Identified>,
    /// What was checked.
    pub checks: Vec<Check>,
}

impl Audit {
    /// The check that the verdict rests on: the first that deviates, or of an audit without a verdict the first that could not be
    /// decided; the first of all where nothing is wrong.
    pub fn decisive(&self) -> Option<&Check> {
        let wanted = match self.verdict {
            Conformance::Deviates => Some(Outcome::Deviates),
            Conformance::Error => Some(Outcome::Inconclusive),
            Conformance::Conforms | Conformance::Variant => None,
        };
        let found = wanted.and_then(|wanted| self.checks.iter().find(|check| check.verdict == wanted));
        found.or(self.checks.first())
    }
}

/// An implementation of an optimizer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// Framework.
    pub framework: String,
    /// Its version.
    pub version: String,
    /// The optimizer's neutral name.
    pub optimizer: String,
    /// Hyper-parameters by their neutral names.
    pub hyper: BTreeMap<String, Setting>,
    /// Type of parameters and state.
    pub dtype: String,
    /// File name of the trace; absent where the subject answered itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// The verdict of an audit, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conformance {
    /// The plain form of its name.
    Conforms,
    /// A documented convention of its name, other than the plain one.
    Variant,
    /// Anything else.
    Deviates,
    /// Nothing could be said.
    Error,
}

impl Conformance {
    /// The verdict's word.
    pub fn word(self) -> &'static str {
        match self {
            Conformance::Conforms => "conforms",
            Conformance::Variant => "variant",
            Conformance::Deviates => "deviates",
            Conformance::Error => "error",
        }
    }
}

/// The algorithm and the conventions that a subject follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identified {
    /// Neutral name of the algorithm.
    pub algorithm: String,
    /// Every convention that the name leaves free, with the value found.
    pub variant: BTreeMap<String, Setting>,
    /// Conventions whose value is not the plain one.
    pub differs_from_name: Vec<String>,
    /// The difference as a formula.
    pub difference: Option<String>,
}

impl Identified {
    /// A word for each convention that is not the plain one, as `--expect variant:eps-hat` names it: `eps-hat`,
    /// `bias-correction-false`, `velocity-inside`, ...
    pub fn words(&self) -> Vec<String> {
        let word = |name: &String| {
            let convention = if name == "epsilon" { "eps".into() } else { name.replace('_', "-") };
            match self.variant.get(name) {
                Some(Setting::Word(value)) => format!("{convention}-{value}"),
                Some(Setting::Number(value)) => format!("{convention}-{value}"),
                Some(Setting::Flag(value)) => format!("{convention}-{value}"),
                Some(Setting::Numbers(_)) | None => convention,
            }
        };
        self.differs_from_name.iter().map(word).collect()
    }
}

/// One check and what came out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Id.
    pub id: String,
    /// Outcome.
    pub verdict: Outcome,
    /// What a failure of it is about: `formula`, `precision`, `state`, `special-values`, `theory`.
    pub kind: String,
    /// In words.
    pub detail: String,
    /// Distance from the reference that was allowed where the check came closest to failing or failed.
    #[serde(with = "maybe")]
    pub bound: Option<f64>,
    /// Largest distance over what was allowed; above one fails. A subject's NaN is infinitely far.
    #[serde(with = "maybe")]
    pub worst_ratio: Option<f64>,
    /// First step that failed, else that of the largest ratio; steps count from zero.
    pub step: Option<u64>,
    /// Coordinate at that step, counted from zero over all tensors.
    pub coordinate: Option<u64>,
    /// Smallest input found that shows it.
    pub witness: Option<serde_json::Value>,
}

impl Check {
    /// A check that speaks of no place.
    pub(super) fn new(id: &str, verdict: Outcome, kind: &str, detail: String) -> Self {
        let (id, kind) = (id.into(), kind.into());
        Check { id, verdict, kind, detail, bound: None, worst_ratio: None, step: None, coordinate: None, witness: None }
    }

    /// The same check with the place that it speaks of, if there is one.
    pub(super) fn at(self, place: Option<Place>) -> Self {
        let Some(Place { step, coordinate, bound, ratio, .. }) = place else { return self };
        let (step, coordinate) = (Some(step as u64), Some(coordinate as u64));
        Check { bound: Some(bound), worst_ratio: Some(ratio), step, coordinate, ..self }
    }
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As the name promises.
    Pass,
    /// As a documented convention has it.
    Variant,
    /// Neither.
    Deviates,
    /// Where the exact enclosure admits more than one answer.
    Hazard,
    /// The subject does not offer what it takes.
    NotApplicable,
    /// The bound is too wide to tell, or the subject failed.
    #[default]
    Inconclusive,
}
