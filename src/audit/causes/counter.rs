//! A step counter that counts something else, or stops: in a format that cannot count as far as the trace goes, or at once.

use super::detour::Hypothesis;
use super::{Cause, narrower};
use crate::audit::conformance::Twin;
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Real, Root};
use crate::optimizers::{Counter, Method, Optimizer, Saved};
use std::borrow::Cow;

/// An optimizer whose counter of updates stays at `last` once it has reached it.
struct Frozen<R: Real> {
    inner: Box<dyn Optimizer<R>>,
    last: u64,
}

impl<R: Real> Optimizer<R> for Frozen<R> {
    fn probe(&self, parameters: &[Vec<R>]) -> Vec<Vec<R>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<R>], gradients: &[Option<&[R]>]) {
        let saved = self.inner.save();
        if saved.tensors.iter().flatten().any(|(updates, _)| *updates >= self.last) {
            let held = |(updates, slots): (u64, Vec<Vec<R>>)| (updates.min(self.last - 1), slots);
            let tensors = saved.tensors.into_iter().map(|tensor| tensor.map(held)).collect();
            self.inner.load(Saved { tensors, calls: saved.calls.min(self.last - 1), ..saved });
        }
        self.inner.step(parameters, gradients);
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.inner.set_step_size(step_size);
    }

    fn save(&self) -> Saved<R> {
        self.inner.save()
    }

    fn load(&mut self, saved: Saved<R>) {
        self.inner.load(saved);
    }
}

/// Whether the candidate fits with a counter of a narrower format.
pub(super) fn explains<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Option<Cause>
where
    N::Wide: Root,
{
    let stops = |format: &&super::narrow::Narrow| (format.last_count() as usize) < trace.steps();
    let found = narrower(trace.header.dtype).iter().filter(stops).find(|format| {
        let optimizer = Box::new(Frozen { inner: candidate.method.build::<N>(), last: format.last_count() });
        Twin::with(trace, optimizer, Cow::Borrowed(&trace.lr)).fits()
    })?;
    let words = format!("all of it is explained by a step counter in {}, which stays at {}", found.words(), found.last_count());
    Some(Cause { kind: "precision", ..Cause::formula(trace, words, candidate) })
}

/// Counters that are ahead, and one that stays at its first update.
pub(super) fn hypotheses<N: Bounded>(_trace: &Trace, candidate: &Candidate) -> Vec<Hypothesis<N>>
where
    N::Wide: Root,
{
    // A call without gradients counts where one counter is shared by all tensors.
    let shared = Method { counter: Counter::Shared, ..candidate.method.clone() };
    let ahead = |words: &str, skipped: fn(i64) -> bool| {
        Hypothesis::new(words, &shared, move |call| {
            if skipped(call.number) {
                call.optimizer.step(call.parameters, &vec![None; call.parameters.len()]);
            }
            call.optimizer.step(call.parameters, call.gradients);
        })
    };
    let first = Hypothesis::new("a step counter that stays at 1", &candidate.method, |call| {
        let mut saved = call.optimizer.save();
        saved.calls = 0;
        saved.tensors.iter_mut().flatten().for_each(|(updates, _)| *updates = 0);
        call.optimizer.load(saved);
        call.optimizer.step(call.parameters, call.gradients);
    });
    vec![
        first,
        ahead("a step counter that is one update ahead", |number| number == 1),
        ahead("a step counter that counts every update twice", |_| true),
    ]
}
