//! The settings of hyper-parameters in which a subject is run.

use crate::audit::header::Dtype;
use crate::audit::hyper;
use crate::audit::implementation::{Hyper, Offer};
use crate::audit::setting::Setting;

/// Flags that choose among implementations of one formula; they promise nothing about values.
pub const PATHS: [&str; 6] = ["foreach", "fused", "tensor_lr", "capturable", "differentiable", "jit"];

/// A setting of the hyper-parameters and the number of steps to run in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What is special about it, in words.
    pub name: String,
    /// Every hyper-parameter of the formula, and the path that is switched on.
    pub hyper: Hyper,
    /// Steps.
    pub steps: usize,
}

impl Case {
    /// The hyper-parameters that the formula has: without the paths.
    pub fn formula(&self) -> Hyper {
        let path = |name: &str| PATHS.contains(&name);
        self.hyper.iter().filter(|(name, _)| !path(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// Steps of the run at the declared defaults: beyond the counters of 16-bit formats, which stay at 256 and 2,048.
const LONG: usize = 2100;

/// Steps of every other run: a few time constants of the averages in the bold setting.
const SHORT: usize = 96;

/// Two values of each hyper-parameter at which conventions are far apart even in 16 bits: a fraction that is exact in binary, and one
/// that no format holds.
const BOLD: &[(&str, f64, f64)] = &[
    ("lr", 0.125, 0.03),
    ("momentum", 0.5, 0.8),
    ("dampening", 0.25, 0.4),
    ("beta1", 0.5, 0.8),
    ("beta2", 0.75, 0.95),
    ("rho", 0.75, 0.9),
    ("eps", 0.125, 0.01),
    ("weight_decay", 0.25, 0.1),
    ("initial_accumulator", 0.5, 0.2),
    ("momentum_decay", 0.25, 0.01),
    ("lr_decay", 0.125, 0.05),
    ("trust_coefficient", 0.25, 0.1),
    ("l1", 0.0625, 0.02),
    ("final_lr", 0.25, 0.05),
    ("gamma", 0.25, 0.05),
];

/// The cases of an optimizer: its defaults, for long; bold values, with each optional one switched off in turn and each flag on; other
/// values; no learning rate; and each path. What the user pins stays as it is.
pub fn cases(optimizer: &str, offer: &Offer, pinned: &Hyper) -> Vec<Case> {
    let known = |name: &&String| hyper::knows(optimizer, name);
    let declared: Hyper = offer.hyper.iter().filter(|(name, _)| known(name)).map(|(k, v)| (k.clone(), v.clone())).collect();
    let with_pinned = |mut hyper: Hyper| {
        hyper.extend(pinned.clone());
        hyper
    };
    let defaults = with_pinned(declared.clone());
    let valued = |which: fn(&(&str, f64, f64)) -> f64| {
        let value = |(name, default): (&String, &Setting)| {
            let bold = BOLD.iter().find(|(bold, ..)| bold == name).map(|bold| Setting::Number(which(bold)));
            let bold = bold.filter(|_| matches!(default, Setting::Number(_)));
            (name.clone(), bold.unwrap_or_else(|| default.clone()))
        };
        with_pinned(declared.iter().map(value).collect())
    };
    let (bold, other) = (valued(|bold| bold.1), valued(|bold| bold.2));
    let case = |name: &str, hyper: Hyper| Case { name: name.into(), hyper, steps: SHORT };
    let mut all =
        vec![Case { steps: LONG, ..case("defaults", defaults.clone()) }, case("bold", bold.clone()), case("other values", other)];
    for (name, default) in declared.iter().filter(|(name, _)| !pinned.contains_key(*name)) {
        match default {
            Setting::Flag(default) => {
                let mut flipped = bold.clone();
                flipped.insert(name.clone(), Setting::Flag(!default));
                // Nesterov's momentum has no dampening.
                if name == "nesterov" && flipped.contains_key("dampening") {
                    flipped.insert("dampening".into(), Setting::Number(0.0));
                }
                all.push(case(&format!("{name} {}", if *default { "off" } else { "on" }), flipped));
            }
            Setting::Number(_) if hyper::optional(optimizer, name) => {
                let mut without = bold.clone();
                without.insert(name.clone(), Setting::Number(0.0));
                all.push(case(&format!("no {name}"), without));
            }
            _ => {}
        }
    }
    if !pinned.contains_key("lr") {
        let mut still = bold.clone();
        still.insert("lr".into(), Setting::Number(0.0));
        all.push(case("no learning rate", still));
    }
    for path in PATHS.iter().filter(|path| offer.hyper.contains_key(**path) && !pinned.contains_key(**path)) {
        for (name, hyper) in [("defaults", &defaults), ("bold", &bold)] {
            let mut hyper = hyper.clone();
            hyper.insert(path.to_string(), Setting::Flag(true));
            all.push(case(&format!("{path}, {name}"), hyper));
        }
    }
    let sound = |case: &Case| hyper::check(optimizer, &case.formula()).is_ok();
    let mut distinct: Vec<Case> = vec![];
    for case in all.into_iter().filter(|case| case.name == "defaults" || sound(case)) {
        if !distinct.iter().any(|known| known.hyper == case.hyper) {
            distinct.push(case);
        }
    }
    distinct
}

/// The ε that the probes of a case are about; without one, one that is exact in every format.
pub fn epsilon(hyper: &Hyper, dtype: Dtype) -> f64 {
    let given = match hyper.get("eps") {
        Some(Setting::Number(epsilon)) if dtype.round(*epsilon) > 0.0 => *epsilon,
        _ => 0.0078125,
    };
    dtype.round(given)
}
