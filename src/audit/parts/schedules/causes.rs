//! What explains all rates that no known form explains.

use super::case::Case;
use super::fit::{Answered, Fit, nearest};
use super::given::Given;
use super::model::Model;
use super::shrink::COUNTED;
use crate::audit::header::Dtype;
use crate::audit::implementation::Hyper;
use crate::audit::parts::factor::Factor;
use crate::audit::setting::Setting;
use crate::number::Format;
use serde_json::json;

impl Case<'_> {
    /// The first cause that explains every rate of every setting, for a form that the name allows.
    pub fn cause(&self) -> Option<String> {
        match self.held {
            Dtype::F64 => self.cause_in::<f64>().or_else(|| self.no_number::<f32>()),
            _ => self.cause_in::<f32>(),
        }
    }

    fn cause_in<F: Format>(&self) -> Option<String> {
        self.no_number::<F>().or_else(|| self.exchanged::<F>()).or_else(|| self.multiplied::<F>())
    }

    fn free(&self) -> impl Iterator<Item = usize> {
        (0..self.candidates.len()).filter(|index| self.candidates[*index].ruled_out().next().is_none())
    }

    /// Some rates are no numbers, and all others are right.
    fn no_number<F: Format>(&self) -> Option<String> {
        let steps = |answered: &Answered| -> Vec<usize> {
            answered.rates.iter().enumerate().filter(|(_, rate)| !rate.is_finite()).map(|(step, _)| step).collect()
        };
        let all: Vec<Vec<usize>> = self.answered.iter().map(steps).collect();
        let without: usize = all.iter().map(Vec::len).sum();
        let count: usize = self.answered.iter().map(|answered| answered.rates.len()).sum();
        // With few numbers left, many forms fit.
        if without == 0 || 4 * without > count {
            return None;
        }
        let setting = all.iter().position(|steps| !steps.is_empty())?;
        let Answered { hyper, rates } = &self.answered[setting];
        let step = all[setting][0];
        let fits = |index: &usize| self.answered.iter().all(|answered| self.fits_but_there::<F>(*index, answered));
        let index = self.free().find(fits)?;
        let wherever = match all.iter().all(|steps| *steps == [step]) {
            true => "of every setting".into(),
            false => format!("of {}, the first of {without} such rates", json!(hyper)),
        };
        let name = self.candidates[index].name();
        Some(format!("no number ({}) at step {step} {wherever}: every other rate is that of {name}", rates[step]))
    }

    fn fits_but_there<F: Format>(&self, index: usize, Answered { hyper, rates }: &Answered) -> bool {
        let model = Model::new(&Given { known: self.known, hyper }, &self.candidates[index].method, rates.len());
        let mut steps = model.allowed::<F>().zip(rates).enumerate();
        steps.all(|(step, (allowed, rate))| !rate.is_finite() || nearest(step, &allowed, *rate).ratio <= 1.0)
    }

    /// Two hyper-parameters are in each other's place.
    fn exchanged<F: Format>(&self) -> Option<String> {
        let names: Vec<&str> = self.known.hyper.iter().map(|(name, _)| *name).collect();
        let pairs = names.iter().enumerate().flat_map(|(place, one)| names[place + 1..].iter().map(move |other| (*one, *other)));
        pairs.into_iter().find_map(|(one, other)| {
            let answered: Vec<Answered> =
                self.answered.iter().map(|answered| with_exchanged(answered, one, other)).collect::<Option<_>>()?;
            let fits = |index: &usize| Fit::of::<F>(self.known, &self.candidates[*index].method, &answered, true).holds();
            let name = self.candidates[self.free().find(fits)?].name();
            Some(format!("{one} and {other} exchanged: every rate is that of {name} with each in the place of the other"))
        })
    }

    /// Every rate is multiplied by one number.
    fn multiplied<F: Format>(&self) -> Option<String> {
        self.free().find_map(|index| {
            let factor = self.answered.iter().try_fold(Factor::any(), |factor, Answered { hyper, rates }| {
                let model = Model::new(&Given { known: self.known, hyper }, &self.candidates[index].method, rates.len());
                let mut steps = model.allowed::<F>().zip(rates);
                steps.try_fold(factor, |factor, (allowed, rate)| {
                    let closed = allowed.first()?;
                    factor.and(&closed.value, closed.bound, *rate)
                })
            })?;
            Some(format!("{}, of which every rate is multiplied by {}", self.candidates[index].name(), factor.words()?))
        })
    }
}

/// The same rates for two hyper-parameters in each other's place; `None` where one is not given, or a count would become no count.
fn with_exchanged(answered: &Answered, one: &str, other: &str) -> Option<Answered> {
    let number = |name: &str| match answered.hyper.get(name) {
        Some(Setting::Number(x)) => Some(*x),
        _ => None,
    };
    let (x, y) = (number(one)?, number(other)?);
    let whole = |name: &str, value: f64| !COUNTED.contains(&name) || value >= 0.0 && value.fract() == 0.0;
    let divides = |name: &str, value: f64| value != 0.0 || !name.ends_with("div");
    let fits = |name: &str, value: f64| whole(name, value) && divides(name, value);
    let hyper: Hyper = answered
        .hyper
        .clone()
        .into_iter()
        .chain([(one.into(), Setting::Number(y)), (other.into(), Setting::Number(x))])
        .collect();
    (fits(one, y) && fits(other, x)).then(|| Answered { hyper, rates: answered.rates.clone() })
}
