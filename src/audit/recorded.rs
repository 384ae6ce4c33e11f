//! The audit of recorded traces: which of the candidates for its name a trace fits.

use super::causes;
use super::conformance::{Fit, Place};
use super::conventions::{Candidate, Choice, candidates};
use super::header::Dtype;
use super::precision;
use super::record::{Audit, AuditRecord, Check, Conformance, Outcome, SCHEMA, Subject};
use super::separation;
use super::trace::Trace;
use super::witness::witness;
use crate::number::{Bounded, Mixed, Root, Tracked, bf16, f16};
use crate::optimizers::Algorithm;
use crate::{Error, Result};
use std::path::PathBuf;

/// Audits each of these files by itself.
///
/// # Errors
/// A line with the file's name if one is unreadable, broken, or about an optimizer without a reference.
pub fn audit_traces(paths: &[PathBuf]) -> Result<AuditRecord> {
    let audit = |path: &PathBuf| {
        let trace = Trace::read(path)?;
        let mut audit = audit_trace(&trace).map_err(|error| Error::new(format!("{}: {error}", path.display())))?;
        audit.subject.trace = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(audit)
    };
    Ok(AuditRecord { schema: SCHEMA.into(), audits: paths.iter().map(audit).collect::<Result<_>>()? })
}

/// Audits one trace.
///
/// # Errors
/// If there is no reference for its hyper-parameters.
pub fn audit_trace(trace: &Trace) -> Result<Audit> {
    let candidates = candidates(&trace.header)?;
    Ok(match trace.header.dtype {
        Dtype::F64 => examine::<Tracked<f64>>(trace, &candidates),
        Dtype::F32 => examine::<Tracked<f32>>(trace, &candidates),
        // In 16 bits a rounded hyper-parameter may be far from the one that was given, so that a bound for it would allow anything:
        // scalars are held in single precision or better, and rounded ones are a hypothesis of their own.
        Dtype::Bf16 => examine::<Mixed<bf16, f32>>(trace, &candidates),
        Dtype::F16 => examine::<Mixed<f16, f32>>(trace, &candidates),
    })
}

/// Every candidate held against the trace, within the bounds of `N`.
fn examine<N: Bounded>(trace: &Trace, candidates: &[Candidate]) -> Audit
where
    N::Wide: Root,
{
    let first_miss = |candidate: &Candidate| Fit::up_to::<N>(trace, &candidate.method, 1);
    let fits: Vec<Fit> = candidates.iter().map(first_miss).collect();
    let fitting = fits.iter().position(Fit::holds);
    let free = |&index: &usize| candidates[index].ruled_out().next().is_none();
    let nearest =
        || (0..fits.len()).filter(free).min_by(|&a, &b| fits[a].closer(&fits[b])).expect("the plain form is a candidate");
    let index = fitting.unwrap_or_else(nearest);
    let candidate = &candidates[index];
    let fit = &if fitting.is_some() { fits[index].clone() } else { Fit::of::<N>(trace, &candidate.method) };
    let verdict = match (fitting, fit.first) {
        (Some(_), _) if trace.is_still() => Conformance::Error,
        (Some(0), _) => Conformance::Conforms,
        (Some(index), _) if free(&index) => Conformance::Variant,
        (Some(_), _) | (None, Some(_)) => Conformance::Deviates,
        (None, None) => Conformance::Error,
    };
    let mut checks = vec![conformance(trace, candidate, fit, verdict)];
    if fitting.is_some() {
        checks.push(separation::check::<N>(trace, candidates, &fits, index));
    }
    if fitting.is_some() && fit.unbounded > 0 {
        checks.push(unbounded(candidate, fit));
    }
    let mut identified = fitting.map(|_| candidate.identified(&trace.header.optimizer));
    if fitting.is_none()
        && verdict == Conformance::Deviates
        && let Some(cause) = causes::find::<N>(trace, candidates, &fits)
    {
        checks[0].kind = cause.kind.into();
        checks[0].detail += &format!("; {}", cause.words);
        identified = Some(cause.candidate.identified(&cause.algorithm));
    }
    if trace.header.dtype == Dtype::F32 && fitting.is_some() {
        checks.push(precision::of_scalars(trace, candidate));
    }
    Audit { subject: subject(trace), verdict, identified, checks }
}

/// Places at which nothing can be said, beside more of them at which something is.
pub(super) fn unbounded(candidate: &Candidate, fit: &Fit) -> Check {
    let places = fit.unbounded;
    let centred = matches!(&candidate.method.algorithm, Algorithm::RmsProp(rule) if rule.centred);
    let (verdict, kind, detail) = match centred {
        true => {
            let detail =
                format!("rounding can make the variance under the root negative at {places} places: NaN may follow there");
            (Outcome::Hazard, "special-values", detail)
        }
        false => (Outcome::Inconclusive, "formula", format!("rounding alone can explain anything at {places} places")),
    };
    Check::new("unbounded", verdict, kind, detail)
}

fn subject(trace: &Trace) -> Subject {
    let header = trace.header.clone();
    let dtype = header.dtype.word().into();
    let (framework, version, optimizer) = (header.framework, header.version, header.optimizer);
    Subject { framework, version, optimizer, hyper: header.hyper, dtype, trace: None }
}

/// The trace against the candidate that fits it best.
pub(super) fn conformance(trace: &Trace, candidate: &Candidate, fit: &Fit, verdict: Conformance) -> Check {
    let (outcome, place) = match verdict {
        Conformance::Conforms => (Outcome::Pass, fit.worst),
        Conformance::Variant => (Outcome::Variant, fit.worst),
        Conformance::Deviates => (Outcome::Deviates, fit.first.or(fit.worst)),
        Conformance::Error => (Outcome::Inconclusive, fit.worst),
    };
    let name = candidate.name();
    let detail = match (verdict, place) {
        (Conformance::Deviates, _) if fit.holds() => {
            let words: Vec<String> = candidate.ruled_out().filter_map(Choice::difference).collect();
            format!("the trace is that of {name}: {}, which the name '{}' rules out", words.join(" and "), trace.header.optimizer)
        }
        (Conformance::Deviates, Some(Place { step, coordinate, expected, observed, bound, ratio })) => format!(
            "the nearest is {name}, which fits up to step {step}: there coordinate {coordinate} is {observed:e} and should be \
             {expected:e} within {bound:.1e}, {ratio:.3} times over"
        ),
        (Conformance::Error, _) if trace.is_still() => "no parameter ever moves: there is nothing to test".into(),
        (Conformance::Error, _) => format!("rounding alone can explain anything at {} places", fit.unbounded),
        _ => {
            let ratio = place.map_or(0.0, |place| place.ratio);
            format!(
                "{} steps of {} parameters are those of {name}, within {ratio:.3} of what rounding allows",
                trace.steps(),
                trace.elements()
            )
        }
    };
    let deviation = place.filter(|_| verdict == Conformance::Deviates);
    let witness = deviation.map(|place| witness(trace, &place, candidate.method.scope()));
    Check { witness, ..Check::new("conformance", outcome, "formula", detail).at(place) }
}
