//! The optimizers that a trace may name, and what each one's hyper-parameters may be.

use super::header::brief;
use super::setting::Setting;
use crate::{Error, Result};
use std::collections::BTreeMap;

/// What a hyper-parameter may be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Range {
    /// A finite number that is not negative.
    NotNegative,
    /// A finite number above 0.
    Positive,
    /// A number in `[0, 1]`.
    Fraction,
    /// A number in `[0, 1)`.
    Decay,
    /// `true` or `false`.
    Switch,
}

impl Range {
    fn words(self) -> &'static str {
        match self {
            Range::NotNegative => "a finite number, not negative",
            Range::Positive => "a finite number above 0",
            Range::Fraction => "a number from 0 to 1",
            Range::Decay => "a number from 0 to below 1",
            Range::Switch => "true or false",
        }
    }

    fn contains(self, setting: &Setting) -> bool {
        match (self, setting) {
            (Range::NotNegative, Setting::Number(x)) => x.is_finite() && *x >= 0.0,
            (Range::Positive, Setting::Number(x)) => x.is_finite() && *x > 0.0,
            (Range::Fraction, Setting::Number(x)) => (0.0..=1.0).contains(x),
            (Range::Decay, Setting::Number(x)) => (0.0..1.0).contains(x),
            (Range::Switch, Setting::Flag(_)) => true,
            _ => false,
        }
    }
}

/// Range of each hyper-parameter.
const RANGES: &[(&str, Range)] = &[
    ("lr", Range::NotNegative),
    ("momentum", Range::Fraction),
    ("dampening", Range::Fraction),
    ("nesterov", Range::Switch),
    ("beta1", Range::Decay),
    ("beta2", Range::Decay),
    ("rho", Range::Decay),
    ("eps", Range::NotNegative),
    ("weight_decay", Range::NotNegative),
    ("centered", Range::Switch),
    ("amsgrad", Range::Switch),
    ("initial_accumulator", Range::NotNegative),
    ("maximize", Range::Switch),
    ("momentum_decay", Range::NotNegative),
    ("lr_decay", Range::NotNegative),
    ("trust_coefficient", Range::Positive),
    ("l1", Range::NotNegative),
    ("final_lr", Range::NotNegative),
    ("gamma", Range::Positive),
];

/// A name that a trace may give, the hyper-parameters that it must give with it, and those that are 0 or false without.
type Known = (&'static str, &'static [&'static str], &'static [&'static str]);

const KNOWN: &[Known] = &[
    ("sgd", &["lr"], &["momentum", "dampening", "nesterov", "weight_decay", "maximize"]),
    ("sgdw", &["lr"], &["momentum", "dampening", "nesterov", "weight_decay", "maximize"]),
    ("nesterov", &["lr"], &["weight_decay", "maximize"]),
    ("signsgd", &["lr"], &["momentum", "weight_decay", "maximize"]),
    ("lion", &["lr", "beta1", "beta2"], &["weight_decay", "maximize"]),
    ("adagrad", &["lr", "eps"], &["initial_accumulator", "lr_decay", "weight_decay", "maximize"]),
    ("adadelta", &["lr", "rho", "eps"], &["weight_decay", "maximize"]),
    ("rmsprop", &["lr", "rho", "eps"], &["momentum", "centered", "initial_accumulator", "weight_decay", "maximize"]),
    ("adam", &["lr", "beta1", "beta2", "eps"], &["amsgrad", "weight_decay", "maximize"]),
    ("adamw", &["lr", "beta1", "beta2", "eps"], &["amsgrad", "weight_decay", "maximize"]),
    ("adamax", &["lr", "beta1", "beta2", "eps"], &["weight_decay", "maximize"]),
    ("nadam", &["lr", "beta1", "beta2", "eps"], &["momentum_decay", "weight_decay", "maximize"]),
    ("nadamw", &["lr", "beta1", "beta2", "eps"], &["momentum_decay", "weight_decay", "maximize"]),
    ("radam", &["lr", "beta1", "beta2", "eps"], &["weight_decay", "maximize"]),
    ("radamw", &["lr", "beta1", "beta2", "eps"], &["weight_decay", "maximize"]),
    ("adabound", &["lr", "beta1", "beta2", "eps", "final_lr", "gamma"], &["amsgrad", "weight_decay", "maximize"]),
    ("ngd", &["lr"], &["eps", "weight_decay", "maximize"]),
    ("lamb", &["lr", "beta1", "beta2", "eps"], &["weight_decay", "maximize"]),
    ("lars", &["lr", "trust_coefficient"], &["momentum", "eps", "weight_decay", "maximize"]),
    ("l1-subgradient", &["lr", "l1"], &["maximize"]),
    ("ista", &["lr", "l1"], &[]),
    ("fista", &["lr", "l1"], &[]),
];

/// Whether an optimizer has this hyper-parameter.
pub fn knows(optimizer: &str, name: &str) -> bool {
    let of = KNOWN.iter().find(|(known, ..)| *known == optimizer);
    of.is_some_and(|(_, required, optional)| required.contains(&name) || optional.contains(&name))
}

/// Every known name.
pub fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|(name, ..)| *name)
}

/// Whether this hyper-parameter of an optimizer is 0 or false where it is not given.
pub fn optional(optimizer: &str, name: &str) -> bool {
    KNOWN.iter().any(|(known, _, optional)| *known == optimizer && optional.contains(&name))
}

/// Refuses an unknown optimizer, an unknown or missing hyper-parameter, and a value of the wrong type or out of range.
pub fn check(optimizer: &str, hyper: &BTreeMap<String, Setting>) -> Result<()> {
    let Some((_, required, optional)) = KNOWN.iter().find(|(name, ..)| *name == optimizer) else {
        let names: Vec<&str> = KNOWN.iter().map(|(name, ..)| *name).collect();
        return Err(Error::new(format!("there is no reference for '{}'; known are {}", brief(optimizer), names.join(", "))));
    };
    for (name, setting) in hyper {
        if !required.contains(&name.as_str()) && !optional.contains(&name.as_str()) {
            let names = [*required, *optional].concat().join(", ");
            return Err(Error::new(format!("{optimizer} has no hyper-parameter '{}'; it has {names}", brief(name))));
        }
        let range = RANGES.iter().find(|(known, _)| known == name).expect("every known name has a range").1;
        if !range.contains(setting) {
            let given = serde_json::to_string(setting).unwrap_or_default();
            return Err(Error::new(format!("the hyper-parameter '{name}' is {}; it must be {}", brief(&given), range.words())));
        }
    }
    match required.iter().find(|name| !hyper.contains_key(**name)) {
        Some(missing) => {
            Err(Error::new(format!("the hyper-parameter '{missing}' of {optimizer} is missing; give it in 'hyper'")))
        }
        None => Ok(()),
    }
}
