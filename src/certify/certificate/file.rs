//! Files of certificates.

use super::{Certificate, SCHEMA};
use crate::{Error, Result};

/// The certificates of a file: one, or a list of them.
///
/// # Errors
/// If the text is no certificate; the message says where.
pub fn read(text: &str, name: &str) -> Result<Vec<Certificate>> {
    let wrong = |why: serde_json::Error| Error::new(format!("'{name}' is no certificate: {why}"));
    let not_json = |why: serde_json::Error| {
        let place = format!("line {}, column {}", why.line(), why.column());
        Error::new(format!("'{name}' is no certificate: it is not JSON ({place}); `gradproof certify --out FILE` writes one"))
    };
    let value: serde_json::Value = serde_json::from_str(text).map_err(not_json)?;
    let schema = |value: &serde_json::Value| match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => Ok(()),
        Some(other) => Err(Error::new(format!("'{name}' has the schema '{other}'; this version reads {SCHEMA}"))),
        None => Err(Error::new(format!("'{name}' is no certificate: it names no schema; {SCHEMA} is read"))),
    };
    // From the text, not from the value: a key that stands there twice is an error.
    match &value {
        serde_json::Value::Array(list) if list.is_empty() => Err(Error::new(format!("'{name}' is an empty list"))),
        serde_json::Value::Array(list) => {
            list.iter().try_for_each(schema)?;
            serde_json::from_str(text).map_err(wrong)
        }
        one => {
            schema(one)?;
            serde_json::from_str(text).map(|certificate| vec![certificate]).map_err(wrong)
        }
    }
}

/// The text of a file: one certificate as it is, several as a list.
///
/// # Errors
/// If it cannot be serialized.
pub fn write(certificates: &[Certificate]) -> Result<String> {
    let text = match certificates {
        [one] => serde_json::to_string_pretty(one),
        list => serde_json::to_string_pretty(list),
    };
    text.map(|text| text + "\n").map_err(|why| Error::new(format!("cannot write JSON: {why}")))
}
