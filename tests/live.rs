//! The frameworks that people use, as they are installed: each optimizer has the verdict of the committed report.
//!
//! A framework that is not installed is an ignored trial. Continuous integration (`CI=true`) installs all of them first, so that none
//! is.

use gradproof::audit::record::{Audit, AuditRecord};
use gradproof::audit::{Adapter, Dtype, Implementation, Selection, Timeouts, audit_selected, bundled};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

/// The adapters of the committed report, the type in which each is run here, and its optimizers: all, if none is named.
const ADAPTERS: [(&str, Dtype, &[&str]); 10] = [
    ("torch", Dtype::F32, &[]),
    ("pytorch_optimizer", Dtype::F32, &[]),
    ("optax", Dtype::F32, SOME),
    ("keras", Dtype::F32, SOME),
    ("paddle", Dtype::F32, &[]),
    ("sklearn", Dtype::F64, &[]),
    ("tinygrad", Dtype::F32, SOME),
    ("tfjs", Dtype::F32, &[]),
    ("burn", Dtype::F32, &[]),
    ("candle", Dtype::F64, &[]),
];

/// Optimizers of the frameworks that take minutes for all of theirs, operation by operation.
const SOME: &[&str] = &["sgd", "adam", "adamw"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn reference() -> PathBuf {
    root().join("reports/reference/audit.json")
}

/// Installs what an adapter needs. One at a time: some share an environment.
fn install(adapter: &str) -> Result<(), Failed> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock();
    let name = if ["burn", "candle"].contains(&adapter) { "rust" } else { adapter };
    let output = Command::new(root().join("adapters/install.sh")).arg(name).output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("adapters/install.sh {name}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

/// What is pinned of an audit.
fn pinned(audit: &Audit) -> String {
    let found = serde_json::to_string(&audit.identified).expect("a record is JSON");
    format!("{} {} {} {found}", audit.subject.optimizer, audit.subject.dtype, audit.verdict.word())
}

fn audits(name: &str, dtype: Dtype, wanted: &[&str]) -> Result<Vec<Audit>, Failed> {
    let [hello, reply, total] = [300, 120, 3600].map(Duration::from_secs);
    let adapter = Adapter::spawn(&bundled::command(name)?, Timeouts { hello, reply, total, ..Timeouts::default() })?;
    let selection = Selection { dtype: Some(dtype), ..Selection::default() };
    let runs = |name: &str| wanted.is_empty() || wanted.contains(&name);
    let offers = adapter.hello().optimizers.into_iter().filter(|(name, offer)| offer.dtypes.contains(&dtype) && runs(name));
    let mut audits = vec![];
    for (optimizer, _) in offers {
        audits.extend(audit_selected(&adapter, &Selection { optimizer: Some(optimizer), ..selection.clone() })?.audits);
    }
    adapter.bye()?;
    Ok(audits)
}

/// The audits of an adapter are those of the committed report.
fn check(name: &str, dtype: Dtype, wanted: &[&str]) -> Result<(), Failed> {
    let known: AuditRecord = serde_json::from_slice(&std::fs::read(reference())?)?;
    let found = audits(name, dtype, wanted)?;
    if found.is_empty() {
        return Err(format!("{name} offers nothing in {}", dtype.word()).into());
    }
    let framework = &found[0].subject.framework;
    let known: Vec<String> = known.audits.iter().filter(|audit| audit.subject.framework == *framework).map(pinned).collect();
    let new: Vec<String> = found.iter().map(pinned).filter(|audit| !known.contains(audit)).collect();
    if new.is_empty() { Ok(()) } else { Err(format!("not in reports/reference:\n{}", new.join("\n")).into()) }
}

fn main() {
    let required = std::env::var_os("CI").is_some();
    let trial = |(name, dtype, wanted): (&'static str, Dtype, &'static [&'static str])| {
        let ignored = !required && bundled::command(name).is_err();
        let run = move || {
            if required {
                install(name)?;
            }
            check(name, dtype, wanted)
        };
        Trial::test(name, run).with_ignored_flag(ignored)
    };
    libtest_mimic::run(&Arguments::from_args(), ADAPTERS.into_iter().map(trial).collect()).exit();
}
