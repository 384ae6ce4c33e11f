//! The header of a recorded trace: who was trained, by which optimizer, with which hyper-parameters, in which type.

use super::hyper;
use super::setting::Setting;
use crate::number::{bf16, f16};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format's name.
pub const FORMAT: &str = "gradproof.trace/1";

/// The type in which a subject holds parameters and state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// IEEE double precision.
    F64,
    /// IEEE single precision.
    F32,
    /// The upper half of a single.
    Bf16,
    /// IEEE half precision.
    F16,
}

impl Dtype {
    /// The word that a header uses.
    pub fn word(self) -> &'static str {
        match self {
            Dtype::F64 => "f64",
            Dtype::F32 => "f32",
            Dtype::Bf16 => "bf16",
            Dtype::F16 => "f16",
        }
    }

    /// Whether a finite `x` is a number of this type.
    pub fn holds(self, x: f64) -> bool {
        match self {
            Dtype::F64 => true,
            Dtype::F32 => f64::from(x as f32) == x,
            Dtype::Bf16 => bf16::from_f64(x).to_f64() == x,
            Dtype::F16 => f16::from_f64(x).to_f64() == x,
        }
    }
}

/// What a trace says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// Framework that was run.
    pub framework: String,
    /// Its version.
    pub version: String,
    /// The optimizer's neutral name.
    pub optimizer: String,
    /// Hyper-parameters by their neutral names.
    pub hyper: BTreeMap<String, Setting>,
    /// Type of parameters and state.
    pub dtype: Dtype,
    /// Shapes of the tensors that were flattened into one row; a single tensor without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shapes: Option<Vec<Vec<u64>>>,
}

impl Header {
    /// Refuses a header that is not of this format, or that promises what no name here promises.
    pub(super) fn check(&self) -> Result<()> {
        if self.format != FORMAT {
            return Err(Error::new(format!("the format is '{}'; this version reads '{FORMAT}'", brief(&self.format))));
        }
        hyper::check(&self.optimizer, &self.hyper)?;
        Ok(())
    }

    /// The learning rate where a step names none; NaN in a header that was not checked.
    pub(super) fn rate(&self) -> f64 {
        match self.hyper.get("lr") {
            Some(Setting::Number(lr)) => *lr,
            _ => f64::NAN,
        }
    }

    /// Lengths of the tensors in a row of `elements` numbers.
    pub(super) fn lengths(&self, elements: usize) -> Result<Vec<usize>> {
        let Some(shapes) = &self.shapes else { return Ok(vec![elements]) };
        let length = |shape: &Vec<u64>| shape.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
        let lengths: Option<Vec<u64>> = shapes.iter().map(length).collect();
        let total = lengths.as_ref().and_then(|all| all.iter().try_fold(0u64, |sum, &n| sum.checked_add(n)));
        match lengths {
            Some(lengths) if total == Some(elements as u64) => Ok(lengths.into_iter().map(|n| n as usize).collect()),
            _ => Err(Error::new(format!(
                "the shapes of the header do not add up to the {elements} parameters of a row; correct 'shapes' or leave it out"
            ))),
        }
    }
}

/// At most forty characters of a foreign text, for an error message.
pub(super) fn brief(text: &str) -> String {
    let shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() { shown + "..." } else { shown }
}
