//! Worst-case problems as data, exact or in floating point.

use crate::number::{Rational, to_f64};

/// A linear form in the inner products `⟨p_i, p_j⟩` of some vectors and in some function values.
#[derive(Clone, Debug, PartialEq)]
pub struct Form<T> {
    /// The coefficients of `⟨p_i, p_j⟩` with `i ≤ j`, each pair at most once. So `‖p_1 - p_2‖²` is `1, -2, 1` at `(1, 1), (1, 2), (2, 2)`.
    pub products: Vec<([usize; 2], T)>,
    /// The coefficients of the function values, each value at most once.
    pub values: Vec<(usize, T)>,
}

/// A condition on every admissible run: `form ≤ bound`, or `form = bound`.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint<T> {
    /// What is bounded.
    pub form: Form<T>,
    /// The bound; 0 for the conditions of a function class.
    pub bound: T,
    /// Whether it holds with equality, so that its multiplier may have any sign.
    pub equality: bool,
}

/// The largest value that the least of some measures takes under some conditions, over all Gram matrices of `order` vectors and all
/// `values` function values: a worst case, if the conditions are those of a class of functions and a method.
///
/// Multipliers `ν` of the conditions (non-negative where they are inequalities) and weights `w ≥ 0` of the measures with `Σ w = 1`
/// prove the bound `Σ ν_c bound_c` if in `Σ ν_c form_c - Σ w_k measure_k` the function values cancel and the rest is a positive
/// semidefinite quadratic form in the vectors, the **residual**.
#[derive(Clone, Debug, PartialEq)]
pub struct Program<T> {
    /// How many vectors.
    pub order: usize,
    /// How many function values.
    pub values: usize,
    /// What is to be bounded: the least of these.
    pub measures: Vec<Form<T>>,
    /// Under which conditions.
    pub constraints: Vec<Constraint<T>>,
}

impl Form<f64> {
    /// The largest coefficient, without its sign.
    pub(super) fn largest(&self) -> f64 {
        self.products.iter().map(|(_, x)| x.abs()).chain(self.values.iter().map(|(_, x)| x.abs())).fold(0.0, f64::max)
    }
}

impl Form<Rational> {
    fn to_floats(&self) -> Form<f64> {
        Form {
            products: self.products.iter().map(|(pair, x)| (*pair, to_f64(x))).collect(),
            values: self.values.iter().map(|(i, x)| (*i, to_f64(x))).collect(),
        }
    }
}

impl Program<Rational> {
    /// The same program, every coefficient rounded to the nearest `f64`.
    pub fn to_floats(&self) -> Program<f64> {
        let constraint =
            |c: &Constraint<Rational>| Constraint { form: c.form.to_floats(), bound: to_f64(&c.bound), equality: c.equality };
        Program {
            order: self.order,
            values: self.values,
            measures: self.measures.iter().map(Form::to_floats).collect(),
            constraints: self.constraints.iter().map(constraint).collect(),
        }
    }
}

impl<T: Clone> Program<T> {
    /// The same program under some of its conditions only, whose indices ascend: a bound for it is one for the whole program.
    pub fn restricted(&self, kept: &[usize]) -> Self {
        Program { constraints: kept.iter().map(|&c| self.constraints[c].clone()).collect(), ..self.clone() }
    }
}

/// What a solver found, in floating point: nothing here is proved.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The multipliers of the constraints, in their order; those of inequalities are non-negative.
    pub multipliers: Vec<f64>,
    /// The weights of the measures.
    pub weights: Vec<f64>,
    /// `Σ multiplier · bound`: the worst case from above.
    pub bound: f64,
    /// The Gram matrix of a worst run, in columns.
    pub gram: Vec<f64>,
    /// The function values of a worst run.
    pub values: Vec<f64>,
    /// The measure of that run: the worst case from below.
    pub attained: f64,
    /// Iterations taken.
    pub iterations: u32,
}

impl Solution {
    /// The solution of a program with more constraints, whose multipliers are 0.
    pub(super) fn spread(self, kept: &[usize], all: usize) -> Self {
        let mut multipliers = vec![0.0; all];
        kept.iter().zip(&self.multipliers).for_each(|(&c, x)| multipliers[c] = *x);
        Solution { multipliers, ..self }
    }
}
