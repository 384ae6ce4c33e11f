//! What runs of one input have in common: the bits of a second run, and of one that was saved, loaded and continued.

use super::super::{Sitting, first_difference_of_runs};
use super::case::{BOLD, Case};
use super::path::{Plan, row};
use crate::Result;
use crate::audit::implementation::{Capability, Running};
use crate::audit::record::{Check, Outcome};
use crate::audit::tensor::Tensor;

/// The bold case and its first run, whose start has no zeros: in a few dimensions the newest pair alone would be enough.
fn bold(cases: &[Case]) -> (&Case, &Plan) {
    let case = cases.iter().find(|case| case.name == BOLD).unwrap_or(&cases[0]);
    (case, &case.plans[0])
}

/// The same input twice gives the same bits.
pub fn same_bits(sitting: &Sitting, cases: &[Case]) -> Result<Check> {
    let (case, plan) = bold(cases);
    let (one, other) = (case.run(sitting, plan)?, case.run(sitting, plan)?);
    Ok(match first_difference_of_runs(&one.points, &other.points) {
        None => Check::new("same bits", Outcome::Pass, "determinism", "the same input twice gives the same bits".into()),
        Some(place) => differs("same bits", "determinism", "the same input twice gives other bits", place, 0),
    })
}

/// Steps before the saving, and after it.
const STEPS: [usize; 2] = [5, 4];

/// A run that is saved, loaded and continued is the run that was not interrupted.
pub fn state(sitting: &Sitting, cases: &[Case]) -> Result<Check> {
    const ID: &str = "state";
    if !sitting.hello.can(Capability::State) {
        return Ok(Check::new(ID, Outcome::NotApplicable, "state", "the subject does not save its state".into()));
    }
    let (case, plan) = bold(cases);
    let [before, after] = STEPS;
    let mut whole = sitting.subject.start(&case.order(sitting, &plan.start))?;
    let there = steps(sitting, plan, whole.as_mut(), &plan.start, before)?.pop().expect("a step at least");
    let saved = whole.save()?;
    let expected = steps(sitting, plan, whole.as_mut(), &there, after)?;
    for (made, with) in [(case, "the same hyper-parameters"), (&cases[0], "other hyper-parameters")] {
        let found = match continued(sitting, made, plan, &there, &saved) {
            Ok(found) => found,
            Err(error) => {
                let detail = format!("a state that was saved does not go on in an optimizer made with {with}: {error}");
                return Ok(Check::new(ID, Outcome::Deviates, "state", detail));
            }
        };
        let rows = |steps: &[Vec<Tensor>]| steps.iter().map(|tensors| row(tensors)).collect::<Vec<_>>();
        if let Some(place) = first_difference_of_runs(&rows(&expected), &rows(&found)) {
            let words = format!(
                "a state that was saved after step {} and loaded into an optimizer made with {with} does not continue",
                before - 1
            );
            return Ok(differs(ID, "state", &words, place, before + 1));
        }
    }
    let detail = "saved, loaded into an optimizer with other hyper-parameters, and continued: the same bits".into();
    Ok(Check::new(ID, Outcome::Pass, "state", detail))
}

/// The rest of the run, by an optimizer that was made in this case and has loaded the state.
fn continued(sitting: &Sitting, made: &Case, plan: &Plan, there: &[Tensor], saved: &str) -> Result<Vec<Vec<Tensor>>> {
    let mut running = sitting.subject.start(&made.order(sitting, there))?;
    running.load(saved)?;
    steps(sitting, plan, running.as_mut(), there, STEPS[1])
}

/// The parameters after each of so many steps.
fn steps(sitting: &Sitting, plan: &Plan, running: &mut dyn Running, at: &[Tensor], count: usize) -> Result<Vec<Vec<Tensor>>> {
    let mut all: Vec<Vec<Tensor>> = vec![];
    for _ in 0..count {
        let (next, _) = plan.step(running, all.last().map_or(at, Vec::as_slice), sitting.dtype)?;
        all.push(next);
    }
    Ok(all)
}

/// A deviation in a row of a run; `first` is the row number of the first of them, where row 0 is the start.
fn differs(id: &str, kind: &str, words: &str, (row, coordinate): (usize, usize), first: usize) -> Check {
    let check = Check::new(id, Outcome::Deviates, kind, format!("{words}: coordinate {coordinate}"));
    Check { step: Some((first + row).saturating_sub(1) as u64), coordinate: Some(coordinate as u64), ..check }
}
