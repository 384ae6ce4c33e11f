//! Another algorithm than the one that is declared.

use super::Cause;
use crate::audit::conformance::Twin;
use crate::audit::conventions::{Candidate, candidates};
use crate::audit::header::Header;
use crate::audit::hyper;
use crate::audit::setting::Setting;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Root};

/// Names under which the same decay rate may go.
const ALIASES: [(&str, &str); 4] = [("momentum", "beta1"), ("beta1", "momentum"), ("rho", "beta2"), ("beta2", "rho")];

/// Whether the trace is that of another name, whose hyper-parameters are those that were given.
pub(super) fn explains<N: Bounded>(trace: &Trace) -> Option<Cause>
where
    N::Wide: Root,
{
    let declared = &trace.header.optimizer;
    hyper::names().filter(|name| name != declared).find_map(|name| {
        let header = under(name, &trace.header)?;
        let fits = |candidate: &Candidate| Twin::<N>::new(trace, &candidate.method).fits();
        let candidate = candidates(&header).ok()?.into_iter().find(fits)?;
        let words = format!("all of it is explained by {name} ({}) in the place of {declared}", candidate.name());
        Some(Cause { algorithm: name.into(), ..Cause::formula(trace, words, &candidate) })
    })
}

/// The header under another name, with those of its hyper-parameters that the name has, if these are enough.
fn under(name: &str, header: &Header) -> Option<Header> {
    let mut hyper = header.hyper.clone();
    for (known, alias) in ALIASES {
        if let (Some(Setting::Number(x)), false) = (header.hyper.get(known), header.hyper.contains_key(alias)) {
            hyper.insert(alias.into(), Setting::Number(*x));
        }
    }
    hyper.retain(|known, _| hyper::knows(name, known));
    hyper::check(name, &hyper).ok()?;
    Some(Header { optimizer: name.into(), hyper, ..header.clone() })
}
