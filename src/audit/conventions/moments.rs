//! Corrections, maxima, schedules and starting values of the moments.

use super::Alternative;
use crate::audit::Setting;
use crate::audit::header::Header;
use crate::number::{Rational, rational};
use crate::optimizers::{Algorithm, MaximumOrder, Method, SecondMoment, Unrectified, warming_base};

pub(super) fn corrections() -> Vec<Alternative> {
    let set = |on: bool| {
        move |method: &mut Method| match &mut method.algorithm {
            Algorithm::Adam(rule) => rule.bias_correction = on,
            Algorithm::AdaBound(rule) => rule.bias_correction = on,
            Algorithm::Lamb(rule) => rule.adam.bias_correction = on,
            _ => {}
        }
    };
    vec![
        Alternative::new(Setting::Flag(true), "m / (1 - β₁^t) and v / (1 - β₂^t)", set(true)),
        Alternative::new(Setting::Flag(false), "m and v", set(false)),
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
        Alternative::word("raw", "max(v₁, ..., v_t) / (1 - β₂^t)", set(MaximumOrder::MaximumThenCorrect)),
        Alternative::word("corrected", "max(v̂₁, ..., v̂_t)", set(MaximumOrder::CorrectThenMaximum)),
        Alternative::word("uncorrected", "max(v₁, ..., v_t) and m, uncorrected", set(MaximumOrder::Uncorrected)),
    ]
}

/// Optimisers.jl starts AMSGrad's moments at ε.
pub(super) fn starts() -> Vec<Alternative> {
    let at_epsilon = |method: &mut Method| {
        if let Algorithm::AmsGrad(rule) = &mut method.algorithm {
            rule.initial_moment = rule.epsilon.clone();
        }
    };
    vec![Alternative::new(Setting::Number(0.0), "m₀ = v₀ = 0", |_| {}), Alternative::word("eps", "m₀ = v₀ = ε", at_epsilon)]
}

/// Whether the threshold itself is rectified (optax: `ρ_t ≥ 5`) shows only where `ρ_t` is 5 to the last digit: no trace tells.
pub(super) fn thresholds() -> Vec<Alternative> {
    let set = |threshold: i64| {
        move |method: &mut Method| {
            if let Algorithm::RAdam(rule) = &mut method.algorithm {
                rule.threshold = Rational::from(threshold);
            }
        }
    };
    vec![Alternative::new(Setting::Number(5.0), "ρ_t > 5", set(5)), Alternative::new(Setting::Number(4.0), "ρ_t > 4", set(4))]
}

/// The authors' code can leave out the steps before the threshold, but then says so.
pub(super) fn unrectified() -> Vec<Alternative> {
    let set = |unrectified| {
        move |method: &mut Method| {
            if let Algorithm::RAdam(rule) = &mut method.algorithm {
                rule.unrectified = unrectified;
            }
        }
    };
    vec![
        Alternative::word("momentum", "x ← x - η m̂ before the threshold", set(Unrectified::Momentum)),
        Alternative::word("gradient", "x ← x - η g before the threshold", set(Unrectified::Gradient)).ruled_out(),
        Alternative::word("nothing", "no step before the threshold", set(Unrectified::Nothing)).ruled_out(),
    ]
}

pub(super) fn schedules() -> Vec<Alternative> {
    let set = |base: fn() -> Option<Rational>| {
        move |method: &mut Method| {
            if let Algorithm::NAdam(rule) = &mut method.algorithm {
                rule.warming = base().unwrap_or_else(|| rule.warming.clone());
            }
        }
    };
    vec![
        Alternative::word("given", "μ_t = β₁ / 2", set(|| None)),
        Alternative::word("pytorch", "μ_t = β₁ (1 - 0.96^(0.004 t) / 2)", set(|| Some(warming_base(&rational(1, 250))))),
        Alternative::word("dozat", "μ_t = β₁ (1 - 0.96^t / 2)", set(|| Some(warming_base(&Rational::ONE)))),
        Alternative::word("constant", "μ_t = β₁", set(|| Some(Rational::ZERO))),
    ]
}

pub(super) fn second_moments() -> Vec<Alternative> {
    let set = |second| {
        move |method: &mut Method| {
            if let Algorithm::NAdam(rule) = &mut method.algorithm {
                rule.second_moment = second;
            }
        }
    };
    vec![
        Alternative::word("corrected", "v̂ = v / (1 - β₂^t)", set(SecondMoment::Corrected)),
        Alternative::word("decayed", "v̂ = β₂ v / (1 - β₂^t)", set(SecondMoment::Decayed)),
    ]
}

pub(super) fn accumulators(header: &Header) -> Vec<Alternative> {
    let set = |start: Rational| {
        move |method: &mut Method| match &mut method.algorithm {
            Algorithm::AdaGrad(rule) => rule.initial_accumulator = start.clone(),
            Algorithm::RmsProp(rule) => rule.initial_accumulator = start.clone(),
            _ => {}
        }
    };
    let number = |x: f64| Rational::try_from(x).unwrap_or(Rational::ZERO);
    let epsilon = match header.hyper.get("eps") {
        Some(Setting::Number(epsilon)) => *epsilon,
        _ => 0.0,
    };
    vec![
        Alternative::new(Setting::Number(0.0), "v₀ = 0", set(Rational::ZERO)),
        Alternative::new(Setting::Number(0.1), "v₀ = 0.1", set(rational(1, 10))),
        Alternative::new(Setting::Number(1.0), "v₀ = 1", set(Rational::ONE)),
        Alternative::word("eps", "v₀ = ε", set(number(epsilon))),
    ]
}
