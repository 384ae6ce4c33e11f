//! burn's clipping, which it applies to each tensor by itself. It has none by the norm of all.

use super::caught;
use super::module::{held, numbers, with_rank};
use crate::settings::Default;
use burn::grad_clipping::GradientClippingConfig;
use burn::tensor::Device;
use gradproof::audit::{Dtype, Tensor};
use gradproof::{Error, Result};

/// Every kind.
pub const ALL: &[(&str, &[Default])] = &[("norm", &[]), ("value", &[])];

/// Gradients after clipping.
pub fn clipped(kind: &str, limit: f64, grads: &[Tensor], dtype: Dtype) -> Result<Vec<Tensor>> {
    let config = match kind {
        "norm" => GradientClippingConfig::Norm(limit as f32),
        "value" => GradientClippingConfig::Value(limit as f32),
        kind => return Err(Error::new(format!("burn has no clip '{kind}'"))),
    };
    let clipping = config.init();
    let device = Device::flex();
    let one = |grad: &Tensor| {
        let clip = || with_rank!(grad.shape, D => numbers(clipping.clip_gradient(held::<D>(grad, dtype, &device))));
        let data = caught(clip)??;
        Tensor::new(grad.shape.clone(), data)
    };
    grads.iter().map(one).collect()
}
