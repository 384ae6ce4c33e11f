//! Two hyper-parameters in each other's place.

use super::{Cause, declared};
use crate::audit::conformance::Twin;
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Root};

/// Whether the candidate fits with two of its numbers exchanged. The learning rate is none of them: the trace has its own.
pub(super) fn explains<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Option<Cause>
where
    N::Wide: Root,
{
    let numbers: Vec<(String, f64)> = declared::numbers(&trace.header).into_iter().filter(|(name, _)| name != "lr").collect();
    let pairs = numbers.iter().enumerate().flat_map(|(place, one)| numbers[place + 1..].iter().map(move |other| (one, other)));
    pairs.into_iter().find_map(|((one, x), (other, y))| {
        let changed = declared::with(&trace.header, candidate, &[(one.clone(), *y), (other.clone(), *x)])?;
        let words = format!("all of it is explained by {one} and {other} exchanged");
        Twin::<N>::new(trace, &changed.method).fits().then(|| Cause::formula(trace, words, candidate))
    })
}
