//! Hyper-parameters that were rounded: to a lower precision than the parameters have, or to theirs.

use super::{Cause, declared, rounding};
use crate::audit::conformance::Twin;
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Root};
use std::borrow::Cow;

/// Whether the candidate fits with all of its hyper-parameters rounded to one of the formats, or with one of them.
pub(super) fn explains<N: Bounded>(trace: &Trace, candidate: &Candidate) -> Option<Cause>
where
    N::Wide: Root,
{
    let numbers = declared::numbers(&trace.header);
    let single = numbers.iter().map(|number| vec![number.clone()]);
    let sets: Vec<Vec<(String, f64)>> = single.chain((numbers.len() > 1).then(|| numbers.clone())).collect();
    for &format in rounding(trace.header.dtype) {
        for set in &sets {
            let rounded: Vec<(String, f64)> = set.iter().map(|(name, x)| (name.clone(), format.round(*x))).collect();
            let rates: Cow<[f64]> = match rounded.iter().any(|(name, _)| name == "lr") {
                true => trace.lr.iter().map(|rate| format.round(*rate)).collect(),
                false => Cow::Borrowed(&trace.lr),
            };
            if rounded == *set && *rates == trace.lr {
                continue;
            }
            let Some(changed) = declared::with(&trace.header, candidate, &rounded) else { continue };
            if Twin::<N>::with(trace, changed.method.build(), rates).fits() {
                let values: Vec<String> = rounded.iter().map(|(name, x)| format!("{name} is {x}")).collect();
                let (values, words) = (values.join(", "), format.words());
                // What rounds to zero may as well be ignored.
                let held = if rounded.iter().any(|(_, x)| *x == 0.0) { "held as if in" } else { "held in" };
                let words = format!("all of it is explained by hyper-parameters that are {held} {words}: {values}");
                return Some(Cause { kind: "precision", ..Cause::formula(trace, words, candidate) });
            }
        }
    }
    None
}
