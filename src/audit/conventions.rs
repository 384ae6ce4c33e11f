//! What a name leaves free: the plain form and every documented variant of it.

use super::header::Header;
use super::hyper::Setting;
use super::plain::{given, plain};
use super::record::Identified;
use crate::Result;
use crate::number::{Rational, rational};
use crate::optimizers::{Algorithm, Coupling, Epsilon, Form, MaximumOrder, Method, Order, Scaling, Velocity, warming_base};

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
            free("first_step_dampening", dampening())
        }
        Algorithm::Momentum(_) => free("velocity", velocities()),
        Algorithm::Nesterov(_) => free("velocity", nesterov_velocities()),
        Algorithm::AdaGrad(_) => free("epsilon", placements(false)),
        Algorithm::RmsProp(_) => free("epsilon", placements(false)),
        Algorithm::Adam(_) => {
            free("bias_correction", corrections());
            free("epsilon", placements(true));
        }
        Algorithm::AmsGrad(_) => {
            free("maximum", maxima());
            free("epsilon", placements(true));
        }
        Algorithm::RAdam(_) => {
            free("threshold", thresholds());
            free("epsilon", rectified_placements());
        }
        Algorithm::NAdam(_) if !header.hyper.contains_key("momentum_decay") => free("momentum_schedule", schedules()),
        _ => {}
    }
    if matches!(method.algorithm, Algorithm::AdaGrad(_) | Algorithm::RmsProp(_))
        && !header.hyper.contains_key("initial_accumulator")
    {
        free("initial_accumulator", accumulators());
    }
    if given(header, "weight_decay") && matches!(method.decay.as_ref().map(|decay| decay.coupling), Some(Coupling::Parameter(..)))
    {
        free("decay_scaling", scalings());
        free("decay_order", orders());
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

fn place(placement: Epsilon) -> impl Fn(&mut Method) {
    move |method| match &mut method.algorithm {
        Algorithm::AdaGrad(rule) => rule.placement = placement,
        Algorithm::RmsProp(rule) => rule.placement = placement,
        Algorithm::Adam(rule) => rule.placement = placement,
        Algorithm::AmsGrad(rule) => rule.placement = placement,
        Algorithm::RAdam(rule) => rule.placement = placement,
        _ => {}
    }
}

fn placements(corrected: bool) -> Vec<Alternative> {
    let outside = if corrected { "√v̂ + ε" } else { "√v + ε" };
    let inside = if corrected { "√(v̂ + ε)" } else { "√(v + ε)" };
    let mut all = vec![word("outside", outside, place(Epsilon::Outside)), word("inside", inside, place(Epsilon::Inside))];
    if corrected {
        all.push(word("hat", "(√v + ε) / √(1 - β₂^t)", place(Epsilon::Hat)));
    }
    all
}

/// RAdam's plain form is ε̂, as PyTorch documents it.
fn rectified_placements() -> Vec<Alternative> {
    let mut all = placements(true);
    all.rotate_right(1);
    all
}

fn corrections() -> Vec<Alternative> {
    let set = |on: bool| {
        move |method: &mut Method| {
            if let Algorithm::Adam(rule) = &mut method.algorithm {
                rule.bias_correction = on;
            }
        }
    };
    vec![
        (Setting::Flag(true), "m / (1 - β₁^t) and v / (1 - β₂^t)", Box::new(set(true))),
        (Setting::Flag(false), "m and v", Box::new(set(false))),
    ]
}

fn maxima() -> Vec<Alternative> {
    let set = |order| {
        move |method: &mut Method| {
            if let Algorithm::AmsGrad(rule) = &mut method.algorithm {
                rule.order = order;
            }
        }
    };
    vec![
        word("raw", "max(v₁, ..., v_t) / (1 - β₂^t)", set(MaximumOrder::MaximumThenCorrect)),
        word("corrected", "max(v̂₁, ..., v̂_t)", set(MaximumOrder::CorrectThenMaximum)),
        word("uncorrected", "max(v₁, ..., v_t) and m, uncorrected", set(MaximumOrder::Uncorrected)),
    ]
}

fn thresholds() -> Vec<Alternative> {
    let set = |threshold: i64| {
        move |method: &mut Method| {
            if let Algorithm::RAdam(rule) = &mut method.algorithm {
                rule.threshold = Rational::from(threshold);
            }
        }
    };
    vec![(Setting::Number(5.0), "ρ_t > 5", Box::new(set(5))), (Setting::Number(4.0), "ρ_t > 4", Box::new(set(4)))]
}

fn schedules() -> Vec<Alternative> {
    let set = |base: Option<Rational>| {
        move |method: &mut Method| {
            if let (Algorithm::NAdam(rule), Some(base)) = (&mut method.algorithm, &base) {
                rule.warming = base.clone();
            }
        }
    };
    let decay = |decay: Rational| set(Some(warming_base(&decay)));
    vec![
        word("given", "μ_t = β₁ / 2", set(None)),
        word("pytorch", "μ_t = β₁ (1 - 0.96^(0.004 t) / 2)", decay(rational(1, 250))),
        word("dozat", "μ_t = β₁ (1 - 0.96^t / 2)", decay(Rational::ONE)),
        word("constant", "μ_t = β₁", set(Some(Rational::ZERO))),
    ]
}

fn velocities() -> Vec<Alternative> {
    let set = |velocity: Velocity<Rational>| {
        move |method: &mut Method| {
            if let Algorithm::Momentum(rule) = &mut method.algorithm {
                rule.velocity = velocity.clone();
            }
        }
    };
    vec![
        word("outside", "v ← μ v + g, x ← x - η v", set(Velocity::StepOutside)),
        word("inside", "v ← μ v + η g, x ← x - v", set(Velocity::StepInside)),
        word("average", "v ← μ v + (1 - μ) g, x ← x - η v", set(Velocity::Average)),
    ]
}

fn nesterov_velocities() -> Vec<Alternative> {
    let set = |form| {
        move |method: &mut Method| {
            if let Algorithm::Nesterov(rule) = &mut method.algorithm {
                rule.form = form;
            }
        }
    };
    vec![
        word("outside", "v ← μ v + g, x ← x - η (g + μ v)", set(Form::Corrected)),
        word("inside", "v ← μ v + η g, x ← x - (η g + μ v)", set(Form::CorrectedStepInside)),
    ]
}

fn dampening() -> Vec<Alternative> {
    let set = |first: bool| {
        move |method: &mut Method| {
            if let Algorithm::Momentum(rule) = &mut method.algorithm
                && let Velocity::Dampened { from_the_first, .. } = &mut rule.velocity
            {
                *from_the_first = first;
            }
        }
    };
    vec![(Setting::Flag(false), "v₁ = g₁", Box::new(set(false))), (Setting::Flag(true), "v₁ = (1 - τ) g₁", Box::new(set(true)))]
}

fn accumulators() -> Vec<Alternative> {
    let set = |start: Rational| {
        move |method: &mut Method| match &mut method.algorithm {
            Algorithm::AdaGrad(rule) => rule.initial_accumulator = start.clone(),
            Algorithm::RmsProp(rule) => rule.initial_accumulator = start.clone(),
            _ => {}
        }
    };
    vec![
        (Setting::Number(0.0), "v₀ = 0", Box::new(set(Rational::ZERO))),
        (Setting::Number(0.1), "v₀ = 0.1", Box::new(set(rational(1, 10)))),
        (Setting::Number(1.0), "v₀ = 1", Box::new(set(Rational::ONE))),
    ]
}

fn couple(change: impl Fn(Scaling, Order) -> Coupling) -> impl Fn(&mut Method) {
    move |method| {
        if let Some(decay) = &mut method.decay
            && let Coupling::Parameter(scaling, order) = decay.coupling
        {
            decay.coupling = change(scaling, order);
        }
    }
}

fn scalings() -> Vec<Alternative> {
    let set = |scaling| couple(move |_, order| Coupling::Parameter(scaling, order));
    vec![
        word("step-size", "x ← (1 - η λ) x", set(Scaling::StepSize)),
        word("absolute", "x ← (1 - λ) x", set(Scaling::Absolute)),
        word("schedule", "x ← (1 - λ η_t / η) x", set(Scaling::Schedule)),
    ]
}

fn orders() -> Vec<Alternative> {
    let set = |order| couple(move |scaling, _| Coupling::Parameter(scaling, order));
    vec![word("before", "decay before the step", set(Order::Before)), word("after", "decay after the step", set(Order::After))]
}
