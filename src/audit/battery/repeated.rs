//! What a run must leave as it was: another run of the same input, and the gradients that it was given.

use super::{Run, Sitting, first_difference_of_runs, same};
use crate::Result;
use crate::audit::implementation::{Answer, Capability};
use crate::audit::record::{Check, Outcome};
use crate::audit::tensor::Tensor;

/// The same input twice gives the same bits.
pub(super) fn same_bits(sitting: &Sitting, bold: &Run) -> Result<Check> {
    let again = sitting.record_run(&bold.case, &bold.script)?;
    Ok(match first_difference_of_runs(&again.params, &bold.trace.params) {
        None => Check::new("same bits", Outcome::Pass, "determinism", "the same input twice gives the same bits".into()),
        Some((row, coordinate)) => {
            let (one, other) = (bold.trace.params[row][coordinate], again.params[row][coordinate]);
            let detail = format!("the same input twice: coordinate {coordinate} is {one:e} and then {other:e}");
            let check = Check::new("same bits", Outcome::Deviates, "determinism", detail);
            Check { step: Some(row.saturating_sub(1) as u64), coordinate: Some(coordinate as u64), ..check }
        }
    })
}

/// Steps in which the buffers are looked at.
const STEPS: usize = 12;

/// The gradient buffers are after a step what they were before it, in every setting and on every path.
pub(super) fn buffers(sitting: &Sitting, runs: &[Run]) -> Result<Check> {
    const ID: &str = "gradient buffers";
    if !sitting.hello.can(Capability::Grads) {
        let detail = "the subject does not show its gradient buffers".into();
        return Ok(Check::new(ID, Outcome::NotApplicable, "state", detail));
    }
    for run in runs {
        if let Some((step, tensor)) = written(sitting, run)? {
            let setting = &run.case.name;
            let detail = format!("{setting}: the gradient of tensor {tensor} is another one after the step: it was written into");
            let check = Check::new(ID, Outcome::Deviates, "state", detail);
            return Ok(Check { step: Some(step as u64), ..check });
        }
    }
    let detail = format!("the gradients of {STEPS} steps are untouched in {} settings", runs.len());
    Ok(Check::new(ID, Outcome::Pass, "state", detail))
}

/// The first step and tensor whose gradient was written into.
fn written(sitting: &Sitting, run: &Run) -> Result<Option<(usize, usize)>> {
    let mut running = sitting.subject.start(&sitting.order(&run.case.hyper, &run.script))?;
    for (step, gradients) in run.script.gradients.iter().take(STEPS).enumerate() {
        let Answer::Moved { grads: Some(after), .. } = running.step(gradients)? else {
            let detail = format!("step {step} shows no gradient buffers, although the subject says that it does");
            return Err(crate::Error::new(detail));
        };
        let kept = |(before, after): (&Option<Tensor>, &Option<Tensor>)| match (before, after) {
            (Some(before), Some(after)) => same(&before.data, &after.data),
            (before, after) => before.is_none() == after.is_none(),
        };
        if let Some(tensor) = gradients.iter().zip(&after).position(|pair| !kept(pair)) {
            return Ok(Some((step, tensor)));
        }
    }
    Ok(None)
}
