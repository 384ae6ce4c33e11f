//! What a subject answered, held against a candidate.

use super::conventions::Conventions;
use super::given::Given;
use super::known::Known;
use super::model::{Allowed, Model};
use crate::audit::conformance::{Place, ratio};
use crate::audit::implementation::Hyper;
use crate::number::Format;

/// The rates that a subject has for a setting.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub hyper: Hyper,
    pub rates: Vec<f64>,
}

/// How a candidate fits all that was answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Fit {
    /// The first rate of a setting beyond its bound, with the setting: of several the one at the earliest step.
    pub first: Option<(usize, Place)>,
    /// Where the ratio is largest.
    pub worst: Option<(usize, Place)>,
    /// How many rates are within their bounds.
    pub held: usize,
}

impl Fit {
    /// Every rate of every setting; `until_missed` stops at the first one that is beyond its bound.
    pub fn of<F: Format>(known: &'static Known, conventions: &Conventions, answered: &[Answered], until_missed: bool) -> Fit {
        let mut fit = Fit::default();
        for (index, Answered { hyper, rates }) in answered.iter().enumerate() {
            let model = Model::new(&Given { known, hyper }, conventions, rates.len());
            for (step, (allowed, &observed)) in model.allowed::<F>().zip(rates).enumerate() {
                let place = nearest(step, &allowed, observed);
                if fit.worst.is_none_or(|(_, worst)| place.ratio > worst.ratio) {
                    fit.worst = Some((index, place));
                }
                if place.ratio <= 1.0 {
                    fit.held += 1;
                } else if fit.first.is_none_or(|(_, first)| step < first.step) {
                    fit.first = Some((index, place));
                    if until_missed {
                        return fit;
                    }
                }
            }
        }
        fit
    }

    pub fn holds(&self) -> bool {
        self.first.is_none()
    }
}

/// The form of the formula that is nearest to the subject. A rate for which the formula has no number is infinitely far.
pub(super) fn nearest<F: Format>(step: usize, allowed: &[Allowed<F>], observed: f64) -> Place {
    let place = |allowed: &Allowed<F>| {
        let (expected, bound) = (allowed.value.value(), allowed.bound);
        Place { step, coordinate: 0, expected, observed, bound, ratio: ratio(allowed.value.distance(observed), bound) }
    };
    let nowhere = Place { step, coordinate: 0, expected: f64::NAN, observed, bound: 0.0, ratio: f64::INFINITY };
    allowed
        .iter()
        .map(place)
        .filter(|place| place.bound.is_finite())
        .min_by(|a, b| a.ratio.total_cmp(&b.ratio))
        .unwrap_or(nowhere)
}
