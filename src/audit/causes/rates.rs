//! Another learning rate than the one in force.

use super::detour::{Call, Hypothesis};
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Real, Root};

/// The rate of a step from those up to it and the number of tensors.
type Rate<W> = fn(&[W], i64) -> W;

fn last<W: Real>(rates: &[W]) -> W {
    rates[rates.len() - 1].clone()
}

fn count<W: Real>(rates: &[W]) -> W {
    W::int(rates.len() as i64)
}

pub(super) fn hypotheses<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Vec<Hypothesis<N>>
where
    N::Wide: Root,
{
    let tensors = trace.tensors(&trace.params[0]).len() as i64;
    let all: [(&str, Rate<N::Wide>); 9] = [
        ("steps of the opposite sign", |rates, _| -last(rates)),
        ("parameters that do not move", |_, _| N::Wide::zero()),
        ("the learning rate of the first step, which is kept in all of them", |rates, _| rates[0].clone()),
        ("learning rates that come into force one step late", |rates, _| rates[rates.len().saturating_sub(2)].clone()),
        ("a learning rate of 1 in the first step", |rates, _| if rates.len() == 1 { N::Wide::one() } else { last(rates) }),
        ("steps times the number of the update", |rates, _| last(rates) * count(rates)),
        ("steps over the number of the update", |rates, _| last(rates) / count(rates)),
        ("a learning rate that is applied twice, as its square", |rates, _| last(rates) * last(rates)),
        ("steps times the number of tensors", |rates, tensors| last(rates) * N::Wide::int(tensors)),
    ];
    let hypothesis = |(words, rate): (&'static str, Rate<N::Wide>)| {
        let mut rates = vec![];
        Hypothesis::new(words, &candidate.method, move |call: Call<N>| {
            rates.push(call.rate.clone());
            call.optimizer.set_step_size(rate(&rates, tensors));
            call.optimizer.step(call.parameters, call.gradients);
        })
    };
    all.into_iter().map(hypothesis).collect()
}
