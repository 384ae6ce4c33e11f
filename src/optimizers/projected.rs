//! Projection onto an interval, around any optimizer.

use super::{Optimizer, Saved};
use crate::number::Real;

/// After each step every parameter that had a gradient is moved to the nearest point of `[low, high]` (projected gradient descent; for the
/// diagonal metric of an adaptive method the projection onto a box is the same in every such metric).
pub(super) struct Projected<P, R: Real> {
    pub(super) inner: Box<dyn Optimizer<P, R>>,
    pub(super) low: P,
    pub(super) high: P,
}

impl<P: Real, R: Real> Optimizer<P, R> for Projected<P, R> {
    fn probe(&self, parameters: &[Vec<P>]) -> Vec<Vec<P>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<P>], gradients: &[Option<&[P]>]) {
        self.inner.step(parameters, gradients);
        let moved = parameters.iter_mut().zip(gradients).filter(|(_, gradient)| gradient.is_some());
        for x in moved.flat_map(|(tensor, _)| tensor) {
            *x = x.clone().between(&self.low, &self.high);
        }
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.inner.set_step_size(step_size);
    }

    fn save(&self) -> Saved<R> {
        self.inner.save()
    }

    fn load(&mut self, saved: Saved<R>) {
        self.inner.load(saved);
    }
}
