//! What is said about a schedule.

use super::case::{Case, rates};
use super::conventions::Bar;
use super::fit::Answered;
use super::shrink::shrunk;
use crate::Result;
use crate::audit::conformance::Place;
use crate::audit::header::Dtype;
use crate::audit::implementation::Hyper;
use crate::audit::record::{Check, Conformance, Outcome};
use crate::audit::setting::Setting;
use serde_json::{Value, json};

impl Case<'_> {
    /// The rates are those of a candidate: the plain form, a convention, or a form that the name rules out.
    pub fn fitting(&self, index: usize, verdict: Conformance) -> Check {
        let candidate = &self.candidates[index];
        if verdict == Conformance::Deviates {
            let wrong =
                candidate.ruled_out().filter_map(|choice| Some(format!("{} instead of {}", choice.formula, choice.instead_of?)));
            let wrong: Vec<String> = wrong.collect();
            let detail = format!(
                "the rates are those of {}: {}, which the name '{}' rules out",
                candidate.name(),
                wrong.join(" and "),
                self.known.name
            );
            return self.missed(Dtype::F64, 0, Check::new("rates", Outcome::Deviates, "formula", detail));
        }
        let double = self.fit(Dtype::F64, index, false);
        let fit = if double.holds() { double } else { self.fit(Dtype::F32, index, false) };
        let place = fit.worst.map(|(_, place)| place);
        let ratio = place.map_or(0.0, |place| place.ratio);
        let count: usize = self.answered.iter().map(|answered| answered.rates.len()).sum();
        let detail = format!(
            "{count} rates of {} settings are those of {}, within {ratio:.3} of what rounding allows",
            self.answered.len(),
            candidate.name()
        );
        let outcome = if verdict == Conformance::Conforms { Outcome::Pass } else { Outcome::Variant };
        at(Check::new("rates", outcome, "formula", detail), place)
    }

    /// The rates have the digits of double precision, of which half are wrong.
    pub fn imprecise(&self, index: usize) -> Check {
        let detail = format!(
            "the rates are numbers in double precision, but those of {} in single precision alone{}",
            self.candidates[index].name(),
            self.explanation()
        );
        self.missed(Dtype::F64, index, Check::new("rates", Outcome::Deviates, "precision", detail))
    }

    /// The rates are those of no known form.
    pub fn unexplained(&self, nearest: usize) -> Check {
        let (setting, place) = self.fit(self.held, nearest, false).first.expect("the nearest form does not fit");
        let Answered { hyper, .. } = &self.answered[setting];
        let Place { step, expected, observed, bound, ratio, .. } = place;
        let name = self.candidates[nearest].name();
        let mut detail = format!(
            "the nearest is {name}, which fits up to step {step} of {}: there the rate is {observed:e} and should be {expected:e} \
             within {bound:.1e}, {ratio:.3} times over",
            json!(hyper)
        );
        let ignored = self.ignored();
        if !ignored.is_empty() {
            detail += &format!("; without any effect: {}", ignored.join(", "));
        }
        detail += &self.explanation();
        self.missed(self.held, nearest, Check::new("rates", Outcome::Deviates, "formula", detail))
    }

    /// What explains every rate, to be appended.
    fn explanation(&self) -> String {
        self.cause().map_or_else(String::new, |cause| format!("; all of it is explained by {cause}"))
    }

    /// The check with the smallest input at which the subject has not the rate of this candidate.
    fn missed(&self, dtype: Dtype, index: usize, check: Check) -> Check {
        let Some((setting, place)) = self.fit(dtype, index, false).first else { return check };
        let conventions = &self.candidates[index].method;
        let start = (&self.answered[setting], place);
        let (hyper, place) = match dtype {
            Dtype::F64 => shrunk::<f64>(self.subject, self.known, conventions, start),
            _ => shrunk::<f32>(self.subject, self.known, conventions, start),
        };
        let witness = Some(self.witness(&hyper, &place));
        Check { witness, ..at(check, Some(place)) }
    }

    fn witness(&self, hyper: &Hyper, place: &Place) -> Value {
        let steps = place.step + 1;
        let mut hyper = hyper.clone();
        if let Some(Setting::Numbers(metrics)) = hyper.get_mut("metrics") {
            metrics.truncate(steps);
        }
        let request = json!({"op": "schedule", "name": self.known.name, "hyper": hyper, "steps": steps});
        let Place { step, expected, observed, bound, .. } = *place;
        json!({"request": request, "step": step, "observed": observed, "expected": expected, "bound": bound})
    }

    /// Hyper-parameters that may be changed without a change of any rate, in any setting.
    fn ignored(&self) -> Vec<&'static str> {
        let without_effect = |name: &&str| {
            self.answered.iter().all(|Answered { hyper, rates: before }| {
                let Some(Setting::Number(x)) = hyper.get(*name) else { return false };
                // A count becomes another count, a fraction another fraction.
                let other = if x.fract() == 0.0 && *x > 0.0 { x + 1.0 } else { (x + 0.3) / 2.0 };
                let mut changed = hyper.clone();
                changed.insert(name.to_string(), Setting::Number(other));
                rates(self.subject, self.known, &changed, before.len()).is_ok_and(|after| same(before, &after))
            })
        };
        self.known.hyper.iter().map(|(name, _)| *name).filter(without_effect).collect()
    }

    /// The same question twice: rates are a function of the step.
    pub fn repeated(&self) -> Result<Check> {
        let Answered { hyper, rates: before } = &self.answered[0];
        let after = rates(self.subject, self.known, hyper, before.len())?;
        Ok(match same(before, &after) {
            true => Check::new("repeated", Outcome::Pass, "state", "asked twice, it answers the same bits".into()),
            false => {
                let step = before.iter().zip(&after).position(|(before, after)| before.to_bits() != after.to_bits()).unwrap_or(0);
                let detail = format!(
                    "asked twice, it answers differently from step {step} on: {:e}, then {:e}",
                    before[step], after[step]
                );
                Check { step: Some(step as u64), ..Check::new("repeated", Outcome::Deviates, "state", detail) }
            }
        })
    }

    /// A relative threshold puts the bar above a negative best value.
    pub fn negative_metrics(&self, index: usize) -> Option<Check> {
        (self.known.name == "plateau" && self.candidates[index].method.bar == Bar::Relative).then(|| {
            let detail = "the bar b (1 - δ) lies above a negative best value b: a worse metric counts as an improvement";
            Check::new("negative-metrics", Outcome::Hazard, "special-values", detail.into())
        })
    }
}

fn same(one: &[f64], other: &[f64]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.to_bits() == other.to_bits())
}

/// The check with a place that has no coordinate.
fn at(check: Check, place: Option<Place>) -> Check {
    Check { coordinate: None, ..check.at(place) }
}
