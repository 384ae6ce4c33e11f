//! A hyper-parameter that was accepted and not used.

use super::Cause;
use crate::audit::conformance::Twin;
use crate::audit::conventions::{Candidate, candidates};
use crate::audit::hyper;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Root};

/// Whether the trace is that of a header without one of its hyper-parameters.
pub(super) fn explains<N: Bounded>(trace: &Trace) -> Option<Cause>
where
    N::Wide: Root,
{
    trace.header.hyper.keys().find_map(|name| {
        let mut header = trace.header.clone();
        header.hyper.remove(name);
        hyper::check(&header.optimizer, &header.hyper).ok()?;
        let fits = |candidate: &Candidate| Twin::<N>::new(trace, &candidate.method).fits();
        let candidate = candidates(&header).ok()?.into_iter().find(fits)?;
        let words = format!("all of it is explained by ignoring {name}");
        Some(Cause::formula(trace, words, &candidate))
    })
}
