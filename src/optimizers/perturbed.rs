//! Perturbed gradient descent (Jin et al. 2017), around any optimizer.

use super::{Optimizer, Saved};
use crate::kernels::{Isa, norm, squares};
use crate::lab::{Draws, Stream};
use crate::number::{Rational, Real};
use crate::system::System;
use crate::theorem::Source;

/// Perturbed gradient descent in the registry.
pub const SYSTEM: System = System {
    name: "perturbed-gradient-descent",
    formula: "x ← x + ξ, ξ uniform in the ball of radius r, where ‖g‖ ≤ g_thres, at most once in t_thres steps; then the step",
    rows: &["S1.32"],
    conventions: &[],
    sources: &[Source::Note("000", "145-147"), Source::Cited("jin2017", "Algorithm 2")],
    tests: &[
        "tests/wrappers.rs::a_perturbation_leaves_the_saddle_at_the_saddles_rate",
        "tests/wrappers.rs::perturbations_keep_their_distance",
        "tests/wrappers.rs::the_norm_of_all_tensors_decides",
        "tests/wrappers.rs::perturbations_are_uniform_in_the_ball",
    ],
};

/// When and how far a point is thrown off.
#[derive(Clone, Debug, PartialEq)]
pub struct Perturbation {
    /// The radius `r` of the ball: 0 perturbs nothing.
    pub radius: f64,
    /// The largest gradient norm `g_thres` at which a point is perturbed.
    pub threshold: Rational,
    /// The number of steps `t_thres` that must have passed since the last time: at most one perturbation in so many steps.
    pub wait: u64,
}

/// Where `‖g‖ <= g_thres` and more than `t_thres` steps lie behind the last perturbation, the point is moved by a vector that is
/// uniform in the ball of radius `r`, before it takes its step (Jin et al. 2017, Algorithm 2, without its test for termination, which
/// needs function values).
///
/// The step is along the gradient at the perturbed point, so that the call of [`step`](Optimizer::step) that perturbs does not descend:
/// the next one does, with the gradient there. The norm is that of all tensors together; a tensor without gradient stays.
pub struct Perturbed<R: Real> {
    inner: Box<dyn Optimizer<R>>,
    perturbation: Perturbation,
    isa: Isa,
    stream: Stream,
    /// The number `t` of the coming step.
    step: u64,
    /// The step of the last perturbation.
    last: Option<u64>,
}

impl<R: Real> Perturbed<R> {
    /// An optimizer at its start. The perturbation at step `t` is drawn from trial `t` of the stream.
    pub fn new(inner: Box<dyn Optimizer<R>>, perturbation: Perturbation, stream: Stream) -> Self {
        Perturbed { inner, perturbation, isa: Isa::current(), stream, step: 0, last: None }
    }

    fn due(&self, gradients: &[Option<&[R]>]) -> bool {
        let square = squares(self.isa, gradients.iter().copied().flatten());
        let threshold = R::of(&(&self.perturbation.threshold * &self.perturbation.threshold));
        gradients.iter().any(Option::is_some)
            && square <= threshold
            && self.last.is_none_or(|last| self.step - last > self.perturbation.wait)
    }
}

/// A vector that is uniform in the ball of this radius: a normal vector for the direction, and `u^(1/d)` for the distance.
pub fn uniform_in_ball(draws: &mut Draws, dimension: usize, radius: f64) -> Vec<f64> {
    let direction = draws.normals(dimension);
    let length = radius * libm::pow(draws.uniform(), 1.0 / dimension as f64) / norm(Isa::Scalar, &direction);
    direction.into_iter().map(|x| x * length).collect()
}

/// A drawn number in the parameters' type.
pub(super) fn drawn<R: Real>(x: f64) -> R {
    R::of(&Rational::try_from(x).expect("a finite number is drawn"))
}

impl<R: Real> Optimizer<R> for Perturbed<R> {
    fn probe(&self, parameters: &[Vec<R>]) -> Vec<Vec<R>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<R>], gradients: &[Option<&[R]>]) {
        assert_eq!(parameters.len(), gradients.len(), "one gradient, or none, for each parameter tensor");
        if self.due(gradients) {
            self.last = Some(self.step);
            let moving = || parameters.iter().zip(gradients).filter(|(_, gradient)| gradient.is_some());
            let dimension = moving().map(|(tensor, _)| tensor.len()).sum();
            let shift = uniform_in_ball(&mut self.stream.trial(self.step), dimension, self.perturbation.radius);
            let moving = parameters.iter_mut().zip(gradients).filter(|(_, gradient)| gradient.is_some());
            for (x, shift) in moving.flat_map(|(tensor, _)| tensor).zip(shift) {
                *x = x.clone() + drawn::<R>(shift);
            }
        } else {
            self.inner.step(parameters, gradients);
            self.step += 1;
        }
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.inner.set_step_size(step_size);
    }

    /// Behind the optimizer's tensors: the number of the step, and that of the last perturbation, if there was one.
    fn save(&self) -> Saved<R> {
        let mut saved = self.inner.save();
        saved.tensors.extend([Some((self.step, Vec::new())), self.last.map(|last| (last, Vec::new()))]);
        saved
    }

    fn load(&mut self, mut saved: Saved<R>) {
        self.last = saved.tensors.pop().expect("the last perturbation behind the tensors").map(|(last, _)| last);
        (self.step, _) = saved.tensors.pop().flatten().expect("the step behind the tensors");
        self.inner.load(saved);
    }
}
