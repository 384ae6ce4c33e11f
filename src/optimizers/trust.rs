//! The trust ratio, by which layerwise adaptive methods scale the step of a tensor.

use super::tensorwise::Scope;
use crate::number::Real;

/// `ρ = c φ(‖x‖) / (d + ε)`, where the method says what the denominator `d` is.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustRatio<W> {
    /// The trust coefficient `c`: 1 for LAMB, 0.001 for LARS.
    pub coefficient: W,
    /// The small constant ε: 0 for LAMB.
    pub epsilon: W,
    /// φ: the identity for `None`, otherwise the nearest number of `[low, high]` (You et al. 2020; `[0, 10]` in cybertronai/pytorch-lamb,
    /// `[0.001, 10]` in GluonNLP).
    pub norm_range: Option<[W; 2]>,
    /// The largest ratio, if there is one: 1 in timm's `trust_clip`.
    pub largest: Option<W>,
    /// What a norm of zero does.
    pub zero_norm: ZeroNorm,
    /// What the norms are taken over.
    pub scope: Scope,
}

/// The trust ratio where the norm of the parameters, or that of the step, is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZeroNorm {
    /// It is 1: the tensor moves as if it were not scaled (timm, Apex, Keras, optax).
    Unscaled,
    /// It is what the formula says: a tensor of zeros never moves, and a step of zeros is not a number.
    Literal,
}

impl<W> TrustRatio<W> {
    /// The same ratio with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> TrustRatio<V> {
        TrustRatio {
            coefficient: number(&self.coefficient),
            epsilon: number(&self.epsilon),
            norm_range: self.norm_range.as_ref().map(|[low, high]| [number(low), number(high)]),
            largest: self.largest.as_ref().map(number),
            zero_norm: self.zero_norm,
            scope: self.scope,
        }
    }
}

impl<R: Real> TrustRatio<R> {
    /// The ratio for parameters of this norm, `‖x‖`, and this denominator `d`; `step` is the norm that [`ZeroNorm`] asks about.
    pub(super) fn of(&self, parameters: R, step: &R, denominator: R) -> R {
        let size = match &self.norm_range {
            Some([low, high]) => parameters.between(low, high),
            None => parameters,
        };
        let scaled = size.clone() * &self.coefficient / (denominator + &self.epsilon);
        let ratio = match self.zero_norm {
            ZeroNorm::Unscaled => size.if_zero(R::one(), step.if_zero(R::one(), scaled)),
            ZeroNorm::Literal => scaled,
        };
        match &self.largest {
            Some(largest) => ratio.smaller(largest.clone()),
            None => ratio,
        }
    }
}

/// A tensor times a factor.
pub(super) fn scaled<R: Real>(tensor: &[R], factor: &R) -> Vec<R> {
    tensor.iter().map(|x| x.clone() * factor).collect()
}
