//! Ascent, around any optimizer.

use super::{Optimizer, Saved};
use crate::number::Real;
use crate::system::{Convention, System};
use crate::theorem::Source;

/// The registry's entry.
pub const SYSTEM: System = System {
    name: "ascent",
    formula: "g ← -g before the decay and the rule",
    rows: &[],
    conventions: &[Convention { name: "maximize", values: &["false", "true"] }],
    sources: &[Source::Cited("loshchilov2019", "Algorithm 2, applied to -f")],
    tests: &[
        "tests/rules.rs::ascent_negates_the_gradient_before_the_decay",
        "tests/rules.rs::what_the_strength_of_a_decay_is_multiplied_by",
    ],
};

/// The gradient is negated before anything else is done with it, so that the method climbs while its weight decay still shrinks.
pub(crate) struct Ascent<P, R: Real> {
    pub(crate) inner: Box<dyn Optimizer<P, R>>,
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
