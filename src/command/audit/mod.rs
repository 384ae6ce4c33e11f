//! `gradproof audit`: is this implementation what it says it is?

mod expectation;
mod side_by_side;
mod subject;

use super::{Outcome, json, print};
use expectation::Expectation;
use gradproof::audit::record::{AuditRecord, Conformance};
use gradproof::audit::{Dtype, Hyper, Selection, Setting, table};
use gradproof::report::Formats;
use gradproof::report::audit::{Companions, write_audit};
use gradproof::{Error, Result};
use std::path::PathBuf;
use subject::Subjects;

/// Audit somebody else's optimizer: an adapter, a program of your own, or recorded runs
#[derive(clap::Args)]
#[command(after_help = "Examples:
  gradproof audit torch:adam                     PyTorch's Adam (install its adapter: adapters/install.sh torch)
  gradproof audit torch --dtype f32              everything that PyTorch's adapter offers
  gradproof audit --exec \"python3 mine.py\" --optimizer adam --hyper lr=0.01
  gradproof audit --trace run.npz --expect variant:eps-hat     pins what is known; any change exits 1
  gradproof audit --all --out reports/audit      every installed framework

docs/audit-protocol.md says how a program of your own answers.
Exit status: 0 conforms or a named variant, 1 deviates, 2 unreadable input or a subject that failed.")]
pub struct Arguments {
    #[command(flatten)]
    subjects: Subjects,
    /// One optimizer of the subject, by its neutral name
    #[arg(long, value_name = "NAME", conflicts_with = "trace")]
    optimizer: Option<String>,
    /// Hyper-parameters that keep this value in every run
    #[arg(long, value_name = "k=v", num_args = 1.., value_parser = pin, conflicts_with = "trace")]
    hyper: Vec<(String, Setting)>,
    /// One precision: f64, f32, bf16 or f16
    #[arg(long, value_name = "T", value_parser = dtype, conflicts_with = "trace")]
    dtype: Option<Dtype>,
    /// `conforms`, `variant:NAME` (a convention that differs), or an earlier audit.json
    #[arg(long, value_name = "WHAT")]
    expect: Option<String>,
    /// Folder of audit.json and its report
    #[arg(long, value_name = "DIR", default_value = "reports/latest")]
    out: PathBuf,
    /// No table
    #[arg(long)]
    quiet: bool,
    /// Print the audit to standard output instead of the table
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let expected = arguments.expect.as_deref().map(Expectation::parse).transpose()?;
    let selection =
        Selection { optimizer: arguments.optimizer.clone(), pinned: pinned(&arguments.hyper)?, dtype: arguments.dtype };
    let record = arguments.subjects.audit(&selection)?;
    write_audit(&record, &Companions::in_folder(&arguments.out)?, &arguments.out, &Formats::all())?;
    if arguments.json {
        print(&json(&record)?)?;
    } else if !arguments.quiet {
        print(&table(&record))?;
    }
    if let Some(failure) = failure(&record) {
        return Err(failure);
    }
    let passes = match &expected {
        Some(expected) => {
            let unmet = expected.unmet(&record);
            unmet.iter().for_each(|what| eprintln!("gradproof: --expect: {what}"));
            unmet.is_none()
        }
        None => record.holds(),
    };
    Ok(if passes { Outcome::Expected } else { Outcome::Unexpected })
}

/// Why an audit came to no verdict, if one did.
fn failure(record: &AuditRecord) -> Option<Error> {
    let failed = record.audits.iter().find(|audit| audit.verdict == Conformance::Error)?;
    let why = failed.decisive().map_or("nothing was checked", |check| check.detail.as_str());
    Some(Error::new(format!("no verdict on {} {}: {why}", failed.subject.framework, failed.subject.optimizer)))
}

/// A hyper-parameter and its value.
fn pin(text: &str) -> std::result::Result<(String, Setting), String> {
    let (name, value) = text.split_once('=').ok_or("give it as name=value")?;
    let setting = match (value, value.parse::<f64>()) {
        ("true", _) => Setting::Flag(true),
        ("false", _) => Setting::Flag(false),
        (_, Ok(number)) if number.is_finite() => Setting::Number(number),
        _ => return Err(format!("the value of '{name}' is neither a finite number nor true or false")),
    };
    Ok((name.into(), setting))
}

/// All hyper-parameters that are given, each once.
fn pinned(given: &[(String, Setting)]) -> Result<Hyper> {
    let mut pinned = Hyper::new();
    for (name, value) in given {
        if pinned.insert(name.clone(), value.clone()).is_some() {
            return Err(Error::new(format!("--hyper gives '{name}' more than once; give it one value")));
        }
    }
    Ok(pinned)
}

fn dtype(word: &str) -> std::result::Result<Dtype, String> {
    let all = [Dtype::F64, Dtype::F32, Dtype::Bf16, Dtype::F16];
    all.into_iter().find(|dtype| dtype.word() == word).ok_or_else(|| "it is one of f64, f32, bf16, f16".into())
}
