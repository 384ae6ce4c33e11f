//! A witness in a few facts, and how it is replayed.

use super::words::shortened;
use crate::audit::record::Check;
use crate::report::names::slug;
use serde_json::Value;

/// What a reader needs of a witness.
pub struct Shown {
    /// Its facts but the recorded run, in a line.
    pub facts: String,
    /// All of it, as JSON on one line.
    pub json: String,
    /// The name of a file for it, if it can be replayed.
    pub file: Option<String>,
}

impl Shown {
    /// The witness of a check, if it has one.
    pub fn of(check: &Check, anchor: &str) -> Option<Shown> {
        let witness = check.witness.as_ref()?;
        let recorded = witness.get("trace").is_some_and(Value::is_array);
        let file = recorded.then(|| format!("{anchor}-{}.json", slug(&check.id)));
        Some(Shown { facts: facts(witness), json: witness.to_string(), file })
    }
}

fn facts(witness: &Value) -> String {
    let Some(fields) = witness.as_object() else { return shortened(&witness.to_string(), 200) };
    let fact = |(name, value): (&String, &Value)| match value {
        Value::Array(lines) if name == "trace" => format!("a recorded run of {} steps", lines.len().saturating_sub(1)),
        Value::String(word) => format!("{name} {}", shortened(word, 200)),
        value => format!("{name} {}", shortened(&value.to_string(), 200)),
    };
    fields.iter().map(fact).collect::<Vec<_>>().join(", ")
}
