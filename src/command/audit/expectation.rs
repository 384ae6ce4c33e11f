//! What `--expect` pins.

use gradproof::audit::record::{Audit, AuditRecord, Conformance, Identified, Subject};
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
            return match name {
                "" => Err(Error::new("--expect variant: names no convention; give it as the table does, variant:eps-hat")),
                name => Ok(Expectation::Variant(name.into())),
            };
        }
        let text = std::fs::read_to_string(what).map_err(|error| {
            Error::new(format!("--expect {what}: neither 'conforms' nor 'variant:NAME', and not a readable file ({error})"))
        })?;
        let record = serde_json::from_str(&text);
        Ok(Expectation::Same(record.map_err(|error| Error::new(format!("--expect {what}: not an audit.json ({error})")))?))
    }

    /// What is not as expected, if anything: the first audit in which it shows.
    pub(super) fn unmet(&self, record: &AuditRecord) -> Option<String> {
        let first = |holds: &dyn Fn(&Audit) -> bool, wanted: &str| {
            record.audits.iter().find(|audit| !holds(audit)).map(|audit| format!("{wanted} was expected, {}", found(audit)))
        };
        match self {
            Expectation::Conforms => first(&|audit| audit.verdict == Conformance::Conforms, "conforms"),
            Expectation::Variant(name) => {
                let named =
                    |identified: &Identified| identified.differs_from_name.contains(name) || identified.words().contains(name);
                let holds = |audit: &Audit| audit.verdict == Conformance::Variant && audit.identified.iter().any(named);
                first(&holds, &format!("variant:{name}"))
            }
            Expectation::Same(earlier) => {
                let changed = |(new, old): (&Audit, &Audit)| {
                    let same = (&new.subject, new.verdict, &new.identified) == (&old.subject, old.verdict, &old.identified);
                    (!same).then(|| format!("{} was expected, {}", found(old), found(new)))
                };
                let missing = |[many, few]: [&AuditRecord; 2], words: &str| {
                    many.audits.get(few.audits.len()).map(|audit| format!("{words}: {}", found(audit)))
                };
                let pairs = record.audits.iter().zip(&earlier.audits);
                pairs.filter_map(changed).next().or_else(|| {
                    missing([record, earlier], "not in the earlier audit")
                        .or_else(|| missing([earlier, record], "in the earlier audit alone"))
                })
            }
        }
    }
}

/// An audit and what it came to, in a few words.
fn found(audit: &Audit) -> String {
    let Subject { framework, optimizer, dtype, trace, .. } = &audit.subject;
    let words = audit.identified.iter().flat_map(Identified::words).collect::<Vec<_>>().join(" ");
    let who = trace.as_deref().unwrap_or(framework);
    format!("{who} {optimizer} {dtype} is {} {words}", audit.verdict.word()).trim_end().into()
}
