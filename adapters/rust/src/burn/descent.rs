//! A module under burn's optimizer.

use super::caught;
use super::module::{Parameter, registered, shaped};
use super::optimizers;
use crate::settings::{Read, over};
use burn::lr_scheduler::module_lr_scheduler::{ModuleLearningRate, ModuleLrScheduler};
use burn::module::{ParamGroup, ParamId};
use burn::optim::ModuleOptimizer;
use burn::tensor::Bytes;
use gradproof::audit::{Answer, Dtype, Group, Hyper, Order, Running, Setting, Tensor};
use gradproof::{Error, Result};
use serde::{Deserialize, Serialize};

/// An optimizer at work on its parameters.
pub struct Descent {
    plan: Plan,
    dtype: Dtype,
    shapes: Vec<Vec<u64>>,
    module: Vec<Parameter>,
    optimizer: ModuleOptimizer,
    rates: ModuleLearningRate,
}

/// What burn's own records leave out: which optimizer it is, with which hyper-parameters.
#[derive(Clone, Serialize, Deserialize)]
struct Plan {
    optimizer: String,
    hyper: Hyper,
    groups: Vec<Group>,
}

impl Descent {
    /// A fresh optimizer.
    pub fn new(order: &Order) -> Result<Self> {
        let hyper = super::settled(optimizers::ALL, &order.optimizer, &order.hyper)?;
        let whole = |group: &Group| Ok(Group { params: group.params.clone(), hyper: over(hyper.clone(), &group.hyper)? });
        let groups = order.groups.iter().map(whole).collect::<Result<_>>()?;
        let plan = Plan { optimizer: order.optimizer.clone(), hyper, groups };
        let module = Parameter::all(&order.params, order.dtype)?;
        let shapes = order.params.iter().map(|tensor| tensor.shape.clone()).collect();
        Ok(Descent { optimizer: plan.optimizer()?, rates: plan.rates()?, plan, dtype: order.dtype, shapes, module })
    }
}

impl Plan {
    fn optimizer(&self) -> Result<ModuleOptimizer> {
        let mut all = optimizers::built(&self.optimizer, &self.hyper, None)?;
        for group in &self.groups {
            all = optimizers::built(&self.optimizer, &group.hyper, Some((all, ids(group))))?;
        }
        Ok(all)
    }

    /// burn makes learning rates of groups by schedules alone; a number is a constant one.
    fn rates(&self) -> Result<ModuleLearningRate> {
        let mut schedule = ModuleLrScheduler::new(self.hyper.number("lr")?);
        for group in &self.groups {
            schedule = schedule.with_group(ids(group), group.hyper.number("lr")?);
        }
        Ok(schedule.step())
    }
}

fn ids(group: &Group) -> ParamGroup {
    ParamGroup::from_ids(group.params.iter().map(|index| ParamId::from(*index as u64)).collect())
}

impl Running for Descent {
    fn hyper(&self) -> Hyper {
        self.plan.hyper.clone()
    }

    fn step(&mut self, gradients: &[Option<Tensor>]) -> Result<Answer> {
        if self.module.len() != self.shapes.len() {
            return Err(Error::new("burn panicked in an earlier step, and the parameters are gone"));
        }
        let registered = registered(&self.module, gradients.iter().map(Option::as_ref), self.dtype);
        let (module, rates) = (std::mem::take(&mut self.module), self.rates.clone());
        self.module = caught(|| self.optimizer.step(rates, module, registered))?;
        let params = shaped(&self.shapes, self.module.iter().map(Parameter::numbers).collect())?;
        Ok(Answer::Moved { params, grads: None })
    }

    fn set_lr(&mut self, lr: f64) -> Result<()> {
        let groups = self.plan.groups.iter_mut().map(|group| &mut group.hyper);
        for hyper in groups.chain([&mut self.plan.hyper]) {
            hyper.insert("lr".into(), Setting::Number(lr));
        }
        self.rates = self.plan.rates()?;
        Ok(())
    }

    fn save(&mut self) -> Result<String> {
        let record = self.optimizer.into_bytes().map_err(|error| Error::new(format!("burn cannot save: {error}")))?;
        serde_json::to_string(&(&self.plan, record.to_vec())).map_err(|error| Error::new(error.to_string()))
    }

    fn load(&mut self, state: &str) -> Result<()> {
        let (plan, record): (Plan, Vec<u8>) = serde_json::from_str(state).map_err(|error| Error::new(error.to_string()))?;
        let fresh = plan.optimizer()?;
        let loaded = caught(|| fresh.from_bytes(Bytes::from_bytes_vec(record)))?;
        self.optimizer = loaded.map_err(|error| Error::new(format!("burn cannot load: {error}")))?;
        self.rates = plan.rates()?;
        self.plan = plan;
        Ok(())
    }
}
