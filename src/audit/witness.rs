//! The smallest input that shows a deviation: one coordinate, up to the step where it shows.

use super::conformance::Place;
use super::jsonl;
use super::tensor::Spelled;
use super::trace::Trace;
use crate::optimizers::Scope;
use crate::{Error, Result};
use serde_json::{Value, json};

/// What was found at a place, and under `trace` the recorded run of that coordinate alone (with what its step
/// depends on) as the lines of the `.jsonl` form: it deviates by itself.
pub(super) fn witness(trace: &Trace, place: &Place, scope: Option<Scope>) -> Value {
    let Place { step, coordinate, expected, observed, bound, .. } = *place;
    let (alone, _) = trace.around(place, scope);
    let mut header = serde_json::to_value(&alone.header).unwrap_or_default();
    if let Some(header) = header.as_object_mut() {
        header.insert("params".into(), json!(row(&alone.params[0])));
    }
    let line = |step: usize| {
        let mut line = json!({"lr": alone.lr[step], "grads": row(&alone.grads[step]), "params": row(&alone.params[step + 1])});
        if !alone.absent[step].is_empty() {
            line["absent"] = json!(alone.absent[step]);
        }
        line
    };
    let lines: Vec<Value> = std::iter::once(header).chain((0..alone.steps()).map(line)).collect();
    let [observed, expected, bound] = [observed, expected, bound].map(Spelled);
    json!({
        "step": step, "coordinate": coordinate, "observed": observed, "expected": expected, "bound": bound, "trace": lines,
    })
}

/// Numbers as a trace has them, those included that are none.
fn row(numbers: &[f64]) -> Vec<Spelled> {
    numbers.iter().copied().map(Spelled).collect()
}

impl Trace {
    /// The trace that a witness of an audit carries.
    ///
    /// # Errors
    /// If there is none, or it is not a trace.
    pub fn of_witness(witness: &Value) -> Result<Trace> {
        let lines = witness.get("trace").and_then(Value::as_array);
        let lines = lines.ok_or_else(|| Error::new("the witness has no 'trace'"))?;
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let trace = jsonl::parse(text.as_bytes())?;
        trace.check(true)?;
        Ok(trace)
    }
}
