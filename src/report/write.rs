//! The files of a run: rendered in memory, written beside their places, renamed one by one, `report.json` last.

use super::formats::Formats;
use super::record::{Record, SCHEMA};
use super::run::RunFacts;
use super::{csv, html, junit, names};
use crate::certify::certificate;
use crate::{Error, Result};
use std::io::Write;
use std::path::Path;

/// Writes a report into a folder. Nothing there is touched before everything is rendered; a `report.json` of another run is
/// removed first, so that an interrupted write leaves none.
///
/// # Errors
/// If a statement cannot be typeset or a file cannot be written.
pub fn write(record: &Record, run: Option<&RunFacts>, dir: &Path, formats: &Formats) -> Result<()> {
    let files = render(record, run, formats)?;
    publish(&files, "report.json", &json(record)?, dir)
}

/// Writes files into a folder, the record last; the record of another run is removed first.
pub(super) fn publish(files: &[(String, Vec<u8>)], name: &str, record: &str, dir: &Path) -> Result<()> {
    let place = dir.join(name);
    match std::fs::read(&place) {
        Ok(old) if old != record.as_bytes() => std::fs::remove_file(&place).map_err(|why| unwritable(&place, &why))?,
        _ => {}
    }
    for (name, bytes) in files {
        put(&dir.join(name), bytes)?;
    }
    put(&place, record.as_bytes())
}

/// `report.json`: indented, keys in a fixed order, numbers that read back exactly.
///
/// # Errors
/// If the record cannot be serialized.
pub fn json(record: &Record) -> Result<String> {
    pretty(record)
}

/// Reads a `report.json`.
///
/// # Errors
/// If it cannot be read or is not a report of this schema.
pub fn read(path: &Path) -> Result<Record> {
    let (text, schema) = text_and_schema(path)?;
    let name = path.display();
    if schema != SCHEMA {
        return Err(Error::new(format!("'{name}' has the schema '{schema}', not '{SCHEMA}'; run `gradproof verify` again")));
    }
    serde_json::from_str(&text).map_err(|why| Error::new(format!("'{name}' is not a valid report: {why}")))
}

/// The schema that a record names.
///
/// # Errors
/// If it cannot be read or names none.
pub fn schema(path: &Path) -> Result<String> {
    text_and_schema(path).map(|(_, schema)| schema)
}

/// A record as it stands in its file, and the schema that it names.
pub(super) fn text_and_schema(path: &Path) -> Result<(String, String)> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|why| {
        let advice = "give the report.json that `gradproof verify` wrote, or the audit.json of `gradproof audit`";
        Error::new(format!("cannot read '{name}': {why}; {advice}"))
    })?;
    let value: serde_json::Value = serde_json::from_str(&text)
        .map_err(|why| Error::new(format!("'{name}' is not JSON: {why}; give a complete report.json or audit.json")))?;
    let schema = value.get("schema").and_then(serde_json::Value::as_str).map(String::from);
    let schema = schema.ok_or_else(|| {
        Error::new(format!("'{name}' names no schema, so it is no report; give a report.json or an audit.json"))
    })?;
    Ok((text, schema))
}

/// JSON as files have it.
pub(super) fn pretty<T: serde::Serialize>(value: &T) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|why| Error::new(format!("cannot write JSON: {why}")))?;
    Ok(text + "\n")
}

/// Names and contents of all files but `report.json`, `run.json` last.
fn render(record: &Record, run: Option<&RunFacts>, formats: &Formats) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for theorem in &record.theorems {
        for plot in &theorem.plots {
            let name = names::figure(theorem, plot);
            if formats.has("csv") {
                files.push((format!("data/{name}.csv"), csv::csv(plot).into_bytes()));
            }
            #[cfg(feature = "plots")]
            if formats.has("svg") {
                files.push((format!("plots/{name}.svg"), super::plots::svg(plot)?.into_bytes()));
            }
            #[cfg(feature = "plots")]
            if formats.has("png") {
                files.push((format!("plots/{name}.png"), super::plots::png(plot)?));
            }
        }
    }
    for exact in record.theorems.iter().flat_map(|theorem| &theorem.claims).filter_map(|claim| claim.evidence.exact()) {
        // A record that was read from its file has the names alone.
        for (name, certificate) in exact.certificate_files().into_iter().zip(&exact.certificates) {
            files.push((name, certificate::write(std::slice::from_ref(certificate))?.into_bytes()));
        }
    }
    if formats.has("junit") {
        files.push(("junit.xml".into(), junit::junit(record).into_bytes()));
    }
    if formats.has("html") {
        files.push(("report.html".into(), html::html(record, run)?.into_bytes()));
    }
    #[cfg(feature = "typeset")]
    if formats.has("pdf") {
        files.push(("report.pdf".into(), super::pdf::pdf(record, run)?));
    }
    if let Some(run) = run {
        files.push(("run.json".into(), pretty(run)?.into_bytes()));
    }
    Ok(files)
}

/// Writes a file beside its place and renames it, so that there is never half a file.
///
/// # Errors
/// If the folder cannot be made or written.
pub fn put(place: &Path, bytes: &[u8]) -> Result<()> {
    let folder = place.parent().unwrap_or(Path::new("."));
    let why = |why: std::io::Error| unwritable(place, &why);
    if place.exists() && !place.is_file() {
        return Err(Error::new(format!("'{}' is no file that could be replaced; name another with --out", place.display())));
    }
    std::fs::create_dir_all(folder).map_err(why)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".gradproof-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // the umask applies; the default is for the owner alone
    let mut file = builder.tempfile_in(folder).map_err(why)?;
    file.write_all(bytes).map_err(why)?;
    file.persist(place).map_err(|failed| why(failed.error))?;
    Ok(())
}

fn unwritable(place: &Path, why: &std::io::Error) -> Error {
    Error::new(format!("cannot write '{}': {why}; choose a writable folder with --out", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_record_survives_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let record = sample::record();
        write(&record, Some(&sample::run()), folder.path(), &Formats::parse("json").unwrap()).unwrap();
        let path = folder.path().join("report.json");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.ends_with("}\n") && text.contains("9.765625e-13") && text.contains("\"-Infinity\""), "{text}");
        let again = read(&path).unwrap();
        assert_eq!(json(&again).unwrap(), text);
        assert_eq!((&again.theorems[0], &again.theorems[2]), (&record.theorems[0], &record.theorems[2])); // the other one has a NaN
        assert_eq!(RunFacts::beside(&path), Some(sample::run()));
    }

    #[test]
    fn a_folder_holds_every_file_twice_alike() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in [&one, &two] {
            std::fs::write(folder.path().join("mine.txt"), "foreign").unwrap();
            write(&sample::record(), Some(&sample::run()), folder.path(), &Formats::all()).unwrap();
        }
        let mut names = vec!["mine.txt", "junit.xml", "report.html", "run.json", "report.json"];
        names.extend(["data/gradient-descent-gd-linear-rate-rate.csv", "data/gradient-descent-nasty----nasty.csv"]);
        #[cfg(feature = "plots")]
        names.extend(["plots/gradient-descent-gd-linear-rate-rate.svg", "plots/gradient-descent-nasty----nasty.png"]);
        #[cfg(feature = "typeset")]
        names.push("report.pdf");
        for name in names {
            let [first, second] = [&one, &two].map(|folder| std::fs::read(folder.path().join(name)).unwrap());
            assert!(!first.is_empty() && first == second, "{name}");
        }
    }

    #[test]
    fn an_interrupted_write_leaves_no_report() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("report.json"), "{}").unwrap();
        std::fs::create_dir(folder.path().join("junit.xml")).unwrap(); // a folder where a file should go
        let error = write(&sample::record(), None, folder.path(), &Formats::parse("junit").unwrap()).unwrap_err().to_string();
        assert!(error.contains("junit.xml") && error.contains("--out"), "{error}");
        assert!(!folder.path().join("report.json").exists());
    }

    #[test]
    fn what_is_wrong_is_said_in_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "not json").unwrap();
        let formats = Formats::parse("json").unwrap();
        let unwritable = write(&sample::record(), None, &file.join("sub"), &formats).unwrap_err().to_string();
        assert!(unwritable.contains("sub/report.json") && unwritable.contains("--out"), "{unwritable}");
        let error = |text: &str| {
            std::fs::write(&file, text).unwrap();
            read(&file).unwrap_err().to_string()
        };
        assert!(error("not json").contains("is not JSON"));
        assert!(error("{}").contains("no schema"));
        assert!(error("{\"schema\": \"gradproof.report/9\"}").contains("gradproof.report/9"));
        assert!(error("{\"schema\": \"gradproof.report/1\"}").contains("not a valid report"));
        assert!(read(&folder.path().join("absent")).unwrap_err().to_string().contains("cannot read"));
    }

    /// `GRADPROOF_SAMPLE=DIR cargo test --lib sample -- --ignored` writes the sample, for people to look at.
    #[test]
    #[ignore = "writes the sample to a folder, to be looked at"]
    fn sample_for_people() {
        let folder = std::env::var_os("GRADPROOF_SAMPLE").expect("the variable names the folder");
        write(&sample::record(), Some(&sample::run()), Path::new(&folder), &Formats::all()).unwrap();
    }
}
