//! The strong Wolfe conditions by bracketing and zooming.

use super::{LineSearch, Ray, Status};
use crate::number::{Real, rational};
use crate::problems::Problem;

/// A length with `f(x + t d) ≤ f(x) + c₁ t gᵀd` and `|∇f(x + t d)ᵀd| ≤ -c₂ gᵀd` (Nocedal and Wright 2006, algorithms 3.5 and 3.6).
/// Brackets grow by doubling; a zoom tries the minimiser of the parabola through the better end's value and slope and the other
/// end's value, or the midpoint where that lies within a tenth of an end. Field operations only.
#[derive(Clone, Debug, PartialEq)]
pub struct StrongWolfe<R> {
    /// The first length, positive.
    pub first: R,
    /// No length beyond this is tried.
    pub longest: R,
    /// `c₁`, in `(0, c₂)`.
    pub sufficient: R,
    /// `c₂`, in `(c₁, 1)`: 9/10 for quasi-Newton methods, 1/10 for nonlinear conjugate gradients.
    pub curvature: R,
    /// Largest number of trials.
    pub trials: usize,
}

impl<R: Real> Default for StrongWolfe<R> {
    /// From 1 up to 2²⁰, with `c₁ = 10⁻⁴`, `c₂ = 9/10`.
    fn default() -> Self {
        let of = |numerator, denominator| R::of(&rational(numerator, denominator));
        let longest = R::int(1 << 20);
        StrongWolfe { first: R::one(), longest, sufficient: of(1, 10_000), curvature: of(9, 10), trials: 60 }
    }
}

/// A trial: length, value and slope.
struct Trial<R> {
    length: R,
    value: R,
    slope: R,
}

impl<R: Real> StrongWolfe<R> {
    /// The minimiser of the parabola, as a fraction of the way from the better end to the other.
    fn fraction(low: &Trial<R>, high: &Trial<R>) -> R {
        let promised = low.slope.clone() * (high.length.clone() - &low.length);
        let bend = high.value.clone() - &low.value - &promised;
        let tenth = R::of(&rational(1, 10));
        if bend > R::zero() {
            let fraction = -promised / (R::int(2) * bend);
            if fraction > tenth && fraction < R::one() - tenth {
                return fraction;
            }
        }
        R::of(&rational(1, 2))
    }
}

impl<R: Real, P: Problem<R> + ?Sized> LineSearch<R, P> for StrongWolfe<R> {
    fn length(&self, problem: &P, x: &[R], direction: &[R]) -> Result<R, Status> {
        let ray = Ray::new(problem, x, direction)?;
        let flat = -(ray.slope.clone() * &self.curvature);
        let trial = |length: R| {
            let (value, slope) = (ray.value(&length), ray.slope(&length));
            Trial { length, value, slope }
        };
        let start = || Trial { length: R::zero(), value: ray.value.clone(), slope: ray.slope.clone() };

        // The better end of the interval and the other one, once there is an interval.
        let (mut low, mut high) = (start(), None);
        let mut length = self.first.clone().smaller(self.longest.clone());
        for _ in 0..self.trials {
            let here = trial(length);
            let worse = low.length > R::zero() || high.is_some();
            if !ray.decreases(&here.length, &here.value, &self.sufficient) || (worse && here.value >= low.value) {
                high = Some(here);
            } else if here.slope.clone().magnitude() <= flat {
                return Ok(here.length);
            } else {
                let towards = match &high {
                    Some(high) => high.length.clone() - &low.length,
                    None => R::one(),
                };
                let beyond = here.slope.clone() * towards >= R::zero();
                let behind = std::mem::replace(&mut low, here);
                if beyond {
                    high = Some(behind);
                }
            }
            length = match &high {
                Some(high) => low.length.clone() + (high.length.clone() - &low.length) * Self::fraction(&low, high),
                None if low.length < self.longest => (low.length.clone() * R::int(2)).smaller(self.longest.clone()),
                None => return Err(Status::Stalled),
            };
        }
        Err(Status::Stalled)
    }
}
