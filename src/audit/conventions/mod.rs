//! What a name leaves free: the plain form and every documented variant of it.

mod decay;
mod epsilon;
mod moments;
mod velocity;

use crate::Result;
use crate::audit::header::Header;
use crate::audit::plain::{given, plain};
use crate::audit::record::Identified;
use crate::audit::setting::Setting;
use crate::optimizers::{Algorithm, Coupling, Epsilon, MaximumOrder, Method, Velocity};

/// A method with one value for each convention that its name leaves free.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The method.
    pub method: Method,
    /// One value for each free convention.
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
}

impl Candidate {
    /// Choices that are not those of the plain form.
    pub fn differences(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|choice| choice.instead_of.is_some())
    }

    /// Number of conventions in which two candidates of one name differ.
    pub fn distance(&self, other: &Candidate) -> usize {
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
        let formulas: Vec<String> = self
            .differences()
            .filter_map(|choice| choice.instead_of.map(|plain| format!("{} instead of {plain}", choice.formula)))
            .collect();
        Identified {
            algorithm: algorithm.into(),
            variant: self.choices.iter().map(|choice| (choice.convention.into(), choice.value.clone())).collect(),
            differs_from_name: self.differences().map(|choice| choice.convention.into()).collect(),
            difference: (!formulas.is_empty()).then(|| formulas.join("; ")),
        }
    }
}

impl Choice {
    fn name(&self) -> String {
        match &self.value {
            Setting::Word(word) => format!("{} {word}", self.convention),
            Setting::Number(x) => format!("{} {x}", self.convention),
            Setting::Flag(on) => format!("{} {on}", self.convention),
        }
    }
}

/// The value of a convention, its formula, and what it changes in the plain method.
type Alternative = (Setting, &'static str, Box<dyn Fn(&mut Method)>);

/// The plain form of the header's optimizer, then its variants: every combination of its free conventions.
///
/// # Errors
/// If there is no reference for this combination of hyper-parameters.
pub fn candidates(header: &Header) -> Result<Vec<Candidate>> {
    let method = plain(header)?;
    let mut all = vec![Candidate { method: method.clone(), choices: vec![] }];
    let mut free = |convention, alternatives: Vec<Alternative>| {
        all = all.iter().flat_map(|candidate| branch(candidate, convention, &alternatives)).collect();
    };
    match &method.algorithm {
        Algorithm::Momentum(rule) if matches!(rule.velocity, Velocity::Dampened { .. }) => {
            free("first_step_dampening", velocity::dampening())
        }
        Algorithm::Momentum(_) => free("velocity", velocity::velocities()),
        Algorithm::Nesterov(_) => free("velocity", velocity::nesterov_velocities()),
        Algorithm::AdaGrad(_) => free("epsilon", epsilon::placements(false)),
        Algorithm::RmsProp(_) => free("epsilon", epsilon::placements(false)),
        Algorithm::Adam(_) => {
            free("bias_correction", moments::corrections());
            free("epsilon", epsilon::placements(true));
        }
        Algorithm::AmsGrad(_) => {
            free("maximum", moments::maxima());
            free("epsilon", epsilon::placements(true));
        }
        Algorithm::RAdam(_) => {
            free("threshold", moments::thresholds());
            free("epsilon", epsilon::rectified_placements());
        }
        Algorithm::NAdam(_) if !header.hyper.contains_key("momentum_decay") => free("momentum_schedule", moments::schedules()),
        _ => {}
    }
    if matches!(method.algorithm, Algorithm::AdaGrad(_) | Algorithm::RmsProp(_))
        && !header.hyper.contains_key("initial_accumulator")
    {
        free("initial_accumulator", moments::accumulators());
    }
    if given(header, "weight_decay") && matches!(method.decay.as_ref().map(|decay| decay.coupling), Some(Coupling::Parameter(..)))
    {
        free("decay_scaling", decay::scalings());
        free("decay_order", decay::orders());
    }
    let mut distinct: Vec<Candidate> = vec![];
    for candidate in all {
        if !distinct.iter().any(|known| known.method == candidate.method) && !same_as_outside(&candidate.method) {
            distinct.push(candidate);
        }
    }
    distinct.sort_by_key(|candidate| candidate.differences().count());
    Ok(distinct)
}

/// Without a correction, ε̂ is ε outside the root under another name.
fn same_as_outside(method: &Method) -> bool {
    match &method.algorithm {
        Algorithm::Adam(rule) => !rule.bias_correction && rule.placement == Epsilon::Hat,
        Algorithm::AmsGrad(rule) => rule.order != MaximumOrder::MaximumThenCorrect && rule.placement == Epsilon::Hat,
        _ => false,
    }
}

/// The candidate with each value of one more convention, the plain one first.
fn branch(candidate: &Candidate, convention: &'static str, alternatives: &[Alternative]) -> Vec<Candidate> {
    let plain = alternatives[0].1;
    let chosen = |(index, (value, formula, change)): (usize, &Alternative)| {
        let mut chosen = candidate.clone();
        change(&mut chosen.method);
        let instead_of = (index > 0).then_some(plain);
        chosen.choices.push(Choice { convention, value: value.clone(), formula, instead_of });
        chosen
    };
    alternatives.iter().enumerate().map(chosen).collect()
}

fn word(value: &str, formula: &'static str, change: impl Fn(&mut Method) + 'static) -> Alternative {
    (Setting::Word(value.into()), formula, Box::new(change))
}
