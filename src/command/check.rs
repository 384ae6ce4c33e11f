//! `gradproof check`: certificates again, in exact arithmetic.

use super::{Outcome, json, print};
use gradproof::certify::certificate::{self, Certificate, Kind};
use gradproof::certify::check;
use gradproof::{Error, Result};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longest file in bytes.
const LONGEST: u64 = 50_000_000;

/// Check certificates in exact arithmetic, without any solver, and print the statements that they prove
#[derive(clap::Args)]
#[command(after_help = "Examples:
  gradproof check gd10.json
  gradproof check reports/latest/certificates/*.json

Exit status: 0 every certificate is accepted, 1 at least one is refused, 2 a file cannot be read.")]
pub struct Arguments {
    /// Certificates: each file holds one, or a list of them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print nothing
    #[arg(long)]
    quiet: bool,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

#[derive(serde::Serialize)]
struct Checked {
    file: String,
    index: usize,
    accepted: bool,
    /// The statement, or the condition that failed.
    says: String,
    /// An upper bound whose value a lower bound of the same file attains.
    tight: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let mut results = Vec::new();
    for path in &arguments.files {
        let file = path.display().to_string();
        let text = text(path, &file)?;
        let certificates = certificate::read(&text, &file)?;
        let verdicts: Vec<_> = certificates.iter().map(check).collect();
        for (index, (certificate, verdict)) in certificates.iter().zip(&verdicts).enumerate() {
            let attains = |other: &Certificate| {
                other.kind == Kind::Lower && other.bound == certificate.bound && other.same_problem(certificate)
            };
            let tight = certificate.kind == Kind::Upper
                && verdict.is_ok()
                && certificates.iter().zip(&verdicts).any(|(other, verdict)| verdict.is_ok() && attains(other));
            let says = verdict.as_ref().map_or_else(ToString::to_string, Clone::clone);
            results.push(Checked { file: file.clone(), index, accepted: verdict.is_ok(), says, tight });
        }
    }
    if arguments.json {
        print(&json(&results)?)?;
    } else if !arguments.quiet {
        let lines = results.iter().map(|result| {
            let Checked { file, index, says, .. } = result;
            match (result.accepted, result.tight) {
                (true, false) => format!("{file}[{index}] proved: {says}\n"),
                (true, true) => format!("{file}[{index}] proved, tight: {says}\n"),
                (false, _) => format!("{file}[{index}] REFUSED: {says}\n"),
            }
        });
        print(&lines.collect::<String>())?;
    }
    Ok(if results.iter().all(|result| result.accepted) { Outcome::Expected } else { Outcome::Unexpected })
}

/// A file's text, if it is not of a length that no certificate has.
fn text(path: &Path, file: &str) -> Result<String> {
    let unreadable = |why: std::io::Error| Error::new(format!("cannot read '{file}': {why}; give a certificate's file"));
    let mut text = String::new();
    let source = std::fs::File::open(path).map_err(unreadable)?;
    source.take(LONGEST + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST {
        return Err(Error::new(format!("'{file}' is longer than {LONGEST} bytes; give a certificate's file")));
    }
    Ok(text)
}
