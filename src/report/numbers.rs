//! Floats in JSON, which has no word for those that are not finite: they are the strings `"NaN"`, `"Infinity"`, `"-Infinity"`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    Finite(f64),
    Word(String),
}

impl From<f64> for Value {
    fn from(x: f64) -> Self {
        match x {
            x if x.is_finite() => Value::Finite(x),
            x if x.is_nan() => Value::Word("NaN".into()),
            x if x > 0.0 => Value::Word("Infinity".into()),
            _ => Value::Word("-Infinity".into()),
        }
    }
}

impl TryFrom<Value> for f64 {
    type Error = String;
    fn try_from(value: Value) -> Result<f64, String> {
        match value {
            Value::Finite(x) => Ok(x),
            Value::Word(word) => match word.as_str() {
                "NaN" => Ok(f64::NAN),
                "Infinity" => Ok(f64::INFINITY),
                "-Infinity" => Ok(f64::NEG_INFINITY),
                other => Err(format!("'{other}' is no number; only \"NaN\", \"Infinity\" and \"-Infinity\" may be strings")),
            },
        }
    }
}

/// One number (`#[serde(with = "...")]`).
pub mod number {
    use super::*;

    /// Writes a number.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(x: &f64, to: S) -> Result<S::Ok, S::Error> {
        Value::from(*x).serialize(to)
    }

    /// Reads a number.
    ///
    /// # Errors
    /// If it is neither a number nor one of the three words.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Value::deserialize(from)?.try_into().map_err(D::Error::custom)
    }
}

/// A number or nothing (`#[serde(with = "...")]`).
pub mod maybe {
    use super::*;

    /// Writes a number or `null`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(x: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
        x.map(Value::from).serialize(to)
    }

    /// Reads a number or `null`.
    ///
    /// # Errors
    /// If it is neither a number nor one of the three words nor `null`.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
        Option::<Value>::deserialize(from)?.map(f64::try_from).transpose().map_err(D::Error::custom)
    }
}

/// Two numbers (`#[serde(with = "...")]`).
pub mod pair {
    use super::*;

    /// Writes `[first, second]`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(both: &[f64; 2], to: S) -> Result<S::Ok, S::Error> {
        both.map(Value::from).serialize(to)
    }

    /// Reads `[first, second]`.
    ///
    /// # Errors
    /// If one is neither a number nor one of the three words.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[f64; 2], D::Error> {
        let [first, second] = <[Value; 2]>::deserialize(from)?;
        let read = |value: Value| f64::try_from(value).map_err(D::Error::custom);
        Ok([read(first)?, read(second)?])
    }
}

/// A list of pairs (`#[serde(with = "...")]`).
pub mod pairs {
    use super::*;

    /// Writes `[[x, y], ...]`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(points: &[[f64; 2]], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(points.iter().map(|point| point.map(Value::from)))
    }

    /// Reads `[[x, y], ...]`.
    ///
    /// # Errors
    /// If one is neither a number nor one of the three words.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<[f64; 2]>, D::Error> {
        let read = |value: Value| f64::try_from(value).map_err(D::Error::custom);
        let points = Vec::<[Value; 2]>::deserialize(from)?;
        points.into_iter().map(|[x, y]| Ok([read(x)?, read(y)?])).collect()
    }
}

/// A list of numbers (`#[serde(with = "...")]`).
pub mod list {
    use super::*;

    /// Writes `[x, ...]`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(numbers: &[f64], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(numbers.iter().map(|x| Value::from(*x)))
    }

    /// Reads `[x, ...]`.
    ///
    /// # Errors
    /// If one is neither a number nor one of the three words.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let read = |value: Value| f64::try_from(value).map_err(D::Error::custom);
        Vec::<Value>::deserialize(from)?.into_iter().map(read).collect()
    }
}
