//! Tensors without a gradient: they keep their value and their state, and what counts is their own updates or all calls.

use super::fingerprint::{Fingerprint, fit};
use super::{Run, Sitting};
use crate::Result;
use crate::audit::conventions::{Candidate, Choice};
use crate::audit::implementation::Capability;
use crate::audit::record::{Check, Outcome};
use crate::audit::recorded::audit_trace;
use crate::audit::setting::Setting;
use crate::audit::trace::Trace;
use crate::optimizers::{Counter, Method};

/// Steps of the run.
const STEPS: usize = 24;

/// Whether a tensor has no gradient in a step: one comes late, one pauses while it moves, one never has any.
fn is_absent(tensor: usize, step: usize) -> bool {
    match tensor {
        1 => step < 5,
        3 => (8..11).contains(&step),
        5 => true,
        _ => false,
    }
}

/// What can be meant by no gradient, the plain form first.
#[derive(Clone, Copy)]
enum Meaning {
    OwnCounter,
    SharedCounter,
    Zero,
}

impl Meaning {
    const ALL: [Meaning; 3] = [Meaning::OwnCounter, Meaning::SharedCounter, Meaning::Zero];

    fn choices(self) -> Vec<Choice> {
        let choice = |convention, value: &str, formula, plain: Option<&'static str>| Choice {
            convention,
            value: Setting::Word(value.into()),
            formula,
            instead_of: plain,
            allowed: true,
        };
        let own = "t = the updates of the tensor";
        match self {
            Meaning::OwnCounter => vec![choice("counter", "each", own, None)],
            Meaning::SharedCounter => vec![choice("counter", "shared", "t = the calls, with or without a gradient", Some(own))],
            Meaning::Zero => {
                let untouched = "a tensor without a gradient keeps its value and its state";
                vec![choice("absent_gradient", "zero", "no gradient is a gradient of zero", Some(untouched))]
            }
        }
    }

    fn trace(self, trace: &Trace) -> Trace {
        match self {
            Meaning::Zero => Trace { absent: vec![vec![]; trace.steps()], ..trace.clone() },
            _ => trace.clone(),
        }
    }

    fn method(self, method: &Method) -> Method {
        let counter = if matches!(self, Meaning::SharedCounter) { Counter::Shared } else { Counter::Each };
        Method { counter, ..method.clone() }
    }
}

pub(super) fn check(sitting: &Sitting, bold: &Run, fingerprint: &mut Fingerprint) -> Result<Check> {
    const ID: &str = "missing gradients";
    if !sitting.hello.can(Capability::MissingGrad) {
        return Ok(Check::new(
            ID,
            Outcome::NotApplicable,
            "state",
            "the subject does not offer tensors without a gradient".into(),
        ));
    }
    let mut script = bold.script.clone();
    script.gradients.truncate(STEPS);
    script.rates.truncate(STEPS);
    for (step, row) in script.gradients.iter_mut().enumerate() {
        row.iter_mut().enumerate().filter(|(tensor, _)| is_absent(*tensor, step)).for_each(|(_, gradient)| *gradient = None);
    }
    let trace = sitting.record_run(&bold.case, &script)?;
    let candidates: Vec<Candidate> = fingerprint.candidates(&trace.header)?;
    // Places at which rounding explains anything, in a form that no other place speaks against.
    let mut vague = None;
    let attempts = Meaning::ALL.into_iter().flat_map(|meaning| {
        let trace = meaning.trace(&trace);
        candidates.iter().map(move |candidate| (meaning, fit(&trace, &meaning.method(&candidate.method), 1)))
    });
    let mut noted = attempts.inspect(|(_, fit)| vague = vague.or(fit.first.is_none().then_some(fit.unbounded)));
    let Some((meaning, fit)) = noted.find(|(_, fit)| fit.holds()) else {
        if let Some(places) = vague {
            let detail = format!("with gradients that are absent at times: rounding can explain anything at {places} places");
            return Ok(Check::new(ID, Outcome::Inconclusive, "state", detail));
        }
        let found = audit_trace(&trace)?.checks.into_iter().next().expect("an audit of a trace has a check of conformance");
        let detail = format!("with gradients that are absent at times: {}", found.detail);
        return Ok(Check { id: ID.into(), verdict: Outcome::Deviates, kind: "state".into(), detail, ..found });
    };
    let choices = meaning.choices();
    let differing: Vec<String> = choices.iter().filter_map(Choice::difference).collect();
    choices.iter().for_each(|choice| fingerprint.settle(choice));
    let (outcome, detail) = match differing.is_empty() {
        true => (Outcome::Pass, "a tensor without a gradient keeps its value, its state and its counter".into()),
        false => (Outcome::Variant, differing.join("; ")),
    };
    Ok(Check::new(ID, outcome, "state", detail).at(fit.worst))
}
