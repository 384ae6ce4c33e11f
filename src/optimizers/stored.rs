//! Parameters in a format of their own, around any optimizer.

use super::{Optimizer, Saved};
use crate::kernels::Storage;
use crate::number::Real;

/// Parameters and gradients are loaded into the arithmetic `R`, and each parameter that has a gradient is rounded once at the end.
pub(super) struct Stored<R: Real> {
    pub(super) inner: Box<dyn Optimizer<R>>,
}

fn loaded<P: Storage<R>, R>(tensor: &[P]) -> Vec<R> {
    tensor.iter().map(P::load).collect()
}

impl<P: Storage<R>, R: Real> Optimizer<P, R> for Stored<R> {
    fn probe(&self, parameters: &[Vec<P>]) -> Vec<Vec<P>> {
        let parameters: Vec<Vec<R>> = parameters.iter().map(|tensor| loaded(tensor)).collect();
        self.inner.probe(&parameters).into_iter().map(|tensor| tensor.into_iter().map(P::store).collect()).collect()
    }

    fn step(&mut self, parameters: &mut [Vec<P>], gradients: &[Option<&[P]>]) {
        let mut moved: Vec<Vec<R>> = parameters.iter().map(|tensor| loaded(tensor)).collect();
        let given: Vec<Option<Vec<R>>> = gradients.iter().map(|gradient| gradient.map(loaded)).collect();
        self.inner.step(&mut moved, &super::tensorwise::borrowed(&given));
        let moving = parameters.iter_mut().zip(moved).zip(gradients).filter(|(_, gradient)| gradient.is_some());
        for ((tensor, moved), _) in moving {
            *tensor = moved.into_iter().map(P::store).collect();
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
