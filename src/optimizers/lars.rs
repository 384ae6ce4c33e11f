//! LARS (You, Gitman and Ginsburg 2017).

use super::lamb::Adaptation;
use super::tensorwise::{TensorRule, norms};
use super::trust::scaled;
use super::{Momentum, TrustRatio};
use crate::kernels::Isa;
use crate::number::Root;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// LARS in the registry.
pub const SYSTEM: System = System {
    name: "lars",
    formula: "v ← β v + η c ‖x‖/(‖g‖ + λ‖x‖) (g + λ x); x ← x - v, tensor by tensor",
    rows: &[],
    conventions: &[
        Convention { name: "denominator", values: &["‖g‖ + λ‖x‖", "‖g + λ x‖"] },
        Convention { name: "velocity", values: &["step inside", "step outside", "dampened"] },
        Convention { name: "epsilon", values: &["none", "in the denominator"] },
        Convention { name: "adaptation", values: &["always", "with decay only"] },
        Convention { name: "zero norm", values: &["literal", "ratio 1"] },
        Convention { name: "norm scope", values: &["each tensor", "all tensors"] },
    ],
    sources: &[Source::Cited("you2017", "Algorithm 1")],
    tests: &[
        "tests/tensorwise.rs::lars_is_its_formula",
        "tests/tensorwise.rs::every_convention_matters",
        "tests/tensorwise.rs::every_hyper_parameter_matters",
    ],
};

/// Momentum on the gradients `ρ (g + λ x)` with the trust ratio `ρ = c ‖x‖ / (‖g‖ + λ ‖x‖)` of each tensor (You, Gitman and Ginsburg
/// 2017, Algorithm 1, where the velocity holds the step size).
#[derive(Clone, Debug, PartialEq)]
pub struct Lars<W> {
    /// The momentum and the meaning of its velocity.
    pub momentum: Momentum<W>,
    /// The weight decay λ, inside the scaled gradient.
    pub decay: W,
    /// The trust ratio.
    pub trust: TrustRatio<W>,
    /// Its denominator.
    pub step_norm: StepNorm,
    /// Which tensors are scaled; the others have neither ratio nor decay.
    pub adaptation: Adaptation,
}

/// The denominator of the ratio, before its ε.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepNorm {
    /// `‖g‖ + λ ‖x‖`, and `‖g‖` must not be zero (the paper; timm).
    Separate,
    /// `‖g + λ x‖` (optax).
    Joint,
}

impl<W> Lars<W> {
    /// The same rule with its numbers in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Lars<V> {
        Lars {
            momentum: self.momentum.map(number),
            decay: number(&self.decay),
            trust: self.trust.map(number),
            step_norm: self.step_norm,
            adaptation: self.adaptation,
        }
    }
}

/// The gradients `ρ (g + λ x)`; `None` leaves them as they are.
pub(super) struct Adapted<R>(pub(super) Option<(R, TrustRatio<R>, StepNorm)>);

impl<R: Root> TensorRule<R> for Adapted<R> {
    fn directions(&self, isa: Isa, parameters: &[Vec<R>], gradients: &[Option<&[R]>]) -> Vec<Option<Vec<R>>> {
        let Some((decay, trust, step_norm)) = &self.0 else {
            return gradients.iter().map(|gradient| gradient.map(<[R]>::to_vec)).collect();
        };
        let decayed = |(x, gradient): (&Vec<R>, &Option<&[R]>)| {
            let gradient = (*gradient)?;
            assert_eq!(x.len(), gradient.len(), "a gradient has the length of its parameter");
            Some(gradient.iter().zip(x).map(|(gradient, x)| gradient.clone() + x.clone() * decay).collect::<Vec<R>>())
        };
        let directions: Vec<_> = parameters.iter().zip(gradients).map(decayed).collect();
        let moving: Vec<_> = parameters.iter().zip(gradients).map(|(x, gradient)| gradient.map(|_| x.as_slice())).collect();
        let sizes = norms(isa, trust.scope, &moving);
        let steps = match step_norm {
            StepNorm::Separate => norms(isa, trust.scope, gradients),
            StepNorm::Joint => norms(isa, trust.scope, &super::tensorwise::borrowed(&directions)),
        };
        let scaled = directions.iter().zip(sizes).zip(steps).map(|((direction, size), step)| {
            let (size, step) = (size?, step?);
            let whole = match step_norm {
                StepNorm::Separate => step.clone() + size.clone() * decay,
                StepNorm::Joint => step.clone(),
            };
            Some(scaled(direction.as_ref()?, &trust.of(size, &step, whole)))
        });
        scaled.collect()
    }
}
