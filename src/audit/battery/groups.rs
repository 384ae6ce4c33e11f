//! Groups of tensors: each with its own hyper-parameters, none with another one's.

use super::case::{OTHER, cases, epsilon};
use super::fingerprint::Fingerprint;
use super::recording::{self, row};
use super::script::Script;
use super::{Run, Sitting, number};
use crate::Result;
use crate::audit::hyper;
use crate::audit::implementation::{Capability, Group, Hyper};
use crate::audit::record::{Check, Outcome};
use crate::audit::recorded::audit_trace;
use crate::audit::setting::Setting;
use crate::audit::trace::Trace;
use crate::optimizers::Scope;

/// Steps of the run.
const STEPS: usize = 24;

/// The tensors of each group.
const MEMBERS: [&[usize]; 3] = [&[0, 2], &[1, 3], &[4, 5]];

pub(super) fn check(sitting: &Sitting, bold: &Run, fingerprint: &Fingerprint) -> Result<Check> {
    const ID: &str = "groups";
    if !sitting.hello.can(Capability::Groups) {
        return Ok(Check::new(ID, Outcome::NotApplicable, "state", "the subject does not offer groups".into()));
    }
    let scope = fingerprint.candidates(&bold.trace.header)?.first().and_then(|candidate| candidate.method.scope());
    if scope == Some(Scope::All) {
        let detail = "a norm of all parameters has no groups that are independent of each other".into();
        return Ok(Check::new(ID, Outcome::NotApplicable, "state", detail));
    }
    let groups = groups(sitting, bold);
    let script = Script::new(STEPS, epsilon(&bold.case.hyper, sitting.dtype), sitting.dtype, false);
    let mut order = sitting.order(&bold.case.hyper, &script);
    let members = MEMBERS.iter().zip(&groups);
    order.groups = members.map(|(params, hyper)| Group { params: params.to_vec(), hyper: hyper.clone() }).collect();
    let mut running = sitting.subject.start(&order)?;
    let mut rows = vec![row(&script.params)];
    for gradients in &script.gradients {
        rows.push(row(&recording::moved(running.step(gradients)?)?));
    }
    for (params, own) in MEMBERS.iter().zip(&groups) {
        let mut formula = bold.case.formula();
        formula.extend(own.clone());
        let whole = recording::blank(sitting.header(formula), &script);
        let trace = Trace { params: rows.clone(), ..whole }.of_tensors(params);
        let judgement = fingerprint.judge(&trace, fingerprint.candidates(&trace.header)?);
        let given = serde_json::to_string(own).unwrap_or_default();
        if judgement.holds().is_none() {
            let detail =
                format!("rounding alone can explain anything in the group of tensors {params:?} with {given} of its own");
            return Ok(Check::new(ID, Outcome::Inconclusive, "state", detail));
        }
        if judgement.fitting.is_none() {
            let found = audit_trace(&trace)?.checks.into_iter().next().expect("an audit of a trace has a check of conformance");
            let detail = format!("the group of tensors {params:?} with {given} of its own: {}", found.detail);
            return Ok(Check { id: ID.into(), verdict: Outcome::Deviates, kind: "state".into(), detail, ..found });
        }
    }
    Ok(Check::new(ID, Outcome::Pass, "state", "three groups of tensors follow their own hyper-parameters".into()))
}

/// What each group has of its own: nothing, the other values of all numbers, and no learning rate.
fn groups(sitting: &Sitting, bold: &Run) -> [Hyper; 3] {
    let all = cases(sitting.name, sitting.offer, sitting.pinned, sitting.dtype);
    let other = all.iter().find(|case| case.name == OTHER);
    let differs = |(name, value): &(&String, &Setting)| bold.case.hyper.get(*name) != Some(*value);
    let own = |hyper: &Hyper| -> Hyper { hyper.iter().filter(differs).map(|(k, v)| (k.clone(), v.clone())).collect() };
    let other = other.map(|case| own(&case.hyper)).unwrap_or_default();
    let still = match number(&bold.case.hyper, "lr") {
        // AdaBound's bounds are in proportion to the learning rate over the first one.
        Some(_) if hyper::knows(sitting.name, "lr") && sitting.name != "adabound" => {
            [("lr".to_string(), Setting::Number(0.0))].into()
        }
        _ => Hyper::new(),
    };
    [Hyper::new(), other, still]
}
