//! Normalised gradient descent.

use super::tensorwise::{Scope, TensorRule, norms};
use crate::kernels::Isa;
use crate::number::Root;

/// `x ← x - η g / (‖g‖ + ε)`: steps of length η (Shor 1964; Nesterov 2004, 3.2.3). A gradient of norm zero leaves the point where
/// it is, without ε too.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalized<W> {
    /// The small constant ε: 0 for the exact method, 1e-6 in optax's `normalize_by_update_norm`.
    pub epsilon: W,
    /// What the norm is taken over: all tensors in optax.
    pub scope: Scope,
}

impl<W> Normalized<W> {
    /// The same rule with its number in another type.
    pub fn map<V>(&self, number: &impl Fn(&W) -> V) -> Normalized<V> {
        Normalized { epsilon: number(&self.epsilon), scope: self.scope }
    }
}

impl<R: Root> TensorRule<R> for Normalized<R> {
    fn directions(&self, isa: Isa, _parameters: &[Vec<R>], gradients: &[Option<&[R]>]) -> Vec<Option<Vec<R>>> {
        let unit = |(gradient, norm): (&Option<&[R]>, Option<R>)| {
            let (gradient, norm) = ((*gradient)?, norm?);
            if norm == R::zero() {
                return Some(gradient.to_vec());
            }
            let size = norm + &self.epsilon;
            Some(gradient.iter().map(|g| g.clone() / &size).collect())
        };
        gradients.iter().zip(norms(isa, self.scope, gradients)).map(unit).collect()
    }
}
