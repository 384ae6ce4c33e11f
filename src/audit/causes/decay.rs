//! A weight decay that is there, but not once, or not in its direction.

use super::detour::{Call, Hypothesis};
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Rational, Real, Root};
use crate::optimizers::{Coupling, Decay, Method, Scaling};

pub(super) fn hypotheses<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Vec<Hypothesis<N>>
where
    N::Wide: Root,
{
    let Some(decay) = &candidate.method.decay else { return vec![] };
    let tensors = trace.tensors(&trace.params[0]).len() as i64;
    let wrong_sign = strength(&candidate.method, decay, -decay.strength.clone());
    vec![
        Hypothesis::new("a decay of the wrong sign, which lets parameters grow", &wrong_sign, |call| {
            call.optimizer.step(call.parameters, call.gradients);
        }),
        repeated("a decay that is applied twice", &candidate.method, decay, 2),
        repeated("a decay that is applied once for each tensor", &candidate.method, decay, tensors),
    ]
}

fn strength(method: &Method, decay: &Decay<Rational>, strength: Rational) -> Method {
    Method { decay: Some(Decay { strength, ..decay.clone() }), ..method.clone() }
}

/// The decay so many times.
fn repeated<N: Bounded>(words: &str, method: &Method, decay: &Decay<Rational>, times: i64) -> Hypothesis<N>
where
    N::Wide: Root,
{
    let Coupling::Parameter(Scaling::StepSize, _) = decay.coupling else {
        let method = strength(method, decay, decay.strength.clone() * Rational::from(times));
        return Hypothesis::new(words, &method, |call| call.optimizer.step(call.parameters, call.gradients));
    };
    let decay = N::Wide::of(&decay.strength);
    Hypothesis::new(words, method, move |call: Call<N>| {
        let kept = N::narrow(&(N::Wide::one() - decay.clone() * call.rate));
        for (tensor, _) in call.parameters.iter_mut().zip(call.gradients).filter(|(_, gradient)| gradient.is_some()) {
            for x in tensor {
                (1..times).for_each(|_| *x = x.clone() * &kept);
            }
        }
        call.optimizer.step(call.parameters, call.gradients);
    })
}
