//! In which precision a subject holds its scalars (hyper-parameters, powers, running products) and its elements.

use super::conformance::Fit;
use super::conventions::Candidate;
use super::record::{Check, Outcome};
use super::trace::Trace;
use crate::number::Mixed;

/// Whether a single-precision subject holds its scalars in double precision, as most frameworks do.
///
/// Single precision is allowed, so that its finding is a hazard and no deviation: the same code loses half of the digits when its
/// parameters are doubles.
pub fn of_scalars(trace: &Trace, candidate: &Candidate) -> Check {
    let fit = Fit::of::<Mixed<f32, f64>>(trace, &candidate.method);
    let ratio = fit.worst.map_or(0.0, |place| place.ratio);
    let (verdict, detail) = match (fit.first, fit.unbounded) {
        (Some(first), _) => (
            Outcome::Hazard,
            format!(
                "a scalar (hyper-parameter, power of a decay rate or running product) is held in single precision, or the formula differs by \
                 as little: with all scalars in double precision, step {} coordinate {} would be {:.3} times beyond rounding, and the \
                 largest is {ratio:.3}",
                first.step, first.coordinate, first.ratio
            ),
        ),
        (None, unbounded) if unbounded < fit.bounded => {
            (Outcome::Pass, format!("the scalars are held in double precision, or as good: the largest ratio is {ratio:.3}"))
        }
        (None, _) => (Outcome::Inconclusive, format!("rounding alone can explain anything at {} places", fit.unbounded)),
    };
    Check::new("scalars", verdict, "precision", detail).at(fit.worst)
}
