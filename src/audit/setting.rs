//! Values of hyper-parameters.

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;

/// The value of a hyper-parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A number, as the `f64` that its shortest form denotes.
    Number(f64),
    /// On or off.
    Flag(bool),
    /// A word. No hyper-parameter takes one: kept, so that the error can name who has it.
    Word(String),
    /// Numbers: the milestones of a schedule, the metrics that it sees.
    Numbers(Vec<f64>),
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Setting::Number(x) => to.serialize_f64(*x),
            Setting::Flag(on) => to.serialize_bool(*on),
            Setting::Word(word) => to.serialize_str(word),
            Setting::Numbers(numbers) => numbers.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        struct AnySetting;
        impl<'de> Visitor<'de> for AnySetting {
            type Value = Setting;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, numbers, true or false")
            }
            fn visit_bool<E: de::Error>(self, on: bool) -> std::result::Result<Setting, E> {
                Ok(Setting::Flag(on))
            }
            fn visit_i64<E: de::Error>(self, x: i64) -> std::result::Result<Setting, E> {
                Ok(Setting::Number(x as f64))
            }
            fn visit_u64<E: de::Error>(self, x: u64) -> std::result::Result<Setting, E> {
                Ok(Setting::Number(x as f64))
            }
            fn visit_f64<E: de::Error>(self, x: f64) -> std::result::Result<Setting, E> {
                Ok(Setting::Number(x))
            }
            fn visit_str<E: de::Error>(self, word: &str) -> std::result::Result<Setting, E> {
                Ok(Setting::Word(word.into()))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Setting, A::Error> {
                let mut numbers = vec![];
                while let Some(x) = items.next_element()? {
                    numbers.push(x);
                }
                Ok(Setting::Numbers(numbers))
            }
        }
        from.deserialize_any(AnySetting)
    }
}
