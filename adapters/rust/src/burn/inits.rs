//! burn's initialisers. Kaiming's with gain √2 is He's, and with gain 1 LeCun's.

use super::caught;
use super::module::{numbers, sides, with_rank};
use crate::settings::Default;
use burn::nn::Initializer;
use burn::tensor::Device;
use gradproof::audit::{Dtype, Tensor};
use gradproof::{Error, Result};
use std::f64::consts::SQRT_2;

/// Every initialiser.
pub const ALL: &[(&str, &[Default])] = &[
    ("xavier_uniform", &[]),
    ("xavier_normal", &[]),
    ("he_uniform", &[]),
    ("he_normal", &[]),
    ("lecun_uniform", &[]),
    ("lecun_normal", &[]),
    ("orthogonal", &[]),
    ("zeros", &[]),
    ("ones", &[]),
];

/// A tensor of initial weights, in the type in which burn's device makes parameters.
pub fn drawn(kind: &str, shape: &[u64], seed: u64, dtype: Dtype) -> Result<Tensor> {
    let initializer = match kind {
        "xavier_uniform" => Initializer::XavierUniform { gain: 1.0 },
        "xavier_normal" => Initializer::XavierNormal { gain: 1.0 },
        "he_uniform" => Initializer::KaimingUniform { gain: SQRT_2, fan_out_only: false },
        "he_normal" => Initializer::KaimingNormal { gain: SQRT_2, fan_out_only: false },
        "lecun_uniform" => Initializer::KaimingUniform { gain: 1.0, fan_out_only: false },
        "lecun_normal" => Initializer::KaimingNormal { gain: 1.0, fan_out_only: false },
        "orthogonal" => Initializer::Orthogonal { gain: 1.0 },
        "zeros" => Initializer::Zeros,
        "ones" => Initializer::Ones,
        kind => return Err(Error::new(format!("burn has no initialiser '{kind}'"))),
    };
    if dtype != Dtype::F32 {
        return Err(Error::new("burn's initialisers are offered in f32"));
    }
    let field: u64 = shape.iter().skip(2).product();
    let fan = |side: usize| shape.get(side).map(|fan| (fan * field) as usize);
    let device = Device::flex();
    device.seed(seed);
    let draw =
        || with_rank!(shape, D => numbers(initializer.init_with::<D, _>(sides::<D>(shape), fan(1), fan(0), &device).val()));
    let data = caught(draw)??;
    Tensor::new(shape.to_vec(), data)
}
