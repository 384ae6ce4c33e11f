//! What `--expect` pins.

use gradproof::audit::record::{Audit, AuditRecord, Conformance};
use gradproof::{Error, Result};

/// What is known of the audits; any change is unexpected.
pub(super) enum Expectation {
    Conforms,
    Variant(String),
    Same(AuditRecord),
}

impl Expectation {
    pub(super) fn parse(what: &str) -> Result<Self> {
        if what == "conforms" {
            return Ok(Expectation::Conforms);
        }
        if let Some(name) = what.strip_prefix("variant:") {
            return Ok(Expectation::Variant(name.into()));
        }
        let text = std::fs::read_to_string(what).map_err(|error| {
            Error::new(format!("--expect {what}: neither 'conforms' nor 'variant:NAME', and not a readable file ({error})"))
        })?;
        let record = serde_json::from_str(&text);
        Ok(Expectation::Same(record.map_err(|error| Error::new(format!("--expect {what}: not an audit.json ({error})")))?))
    }

    pub(super) fn met(&self, record: &AuditRecord) -> bool {
        let each = |holds: &dyn Fn(&Audit) -> bool| record.audits.iter().all(holds);
        match self {
            Expectation::Conforms => each(&|audit| audit.verdict == Conformance::Conforms),
            Expectation::Variant(name) => each(&|audit| {
                let named = |identified: &gradproof::audit::record::Identified| {
                    identified.differs_from_name.contains(name) || identified.words().contains(name)
                };
                audit.verdict == Conformance::Variant && audit.identified.iter().any(named)
            }),
            Expectation::Same(earlier) => {
                let pinned = |record: &AuditRecord| {
                    let one = |audit: &Audit| (audit.subject.clone(), audit.verdict, audit.identified.clone());
                    record.audits.iter().map(one).collect::<Vec<_>>()
                };
                pinned(earlier) == pinned(record)
            }
        }
    }
}
