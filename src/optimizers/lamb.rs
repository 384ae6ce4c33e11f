//! LAMB (You et al. 2020).

use super::tensorwise::{TensorRule, norms};
use super::trust::scaled;
use super::{Adam, TrustRatio};
use crate::kernels::Isa;
use crate::number::Root;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// LAMB in the registry.
pub const SYSTEM: System = System {
    name: "lamb",
    formula: "u = m̂/(√v̂ + ε) + λ x; x ← x - η φ(‖x‖)/‖u‖ u, tensor by tensor",
    rows: &[],
    conventions: &[
        Convention {
            name: "decay",
            values: &["in the step and its norm", "before the step, not in its norm", "in the gradient"],
        },
        Convention { name: "norm function", values: &["identity", "kept to a range"] },
        Convention { name: "adaptation", values: &["always", "with decay only"] },
        Convention { name: "zero norm", values: &["ratio 1", "literal"] },
        Convention { name: "bias correction", values: &["yes", "no"] },
        Convention { name: "epsilon", values: &["outside", "inside", "hat"] },
        Convention { name: "largest ratio", values: &["none", "bounded"] },
        Convention { name: "norm scope", values: &["each tensor", "all tensors"] },
    ],
    sources: &[Source::Cited("you2020", "Algorithm 2")],
    tests: &[
        "tests/tensorwise.rs::lamb_is_its_formula",
        "tests/tensorwise.rs::lamb_without_gradient_shrinks_by_the_step_size",
        "tests/tensorwise.rs::a_penalty_in_lambs_gradient_only_keeps_its_sign",
        "tests/tensorwise.rs::keras_takes_the_norm_of_the_shrunk_parameters",
        "tests/tensorwise.rs::the_norms_function_bounds_the_step_of_large_tensors",
        "tests/tensorwise.rs::a_tensor_of_zeros_moves_unless_the_formula_is_taken_literally",
        "tests/tensorwise.rs::tensors_without_decay_may_keep_the_plain_step",
        "tests/tensorwise.rs::the_trust_ratio_hides_the_bias_correction_unless_there_is_decay",
        "tests/tensorwise.rs::a_joint_norm_loses_the_layers",
        "tests/tensorwise.rs::lamb_is_covariant_under_units_of_each_tensor",
    ],
};

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
        let scaled = directions.iter().zip(sizes).map(|(direction, (size, step))| {
            let (size, step) = (size?, step?);
            Some(scaled((*direction)?, &trust.of(size, &step, step.clone())))
        });
        scaled.collect()
    }
}
