//! The settings in which a subject is run, and its runs in each.

use super::super::case::is_path;
use super::super::{Sitting, number};
use super::objective::{Objective, start};
use super::path::{Path, Plan};
use crate::audit::header::Dtype;
use crate::audit::implementation::{Capability, Hyper, Order};
use crate::audit::setting::Setting;
use crate::audit::tensor::Tensor;
use crate::{Error, Result};

/// A setting of the hyper-parameters and what is to be run in it.
pub struct Case {
    /// What is special about it, in words.
    pub name: &'static str,
    /// Every hyper-parameter.
    pub hyper: Hyper,
    /// Every start on every objective.
    pub plans: Vec<Plan>,
}

/// Short histories, which a run outlives; few pairs also keep the bounds sharp, which at worst double with each of them.
const VALUES: [(&str, &[(&str, f64)]); 5] = [
    ("defaults", &[]),
    ("one pair", &[("lr", 1.0), ("history", 1.0)]),
    ("two pairs", &[("lr", 0.5), ("history", 2.0)]),
    ("three pairs", &[("lr", 0.7), ("history", 3.0)]),
    ("five pairs", &[("lr", 0.9), ("history", 5.0)]),
];

/// Name of the case on which states and repetitions are looked at.
pub const BOLD: &str = "three pairs";

/// Steps of a run: more than the pairs of the longest of the short histories.
const STEPS: usize = 12;

/// Starts on each objective. In 16 bits only a few steps of each run have sharp bounds.
fn starts(dtype: Dtype) -> usize {
    match dtype {
        Dtype::F64 | Dtype::F32 => 6,
        Dtype::Bf16 | Dtype::F16 => 24,
    }
}

/// The cases of a subject; what the user pins stays as it is.
///
/// # Errors
/// If the subject does not say how long its history and its steps are.
pub fn cases(sitting: &Sitting) -> Result<Vec<Case>> {
    let mut cases: Vec<Case> = vec![];
    for (name, values) in VALUES {
        let mut hyper = sitting.offer.hyper.clone();
        hyper.extend(values.iter().map(|(name, value)| (name.to_string(), Setting::Number(*value))));
        hyper.extend(sitting.pinned.clone());
        let of = |name: &str| {
            number(&hyper, name).ok_or_else(|| Error::new(format!("lbfgs takes a number '{name}', which is not offered")))
        };
        let (lr, history) = (of("lr")?, of("history")?);
        if !sitting.offer.hyper.contains_key("history") || history < 1.0 || history.fract() != 0.0 {
            return Err(Error::new("lbfgs takes a 'history' of one pair or more"));
        }
        if cases.iter().all(|known| known.hyper != hyper) {
            cases.push(Case { name, hyper, plans: plans(sitting, lr, history as usize) });
        }
    }
    Ok(cases)
}

fn plans(sitting: &Sitting, lr: f64, history: usize) -> Vec<Plan> {
    let changes = sitting.hello.can(Capability::SetLr);
    let rate = |step: usize| if changes && step >= STEPS / 2 { 0.75 * lr } else { lr };
    let plan = |objective: Objective, number: usize| Plan {
        objective,
        start: start(number, sitting.dtype),
        rates: (0..STEPS).map(rate).collect(),
        history,
    };
    Objective::ALL
        .into_iter()
        .flat_map(|objective| (0..starts(sitting.dtype)).map(move |number| plan(objective, number)))
        .collect()
}

impl Case {
    /// The order of a fresh optimizer in this setting.
    pub fn order(&self, sitting: &Sitting, params: &[Tensor]) -> Order {
        let (optimizer, hyper) = (sitting.name.into(), self.hyper.clone());
        Order { optimizer, hyper, dtype: sitting.dtype, params: params.to_vec(), groups: vec![] }
    }

    /// A run by a fresh optimizer.
    ///
    /// # Errors
    /// If the subject fails.
    pub fn run(&self, sitting: &Sitting, plan: &Plan) -> Result<Path> {
        let mut running = sitting.subject.start(&self.order(sitting, &plan.start))?;
        plan.follow(running.as_mut(), sitting.dtype)
    }

    /// Hyper-parameters that stay at their defaults in every case.
    pub fn unvaried(&self) -> Vec<&str> {
        let varied = |name: &&str| *name == "lr" || *name == "history" || is_path(name);
        self.hyper.keys().map(String::as_str).filter(|name| !varied(name)).collect()
    }
}
