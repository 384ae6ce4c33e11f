//! candle: its two optimizers over variables on the CPU.
//!
//! Its optimizers do not save their state, and its initialisers cannot be seeded on the CPU: neither is offered. A variable without
//! elements makes every step of theirs fail: such tensors stay outside, where they have nothing to move.

use crate::settings::{Default, Read, declared, number, over, zero};
use candle_core::backprop::GradStore;
use candle_core::{DType, Device, Tensor as Held, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, SGD};
use gradproof::audit::{Answer, Capability, Dtype, Hello, Hyper, Implementation, Offer, Order, Running, Setting, Tensor};
use gradproof::{Error, Result};

/// candle, by version 0.11.1.
#[derive(Debug)]
pub struct Candle;

const LR: Default = number("lr", 1e-3);
const BETA1: Default = number("beta1", 0.9);
const BETA2: Default = number("beta2", 0.999);
const EPS: Default = number("eps", 1e-8);

/// Every optimizer. Without decay, AdamW keeps Adam's promise.
const ALL: &[(&str, &[Default])] =
    &[("sgd", &[LR]), ("adam", &[LR, BETA1, BETA2, EPS]), ("adamw", &[LR, BETA1, BETA2, EPS, zero("weight_decay")])];

impl Implementation for Candle {
    fn hello(&self) -> Hello {
        let dtypes = vec![Dtype::F32, Dtype::F64, Dtype::Bf16, Dtype::F16];
        let offer = |(name, defaults): &(&str, &[Default])| {
            (name.to_string(), Offer { hyper: declared(defaults), dtypes: dtypes.clone() })
        };
        Hello {
            framework: "candle".into(),
            version: "0.11.1".into(),
            optimizers: ALL.iter().map(offer).collect(),
            capabilities: [Capability::SetLr, Capability::MissingGrad, Capability::Run].into(),
            ..Hello::default()
        }
    }

    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
        let unknown = || Error::new(format!("candle has no '{}'", order.optimizer));
        let (name, defaults) = ALL.iter().find(|(name, _)| *name == order.optimizer).ok_or_else(unknown)?;
        let hyper = over(declared(defaults), &order.hyper)?;
        let lr = hyper.number("lr")?;
        let dtype = kind(order.dtype);
        let variable = |tensor| Var::from_tensor(&held(tensor, dtype)?);
        let vars: Vec<Var> = order.params.iter().map(variable).collect::<candle_core::Result<_>>().map_err(failed)?;
        let moving: Vec<Var> = vars.iter().filter(|var| var.elem_count() > 0).cloned().collect();
        if *name == "sgd" {
            let optimizer = SGD::new(moving, lr).map_err(failed)?;
            return Ok(Box::new(Descent { hyper, vars, dtype, optimizer }));
        }
        let weight_decay = if *name == "adamw" { hyper.number("weight_decay")? } else { 0.0 };
        let (beta1, beta2, eps) = (hyper.number("beta1")?, hyper.number("beta2")?, hyper.number("eps")?);
        let params = ParamsAdamW { lr, beta1, beta2, eps, weight_decay };
        let optimizer = AdamW::new(moving, params).map_err(failed)?;
        Ok(Box::new(Descent { hyper, vars, dtype, optimizer }))
    }
}

/// An optimizer at work on its variables.
struct Descent<O> {
    hyper: Hyper,
    vars: Vec<Var>,
    dtype: DType,
    optimizer: O,
}

impl<O: Optimizer> Running for Descent<O> {
    fn hyper(&self) -> Hyper {
        self.hyper.clone()
    }

    fn step(&mut self, gradients: &[Option<Tensor>]) -> Result<Answer> {
        let mut store = GradStore::default();
        for (var, gradient) in self.vars.iter().zip(gradients) {
            if let Some(gradient) = gradient {
                store.insert(var.as_tensor(), held(gradient, self.dtype).map_err(failed)?);
            }
        }
        self.optimizer.step(&store).map_err(failed)?;
        let params = self.vars.iter().map(numbers).collect::<candle_core::Result<_>>().map_err(failed)?;
        Ok(Answer::Moved { params, grads: None })
    }

    fn set_lr(&mut self, lr: f64) -> Result<()> {
        self.optimizer.set_learning_rate(lr);
        self.hyper.insert("lr".into(), Setting::Number(lr));
        Ok(())
    }
}

fn held(tensor: &Tensor, dtype: DType) -> candle_core::Result<Held> {
    let sides: Vec<usize> = tensor.shape.iter().map(|side| *side as usize).collect();
    Held::from_vec(tensor.data.clone(), sides, &Device::Cpu)?.to_dtype(dtype)
}

fn numbers(var: &Var) -> candle_core::Result<Tensor> {
    let shape = var.dims().iter().map(|side| *side as u64).collect();
    Ok(Tensor { shape, data: var.to_dtype(DType::F64)?.flatten_all()?.to_vec1()? })
}

fn kind(dtype: Dtype) -> DType {
    match dtype {
        Dtype::F64 => DType::F64,
        Dtype::F32 => DType::F32,
        Dtype::Bf16 => DType::BF16,
        Dtype::F16 => DType::F16,
    }
}

fn failed(error: candle_core::Error) -> Error {
    Error::new(format!("candle: {error}"))
}
