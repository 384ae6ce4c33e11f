//! L-BFGS: BFGS from the last few pairs, without a matrix.

use super::line_search::{LineSearch, walk};
use super::{Iteration, Status};
use crate::number::Real;
use crate::problems::Problem;
use crate::system::{Convention, System};
use crate::theorem::Source;
use crate::vector::{along, difference, dot, negated, scaled};
use std::collections::VecDeque;

/// The last pairs `s = x₊ - x`, `y = ∇f(x₊) - ∇f(x)`, the newest at the back.
#[derive(Clone, Debug, PartialEq)]
pub struct History<R> {
    /// Largest number m of pairs kept.
    capacity: usize,
    /// A pair is kept if its curvature `sᵀy` is larger.
    least_curvature: R,
    scaling: InitialScaling,
    pairs: VecDeque<Pair<R>>,
    /// γ.
    scale: R,
}

#[derive(Clone, Debug, PartialEq)]
struct Pair<R> {
    step: Vec<R>,
    change: Vec<R>,
    /// `ρ = 1 / yᵀs`.
    inverse_curvature: R,
}

/// The factor γ of the matrix `γ I` that the pairs update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitialScaling {
    /// `sᵀy / yᵀy` of the newest pair (Nocedal and Wright 2006, equation 7.20); 1 before there is one.
    Newest,
    /// The same of the oldest pair kept: a known mistake, which only an audit looks for.
    Oldest,
    /// 1: with room for all pairs, L-BFGS is then BFGS from the identity.
    Identity,
}

impl<R: Real> History<R> {
    /// An empty history of at most `capacity` pairs with `sᵀy > least_curvature`.
    pub fn new(capacity: usize, least_curvature: R, scaling: InitialScaling) -> Self {
        History { capacity, least_curvature, scaling, pairs: VecDeque::new(), scale: R::one() }
    }

    /// Keeps a pair, and forgets the oldest if there are more than m; says whether it was kept.
    pub fn push(&mut self, step: Vec<R>, change: Vec<R>) -> bool {
        let curvature = dot(&change, &step);
        let kept = curvature > self.least_curvature;
        if kept {
            if self.scaling == InitialScaling::Newest {
                self.scale = curvature.clone() / dot(&change, &change);
            }
            self.pairs.push_back(Pair { step, change, inverse_curvature: R::one() / curvature });
            if self.pairs.len() > self.capacity {
                self.pairs.pop_front();
            }
            if let (InitialScaling::Oldest, Some(Pair { step, change, .. })) = (self.scaling, self.pairs.front()) {
                self.scale = dot(change, step) / dot(change, change);
            }
        }
        kept
    }

    /// `-H g` by the two-loop recursion (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.4).
    pub fn direction(&self, gradient: &[R]) -> Vec<R> {
        let mut direction = negated(gradient);
        let mut shares = Vec::with_capacity(self.pairs.len());
        for pair in self.pairs.iter().rev() {
            let share = dot(&pair.step, &direction) * &pair.inverse_curvature;
            direction = along(&direction, &-share.clone(), &pair.change);
            shares.push(share);
        }
        direction = scaled(&direction, &self.scale);
        for (pair, share) in self.pairs.iter().zip(shares.into_iter().rev()) {
            let back = dot(&pair.change, &direction) * &pair.inverse_curvature;
            direction = along(&direction, &(share - back), &pair.step);
        }
        direction
    }

    /// The number γ.
    pub fn scale(&self) -> &R {
        &self.scale
    }

    /// How many numbers the pairs hold: `2 m n + m` when full.
    pub fn state_len(&self) -> usize {
        self.pairs.iter().map(|pair| pair.step.len() + pair.change.len() + 1).sum()
    }
}

/// `x ← x - t H ∇f(x)` with `H` from the history (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithm 7.5). With
/// [`StrongWolfe`](super::StrongWolfe) every pair has positive curvature; with [`Fixed`](super::Fixed) lengths, pairs without are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Lbfgs<R, L> {
    /// The rule for t.
    pub line_search: L,
    /// The pairs.
    pub history: History<R>,
    /// The last iterate and its gradient.
    last: Option<(Vec<R>, Vec<R>)>,
}

impl<R: Real, L> Lbfgs<R, L> {
    /// The method before its first step.
    pub fn new(line_search: L, history: History<R>) -> Self {
        Lbfgs { line_search, history, last: None }
    }
}

impl<R: Real, P: Problem<R> + ?Sized, L: LineSearch<R, P>> Iteration<R, P> for Lbfgs<R, L> {
    fn advance(&mut self, problem: &P, x: &[R]) -> Result<Vec<R>, Status> {
        let gradient = problem.gradient(x);
        if let Some((last, last_gradient)) = self.last.take() {
            self.history.push(difference(x, &last), difference(&gradient, &last_gradient));
        }
        let direction = self.history.direction(&gradient);
        let (_, next) = walk(&self.line_search, problem, x, &direction)?;
        self.last = Some((x.to_vec(), gradient));
        Ok(next)
    }
}

/// L-BFGS as the textbooks have it.
pub const LBFGS: System = System {
    name: "l-bfgs",
    formula: "x ← x - t H g, H g by the two-loop recursion over the last m pairs (s, y), from γ I with γ = sᵀy / yᵀy of the newest",
    rows: &["S2 L-BFGS"],
    conventions: &[
        Convention { name: "first matrix", values: &["sᵀy / yᵀy of the newest pair", "identity"] },
        Convention { name: "length", values: &["strong Wolfe", "fixed"] },
    ],
    sources: &[Source::Note("003", "400-434"), Source::Cited("nocedal2006", "algorithms 7.4 and 7.5")],
    tests: &[
        "tests/second_order/bfgs.rs::the_two_loops_multiply_by_the_matrix_of_bfgs",
        "tests/second_order/bfgs.rs::the_recursion_meets_the_newest_secant_equation",
        "tests/second_order/bfgs.rs::the_scale_is_that_of_the_newest_pair",
        "tests/second_order/conjugate_gradients.rs::the_iterates_of_conjugate_gradients_and_bfgs_agree_on_quadratics",
        "tests/second_order/bfgs.rs::a_full_history_holds_2mn_plus_m_numbers",
        "tests/second_order/every_method.rs::every_method_solves_rosenbrocks_problem",
    ],
};
