//! A state that changes at another place of the step.

use super::detour::{Call, Hypothesis, Seen};
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Real, Root};
use crate::optimizers::{AdaGrad, Algorithm, Method, RmsProp, Saved};

/// The number of the last update of a tensor with its state, as it is saved.
type Kept<N> = Option<(u64, Vec<Vec<N>>)>;

pub(super) fn hypotheses<N: Bounded>(_trace: &Trace, candidate: &Candidate) -> Vec<Hypothesis<N>>
where
    N::Wide: Root,
{
    let method = &candidate.method;
    let twice = "a state that takes the gradient before the step is formed, and counts it there once more";
    let mut all = vec![Hypothesis::new(twice, method, updated_first)];
    all.extend(squares(method).map(|slot| multiplied(slot, method)));
    let starts_elsewhere = match &method.algorithm {
        Algorithm::RmsProp(RmsProp { initial_accumulator, .. }) | Algorithm::AdaGrad(AdaGrad { initial_accumulator, .. }) => {
            !initial_accumulator.is_zero()
        }
        _ => false,
    };
    if starts_elsewhere {
        let words = "a state that starts as zeros in tensors whose first gradient comes after the first step";
        all.push(Hypothesis::new(words, method, late_from_zero));
    }
    all
}

/// The place of the mean of squares in the state, where the search among formulas does not come.
fn squares(method: &Method) -> Option<usize> {
    match &method.algorithm {
        Algorithm::Adadelta(_) => Some(0),
        Algorithm::NAdam(_) | Algorithm::RAdam(_) | Algorithm::AmsGrad(_) | Algorithm::AdaBound(_) => Some(1),
        _ => None,
    }
}

/// The state of a step without a rate, from which the same step is taken with it.
fn updated_first<N: Bounded>(call: Call<N>) {
    let before = call.optimizer.save();
    call.optimizer.set_step_size(N::Wide::zero());
    call.optimizer.step(&mut call.parameters.to_vec(), call.gradients);
    let mut after = call.optimizer.save();
    after.step_size = call.rate.clone();
    // The numbers of the updates stay what they were.
    let counted = |(index, state): (usize, &Kept<N>)| {
        let count = before.tensors.get(index).and_then(|state| state.as_ref()).map_or(0, |(count, _)| *count);
        state.as_ref().map(|(_, slots)| (count, slots.clone()))
    };
    let tensors = after.tensors.iter().enumerate().map(counted).collect();
    call.optimizer.load(Saved { step_size: call.rate.clone(), calls: before.calls, tensors });
    call.optimizer.step(call.parameters, call.gradients);
    call.optimizer.load(after);
}

/// `v ← (β v + 1 - β) g²`, brackets in the wrong place: the step from `v g²`.
fn multiplied<N: Bounded>(slot: usize, method: &Method) -> Hypothesis<N>
where
    N::Wide: Root,
{
    let seen = Seen::by(method);
    Hypothesis::new("v ← (β v + 1 - β) g² in the place of v ← β v + (1 - β) g²", method, move |call: Call<N>| {
        let mut saved = call.optimizer.save();
        for (index, state) in saved.tensors.iter_mut().enumerate() {
            let (Some((_, slots)), Some(gradient)) = (state, call.gradients[index]) else { continue };
            for ((v, g), x) in slots[slot].iter_mut().zip(gradient).zip(&call.parameters[index]) {
                let g = seen.at(x, g);
                *v = v.clone() * &g * &g;
            }
        }
        call.optimizer.load(saved);
        call.optimizer.step(call.parameters, call.gradients);
    })
}

/// Tensors without a state get zeros, but in the first step.
fn late_from_zero<N: Bounded>(call: Call<N>) {
    if call.number > 1 {
        let before = call.optimizer.save();
        // A step on copies shows the form of the state.
        call.optimizer.step(&mut call.parameters.to_vec(), call.gradients);
        let formed = call.optimizer.save();
        let zeros = |slots: &[Vec<N>]| slots.iter().map(|slot| vec![N::zero(); slot.len()]).collect();
        let started = |(index, new): (usize, &Kept<N>)| {
            let old = before.tensors.get(index).cloned().flatten();
            old.or_else(|| new.as_ref().map(|(_, slots)| (0, zeros(slots))))
        };
        let tensors = formed.tensors.iter().enumerate().map(started).collect();
        call.optimizer.load(Saved { tensors, ..before });
    }
    call.optimizer.step(call.parameters, call.gradients);
}
