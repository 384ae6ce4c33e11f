//! BFGS: the inverse Hessian, learnt from steps and changes of the gradient.

use super::line_search::{LineSearch, walk};
use super::{Iteration, Status};
use crate::number::{Real, rational};
use crate::problems::Problem;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, difference, dot, negated, product, scaled};

/// `x ← x - t H ∇f(x)`, where `H` follows the inverse update with `s = x₊ - x`, `y = ∇f(x₊) - ∇f(x)` (Nocedal and Wright 2006,
/// algorithm 6.1, equation 6.17).
#[derive(Clone, Debug, PartialEq)]
pub struct Bfgs<R, L> {
    /// The rule for t.
    pub line_search: L,
    /// What the first matrix is.
    pub start: Start,
    /// What happens to a pair without positive curvature.
    pub curvature: Curvature<R>,
    memory: Option<Memory<R>>,
}

/// The matrix before the first update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The identity.
    Identity,
    /// The identity for the first step; then `sᵀy / yᵀy` times it, before the first update (Nocedal and Wright 2006, equation 6.20).
    Scaled,
}

/// What to do with a pair whose curvature `sᵀy` would cost `H` its definiteness.
#[derive(Clone, Debug, PartialEq)]
pub enum Curvature<R> {
    /// No update unless `sᵀy > 0`.
    Skip,
    /// Powell's damping (1978; Nocedal and Wright 2006, procedure 18.2): where `sᵀy` is below this fraction of `sᵀH⁻¹s`, y moves towards
    /// `H⁻¹s` until it is not. Powell takes 1/5.
    Damp(R),
}

impl<R: Real> Curvature<R> {
    /// Powell's own damping.
    pub fn powell() -> Self {
        Curvature::Damp(R::of(&rational(1, 5)))
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Memory<R> {
    inverse: Vec<Vec<R>>,
    updated: bool,
    x: Vec<R>,
    gradient: Vec<R>,
    /// `H⁻¹s` of the step that is under way.
    image: Vec<R>,
}

impl<R: Real, L> Bfgs<R, L> {
    /// The method before its first step.
    pub fn new(line_search: L, start: Start, curvature: Curvature<R>) -> Self {
        Bfgs { line_search, start, curvature, memory: None }
    }

    /// The present approximation `H` of the inverse Hessian, by rows; `None` before the first step. It holds what the steps
    /// up to the last but one have taught: the last step's pair is learnt when the next one begins.
    pub fn inverse(&self) -> Option<&[Vec<R>]> {
        self.memory.as_ref().map(|memory| memory.inverse.as_slice())
    }

    /// Learns from the step to `x`, whose gradient is given.
    pub fn learn(&mut self, x: &[R], gradient: &[R]) {
        let Some(memory) = &mut self.memory else { return };
        let step = difference(x, &memory.x);
        let mut change = difference(gradient, &memory.gradient);
        if let Curvature::Damp(fraction) = &self.curvature {
            let (seen, expected) = (dot(&step, &change), dot(&step, &memory.image));
            if seen < expected.clone() * fraction {
                let weight = (R::one() - fraction) * &expected / (expected - seen);
                let rest = R::one() - &weight;
                change = along(&scaled(&change, &weight), &rest, &memory.image);
            }
        }
        let curvature = dot(&step, &change);
        if curvature > R::zero() {
            if self.start == Start::Scaled && !memory.updated {
                memory.inverse = diagonal(x.len(), &(curvature / dot(&change, &change)));
            }
            memory.inverse = inverse_update(&memory.inverse, &step, &change);
            memory.updated = true;
        }
    }
}

impl<R: Real, P: Problem<R> + ?Sized, L: LineSearch<R, P>> Iteration<R, P> for Bfgs<R, L> {
    fn advance(&mut self, problem: &P, x: &[R]) -> Result<Vec<R>, Status> {
        let gradient = problem.gradient(x);
        self.learn(x, &gradient);
        let memory = self.memory.take();
        let (inverse, updated) =
            memory.map_or_else(|| (diagonal(x.len(), &R::one()), false), |memory| (memory.inverse, memory.updated));
        let direction = negated(&product(&inverse, &gradient));
        let (length, next) = walk(&self.line_search, problem, x, &direction)?;
        let image = scaled(&gradient, &-length); // s = -t H g, so H⁻¹s = -t g
        self.memory = Some(Memory { inverse, updated, x: x.to_vec(), gradient, image });
        Ok(next)
    }
}

fn diagonal<R: Real>(size: usize, value: &R) -> Vec<Vec<R>> {
    let entry = |row, column| if row == column { value.clone() } else { R::zero() };
    (0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect()
}

/// `(I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ` with `ρ = 1 / yᵀs`, multiplied out: symmetric, with `H₊ y = s`.
pub fn inverse_update<R: Real>(inverse: &[Vec<R>], step: &[R], change: &[R]) -> Vec<Vec<R>> {
    let inverse_curvature = R::one() / dot(step, change);
    let image = product(inverse, change);
    let own = (dot(change, &image) * &inverse_curvature + R::one()) * &inverse_curvature;
    let entry = |row: usize, column: usize| {
        let cross = step[row].clone() * &image[column] + image[row].clone() * &step[column];
        inverse[row][column].clone() - cross * &inverse_curvature + step[row].clone() * &step[column] * &own
    };
    (0..step.len()).map(|row| (0..step.len()).map(|column| entry(row, column)).collect()).collect()
}

/// BFGS in inverse form.
pub const BFGS: System = System {
    name: "bfgs",
    formula: "x ← x - t H g, H ← (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ, ρ = 1 / yᵀs",
    rows: &["S2 BFGS"],
    conventions: &[
        Convention { name: "first matrix", values: &["identity", "sᵀy / yᵀy before the first update"] },
        Convention { name: "curvature", values: &["skip", "Powell's damping"] },
    ],
    sources: &[
        Source::Note("003", "400-414"),
        Source::Note("000", "562"),
        Source::Cited("nocedal2006", "algorithm 6.1, theorem 6.4, procedure 18.2"),
    ],
    tests: &[
        "tests/second_order/bfgs.rs::bfgs_with_exact_searches_ends_after_n_steps_with_the_inverse",
        "tests/second_order/bfgs.rs::every_update_meets_the_secant_equation",
        "tests/second_order/bfgs.rs::a_pair_of_negative_curvature_is_skipped_or_damped",
        "tests/second_order/bfgs.rs::the_first_matrix_matters",
        "tests/second_order/every_method.rs::every_method_solves_rosenbrocks_problem",
    ],
};
