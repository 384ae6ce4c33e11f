//! The place of ε.

use super::Alternative;
use crate::optimizers::{Algorithm, Epsilon, Method, NormEpsilon};

fn place(placement: Epsilon) -> impl Fn(&mut Method) {
    move |method| match &mut method.algorithm {
        Algorithm::AdaGrad(rule) => rule.placement = placement,
        Algorithm::RmsProp(rule) => rule.placement = placement,
        Algorithm::Adam(rule) => rule.placement = placement,
        Algorithm::AmsGrad(rule) => rule.placement = placement,
        Algorithm::RAdam(rule) => rule.placement = placement,
        Algorithm::NAdam(rule) => rule.placement = placement,
        Algorithm::AdaBound(rule) => rule.placement = placement,
        Algorithm::Lamb(rule) => rule.adam.placement = placement,
        _ => {}
    }
}

pub(super) fn placements(corrected: bool) -> Vec<Alternative> {
    let outside = if corrected { "√v̂ + ε" } else { "√v + ε" };
    let inside = if corrected { "√(v̂ + ε)" } else { "√(v + ε)" };
    let mut all = vec![
        Alternative::word("outside", outside, place(Epsilon::Outside)),
        Alternative::word("inside", inside, place(Epsilon::Inside)),
    ];
    if corrected {
        all.push(Alternative::word("hat", "(√v + ε) / √(1 - β₂^t)", place(Epsilon::Hat)));
    }
    all
}

/// The plain form is ε̂, in RAdam as PyTorch documents it and in AdaBound as its authors have it.
pub(super) fn hat_first() -> Vec<Alternative> {
    let mut all = placements(true);
    all.rotate_right(1);
    all
}

pub(super) fn beside_the_norm() -> Vec<Alternative> {
    let set = |placement| {
        move |method: &mut Method| {
            if let Algorithm::Adamax(rule) = &mut method.algorithm {
                rule.placement = placement;
            }
        }
    };
    vec![
        Alternative::word("maximum", "u ← max(β₂ u, |g| + ε)", set(NormEpsilon::InMaximum)),
        Alternative::word("decayed", "u ← max(β₂ u + ε, |g|)", set(NormEpsilon::BesideDecayed)),
        Alternative::word("denominator", "m̂ / (u + ε)", set(NormEpsilon::InDenominator)),
    ]
}
