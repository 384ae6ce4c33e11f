//! `gradproof check`: certificates again, in exact arithmetic.

use super::{Outcome, json, print, read, shortened};
use gradproof::certify::certificate::{self, Certificate, Kind};
use gradproof::certify::check;
use gradproof::{Error, Result};
use std::path::{Path, PathBuf};

/// Files of more certificates are summarised.
const FEW: usize = 10;

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
    let (mut results, mut unreadable) = (Vec::new(), Vec::new());
    for path in &arguments.files {
        match checked(path) {
            Ok(checked) => {
                if !arguments.json && !arguments.quiet {
                    print(&lines(&checked))?;
                }
                results.extend(checked);
            }
            Err(why) => unreadable.push(why),
        }
    }
    if arguments.json && !results.is_empty() {
        print(&json(&results)?)?;
    }
    // The other files were checked all the same.
    match &unreadable[..] {
        [] => {}
        [why] => return Err(why.clone()),
        [why, more @ ..] => return Err(Error::new(format!("{why}; {} more files cannot be read", more.len()))),
    }
    Ok(if results.iter().all(|result| result.accepted) { Outcome::Expected } else { Outcome::Unexpected })
}

/// The certificates of a file, each with its verdict.
fn checked(path: &Path) -> Result<Vec<Checked>> {
    let file = path.display().to_string();
    if path.is_dir() {
        return Err(Error::new(format!("cannot read '{file}': it is a folder; give its files, {file}/*.json")));
    }
    let certificates = certificate::read(&read(path, "a certificate's file")?, &file)?;
    let verdicts: Vec<_> = certificates.iter().map(check).collect();
    let mut results = Vec::new();
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
    Ok(results)
}

/// A line for each certificate of a file; of many a summary, the first and the last, and those that are refused.
fn lines(results: &[Checked]) -> String {
    let line = |result: &Checked| {
        let Checked { file, index, says, .. } = result;
        let says = shortened(says);
        match (result.accepted, result.tight) {
            (true, false) => format!("{file}[{index}] proved: {says}\n"),
            (true, true) => format!("{file}[{index}] proved, tight: {says}\n"),
            (false, _) => format!("{file}[{index}] REFUSED: {says}\n"),
        }
    };
    if results.len() <= FEW {
        return results.iter().map(line).collect();
    }
    let proved = results.iter().filter(|result| result.accepted).count();
    let tight = results.iter().filter(|result| result.tight).count();
    let refused = match results.len() - proved {
        0 => String::new(),
        refused => format!(", {refused} REFUSED"),
    };
    let file = &results[0].file;
    let summary = format!("{file}: {proved} proved, {tight} of them tight{refused}; --json has all statements, here the ends\n");
    let ends = |index: usize| index == 0 || index + 1 == results.len();
    let shown = results.iter().filter(|result| !result.accepted || ends(result.index));
    summary + &shown.map(line).collect::<String>()
}
