//! Orthogonal weights.

use crate::audit::tensor::Tensor;

/// The largest entry of `QᵀQ - I` (or `QQᵀ - I`, whichever is smaller) over what rounding allows, for a tensor as a matrix of its first
/// dimension by the others.
///
/// A factor of m rows and n columns by Householder's reflections is within `√n γ` of an orthonormal one, where γ is a small multiple of
/// `m n` units of roundoff (Higham 2002, theorem 19.4): the multiple is taken to be 4, and the product has twice that distance.
pub(super) fn deviation(tensor: &Tensor, unit: f64) -> (f64, f64) {
    let rows = tensor.shape[0] as usize;
    let columns = tensor.data.len() / rows;
    let entry = |row: usize, column: usize| tensor.data[row * columns + column];
    let (short, long) = (rows.min(columns), rows.max(columns));
    let vector = |index: usize, place: usize| if rows <= columns { entry(index, place) } else { entry(place, index) };
    let mut worst = 0.0_f64;
    for one in 0..short {
        for other in 0..=one {
            let product: f64 = (0..long).map(|place| vector(one, place) * vector(other, place)).sum();
            let off = (product - if one == other { 1.0 } else { 0.0 }).abs();
            worst = if off.is_nan() { f64::INFINITY } else { worst.max(off) };
        }
    }
    (worst, 8.0 * (short * long) as f64 * (short as f64).sqrt() * unit)
}

/// The number by which all tensors are multiples of orthonormal ones: the length of the rows or columns of the first.
pub(super) fn multiple(tensors: &[Tensor], unit: f64) -> Option<f64> {
    let Tensor { shape, data } = tensors.first()?;
    let short = shape[0].min(data.len() as u64 / shape[0]);
    let length = (data.iter().map(|x| x * x).sum::<f64>() / short as f64).sqrt();
    let orthonormal = |Tensor { shape, data }: &Tensor| {
        let divided = Tensor { shape: shape.clone(), data: data.iter().map(|x| x / length).collect() };
        let (off, allowed) = deviation(&divided, unit);
        off <= allowed
    };
    tensors.iter().all(orthonormal).then_some(length)
}
