//! Ascent, around any optimizer.

use super::{Optimizer, Saved};
use crate::number::Real;

/// The gradient is negated before anything else is done with it, so that the method climbs while its weight decay still shrinks.
pub(super) struct Ascent<P, R: Real> {
    pub(super) inner: Box<dyn Optimizer<P, R>>,
}

impl<P: Real, R: Real> Optimizer<P, R> for Ascent<P, R> {
    fn probe(&self, parameters: &[Vec<P>]) -> Vec<Vec<P>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<P>], gradients: &[Option<&[P]>]) {
        let negative = |gradient: &Option<&[P]>| gradient.map(|gradient| gradient.iter().map(|g| -g.clone()).collect::<Vec<P>>());
        let negated: Vec<_> = gradients.iter().map(negative).collect();
        self.inner.step(parameters, &negated.iter().map(|gradient| gradient.as_deref()).collect::<Vec<_>>());
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
