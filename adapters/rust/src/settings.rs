//! Hyper-parameters by their neutral names.

use gradproof::audit::{Hyper, Setting};
use gradproof::{Error, Result};

/// A hyper-parameter and its default.
pub type Default = (&'static str, Setting);

/// A number that is 0 unless it is given: the protocol's default of everything but rates, decays and epsilon.
pub const fn zero(name: &'static str) -> Default {
    (name, Setting::Number(0.0))
}

/// A number with this default.
pub const fn number(name: &'static str, default: f64) -> Default {
    (name, Setting::Number(default))
}

/// Off unless it is given.
pub const fn off(name: &'static str) -> Default {
    (name, Setting::Flag(false))
}

/// Defaults as the protocol says them.
pub fn declared(defaults: &[Default]) -> Hyper {
    defaults.iter().map(|(name, setting)| (name.to_string(), setting.clone())).collect()
}

/// What is given, over what stands already. A name that has no place is an error.
pub fn over(mut standing: Hyper, given: &Hyper) -> Result<Hyper> {
    for (name, setting) in given {
        match standing.get_mut(name) {
            Some(held) => *held = setting.clone(),
            None => return Err(Error::new(format!("there is no hyper-parameter '{name}' here"))),
        }
    }
    Ok(standing)
}

/// Typed reading.
pub trait Read {
    /// A number.
    fn number(&self, name: &str) -> Result<f64>;
    /// A number in the type in which burn holds its hyper-parameters.
    fn single(&self, name: &str) -> Result<f32>;
    /// A count.
    fn count(&self, name: &str) -> Result<usize>;
    /// On or off.
    fn flag(&self, name: &str) -> Result<bool>;
    /// Numbers.
    fn numbers(&self, name: &str) -> Result<&[f64]>;
}

impl Read for Hyper {
    fn number(&self, name: &str) -> Result<f64> {
        match self.get(name) {
            Some(Setting::Number(x)) => Ok(*x),
            _ => Err(wanted(name, "a number")),
        }
    }

    fn single(&self, name: &str) -> Result<f32> {
        Ok(self.number(name)? as f32)
    }

    fn count(&self, name: &str) -> Result<usize> {
        let x = self.number(name)?;
        let whole = (0.0..=f64::from(u32::MAX)).contains(&x) && x.fract() == 0.0;
        if whole { Ok(x as usize) } else { Err(wanted(name, "a whole number")) }
    }

    fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            Some(Setting::Flag(on)) => Ok(*on),
            _ => Err(wanted(name, "true or false")),
        }
    }

    fn numbers(&self, name: &str) -> Result<&[f64]> {
        match self.get(name) {
            Some(Setting::Numbers(numbers)) => Ok(numbers),
            _ => Err(wanted(name, "a list of numbers")),
        }
    }
}

fn wanted(name: &str, what: &str) -> Error {
    Error::new(format!("the hyper-parameter '{name}' must be {what}"))
}
