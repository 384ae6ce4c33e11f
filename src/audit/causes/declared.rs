//! A candidate with other values of its hyper-parameters.

use crate::audit::conventions::{Candidate, candidates};
use crate::audit::header::Header;
use crate::audit::hyper;
use crate::audit::setting::Setting;

/// The numbers that a header declares, by name; those that are 0 switch something off and are no number to change.
pub(super) fn numbers(header: &Header) -> Vec<(String, f64)> {
    let number = |(name, setting): (&String, &Setting)| match setting {
        Setting::Number(x) if *x != 0.0 => Some((name.clone(), *x)),
        _ => None,
    };
    header.hyper.iter().filter_map(number).collect()
}

/// A number that a header declares, unless it is 0.
pub(super) fn number(header: &Header, name: &str) -> Option<f64> {
    numbers(header).into_iter().find(|(known, _)| known == name).map(|(_, x)| x)
}

/// The candidate of the same conventions, had the header declared these values; `None` if it may not. A wrong formula may amount to one
/// of the opposite sign, which no header may declare.
pub(super) fn with(header: &Header, candidate: &Candidate, values: &[(String, f64)]) -> Option<Candidate> {
    let mut header = header.clone();
    for (name, value) in values {
        header.hyper.insert(name.clone(), Setting::Number(value.abs()));
    }
    hyper::check(&header.optimizer, &header.hyper).ok()?;
    for (name, value) in values.iter().filter(|(_, value)| *value < 0.0) {
        if name == "momentum_decay" {
            return None; // an exponent: the powers of its negative grow beyond all memory
        }
        header.hyper.insert(name.clone(), Setting::Number(*value));
    }
    let same = |other: &Candidate| other.choices.len() == candidate.choices.len() && other.distance(candidate) == 0;
    candidates(&header).ok()?.into_iter().find(same)
}
