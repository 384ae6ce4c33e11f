//! An implementation in a process of its own, behind the audit protocol (docs/audit-protocol.md).
//!
//! What goes wrong there is an [`Error`] of one line that names the request. It ends the process, and every later request has the same
//! error. Only where an adapter says itself that it cannot answer does it live on.

mod form;
mod process;
mod remote;
mod reply;

use super::header::Dtype;
use super::implementation::{Capability, Hello, Hyper, Implementation, Order, Running, lacks};
use super::request::{PROTOCOL, Request};
use super::tensor::Tensor;
use crate::{Error, Result};
use form::Form;
use process::{Process, Wrong, shown};
use remote::Remote;
use reply::{Clipped, Done, Drawn, Failure, Greeting, Made, Rates, read};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

#[cfg(not(unix))]
compile_error!("the feature `adapters` needs Unix: pipes that are polled, and process groups");

/// The most that is read of one reply, in bytes.
const MOST: usize = 64 << 20;
/// What a reply may take besides its tensors: field names, hyper-parameters, the text of an error.
const MARGIN: usize = 1 << 16;
/// The greeting lists everything that is offered.
const GREETING: usize = 1 << 20;

/// How long an adapter may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For its first reply: it may have to import a large framework.
    pub hello: Duration,
    /// For every other reply.
    pub reply: Duration,
    /// From its start to its end.
    pub total: Duration,
    /// For its exit after `bye`.
    pub exit: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let [hello, reply, total, exit] = [120, 30, 600, 5].map(Duration::from_secs);
        Timeouts { hello, reply, total, exit }
    }
}

/// An adapter: a child process that answers the requests of the audit protocol. It ends with this value, and so do its own children.
#[derive(Debug)]
pub struct Adapter {
    command: String,
    timeouts: Timeouts,
    end: Instant,
    hello: Hello,
    line: RefCell<Line>,
    optimizers: Cell<u64>,
}

/// The line to the process.
#[derive(Debug)]
struct Line {
    process: Process,
    requests: u64,
    /// The first fault, after which there is no process any more.
    fault: Option<Error>,
}

impl Adapter {
    /// Starts a program, with its arguments, and waits for its greeting.
    ///
    /// # Errors
    /// If it cannot be started, or does not greet as the protocol has it.
    pub fn spawn(command: &[String], timeouts: Timeouts) -> Result<Self> {
        let line = Line { process: Process::spawn(command)?, requests: 0, fault: None };
        let command = shown(&command.join(" "), 120);
        let end = Instant::now() + timeouts.total;
        let (line, optimizers) = (RefCell::new(line), Cell::new(0));
        let mut adapter = Adapter { command, timeouts, end, hello: Hello::default(), line, optimizers };
        adapter.hello = adapter.ask(&Request::Hello { protocol: PROTOCOL }, GREETING, Greeting::checked)?;
        Ok(adapter)
    }

    /// Sends a request, reads the reply, of at most so many bytes, and checks what it says.
    fn ask<T: DeserializeOwned, R>(
        &self,
        request: &Request<'_>,
        most: usize,
        check: impl FnOnce(T) -> std::result::Result<R, Wrong>,
    ) -> Result<R> {
        let line = &mut *self.line.borrow_mut();
        if let Some(fault) = &line.fault {
            return Err(fault.clone());
        }
        line.requests += 1;
        let reply = self.exchange(&mut line.process, request, most).map_err(Failure::Broken);
        let answer = reply.and_then(|reply| read(&reply)).and_then(|fields| check(fields).map_err(Failure::Broken));
        answer.map_err(|failure| {
            let place = format!("the adapter '{}' failed at request {} ({})", self.command, line.requests, request.op());
            match failure {
                Failure::Refused(why) => Error::new(format!("{place}: it answered '{why}'")),
                Failure::Broken(what) => {
                    line.process.end();
                    let last_words = match line.process.last_words() {
                        words if words.is_empty() => "its standard error is empty".into(),
                        words => format!("its standard error ends with: {words}"),
                    };
                    let fault = Error::new(format!("{place}: {what}; {last_words}"));
                    line.fault.insert(fault).clone()
                }
            }
        })
    }

    fn exchange(&self, process: &mut Process, request: &Request<'_>, most: usize) -> std::result::Result<Vec<u8>, Wrong> {
        let mut text = serde_json::to_vec(request).map_err(|error| error.to_string())?;
        text.push(b'\n');
        let reply = match request {
            Request::Hello { .. } => self.timeouts.hello.max(self.timeouts.reply),
            _ => self.timeouts.reply,
        };
        let reply = process.exchange(&text, most.min(MOST), self.end.min(Instant::now() + reply)).map_err(|wrong| {
            match Instant::now() < self.end {
                true => wrong,
                false => format!("{wrong} (the {:?} for the whole audit are over)", self.timeouts.total),
            }
        })?;
        if let Request::Bye = request {
            process.farewell(self.end.min(Instant::now() + self.timeouts.exit))?;
        }
        Ok(reply)
    }

    fn needs(&self, capability: Capability) -> Result<()> {
        match self.hello.can(capability) {
            true => Ok(()),
            false => Err(lacks(&format!("the capability {}", serde_json::json!(capability)))),
        }
    }
}

impl Implementation for Adapter {
    fn hello(&self) -> Hello {
        self.hello.clone()
    }

    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
        let Order { optimizer, hyper, dtype, params, groups } = order;
        if !groups.is_empty() {
            self.needs(Capability::Groups)?;
        }
        self.optimizers.set(self.optimizers.get() + 1);
        let id = self.optimizers.get().to_string();
        let request = Request::New {
            id: (&id).into(),
            optimizer: optimizer.into(),
            hyper: Cow::Borrowed(hyper),
            dtype: *dtype,
            params: params.into(),
            groups: groups.into(),
        };
        let hyper = self.ask(&request, MARGIN, |made: Made| made.checked(hyper))?;
        let shapes = params.iter().map(|tensor| tensor.shape.clone()).collect();
        Ok(Box::new(Remote { adapter: self, id, hyper, shapes, dtype: *dtype }))
    }

    fn schedule(&self, name: &str, hyper: &Hyper, steps: usize) -> Result<Vec<f64>> {
        let rates = Form { shapes: &[vec![steps as u64]], dtype: Dtype::F64 };
        let request = Request::Schedule { name: name.into(), hyper: Cow::Borrowed(hyper), steps };
        self.ask(&request, MARGIN.saturating_add(rates.bytes()), |found: Rates| found.checked(steps))
    }

    fn clip(&self, kind: &str, limit: f64, grads: &[Tensor], dtype: Dtype) -> Result<(Vec<Tensor>, Option<f64>)> {
        let shapes: Vec<Vec<u64>> = grads.iter().map(|tensor| tensor.shape.clone()).collect();
        let form = Form { shapes: &shapes, dtype };
        let request = Request::Clip { kind: kind.into(), limit, grads: grads.into(), dtype };
        self.ask(&request, MARGIN.saturating_add(form.bytes()), |clipped: Clipped| clipped.checked(&form))
    }

    fn init(&self, kind: &str, shape: &[u64], seed: u64, dtype: Dtype) -> Result<Tensor> {
        let form = Form { shapes: &[shape.to_vec()], dtype };
        let request = Request::Init { kind: kind.into(), shape: shape.into(), seed, dtype };
        self.ask(&request, MARGIN.saturating_add(form.bytes()), |drawn: Drawn| drawn.checked(&form))
    }

    fn bye(&self) -> Result<()> {
        self.ask(&Request::Bye, MARGIN, |Done {}| Ok(()))?;
        let line = &mut *self.line.borrow_mut();
        line.process.end();
        line.fault = Some(Error::new(format!("the adapter '{}' has ended: 'bye' was said", self.command)));
        Ok(())
    }
}
