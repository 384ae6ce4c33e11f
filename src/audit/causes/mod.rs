//! Why a trace deviates, where one cause explains all of it.
//!
//! The sharp hypotheses come first, those that say exactly what the subject computes: ignored, rounded or exchanged hyper-parameters, other
//! counters, rates, gradients, decays and states, another algorithm, a hyper-parameter of another value, a formula with another symbol. A
//! hypothesis that only widens the bound (something is held in a lower precision) comes last, and counts only where it is neither vacuous
//! nor about single elements. Each is decided by the twin's bounds on every number of the trace.

mod another;
mod counter;
mod decay;
mod declared;
mod detour;
mod exchanged;
mod fitted;
mod formula;
mod gradients;
mod ignored;
mod lower;
mod memory;
mod nadam;
mod narrow;
mod norms;
mod order;
mod rates;
mod rounded;
mod search;

use super::conformance::Fit;
use super::conventions::Candidate;
use super::header::Dtype;
use super::trace::Trace;
use crate::number::{Bounded, Root};
use detour::Hypothesis;

/// What explains a whole trace.
#[derive(Clone, Debug)]
pub struct Cause {
    /// `precision` or `formula`.
    pub kind: &'static str,
    /// The explanation.
    pub words: String,
    /// Neutral name of the algorithm.
    pub algorithm: String,
    /// The method that fits once it is allowed for.
    pub candidate: Candidate,
}

impl Cause {
    /// Another formula than the one that was declared.
    fn formula(trace: &Trace, words: String, candidate: &Candidate) -> Self {
        Cause { kind: "formula", words, algorithm: trace.header.optimizer.clone(), candidate: candidate.clone() }
    }
}

/// Candidates that are tried where it costs much: the plain form, and those that fit longest.
const NEAREST: usize = 4;

/// Hypotheses of one kind about a candidate.
type Family<N> = fn(&Trace, &Candidate) -> Vec<Hypothesis<N>>;

/// What can be said of each candidate in turn; most of it is refuted by the first steps of a trace.
fn hypotheses<N: Bounded>(trace: &Trace, candidate: &Candidate) -> impl Iterator<Item = Hypothesis<N>>
where
    N::Wide: Root,
{
    let families: [Family<N>; 7] = [
        counter::hypotheses,
        rates::hypotheses,
        decay::hypotheses,
        norms::hypotheses,
        gradients::hypotheses,
        memory::hypotheses,
        order::hypotheses,
    ];
    families.into_iter().flat_map(move |family| family(trace, candidate))
}

/// The first hypothesis that explains every number of a trace which deviates from all candidates under the bounds of `N`.
pub fn find<N: Bounded>(trace: &Trace, candidates: &[Candidate], fits: &[Fit]) -> Option<Cause>
where
    N::Wide: Root,
{
    if let Some(cause) = ignored::explains::<N>(trace) {
        return Some(cause);
    }
    let mut order: Vec<usize> = (0..fits.len()).collect();
    order[1..].sort_by(|&a, &b| fits[a].closer(&fits[b]));
    let whole = |index: usize| (&candidates[index], Fit::of::<N>(trace, &candidates[index].method));
    let nearest: Vec<(&Candidate, Fit)> = order.into_iter().take(NEAREST).map(whole).collect();
    let each = |hypothesis: &dyn Fn(&Candidate, &Fit) -> Option<Cause>| {
        nearest.iter().find_map(|(candidate, fit)| hypothesis(candidate, fit))
    };
    let any = |hypothesis: &dyn Fn(&Candidate) -> Option<Cause>| candidates.iter().find_map(hypothesis);
    each(&|candidate, _| rounded::explains::<N>(trace, candidate))
        .or_else(|| each(&|candidate, _| counter::explains::<N>(trace, candidate)))
        .or_else(|| any(&|candidate| nadam::explains::<N>(trace, candidate)))
        .or_else(|| any(&|candidate| hypotheses::<N>(trace, candidate).find_map(|known| known.explains(trace, candidate))))
        .or_else(|| any(&|candidate| exchanged::explains::<N>(trace, candidate)))
        .or_else(|| another::explains::<N>(trace))
        .or_else(|| each(&|candidate, fit| fitted::explains::<N>(trace, candidate, fit)))
        .or_else(|| each(&|candidate, fit| search::explains::<N>(trace, candidate, fit)))
        .or_else(|| each(&|candidate, _| lower::of_elements(trace, candidate)))
        .or_else(|| each(&|candidate, fit| lower::of_a_scalar(trace, candidate, fit)))
}

/// The formats that a subject in `dtype` may hold its hyper-parameters in: the narrower ones, and its own where that is so narrow that a
/// decay rate near 1 becomes another one.
fn rounding(dtype: Dtype) -> &'static [narrow::Narrow] {
    match dtype {
        Dtype::Bf16 => &[narrow::Narrow::Brain],
        Dtype::F16 => &[narrow::Narrow::Half],
        wide => narrower(wide),
    }
}

/// The narrower formats of a subject in `dtype`.
fn narrower(dtype: Dtype) -> &'static [narrow::Narrow] {
    match dtype {
        Dtype::F64 => &narrow::ALL,
        Dtype::F32 => &narrow::ALL[1..],
        Dtype::Bf16 | Dtype::F16 => &[],
    }
}
