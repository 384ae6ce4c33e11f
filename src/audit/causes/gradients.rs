//! Another gradient than the one that was given.

use super::declared;
use super::detour::Hypothesis;
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Rational, Real, Root};
use crate::optimizers::Method;

/// What may stand in a gradient's place.
#[derive(Clone, Copy)]
enum Instead {
    Opposite,
    Magnitude,
    ScaledByDecay,
    DecayByTensor { first: i64 },
    Sum,
    Late,
    TimesTensors,
    OverTensors,
}

const ALL: [(&str, Instead); 9] = [
    ("the gradient with the opposite sign, -g", Instead::Opposite),
    ("|g| in the place of the gradient g", Instead::Magnitude),
    ("g ← g (1 + λ x), a decay that multiplies the gradient", Instead::ScaledByDecay),
    (
        "g ← g + λ k, where k is the number of the tensor, from 0, in the place of the parameter",
        Instead::DecayByTensor { first: 0 },
    ),
    (
        "g ← g + λ k, where k is the number of the tensor, from 1, in the place of the parameter",
        Instead::DecayByTensor { first: 1 },
    ),
    ("the sum of all gradients so far in the place of the gradient", Instead::Sum),
    ("the gradient of the step before", Instead::Late),
    ("gradients times the number of tensors", Instead::TimesTensors),
    ("gradients over the number of tensors", Instead::OverTensors),
];

impl Instead {
    /// Whether the decay is in it.
    fn decays(self) -> bool {
        matches!(self, Instead::ScaledByDecay | Instead::DecayByTensor { .. })
    }

    /// For an element, its gradient and the one before, the number of its tensor, and of how many.
    fn of<R: Real>(self, [x, g, before]: [&R; 3], decay: &R, tensor: i64, tensors: i64) -> R {
        let g = g.clone();
        match self {
            Instead::Opposite => -g,
            Instead::Magnitude => g.magnitude(),
            Instead::ScaledByDecay => g.clone() * (R::one() + x.clone() * decay),
            Instead::DecayByTensor { first } => g + decay.clone() * R::int(tensor + first),
            Instead::Sum => g + before,
            Instead::Late => before.clone(),
            Instead::TimesTensors => g * R::int(tensors),
            Instead::OverTensors => g / R::int(tensors),
        }
    }
}

pub(super) fn hypotheses<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Vec<Hypothesis<N>>
where
    N::Wide: Root,
{
    let decay = declared::number(&trace.header, "weight_decay");
    let possible = ALL.iter().filter(|(_, instead)| decay.is_some() || !instead.decays());
    possible.map(|(words, instead)| hypothesis(words, *instead, &candidate.method, decay)).collect()
}

fn hypothesis<N: Bounded>(words: &str, instead: Instead, method: &Method, decay: Option<f64>) -> Hypothesis<N>
where
    N::Wide: Root,
{
    let method = if instead.decays() { Method { decay: None, ..method.clone() } } else { method.clone() };
    let exact = decay.map_or(Rational::ZERO, |decay| Rational::try_from(decay).expect("a checked header holds finite numbers"));
    let decay = N::narrow(&N::Wide::of(&exact));
    // The last gradient, or the sum of all.
    let mut kept: Vec<Vec<N>> = vec![];
    Hypothesis::new(words, &method, move |call| {
        if kept.is_empty() {
            kept = call.parameters.iter().map(|tensor| vec![N::zero(); tensor.len()]).collect();
        }
        let tensors = call.parameters.len() as i64;
        let mut replaced: Vec<Option<Vec<N>>> = vec![];
        for (index, (gradient, tensor)) in call.gradients.iter().zip(&*call.parameters).enumerate() {
            let before = &mut kept[index];
            let one = |((x, g), before): ((&N, &N), &N)| instead.of([x, g, before], &decay, index as i64, tensors);
            let new: Option<Vec<N>> = gradient.map(|gradient| tensor.iter().zip(gradient).zip(&*before).map(one).collect());
            match (instead, &new, gradient) {
                (Instead::Sum, Some(new), _) => before.clone_from(new),
                (_, _, Some(gradient)) => *before = gradient.to_vec(),
                _ => {}
            }
            replaced.push(new);
        }
        let replaced: Vec<Option<&[N]>> = replaced.iter().map(Option::as_deref).collect();
        call.optimizer.step(call.parameters, &replaced);
    })
}
