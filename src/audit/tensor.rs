//! Tensors as the protocol has them.

use crate::number::{bf16, f16};
use crate::{Error, Result};
use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeStruct, Serializer};

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
struct Spelled(f64);

impl Serialize for Spelled {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        crate::report::number::serialize(&self.0, to)
    }
}

impl<'de> Deserialize<'de> for Spelled {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        crate::report::number::deserialize(from).map(Spelled)
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

impl<'de> Deserialize<'de> for Tensor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Form {
            Bare(Vec<Spelled>),
            Shaped { shape: Vec<u64>, data: Vec<Spelled> },
        }
        let numbers = |data: Vec<Spelled>| data.into_iter().map(|Spelled(x)| x).collect();
        match Form::deserialize(from)? {
            Form::Bare(data) => Ok(Tensor::vector(numbers(data))),
            Form::Shaped { shape, data } => Tensor::new(shape, numbers(data)).map_err(de::Error::custom),
        }
    }
}
