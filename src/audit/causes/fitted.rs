//! A hyper-parameter of another value than the header declares.

use super::{Cause, declared};
use crate::audit::conformance::{Fit, Place, Twin};
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Root};
use std::borrow::Cow;

/// Steps of the secant method; it takes five to ten where it converges.
const MOST_STEPS: usize = 40;

// What follows only steers the search. Whether a value explains the trace is decided by the twin's derived bounds, on every number.

/// Relative change of the value by which the secant starts.
const START: f64 = 1e-6;

/// Relative change of the value from which slopes are taken: small beside curvature, large beside the rounding of the parameters.
const NUDGE: f64 = 1e-7;

/// Relative distance of the last two steps below which the secant has met its root as nearly as the subject's rounding lets it.
const MET: f64 = 1e-9;

/// A number whose change by a nudge is below this part of its bound says nothing about the value.
const MUTE: f64 = 1e-3;

/// Whether the candidate fits with another value of one hyper-parameter, which is then named.
///
/// The value is found where the deviation is largest, on that number alone; then all numbers of the trace narrow it to an interval, of
/// which the shortest decimal that fits is taken.
pub(super) fn explains<N: Bounded>(trace: &Trace, candidate: &Candidate, fit: &Fit) -> Option<Cause>
where
    N::Wide: Root,
{
    let worst = fit.worst?;
    let (alone, place) = trace.around(&worst, candidate.method.scope());
    for (name, given) in declared::numbers(&trace.header) {
        let hypothesis = Hypothesis { trace, candidate, name: &name, given };
        let Some(rough) = hypothesis.secant::<N>(&alone, &place) else { continue };
        let Some((low, high)) = hypothesis.interval::<N>(rough) else { continue };
        let fits = |value: &f64| *value != given && hypothesis.twin::<N>(trace, *value).is_some_and(Twin::fits);
        if let Some(value) = decimals(low, high).into_iter().find(fits) {
            let words = format!("all of it is explained by {name} = {value} where {given} is declared");
            return Some(Cause::formula(trace, words, candidate));
        }
    }
    None
}

struct Hypothesis<'a> {
    trace: &'a Trace,
    candidate: &'a Candidate,
    name: &'a str,
    given: f64,
}

impl Hypothesis<'_> {
    /// The twin with this value; the learning rates of a trace are all scaled alike.
    fn twin<'t, N: Bounded>(&self, trace: &'t Trace, value: f64) -> Option<Twin<'t, N>>
    where
        N::Wide: Root,
    {
        if !value.is_finite() {
            return None;
        }
        let changed = declared::with(&trace.header, self.candidate, &[(self.name.into(), value)])?;
        let rates: Cow<[f64]> = match self.name {
            "lr" => trace.lr.iter().map(|rate| rate / self.given * value).collect(),
            _ => Cow::Borrowed(&trace.lr),
        };
        rates.iter().all(|rate| rate.is_finite()).then(|| Twin::with(trace, changed.method.build(), rates))
    }

    /// The value at which the twin meets the subject at one place.
    fn secant<N: Bounded>(&self, trace: &Trace, place: &Place) -> Option<f64>
    where
        N::Wide: Root,
    {
        let miss = |value: f64| -> Option<f64> {
            let expected = self.twin::<N>(trace, value)?.nth(place.step)?;
            let miss = expected[place.coordinate].deviation(place.observed);
            miss.is_finite().then_some(miss)
        };
        let (mut before, mut now) = (self.given, self.given * (1.0 - START));
        let (mut miss_before, mut miss_now) = (miss(before)?, miss(now)?);
        for _ in 0..MOST_STEPS {
            let slope = (miss_now - miss_before) / (now - before);
            let next = now - miss_now / slope;
            if miss_now == 0.0 || next == now {
                return Some(now);
            }
            if !next.is_finite() {
                break;
            }
            (before, miss_before) = (now, miss_now);
            (now, miss_now) = (next, miss(next)?);
        }
        // The last steps may alternate between two neighbours of the root.
        ((now - before).abs() <= MET * now.abs()).then_some(now)
    }

    /// The interval that all numbers of the trace allow, by their slopes at `rough`.
    fn interval<N: Bounded>(&self, rough: f64) -> Option<(f64, f64)>
    where
        N::Wide: Root,
    {
        let near = rough * (1.0 - NUDGE);
        let (mut low, mut high) = (rough - rough.abs() / 2.0, rough + rough.abs() / 2.0);
        let pairs = self.twin::<N>(self.trace, rough)?.zip(self.twin::<N>(self.trace, near)?);
        for ((at, beside), observed) in pairs.zip(&self.trace.params[1..]) {
            for ((at, beside), observed) in at.iter().zip(&beside).zip(observed) {
                let slope = (beside.value() - at.value()) / (near - rough);
                if (slope * (near - rough)).abs() < MUTE * at.bound() || !at.bound().is_finite() || slope == 0.0 {
                    continue;
                }
                let (middle, half) = (rough + at.deviation(*observed) / slope, (at.bound() / slope).abs());
                (low, high) = (low.max(middle - half), high.min(middle + half));
            }
        }
        (low <= high).then_some((low, high))
    }
}

/// Decimals in `[low, high]`, or beside it by half of its width, as the slopes are not exact: those with fewer digits first, then the
/// floats around the middle.
fn decimals(low: f64, high: f64) -> Vec<f64> {
    let (middle, width) = (low + (high - low) / 2.0, high - low);
    let rounded = (0..17).filter_map(|digits| format!("{middle:.digits$e}").parse().ok());
    let mut all: Vec<f64> = rounded.filter(|x| (low - width..=high + width).contains(x)).collect();
    let (below, above) = (middle.next_down(), middle.next_up());
    all.extend([middle, below, above, below.next_down(), above.next_up()]);
    all.dedup();
    all
}
