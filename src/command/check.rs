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
    /// An upper bound whose value one of the lower bounds attains.
    tight: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let (mut read, mut unreadable) = (Vec::new(), Vec::new());
    for path in &arguments.files {
        match certificates(path) {
            Ok(certificates) => {
                read.extend(certificates.into_iter().enumerate().map(|found| (path.display().to_string(), found)))
            }
            Err(why) => unreadable.push(why),
        }
    }
    let results = checked(&read);
    if arguments.json && !results.is_empty() {
        print(&json(&results)?)?;
    } else if !arguments.quiet {
        for of_file in results.chunk_by(|one, two| one.file == two.file) {
            print(&lines(of_file))?;
        }
        if arguments.files.len() > FEW {
            print(&summary(&format!("{} files", arguments.files.len()), &results))?;
        }
    }
    // The other files were checked all the same.
    match &unreadable[..] {
        [] => {}
        [why] => return Err(why.clone()),
        [why, more @ ..] => return Err(Error::new(format!("{why}; {} more files cannot be read", more.len()))),
    }
    Ok(if results.iter().all(|result| result.accepted) { Outcome::Expected } else { Outcome::Unexpected })
}

fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    let file = path.display().to_string();
    if path.is_dir() {
        return Err(Error::new(format!("cannot read '{file}': it is a folder; give its files, {file}/*.json")));
    }
    certificate::read(&read(path, "a certificate's file")?, &file)
}

/// The certificates, each with its verdict.
fn checked(read: &[(String, (usize, Certificate))]) -> Vec<Checked> {
    let verdicts: Vec<_> = read.iter().map(|(_, (_, certificate))| check(certificate)).collect();
    let attained: Vec<&Certificate> = read
        .iter()
        .zip(&verdicts)
        .filter(|((_, (_, certificate)), verdict)| certificate.kind == Kind::Lower && verdict.is_ok())
        .map(|((_, (_, certificate)), _)| certificate)
        .collect();
    let meets = |certificate: &Certificate| {
        attained.iter().any(|other| other.bound == certificate.bound && other.same_problem(certificate))
    };
    read.iter()
        .zip(verdicts)
        .map(|((file, (index, certificate)), verdict)| {
            let tight = certificate.kind == Kind::Upper && verdict.is_ok() && meets(certificate);
            let accepted = verdict.is_ok();
            let says = verdict.unwrap_or_else(|refusal| refusal.to_string());
            Checked { file: file.clone(), index: *index, accepted, says, tight }
        })
        .collect()
}

/// How many of the certificates are what.
fn summary(of: &str, results: &[Checked]) -> String {
    let proved = results.iter().filter(|result| result.accepted).count();
    let tight = results.iter().filter(|result| result.tight).count();
    let refused = match results.len() - proved {
        0 => String::new(),
        refused => format!(", {refused} REFUSED"),
    };
    format!("{of}: {proved} proved, {tight} of them tight{refused}\n")
}

/// A line for each certificate of a file; of many a summary, the first and the last, and those that are refused.
fn lines(results: &[Checked]) -> String {
    let line = |result: &Checked| {
        let Checked { file, index, says, .. } = result;
        let says = shortened(says);
        let place = if results.len() == 1 { format!("{file}:") } else { format!("{file}[{index}]") };
        match (result.accepted, result.tight) {
            (true, false) => format!("{place} proved: {says}\n"),
            (true, true) => format!("{place} proved, tight: {says}\n"),
            (false, _) => format!("{place} REFUSED: {says}\n"),
        }
    };
    if results.len() <= FEW {
        return results.iter().map(line).collect();
    }
    let summary = summary(&results[0].file, results) + "Here the first and the last, --json has all statements\n";
    let ends = |index: usize| index == 0 || index + 1 == results.len();
    let shown = results.iter().filter(|result| !result.accepted || ends(result.index));
    summary + &shown.map(line).collect::<String>()
}
