//! burn: its optimizers over a module, its schedules, clipping and initialisers, on its CPU backend.

mod clips;
mod descent;
mod inits;
mod lbfgs;
mod module;
mod optimizers;
mod schedules;

use crate::settings::{Default, declared};
use gradproof::audit::{Capability, Dtype, Hello, Hyper, Implementation, Offer, Order, Running, Tensor};
use gradproof::{Error, Result};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// burn, by version 0.22.1.
#[derive(Debug)]
pub struct Burn;

impl Implementation for Burn {
    fn hello(&self) -> Hello {
        use Capability::{Closure, Groups, MissingGrad, Run, SetLr, State};
        let every = [Dtype::F32, Dtype::F64, Dtype::Bf16, Dtype::F16];
        Hello {
            framework: "burn".into(),
            version: "0.22.1".into(),
            optimizers: offers(optimizers::ALL, &every),
            schedules: offers(schedules::ALL, &[Dtype::F64]),
            clips: offers(clips::ALL, &every),
            inits: offers(inits::ALL, &[Dtype::F32]),
            capabilities: [SetLr, Groups, State, MissingGrad, Closure, Run].into(),
        }
    }

    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
        match order.optimizer.as_str() {
            "lbfgs" => Ok(Box::new(lbfgs::Lbfgs::new(order)?)),
            _ => Ok(Box::new(descent::Descent::new(order)?)),
        }
    }

    fn schedule(&self, name: &str, hyper: &Hyper, steps: usize) -> Result<Vec<f64>> {
        schedules::rates(name, &settled(schedules::ALL, name, hyper)?, steps)
    }

    fn clip(&self, kind: &str, limit: f64, grads: &[Tensor], dtype: Dtype) -> Result<(Vec<Tensor>, Option<f64>)> {
        Ok((clips::clipped(kind, limit, grads, dtype)?, None))
    }

    fn init(&self, kind: &str, shape: &[u64], seed: u64, dtype: Dtype) -> Result<Tensor> {
        inits::drawn(kind, shape, seed, dtype)
    }
}

/// burn reports what it cannot do by a panic. Here it is an error.
fn caught<T>(run: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Error::new(format!("burn panicked: {}", said.unwrap_or_default()))
    })
}

/// Names and the defaults of their hyper-parameters.
type Table = [(&'static str, &'static [Default])];

fn offers(table: &Table, dtypes: &[Dtype]) -> BTreeMap<String, Offer> {
    let offer =
        |(name, defaults): &(&str, &[Default])| (name.to_string(), Offer { hyper: declared(defaults), dtypes: dtypes.to_vec() });
    table.iter().map(offer).collect()
}

/// Every hyper-parameter of what a table has under this name.
fn settled(table: &Table, name: &str, given: &Hyper) -> Result<Hyper> {
    match table.iter().find(|(known, _)| *known == name) {
        Some((_, defaults)) => crate::settings::over(declared(defaults), given),
        None => Err(Error::new(format!("burn has no '{name}'"))),
    }
}
