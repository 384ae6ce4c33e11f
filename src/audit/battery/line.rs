//! The line from a claim's thread to the thread that holds the implementation.
//!
//! A claim takes optimizers that it may send to other threads; an implementation may be a single line to a process. So the claim runs
//! on a thread of its own, one that is no other claim's or audit's, and its optimizers call the thread that holds the implementation.

use super::exit::exit;
use super::recording::{moved, row};
use super::same;
use crate::audit::implementation::{Implementation, Order, Running};
use crate::audit::tensor::Tensor;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};

/// An optimizer of the implementation, on the other end of the line.
pub(super) struct Remote {
    line: Sender<Call>,
    id: usize,
    order: Order,
    /// A learning rate that it has not been told yet.
    pub(super) rate: Option<f64>,
    /// Its parameters; none before its first step.
    params: Option<Vec<Tensor>>,
}

impl Remote {
    /// An optimizer that is yet to be made.
    pub(super) fn new(line: Sender<Call>, id: usize, order: Order) -> Self {
        Remote { line, id, order, rate: None, params: None }
    }

    /// A step from these parameters. They start it; from then on they are its own, and the protocol has no request that changes them.
    pub(super) fn step(&mut self, params: Vec<Tensor>, gradients: Vec<Tensor>) -> Vec<Tensor> {
        match &self.params {
            None => {
                let order = Order { params, ..self.order.clone() };
                self.ask(Wish::Start(order));
            }
            Some(own) if same(&row(own), &row(&params)) => {}
            Some(_) => exit("it moves the parameters between steps"),
        }
        if let Some(rate) = self.rate.take() {
            self.ask(Wish::Rate(rate));
        }
        let after = self.ask(Wish::Step(gradients.into_iter().map(Some).collect()));
        self.params = Some(after.clone());
        after
    }

    fn ask(&self, wish: Wish) -> Vec<Tensor> {
        let (answer, answers) = channel();
        let sent = self.line.send(Call { id: self.id, wish, answer });
        match (sent, answers.recv()) {
            (Ok(()), Ok(params)) => params,
            _ => exit("the implementation failed"),
        }
    }
}

impl Drop for Remote {
    /// Nobody waits for the answer, and nobody need be there to give it.
    fn drop(&mut self) {
        let _ = self.line.send(Call { id: self.id, wish: Wish::End, answer: channel().0 });
    }
}

/// What an optimizer asks of the implementation.
pub(super) struct Call {
    id: usize,
    wish: Wish,
    answer: Sender<Vec<Tensor>>,
}

enum Wish {
    Start(Order),
    Step(Vec<Option<Tensor>>),
    Rate(f64),
    End,
}

/// Answers calls until nobody is left who could make one, or the implementation fails: then the line goes dead.
pub(super) fn answer(subject: &dyn Implementation, calls: Receiver<Call>) -> Result<()> {
    let mut running: BTreeMap<usize, Box<dyn Running + '_>> = BTreeMap::new();
    for Call { id, wish, answer } in calls {
        let params = match (wish, running.get_mut(&id)) {
            (Wish::Start(order), _) => {
                running.insert(id, subject.start(&order)?);
                vec![]
            }
            (Wish::Step(gradients), Some(optimizer)) => {
                let params = moved(optimizer.step(&gradients)?)?;
                if !params.iter().map(|tensor| &tensor.shape).eq(gradients.iter().flatten().map(|tensor| &tensor.shape)) {
                    return Err(Error::new("the parameters came back from a step in other shapes"));
                }
                params
            }
            (Wish::Rate(rate), Some(optimizer)) => {
                optimizer.set_lr(rate)?;
                vec![]
            }
            _ => {
                running.remove(&id);
                vec![]
            }
        };
        // Who asked may have ended since.
        let _ = answer.send(params);
    }
    Ok(())
}
