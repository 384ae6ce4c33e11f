//! Adapters in processes of their own: the honest one is understood, every bad one ends in time with a line that says what it did, and the
//! messages are those that docs/audit-protocol.md publishes.
#![cfg(all(feature = "adapters", unix))]

mod bad;
mod honest;
mod programs;
mod protocol;

use gradproof::audit::{Adapter, Dtype, Hyper, Implementation, Order, Setting, Tensor, Timeouts};

fn hyper(numbers: &[(&str, f64)]) -> Hyper {
    numbers.iter().map(|(name, x)| (name.to_string(), Setting::Number(*x))).collect()
}

fn order(optimizer: &str, dtype: Dtype, params: Vec<Tensor>, settings: &[(&str, f64)]) -> Order {
    Order { optimizer: optimizer.into(), hyper: hyper(settings), dtype, params, groups: vec![] }
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
