//! What goes by a name: the plain form, every documented variant of it, and known forms that the name rules out.

mod bounds;
mod decay;
mod epsilon;
mod moments;
pub(super) mod tensors;
mod velocity;

use crate::Result;
use crate::audit::header::Header;
use crate::audit::plain::plain;
use crate::audit::record::Identified;
use crate::audit::setting::Setting;
use crate::optimizers::{Adaptation, Algorithm, Coupling, Epsilon, Form, MaximumOrder, Method, Scope, StepNorm, Velocity};

/// A method (of optimization, or what describes a schedule) with one value for each convention of its name.
#[derive(Clone, Debug)]
pub struct Candidate<M = Method> {
    /// The method.
    pub method: M,
    /// One value for each convention.
    pub choices: Vec<Choice>,
}

/// The value of one convention.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The convention.
    pub convention: &'static str,
    /// Its value.
    pub value: Setting,
    /// The formula that the value stands for.
    pub formula: &'static str,
    /// What the plain form has in its place, if that is another one.
    pub instead_of: Option<&'static str>,
    /// Whether the name leaves it free; otherwise it is known, but a deviation.
    pub allowed: bool,
}

impl<M> Candidate<M> {
    /// Choices that are not those of the plain form.
    pub fn differences(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|choice| choice.instead_of.is_some())
    }

    /// Choices that the name rules out.
    pub fn ruled_out(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|choice| !choice.allowed)
    }

    /// Number of conventions in which two candidates of one name differ.
    pub fn distance(&self, other: &Self) -> usize {
        let pairs = self.choices.iter().zip(&other.choices);
        pairs.filter(|(one, other)| one.value != other.value).count()
    }

    /// The candidate in a few words.
    pub fn name(&self) -> String {
        let words: Vec<String> = self.differences().map(Choice::name).collect();
        if words.is_empty() { "the plain form".into() } else { words.join(" and ") }
    }

    /// The candidate in the words of the record.
    pub fn identified(&self, algorithm: &str) -> Identified {
        Identified::of(algorithm, &self.choices)
    }
}

impl Identified {
    /// An algorithm with a value for each convention.
    pub(super) fn of(algorithm: &str, choices: &[Choice]) -> Self {
        let differences = || choices.iter().filter(|choice| choice.instead_of.is_some());
        let formulas: Vec<String> = differences().filter_map(Choice::difference).collect();
        Identified {
            algorithm: algorithm.into(),
            variant: choices.iter().map(|choice| (choice.convention.into(), choice.value.clone())).collect(),
            differs_from_name: differences().map(|choice| choice.convention.into()).collect(),
            difference: (!formulas.is_empty()).then(|| formulas.join("; ")),
        }
    }
}

impl Choice {
    /// The formula and what it stands in place of; `None` for the plain form.
    pub(super) fn difference(&self) -> Option<String> {
        self.instead_of.map(|plain| format!("{} instead of {plain}", self.formula))
    }

    fn name(&self) -> String {
        match &self.value {
            Setting::Word(word) => format!("{} {word}", self.convention),
            Setting::Number(x) => format!("{} {x}", self.convention),
            Setting::Flag(on) => format!("{} {on}", self.convention),
            Setting::Numbers(numbers) => format!("{} {numbers:?}", self.convention),
        }
    }
}

/// One value of a convention.
pub(super) struct Alternative<M = Method> {
    value: Setting,
    formula: &'static str,
    allowed: bool,
    /// What it changes in the plain method.
    change: Box<dyn Fn(&mut M)>,
}

impl<M> Alternative<M> {
    fn new(value: Setting, formula: &'static str, change: impl Fn(&mut M) + 'static) -> Self {
        Alternative { value, formula, allowed: true, change: Box::new(change) }
    }

    pub(super) fn word(value: &str, formula: &'static str, change: impl Fn(&mut M) + 'static) -> Self {
        Alternative::new(Setting::Word(value.into()), formula, change)
    }

    /// Known, but not what the name promises.
    pub(super) fn ruled_out(self) -> Self {
        Alternative { allowed: false, ..self }
    }
}

/// The plain form of the header's optimizer, then what else is known to go by its name: every combination of its conventions, those
/// that the name leaves free first, and the fewer differences the earlier.
///
/// # Errors
/// If there is no reference for this combination of hyper-parameters.
pub fn candidates(header: &Header) -> Result<Vec<Candidate>> {
    let method = plain(header)?;
    let mut all = vec![Candidate { method: method.clone(), choices: vec![] }];
    for (convention, alternatives) in conventions(header, &method) {
        all = all.iter().flat_map(|candidate| branch(candidate, convention, &alternatives)).collect();
    }
    let mut distinct: Vec<Candidate> = vec![];
    for candidate in all {
        let ruled_out = candidate.ruled_out().count();
        // Without a velocity a decay in the gradient is one beside the step.
        if ruled_out > 0 && candidate.method.algorithm == Algorithm::GradientDescent {
            continue;
        }
        // Two things that a name rules out, at once, are no known convention.
        if ruled_out < 2 && !another_name(&candidate.method) && !distinct.iter().any(|known| known.method == candidate.method) {
            distinct.push(candidate);
        }
    }
    distinct.sort_by_key(|candidate| (candidate.ruled_out().count(), candidate.differences().count()));
    Ok(distinct)
}

/// The conventions of the header's optimizer, each with its values, that of the plain form first.
fn conventions(header: &Header, method: &Method) -> Vec<(&'static str, Vec<Alternative>)> {
    let declared = |name: &str| header.hyper.contains_key(name);
    let mut all = match &method.algorithm {
        Algorithm::Momentum(rule) if matches!(rule.velocity, Velocity::Dampened { .. }) => {
            vec![("first_step_dampening", velocity::dampening())]
        }
        Algorithm::Momentum(_) => vec![("velocity", velocity::velocities())],
        Algorithm::Nesterov(rule) if rule.form == Form::Sequence => vec![("momentum_sequence", velocity::sequences())],
        Algorithm::Nesterov(_) => vec![("velocity", velocity::nesterov_velocities())],
        Algorithm::AdaGrad(_) => vec![("epsilon", epsilon::placements(false))],
        Algorithm::RmsProp(rule) => {
            let velocity = rule.momentum.is_some().then(|| ("velocity", velocity::preconditioned()));
            [("epsilon", epsilon::placements(false))].into_iter().chain(velocity).collect()
        }
        Algorithm::Adam(_) => vec![("bias_correction", moments::corrections()), ("epsilon", epsilon::placements(true))],
        Algorithm::Adamax(_) => vec![("epsilon", epsilon::beside_the_norm())],
        Algorithm::AmsGrad(_) => {
            vec![("maximum", moments::maxima()), ("epsilon", epsilon::placements(true)), ("initial_moment", moments::starts())]
        }
        Algorithm::AdaBound(_) => {
            vec![("bias_correction", moments::corrections()), ("epsilon", epsilon::hat_first()), ("bounds", bounds::bounds())]
        }
        Algorithm::RAdam(_) => {
            vec![("threshold", moments::thresholds()), ("epsilon", epsilon::hat_first()), ("unrectified", moments::unrectified())]
        }
        Algorithm::NAdam(_) => {
            let schedule = (!declared("momentum_decay")).then(|| ("momentum_schedule", moments::schedules()));
            let others = [("epsilon", epsilon::placements(true)), ("second_moment", moments::second_moments())];
            schedule.into_iter().chain(others).collect()
        }
        Algorithm::Lamb(rule) => tensors::of_lamb(rule),
        Algorithm::Lars(rule) => tensors::of_lars(rule),
        Algorithm::Normalized(_) => tensors::of_normalized(),
        Algorithm::L1(rule) => tensors::of_l1(rule.treatment),
        _ => vec![],
    };
    if matches!(method.algorithm, Algorithm::AdaGrad(_) | Algorithm::RmsProp(_)) && !declared("initial_accumulator") {
        all.push(("initial_accumulator", moments::accumulators(header)));
    }
    match method.decay.as_ref().map(|decay| decay.coupling) {
        Some(Coupling::Parameter(..)) => {
            all.extend([("decay_scaling", decay::scalings()), ("decay_order", decay::orders()), ("decay", decay::decoupled())]);
        }
        Some(_) => all.push(("decay", decay::coupled())),
        None => {}
    }
    all
}

/// The same method under another name: without a correction, ε̂ is ε outside the root.
fn another_name(method: &Method) -> bool {
    match &method.algorithm {
        Algorithm::Adam(rule) => !rule.bias_correction && rule.placement == Epsilon::Hat,
        Algorithm::AdaBound(rule) => !rule.bias_correction && rule.placement == Epsilon::Hat,
        // Where the ratio is 1 there is no norm.
        Algorithm::Lamb(rule) if rule.decay.is_zero() && rule.adaptation == Adaptation::WithDecay => {
            rule.trust.norm_range.is_some()
                || rule.trust.scope == Scope::All
                || !rule.adam.bias_correction && rule.adam.placement == Epsilon::Hat
        }
        Algorithm::Lars(rule) if rule.decay.is_zero() && rule.adaptation == Adaptation::WithDecay => {
            rule.step_norm == StepNorm::Joint
        }
        // A ratio takes every factor of the step away: without a decay in it, uncorrected moments are corrected ones with ε̂. That of a
        // tensor of zeros does not, but that of all tensors is the ratio of zeros only where all are.
        Algorithm::Lamb(rule) if rule.decay.is_zero() && rule.trust.scope == Scope::All => {
            !rule.adam.bias_correction && rule.adam.placement != Epsilon::Inside
        }
        Algorithm::Lamb(rule) => !rule.adam.bias_correction && rule.adam.placement == Epsilon::Hat,
        Algorithm::AmsGrad(rule) => rule.order != MaximumOrder::MaximumThenCorrect && rule.placement == Epsilon::Hat,
        _ => false,
    }
}

/// The candidate with each value of one more convention, the plain one first.
pub(super) fn branch<M: Clone>(
    candidate: &Candidate<M>,
    convention: &'static str,
    alternatives: &[Alternative<M>],
) -> Vec<Candidate<M>> {
    let plain = alternatives[0].formula;
    let chosen = |(index, alternative): (usize, &Alternative<M>)| {
        let Alternative { value, formula, allowed, change } = alternative;
        let mut chosen = candidate.clone();
        change(&mut chosen.method);
        let instead_of = (index > 0).then_some(plain);
        chosen.choices.push(Choice { convention, value: value.clone(), formula, instead_of, allowed: *allowed });
        chosen
    };
    alternatives.iter().enumerate().map(chosen).collect()
}
