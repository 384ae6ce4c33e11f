//! Implementations of schedules, clips and initialisers that are closures.

use gradproof::audit::{Dtype, Hello, Hyper, Implementation, Offer, Order, Running, Setting, Tensor};
use gradproof::{Error, Result};
use std::collections::BTreeMap;

/// Hyper-parameters of a request.
pub struct Given<'a>(pub &'a Hyper);

impl Given<'_> {
    /// A number; 0 if it is not given.
    pub fn of(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(Setting::Number(x)) => *x,
            _ => 0.0,
        }
    }

    /// Numbers.
    pub fn all(&self, name: &str) -> &[f64] {
        match self.0.get(name) {
            Some(Setting::Numbers(numbers)) => numbers,
            _ => &[],
        }
    }
}

/// The rates of so many steps.
pub type Rates = Box<dyn Fn(&Given, usize) -> Vec<f64> + Send>;
/// Gradients after clipping, and the norm before.
pub type Clipped = (Vec<Tensor>, Option<f64>);
/// Clipping in the type of the request.
pub type Clip = Box<dyn Fn(f64, &[Tensor], Dtype) -> Clipped + Send>;
/// Weights of a shape, from a seed.
pub type Init = Box<dyn Fn(&[u64], u64) -> Vec<f64> + Send>;

/// What an implementation offers.
pub enum Part {
    Schedule(&'static str, Rates),
    Clip(&'static str, Clip),
    Init(&'static str, Init),
}

impl Part {
    /// Its name, as audits have it.
    pub fn name(&self) -> String {
        match self {
            Part::Schedule(name, _) => format!("schedule:{name}"),
            Part::Clip(name, _) => format!("clip:{name}"),
            Part::Init(name, _) => format!("init:{name}"),
        }
    }
}

/// An implementation that offers one part.
impl Implementation for Part {
    fn hello(&self) -> Hello {
        let only = |name: &str| -> BTreeMap<String, Offer> { [(name.to_string(), Offer::default())].into() };
        let hello = Hello { framework: "zoo".into(), version: "0".into(), ..Hello::default() };
        match self {
            Part::Schedule(name, _) => Hello { schedules: only(name), ..hello },
            Part::Clip(name, _) => Hello { clips: only(name), ..hello },
            Part::Init(name, _) => Hello { inits: only(name), ..hello },
        }
    }

    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
        Err(Error::new(format!("no optimizer '{}'", order.optimizer)))
    }

    fn schedule(&self, _: &str, hyper: &Hyper, steps: usize) -> Result<Vec<f64>> {
        match self {
            Part::Schedule(_, rates) => Ok(rates(&Given(hyper), steps)),
            _ => Err(Error::new("no schedule")),
        }
    }

    fn clip(&self, _: &str, limit: f64, grads: &[Tensor], dtype: Dtype) -> Result<(Vec<Tensor>, Option<f64>)> {
        match self {
            Part::Clip(_, clip) => Ok(clip(limit, grads, dtype)),
            _ => Err(Error::new("no clip")),
        }
    }

    fn init(&self, _: &str, shape: &[u64], seed: u64, dtype: Dtype) -> Result<Tensor> {
        match self {
            Part::Init(_, init) => Ok(Tensor::new(shape.to_vec(), init(shape, seed))?.rounded(dtype)),
            _ => Err(Error::new("no init")),
        }
    }
}
