//! Traces as JSON lines: a header, then a line a step.

use super::header::Header;
use super::tensor::Spelled;
use super::trace::Trace;
use crate::{Error, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What the first line holds beside the header.
#[derive(Deserialize)]
struct Start {
    params: Vec<Spelled>,
}

/// Every other line.
#[derive(Deserialize)]
struct Step {
    lr: Option<Spelled>,
    loss: Option<Spelled>,
    grads: Vec<Spelled>,
    #[serde(default)]
    absent: Vec<usize>,
    params: Vec<Spelled>,
}

fn numbers(elements: Vec<Spelled>) -> Vec<f64> {
    elements.into_iter().map(|element| element.0).collect()
}

/// The trace in these lines; rows are not yet compared with each other.
pub fn parse(bytes: &[u8]) -> Result<Trace> {
    let mut lines = bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    let (_, first) = lines.next().unwrap_or((0, b""));
    let header: Header = line(0, first)?;
    header.check()?;
    let start: Start = line(0, first)?;
    let rate = header.rate();
    let mut trace =
        Trace { header, params: vec![numbers(start.params)], grads: vec![], absent: vec![], lr: vec![], loss: vec![] };
    for (number, text) in lines {
        let step: Step = line(number, text)?;
        trace.params.push(numbers(step.params));
        trace.grads.push(numbers(step.grads));
        trace.absent.push(step.absent);
        trace.lr.push(step.lr.map_or(rate, |lr| lr.0));
        trace.loss.push(step.loss.map(|loss| loss.0));
    }
    Ok(trace)
}

/// One line's JSON; `number` counts from zero.
fn line<T: DeserializeOwned>(number: usize, text: &[u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(|error| {
        let (number, message) = (number + 1, error.to_string());
        let (message, column) = (message.split(" at line ").next().unwrap_or_default(), error.column());
        Error::new(match error.classify() {
            serde_json::error::Category::Eof => {
                format!("line {number} is cut off at column {column}; copy the trace again, or drop that line")
            }
            serde_json::error::Category::Data => format!("line {number}, column {column}: {message}"),
            _ => format!("line {number}, column {column} is no JSON ({message}); write NaN as \"NaN\""),
        })
    })
}
