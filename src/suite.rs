//! Runs theorems on the reference optimizers, and their controls.

use crate::evidence::{Evidence, Origin};
use crate::lab::Lab;
use crate::report::record::{ClaimRecord, ControlRecord, TheoremRecord};
use crate::subject::Reference;
use crate::theorem::{Claim, Control, Source, Theorem};
use crate::theorems;
use crate::verdict::judge;
use crate::{Error, Result};

/// The theorems whose `topic/id` contains one of the patterns, in book order; all without a pattern.
///
/// # Errors
/// If a pattern matches no theorem.
pub fn select(patterns: &[String]) -> Result<Vec<&'static Theorem>> {
    if let Some(none) = patterns.iter().find(|pattern| !theorems::ALL.iter().any(|t| t.name().contains(pattern.as_str()))) {
        return Err(Error::new(format!("no theorem matches '{none}': {}", advice(none))));
    }
    let chosen = |theorem: &&&Theorem| patterns.is_empty() || patterns.iter().any(|p| theorem.name().contains(p.as_str()));
    Ok(theorems::ALL.iter().filter(chosen).copied().collect())
}

/// The theorem with this id, or this `topic/id`.
///
/// # Errors
/// If there is none; the message names the three that are spelt most like it.
pub fn find(id: &str) -> Result<&'static Theorem> {
    if let Some(theorem) = theorems::ALL.iter().find(|theorem| theorem.id == id || theorem.name() == id) {
        return Ok(theorem);
    }
    Err(Error::new(format!("no theorem is called '{id}': {}", advice(id))))
}

/// The three theorems that are spelt most like a name that none has, or where to look.
fn advice(id: &str) -> String {
    let likeness = |theorem: &Theorem| strsim::jaro_winkler(theorem.id, id);
    let mut near: Vec<&Theorem> =
        theorems::ALL.iter().filter(|known| known.id.contains(id) || likeness(known) > 0.85).copied().collect();
    near.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    let near: Vec<&str> = near.iter().take(3).map(|theorem| theorem.id).collect();
    if near.is_empty() { "`gradproof list` shows them all".into() } else { format!("did you mean {}?", near.join(", ")) }
}

/// Runs a theorem: its claims, its controls, its figures.
pub fn run(theorem: &Theorem, seed: u64, effort: u64) -> TheoremRecord {
    let lab = Lab::new(seed, effort, theorem.id);
    TheoremRecord {
        id: theorem.id.into(),
        title: theorem.title.into(),
        topic: theorem.topic.into(),
        record: theorem.record.map(Into::into),
        statement: theorem.statement.into(),
        hypotheses: theorem.hypotheses.iter().map(|&text| text.into()).collect(),
        sources: theorem.sources.iter().map(Source::to_string).collect(),
        claims: theorem.claims.iter().map(|claim| run_claim(theorem, claim, &lab)).collect(),
        controls: theorem.controls.iter().map(|control| run_control(theorem, control, &lab)).collect(),
        plots: theorem.plots.iter().map(|plot| plot(&lab)).collect(),
    }
}

/// Runs a claim on the reference.
pub fn run_claim(theorem: &Theorem, claim: &Claim, lab: &Lab) -> ClaimRecord {
    let mut evidence = claim.run(lab, &Reference).from_run(origin(theorem, claim.id.into(), lab));
    if let Evidence::Exact(exact) = &mut evidence {
        exact.name_certificates(&format!("{}-{}", theorem.id, claim.id));
    }
    ClaimRecord {
        id: claim.id.into(),
        as_stated: claim.as_stated,
        statement: claim.statement.into(),
        quantifier: claim.quantifier.into(),
        expected: claim.expected,
        verdict: judge(&evidence, &lab.policy),
        method: claim.method.word().into(),
        evidence,
    }
}

/// Runs a control.
pub fn run_control(theorem: &Theorem, control: &Control, lab: &Lab) -> ControlRecord {
    let part = format!("refutes-{}", control.id);
    let evidence = theorem.run_control(control, lab).from_run(origin(theorem, part, lab));
    ControlRecord {
        id: control.id.into(),
        differs: control.differs.into(),
        effect_over_margin: evidence.effect_over_margin().filter(|effect| effect.is_finite()),
        verdict: judge(&evidence, &lab.policy),
        evidence,
    }
}

fn origin(theorem: &Theorem, part: String, lab: &Lab) -> Origin {
    Origin { theorem: theorem.id.into(), part, seed: lab.seed, effort: lab.effort }
}

/// Runs the claim or control that a witness comes from again.
///
/// # Errors
/// If there is no such theorem, claim or control in this version.
pub fn run_again(origin: &Origin) -> Result<Evidence> {
    let theorem = find(&origin.theorem)?;
    let lab = Lab::new(origin.seed, origin.effort, theorem.id);
    let control = |id: &str| theorem.controls.iter().find(|control| control.id == id);
    if let Some(claim) = theorem.claim(&origin.part) {
        Ok(run_claim(theorem, claim, &lab).evidence)
    } else if let Some(control) = origin.part.strip_prefix("refutes-").and_then(control) {
        Ok(run_control(theorem, control, &lab).evidence)
    } else {
        Err(Error::new(format!("{} has no claim or control '{}' in this version", theorem.id, origin.part)))
    }
}
