//! Who is audited.

use gradproof::audit::record::{Audit, AuditRecord, Check, Conformance, SCHEMA, Subject};
use gradproof::audit::{Adapter, Implementation, Selection, Timeouts, audit_selected, audit_traces, bundled};
use gradproof::{Error, Result};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{available_parallelism, scope};
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
            return self.speak(&words, selection);
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
        self.speak(&bundled::command(name)?, &Selection { optimizer, ..selection.clone() })
    }

    /// Every installed adapter, as many at a time as there are processors, since most adapters compute on one. The threads are not
    /// rayon's, which would take up another adapter while one waits for a reply.
    fn everyone(&self, selection: &Selection) -> Result<AuditRecord> {
        let names = bundled::installed()?;
        if names.is_empty() {
            return Err(Error::new("no adapter is installed: run adapters/install.sh --list to see which there are"));
        }
        // One that fails must not cost the audits of the others.
        let audits = |name: &String| match bundled::command(name).and_then(|command| self.speak(&command, selection)) {
            Ok(record) => record.audits,
            Err(error) => vec![failed(name, &error)],
        };
        let found: Vec<OnceLock<Vec<Audit>>> = names.iter().map(|_| OnceLock::new()).collect();
        let queue = Mutex::new(names.iter().zip(&found));
        let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let one_by_one = || {
            while let Some((name, place)) = take() {
                place.get_or_init(|| audits(name));
            }
        };
        let threads = available_parallelism().map_or(1, NonZero::get);
        scope(|scope| (0..threads).for_each(|_| _ = scope.spawn(one_by_one)));
        Ok(AuditRecord { schema: SCHEMA.into(), audits: found.into_iter().filter_map(OnceLock::into_inner).flatten().collect() })
    }

    fn speak(&self, command: &[String], selection: &Selection) -> Result<AuditRecord> {
        let [hello, reply, total] = [4 * self.timeout, self.timeout, self.time_limit].map(Duration::from_secs);
        let adapter = Adapter::spawn(command, Timeouts { hello, reply, total, exit: reply })?;
        let mut record = audit_selected(&adapter, selection)?;
        // What was found stays, whatever becomes of the process at its end.
        if let Err(error) = adapter.bye() {
            record.audits.push(failed(&adapter.hello().framework, &error));
        }
        Ok(record)
    }
}

/// An adapter that failed as a whole.
fn failed(framework: &str, error: &Error) -> Audit {
    let subject = Subject { framework: framework.into(), optimizer: "adapter".into(), ..Subject::default() };
    let check = Check { id: "request".into(), kind: "error".into(), detail: error.to_string(), ..Check::default() };
    Audit { subject, verdict: Conformance::Error, identified: None, checks: vec![check] }
}
