//! A state that is not what the method would have left behind.

use super::detour::{Call, Hypothesis};
use super::narrow::Narrow;
use super::narrower;
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Real, Root};
use crate::optimizers::{Algorithm, Method, Saved};

/// What happens to the state of a tensor after a step.
#[derive(Clone, Copy)]
enum Edit {
    /// All of it is forgotten.
    Forgotten,
    /// A part of it is forgotten.
    Zero(usize),
    /// The root of a part is stored.
    Root(usize),
    /// A part is stored over another one.
    Copy { from: usize, to: usize },
    /// An average is stored after its correction by `1 - β^t`.
    Corrected(usize),
    /// All of it is rounded to a narrower format.
    Narrow(Narrow),
}

/// The parts of a method's state, in words.
fn parts(method: &Method) -> &'static [&'static str] {
    match &method.algorithm {
        Algorithm::Momentum(_) | Algorithm::Nesterov(_) | Algorithm::HeavyBall(_) | Algorithm::Lars(_) => &["the velocity"],
        Algorithm::Signum(_) | Algorithm::Lion(_) => &["the average m"],
        Algorithm::AdaGrad(_) => &["the sum of squares"],
        Algorithm::Adadelta(_) => &["the mean of squares", "the mean of squared steps"],
        Algorithm::RmsProp(rule) if rule.centred || rule.momentum.is_some() => &[],
        Algorithm::RmsProp(_) => &["the mean of squares"],
        Algorithm::Adamax(_) => &["the average m", "the largest gradient"],
        Algorithm::AmsGrad(_) => &["the average m", "the average v", "the maximum"],
        Algorithm::AdaBound(rule) if rule.maximum => &["the average m", "the average v", "the maximum"],
        Algorithm::Adam(_) | Algorithm::NAdam(_) | Algorithm::RAdam(_) | Algorithm::AdaBound(_) | Algorithm::Lamb(_) => {
            &["the average m", "the average v"]
        }
        _ => &[],
    }
}

/// Decay rates of the averages that a method corrects.
fn rates(method: &Method) -> Option<[&crate::number::Rational; 2]> {
    let moments = match &method.algorithm {
        Algorithm::Adam(rule) => &rule.moments,
        Algorithm::AmsGrad(rule) => &rule.moments,
        Algorithm::NAdam(rule) => &rule.moments,
        Algorithm::RAdam(rule) => &rule.moments,
        Algorithm::AdaBound(rule) => &rule.moments,
        Algorithm::Lamb(rule) => &rule.adam.moments,
        _ => return None,
    };
    Some([&moments.beta1, &moments.beta2])
}

pub(super) fn hypotheses<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Vec<Hypothesis<N>>
where
    N::Wide: Root,
{
    let method = &candidate.method;
    let parts = parts(method);
    let mut edits = vec![(Edit::Forgotten, "a state that the subject forgets after each step, but for its counter".to_string())];
    for (index, part) in parts.iter().enumerate() {
        edits.push((Edit::Zero(index), format!("{part}, which the subject forgets after each step")));
        edits.push((Edit::Root(index), format!("the root of {part}, which is stored in its place")));
        if rates(method).is_some() && index < 2 {
            edits.push((Edit::Corrected(index), format!("{part}, whose corrected value is stored in its place")));
        }
        for (to, over) in parts.iter().enumerate().filter(|(to, _)| *to != index) {
            edits.push((Edit::Copy { from: index, to }, format!("{part}, which overwrites {over}")));
        }
    }
    for format in narrower(trace.header.dtype) {
        edits.push((Edit::Narrow(*format), format!("a state that is held in {}", format.words())));
    }
    let mut all: Vec<Hypothesis<N>> = edits.into_iter().map(|(edit, words)| edited(words, method, edit)).collect();
    if let [part] = parts {
        all.push(starting_at_the_parameter(format!("{part}, which starts as the parameter"), method));
    }
    all.push(Hypothesis::new("the state of another tensor of the same size", method, |call| {
        step_and(call, |saved, _| rotate(saved));
    }));
    all
}

/// A step, and a change of the state that it leaves.
fn step_and<N: Bounded>(call: Call<N>, change: impl FnOnce(&mut Saved<N>, i64)) {
    call.optimizer.step(call.parameters, call.gradients);
    let mut saved = call.optimizer.save();
    change(&mut saved, call.number);
    call.optimizer.load(saved);
}

fn edited<N: Bounded>(words: String, method: &Method, edit: Edit) -> Hypothesis<N>
where
    N::Wide: Root,
{
    let rates = rates(method).map(|rates| rates.map(N::Wide::of));
    let mut powers = [N::Wide::one(), N::Wide::one()];
    Hypothesis::new(words, method, move |call| {
        if let Some(rates) = &rates {
            powers.iter_mut().zip(rates).for_each(|(power, rate)| *power = power.clone() * rate);
        }
        let powers = &powers;
        step_and(call, |saved, _| {
            for (_, slots) in saved.tensors.iter_mut().flatten() {
                match edit {
                    Edit::Forgotten => slots.iter_mut().flatten().for_each(|value| *value = N::zero()),
                    Edit::Zero(slot) => slots[slot].iter_mut().for_each(|value| *value = N::zero()),
                    Edit::Root(slot) => slots[slot].iter_mut().for_each(|value| *value = value.clone().sqrt()),
                    // The twin's own value may round to the other side of a tie, so seldom that it is left to the next cause.
                    Edit::Narrow(format) => {
                        slots.iter_mut().flatten().for_each(|value| *value = N::exactly(format.round(value.value())));
                    }
                    Edit::Copy { from, to } => slots[to] = slots[from].clone(),
                    Edit::Corrected(slot) => {
                        let correction = N::narrow(&(N::Wide::one() - &powers[slot]));
                        slots[slot].iter_mut().for_each(|value| *value = value.clone() / &correction);
                    }
                }
            }
        });
    })
}

/// The only part of the state starts as the parameter.
fn starting_at_the_parameter<N: Bounded>(words: String, method: &Method) -> Hypothesis<N>
where
    N::Wide: Root,
{
    Hypothesis::new(words, method, |call| {
        if call.number == 1 {
            // A step on copies shows the form of the state.
            let mut copies = call.parameters.to_vec();
            call.optimizer.step(&mut copies, call.gradients);
            let mut saved = call.optimizer.save();
            saved.calls = 0;
            for (tensor, state) in call.parameters.iter().zip(&mut saved.tensors) {
                *state = state.take().map(|_| (0, vec![tensor.clone()]));
            }
            call.optimizer.load(saved);
        }
        call.optimizer.step(call.parameters, call.gradients);
    })
}

/// Each tensor's state becomes that of the next one of its size.
fn rotate<N: Bounded>(saved: &mut Saved<N>) {
    let size = |state: &Option<(u64, Vec<Vec<N>>)>| state.as_ref().and_then(|(_, slots)| slots.first().map(Vec::len));
    for index in 1..saved.tensors.len() {
        if let Some(other) = (0..index).rev().find(|other| size(&saved.tensors[*other]) == size(&saved.tensors[index])) {
            saved.tensors.swap(other, index);
        }
    }
}
