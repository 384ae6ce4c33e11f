//! The smallest setting that shows a deviation.

use super::conventions::Conventions;
use super::fit::{Answered, Fit};
use super::known::Known;
use crate::audit::conformance::Place;
use crate::audit::implementation::{Hyper, Implementation};
use crate::audit::setting::Setting;
use crate::number::Format;

/// Simpler values, the simplest first, of a hyper-parameter that is a count, and of one that is not.
const COUNTS: [f64; 4] = [2.0, 3.0, 4.0, 5.0];
const REALS: [f64; 4] = [0.0, 1.0, 0.5, 0.25];

/// A setting and its first deviation, after every hyper-parameter has become as simple as it can be with the rate deviating at the same
/// step or before.
pub(super) fn shrunk<F: Format>(
    subject: &dyn Implementation,
    known: &'static Known,
    conventions: &Conventions,
    start: (&Answered, Place),
) -> (Hyper, Place) {
    let (mut hyper, mut place) = (start.0.hyper.clone(), start.1);
    for (name, _) in known.hyper {
        let Some(Setting::Number(held)) = hyper.get(*name).cloned() else { continue };
        let simpler: &[f64] = if COUNTED.contains(name) { &COUNTS } else { &REALS };
        for value in simpler.iter().filter(|value| !COUNTED.contains(name) || **value < held) {
            let mut tried = hyper.clone();
            tried.insert(name.to_string(), Setting::Number(*value));
            let Some(found) = sound(&tried).then(|| deviation::<F>(subject, known, conventions, &tried, place.step)).flatten()
            else {
                continue;
            };
            (hyper, place) = (tried, found);
            break;
        }
    }
    (hyper, place)
}

pub(super) const COUNTED: [&str; 5] = ["period", "warmup", "growth", "patience", "cooldown"];

/// The first step up to `last` at which the subject deviates; `None` also if it refuses the setting.
fn deviation<F: Format>(
    subject: &dyn Implementation,
    known: &'static Known,
    conventions: &Conventions,
    hyper: &Hyper,
    last: usize,
) -> Option<Place> {
    let rates = match hyper.get("metrics") {
        Some(Setting::Numbers(metrics)) => subject.schedule(known.name, hyper, metrics.len()),
        _ => subject.schedule(known.name, hyper, last + 1),
    };
    let answered = [Answered { hyper: hyper.clone(), rates: rates.ok()? }];
    let found = Fit::of::<F>(known, conventions, &answered, true).first?.1;
    (found.step <= last).then_some(found)
}

/// Whether a schedule makes sense with these values.
fn sound(hyper: &Hyper) -> bool {
    let float = |name: &str| match hyper.get(name) {
        Some(Setting::Number(x)) => Some(*x),
        _ => None,
    };
    let above = |name: &str, least: f64| float(name).is_none_or(|x| x > least);
    let fraction = |name: &str| float(name).is_none_or(|x| 0.0 < x && x < 1.0);
    let (lr, min, warmup) = (float("lr"), float("min_lr").unwrap_or(0.0), float("warmup").unwrap_or(0.0));
    let warmed = match float("period") {
        // A fraction of the steps for one cycle, which needs room for its phases.
        Some(period) if float("div").is_some() => 0.0 < warmup && warmup < 1.0 && warmup * period >= 2.0,
        Some(period) => warmup < period,
        None => true,
    };
    let positive = ["lr", "gamma", "power", "start_factor", "div", "final_div"].iter().all(|name| above(name, 0.0));
    lr.is_none_or(|lr| lr > min) && positive && fraction("gamma") && fraction("factor") && warmed
}
