//! Whether a trace can tell the conventions of a name apart.

use super::conformance::{Fit, Twin, ratio};
use super::conventions::Candidate;
use super::record::{Check, Outcome};
use super::trace::Trace;
use crate::number::{Bounded, Root};
use crate::optimizers::Method;

/// Distance in bounds from which a candidate counts as told apart.
pub(super) const FAR: f64 = 10.0;

/// Which conventions the trace could have shown. Compared are candidates that differ from the chosen one in a single convention.
pub(super) fn check<N: Bounded>(trace: &Trace, candidates: &[Candidate], fits: &[Fit], chosen: usize) -> Check
where
    N::Wide: Root,
{
    let method = &candidates[chosen].method;
    let neighbours = candidates.iter().zip(fits).filter(|(other, _)| other.distance(&candidates[chosen]) == 1);
    let far = neighbours.map(|(other, fit)| {
        let far = distance::<N>(trace, method, &other.method);
        (other.name(), far, fit.holds())
    });
    let far: Vec<(String, f64, bool)> = far.collect();
    let close: Vec<String> = far
        .iter()
        .filter(|(_, far, holds)| *holds || *far < FAR)
        .map(|(name, far, holds)| format!("{name} ({far:.1e} bounds away{})", if *holds { ", fits as well" } else { "" }))
        .collect();
    let least = far.iter().map(|(_, far, _)| *far).fold(f64::INFINITY, f64::min);
    let (verdict, detail) = match close.is_empty() {
        true if far.is_empty() => (Outcome::Pass, "the name has a single form with these hyper-parameters".into()),
        true => (Outcome::Pass, format!("every neighbouring convention is at least {least:.1e} bounds away")),
        false => {
            (Outcome::Inconclusive, format!("this trace cannot tell {} from {}", candidates[chosen].name(), close.join(", ")))
        }
    };
    Check::new("separation", verdict, "formula", detail)
}

/// Largest distance between two methods along a trace, in units of the first one's bound.
fn distance<N: Bounded>(trace: &Trace, method: &Method, other: &Method) -> f64
where
    N::Wide: Root,
{
    let pairs = Twin::<N>::new(trace, method).zip(Twin::<N>::new(trace, other));
    let places = pairs.flat_map(|(one, other)| one.into_iter().zip(other));
    places.map(|(one, other)| ratio(one.distance(other.value()), one.bound())).fold(0.0, f64::max)
}
