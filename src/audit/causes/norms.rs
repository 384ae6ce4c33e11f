//! Norms of other numbers, without their exception at zero, or cut where nobody asked for it.

use super::detour::{Call, Hypothesis, Seen};
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Rational, Root, rational};
use crate::optimizers::{Algorithm, Method, Scope, TrustRatio, ZeroNorm};
use crate::training::{Clipping, NormClipping};

/// What is changed in a trust ratio.
type Change = fn(&mut TrustRatio<Rational>);

pub(super) fn hypotheses<N: Bounded>(_trace: &Trace, candidate: &Candidate) -> Vec<Hypothesis<N>>
where
    N::Wide: Root,
{
    let changes: [(&str, Change); 2] = [
        ("a trust ratio of 0 where the norm is, so that a tensor of zeros never moves", |trust| {
            trust.zero_norm = ZeroNorm::Literal;
        }),
        ("norms over all tensors", |trust| trust.scope = Scope::All),
    ];
    let changed = |(words, change): (&str, Change)| {
        let mut method = candidate.method.clone();
        match &mut method.algorithm {
            Algorithm::Lamb(rule) => change(&mut rule.trust),
            Algorithm::Lars(rule) => change(&mut rule.trust),
            _ => return None,
        }
        Some(Hypothesis::new(words, &method, |call| call.optimizer.step(call.parameters, call.gradients)))
    };
    let cuts = CUTS.iter().flat_map(|limit| [Scope::Tensor, Scope::All].map(|scope| cut(&candidate.method, limit, scope)));
    changes.into_iter().filter_map(changed).chain(cuts).collect()
}

/// Limits that libraries and scripts have by default.
const CUTS: [(i64, u64); 4] = [(1, 1), (5, 1), (10, 1), (1, 2)];

/// Gradients, with a coupled decay, whose norm is cut.
fn cut<N: Bounded>(method: &Method, (top, bottom): &(i64, u64), scope: Scope) -> Hypothesis<N>
where
    N::Wide: Root,
{
    let limit = rational(*top, *bottom);
    let whose = if scope == Scope::All { "over all tensors" } else { "of each tensor" };
    let words = format!("gradients whose norm {whose} is cut to {limit}");
    let clipping = Clipping::Norm(NormClipping { scope, ..NormClipping::new(limit) });
    let seen = Seen::by(method);
    Hypothesis::new(words, &seen.rest(method), move |call: Call<N>| {
        let taken = |(x, g): (&N, &N)| seen.at(x, g);
        let there = call.parameters.iter().zip(call.gradients).filter_map(|(tensor, gradient)| Some((tensor, (*gradient)?)));
        let mut clipped: Vec<Vec<N>> = there.map(|(tensor, gradient)| tensor.iter().zip(gradient).map(taken).collect()).collect();
        clipping.clip(&mut clipped);
        let mut clipped = clipped.iter();
        let given: Vec<Option<&[N]>> =
            call.gradients.iter().map(|gradient| gradient.and_then(|_| clipped.next()).map(Vec::as_slice)).collect();
        call.optimizer.step(call.parameters, &given);
    })
}
