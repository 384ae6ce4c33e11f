//! The smallest input that shows a deviation: one coordinate, up to the step where it shows.

use super::conformance::Place;
use super::trace::Trace;
use crate::{Error, Result};
use serde_json::{Value, json};

/// What was found at a place, and under `trace` the recorded run of that coordinate alone, as the lines of the `.jsonl` form: every
/// rule that this version knows works element by element, so that one coordinate deviates by itself.
pub(super) fn witness(trace: &Trace, place: &Place) -> Value {
    let Place { step, coordinate, expected, observed, bound, .. } = *place;
    let mut header = serde_json::to_value(&trace.header).unwrap_or_default();
    if let Some(header) = header.as_object_mut() {
        header.remove("shapes");
        header.insert("params".into(), json!([trace.params[0][coordinate]]));
    }
    let line = |step: usize| {
        let (gradient, after) = (trace.grads[step][coordinate], trace.params[step + 1][coordinate]);
        json!({"lr": trace.lr[step], "grads": [gradient], "params": [after]})
    };
    let lines: Vec<Value> = std::iter::once(header).chain((0..=step).map(line)).collect();
    json!({
        "step": step, "coordinate": coordinate, "observed": observed, "expected": expected, "bound": bound, "trace": lines,
    })
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
        Trace::parse(text.as_bytes())
    }
}
