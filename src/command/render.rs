//! `gradproof render`: the report's files again from its record.

use super::{Outcome, print};
use gradproof::Result;
use gradproof::report::record::Record;
use gradproof::report::{Formats, RunFacts, put, read, write};
use std::path::{Path, PathBuf};

/// Draw a report again from its report.json, with nothing run
#[derive(clap::Args)]
#[command(after_help = "Example:
  gradproof render reports/latest/report.json --out reports/again --format html,pdf")]
pub struct Arguments {
    /// The record
    #[arg(value_name = "REPORT.json")]
    report: PathBuf,
    /// Folder of the new files
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Files to write beside report.json [default: json,html,pdf,png,svg,csv,junit]
    #[arg(long, value_name = "LIST")]
    format: Option<String>,
    /// Print nothing
    #[arg(long)]
    quiet: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let formats = arguments.format.as_deref().map_or_else(|| Ok(Formats::all()), Formats::parse)?;
    let record = read(&arguments.report)?;
    write(&record, RunFacts::beside(&arguments.report).as_ref(), &arguments.out, &formats)?;
    copy_certificates(&record, &arguments.report, &arguments.out)?;
    if !arguments.quiet {
        print(&format!("Rendered {} theorems to {}\n", record.theorems.len(), arguments.out.display()))?;
    }
    Ok(Outcome::Expected)
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
