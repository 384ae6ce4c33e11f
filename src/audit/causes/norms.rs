//! Norms of other numbers, or without their exception at zero.

use super::detour::Hypothesis;
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Rational, Root};
use crate::optimizers::{Algorithm, Scope, TrustRatio, ZeroNorm};

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
    changes.into_iter().filter_map(changed).collect()
}
