//! Parameters as a module of burn, and tensors in and out.

use burn::module::{Module, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{DType, Device, Tensor as Held, TensorData};
use gradproof::Result;
use gradproof::audit::{Dtype, Tensor};

/// A parameter. burn has a tensor's rank in its type, and no tensor without sides: a single number is one of length 1.
#[derive(Module, Debug)]
pub enum Parameter {
    Rank1(Param<Held<1>>),
    Rank2(Param<Held<2>>),
    Rank3(Param<Held<3>>),
    Rank4(Param<Held<4>>),
}

/// Runs an expression with the rank of a shape as a constant.
macro_rules! with_rank {
    ($shape:expr, $d:ident => $body:expr) => {
        match $shape.len() {
            0 | 1 => {
                const $d: usize = 1;
                Ok($body)
            }
            2 => {
                const $d: usize = 2;
                Ok($body)
            }
            3 => {
                const $d: usize = 3;
                Ok($body)
            }
            4 => {
                const $d: usize = 4;
                Ok($body)
            }
            rank => Err(gradproof::Error::new(format!("tensors of {rank} sides are not offered; there are at most 4"))),
        }
    };
}
pub(super) use with_rank;

/// Runs an expression with a parameter, whatever its rank.
macro_rules! with_param {
    ($parameter:expr, $param:ident => $body:expr) => {
        match $parameter {
            Parameter::Rank1($param) => $body,
            Parameter::Rank2($param) => $body,
            Parameter::Rank3($param) => $body,
            Parameter::Rank4($param) => $body,
        }
    };
}

macro_rules! wrapped {
    ($($rank:literal $variant:ident)*) => {$(
        impl From<Param<Held<$rank>>> for Parameter {
            fn from(param: Param<Held<$rank>>) -> Self {
                Parameter::$variant(param)
            }
        }
    )*};
}

wrapped! { 1 Rank1 2 Rank2 3 Rank3 4 Rank4 }

impl Parameter {
    /// A trained parameter. Its place in the order is its name in burn, so that a saved state finds its parameters again.
    fn new(place: usize, tensor: &Tensor, dtype: Dtype) -> Result<Self> {
        let device = Device::flex().autodiff();
        let id = ParamId::from(place as u64);
        with_rank!(tensor.shape, D => Param::initialized(id, held::<D>(tensor, dtype, &device).require_grad()).into())
    }

    /// All parameters of an order.
    pub fn all(tensors: &[Tensor], dtype: Dtype) -> Result<Vec<Self>> {
        tensors.iter().enumerate().map(|(place, tensor)| Parameter::new(place, tensor, dtype)).collect()
    }

    /// Gives it a gradient.
    fn register(&self, gradient: &Tensor, dtype: Dtype, gradients: &mut GradientsParams) {
        with_param!(self, param => register(param, gradient, dtype, gradients))
    }

    /// Its numbers.
    pub fn numbers(&self) -> Vec<f64> {
        with_param!(self, param => numbers(param.val()))
    }
}

/// The gradients of a module, where there are any.
pub fn registered<'a>(
    module: &[Parameter],
    gradients: impl Iterator<Item = Option<&'a Tensor>>,
    dtype: Dtype,
) -> GradientsParams {
    let mut all = GradientsParams::new();
    for (parameter, gradient) in module.iter().zip(gradients) {
        if let Some(gradient) = gradient {
            parameter.register(gradient, dtype, &mut all);
        }
    }
    all
}

/// Numbers in the shapes of an order.
pub fn shaped(shapes: &[Vec<u64>], numbers: Vec<Vec<f64>>) -> Result<Vec<Tensor>> {
    shapes.iter().zip(numbers).map(|(shape, data)| Tensor::new(shape.clone(), data)).collect()
}

fn register<const D: usize>(param: &Param<Held<D>>, gradient: &Tensor, dtype: Dtype, gradients: &mut GradientsParams) {
    gradients.register(param.id, held::<D>(gradient, dtype, &Device::flex()));
}

/// A tensor of burn.
pub fn held<const D: usize>(tensor: &Tensor, dtype: Dtype, device: &Device) -> Held<D> {
    let sides = sides::<D>(&tensor.shape);
    Held::from_data(TensorData::new(tensor.data.clone(), sides), (device, kind(dtype)))
}

/// A shape as burn has it.
pub fn sides<const D: usize>(shape: &[u64]) -> [usize; D] {
    std::array::from_fn(|side| shape.get(side).map_or(1, |length| *length as usize))
}

/// The numbers of a tensor of burn.
pub fn numbers<const D: usize>(tensor: Held<D>) -> Vec<f64> {
    tensor.into_data().iter().collect()
}

fn kind(dtype: Dtype) -> DType {
    match dtype {
        Dtype::F64 => DType::F64,
        Dtype::F32 => DType::F32,
        Dtype::Bf16 => DType::BF16,
        Dtype::F16 => DType::F16,
    }
}
