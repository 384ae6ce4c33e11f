//! Why a trace deviates, where one cause explains all of it.
//!
//! The sharp hypotheses come first, those that say exactly what the subject computes: ignored or rounded hyper-parameters, a counter that stops,
//! a hyper-parameter of another value. A hypothesis that only widens the bound (something is held in a lower precision) comes last, and
//! counts only where it is neither vacuous nor about single elements.

mod counter;
mod declared;
mod fitted;
mod ignored;
mod lower;
mod narrow;
mod rounded;

use super::conformance::Fit;
use super::conventions::Candidate;
use super::header::Dtype;
use super::trace::Trace;
use crate::number::{Bounded, Root};

/// What explains a whole trace.
#[derive(Clone, Debug)]
pub struct Cause {
    /// `precision` or `formula`.
    pub kind: &'static str,
    /// The explanation.
    pub words: String,
    /// The method that fits once it is allowed for.
    pub candidate: Candidate,
}

/// Candidates that are tried: the plain form, and those that fit longest.
const NEAREST: usize = 4;

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
    each(&|candidate, _| rounded::explains::<N>(trace, candidate))
        .or_else(|| each(&|candidate, _| counter::explains::<N>(trace, candidate)))
        .or_else(|| each(&|candidate, fit| fitted::explains::<N>(trace, candidate, fit)))
        .or_else(|| each(&|candidate, _| lower::of_elements(trace, candidate)))
        .or_else(|| each(&|candidate, fit| lower::of_a_scalar(trace, candidate, fit)))
}

/// The narrower formats of a subject in `dtype`.
fn narrower(dtype: Dtype) -> &'static [narrow::Narrow] {
    match dtype {
        Dtype::F64 => &narrow::ALL,
        Dtype::F32 => &narrow::ALL[1..],
        Dtype::Bf16 | Dtype::F16 => &[],
    }
}
