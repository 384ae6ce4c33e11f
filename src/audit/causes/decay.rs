//! A weight decay that is there, but not once, or not in its direction.

use super::detour::{Call, Hypothesis};
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Rational, Real, Root};
use crate::optimizers::{Algorithm, Coupling, Decay, Form, Method, Scaling};

pub(super) fn hypotheses<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Vec<Hypothesis<N>>
where
    N::Wide: Root,
{
    let Some(decay) = &candidate.method.decay else { return vec![] };
    let tensors = trace.tensors(&trace.params[0]).len() as i64;
    let method = &candidate.method;
    let wrong_sign = strength(method, decay, -decay.strength.clone());
    let mut all = vec![
        Hypothesis::new("a decay of the wrong sign, which lets parameters grow", &wrong_sign, |call| {
            call.optimizer.step(call.parameters, call.gradients);
        }),
        repeated("a decay that is applied twice", method, decay, 2),
        repeated("a decay that is applied once for each tensor", method, decay, tensors),
        without_the_last(method),
    ];
    all.extend(in_the_velocity_only(method, decay));
    all
}

/// The decay of all elements of a tensor but one.
fn without_the_last<N: Bounded>(method: &Method) -> Hypothesis<N>
where
    N::Wide: Root,
{
    let mut bare = Method { decay: None, ..method.clone() }.build::<N>();
    Hypothesis::new("a decay that leaves out the last element of each tensor", method, move |call: Call<N>| {
        let mut without = call.parameters.to_vec();
        bare.set_step_size(call.rate.clone());
        bare.step(&mut without, call.gradients);
        call.optimizer.step(call.parameters, call.gradients);
        for (tensor, without) in call.parameters.iter_mut().zip(without) {
            if let (Some(last), Some(bare)) = (tensor.last_mut(), without.last()) {
                last.clone_from(bare);
            }
        }
    })
}

/// `x ← x - η (g + β v)` with the decay in `v`, and the bare gradient beside it.
fn in_the_velocity_only<N: Bounded>(method: &Method, decay: &Decay<Rational>) -> Option<Hypothesis<N>>
where
    N::Wide: Root,
{
    let corrects = matches!(&method.algorithm, Algorithm::Nesterov(rule) if rule.form == Form::Corrected);
    (corrects && decay.coupling == Coupling::Gradient).then(|| {
        let decay = N::Wide::of(&decay.strength);
        Hypothesis::new("a decay that is in the velocity, and not in the gradient beside it", method, move |call: Call<N>| {
            let before = call.parameters.to_vec();
            call.optimizer.step(call.parameters, call.gradients);
            let back = N::narrow(&(decay.clone() * call.rate));
            let updated = call.parameters.iter_mut().zip(before).zip(call.gradients).filter(|(_, gradient)| gradient.is_some());
            for ((tensor, before), _) in updated {
                tensor.iter_mut().zip(before).for_each(|(x, before)| *x = x.clone() + before * &back);
            }
        })
    })
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
