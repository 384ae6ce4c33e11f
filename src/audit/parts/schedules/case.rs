//! A subject's schedule, what it answered, and which candidate that is.

use super::conventions::{Conventions, candidates};
use super::fit::{Answered, Fit};
use super::known::Known;
use crate::audit::conventions::Candidate;
use crate::audit::header::Dtype;
use crate::audit::implementation::{Hyper, Implementation};
use crate::{Error, Result};

/// A schedule under audit.
pub(super) struct Case<'a> {
    pub subject: &'a dyn Implementation,
    pub known: &'static Known,
    pub answered: Vec<Answered>,
    pub candidates: Vec<Candidate<Conventions>>,
    /// The narrowest type that holds every rate.
    pub held: Dtype,
}

/// What the rates are.
#[derive(Clone, Copy)]
pub(super) enum Finding {
    /// Those of this candidate.
    Fits(usize),
    /// Those of this candidate in single precision, by a subject that has more digits.
    Imprecise(usize),
    /// Those of none; this one is the nearest that the name allows.
    Unknown(usize),
}

impl<'a> Case<'a> {
    /// Asks for every setting.
    ///
    /// # Errors
    /// If a request fails, or a reply has another number of rates.
    pub fn ask(subject: &'a dyn Implementation, known: &'static Known, settings: &[(usize, Hyper)]) -> Result<Self> {
        let one = |(steps, hyper): &(usize, Hyper)| {
            let rates = rates(subject, known, hyper, *steps)?;
            Ok(Answered { hyper: hyper.clone(), rates })
        };
        let answered: Vec<Answered> = settings.iter().map(one).collect::<Result<_>>()?;
        let single = answered.iter().flat_map(|answered| &answered.rates).all(|rate| Dtype::F32.round(*rate) == *rate);
        let held = if single { Dtype::F32 } else { Dtype::F64 };
        Ok(Case { subject, known, answered, candidates: candidates(known), held })
    }

    /// The first candidate that fits, in double precision or, if single precision holds every rate, in that: a request for a schedule names no
    /// type.
    pub fn finding(&self) -> Finding {
        let fitting = |dtype| (0..self.candidates.len()).find(|index| self.fit(dtype, *index, true).holds());
        match (fitting(Dtype::F64), fitting(Dtype::F32)) {
            (Some(index), _) => Finding::Fits(index),
            (None, Some(index)) if self.held == Dtype::F32 => Finding::Fits(index),
            (None, Some(index)) => Finding::Imprecise(index),
            (None, None) => Finding::Unknown(self.nearest()),
        }
    }

    /// How a candidate fits within the bounds of a type.
    pub fn fit(&self, dtype: Dtype, index: usize, until_missed: bool) -> Fit {
        let conventions = &self.candidates[index].method;
        match dtype {
            Dtype::F64 => Fit::of::<f64>(self.known, conventions, &self.answered, until_missed),
            _ => Fit::of::<f32>(self.known, conventions, &self.answered, until_missed),
        }
    }

    /// Of the candidates that the name allows, the one with the most rates within their bounds, and of several the plainest.
    fn nearest(&self) -> usize {
        let free = (0..self.candidates.len()).filter(|index| self.candidates[*index].ruled_out().next().is_none());
        free.rev().max_by_key(|index| self.fit(self.held, *index, false).held).expect("the plain form is a candidate")
    }
}

/// One answer.
pub(super) fn rates(subject: &dyn Implementation, known: &Known, hyper: &Hyper, steps: usize) -> Result<Vec<f64>> {
    let rates = subject.schedule(known.name, hyper, steps)?;
    match rates.len() == steps {
        true => Ok(rates),
        false => Err(Error::new(format!("schedule '{}' has {} rates for {steps} steps", known.name, rates.len()))),
    }
}
