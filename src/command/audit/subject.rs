//! Who is audited.

use super::side_by_side::side_by_side;
use gradproof::audit::record::{Audit, AuditRecord, Check, Conformance, SCHEMA, Subject};
use gradproof::audit::{Adapter, Implementation, Piece, Selection, Timeouts, audit_piece, audit_traces, bundled};
use gradproof::{Error, Result};
use std::num::NonZero;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

/// A bundled adapter, a program, recorded runs, or everything that is installed.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("who").required(true))]
pub(super) struct Subjects {
    /// A bundled adapter, and one of its optimizers: torch:adam, optax, burn:adamw, ...
    #[arg(value_name = "ADAPTER[:OPTIMIZER]", group = "who")]
    adapter: Option<String>,
    /// A program that answers the audit protocol, with its arguments
    #[arg(long, value_name = "COMMAND", group = "who")]
    exec: Option<String>,
    /// Recorded trajectories, .npz or .jsonl
    #[arg(long, value_name = "FILE", num_args = 1.., group = "who")]
    trace: Vec<PathBuf>,
    /// Every installed adapter
    #[arg(long, group = "who")]
    all: bool,
    /// Seconds that a reply may take; the greeting may take four times as long
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// Seconds that a program may take in all
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, value_parser = clap::value_parser!(u64).range(1..))]
    time_limit: u64,
    /// Processes of a program at a time, and adapters of --all: all processors without it, but one of --exec's program
    #[arg(long, value_name = "N", value_parser = process_count)]
    jobs: Option<usize>,
}

fn process_count(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=64) => Ok(count),
        _ => Err("it is a number from 1 to 64".into()),
    }
}

impl Subjects {
    /// Audits what is selected of whoever is named.
    pub(super) fn audit(&self, selection: &Selection) -> Result<AuditRecord> {
        if !self.trace.is_empty() {
            return audit_traces(&self.trace);
        }
        if let Some(command) = &self.exec {
            let words = shlex::split(command).filter(|words| !words.is_empty());
            let words =
                words.ok_or_else(|| Error::new("--exec takes a command, its quotes closed: --exec \"python3 mine.py\""))?;
            return self.speak(&words, self.jobs.unwrap_or(1), selection);
        }
        let Some(named) = &self.adapter else {
            return self.everyone(selection);
        };
        let (name, optimizer) = named.split_once(':').map_or((named.as_str(), None), |(name, optimizer)| (name, Some(optimizer)));
        if let (Some(one), Some(other)) = (optimizer, &selection.optimizer)
            && one != other
        {
            return Err(Error::new(format!("'{named}' and --optimizer {other} name two optimizers; give one")));
        }
        let optimizer = optimizer.map(String::from).or_else(|| selection.optimizer.clone());
        let selection = Selection { optimizer, ..selection.clone() };
        self.speak(&bundled::command(name)?, self.jobs.unwrap_or_else(processors), &selection)
    }

    /// Every installed adapter, so many at a time, since most adapters compute on one processor.
    fn everyone(&self, selection: &Selection) -> Result<AuditRecord> {
        let names = bundled::installed()?;
        if names.is_empty() {
            return Err(Error::new("no adapter is installed: run adapters/install.sh --list to see which there are"));
        }
        // One that fails must not cost the audits of the others.
        let audits =
            |(): &mut (), name: &String| match bundled::command(name).and_then(|command| self.speak(&command, 1, selection)) {
                Ok(record) => record.audits,
                Err(error) => vec![failed(name, &error)],
            };
        let found = side_by_side(&mut vec![(); self.jobs.unwrap_or_else(processors)], &names, audits);
        Ok(AuditRecord { schema: SCHEMA.into(), audits: found.concat() })
    }

    /// Audits what is selected of a program, in so many processes of it.
    fn speak(&self, command: &[String], processes: usize, selection: &Selection) -> Result<AuditRecord> {
        let [hello, reply, total] = [4 * self.timeout, self.timeout, self.time_limit].map(Duration::from_secs);
        let timeouts = Timeouts { hello, reply, total, exit: reply };
        let one_piece = selection.optimizer.is_some() && selection.dtype.is_some();
        let places = vec![(); if one_piece { 1 } else { processes }];
        let greeted = side_by_side(&mut places.clone(), &places, |(), ()| Adapter::spawn(command, timeouts));
        let mut adapters = greeted.into_iter();
        let first = adapters.next().expect("there is at least one process")?;
        let pieces = selection.pieces(&first.hello())?;
        // Of a program that runs only once at a time there is one process.
        let others = adapters.filter_map(Result::ok).take(pieces.len().saturating_sub(1));
        let mut adapters: Vec<Adapter> = std::iter::once(first).chain(others).collect();
        let audits = |adapter: &mut Adapter, piece: &Piece| audit_piece(adapter, selection, piece);
        let mut audits = side_by_side(&mut adapters, &pieces, audits).concat();
        // What was found stays, whatever becomes of the processes at their end.
        for adapter in &adapters {
            audits.extend(adapter.bye().err().map(|error| failed(&adapter.hello().framework, &error)));
        }
        Ok(AuditRecord { schema: SCHEMA.into(), audits })
    }
}

fn processors() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// An adapter that failed as a whole.
fn failed(framework: &str, error: &Error) -> Audit {
    let subject = Subject { framework: framework.into(), optimizer: "adapter".into(), ..Subject::default() };
    let check = Check { id: "request".into(), kind: "error".into(), detail: error.to_string(), ..Check::default() };
    Audit { subject, verdict: Conformance::Error, identified: None, checks: vec![check] }
}
