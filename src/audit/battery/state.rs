//! Saved states: a run that is saved, loaded and continued is the run that was not interrupted, bit for bit.

use super::case::{OTHER, cases};
use super::recording::{moved, row};
use super::{Run, Sitting, first_difference, number};
use crate::Result;
use crate::audit::implementation::{Capability, Hyper, Running};
use crate::audit::record::{Check, Outcome};
use crate::audit::tensor::Tensor;

/// Steps before the saving.
const BEFORE: usize = 9;

/// Steps after it.
const AFTER: usize = 7;

pub(super) fn check(sitting: &Sitting, bold: &Run) -> Result<Check> {
    const ID: &str = "state";
    if !sitting.hello.can(Capability::State) {
        return Ok(Check::new(ID, Outcome::NotApplicable, "state", "the subject does not save its state".into()));
    }
    let all = cases(sitting.name, sitting.offer, sitting.pinned, sitting.dtype);
    let other = all.iter().find(|case| case.name == OTHER).map_or(&bold.case.hyper, |case| &case.hyper);
    let given = &bold.script.gradients;
    let mut whole = sitting.subject.start(&sitting.order(&bold.case.hyper, &bold.script))?;
    let mut params = bold.script.params.clone();
    for gradients in &given[..BEFORE - 2] {
        params = moved(whole.step(gradients)?)?;
    }
    // A changed learning rate belongs to what is saved.
    if let (true, Some(lr)) = (sitting.hello.can(Capability::SetLr), number(&bold.case.hyper, "lr")) {
        whole.set_lr(lr * 0.375)?;
    }
    for gradients in &given[BEFORE - 2..BEFORE] {
        params = moved(whole.step(gradients)?)?;
    }
    let saved = whole.save()?;
    let expected = steps(whole.as_mut(), &given[BEFORE..BEFORE + AFTER])?;
    for (hyper, made) in [(&bold.case.hyper, "the same hyper-parameters"), (other, "other hyper-parameters")] {
        let found = match continued(sitting, hyper, &params, &saved, &given[BEFORE..BEFORE + AFTER]) {
            Ok(found) => found,
            Err(error) => {
                let detail = format!("a state that was saved does not load into an optimizer made with {made}: {error}");
                return Ok(Check::new(ID, Outcome::Deviates, "state", detail));
            }
        };
        let differs = expected
            .iter()
            .zip(&found)
            .enumerate()
            .find_map(|(step, (expected, found))| first_difference(expected, found).map(|coordinate| (step, coordinate)));
        if let Some((step, coordinate)) = differs {
            let (expected, found) = (expected[step][coordinate], found[step][coordinate]);
            let detail = format!(
                "a state that was saved after step {} and loaded into an optimizer made with {made} does not continue: coordinate \
                 {coordinate} is {found:e} and would be {expected:e}",
                BEFORE - 1
            );
            let check = Check::new(ID, Outcome::Deviates, "state", detail);
            return Ok(Check { step: Some((BEFORE + step) as u64), coordinate: Some(coordinate as u64), ..check });
        }
    }
    let detail = "saved, loaded into an optimizer with other hyper-parameters, and continued: the same bits".into();
    Ok(Check::new(ID, Outcome::Pass, "state", detail))
}

/// The rest of the run, by an optimizer that was made with these hyper-parameters and has loaded the state.
fn continued(
    sitting: &Sitting,
    hyper: &Hyper,
    params: &[Tensor],
    saved: &str,
    given: &[Vec<Option<Tensor>>],
) -> Result<Vec<Vec<f64>>> {
    let mut order = sitting.order(hyper, &super::Script { params: params.to_vec(), gradients: vec![], rates: vec![] });
    order.groups.clear();
    let mut running = sitting.subject.start(&order)?;
    running.load(saved)?;
    steps(running.as_mut(), given)
}

fn steps(running: &mut dyn Running, given: &[Vec<Option<Tensor>>]) -> Result<Vec<Vec<f64>>> {
    given.iter().map(|gradients| Ok(row(&moved(running.step(gradients)?)?))).collect()
}
