//! Adapters that go wrong, the limits of time, and what is left of them.

use super::programs::{FAULTS, Fault, python};
use super::{OPS, order, talk};
use gradproof::audit::{Adapter, Dtype, Implementation, Tensor, Timeouts};
use rayon::prelude::*;
use std::process::Command;
use std::time::{Duration, Instant};

/// So long that only a fault that must be waited for waits.
const PATIENT: Timeouts = Timeouts {
    hello: Duration::from_secs(120),
    reply: Duration::from_secs(120),
    total: Duration::from_secs(300),
    exit: Duration::from_secs(120),
};

fn impatient(op: &str) -> Timeouts {
    let short = Duration::from_secs(5);
    // Starting Python is slow on a busy machine, so that only who hangs there is hurried.
    if op == "hello" {
        Timeouts { hello: short, reply: short, ..PATIENT }
    } else {
        Timeouts { reply: short, exit: short, ..PATIENT }
    }
}

/// The error with which a bad adapter ends the talk, in time.
fn fault(Fault { fault, op, seen, words, late }: &Fault) {
    let name = format!("{fault} at {op}");
    let start = Instant::now();
    let timeouts = if *late { impatient(seen) } else { PATIENT };
    let error = talk(&python("bad.py", &[fault, op]), timeouts).expect_err(&name).to_string();
    assert!(start.elapsed() < Duration::from_secs(100), "{name}: {:?}", start.elapsed());
    let number = OPS.iter().position(|op| op == seen).unwrap() + 1;
    assert!(error.contains(&format!("request {number} ({seen}): ")), "{name}: {error}");
    assert!(error.contains(words), "{name}: {error}");
    assert!(error.chars().count() < 1500 && !error.contains(char::is_control), "{name}: {error}");
}

#[test]
fn every_bad_adapter_ends_in_time_and_is_told_which_request_it_was() {
    // Most of them are waited for: more at a time than there are processors.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
    pool.install(|| FAULTS.par_iter().with_max_len(1).for_each(fault));
    // A gigabyte on a line never got here: eight talks at once held less than a third of it.
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kilobytes < 300 << 10, "{kilobytes} kB");
    }
}

/// Whether a process lives, as opposed to one that is gone or has yet to be buried.
fn lives(pid: &str) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", pid]).output().expect("ps runs").stdout;
    !state.is_empty() && !state.starts_with(b"Z")
}

#[test]
fn no_child_of_an_adapter_is_left_and_none_keeps_us() {
    let folder = tempfile::tempdir().unwrap();
    for (fault, ends, left) in [
        ("forks", "", false),
        ("forks-and-dies", "exited with status 3 before its reply", false),
        ("forks-away-and-dies", "exited with status 3 before its reply", true),
        ("forks-away-and-hangs", "no reply in time", true),
    ] {
        let file = folder.path().join(fault);
        let command = python("bad.py", &[fault, "step", &file.to_string_lossy()]);
        let timeouts = if fault.ends_with("hangs") { impatient("step") } else { PATIENT };
        let start = Instant::now();
        match talk(&command, timeouts) {
            Ok(()) => assert!(ends.is_empty(), "{fault}"),
            Err(error) => assert!(!ends.is_empty() && error.to_string().contains(ends), "{fault}: {error}"),
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{fault}: {:?}", start.elapsed());
        let pid = std::fs::read_to_string(file).unwrap();
        // A signal needs a moment to arrive.
        let end = Instant::now() + Duration::from_secs(10);
        while !left && lives(&pid) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(lives(&pid), left, "{fault}");
        if left {
            Command::new("kill").args(["-9", &pid]).status().expect("kill runs");
        }
    }
}

#[test]
fn after_a_fault_every_request_has_the_same_error() {
    let adapter = Adapter::spawn(&python("bad.py", &["dies", "step"]), PATIENT).unwrap();
    let mut run = adapter.start(&order("sgd", Dtype::F64, vec![Tensor::vector(vec![])], &[])).unwrap();
    let first = run.step(&[Some(Tensor::vector(vec![]))]).unwrap_err();
    assert_eq!(run.set_lr(1.0).unwrap_err(), first);
    drop(run);
    assert_eq!(adapter.bye().unwrap_err(), first);
}

#[test]
fn the_time_for_the_whole_audit_is_bounded() {
    let timeouts = Timeouts { total: Duration::from_secs(4), ..PATIENT };
    let adapter = Adapter::spawn(&python("honest.py", &[]), timeouts).unwrap();
    let talk_on = || (0..).find_map(|_| adapter.init("zeros", &[1], 0, Dtype::F64).err()).unwrap().to_string();
    let error = talk_on();
    assert!(error.contains("(init): ") && error.contains("whole audit"), "{error}");
}

#[test]
fn what_is_not_declared_is_not_asked_for() {
    let command = python("bad.py", &["only-steps", "hello"]);
    let adapter = Adapter::spawn(&command, PATIENT).unwrap();
    let one = || vec![Tensor::vector(vec![1.0])];
    let mut run = adapter.start(&order("sgd", Dtype::F64, one(), &[("lr", 0.5)])).unwrap();
    let refusals = [
        run.set_lr(0.1).unwrap_err(),
        run.save().unwrap_err(),
        run.load("").unwrap_err(),
        run.step(&[None]).unwrap_err(),
        run.value(1.0, &one()).unwrap_err(),
    ];
    for (word, error) in ["set_lr", "state", "state", "missing_grad", "closure"].iter().zip(refusals) {
        assert_eq!(error.to_string(), format!("the implementation does not offer the capability \"{word}\""));
    }
    let mut search = adapter.start(&order("armijo", Dtype::F64, one(), &[])).unwrap();
    let error = search.step(&one().into_iter().map(Some).collect::<Vec<_>>()).unwrap_err().to_string();
    assert!(error.contains("request 4 (step): it asks for the objective without the capability 'closure'"), "{error}");
}

#[test]
fn what_cannot_be_started_says_so() {
    let spawn = |command: &[&str]| {
        let command: Vec<String> = command.iter().map(|word| word.to_string()).collect();
        Adapter::spawn(&command, PATIENT).unwrap_err().to_string()
    };
    assert!(spawn(&[]).contains("the command of the adapter is empty"));
    assert!(spawn(&["no-such-program", "x"]).contains("cannot start 'no-such-program'"));
    let error = spawn(&["python3", "no-such-file.py"]);
    assert!(error.contains("request 1 (hello): it exited with status 2") && error.contains("No such file"), "{error}");
}
