//! What an algorithm has to say: its update for one element.

use crate::number::Real;

/// The update rule of an elementwise algorithm, written once and run in every number type.
///
/// `N` is the number of state values that each parameter carries. A rule has three speeds: its hyper-parameters never change, its
/// [`Clock`](Rule::Clock) advances once an update (powers of decay rates, running products), and its [`Step`](Rule::Step) holds
/// the coefficients of one update, rounded to `R`, which all elements share.
pub trait Rule<R: Real, const N: usize>: Clone + Send + Sync + 'static {
    /// Scalars that advance once an update.
    type Clock: Clone + Send + Sync;
    /// Coefficients of one update.
    type Step: Clone + Send + Sync;

    /// The clock before the first update.
    fn start(&self) -> Self::Clock;

    /// Advances the clock to the next update.
    fn tick(&self, clock: &mut Self::Clock);

    /// The coefficients of the update that the clock has reached.
    fn step(&self, clock: &Self::Clock, step_size: &R::Wide) -> Self::Step;

    /// The state of a parameter that starts at `x`.
    fn initial(&self, x: &R) -> [R; N];

    /// One update: parameter, gradient and state to new parameter and new state.
    fn update(step: &Self::Step, x: R, gradient: R, state: [R; N]) -> (R, [R; N]);

    /// Where the gradient of this update is wanted: at the parameter itself, unless the method looks ahead.
    fn look_ahead(_step: &Self::Step, x: &R, _state: &[R; N]) -> R {
        x.clone()
    }
}
