//! Any implementation behind the audit protocol, so that a Rust program is an adapter in three lines.

use super::implementation::{Answer, Implementation, Order, Running};
use super::request::{PROTOCOL, Request};
use super::tensor::Spelled;
use crate::{Error, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};

/// Answers the requests that come, one a line, until `bye` or their end.
///
/// What the implementation refuses is answered with its error; the next request may be another.
///
/// ```no_run
/// use gradproof::audit::{InProcess, serve};
///
/// fn main() -> gradproof::Result<()> {
///     let descent = InProcess::new("sgd", &[("lr", 0.1)], |hyper, _: &[Vec<f32>]| {
///         let lr = hyper("lr") as f32;
///         move |parameters: &mut [Vec<f32>], gradients: &[Vec<f32>]| {
///             let pairs = parameters.iter_mut().flatten().zip(gradients.iter().flatten());
///             pairs.for_each(|(x, g)| *x -= lr * g);
///         }
///     });
///     serve(&descent, std::io::stdin().lock(), std::io::stdout())
/// }
/// ```
///
/// # Errors
/// If requests cannot be read, or replies not be written.
pub fn serve(implementation: &dyn Implementation, requests: impl BufRead, mut replies: impl Write) -> Result<()> {
    let mut desk = Desk { implementation, running: BTreeMap::new() };
    for line in requests.lines() {
        let line = line.map_err(|error| Error::new(format!("cannot read a request: {error}")))?;
        let request = serde_json::from_str(&line).map_err(|error| Error::new(format!("this is no request: {error}")));
        let last = matches!(request, Ok(Request::Bye));
        let mut reply = match request.and_then(|request| desk.answer(request)) {
            Ok(fields) => fields,
            Err(error) => json!({ "error": error.to_string() }),
        };
        reply["ok"] = json!(reply.get("error").is_none());
        let sent = writeln!(replies, "{reply}").and_then(|()| replies.flush());
        sent.map_err(|error| Error::new(format!("cannot write a reply: {error}")))?;
        if last {
            break;
        }
    }
    Ok(())
}

/// The implementation and what it has started.
struct Desk<'a> {
    implementation: &'a dyn Implementation,
    running: BTreeMap<String, Box<dyn Running + 'a>>,
}

impl Desk<'_> {
    /// The fields of the reply, besides `ok`.
    fn answer(&mut self, request: Request<'_>) -> Result<Value> {
        Ok(match request {
            Request::Hello { protocol: PROTOCOL } => {
                let mut hello = json!(self.implementation.hello());
                hello["protocol"] = json!(PROTOCOL);
                hello
            }
            Request::Hello { protocol } => return Err(Error::new(format!("protocol {protocol} is not spoken here"))),
            Request::New { id, optimizer, hyper, dtype, params, groups } => {
                let (optimizer, hyper) = (optimizer.into_owned(), hyper.into_owned());
                let order = Order { optimizer, hyper, dtype, params: params.into_owned(), groups: groups.into_owned() };
                let running = self.implementation.start(&order)?;
                let hyper = running.hyper();
                self.running.insert(id.into_owned(), running);
                json!({ "hyper": hyper })
            }
            Request::Step { id, grads } => moved(self.running(&id)?.step(&grads)?),
            Request::Run { id, grads } => json!({ "params": self.running(&id)?.run(&grads)? }),
            Request::Value { id, loss, grads } => moved(self.running(&id)?.value(loss, &grads)?),
            Request::SetLr { id, lr } => done(self.running(&id)?.set_lr(lr)?),
            Request::Save { id } => json!({ "state": self.running(&id)?.save()? }),
            Request::Load { id, state } => done(self.running(&id)?.load(&state)?),
            Request::Drop { id } => {
                self.running.remove(&*id);
                done(())
            }
            Request::Schedule { name, hyper, steps } => {
                let rates = self.implementation.schedule(&name, &hyper, steps)?;
                json!({ "lr": rates.into_iter().map(Spelled).collect::<Vec<_>>() })
            }
            Request::Clip { kind, limit, grads, dtype } => {
                let (grads, norm) = self.implementation.clip(&kind, limit, &grads, dtype)?;
                json!({ "grads": grads, "norm": norm.map(Spelled) })
            }
            Request::Init { kind, shape, seed, dtype } => {
                json!({ "tensor": self.implementation.init(&kind, &shape, seed, dtype)? })
            }
            Request::Bye => done(self.implementation.bye()?),
        })
    }

    fn running(&mut self, id: &str) -> Result<&mut (dyn Running + '_)> {
        match self.running.get_mut(id) {
            Some(running) => Ok(running.as_mut()),
            None => Err(Error::new(format!("there is no optimizer '{id}'"))),
        }
    }
}

fn moved(answer: Answer) -> Value {
    match answer {
        Answer::Moved { params, grads: None } => json!({ "params": params }),
        Answer::Moved { params, grads: Some(grads) } => json!({ "params": params, "grads": grads }),
        Answer::Evaluate(points) => json!({ "evaluate": points }),
    }
}

fn done((): ()) -> Value {
    json!({})
}
