//! `gradproof render`: the files of a report or an audit again from its record.

use super::{Outcome, print};
use gradproof::Result;
use gradproof::audit::record as audit;
use gradproof::report::audit::{Companions, read_audit, write_audit};
use gradproof::report::record::Record;
use gradproof::report::{Formats, RunFacts, put, read, schema, write};
use std::path::{Path, PathBuf};

/// Draw a report or an audit again from its report.json or audit.json, with nothing run
#[derive(clap::Args)]
#[command(after_help = "Example:
  gradproof render reports/latest/report.json --out reports/again --format html,pdf")]
pub struct Arguments {
    /// The record
    #[arg(value_name = "REPORT.json|AUDIT.json")]
    record: PathBuf,
    /// Folder of the new files
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Files to write beside the record [default: json,html,pdf,png,svg,csv,junit]
    #[arg(long, value_name = "LIST")]
    format: Option<String>,
    /// Print nothing
    #[arg(long)]
    quiet: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let formats = arguments.format.as_deref().map_or_else(|| Ok(Formats::all()), Formats::parse)?;
    let drawn = match schema(&arguments.record)?.as_str() {
        audit::SCHEMA => draw_audit(&arguments.record, &arguments.out, &formats)?,
        _ => draw_report(&arguments.record, &arguments.out, &formats)?,
    };
    if !arguments.quiet {
        print(&format!("Rendered {drawn} to {}\n", arguments.out.display()))?;
    }
    Ok(Outcome::Expected)
}

fn draw_report(report: &Path, out: &Path, formats: &Formats) -> Result<String> {
    let record = read(report)?;
    write(&record, RunFacts::beside(report).as_ref(), out, formats)?;
    copy_certificates(&record, report, out)?;
    Ok(format!("{} theorems", record.theorems.len()))
}

/// What stands beside the record goes along, so that the new folder can be rendered again.
fn draw_audit(path: &Path, out: &Path, formats: &Formats) -> Result<String> {
    let record = read_audit(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    write_audit(&record, &Companions::in_folder(folder)?, out, formats)?;
    for name in Companions::FILES {
        if let Ok(bytes) = std::fs::read(folder.join(name)) {
            put(&out.join(name), &bytes)?;
        }
    }
    Ok(format!("{} audits", record.audits.len()))
}

/// The certificates that the record names stand beside it, not in it.
fn copy_certificates(record: &Record, report: &Path, out: &Path) -> Result<()> {
    let folder = report.parent().unwrap_or(Path::new("."));
    let claims = record.theorems.iter().flat_map(|theorem| &theorem.claims);
    let plain =
        |name: &String| name.starts_with("certificates/") && Path::new(name).components().count() == 2 && !name.contains("..");
    let named = claims.filter_map(|claim| claim.evidence.exact()).flat_map(|exact| exact.certificate_files());
    for name in named.filter(plain) {
        if let Ok(bytes) = std::fs::read(folder.join(&name)) {
            put(&out.join(&name), &bytes)?;
        }
    }
    Ok(())
}
