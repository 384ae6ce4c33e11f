//! The settings of hyper-parameters in which a subject is run.

use crate::audit::header::Dtype;
use crate::audit::hyper;
use crate::audit::implementation::{Hyper, Offer};
use crate::audit::setting::Setting;

/// Flags that choose among implementations of one formula; they promise nothing about values.
const PATHS: [&str; 4] = ["foreach", "fused", "tensor_lr", "jit"];

/// Such flags for purposes other than training: gradients of the step itself, graphs on other devices. They are run where the user
/// pins them.
pub const SPECIAL_PATHS: [&str; 2] = ["differentiable", "capturable"];

/// Whether a flag chooses among implementations of one formula.
pub fn is_path(name: &str) -> bool {
    PATHS.contains(&name) || SPECIAL_PATHS.contains(&name)
}

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

/// Name of the case with the declared defaults.
pub const DEFAULTS: &str = "defaults";

/// Name of the case whose values tell conventions apart.
pub const BOLD: &str = "bold";

/// Name of the case with other values than the bold ones.
pub const OTHER: &str = "other values";

/// Name of the case whose averages forget within a few steps.
pub const QUICK: &str = "quick";

impl Case {
    /// Whether this is the run over which conformance is decided.
    pub fn is_long(&self) -> bool {
        self.steps == LONG
    }

    /// Whether every flag of the formula is what it is in another case.
    pub fn has_flags_of(&self, other: &Case) -> bool {
        let flags = |case: &Case| -> Hyper {
            case.formula().into_iter().filter(|(_, value)| matches!(value, Setting::Flag(_))).collect()
        };
        flags(self) == flags(other)
    }

    /// The hyper-parameters that the formula has: without the paths.
    pub fn formula(&self) -> Hyper {
        self.hyper.iter().filter(|(name, _)| !is_path(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// Steps of the run over which conformance is decided: beyond the counters of 16-bit formats, which stay at 256 and 2,048.
const LONG: usize = 2100;

/// Steps of every other run: a few time constants of the averages in the bold setting.
const SHORT: usize = 96;

/// A hyper-parameter and its values in the bold, the other and the quick case.
type Values = (&'static str, [f64; 3]);

/// Values at which conventions are far apart even in 16 bits: fractions that are exact in binary, ones that no format holds, and such
/// that averages forget within a few steps.
const VALUES: &[Values] = &[
    ("lr", [0.5, 0.03, 0.25]),
    ("momentum", [0.5, 0.8, 0.25]),
    ("dampening", [0.25, 0.4, 0.5]),
    ("beta1", [0.5, 0.8, 0.5]),
    ("beta2", [0.75, 0.95, 0.25]),
    ("rho", [0.75, 0.9, 0.25]),
    ("eps", [0.125, 0.01, 0.5]),
    ("weight_decay", [1.5, 0.1, 0.0]),
    ("initial_accumulator", [0.5, 0.2, 1.0]),
    ("momentum_decay", [0.25, 0.01, 1.0]),
    ("lr_decay", [0.125, 0.05, 0.5]),
    ("trust_coefficient", [0.25, 0.1, 0.5]),
    ("l1", [0.0625, 0.02, 0.25]),
    ("final_lr", [0.25, 0.25, 0.125]),
    ("gamma", [0.25, 0.05, 0.0625]),
];

/// The cases of an optimizer: its defaults, for long; bold values, with each optional one switched off in turn and each flag on; other
/// values; no learning rate; and each path. What the user pins stays as it is.
///
/// In 16 bits the averages of usual defaults forget slower than their rounding errors grow, so that nothing could be said about a long
/// run: there the bold values are run for long, whose averages forget fast.
pub fn cases(optimizer: &str, offer: &Offer, pinned: &Hyper, dtype: Dtype) -> Vec<Case> {
    let known = |name: &&String| hyper::knows(optimizer, name);
    let declared: Hyper = offer.hyper.iter().filter(|(name, _)| known(name)).map(|(k, v)| (k.clone(), v.clone())).collect();
    let with_pinned = |mut hyper: Hyper| {
        hyper.extend(pinned.clone());
        hyper
    };
    let defaults = with_pinned(declared.clone());
    let valued = |which: usize| {
        let value = |(name, default): (&String, &Setting)| {
            let value = VALUES.iter().find(|(known, _)| known == name).map(|(_, values)| Setting::Number(values[which]));
            let value = value.filter(|_| matches!(default, Setting::Number(_)));
            (name.clone(), value.unwrap_or_else(|| default.clone()))
        };
        with_pinned(declared.iter().map(value).collect())
    };
    let [bold, other, quick] = [0, 1, 2].map(valued);
    let case = |name: &str, hyper: Hyper| Case { name: name.into(), hyper, steps: SHORT };
    let mut all =
        vec![case(DEFAULTS, defaults.clone()), case(BOLD, bold.clone()), case(OTHER, other.clone()), case(QUICK, quick)];
    all[usize::from(matches!(dtype, Dtype::Bf16 | Dtype::F16))].steps = LONG;
    // Cases that differ from the bold one by a flag alone.
    let mut flipped = vec![];
    for (name, default) in declared.iter().filter(|(name, _)| !pinned.contains_key(*name)) {
        match default {
            Setting::Flag(default) => {
                let state = if *default { "off" } else { "on" };
                flipped.push(format!("{name} {state}"));
                for (base, words) in [(&bold, format!("{name} {state}")), (&other, format!("{name} {state}, {OTHER}"))] {
                    let mut hyper = base.clone();
                    hyper.insert(name.clone(), Setting::Flag(!default));
                    // Nesterov's momentum has no dampening.
                    if name == "nesterov" && hyper.contains_key("dampening") {
                        hyper.insert("dampening".into(), Setting::Number(0.0));
                    }
                    all.push(case(&words, hyper));
                }
            }
            Setting::Number(_) if hyper::optional(optimizer, name) => {
                let mut without = bold.clone();
                without.insert(name.clone(), Setting::Number(0.0));
                all.push(case(&format!("no {name}"), without));
            }
            _ => {}
        }
    }
    // AdaBound's bounds are in proportion to the learning rate over the first one.
    if !pinned.contains_key("lr") && optimizer != "adabound" {
        let mut still = bold.clone();
        still.insert("lr".into(), Setting::Number(0.0));
        all.push(case("no learning rate", still));
    }
    let flags: Vec<Case> = all.iter().filter(|case| flipped.contains(&case.name)).cloned().collect();
    for path in PATHS.iter().filter(|path| offer.hyper.contains_key(**path) && !pinned.contains_key(**path)) {
        let on_path = |base: &Case| {
            let mut hyper = base.hyper.clone();
            hyper.insert(path.to_string(), Setting::Flag(true));
            case(&format!("{path}, {}", base.name), hyper)
        };
        // A decay copies the gradient before anything can write into it.
        let undecayed = |base: &Case| {
            let mut hyper = base.hyper.clone();
            hyper.insert("weight_decay".into(), Setting::Number(0.0));
            case(&format!("{}, no weight_decay", base.name), hyper)
        };
        let optional = declared.contains_key("weight_decay") && hyper::optional(optimizer, "weight_decay");
        let may_drop = optional && !pinned.contains_key("weight_decay");
        let undecayed: Vec<Case> = flags.iter().filter(|_| may_drop).map(undecayed).collect();
        let on_this: Vec<Case> = all.iter().take(2).chain(&flags).chain(&undecayed).map(on_path).collect();
        all.extend(on_this);
    }
    let sound = |case: &Case| hyper::check(optimizer, &case.formula()).is_ok();
    let mut distinct: Vec<Case> = vec![];
    for case in all.into_iter().filter(|case| case.name == DEFAULTS || sound(case)) {
        match distinct.iter_mut().find(|known| known.hyper == case.hyper) {
            Some(known) => known.steps = known.steps.max(case.steps),
            None => distinct.push(case),
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
