//! `gradproof audit`: is this implementation what it says it is?

use super::{Outcome, json, print};
use gradproof::audit::record::{Audit, AuditRecord, Conformance};
use gradproof::audit::{audit_traces, table};
use gradproof::report::put;
use gradproof::{Error, Result};
use std::path::PathBuf;

/// Audit recorded runs of somebody else's optimizer
#[derive(clap::Args)]
#[command(after_help = "Examples:
  gradproof audit --trace run.npz
  gradproof audit --trace tests/traces/*.npz --out reports/audit
  gradproof audit --trace run.jsonl --expect variant:epsilon     pins what is known; any change exits 1

Exit status: 0 conforms or a named variant, 1 deviates, 2 unreadable input.")]
pub struct Arguments {
    /// Recorded trajectories, .npz or .jsonl
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    trace: Vec<PathBuf>,
    /// `conforms`, `variant:NAME` (a convention that differs), or an earlier audit.json
    #[arg(long, value_name = "WHAT")]
    expect: Option<String>,
    /// Folder of audit.json
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
    let record = audit_traces(&arguments.trace)?;
    put(&arguments.out.join("audit.json"), json(&record)?.as_bytes())?;
    if arguments.json {
        print(&json(&record)?)?;
    } else if !arguments.quiet {
        print(&table(&record))?;
    }
    if record.audits.iter().any(|audit| audit.verdict == Conformance::Error) {
        return Err(Error::new("an audit could not be evaluated: see its checks in audit.json"));
    }
    let passes = match &expected {
        Some(expected) => expected.met(&record),
        None => record.audits.iter().all(|audit| audit.verdict != Conformance::Deviates),
    };
    Ok(if passes { Outcome::Expected } else { Outcome::Unexpected })
}

/// What `--expect` pins.
enum Expectation {
    Conforms,
    Variant(String),
    Same(AuditRecord),
}

impl Expectation {
    fn parse(what: &str) -> Result<Self> {
        if what == "conforms" {
            return Ok(Expectation::Conforms);
        }
        if let Some(name) = what.strip_prefix("variant:") {
            return Ok(Expectation::Variant(name.into()));
        }
        let text = std::fs::read_to_string(what).map_err(|error| {
            Error::new(format!("--expect {what}: neither 'conforms' nor 'variant:NAME', and not a readable file ({error})"))
        })?;
        let record = serde_json::from_str(&text);
        Ok(Expectation::Same(record.map_err(|error| Error::new(format!("--expect {what}: not an audit.json ({error})")))?))
    }

    fn met(&self, record: &AuditRecord) -> bool {
        let each = |holds: &dyn Fn(&Audit) -> bool| record.audits.iter().all(holds);
        match self {
            Expectation::Conforms => each(&|audit| audit.verdict == Conformance::Conforms),
            Expectation::Variant(name) => each(&|audit| {
                let differs = audit.identified.iter().any(|identified| identified.differs_from_name.contains(name));
                audit.verdict == Conformance::Variant && differs
            }),
            Expectation::Same(earlier) => {
                let pinned = |record: &AuditRecord| {
                    let one = |audit: &Audit| (audit.subject.clone(), audit.verdict, audit.identified.clone());
                    record.audits.iter().map(one).collect::<Vec<_>>()
                };
                pinned(earlier) == pinned(record)
            }
        }
    }
}
