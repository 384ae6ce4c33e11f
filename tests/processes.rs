//! Adapters in processes of their own: the honest one is understood, and every bad one ends in time with a line that says what it did.
#![cfg(all(feature = "adapters", unix))]

mod adapters;

use adapters::{FAULTS, Fault, python};
use gradproof::audit::{Adapter, Answer, Capability, Dtype, Group, Hyper, Implementation, Order, Setting, Tensor, Timeouts};
use rayon::prelude::*;
use std::process::Command;
use std::time::{Duration, Instant};

fn hyper(numbers: &[(&str, f64)]) -> Hyper {
    numbers.iter().map(|(name, x)| (name.to_string(), Setting::Number(*x))).collect()
}

fn order(optimizer: &str, dtype: Dtype, params: Vec<Tensor>, settings: &[(&str, f64)]) -> Order {
    Order { optimizer: optimizer.into(), hyper: hyper(settings), dtype, params, groups: vec![] }
}

fn honest() -> Adapter {
    Adapter::spawn(&python("honest.py", &[]), Timeouts::default()).expect("the honest adapter greets")
}

fn moved(answer: Answer) -> (Vec<Tensor>, Option<Vec<Option<Tensor>>>) {
    match answer {
        Answer::Moved { params, grads } => (params, grads),
        Answer::Evaluate(_) => panic!("no objective was offered"),
    }
}

/// A matrix, a number, an empty tensor and a vector.
fn tensors(numbers: [f64; 6]) -> Vec<Tensor> {
    let [a, b, c, d, e, f] = numbers;
    let shaped = |shape: &[u64], data: &[f64]| Tensor::new(shape.to_vec(), data.to_vec()).unwrap();
    vec![shaped(&[2, 1], &[a, b]), shaped(&[], &[c]), shaped(&[0, 3], &[]), shaped(&[3], &[d, e, f])]
}

#[test]
fn the_honest_adapter_says_what_it_can_do() {
    let adapter = honest();
    let hello = adapter.hello();
    assert_eq!((hello.framework.as_str(), hello.version.as_str()), ("honest", "1.0"));
    assert_eq!(hello.optimizers["sgd"].dtypes, [Dtype::F64, Dtype::F32]);
    assert_eq!(hello.optimizers["sgd"].hyper["maximize"], Setting::Flag(false));
    assert!(hello.can(Capability::Run) && !hello.can(Capability::SkipsNonfinite));
    assert_eq!(hello.capabilities.len(), 7, "telepathy is left out");
    adapter.bye().unwrap();
    let later = adapter.schedule("exponential", &hyper(&[]), 1).unwrap_err().to_string();
    assert!(later.contains("'bye' was said"), "{later}");
}

#[test]
fn every_number_crosses_without_loss() {
    let adapter = honest();
    let values = [f64::MIN_POSITIVE / 3.0, 0.1 + 0.2, -0.0, f64::MAX, f64::NAN, f64::NEG_INFINITY];
    let mut run = adapter.start(&order("sgd", Dtype::F64, tensors(values), &[])).unwrap();
    let same = |found: &[Tensor]| {
        let alike = |(found, sent): (&Tensor, &Tensor)| {
            let bits = |tensor: &Tensor| tensor.data.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!((&found.shape, bits(found)), (&sent.shape, bits(sent)));
        };
        found.iter().zip(&tensors(values)).for_each(alike);
    };
    let (params, grads) = moved(run.step(&[None, None, None, None]).unwrap());
    same(&params);
    assert_eq!(grads, Some(vec![None; 4]));
    let (_, grads) = moved(run.step(&tensors(values).into_iter().map(Some).collect::<Vec<_>>()).unwrap());
    same(&grads.into_iter().flatten().flatten().collect::<Vec<_>>());
}

#[test]
fn several_optimizers_live_at_once_and_in_any_order() {
    let adapter = honest();
    let start = |lr| adapter.start(&order("sgd", Dtype::F32, vec![Tensor::vector(vec![1.0])], &[("lr", lr)])).unwrap();
    let (mut slow, mut fast) = (start(0.25), start(0.5));
    assert_eq!(slow.hyper()["weight_decay"], Setting::Number(0.0));
    let mut step = |fast_one: bool| {
        let run = if fast_one { &mut fast } else { &mut slow };
        moved(run.step(&[Some(Tensor::vector(vec![1.0]))]).unwrap()).0[0].data[0]
    };
    assert_eq!([step(true), step(false), step(false), step(true)], [0.5, 0.75, 0.5, 0.0]);
    drop(fast);
    slow.set_lr(0.125).unwrap();
    let saved = slow.save().unwrap();
    slow.set_lr(8.0).unwrap();
    slow.load(&saved).unwrap();
    assert_eq!(moved(slow.step(&[None]).unwrap()).0[0].data, [0.5], "no gradient, no step");
    let rows = slow.run(&[vec![Tensor::vector(vec![1.0])], vec![Tensor::vector(vec![2.0])]]).unwrap();
    assert_eq!(rows.concat().iter().map(|t| t.data[0]).collect::<Vec<_>>(), [0.375, 0.125]);
    drop(slow);
    adapter.bye().unwrap();
}

#[test]
fn a_run_that_is_too_long_for_one_reply_comes_in_parts() {
    let adapter = honest();
    let zeros = Tensor::vector(vec![0.0; 20_000]);
    let mut run = adapter.start(&order("sgd", Dtype::F64, vec![zeros.clone()], &[("lr", 1.0)])).unwrap();
    let rows = run.run(&vec![vec![zeros.clone()]; 30]).unwrap();
    assert_eq!(rows, vec![vec![zeros]; 30]);
}

#[test]
fn groups_and_closures() {
    let adapter = honest();
    let pair = || vec![Tensor::vector(vec![1.0]), Tensor::vector(vec![1.0])];
    let groups = vec![Group { params: vec![1], hyper: hyper(&[("lr", 0.25)]) }];
    let mut run = adapter.start(&Order { groups, ..order("sgd", Dtype::F64, pair(), &[("lr", 0.5)]) }).unwrap();
    let (params, _) = moved(run.step(&pair().into_iter().map(Some).collect::<Vec<_>>()).unwrap());
    assert_eq!(params, [Tensor::vector(vec![0.5]), Tensor::vector(vec![0.75])]);
    // 2 x^2 from 1: a step of 4 does not lower it, nor one of 2 to -1; one of 1 ends at 0.
    let mut search = adapter.start(&order("armijo", Dtype::F64, vec![Tensor::vector(vec![1.0])], &[])).unwrap();
    let mut answer = search.step(&[Some(Tensor::vector(vec![4.0]))]).unwrap();
    let mut tried = vec![];
    while let Answer::Evaluate(points) = answer {
        let x = points[0].data[0];
        tried.push(x);
        answer = search.value(2.0 * x * x, &[Tensor::vector(vec![4.0 * x])]).unwrap();
    }
    assert_eq!((tried, moved(answer).0), (vec![1.0, -3.0, -1.0, 0.0], vec![Tensor::vector(vec![0.0])]));
}

#[test]
fn schedules_clips_and_inits() {
    let adapter = honest();
    assert_eq!(adapter.schedule("exponential", &hyper(&[("lr", 2.0), ("gamma", 0.5)]), 4).unwrap(), [2.0, 1.0, 0.5, 0.25]);
    let grads = [Tensor::vector(vec![3.0]), Tensor::new(vec![], vec![4.0]).unwrap()];
    let (clipped, norm) = adapter.clip("global_norm", 2.5, &grads, Dtype::F64).unwrap();
    assert_eq!((clipped[0].data[0], clipped[1].data[0], norm), (1.5, 2.0, Some(5.0)));
    assert_eq!(adapter.clip("value", 3.5, &grads, Dtype::F64).unwrap().1, None);
    let drawn = adapter.init("he_uniform", &[5, 4, 3], 7, Dtype::F32).unwrap();
    assert_eq!((drawn.shape, drawn.data.len()), (vec![5, 4, 3], 60));
    let again = adapter.init("xavier_uniform", &[1], 7, Dtype::F32).unwrap_err().to_string();
    assert!(again.contains("request 6 (init): it answered ''xavier_uniform''"), "{again}");
    adapter.bye().expect("a refusal ends nothing");
}

/// The requests of [`talk`], in order.
const OPS: [&str; 12] = ["hello", "new", "step", "run", "set_lr", "save", "load", "drop", "schedule", "clip", "init", "bye"];

/// One of every request. The vector is longer than a pipe holds.
fn talk(command: &[String], timeouts: Timeouts) -> Result<(), gradproof::Error> {
    let adapter = Adapter::spawn(command, timeouts)?;
    let matrix = |x| Tensor::new(vec![2, 1], vec![x, 0.0]).unwrap();
    let tensors = || vec![matrix(1.0), Tensor::new(vec![], vec![0.0]).unwrap(), Tensor::vector(vec![0.0; 20_000])];
    let mut run = adapter.start(&order("sgd", Dtype::F32, tensors(), &[("lr", 0.25)]))?;
    run.step(&tensors().into_iter().map(Some).collect::<Vec<_>>())?;
    run.run(&[tensors(), tensors()])?;
    run.set_lr(0.5)?;
    let state = run.save()?;
    run.load(&state)?;
    drop(run);
    adapter.schedule("exponential", &hyper(&[("lr", 1.0), ("gamma", 0.5)]), 4)?;
    adapter.clip("global_norm", 1.0, &[matrix(2.0)], Dtype::F64)?;
    adapter.init("zeros", &[2, 3], 0, Dtype::F32)?;
    adapter.bye()
}

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

#[test]
fn the_whole_talk_goes_well_with_the_honest_adapter() {
    talk(&python("honest.py", &[]), PATIENT).unwrap();
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
