//! Where the small constant of an adaptive method stands.

use crate::number::{Real, Root};

/// The place of ε in the denominator of an adaptive method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epsilon {
    /// `√v̂ + ε` (Kingma and Ba 2015, Algorithm 1; PyTorch).
    Outside,
    /// `√(v̂ + ε)`.
    Inside,
    /// `√v + ε̂` on the uncorrected second moment, with the corrections in the step size (Kingma and Ba 2015, end of
    /// section 2; TensorFlow and Keras): ε̂ acts as `ε̂ / √(1 - β₂^t)`. Without a bias correction the same as [`Epsilon::Outside`].
    Hat,
}

/// The denominator of an adaptive step: `√(c v) + ε` or `√(c v + ε)`, with `c = 1 / (1 - β₂^t)` or 1.
#[derive(Clone, Debug)]
pub(super) struct Denominator<R> {
    /// `c` where ε stands inside the root, `√c` where it stands outside: one multiplication either way.
    scale: R,
    epsilon: R,
    placement: Epsilon,
}

impl<R: Root> Denominator<R>
where
    R::Wide: Root,
{
    /// The denominator on a second moment that is corrected by `1 - β₂^t`, and the factor of the step size that goes with it.
    pub(super) fn corrected(correction: R::Wide, epsilon: &R::Wide, placement: Epsilon) -> (Self, R::Wide) {
        let one = R::Wide::one;
        let (scale, factor) = match placement {
            Epsilon::Outside => (one() / correction.sqrt(), one()),
            Epsilon::Inside => (one() / correction, one()),
            Epsilon::Hat => (one(), correction.sqrt()),
        };
        (Denominator { scale: R::narrow(&scale), epsilon: R::narrow(epsilon), placement }, factor)
    }

    /// The denominator on a second moment that is not corrected.
    pub(super) fn uncorrected(epsilon: &R::Wide, placement: Epsilon) -> Self {
        Denominator { scale: R::one(), epsilon: R::narrow(epsilon), placement }
    }

    #[inline(always)]
    pub(super) fn of(&self, second_moment: R) -> R {
        self.by(second_moment, R::sqrt)
    }

    /// The denominator on a variance, a difference of two averages that rounding may make negative.
    #[inline(always)]
    pub(super) fn of_variance(&self, variance: R) -> R {
        self.by(variance, R::sqrt_of_difference)
    }

    #[inline(always)]
    fn by(&self, second_moment: R, sqrt: impl Fn(R) -> R) -> R {
        // One root for all placements: where a loop is too large to be compiled once for each, it would take both.
        let scaled = |number: R| number * &self.scale + &self.epsilon;
        let inside = self.placement == Epsilon::Inside;
        let root = sqrt(if inside { scaled(second_moment) } else { second_moment });
        if inside { root } else { scaled(root) }
    }
}
