//! Corrections, maxima, schedules and starting values of the moments.

use super::{Alternative, word};
use crate::audit::Setting;
use crate::number::{Rational, rational};
use crate::optimizers::{Algorithm, MaximumOrder, Method, warming_base};

pub(super) fn corrections() -> Vec<Alternative> {
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

pub(super) fn maxima() -> Vec<Alternative> {
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

pub(super) fn thresholds() -> Vec<Alternative> {
    let set = |threshold: i64| {
        move |method: &mut Method| {
            if let Algorithm::RAdam(rule) = &mut method.algorithm {
                rule.threshold = Rational::from(threshold);
            }
        }
    };
    vec![(Setting::Number(5.0), "ρ_t > 5", Box::new(set(5))), (Setting::Number(4.0), "ρ_t > 4", Box::new(set(4)))]
}

pub(super) fn schedules() -> Vec<Alternative> {
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

pub(super) fn accumulators() -> Vec<Alternative> {
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
