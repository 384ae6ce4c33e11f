//! `findings.json`: what somebody found out about a deviation by hand, which no record can know.

use crate::audit::record::Subject;
use serde::Deserialize;

/// A finding.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The framework, as the audits name it.
    pub framework: String,
    /// The optimizer's neutral name, or `*` for all of the framework's.
    pub optimizer: String,
    /// What was found.
    pub text: String,
    /// Whether the framework's documentation says so.
    pub documented: Option<Documented>,
}

/// Whether, or where, something is documented.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Documented {
    /// Whether it is.
    Known(bool),
    /// Where, in words.
    Source(String),
}

impl Finding {
    /// Whether it is about this subject.
    pub fn concerns(&self, subject: &Subject) -> bool {
        self.framework == subject.framework && (self.optimizer == "*" || self.optimizer == subject.optimizer)
    }

    /// Whom it is about.
    pub fn about(&self) -> String {
        let optimizer = if self.optimizer == "*" { "every optimizer" } else { &self.optimizer };
        format!("{}, {optimizer}", self.framework)
    }

    /// Whether it is documented, in words; nothing where nobody has looked.
    pub fn documentation(&self) -> Option<String> {
        Some(match self.documented.as_ref()? {
            Documented::Known(true) => "The framework documents it.".into(),
            Documented::Known(false) => "The framework does not document it.".into(),
            Documented::Source(source) => format!("Documented: {source}"),
        })
    }
}
