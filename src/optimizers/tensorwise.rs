//! Methods that look at whole tensors, around a method that looks at elements.

use super::elementwise::{Counter, Elementwise};
use super::{GradientDescent, Optimizer, Rule, Saved};
use crate::kernels::{Isa, norm, squares};
use crate::number::{Real, Root};

/// What a norm is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each tensor for itself.
    Tensor,
    /// All tensors that have a gradient, as if they were one.
    All,
}

/// Turns gradients into the directions of a step by factors that whole tensors share.
pub(super) trait TensorRule<R: Real>: Send {
    /// The directions in the gradients' place: `None` where there is none.
    fn directions(&self, isa: Isa, parameters: &[Vec<R>], gradients: &[Option<&[R]>]) -> Vec<Option<Vec<R>>>;
}

/// The norm of each tensor that is there, or that of all of them in the place of each. The squares of several tensors are added in
/// the order of the tensors.
pub(super) fn norms<R: Root>(isa: Isa, scope: Scope, tensors: &[Option<&[R]>]) -> Vec<Option<R>> {
    match scope {
        Scope::Tensor => tensors.iter().map(|tensor| tensor.map(|tensor| norm(isa, tensor))).collect(),
        Scope::All => {
            let norm = squares(isa, tensors.iter().copied().flatten()).sqrt();
            tensors.iter().map(|tensor| tensor.map(|_| norm.clone())).collect()
        }
    }
}

/// Borrows the tensors that are there.
pub(super) fn borrowed<R>(tensors: &[Option<Vec<R>>]) -> Vec<Option<&[R]>> {
    tensors.iter().map(Option::as_deref).collect()
}

/// An optimizer whose gradients pass through a tensor rule.
pub(super) struct Tensorwise<R: Real, T> {
    pub(super) isa: Isa,
    pub(super) rule: T,
    pub(super) inner: Box<dyn Optimizer<R>>,
}

impl<R: Real, T: TensorRule<R>> Optimizer<R> for Tensorwise<R, T> {
    fn probe(&self, parameters: &[Vec<R>]) -> Vec<Vec<R>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<R>], gradients: &[Option<&[R]>]) {
        assert_eq!(parameters.len(), gradients.len(), "one gradient, or none, for each parameter tensor");
        let directions = self.rule.directions(self.isa, parameters, gradients);
        self.inner.step(parameters, &borrowed(&directions));
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

/// A step of an elementwise rule as a vector, for a tensor rule to scale: maps a parameter `x` to the direction `r + λ x`.
///
/// The direction `r` of the rule is where it moves a parameter from zero at step size -1.
#[derive(Clone)]
struct Direction<K, W> {
    rule: K,
    decay: Option<W>,
}

impl<R: Real, const N: usize, K: Rule<R, N>> Rule<R, N> for Direction<K, R::Wide> {
    type Clock = K::Clock;
    type Step = (K::Step, Option<R>);

    fn start(&self) -> Self::Clock {
        self.rule.start()
    }

    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step {
        (self.rule.step(clock, step_size), self.decay.as_ref().map(R::narrow))
    }

    fn initial(&self, x: &R) -> [R; N] {
        self.rule.initial(x)
    }

    #[inline(always)]
    fn update((step, decay): &Self::Step, x: R, gradient: R, state: [R; N]) -> (R, [R; N]) {
        let (direction, state) = K::update(step, R::zero(), gradient, state);
        match decay {
            Some(decay) => (direction + x * decay, state),
            None => (direction, state),
        }
    }
}

/// Gradient descent along the directions `r + λ x` of an elementwise rule, scaled by a tensor rule.
pub(super) struct Directed<R: Real, T> {
    directions: Box<dyn Optimizer<R>>,
    descent: Tensorwise<R, T>,
}

impl<R: Real, T: TensorRule<R>> Directed<R, T> {
    pub(super) fn new<const N: usize, K: Rule<R, N>>(
        rule: K,
        decay: Option<R::Wide>,
        scale: T,
        step_size: R::Wide,
        isa: Isa,
        counter: Counter,
    ) -> Self {
        let directions = Box::new(Elementwise::new(Direction { rule, decay }, -R::Wide::one(), isa, counter));
        let inner = Box::new(Elementwise::new(GradientDescent, step_size, isa, counter));
        Directed { directions, descent: Tensorwise { isa, rule: scale, inner } }
    }
}

impl<R: Real, T: TensorRule<R>> Optimizer<R> for Directed<R, T> {
    fn probe(&self, parameters: &[Vec<R>]) -> Vec<Vec<R>> {
        parameters.to_vec()
    }

    fn step(&mut self, parameters: &mut [Vec<R>], gradients: &[Option<&[R]>]) {
        let mut directions = parameters.to_vec();
        self.directions.step(&mut directions, gradients);
        let given = |(direction, gradient): (Vec<R>, &Option<&[R]>)| gradient.map(|_| direction);
        let directions: Vec<_> = directions.into_iter().zip(gradients).map(given).collect();
        self.descent.step(parameters, &borrowed(&directions));
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.descent.set_step_size(step_size);
    }

    /// The step size of the descent, which has no other state, and the state of the directions.
    fn save(&self) -> Saved<R> {
        Saved { step_size: self.descent.save().step_size, ..self.directions.save() }
    }

    fn load(&mut self, saved: Saved<R>) {
        self.descent.set_step_size(saved.step_size);
        self.directions.load(Saved { step_size: -R::Wide::one(), ..saved });
    }
}
