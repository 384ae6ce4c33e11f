//! Optimizers that evaluate the objective themselves: L-BFGS.
//!
//! A subject is run on objectives that it may ask for wherever it likes ([`path`]). What it does in a step follows from where it stood
//! and from the gradients there, in whatever form of its name it has ([`forms`], [`twin`]).

mod case;
mod forms;
mod objective;
mod path;
mod repeated;
mod twin;

use super::{LEAST_STEPS, Sitting};
use crate::Result;
use crate::audit::conformance::Place;
use crate::audit::conventions::Choice;
use crate::audit::record::{Check, Identified, Outcome};
use crate::audit::separation::FAR;
use case::{Case, cases};
use forms::Form;
use path::Path;
use serde_json::{Value, json};
use twin::{Fit, far_apart};

/// The neutral name of the optimizer that is examined here.
pub(super) const NAME: &str = "lbfgs";

/// A case and what the subject did in it.
struct Run {
    case: Case,
    paths: Vec<Path>,
}

/// What all runs together are held to be.
struct Finding {
    form: Form,
    /// Whether every run is that form's; otherwise it is the nearest of those that the name leaves free.
    fits: bool,
}

/// Runs everything; what was found so far is there even where the subject fails on the way.
pub(super) fn examine(sitting: &Sitting, checks: &mut Vec<Check>, identified: &mut Option<Identified>) -> Result<()> {
    let mut runs = vec![];
    for case in cases(sitting)? {
        let paths = case.plans.iter().map(|plan| case.run(sitting, plan)).collect::<Result<_>>()?;
        runs.push(Run { case, paths });
    }
    let forms = Form::all();
    let fitting: Vec<&Form> = forms.iter().filter(|form| misses(sitting, &runs, form).is_none()).collect();
    let finding = match fitting.first() {
        Some(form) => Finding { form: (*form).clone(), fits: true },
        None => Finding { form: nearest(sitting, &runs, &forms).clone(), fits: false },
    };
    let of_runs: Vec<(Check, usize)> = runs.iter().map(|run| conformance(sitting, run, &finding)).collect();
    checks.push(summary(&of_runs));
    checks.extend(of_runs.into_iter().map(|(check, _)| check));
    if finding.fits {
        *identified = Some(Identified::of(NAME, &finding.form.choices));
    }
    if finding.fits && finding.form.ruled_out().next().is_none() {
        checks.push(separation(sitting, &runs, &forms, &fitting, &finding.form));
    }
    checks.push(evaluations(&runs));
    let cases: Vec<Case> = runs.into_iter().map(|run| run.case).collect();
    checks.push(repeated::same_bits(sitting, &cases)?);
    checks.push(repeated::state(sitting, &cases)?);
    checks.push(uncovered(&cases));
    Ok(())
}

/// The number of the first path that a form does not fit, and the step.
fn misses(sitting: &Sitting, runs: &[Run], form: &Form) -> Option<(usize, usize)> {
    let paths = runs.iter().flat_map(|run| &run.paths).enumerate();
    let miss = |(number, path)| Some((number, Fit::of(path, form, sitting.dtype).first?.step));
    paths.into_iter().find_map(miss)
}

/// The form that fits longest, of those that the name leaves free.
fn nearest<'a>(sitting: &Sitting, runs: &[Run], forms: &'a [Form]) -> &'a Form {
    let free = forms.iter().filter(|form| form.ruled_out().next().is_none());
    // Of equals the first, which differs least from the plain form.
    let longest = free.rev().max_by_key(|form| misses(sitting, runs, form).unwrap_or((usize::MAX, 0)));
    longest.expect("the plain form is free")
}

/// What the runs of a case say, and in how many steps the bounds are sharp.
fn conformance(sitting: &Sitting, run: &Run, finding: &Finding) -> (Check, usize) {
    let form = &finding.form;
    let fits: Vec<(&Path, Fit)> = run.paths.iter().map(|path| (path, Fit::of(path, form, sitting.dtype))).collect();
    let sharp = fits.iter().map(|(_, fit)| fit.sharp).sum();
    let ruled_out: Vec<String> = form.ruled_out().filter_map(Choice::difference).collect();
    let worst = fits.iter().filter_map(|(_, fit)| fit.worst).max_by(|a, b| a.ratio.total_cmp(&b.ratio));
    let first = fits.iter().find_map(|(path, fit)| Some((*path, fit.first?)));
    let new = |verdict, detail| Check::new(&format!("run: {}", run.case.name), verdict, "formula", detail);
    let check = match first {
        Some((path, place)) => {
            let Place { step, coordinate, expected, observed, bound, ratio } = place;
            let detail = format!(
                "the nearest is {}, which fits up to step {step}: there coordinate {coordinate} is {observed:e} and should be \
                 {expected:e} within {bound:.1e}, {ratio:.3} times over",
                form.name()
            );
            Check { witness: Some(witness(path, &place)), ..new(Outcome::Deviates, detail).at(Some(place)) }
        }
        None if !ruled_out.is_empty() => {
            let detail = format!("the steps are those of {}, which the name '{NAME}' rules out", ruled_out.join(" and "));
            new(Outcome::Deviates, detail).at(worst)
        }
        None => {
            let steps: usize = run.paths.iter().map(|path| path.gradients.len()).sum();
            let ratio = worst.map_or(0.0, |place| place.ratio);
            let detail = format!(
                "{steps} steps are those of {}, within {ratio:.3} of what rounding allows; in {sharp} of them it allows less than a \
                 tenth of the step",
                form.name()
            );
            let variant = form.differences().next().is_some();
            new(if variant { Outcome::Variant } else { Outcome::Pass }, detail).at(worst)
        }
    };
    (check, sharp)
}

/// What all runs say together: conformance takes enough steps whose bounds are sharp.
fn summary(of_runs: &[(Check, usize)]) -> Check {
    let id = || "conformance".to_string();
    let checks = || of_runs.iter().map(|(check, _)| check);
    if let Some(wrong) = checks().find(|check| check.verdict == Outcome::Deviates) {
        return Check { id: id(), detail: format!("{}: {}", wrong.id, wrong.detail), ..wrong.clone() };
    }
    let sharp: usize = of_runs.iter().map(|(_, sharp)| sharp).sum();
    let largest = |a: &&Check, b: &&Check| a.worst_ratio.unwrap_or(0.0).total_cmp(&b.worst_ratio.unwrap_or(0.0));
    let worst = checks().max_by(largest).expect("there is a case").clone();
    let (verdict, detail) = if sharp < LEAST_STEPS {
        (Outcome::Inconclusive, format!("of {LEAST_STEPS} steps that it takes, {sharp} have a bound below a tenth of the step"))
    } else {
        let ratio = worst.worst_ratio.unwrap_or(0.0);
        (worst.verdict, format!("{sharp} steps in {} settings, within {ratio:.3} of what rounding allows", of_runs.len()))
    };
    Check { id: id(), verdict, detail, ..worst }
}

/// Whether the runs could have shown every convention: each other value of one is refuted, and far away in some run.
fn separation(sitting: &Sitting, runs: &[Run], forms: &[Form], fitting: &[&Form], chosen: &Form) -> Check {
    let apart = |other: &Form| {
        let fits = fitting.iter().any(|form| form.choices.iter().zip(&other.choices).all(|(a, b)| a.value == b.value));
        !fits && runs.iter().flat_map(|run| &run.paths).any(|path| far_apart(path, chosen, other, sitting.dtype))
    };
    let others: Vec<(&Form, &Choice)> = forms.iter().filter_map(|form| Some((form, chosen.step_to(form)?))).collect();
    let close: Vec<String> = others
        .iter()
        .filter(|(form, _)| !apart(form))
        .map(|(_, choice)| format!("{} ({})", choice.convention, choice.formula))
        .collect();
    let (outcome, detail) = match close.is_empty() {
        true => {
            let outcome = if chosen.differences().next().is_some() { Outcome::Variant } else { Outcome::Pass };
            let count = others.len();
            (outcome, format!("{count} other values of its conventions are each at least {FAR} bounds away in some run"))
        }
        false => (Outcome::Inconclusive, format!("no run tells it from {}", close.join(", "))),
    };
    Check::new("fingerprint", outcome, "formula", detail)
}

/// How often the objective was asked for, and where.
fn evaluations(runs: &[Run]) -> Check {
    let paths = || runs.iter().flat_map(|run| &run.paths);
    let steps: usize = paths().map(|path| path.gradients.len()).sum();
    let evaluations: usize = paths().map(|path| path.evaluations).sum();
    let elsewhere: usize = paths().map(|path| path.elsewhere).sum();
    let detail = match (evaluations, elsewhere) {
        (0, _) => format!("the objective was not asked for in {steps} steps: the gradients that came with them are enough"),
        (_, 0) => format!("{evaluations} in {steps} steps, each where a step begins or ends"),
        _ => format!("{evaluations} in {steps} steps, {elsewhere} of them neither where the step begins nor where it ends"),
    };
    Check::new("evaluations", Outcome::Pass, "closure", detail)
}

/// What was not looked at.
fn uncovered(cases: &[Case]) -> Check {
    const NEVER: &str =
        "line searches, early stops, several iterations in a step, pairs of almost no curvature, objectives that are not finite";
    let unvaried = cases[0].unvaried();
    let mut detail = format!("not covered: {NEVER}");
    if !unvaried.is_empty() {
        detail += &format!("; the hyper-parameters {}", unvaried.join(", "));
    }
    Check::new("not covered", Outcome::NotApplicable, "coverage", detail)
}

/// A run up to the place that shows a deviation: all points and gradients, for the direction depends on all of them.
fn witness(path: &Path, place: &Place) -> Value {
    let Place { step, coordinate, expected, observed, bound, .. } = *place;
    json!({
        "step": step, "coordinate": coordinate, "observed": observed, "expected": expected, "bound": bound,
        "history": path.plan.history, "lr": path.plan.rates[..=step], "points": path.points[..=step + 1], "grads": path.gradients[..=step],
    })
}
