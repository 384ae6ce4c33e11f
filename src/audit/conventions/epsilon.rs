//! The place of ε.

use super::{Alternative, word};
use crate::optimizers::{Algorithm, Epsilon, Method};

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

pub(super) fn placements(corrected: bool) -> Vec<Alternative> {
    let outside = if corrected { "√v̂ + ε" } else { "√v + ε" };
    let inside = if corrected { "√(v̂ + ε)" } else { "√(v + ε)" };
    let mut all = vec![word("outside", outside, place(Epsilon::Outside)), word("inside", inside, place(Epsilon::Inside))];
    if corrected {
        all.push(word("hat", "(√v + ε) / √(1 - β₂^t)", place(Epsilon::Hat)));
    }
    all
}

/// RAdam's plain form is ε̂, as PyTorch documents it.
pub(super) fn rectified_placements() -> Vec<Alternative> {
    let mut all = placements(true);
    all.rotate_right(1);
    all
}
