//! What the process of an adapter costs: messages and bytes a second, with an adapter that only repeats what it was sent (this program
//! once more: what is left is our side, and the pipes) and with one in plain Python that computes gradient descent.

use gradproof::audit::{Adapter, Answer, Dtype, Implementation, Order, Setting, Tensor, Timeouts};
use std::io::{BufRead, Write};
use std::time::Instant;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("repeat") {
        return repeat();
    }
    let own = std::env::current_exe().expect("this program").to_string_lossy().into_owned();
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/adapters/honest.py").to_string();
    println!("| adapter | request | numbers | messages/s | MB/s | us a message |\n|---|---|---|---|---|---|");
    for (name, command) in [("repeats", vec![own, "repeat".into()]), ("honest.py", vec!["python3".into(), python])] {
        for (numbers, steps) in [(1, 2_000), (40, 1_000), (1_000, 200), (100_000, 5)] {
            time(name, &command, numbers, steps);
        }
    }
    time_run(&["python3".into(), concat!(env!("CARGO_MANIFEST_DIR"), "/tests/adapters/honest.py").into()]);
}

/// A tensor whose numbers have as many digits as they can.
fn tensor(numbers: usize) -> Tensor {
    Tensor::vector((0..numbers).map(|index| (index as f64 + 2.0).sqrt()).collect())
}

fn order(numbers: usize) -> Order {
    let hyper = [("lr".to_string(), Setting::Number(0.0))].into();
    Order { optimizer: "sgd".into(), hyper, dtype: Dtype::F64, params: vec![tensor(numbers)], groups: vec![] }
}

/// The least of five times.
fn least(mut once: impl FnMut()) -> f64 {
    let mut timed = || {
        let start = Instant::now();
        once();
        start.elapsed().as_secs_f64()
    };
    (0..5).map(|_| timed()).fold(f64::INFINITY, f64::min)
}

fn print(name: &str, request: &str, numbers: usize, messages: usize, bytes: usize, seconds: f64) {
    let (rate, speed) = (messages as f64 / seconds, bytes as f64 / seconds / 1e6);
    println!("| {name} | {request} | {numbers} | {rate:.0} | {speed:.1} | {:.1} |", 1e6 / rate);
}

/// Steps with learning rate 0: the parameters must come back as they were.
fn time(name: &str, command: &[String], numbers: usize, steps: usize) {
    let adapter = Adapter::spawn(command, Timeouts::default()).expect("the adapter greets");
    let mut run = adapter.start(&order(numbers)).expect("an optimizer");
    let gradients = [Some(tensor(numbers))];
    let tensors = match run.step(&gradients).expect("a step") {
        Answer::Moved { params, grads } => {
            assert_eq!(params, [tensor(numbers)]);
            2 + grads.map_or(0, |grads| grads.len())
        }
        Answer::Evaluate(_) => unreachable!("gradient descent needs no objective"),
    };
    let seconds = least(|| (0..steps).for_each(|_| drop(run.step(&gradients).expect("a step"))));
    let text = serde_json::to_string(&gradients[0]).expect("JSON").len();
    print(name, "step", numbers, steps, steps * tensors * text, seconds);
}

/// A thousand steps in one exchange.
fn time_run(command: &[String]) {
    let adapter = Adapter::spawn(command, Timeouts::default()).expect("the adapter greets");
    let mut run = adapter.start(&order(40)).expect("an optimizer");
    let gradients = vec![vec![tensor(40)]; 1_000];
    let seconds = least(|| assert_eq!(run.run(&gradients).expect("a run")[999], [tensor(40)]));
    let text = serde_json::to_string(&gradients).expect("JSON").len();
    print("honest.py", "run of 1,000", 40, 1, 2 * text, seconds);
}

/// The adapter that repeats: every step is answered by the parameters of the start.
fn repeat() {
    let (mut line, mut params) = (String::new(), String::new());
    let (mut stdin, mut stdout) = (std::io::stdin().lock(), std::io::stdout().lock());
    while stdin.read_line(&mut line).expect("a request") > 0 {
        let fields = if line.starts_with(r#"{"op":"hello""#) {
            r#""protocol":1,"framework":"repeat","version":"1""#
        } else if line.starts_with(r#"{"op":"new""#) {
            let place = line.find(r#""params":"#).expect("parameters");
            params = line[place..line.len() - 2].to_string(); // without the brace at the end, and the line's end
            r#""hyper":{"lr":0.0}"#
        } else {
            &params
        };
        stdout.write_all(format!("{{\"ok\":true,{fields}}}\n").as_bytes()).and_then(|()| stdout.flush()).expect("a reply");
        line.clear();
    }
}
