//! Newton's method.

use super::line_search::{LineSearch, walk};
use super::solve::{Cholesky, eliminate};
use super::{Iteration, Status};
use crate::number::Real;
use crate::problems::TwiceDifferentiable;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{finite, negated};

/// `x ← x - t H⁻¹ ∇f(x)` with the length t of a line search: [`Fixed`](super::Fixed) at 1 is the pure method,
/// [`Backtracking`](super::Backtracking) the damped one (Nocedal and Wright 2006, section 3.3).
#[derive(Clone, Debug, PartialEq)]
pub struct Newton<L> {
    /// The rule for t.
    pub line_search: L,
    /// What happens where the Hessian is not positive definite.
    pub indefinite: Indefinite,
}

/// What Newton's method does where the Hessian is not positive definite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indefinite {
    /// It stops with [`Status::NotDefinite`].
    Refuse,
    /// It solves all the same, and so goes to saddles and maxima as readily as to minima; [`Status::NotDefinite`] only where the
    /// Hessian is singular.
    Solve,
}

impl<R: Real, P: TwiceDifferentiable<R> + ?Sized, L: LineSearch<R, P>> Iteration<R, P> for Newton<L> {
    fn advance(&mut self, problem: &P, x: &[R]) -> Result<Vec<R>, Status> {
        let (hessian, descent) = (problem.hessian(x), negated(&problem.gradient(x)));
        if !finite(&hessian.concat()) {
            return Err(Status::NotFinite);
        }
        let direction = match self.indefinite {
            Indefinite::Refuse => Cholesky::new(&hessian).map(|factor| factor.solve(&descent)),
            Indefinite::Solve => eliminate(&hessian, &descent),
        };
        let direction = direction.ok_or(Status::NotDefinite)?;
        walk(&self.line_search, problem, x, &direction).map(|(_, next)| next)
    }
}

const INDEFINITE: Convention = Convention { name: "indefinite Hessian", values: &["refuse", "solve"] };

/// The pure method.
pub const NEWTON: System = System {
    name: "newton",
    formula: "x ← x - H⁻¹ ∇f(x), H = ∇²f(x) by a root-free Cholesky factorisation",
    rows: &["S2 Newton"],
    conventions: &[INDEFINITE],
    sources: &[Source::Note("003", "380-398"), Source::Cited("nocedal2006", "algorithm 3.2, theorem 3.5")],
    tests: &[
        "tests/second_order/newton.rs::newton_reaches_a_quadratics_minimum_in_one_step",
        "tests/second_order/newton.rs::newton_is_affine_invariant",
        "tests/second_order/newton.rs::newton_is_attracted_to_a_saddle_and_saddle_free_newton_leaves_it",
        "tests/second_order/newton.rs::newtons_errors_square_near_a_minimum",
        "tests/second_order/newton.rs::newton_solves_regular_systems_and_refuses_singular_ones",
    ],
};

/// Newton's direction with Armijo's backtracking.
pub const DAMPED_NEWTON: System = System {
    name: "damped-newton",
    formula: "x ← x - t H⁻¹ ∇f(x), t the first of 1, ρ, ρ², ... with f(x + t d) ≤ f(x) + c t ∇f(x)ᵀd",
    rows: &["S2 damped Newton"],
    conventions: &[INDEFINITE],
    sources: &[Source::Note("000", "556-562"), Source::Cited("nocedal2006", "section 3.3, algorithm 3.1")],
    tests: &[
        "tests/second_order/newton.rs::damping_makes_newton_converge_from_afar",
        "tests/second_order/line_search.rs::backtracking_takes_the_first_length_that_decreases",
        "tests/second_order/every_method.rs::every_method_solves_rosenbrocks_problem",
    ],
};
