//! `gradproof verify`: theorems on the reference optimizers, and the report.

use super::progress::Progress;
use super::{Outcome, json, print, table};
use gradproof::report::record::{Record, TheoremRecord};
use gradproof::report::{Formats, RunFacts, write};
use gradproof::suite;
use gradproof::theorem::Theorem;
use gradproof::verdict::Policy;
use gradproof::{Error, Result};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

/// Run theorems on the reference optimizers, with their controls, and write the report
#[derive(clap::Args)]
#[command(after_help = "Examples:
  gradproof verify
  gradproof verify momentum adam --seed 7 --out reports/mine
  gradproof verify --effort 16 --format json,html      narrower intervals, more cases")]
pub struct Arguments {
    /// Theorems whose topic/id contains one of these; all without one
    patterns: Vec<String>,
    #[command(flatten)]
    size: Size,
    /// Threads; all cores without it. Results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    jobs: Option<u64>,
    /// Folder of the report
    #[arg(long, value_name = "DIR", default_value = "reports/latest")]
    out: PathBuf,
    /// Files to write beside report.json [default: json,html,pdf,png,svg,csv,junit]
    #[arg(long, value_name = "LIST")]
    format: Option<String>,
    /// No progress and no table
    #[arg(long)]
    quiet: bool,
    /// Print the record to standard output instead of the table
    #[arg(long)]
    json: bool,
}

/// What a run's numbers depend on.
#[derive(clap::Args)]
pub struct Size {
    /// Root of all random numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Multiplies every largest sample size and case count
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub effort: u64,
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    let theorems = suite::select(&arguments.patterns)?;
    let formats = arguments.format.as_deref().map_or_else(|| Ok(Formats::all()), Formats::parse)?;
    check_writable(&arguments.out)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.jobs.unwrap_or(0) as usize).build();
    let pool = pool.map_err(|error| Error::new(format!("no threads: {error}; try a smaller --jobs")))?;

    let (started, clock) = (SystemTime::now(), Instant::now());
    let progress = Progress::new(theorems.len(), arguments.quiet || arguments.json);
    let records = pool.install(|| run_all(&theorems, &arguments.size, &progress));
    progress.finish();
    let record = Record::new(arguments.size.seed, arguments.size.effort, Policy::default().false_alarm_budget, records);
    let facts = RunFacts {
        started: humantime::format_rfc3339_seconds(started).to_string(),
        seconds: clock.elapsed().as_secs_f64(),
        host: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        jobs: pool.current_num_threads() as u64,
        command: std::env::args().collect::<Vec<_>>().join(" "),
    };
    pool.install(|| write(&record, Some(&facts), &arguments.out, &formats))?;

    if arguments.json {
        print(&json(&record)?)?;
    } else if !arguments.quiet {
        print(&table::summary(&record, &facts, &arguments.out))?;
    }
    Ok(if record.summary["unexpected"] == 0 { Outcome::Expected } else { Outcome::Unexpected })
}

fn run_all(theorems: &[&'static Theorem], size: &Size, progress: &Progress) -> Vec<TheoremRecord> {
    let one = |theorem: &&'static Theorem| {
        let clock = Instant::now();
        let record = suite::run(theorem, size.seed, size.effort);
        progress.done(&theorem.name(), record.unexpected() == 0, clock.elapsed().as_secs_f64());
        record
    };
    theorems.par_iter().map(one).collect()
}

/// Refuses a folder that cannot be written before the work, not after it.
fn check_writable(dir: &Path) -> Result<()> {
    let written = std::fs::create_dir_all(dir).and_then(|()| tempfile::tempfile_in(dir));
    written.map(drop).map_err(|error| {
        Error::new(format!("the folder {} cannot be written ({error}): choose another with --out", dir.display()))
    })
}
