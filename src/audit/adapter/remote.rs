//! An optimizer in the process of an adapter.

use super::super::header::Dtype;
use super::super::implementation::{Answer, Capability, Hyper, Running};
use super::super::request::Request;
use super::super::tensor::Tensor;
use super::form::Form;
use super::reply::{Done, Moved, Ran, Saved};
use super::{Adapter, MARGIN, MOST};
use crate::Result;

/// What the replies to one `run` may take, so that a long one is asked for in parts.
const PART: usize = 8 << 20;

/// An optimizer in the process.
pub(super) struct Remote<'a> {
    pub(super) adapter: &'a Adapter,
    pub(super) id: String,
    pub(super) hyper: Hyper,
    pub(super) shapes: Vec<Vec<u64>>,
    pub(super) dtype: Dtype,
}

impl Remote<'_> {
    fn form(&self) -> Form<'_> {
        Form { shapes: &self.shapes, dtype: self.dtype }
    }

    /// A request that is answered by parameters, and perhaps gradients, or by the points where the objective is wanted.
    fn move_on(&self, request: &Request<'_>) -> Result<Answer> {
        let (form, hello) = (self.form(), &self.adapter.hello);
        let most = form.bytes().saturating_mul(2).saturating_add(MARGIN);
        self.adapter.ask(request, most, |moved: Moved| moved.checked(&form, hello))
    }
}

impl Running for Remote<'_> {
    fn hyper(&self) -> Hyper {
        self.hyper.clone()
    }

    fn step(&mut self, grads: &[Option<Tensor>]) -> Result<Answer> {
        if grads.iter().any(Option::is_none) {
            self.adapter.needs(Capability::MissingGrad)?;
        }
        self.move_on(&Request::Step { id: (&self.id).into(), grads: grads.into() })
    }

    fn value(&mut self, loss: f64, grads: &[Tensor]) -> Result<Answer> {
        self.adapter.needs(Capability::Closure)?;
        self.move_on(&Request::Value { id: (&self.id).into(), loss, grads: grads.into() })
    }

    fn run(&mut self, grads: &[Vec<Tensor>]) -> Result<Vec<Vec<Tensor>>> {
        self.adapter.needs(Capability::Run)?;
        let form = self.form();
        let steps = (PART / form.bytes().max(1)).max(1);
        let mut rows = Vec::with_capacity(grads.len());
        for grads in grads.chunks(steps) {
            let most = form.bytes().saturating_mul(grads.len()).saturating_add(MARGIN);
            let request = Request::Run { id: (&self.id).into(), grads: grads.into() };
            rows.extend(self.adapter.ask(&request, most, |ran: Ran| ran.checked(&form, grads.len()))?);
        }
        Ok(rows)
    }

    fn set_lr(&mut self, lr: f64) -> Result<()> {
        self.adapter.needs(Capability::SetLr)?;
        self.adapter.ask(&Request::SetLr { id: (&self.id).into(), lr }, MARGIN, |Done {}| Ok(()))
    }

    fn save(&mut self) -> Result<String> {
        self.adapter.needs(Capability::State)?;
        self.adapter.ask(&Request::Save { id: (&self.id).into() }, MOST, |saved: Saved| Ok(saved.state))
    }

    fn load(&mut self, state: &str) -> Result<()> {
        self.adapter.needs(Capability::State)?;
        self.adapter.ask(&Request::Load { id: (&self.id).into(), state: state.into() }, MARGIN, |Done {}| Ok(()))
    }
}

impl Drop for Remote<'_> {
    /// A fault here is told by the next request.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = self.adapter.ask(&Request::Drop { id: (&self.id).into() }, MARGIN, |Done {}| Ok(()));
        }
    }
}
