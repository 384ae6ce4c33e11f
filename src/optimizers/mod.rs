//! The reference optimizers: a file an algorithm, its update rule once, generic over the number type, with every convention as a
//! named option.
//!
//! Where a line belongs: what one element's update is, in its algorithm's file, as a [`Rule`] that `elementwise` runs; what needs the
//! norms of whole tensors, there too, as a rule that `tensorwise` runs (`lamb`, `lars`, `normalized`); what any optimizer may have
//! around it, in a wrapper's file (weight decay, ascent, projection, averages, noise, perturbation, storage). [`Method`] names all of
//! that as data and builds it; [`specimens`] lists every algorithm in every convention for the tests. What looks at values or
//! curvature is in [`crate::second_order`], what a training loop does around the optimizer in [`crate::training`].

mod adabound;
mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod amsgrad;
mod ascent;
mod averaged;
mod decay;
mod decayed_tensors;
mod elementwise;
mod epsilon;
mod fista;
mod gradient_descent;
mod heavy_ball;
mod l1;
mod lamb;
mod lars;
mod lion;
mod method;
mod moments;
mod momentum;
mod nadam;
mod nesterov;
mod noisy;
mod normalized;
mod perturbed;
mod projected;
mod radam;
mod rmsprop;
mod rule;
mod sign_descent;
mod specimens;
mod stored;
mod tensorwise;
mod trust;
mod words;

pub use adabound::AdaBound;
pub use adadelta::Adadelta;
pub use adagrad::AdaGrad;
pub use adam::Adam;
pub use adamax::{Adamax, NormEpsilon};
pub use amsgrad::{AmsGrad, MaximumOrder};
pub(crate) use ascent::Ascent;
pub use averaged::{AverageStart, AverageWeights, Averaged, IterateAverage};
pub use decay::{Coupling, Decay, Decayed, Order, Scaling};
pub use elementwise::Counter;
pub(crate) use elementwise::Elementwise;
pub use epsilon::Epsilon;
pub use fista::Fista;
pub use gradient_descent::GradientDescent;
pub use heavy_ball::{HeavyBall, Tuning, ghadimi_tuning, polyak_tuning};
pub use l1::{AtZero, L1, Treatment, soft_threshold};
pub use lamb::{Adaptation, Lamb};
pub use lars::{Lars, StepNorm};
pub use lion::Lion;
pub use method::{Algorithm, Goal, Method, warming_base};
pub use moments::Moments;
pub use momentum::{Momentum, Velocity};
pub use nadam::{NAdam, SecondMoment};
pub use nesterov::{Extrapolation, Form, Nesterov};
pub use noisy::{AnnealedVariance, Noisy, Spread, covariance_matched};
pub use normalized::Normalized;
pub use perturbed::{Perturbation, Perturbed, uniform_in_ball};
pub use radam::{RAdam, Unrectified};
pub use rmsprop::RmsProp;
pub use rule::{Clock, Rule};
pub use sign_descent::{SignDescent, Signum};
pub use specimens::{couplings, specimens};
pub use tensorwise::Scope;
pub use trust::{TrustRatio, ZeroNorm};

use crate::number::Real;
use crate::system::System;

/// The systems of this folder.
pub const SYSTEMS: &[&System] = &[
    &gradient_descent::SYSTEM,
    &momentum::SYSTEM,
    &heavy_ball::SYSTEM,
    &nesterov::SYSTEM,
    &fista::SYSTEM,
    &sign_descent::SIGN_DESCENT,
    &sign_descent::SIGNUM,
    &lion::SYSTEM,
    &adagrad::SYSTEM,
    &adadelta::SYSTEM,
    &rmsprop::SYSTEM,
    &adam::SYSTEM,
    &adamax::SYSTEM,
    &amsgrad::SYSTEM,
    &nadam::SYSTEM,
    &radam::SYSTEM,
    &adabound::SYSTEM,
    &decay::PENALTY,
    &decay::ADAMW,
    &decay::SGDW,
    &ascent::SYSTEM,
    &elementwise::COUNTER,
    &normalized::SYSTEM,
    &lamb::SYSTEM,
    &lars::SYSTEM,
    &l1::SYSTEM,
    &averaged::SYSTEM,
    &perturbed::SYSTEM,
    &noisy::SYSTEM,
];

/// An optimizer over several tensors, with its state.
///
/// A tensor is the list of its elements. The tensors of one optimizer keep their number, order and lengths from call to call; state
/// belongs to the tensor, and the count of updates too unless the [`Counter`] is shared. Parameters and gradients are held as `P`, state
/// and arithmetic are in `R`: the same type unless 16-bit parameters have their state in `f32`.
pub trait Optimizer<P, R: Real = P>: Send {
    /// Where the gradients of the next step are wanted: the parameters themselves, unless the method looks ahead.
    fn probe(&self, parameters: &[Vec<P>]) -> Vec<Vec<P>>;

    /// One update. A tensor whose gradient is `None` keeps its value and its state.
    ///
    /// # Panics
    /// If the numbers of tensors differ, or a gradient's length differs from its tensor's.
    fn step(&mut self, parameters: &mut [Vec<P>], gradients: &[Option<&[P]>]);

    /// The learning rate from the next step on.
    fn set_step_size(&mut self, step_size: R::Wide);

    /// Everything that the next step depends on besides parameters and hyper-parameters.
    fn save(&self) -> Saved<R>;

    /// Continues from a saved state, bit for bit.
    ///
    /// # Panics
    /// If the state is another algorithm's.
    fn load(&mut self, saved: Saved<R>);
}

/// A saved state.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved<R: Real> {
    /// Learning rate in force.
    pub step_size: R::Wide,
    /// Number of calls of [`Optimizer::step`].
    pub calls: u64,
    /// For each tensor that has been updated: number of its last update, and its state values, slot by slot. A wrapper with a state
    /// of its own puts it behind the tensors, the outermost one last.
    pub tensors: Vec<Option<(u64, Vec<Vec<R>>)>>,
}

/// One update of a single tensor with the gradient where the method wants it.
pub fn advance<R: Real>(optimizer: &mut dyn Optimizer<R>, x: &mut Vec<R>, gradient: impl FnOnce(&[R]) -> Vec<R>) {
    let tensors = std::slice::from_mut(x);
    let gradient = gradient(&optimizer.probe(tensors)[0]);
    optimizer.step(tensors, &[Some(&gradient)]);
}

/// The iterates of a single tensor, the start first, with the gradient where the method wants it.
pub fn trajectory<R: Real>(
    optimizer: &mut dyn Optimizer<R>,
    start: Vec<R>,
    gradient: impl Fn(&[R]) -> Vec<R>,
    steps: usize,
) -> Vec<Vec<R>> {
    let mut iterates = vec![start];
    for step in 0..steps {
        let mut x = iterates[step].clone();
        advance(optimizer, &mut x, &gradient);
        iterates.push(x);
    }
    iterates
}
