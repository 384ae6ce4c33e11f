//! Scalars or elements that are held in a lower precision than the parameters, with roundings that nobody can know.

use super::Cause;
use crate::audit::conformance::Fit;
use crate::audit::conventions::Candidate;
use crate::audit::header::Dtype;
use crate::audit::trace::Trace;
use crate::number::{Mixed, Tracked, bf16, f16};
use crate::optimizers::Method;

/// A format in words, how a method fits a trace where it is used, and whether the format holds a number.
type Lower = (&'static str, fn(&Trace, &Method) -> Fit, fn(f64) -> bool);

/// Least ratio that speaks for a hypothesis rather than for the width of its bound. Where one scalar of several is rounded, the bound, which
/// allows it to all of them, may be some thousand times too wide.
const VACUOUS: f64 = 1e-5;

fn single(x: f64) -> bool {
    f64::from(x as f32) == x
}

fn half(x: f64) -> bool {
    f16::from_f64(x).to_f64() == x
}

fn brain(x: f64) -> bool {
    bf16::from_f64(x).to_f64() == x
}

/// Formats for a scalar, and formats for the elements.
fn hypotheses(dtype: Dtype) -> (&'static [Lower], &'static [Lower]) {
    match dtype {
        Dtype::F64 => (
            &[("single precision", Fit::of::<Mixed<f64, f32>>, single)],
            &[
                ("half precision", Fit::of::<Mixed<f16, f32>>, half),
                ("bf16", Fit::of::<Mixed<bf16, f32>>, brain),
                ("single precision", Fit::of::<Tracked<f32>>, single),
            ],
        ),
        // In 16 bits a rounded power may be far from what it should be, as in a formula with another count of steps: no bound tells.
        Dtype::F32 => {
            (&[], &[("half precision", Fit::of::<Mixed<f16, f32>>, half), ("bf16", Fit::of::<Mixed<bf16, f32>>, brain)])
        }
        Dtype::Bf16 | Dtype::F16 => (&[], &[]),
    }
}

/// Whether the candidate fits in one of these formats, by more than the width of its bound.
fn fits(trace: &Trace, candidate: &Candidate, (_, fit, _): &Lower) -> bool {
    let fit = fit(trace, &candidate.method);
    fit.holds() && fit.worst.is_some_and(|worst| worst.ratio >= VACUOUS)
}

/// Whether the candidate fits once every element may be rounded to a lower precision, whose numbers they then are.
pub(super) fn of_elements(trace: &Trace, candidate: &Candidate) -> Option<Cause> {
    let held = |(.., holds): &Lower| trace.params[1..].iter().flatten().all(|x| holds(*x));
    let (_, elements) = hypotheses(trace.header.dtype);
    let (words, ..) = elements.iter().find(|lower| held(lower) && fits(trace, candidate, lower))?;
    let words = format!("all of it lies within the rounding of {words}, in which the subject must have computed");
    Some(Cause { kind: "precision", ..Cause::formula(trace, words, candidate) })
}

/// Whether the candidate fits once a scalar may be rounded to a lower precision.
///
/// The bounds are wide, so that more is asked for. A scalar is shared: its error shows in most of the elements that move, and as one
/// relative error of their steps. A formula that is wrong by as little, such as another place of ε, errs by more in some than in others.
pub(super) fn of_a_scalar(trace: &Trace, candidate: &Candidate, fit: &Fit) -> Option<Cause> {
    let moves = |coordinate: &usize| trace.params.iter().any(|row| row[*coordinate] != trace.params[0][*coordinate]);
    let shared = 2 * fit.most_beyond >= (0..trace.elements()).filter(moves).count();
    let (scalars, _) = hypotheses(trace.header.dtype);
    let (words, ..) = scalars.iter().find(|lower| shared && fit.common && fits(trace, candidate, lower))?;
    let words = format!("all of it is explained by a scalar that is held in {words}");
    Some(Cause { kind: "precision", ..Cause::formula(trace, words, candidate) })
}
