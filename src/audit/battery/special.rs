//! Gradients that are not finite: they reach their own element and no other one.

use super::recording::{moved, row};
use super::script::{SHAPES, Script};
use super::{Run, Sitting, first_difference};
use crate::Result;
use crate::audit::implementation::Capability;
use crate::audit::record::{Check, Outcome};
use std::ops::Range;

/// Steps of a run.
const STEPS: usize = 10;

/// The step that has such a gradient.
const STEP: usize = 4;

/// Its element, in the first tensor.
const ELEMENT: usize = 7;

const ID: &str = "not finite";

pub(super) fn check(sitting: &Sitting, bold: &Run) -> Result<Check> {
    let mut script = bold.script.clone();
    script.gradients.truncate(STEPS);
    script.rates.truncate(STEPS);
    let clean = rows(sitting, bold, &script)?;
    let skips = sitting.hello.can(Capability::SkipsNonfinite);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut poisoned = script.clone();
        if let Some(gradient) = &mut poisoned.gradients[STEP][0] {
            gradient.data[ELEMENT] = value;
        }
        let found = rows(sitting, bold, &poisoned)?;
        let wrong = match skips {
            true => skipped(sitting, bold, &script, &found)?,
            false => spread(sitting, &clean, &found, value),
        };
        if let Some((step, coordinate, detail)) = wrong {
            let check = Check::new(ID, Outcome::Deviates, "special-values", format!("after a gradient of {value}: {detail}"));
            return Ok(Check { step: Some(step as u64), coordinate: Some(coordinate as u64), ..check });
        }
    }
    let detail = match skips {
        true => "a step whose gradient is not finite leaves no trace, in parameters or in state",
        false => "NaN and infinities reach the parameters of their own gradient and no other ones",
    };
    Ok(Check::new(ID, Outcome::Pass, "special-values", detail.into()))
}

/// The parameters after each step.
fn rows(sitting: &Sitting, bold: &Run, script: &Script) -> Result<Vec<Vec<f64>>> {
    let mut running = sitting.subject.start(&sitting.order(&bold.case.hyper, script))?;
    script.gradients.iter().map(|gradients| Ok(row(&moved(running.step(gradients)?)?))).collect()
}

/// A step, a coordinate and what is wrong there.
type Wrong = Option<(usize, usize, String)>;

/// Where a number that is not finite went, other than into its own place.
fn spread(sitting: &Sitting, clean: &[Vec<f64>], found: &[Vec<f64>], value: f64) -> Wrong {
    let reached = reach(sitting.name, clean[0].len());
    for (step, (clean, found)) in clean.iter().zip(found).enumerate().skip(STEP) {
        let beyond = |index: &usize| !reached.contains(index);
        let others = |row: &[f64]| -> Vec<f64> { (0..row.len()).filter(beyond).map(|index| row[index]).collect() };
        if let Some(index) = first_difference(&others(clean), &others(found)) {
            let coordinate = (0..clean.len()).filter(beyond).nth(index).unwrap_or(0);
            return Some((step, coordinate, format!("coordinate {coordinate}, whose gradients are finite, is another one")));
        }
    }
    if value.is_nan() && !found[STEP][ELEMENT].is_nan() {
        let held = found[STEP][ELEMENT];
        return Some((STEP, ELEMENT, format!("its own parameter is {held:e} in that step, not NaN")));
    }
    None
}

/// The coordinates that a gradient which is not finite may reach: its own, its tensor's, or all of them.
fn reach(optimizer: &str, elements: usize) -> Range<usize> {
    match optimizer {
        "lamb" | "lars" => 0..SHAPES[0].iter().product::<u64>() as usize,
        "ngd" => 0..elements,
        _ => ELEMENT..ELEMENT + 1,
    }
}

/// Whether a step that is left out left a trace.
fn skipped(sitting: &Sitting, bold: &Run, script: &Script, found: &[Vec<f64>]) -> Result<Wrong> {
    if let Some(coordinate) = first_difference(&found[STEP - 1], &found[STEP]) {
        return Ok(Some((
            STEP,
            coordinate,
            "the parameters move, although the subject says that it leaves such steps out".into(),
        )));
    }
    let mut without = script.clone();
    without.gradients.remove(STEP);
    without.rates.remove(STEP);
    let expected = rows(sitting, bold, &without)?;
    let pairs = expected[STEP..].iter().zip(&found[STEP + 1..]).enumerate();
    let differs = pairs.into_iter().find_map(|(step, (expected, found))| Some((step, first_difference(expected, found)?)));
    Ok(differs.map(|(step, coordinate)| {
        (
            STEP + 1 + step,
            coordinate,
            "the steps after it are not those of a run without it: its state or its counter moved".into(),
        )
    }))
}
