//! Learning-rate schedules: the rates that a subject has at its steps, against [`crate::schedules`].

mod case;
mod causes;
mod checks;
mod clock;
mod conventions;
mod fit;
mod given;
mod known;
mod mistakes;
mod model;
mod shrink;
#[cfg(test)]
mod tests;

use super::{failed, subject_of, unknown};
use crate::Result;
use crate::audit::implementation::{Hyper, Implementation, Offer};
use crate::audit::record::{Audit, Conformance, Outcome, Subject};
use case::{Case, Finding};
use known::{KNOWN, Known};

/// Audits every schedule that the subject offers.
pub fn audit_schedules(subject: &dyn Implementation) -> Vec<Audit> {
    let settings = |(name, offer): (&String, &Offer)| match Known::of(name) {
        Some(known) => audit_schedule(subject, name, &known.settings(&offer.hyper)),
        None => audit_schedule(subject, name, &[]),
    };
    subject.hello().schedules.iter().map(settings).collect()
}

/// Audits one schedule that the subject offers at these settings, each with its number of steps. What a setting does not mention is 0, or what
/// makes no difference.
pub fn audit_schedule(subject: &dyn Implementation, name: &str, settings: &[(usize, Hyper)]) -> Audit {
    let hello = subject.hello();
    let offer = hello.schedules.get(name).cloned().unwrap_or_default();
    let about = subject_of(&hello, "schedule", name, &offer);
    match Known::of(name) {
        None => unknown(about, &KNOWN.iter().map(|known| known.name).collect::<Vec<_>>()),
        Some(known) => examine(subject, known, settings, about.clone()).unwrap_or_else(|error| failed(about, &error)),
    }
}

fn examine(subject: &dyn Implementation, known: &'static Known, settings: &[(usize, Hyper)], about: Subject) -> Result<Audit> {
    let case = Case::ask(subject, known, settings)?;
    let finding = case.finding();
    let verdict = match finding {
        Finding::Fits(index) if case.candidates[index].ruled_out().next().is_some() => Conformance::Deviates,
        Finding::Fits(0) => Conformance::Conforms,
        Finding::Fits(_) => Conformance::Variant,
        Finding::Imprecise(_) | Finding::Unknown(_) => Conformance::Deviates,
    };
    let (identified, rates) = match finding {
        Finding::Fits(index) => (Some(index), case.fitting(index, verdict)),
        Finding::Imprecise(index) => (Some(index), case.imprecise(index)),
        Finding::Unknown(nearest) => (None, case.unexplained(nearest)),
    };
    let mut checks = vec![rates, case.repeated()?];
    checks.extend(identified.and_then(|index| case.negative_metrics(index)));
    let deviates = checks.iter().any(|check| check.verdict == Outcome::Deviates);
    let verdict = if deviates { Conformance::Deviates } else { verdict };
    let identified = identified.map(|index| case.candidates[index].identified(known.name));
    Ok(Audit { subject: Subject { dtype: case.held.word().into(), ..about }, verdict, identified, checks })
}
