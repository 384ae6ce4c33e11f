//! LAMB (You et al. 2020).

use super::tensorwise::{TensorRule, norms};
use super::trust::scaled;
use super::{Adam, TrustRatio};
use crate::kernels::Isa;
use crate::number::Root;

/// `u = r + λ x` with Adam's direction `r = m̂ / (√v̂ + ε)`, and `x ← x - η ρ u` with the trust ratio `ρ = φ(‖x‖) / ‖u‖` of each
/// tensor (You et al. 2020, Algorithm 2).
///
/// Keras decays first, `x ← (1 - η λ) x`, and leaves the decay out of `u`: that is `decay: 0` here and a decoupled decay of the
/// [`Method`](super::Method), before the step, around it. A coupled decay of the method enters the gradient, and with it the
/// moments (cybertronai/pytorch-lamb before its issue 3).
#[derive(Clone, Debug, PartialEq)]
pub struct Lamb<W> {
    /// Adam's moments, ε and its place, and whether the moments are corrected for their bias (You et al. 2020 leave the correction
    /// out in appendix E, for the ratio hides it unless there is decay).
    pub adam: Adam<W>,
    /// The weight λ of the parameters in the step.
    pub decay: W,
    /// The trust ratio, whose denominator is `‖u‖`.
    pub trust: TrustRatio<W>,
    /// Which tensors are scaled.
    pub adaptation: Adaptation,
}

/// Which tensors are scaled by a trust ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adaptation {
    /// All (You et al. 2020; NVIDIA's NVLAMB; timm's `always_adapt`).
    Always,
    /// Those with a decay λ other than 0 (timm and Apex by default, so that biases keep the plain step).
    WithDecay,
}

impl<W> Lamb<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Lamb<V> {
        Lamb {
            adam: self.adam.map(number),
            decay: number(&self.decay),
            trust: self.trust.map(number),
            adaptation: self.adaptation,
        }
    }
}

/// Scales each direction to the trust ratio with its own norm as the denominator; `None` scales nothing.
pub(super) struct Trusted<R>(pub(super) Option<TrustRatio<R>>);

impl<R: Root> TensorRule<R> for Trusted<R> {
    fn directions(&self, isa: Isa, parameters: &[Vec<R>], directions: &[Option<&[R]>]) -> Vec<Option<Vec<R>>> {
        let Some(trust) = &self.0 else { return directions.iter().map(|direction| direction.map(<[R]>::to_vec)).collect() };
        let moving: Vec<_> = parameters.iter().zip(directions).map(|(x, direction)| direction.map(|_| x.as_slice())).collect();
        let sizes = norms(isa, trust.scope, &moving).into_iter().zip(norms(isa, trust.scope, directions));
        let scale = |(direction, (size, step)): (&Option<&[R]>, (Option<R>, Option<R>))| {
            let (size, step) = (size?, step?);
            Some(scaled((*direction)?, &trust.of(size, &step, step.clone())))
        };
        directions.iter().zip(sizes).map(scale).collect()
    }
}
