//! The files of an audit: rendered in memory, written beside their places, renamed one by one, `audit.json` last.

use super::{Companions, html};
use crate::audit::record::{AuditRecord, SCHEMA};
use crate::report::formats::Formats;
use crate::report::write::{pretty, publish, text_and_schema};
use crate::{Error, Result};
use std::path::Path;

/// Writes `audit.json`, and beside it `audit.html`, `audit.pdf` and the points and the figure of the zoo, as far as they are wanted.
/// Nothing there is touched before everything is rendered.
///
/// # Errors
/// If something cannot be rendered or written.
pub fn write_audit(record: &AuditRecord, companions: &Companions, folder: &Path, formats: &Formats) -> Result<()> {
    let mut files: Vec<(String, Vec<u8>)> = vec![];
    if let Some(zoo) = &companions.zoo {
        let plot = zoo.plot();
        if formats.has("csv") {
            files.push(("data/zoo.csv".into(), crate::report::csv::csv(&plot).into_bytes()));
        }
        #[cfg(feature = "plots")]
        if formats.has("svg") {
            files.push(("plots/zoo.svg".into(), crate::report::plots::svg(&plot)?.into_bytes()));
        }
        #[cfg(feature = "plots")]
        if formats.has("png") {
            files.push(("plots/zoo.png".into(), crate::report::plots::png(&plot)?));
        }
    }
    if formats.has("html") {
        files.push(("audit.html".into(), html::html(record, companions)?.into_bytes()));
    }
    #[cfg(feature = "typeset")]
    if formats.has("pdf") {
        files.push(("audit.pdf".into(), super::pdf::pdf(record, companions)?));
    }
    publish(&files, "audit.json", &pretty(record)?, folder)
}

/// Reads an `audit.json`.
///
/// # Errors
/// If it cannot be read or is not an audit of this schema.
pub fn read_audit(path: &Path) -> Result<AuditRecord> {
    let (text, schema) = text_and_schema(path)?;
    let name = path.display();
    if schema != SCHEMA {
        return Err(Error::new(format!("'{name}' has the schema '{schema}', not '{SCHEMA}'; run `gradproof audit` again")));
    }
    serde_json::from_str(&text).map_err(|why| Error::new(format!("'{name}' is not a valid audit: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::audit::sample;

    #[test]
    fn an_audit_survives_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = sample::record();
        record.audits.pop(); // it has a NaN
        write_audit(&record, &Companions::default(), folder.path(), &Formats::parse("json").unwrap()).unwrap();
        assert_eq!(read_audit(&folder.path().join("audit.json")).unwrap(), record);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = crate::report::read(&folder.path().join("audit.json")).unwrap_err().to_string();
        assert!(error.contains("gradproof.audit/1"), "{error}");
    }

    #[test]
    fn a_folder_holds_every_file_twice_alike() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in [&one, &two] {
            write_audit(&sample::record(), &sample::companions(), folder.path(), &Formats::all()).unwrap();
        }
        let mut names = vec!["audit.json", "audit.html", "data/zoo.csv"];
        #[cfg(feature = "plots")]
        names.extend(["plots/zoo.svg", "plots/zoo.png"]);
        #[cfg(feature = "typeset")]
        names.push("audit.pdf");
        for name in names {
            let [first, second] = [&one, &two].map(|folder| std::fs::read(folder.path().join(name)).unwrap());
            assert!(!first.is_empty() && first == second, "{name}");
        }
    }

    /// `GRADPROOF_SAMPLE=DIR cargo test --lib sample -- --ignored` writes the sample, for people to look at.
    #[test]
    #[ignore = "writes the sample to a folder, to be looked at"]
    fn sample_for_people() {
        let folder = std::env::var_os("GRADPROOF_SAMPLE").expect("the variable names the folder");
        write_audit(&sample::record(), &sample::companions(), Path::new(&folder), &Formats::all()).unwrap();
    }
}
