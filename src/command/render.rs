//! `gradproof render`: the report's files again from its record.

use super::{Outcome, print};
use gradproof::Result;
use gradproof::report::{Formats, RunFacts, read, write};
use std::path::PathBuf;

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
    if !arguments.quiet {
        print(&format!("Rendered {} theorems to {}\n", record.theorems.len(), arguments.out.display()))?;
    }
    Ok(Outcome::Expected)
}
