//! Hyper-parameters of a schedule, exactly as they were given.

use super::known::Known;
use crate::audit::implementation::Hyper;
use crate::audit::setting::Setting;
use crate::number::Rational;
use std::num::NonZeroU64;

/// The values in force: those that were given, and the known ones of those that were not.
pub(super) struct Given<'a> {
    pub known: &'static Known,
    pub hyper: &'a Hyper,
}

impl Given<'_> {
    pub fn float(&self, name: &str) -> f64 {
        match self.hyper.get(name) {
            Some(Setting::Number(x)) => *x,
            _ => self.known.hyper.iter().find(|(known, _)| *known == name).and_then(|(_, default)| *default).unwrap_or(0.0),
        }
    }

    pub fn exact(&self, name: &str) -> Rational {
        Rational::try_from(self.float(name)).expect("settings are finite")
    }

    pub fn count(&self, name: &str) -> u64 {
        self.float(name) as u64
    }

    pub fn period(&self, name: &str) -> NonZeroU64 {
        NonZeroU64::new(self.count(name)).unwrap_or(NonZeroU64::MIN)
    }

    pub fn floats(&self, name: &str) -> &[f64] {
        match self.hyper.get(name) {
            Some(Setting::Numbers(numbers)) => numbers,
            _ => &[],
        }
    }

    pub fn counts(&self, name: &str) -> Vec<u64> {
        self.floats(name).iter().map(|x| *x as u64).collect()
    }
}
