//! Who is audited: an implementation of optimizers, and of what goes with them, behind the requests of the audit protocol.
//!
//! An adapter in a process of its own ([`Adapter`](super::Adapter)) and Rust code in this one ([`InProcess`](super::InProcess)) answer
//! the same requests.

use super::header::Dtype;
use super::setting::Setting;
use super::tensor::Tensor;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Hyper-parameters by their neutral names.
pub type Hyper = BTreeMap<String, Setting>;

/// An implementation under audit. What it does not offer it leaves out of its [`Hello`].
///
/// Every error ends the audit with the verdict `error`.
pub trait Implementation {
    /// What it is and what it can do.
    fn hello(&self) -> Hello;

    /// A fresh optimizer.
    ///
    /// # Errors
    /// If this optimizer, a hyper-parameter, or its value is refused.
    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>>;

    /// The learning rates of steps `0..steps`.
    ///
    /// # Errors
    /// If this schedule is not offered.
    fn schedule(&self, name: &str, _hyper: &Hyper, _steps: usize) -> Result<Vec<f64>> {
        Err(lacks(&format!("schedule '{name}'")))
    }

    /// Gradients after clipping, and the norm that was found, where there is one: `kind` is `global_norm`, `norm` (each tensor by itself)
    /// or `value`.
    ///
    /// # Errors
    /// If this kind is not offered.
    fn clip(&self, kind: &str, _limit: f64, _grads: &[Tensor], _dtype: Dtype) -> Result<(Vec<Tensor>, Option<f64>)> {
        Err(lacks(&format!("clip '{kind}'")))
    }

    /// A tensor of random initial weights; `shape` is `[fan_out, fan_in, ...]`.
    ///
    /// # Errors
    /// If this kind is not offered.
    fn init(&self, kind: &str, _shape: &[u64], _seed: u64, _dtype: Dtype) -> Result<Tensor> {
        Err(lacks(&format!("init '{kind}'")))
    }

    /// Says goodbye.
    ///
    /// # Errors
    /// If it does not end in time.
    fn bye(&self) -> Result<()> {
        Ok(())
    }
}

/// An optimizer of an implementation, with its state.
pub trait Running {
    /// Every hyper-parameter in effect, defaults included.
    fn hyper(&self) -> Hyper;

    /// One update; a tensor whose gradient is `None` has none in this step (capability `missing_grad`).
    ///
    /// # Errors
    /// If the implementation fails.
    fn step(&mut self, gradients: &[Option<Tensor>]) -> Result<Answer>;

    /// The objective where the last [`Answer::Evaluate`] wanted it (capability `closure`).
    ///
    /// # Errors
    /// If the implementation fails or did not ask.
    fn value(&mut self, _loss: f64, _gradients: &[Tensor]) -> Result<Answer> {
        Err(lacks("closure"))
    }

    /// Many updates in one exchange, and the parameters after each (capability `run`).
    ///
    /// # Errors
    /// If the implementation fails.
    fn run(&mut self, gradients: &[Vec<Tensor>]) -> Result<Vec<Vec<Tensor>>> {
        let one = |row: &Vec<Tensor>| {
            let row: Vec<Option<Tensor>> = row.iter().cloned().map(Some).collect();
            match self.step(&row)? {
                Answer::Moved { params, .. } => Ok(params),
                Answer::Evaluate(_) => Err(Error::new("the objective was asked for in a run of given gradients")),
            }
        };
        gradients.iter().map(one).collect()
    }

    /// The learning rate from the next step on (capability `set_lr`).
    ///
    /// # Errors
    /// If the implementation fails or has no such request.
    fn set_lr(&mut self, _lr: f64) -> Result<()> {
        Err(lacks("set_lr"))
    }

    /// State and hyper-parameters as an opaque string (capability `state`).
    ///
    /// # Errors
    /// If the implementation fails or has no such request.
    fn save(&mut self) -> Result<String> {
        Err(lacks("state"))
    }

    /// Continues from a saved state, with its hyper-parameters (capability `state`).
    ///
    /// # Errors
    /// If the implementation fails or has no such request.
    fn load(&mut self, _state: &str) -> Result<()> {
        Err(lacks("state"))
    }
}

pub(super) fn lacks(what: &str) -> Error {
    Error::new(format!("the implementation does not offer {what}"))
}

/// What comes back from a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// All parameters after the update; with the capability `grads` also the gradient buffers as they are then.
    Moved {
        /// All parameters.
        params: Vec<Tensor>,
        /// The gradient buffers.
        grads: Option<Vec<Option<Tensor>>>,
    },
    /// The points at which the objective is wanted first.
    Evaluate(Vec<Tensor>),
}

/// What an implementation says about itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// Framework.
    pub framework: String,
    /// Its version.
    pub version: String,
    /// Its optimizers by their neutral names.
    #[serde(default)]
    pub optimizers: BTreeMap<String, Offer>,
    /// Its schedules.
    #[serde(default)]
    pub schedules: BTreeMap<String, Offer>,
    /// Its ways of clipping.
    #[serde(default)]
    pub clips: BTreeMap<String, Offer>,
    /// Its initialisers.
    #[serde(default)]
    pub inits: BTreeMap<String, Offer>,
    /// What it can do besides `new` and `step`.
    #[serde(default)]
    pub capabilities: BTreeSet<Capability>,
}

impl Hello {
    /// Whether it has this capability.
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }
}

/// Something that an implementation offers: its hyper-parameters with their defaults, and the types it runs in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Every hyper-parameter with its default.
    #[serde(default)]
    pub hyper: Hyper,
    /// Types of parameters and state.
    #[serde(default)]
    pub dtypes: Vec<Dtype>,
}

/// What an implementation may offer besides fresh optimizers and their steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Changed learning rates.
    SetLr,
    /// Groups of tensors with hyper-parameters of their own.
    Groups,
    /// Saving and loading.
    State,
    /// Tensors without a gradient.
    MissingGrad,
    /// Optimizers that evaluate the objective themselves.
    Closure,
    /// Many steps in one exchange.
    Run,
    /// Replies that show the gradient buffers.
    Grads,
    /// A step whose gradients are not all finite is left out, state and counters included.
    SkipsNonfinite,
}

/// An optimizer that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Neutral name.
    pub optimizer: String,
    /// Hyper-parameters that are given; the others keep their defaults.
    pub hyper: Hyper,
    /// Type of parameters and state.
    pub dtype: Dtype,
    /// Parameters before the first step.
    pub params: Vec<Tensor>,
    /// Groups with hyper-parameters of their own (capability `groups`); none means one group of all.
    pub groups: Vec<Group>,
}

/// Tensors with hyper-parameters of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Indices of the tensors.
    pub params: Vec<usize>,
    /// What differs from the order's hyper-parameters.
    pub hyper: Hyper,
}
