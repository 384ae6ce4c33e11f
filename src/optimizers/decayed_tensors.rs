//! Weight decay around a method that looks at whole tensors.

use super::tensorwise::borrowed;
use super::{Coupling, Decay, Optimizer, Order, Saved};
use crate::number::Real;

/// Norms are those of the penalised gradient and of the parameters that have been shrunk, as in Keras, which decays every variable
/// before its optimizer looks at it.
pub(super) struct DecayedTensors<R: Real> {
    pub(super) inner: Box<dyn Optimizer<R>>,
    pub(super) decay: Decay<R::Wide>,
    pub(super) base_step_size: R::Wide,
    pub(super) step_size: R::Wide,
}

impl<R: Real> Optimizer<R> for DecayedTensors<R> {
    fn probe(&self, parameters: &[Vec<R>]) -> Vec<Vec<R>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<R>], gradients: &[Option<&[R]>]) {
        assert_eq!(parameters.len(), gradients.len(), "one gradient, or none, for each parameter tensor");
        let factor = R::narrow(&self.decay.factor(&self.step_size, &self.base_step_size));
        let shrink = |parameters: &mut [Vec<R>]| {
            let moving = parameters.iter_mut().zip(gradients).filter(|(_, gradient)| gradient.is_some());
            moving.flat_map(|(tensor, _)| tensor).for_each(|x| *x = x.clone().shrunk(&factor));
        };
        match self.decay.coupling {
            Coupling::Gradient | Coupling::DoubledGradient => {
                let penalised = |(tensor, gradient): (&Vec<R>, &[R])| -> Vec<R> {
                    assert_eq!(tensor.len(), gradient.len(), "a gradient has the length of its parameter");
                    gradient.iter().zip(tensor).map(|(gradient, x)| gradient.clone() + x.clone() * &factor).collect()
                };
                let gradients =
                    parameters.iter().zip(gradients).map(|(tensor, gradient)| gradient.map(|g| penalised((tensor, g))));
                let gradients: Vec<_> = gradients.collect();
                self.inner.step(parameters, &borrowed(&gradients));
            }
            Coupling::Parameter(_, Order::Before) => {
                shrink(parameters);
                self.inner.step(parameters, gradients);
            }
            Coupling::Parameter(_, Order::After) => {
                self.inner.step(parameters, gradients);
                shrink(parameters);
            }
        }
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.step_size = step_size.clone();
        self.inner.set_step_size(step_size);
    }

    fn save(&self) -> Saved<R> {
        self.inner.save()
    }

    fn load(&mut self, saved: Saved<R>) {
        self.step_size = saved.step_size.clone();
        self.inner.load(saved);
    }
}
