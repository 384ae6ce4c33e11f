//! What an algorithm has to say: its update for one element.

use crate::number::Real;

/// Scalars that advance once an update: powers of decay rates, running products, a count.
pub trait Clock: Clone + Send + Sync {
    /// Advances to the next update.
    fn tick(&mut self);
}

/// Nothing advances.
impl Clock for () {
    fn tick(&mut self) {}
}

/// The number of the update, from 1.
impl Clock for i64 {
    fn tick(&mut self) {
        *self += 1;
    }
}

/// The update rule of an elementwise algorithm, written once and run in every number type.
///
/// `N` is the number of state values that each parameter carries. A rule has three speeds: its hyper-parameters never change, its
/// [`Clock`] advances once an update, and its [`Step`](Rule::Step) holds the coefficients of one update, rounded to `R`, which all
/// elements share.
pub trait Rule<R: Real, const N: usize>: Clone + Send + Sync + 'static {
    /// Scalars that advance once an update.
    type Clock: Clock;
    /// Coefficients of one update.
    type Step: Clone + Send + Sync;

    /// The clock before the first update.
    fn start(&self) -> Self::Clock;

    /// The coefficients of the update that the clock has reached.
    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step;

    /// The state of a parameter that starts at `x`: zeros, unless the rule says otherwise.
    fn initial(&self, _x: &R) -> [R; N] {
        std::array::from_fn(|_| R::zero())
    }

    /// One update: parameter, gradient and state to new parameter and new state.
    fn update(step: &Self::Step, x: R, gradient: R, state: [R; N]) -> (R, [R; N]);

    /// Where the gradient of this update is wanted: at the parameter itself, unless the method looks ahead.
    fn look_ahead(_step: &Self::Step, x: &R, _state: &[R; N]) -> R {
        x.clone()
    }
}
