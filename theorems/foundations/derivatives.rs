//! The gradient of a network's loss by the ways that know nothing of layers.

use crate::lab::Draws;
use crate::networks::{Dual, Loss, Network, Objective, Tape, Variable};
use crate::number::{Elementary, Rational};

/// Numbers for a network in eighths, and an objective with this loss on drawn samples.
pub(super) fn drawn(
    network: &Network,
    loss: Loss,
    samples: usize,
    draws: &mut Draws,
) -> (Objective<Rational>, Vec<Vec<Rational>>) {
    let mut numbers = |count: usize| (0..count).map(|_| draws.fraction(-8..9, 8)).collect::<Vec<Rational>>();
    let (inputs, targets) = (numbers(samples * network.inputs()), numbers(samples * network.outputs()));
    let objective = Objective::new(network.clone(), loss, inputs, targets).expect("as many inputs as targets");
    (objective, network.parameters(|| draws.fraction(-8..9, 8)))
}

/// By reverse mode: all elements in order.
pub(super) fn by_tape<R: Elementary>(objective: &Objective<R>, parameters: &[Vec<R>]) -> Vec<R> {
    let tape = Tape::new();
    let inputs: Vec<Vec<Variable<R>>> = parameters.iter().map(|x| x.iter().cloned().map(|x| tape.input(x)).collect()).collect();
    let output = objective.over(Variable::constant).value(&inputs);
    tape.gradient(&output, &inputs.concat())
}

/// By forward mode, a sweep for each element: all elements in order.
pub(super) fn by_duals<R: Elementary>(objective: &Objective<R>, parameters: &[Vec<R>]) -> Vec<R> {
    let lifted = objective.over(Dual::constant);
    let mut point: Vec<Vec<Dual<R>>> = parameters.iter().map(|x| x.iter().cloned().map(Dual::constant).collect()).collect();
    let mut slopes = Vec::new();
    for tensor in 0..point.len() {
        for place in 0..point[tensor].len() {
            point[tensor][place].tangent = R::one();
            slopes.push(lifted.value(&point).tangent);
            point[tensor][place].tangent = R::zero();
        }
    }
    slopes
}
