//! What the tensors of a reply must look like, and how many bytes they may take.

use super::super::header::Dtype;
use super::super::tensor::Tensor;
use super::process::Wrong;

/// Shapes and type that are asked for.
pub(super) struct Form<'a> {
    pub(super) shapes: &'a [Vec<u64>],
    pub(super) dtype: Dtype,
}

impl Form<'_> {
    /// A reply's room: a number takes at most 24 characters and a comma, a side of a shape 20, a tensor its field names.
    pub(super) fn bytes(&self) -> usize {
        let tensor = |shape: &Vec<u64>| {
            let sides = shape.len().saturating_mul(24);
            let elements = shape.iter().fold(1u64, |product, side| product.saturating_mul(*side));
            sides.saturating_add(usize::try_from(elements).unwrap_or(usize::MAX).saturating_mul(32)).saturating_add(64)
        };
        self.shapes.iter().map(tensor).fold(0, usize::saturating_add)
    }

    /// Refuses tensors of other shapes and numbers of another type; one that is absent may be.
    pub(super) fn check<'t>(&self, field: &str, found: impl ExactSizeIterator<Item = Option<&'t Tensor>>) -> Result<(), Wrong> {
        if found.len() != self.shapes.len() {
            return Err(format!("its '{field}' has {} tensors instead of {}", found.len(), self.shapes.len()));
        }
        for (index, (tensor, shape)) in found.zip(self.shapes).enumerate() {
            let Some(tensor) = tensor else { continue };
            if tensor.shape != *shape {
                return Err(format!("tensor {index} of its '{field}' has shape {:?} instead of {shape:?}", tensor.shape));
            }
            if let Some(x) = tensor.data.iter().find(|x| x.is_finite() && !self.dtype.holds(**x)) {
                let word = self.dtype.word();
                return Err(format!(
                    "tensor {index} of its '{field}' holds {x:?}, which is no {word}; it must not round numbers"
                ));
            }
        }
        Ok(())
    }
}
