//! burn's L-BFGS. It evaluates the objective itself: it works in a thread of its own, and waits there for every value.
//!
//! It makes one iteration a step and never stops early, so that every move can be held against its formula.

use super::module::{Parameter, registered, shaped};
use super::{caught, optimizers, settled};
use crate::settings::Read;
use burn::optim::{LBFGS, LBFGSConfig};
use burn::tensor::Bytes;
use gradproof::audit::{Answer, Dtype, Hyper, Order, Running, Setting, Tensor};
use gradproof::{Error, Result};
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The near side of the thread.
pub struct Lbfgs {
    hyper: Hyper,
    shapes: Vec<Vec<u64>>,
    told: Sender<Told>,
    said: Receiver<Result<Said>>,
    /// It has asked for the objective.
    waits: bool,
}

/// What the optimizer is told.
enum Told {
    Step(f64),
    Value(f64, Vec<Tensor>),
    Save,
    Load(usize, Vec<u8>),
}

/// What the optimizer says.
enum Said {
    Evaluate(Vec<Vec<f64>>),
    Moved(Vec<Vec<f64>>),
    Saved(Vec<u8>),
    Loaded,
}

impl Lbfgs {
    /// A fresh optimizer.
    pub fn new(order: &Order) -> Result<Self> {
        if !order.groups.is_empty() {
            return Err(Error::new("burn's L-BFGS has no groups"));
        }
        let hyper = settled(optimizers::ALL, &order.optimizer, &order.hyper)?;
        let optimizer = fresh(hyper.count("history")?);
        let module = Parameter::all(&order.params, order.dtype)?;
        let ((told, hears), (says, said)) = (channel(), channel());
        let dtype = order.dtype;
        std::thread::spawn(move || work(optimizer, module, dtype, &hears, &says));
        let shapes = order.params.iter().map(|tensor| tensor.shape.clone()).collect();
        Ok(Lbfgs { hyper, shapes, told, said, waits: false })
    }

    fn tell(&mut self, what: Told) -> Result<Said> {
        if self.waits != matches!(what, Told::Value(..)) {
            let wanted = if self.waits { "the objective and nothing else" } else { "no objective" };
            return Err(Error::new(format!("burn's L-BFGS waits for {wanted}")));
        }
        let gone = || Error::new("burn panicked in an earlier step, and the parameters are gone");
        self.told.send(what).map_err(|_| gone())?;
        let said = self.said.recv().map_err(|_| gone())?;
        self.waits = matches!(said, Ok(Said::Evaluate(_)));
        said
    }

    fn answer(&mut self, what: Told) -> Result<Answer> {
        match self.tell(what)? {
            Said::Evaluate(points) => Ok(Answer::Evaluate(shaped(&self.shapes, points)?)),
            Said::Moved(params) => Ok(Answer::Moved { params: shaped(&self.shapes, params)?, grads: None }),
            Said::Saved(_) | Said::Loaded => unreachable!("a step is answered by parameters"),
        }
    }
}

impl Running for Lbfgs {
    fn hyper(&self) -> Hyper {
        self.hyper.clone()
    }

    fn step(&mut self, _: &[Option<Tensor>]) -> Result<Answer> {
        let lr = self.hyper.number("lr")?;
        self.answer(Told::Step(lr))
    }

    fn value(&mut self, loss: f64, gradients: &[Tensor]) -> Result<Answer> {
        self.answer(Told::Value(loss, gradients.to_vec()))
    }

    fn set_lr(&mut self, lr: f64) -> Result<()> {
        self.hyper.insert("lr".into(), Setting::Number(lr));
        Ok(())
    }

    fn save(&mut self) -> Result<String> {
        let Said::Saved(record) = self.tell(Told::Save)? else { unreachable!("a record is what was asked for") };
        serde_json::to_string(&(&self.hyper, record)).map_err(|error| Error::new(error.to_string()))
    }

    fn load(&mut self, state: &str) -> Result<()> {
        let (hyper, record): (Hyper, Vec<u8>) = serde_json::from_str(state).map_err(|error| Error::new(error.to_string()))?;
        self.tell(Told::Load(hyper.count("history")?, record))?;
        self.hyper = hyper;
        Ok(())
    }
}

fn fresh(history: usize) -> LBFGS {
    let config = LBFGSConfig::new().with_max_iter(1).with_history_size(history);
    config.with_tolerance_grad(0.0).with_tolerance_change(0.0).init()
}

/// The far side of the thread: it ends when nobody speaks to it any more, or after a panic.
fn work(mut optimizer: LBFGS, mut module: Vec<Parameter>, dtype: Dtype, told: &Receiver<Told>, said: &Sender<Result<Said>>) {
    let numbers = |module: &[Parameter]| module.iter().map(Parameter::numbers).collect();
    while let Ok(what) = told.recv() {
        let reply = match what {
            Told::Step(lr) => {
                let objective = |point: Vec<Parameter>| {
                    let asked = said.send(Ok(Said::Evaluate(numbers(&point))));
                    match asked.ok().and_then(|()| told.recv().ok()) {
                        Some(Told::Value(loss, gradients)) => (loss, registered(&point, gradients.iter().map(Some), dtype)),
                        _ => resume_unwind(Box::new("the objective was never told")),
                    }
                };
                let before = std::mem::take(&mut module);
                caught(|| optimizer.step(lr, before, objective)).map(|(after, _)| {
                    module = after;
                    Said::Moved(numbers(&module))
                })
            }
            Told::Save => optimizer.into_bytes().map(|record| Said::Saved(record.to_vec())).map_err(|error| refused(&error)),
            Told::Load(history, record) => {
                let loaded = caught(|| fresh(history).from_bytes(Bytes::from_bytes_vec(record)));
                loaded.and_then(|loaded| loaded.map_err(|error| refused(&error))).map(|loaded| {
                    optimizer = loaded;
                    Said::Loaded
                })
            }
            Told::Value(..) => unreachable!("values are told when they are asked for"),
        };
        let over = reply.is_err();
        if said.send(reply).is_err() || over {
            break;
        }
    }
}

fn refused(error: &impl std::fmt::Display) -> Error {
    Error::new(format!("burn's L-BFGS cannot save or load: {error}"))
}
