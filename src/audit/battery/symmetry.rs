//! Symmetries that need no reference: the order of the tensors, the sign of everything, copies, and how numbers are cut into tensors.

use super::fingerprint::Fingerprint;
use super::script::Script;
use super::{Run, Sitting, same};
use crate::Result;
use crate::audit::record::{Check, Outcome};
use crate::audit::tensor::Tensor;
use crate::audit::trace::Trace;

/// Steps of each run.
const STEPS: usize = 16;

/// A change of the input that changes the output in a way that is known without any formula.
struct Symmetry {
    id: &'static str,
    words: &'static str,
    /// The changed input.
    given: fn(&Script) -> Script,
    /// The row of the changed run that the row of the original one should become.
    expected: fn(&Script, &[f64]) -> Vec<f64>,
    /// Whether it holds for methods that look at whole tensors.
    tensorwise: bool,
}

const ALL: [Symmetry; 4] = [
    Symmetry {
        id: "symmetry: order of tensors",
        words: "the tensors in the opposite order",
        given: |script| {
            script.map(|tensors| tensors.iter().rev().cloned().collect(), |tensors| tensors.iter().rev().cloned().collect())
        },
        expected: |script, row| reversed(script, row),
        tensorwise: true,
    },
    Symmetry {
        id: "symmetry: sign",
        words: "parameters and gradients with the opposite sign",
        given: |script| {
            script.map(
                |tensors| tensors.iter().map(negated).collect(),
                |tensors| tensors.iter().map(|g| g.as_ref().map(negated)).collect(),
            )
        },
        expected: |_, row| row.iter().map(|x| -x).collect(),
        tensorwise: true,
    },
    Symmetry {
        id: "symmetry: copies",
        words: "every tensor twice",
        given: |script| script.map(|tensors| [tensors, tensors].concat(), |tensors| [tensors, tensors].concat()),
        expected: |_, row| [row, row].concat(),
        tensorwise: true,
    },
    Symmetry {
        id: "symmetry: one tensor",
        words: "all numbers in one tensor",
        given: |script| {
            script.map(|tensors| vec![joined(tensors.iter())], |tensors| vec![Some(joined(tensors.iter().flatten()))])
        },
        expected: |_, row| row.to_vec(),
        tensorwise: false,
    },
];

fn negated(tensor: &Tensor) -> Tensor {
    Tensor { shape: tensor.shape.clone(), data: tensor.data.iter().map(|x| -x).collect() }
}

fn joined<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> Tensor {
    Tensor::vector(tensors.flat_map(|tensor| tensor.data.iter().copied()).collect())
}

fn reversed(script: &Script, row: &[f64]) -> Vec<f64> {
    let mut rest = row;
    let mut parts: Vec<&[f64]> = vec![];
    for tensor in &script.params {
        let (part, after) = rest.split_at(tensor.data.len());
        parts.push(part);
        rest = after;
    }
    parts.into_iter().rev().flatten().copied().collect()
}

/// Every symmetry that the subject's kind has.
///
/// Equal bits are enough. Vector loops and their ends may round differently, so that other bits are held against the formula, where it
/// is known.
pub(super) fn checks(sitting: &Sitting, bold: &Run, known: Option<&Fingerprint>) -> Result<Vec<Check>> {
    let tensorwise = ["lamb", "lars", "ngd"].contains(&sitting.name);
    let wanted = ALL.iter().filter(|symmetry| symmetry.tensorwise || !tensorwise);
    // Twice the tensors are another norm of all of them.
    let wanted = wanted.filter(|symmetry| sitting.name != "ngd" || symmetry.id != "symmetry: copies");
    wanted.map(|symmetry| check(sitting, bold, known, symmetry)).collect()
}

fn check(sitting: &Sitting, bold: &Run, known: Option<&Fingerprint>, symmetry: &Symmetry) -> Result<Check> {
    let mut script = bold.script.clone();
    script.gradients.truncate(STEPS);
    script.rates.truncate(STEPS);
    let changed = (symmetry.given)(&script);
    let original = sitting.record_run(&bold.case, &script)?;
    let trace = sitting.record_run(&bold.case, &changed)?;
    let rows = original.params.iter().map(|row| (symmetry.expected)(&script, row));
    let kind = "symmetry";
    let new = |verdict, detail: String| Check::new(symmetry.id, verdict, kind, detail);
    let different =
        rows.zip(&trace.params).position(|(expected, found)| !same(&without_zero_signs(&expected), &without_zero_signs(found)));
    let Some(row) = different else { return Ok(new(Outcome::Pass, format!("{} give the same bits", symmetry.words))) };
    let step = row.saturating_sub(1) as u64;
    let check = match known.map(|known| fits(known, &trace)).transpose()?.flatten() {
        Some(true) => new(Outcome::Pass, format!("{} give other bits, within what rounding allows", symmetry.words)),
        Some(false) => new(Outcome::Deviates, format!("{} change what the subject computes", symmetry.words)),
        None => new(Outcome::Inconclusive, format!("{} give other bits, and nothing tells how far they may be", symmetry.words)),
    };
    Ok(Check { step: Some(step), ..check })
}

fn fits(known: &Fingerprint, trace: &Trace) -> Result<Option<bool>> {
    Ok(known.judge(trace, known.candidates(&trace.header)?).holds())
}

/// Zero has no sign here: -0 and 0 step alike.
fn without_zero_signs(row: &[f64]) -> Vec<f64> {
    row.iter().map(|x| x + 0.0).collect()
}
