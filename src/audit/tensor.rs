//! Tensors as the protocol has them.

use crate::number::{bf16, f16};
use crate::{Error, Result};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;

use super::header::Dtype;

/// A tensor with its elements in row-major order. Numbers are `f64`, which holds those of every narrower type exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Lengths of its sides; none for a single number.
    pub shape: Vec<u64>,
    /// Its elements.
    pub data: Vec<f64>,
}

impl Tensor {
    /// A tensor of this shape.
    ///
    /// # Errors
    /// If the shape has another number of elements.
    pub fn new(shape: Vec<u64>, data: Vec<f64>) -> Result<Self> {
        let elements = shape.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
        match elements == Some(data.len() as u64) {
            true => Ok(Tensor { shape, data }),
            false => Err(Error::new(format!("{} numbers do not fill a tensor of shape {shape:?}", data.len()))),
        }
    }

    /// A vector.
    pub fn vector(data: Vec<f64>) -> Self {
        Tensor { shape: vec![data.len() as u64], data }
    }

    /// Every element rounded to a type; what it does not reach becomes infinite.
    pub fn rounded(mut self, dtype: Dtype) -> Self {
        self.data.iter_mut().for_each(|x| *x = dtype.round(*x));
        self
    }
}

impl Dtype {
    /// The nearest number of this type, ties to even.
    pub fn round(self, x: f64) -> f64 {
        match self {
            Dtype::F64 => x,
            Dtype::F32 => f64::from(x as f32),
            Dtype::Bf16 => bf16::from_f64(x).to_f64(),
            Dtype::F16 => f16::from_f64(x).to_f64(),
        }
    }
}

/// Numbers as they are, and `"NaN"`, `"Infinity"` and `"-Infinity"` for what JSON has no number for.
#[derive(Clone, Copy)]
pub(super) struct Spelled(pub(super) f64);

impl Serialize for Spelled {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        crate::report::number::serialize(&self.0, to)
    }
}

impl<'de> Deserialize<'de> for Spelled {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        struct AnySpelled;
        impl Visitor<'_> for AnySpelled {
            type Value = Spelled;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or one of \"NaN\", \"Infinity\" and \"-Infinity\"")
            }
            fn visit_i64<E: de::Error>(self, x: i64) -> std::result::Result<Spelled, E> {
                Ok(Spelled(x as f64))
            }
            fn visit_u64<E: de::Error>(self, x: u64) -> std::result::Result<Spelled, E> {
                Ok(Spelled(x as f64))
            }
            fn visit_f64<E: de::Error>(self, x: f64) -> std::result::Result<Spelled, E> {
                Ok(Spelled(x))
            }
            fn visit_str<E: de::Error>(self, word: &str) -> std::result::Result<Spelled, E> {
                match word {
                    "NaN" => Ok(Spelled(f64::NAN)),
                    "Infinity" => Ok(Spelled(f64::INFINITY)),
                    "-Infinity" => Ok(Spelled(f64::NEG_INFINITY)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(word), &self)),
                }
            }
        }
        from.deserialize_any(AnySpelled)
    }
}

impl Serialize for Tensor {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let mut fields = to.serialize_struct("Tensor", 2)?;
        fields.serialize_field("shape", &self.shape)?;
        let data: Vec<Spelled> = self.data.iter().copied().map(Spelled).collect();
        fields.serialize_field("data", &data)?;
        fields.end()
    }
}

/// Read as it comes, without a copy of what it might be: a foreign tensor takes no more memory than its numbers.
impl<'de> Deserialize<'de> for Tensor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Shaped {
            shape: Vec<u64>,
            data: Vec<Spelled>,
        }
        struct AnyTensor;
        impl<'de> Visitor<'de> for AnyTensor {
            type Value = Tensor;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a tensor, which is {\"shape\": [...], \"data\": [...]} or an array of numbers")
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Tensor, A::Error> {
                let mut data = vec![];
                while let Some(Spelled(x)) = items.next_element()? {
                    data.push(x);
                }
                Ok(Tensor::vector(data))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, fields: A) -> std::result::Result<Tensor, A::Error> {
                let Shaped { shape, data } = Deserialize::deserialize(de::value::MapAccessDeserializer::new(fields))?;
                Tensor::new(shape, data.into_iter().map(|Spelled(x)| x).collect()).map_err(de::Error::custom)
            }
        }
        from.deserialize_any(AnyTensor)
    }
}
