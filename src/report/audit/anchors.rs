//! Names of the sections, for links into a page.

use crate::audit::record::{AuditRecord, Subject};
use crate::report::names::slug;
use std::collections::HashMap;

/// A name for each audit: `torch-adam-f32`, and where one is taken, `torch-adam-f32.2`. No slug has a dot, so no two are alike.
pub fn anchors(record: &AuditRecord) -> Vec<String> {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let anchor = |Subject { framework, optimizer, dtype, .. }: &Subject| {
        let name = [framework, optimizer, dtype].map(|part| slug(part)).join("-");
        let times = taken.entry(name.clone()).or_default();
        *times += 1;
        if *times == 1 { name } else { format!("{name}.{times}") }
    };
    record.audits.iter().map(|audit| &audit.subject).map(anchor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::audit::sample;

    #[test]
    fn every_audit_has_a_name_of_its_own() {
        let mut record = sample::record();
        record.audits = [record.audits.clone(), record.audits].concat();
        let mut names = anchors(&record);
        assert!(names[0] == "torch-adam-f64" && names.contains(&"torch-adam-f64.2".into()), "{names:?}");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), record.audits.len());
        assert!(names.iter().flat_map(|name| name.chars()).all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)));
    }
}
