//! Clipping by a multiple of the norms so far.

use super::Norm;
use crate::number::{Rational, Real, Root};
use crate::system::{Convention, System};
use crate::theorem::Source;

/// `C_t = α a_t` with the running average `a_{t+1} = β a_t + (1 - β) n_t` of norms.
#[derive(Clone, Debug, PartialEq)]
pub struct AdaptiveClipping {
    /// The multiple α, positive.
    pub multiple: Rational,
    /// The decay β of the average, in `[0, 1)`.
    pub decay: Rational,
    /// Which norms are averaged.
    pub averaged: AveragedNorms,
}

/// Which norms enter the average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AveragedNorms {
    /// Those before clipping: the threshold follows the gradients, at any scale.
    Raw,
    /// Those after clipping: for `α < 1` the threshold falls by `β + (1 - β) α` or more each time, for `α = 1` it never rises.
    Clipped,
}

/// Adaptive clipping.
pub const SYSTEM: System = System {
    name: "adaptive-clipping",
    formula: "g ← g min(1, C_t/‖g‖), C_t = α · running average of ‖g‖",
    rows: &["S4 adaptive clipping"],
    conventions: &[Convention { name: "averaged norms", values: &["before clipping", "after clipping"] }],
    sources: &[Source::Note("000", "496")],
    tests: &[
        "tests/clipping.rs::averages_of_clipped_norms_collapse",
        "tests/clipping.rs::adaptive_clipping_scales_with_the_gradients",
        "tests/clipping.rs::an_average_of_clipped_norms_never_rises_at_multiple_one",
    ],
};

impl AdaptiveClipping {
    /// Clips in place. `average` is `a_t`, and `a_{t+1}` afterwards; before the first gradient it is `None`: that gradient passes, and
    /// its norm is the first average.
    pub fn clip<R: Root>(&self, average: &mut Option<R>, gradients: &mut [Vec<R>]) {
        let norm = Norm::Euclidean.of(gradients);
        let factor = self.factor(average, &norm);
        gradients.iter_mut().flatten().for_each(|element| *element = element.clone() * &factor);
    }

    /// The factor of a gradient with this norm, and the next average: all that adaptive clipping is, without roots. A zero norm has
    /// factor 1 as long as the average is positive.
    pub fn factor<R: Real>(&self, average: &mut Option<R>, norm: &R) -> R {
        let Some(before) = average.clone() else {
            *average = Some(norm.clone());
            return R::one();
        };
        let limit = R::of(&self.multiple) * &before;
        let factor = if limit >= *norm { R::one() } else { limit / norm };
        let entering = match self.averaged {
            AveragedNorms::Raw => norm.clone(),
            AveragedNorms::Clipped => norm.clone() * &factor,
        };
        let decay = R::of(&self.decay);
        *average = Some(before * &decay + (R::one() - decay) * entering);
        factor
    }
}
