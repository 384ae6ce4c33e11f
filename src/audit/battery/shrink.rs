//! The smallest input that still shows a deviation: one number, few steps, plain values.

use super::script::Script;
use super::{Run, Sitting};
use crate::Result;
use crate::audit::conventions::candidates;
use crate::audit::record::Check;
use crate::audit::recorded::audit_trace;
use crate::audit::tensor::Tensor;
use crate::audit::trace::Trace;

/// Puts the smallest witness that is found into the check of a run that deviates: that coordinate alone, asked again of the subject. A
/// method that looks at whole tensors, or a subject that does not deviate again, keeps the witness that it has.
pub(super) fn shrunk(sitting: &Sitting, run: &Run, check: Check) -> Result<Check> {
    let (Some(step), Some(coordinate)) = (check.step, check.coordinate) else { return Ok(check) };
    let elementwise = candidates(&run.trace.header)?.first().is_some_and(|candidate| candidate.method.scope().is_none());
    if !elementwise {
        return Ok(check);
    }
    let shows = |script: &Script| -> Result<Option<Trace>> {
        let trace = sitting.record_run(&run.case, script)?;
        Ok(deviates(&trace)?.then_some(trace))
    };
    let mut smallest = alone(run, coordinate as usize, step as usize + 1);
    let Some(mut trace) = shows(&smallest)? else { return Ok(check) };
    let lengths = std::iter::successors(Some(1), |steps| Some(2 * steps)).take_while(|steps| *steps < smallest.steps());
    for steps in lengths.collect::<Vec<_>>() {
        let fewer = last(&smallest, steps);
        if let Some(shown) = shows(&fewer)? {
            (smallest, trace) = (fewer, shown);
            break;
        }
    }
    for simpler in [start_at(0.0), start_at(1.0), gradients_as(|_| 1.0), gradients_as(power_of_two)] {
        let simpler = simpler(&smallest);
        if let Some(shown) = shows(&simpler)? {
            (smallest, trace) = (simpler, shown);
        }
    }
    let found = audit_trace(&trace)?.checks.into_iter().next();
    Ok(Check { witness: found.and_then(|found| found.witness).or(check.witness.clone()), ..check })
}

/// Whether no allowed form of the name fits.
fn deviates(trace: &Trace) -> Result<bool> {
    let all = candidates(&trace.header)?;
    let mut allowed = all.iter().filter(|candidate| candidate.ruled_out().next().is_none());
    Ok(allowed.all(|candidate| super::fingerprint::fit(trace, &candidate.method, 1).first.is_some()))
}

/// The first steps of one coordinate, in a tensor of its own.
fn alone(run: &Run, coordinate: usize, steps: usize) -> Script {
    let vector = |x: f64| Tensor::vector(vec![x]);
    let (params, rates) = (vec![vector(run.trace.params[0][coordinate])], run.script.rates[..steps].to_vec());
    let gradients = run.trace.grads[..steps].iter().map(|row| vec![Some(vector(row[coordinate]))]).collect();
    Script { params, gradients, rates }
}

/// The last steps, from the same start.
fn last(script: &Script, steps: usize) -> Script {
    let cut = script.steps() - steps;
    let first = script.rates[cut];
    let rates = script.rates[cut..].iter().map(|rate| rate / first).collect();
    Script { params: script.params.clone(), gradients: script.gradients[cut..].to_vec(), rates }
}

/// A change of a script.
type Change = Box<dyn Fn(&Script) -> Script>;

fn start_at(x: f64) -> Change {
    Box::new(move |script| script.map(|_| vec![Tensor::vector(vec![x])], <[_]>::to_vec))
}

fn gradients_as(change: fn(f64) -> f64) -> Change {
    let changed = move |tensor: &Option<Tensor>| {
        tensor.as_ref().map(|tensor| Tensor { data: tensor.data.iter().map(|g| change(*g)).collect(), ..tensor.clone() })
    };
    Box::new(move |script| script.map(<[_]>::to_vec, |row| row.iter().map(changed).collect()))
}

/// The nearest power of two, which is exact in every format.
fn power_of_two(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() { x } else { libm::exp2(libm::log2(x.abs()).round()).copysign(x) }
}
