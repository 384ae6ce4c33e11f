//! A subject's run of a script, as a trace.

use super::script::Script;
use crate::audit::header::{FORMAT, Header};
use crate::audit::implementation::{Answer, Capability, Hello, Hyper, Implementation, Order, Running};
use crate::audit::tensor::Tensor;
use crate::audit::trace::Trace;
use crate::{Error, Result};

/// Steps that are sent at once: few enough that a framework with some ten steps a second replies in time.
const CHUNK: usize = 64;

/// Runs a script on a fresh optimizer. `header` says what the twin has to believe; its hyper-parameters are those in effect.
///
/// # Errors
/// If the subject fails.
pub fn record(subject: &dyn Implementation, hello: &Hello, order: &Order, header: Header, script: &Script) -> Result<Trace> {
    let mut running = subject.start(order)?;
    follow(running.as_mut(), hello, header, script)
}

/// Runs a script on an optimizer that is there.
///
/// # Errors
/// If the subject fails.
pub fn follow(running: &mut dyn Running, hello: &Hello, header: Header, script: &Script) -> Result<Trace> {
    let mut trace = blank(header, script);
    let mut step = 0;
    while step < script.steps() {
        if step > 0 && script.rates[step] != script.rates[step - 1] {
            running.set_lr(trace.lr[step])?;
        }
        let same_rate = script.rates[step..].iter().take_while(|rate| **rate == script.rates[step]).count();
        let present: Option<Vec<Vec<Tensor>>> =
            script.gradients[step..step + same_rate.min(CHUNK)].iter().map(|row| row.iter().cloned().collect()).collect();
        match present {
            Some(rows) if hello.can(Capability::Run) => {
                step += rows.len();
                trace.params.extend(running.run(&rows)?.iter().map(|params| row(params)));
            }
            _ => {
                trace.params.push(row(&moved(running.step(&script.gradients[step])?)?));
                step += 1;
            }
        }
    }
    let elements = trace.params[0].len();
    match trace.params.iter().position(|row| row.len() != elements) {
        Some(row) => Err(Error::new(format!(
            "{} numbers came back after step {}; there are {elements} parameters",
            trace.params[row].len(),
            row - 1
        ))),
        None => Ok(trace),
    }
}

/// The parameters after a step.
///
/// # Errors
/// If the subject wants the objective, which a script of gradients does not have.
pub fn moved(answer: Answer) -> Result<Vec<Tensor>> {
    match answer {
        Answer::Moved { params, .. } => Ok(params),
        Answer::Evaluate(_) => Err(Error::new("the optimizer asks for the objective, although its gradients are given")),
    }
}

/// Tensors in one row.
pub fn row(tensors: &[Tensor]) -> Vec<f64> {
    tensors.iter().flat_map(|tensor| tensor.data.iter().copied()).collect()
}

/// What a run of the script begins with and is given.
pub fn blank(header: Header, script: &Script) -> Trace {
    let lr = header.rate();
    let absent = |gradients: &Vec<Option<Tensor>>| (0..gradients.len()).filter(|index| gradients[*index].is_none()).collect();
    let given = |(gradient, start): (&Option<Tensor>, &Tensor)| match gradient {
        Some(gradient) => gradient.data.clone(),
        None => vec![0.0; start.data.len()],
    };
    let shapes = script.params.iter().map(|tensor| tensor.shape.clone()).collect();
    Trace {
        header: Header { shapes: Some(shapes), ..header },
        params: vec![row(&script.params)],
        grads: script.gradients.iter().map(|gradients| gradients.iter().zip(&script.params).flat_map(given).collect()).collect(),
        absent: script.gradients.iter().map(absent).collect(),
        lr: script.rates.iter().map(|rate| lr * rate).collect(),
        loss: vec![None; script.steps()],
    }
}

/// A header for this optimizer of the subject.
pub fn header(hello: &Hello, optimizer: &str, hyper: Hyper, dtype: crate::audit::Dtype) -> Header {
    let (framework, version) = (hello.framework.clone(), hello.version.clone());
    Header { format: FORMAT.into(), framework, version, optimizer: optimizer.into(), hyper, dtype, shapes: None }
}
