//! The implementation under audit as a subject of theorems.
//!
//! Every optimizer has the reference at its side: it says where the method wants its gradient, and before the implementation is asked
//! for anything it plays the whole claim once, which tells what the claim takes. What the protocol has no request for, and more steps
//! than are left, end the claim ([`exit`]).

use super::exit::{Exit, exit};
use super::line::{Call, Remote, answer};
use super::repertoire::{Part, Repertoire};
use crate::audit::implementation::{Capability, Implementation};
use crate::audit::in_process::Element;
use crate::audit::tensor::Tensor;
use crate::evidence::Evidence;
use crate::lab::Lab;
use crate::number::{Rational, Root};
use crate::optimizers::{Method, Optimizer, Saved};
use crate::subject::{NotOffered, Subject};
use crate::theorem::Claim;
use crate::training::{Accumulation, Sampler, Sampling};
use crate::{Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// A claim that was run.
pub(super) struct Played {
    /// What it found, or what ended it before.
    pub(super) found: std::result::Result<Evidence, String>,
    /// Whether it asked for an optimizer, offered or not.
    pub(super) asked: bool,
    /// Optimizers that it took.
    pub(super) optimizers: usize,
    /// Steps that they made.
    pub(super) steps: usize,
}

/// Runs a claim with the reference in the implementation's place, up to so many steps.
pub(super) fn rehearse(repertoire: &Repertoire, claim: &Claim, lab: &Lab, limit: usize) -> Played {
    play(&Acting::new(repertoire, limit, None), claim, lab)
}

/// Runs a claim on the implementation, up to so many steps.
///
/// # Errors
/// If the implementation fails.
pub(super) fn perform(
    subject: &dyn Implementation,
    repertoire: &Repertoire,
    claim: &Claim,
    lab: &Lab,
    limit: usize,
) -> Result<Played> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.map_err(|error| Error::new(format!("no thread for a theorem: {error}")))?;
    let (line, calls) = channel();
    let mut played = None;
    pool.in_place_scope(|scope| {
        let played = &mut played;
        scope.spawn(move |_| *played = Some(play(&Acting::new(repertoire, limit, Some(line)), claim, lab)));
        answer(subject, calls)
    })?;
    played.ok_or_else(|| Error::new("a theorem's thread ended without a result"))
}

fn play(acting: &Acting, claim: &Claim, lab: &Lab) -> Played {
    let found = catch_unwind(AssertUnwindSafe(|| claim.run(lab, acting))).or_else(|thrown| match thrown.downcast::<Exit>() {
        Ok(exit) => Err(exit.0),
        Err(_) => Ok(Evidence::Invalid { reason: "the experiment cannot be made with such numbers".into() }),
    });
    let [optimizers, steps] = [&acting.optimizers, &*acting.steps].map(|count| count.load(Ordering::Relaxed));
    Played { found, asked: acting.asked.load(Ordering::Relaxed), optimizers, steps }
}

/// The subject.
#[derive(Debug)]
struct Acting<'a> {
    repertoire: &'a Repertoire<'a>,
    limit: usize,
    steps: Arc<AtomicUsize>,
    asked: AtomicBool,
    optimizers: AtomicUsize,
    /// The last method that was asked for, as trials ask for the same one again and again.
    last: Mutex<Option<(Method, Part)>>,
    /// To the implementation; none in a rehearsal.
    line: Option<Sender<Call>>,
}

impl<'a> Acting<'a> {
    fn new(repertoire: &'a Repertoire<'a>, limit: usize, line: Option<Sender<Call>>) -> Self {
        let (steps, asked, optimizers, last) = Default::default();
        Acting { repertoire, limit, steps, asked, optimizers, last, line }
    }

    fn part(&self, method: &Method) -> std::result::Result<Part, NotOffered> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, part)) = last.as_ref().filter(|(known, _)| known == method) {
            return Ok(part.clone());
        }
        let part = self.repertoire.part(method)?;
        *last = Some((method.clone(), part.clone()));
        Ok(part)
    }

    fn optimizer<P: Root<Wide = f64> + Element>(
        &self,
        method: &Method,
    ) -> std::result::Result<Box<dyn Optimizer<P>>, NotOffered> {
        self.asked.store(true, Ordering::Relaxed);
        if P::DTYPE != self.repertoire.dtype {
            return Err(NotOffered(format!("this audit is in {}", self.repertoire.dtype.word())));
        }
        let Part { order, at_a_constant_rate } = self.part(method)?;
        let id = self.optimizers.fetch_add(1, Ordering::Relaxed);
        let remote = self.line.clone().map(|line| Remote::new(line, id, order));
        let rate_changes = !at_a_constant_rate && self.repertoire.hello.can(Capability::SetLr);
        let (limit, steps) = (self.limit, self.steps.clone());
        Ok(Box::new(Actor { reference: method.build(), limit, steps, rate_changes, remote }))
    }
}

impl Subject for Acting<'_> {
    fn name(&self) -> &str {
        &self.repertoire.hello.framework
    }

    fn double(&self, method: &Method) -> std::result::Result<Box<dyn Optimizer<f64>>, NotOffered> {
        self.optimizer(method)
    }

    fn single(&self, method: &Method) -> std::result::Result<Box<dyn Optimizer<f32>>, NotOffered> {
        self.optimizer(method)
    }

    fn exact(&self, _method: &Method) -> std::result::Result<Box<dyn Optimizer<Rational>>, NotOffered> {
        self.asked.store(true, Ordering::Relaxed);
        Err(NotOffered("an implementation under audit computes in floats".into()))
    }

    fn sampler(&self, _sampling: Sampling) -> Sampler {
        exit("it draws batches, which an optimizer does not")
    }

    fn accumulation(&self, _accumulation: Accumulation) -> Accumulation {
        exit("it joins batches, which an optimizer does not")
    }
}

/// An optimizer of the subject.
struct Actor<P> {
    reference: Box<dyn Optimizer<P>>,
    limit: usize,
    steps: Arc<AtomicUsize>,
    /// Whether its learning rate may change.
    rate_changes: bool,
    remote: Option<Remote>,
}

fn tensors<'a, P: Element>(rows: impl IntoIterator<Item = &'a [P]>) -> Vec<Tensor> {
    rows.into_iter().map(|row| Tensor::vector(row.iter().map(|x| x.number()).collect())).collect()
}

impl<P: Root<Wide = f64> + Element> Optimizer<P> for Actor<P> {
    fn probe(&self, parameters: &[Vec<P>]) -> Vec<Vec<P>> {
        self.reference.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<P>], gradients: &[Option<&[P]>]) {
        let within =
            self.steps.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |steps| (steps < self.limit).then_some(steps + 1));
        if within.is_err() {
            exit("it takes more steps than an implementation in another process is asked for");
        }
        let Some(given) = gradients.iter().copied().collect::<Option<Vec<&[P]>>>() else {
            exit("it leaves gradients out, which every implementation counts in its own way")
        };
        let before = tensors(parameters.iter().map(Vec::as_slice));
        self.reference.step(parameters, gradients);
        if let Some(remote) = &mut self.remote {
            let after = remote.step(before, tensors(given));
            for (x, tensor) in parameters.iter_mut().zip(after) {
                *x = tensor.data.iter().map(|x| Element::of(*x)).collect();
            }
        }
    }

    fn set_step_size(&mut self, step_size: f64) {
        if !self.rate_changes {
            exit("it changes the learning rate, which this implementation does not offer for the method");
        }
        self.reference.set_step_size(step_size);
        if let Some(remote) = &mut self.remote {
            remote.rate = Some(step_size);
        }
    }

    fn save(&self) -> Saved<P> {
        exit("it looks into the optimizer's state")
    }

    fn load(&mut self, _saved: Saved<P>) {
        exit("it sets the optimizer's state")
    }
}
