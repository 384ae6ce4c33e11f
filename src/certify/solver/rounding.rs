//! From multipliers in floating point to exact ones.

use super::definite::is_semidefinite;
use super::program::{Form, Program, Solution};
use super::repair::{Sparse, repair};
use super::scaling::Units;
use crate::number::Rational;

/// Multipliers that prove a bound exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Rounded {
    /// The multipliers of the constraints, in their order; those of inequalities are non-negative.
    pub multipliers: Vec<Rational>,
    /// The weights of the measures, non-negative, of sum one.
    pub weights: Vec<Rational>,
    /// `Σ multiplier · bound`, which no admissible run exceeds.
    pub bound: Rational,
}

impl Rounded {
    /// The proof for a program with more constraints, whose multipliers are 0.
    pub fn spread(self, kept: &[usize], all: usize) -> Self {
        let mut multipliers = vec![Rational::ZERO; all];
        kept.iter().zip(self.multipliers).for_each(|(&c, x)| multipliers[c] = x);
        Rounded { multipliers, ..self }
    }
}

/// A multiplier is rounded to so many binary places of what matters beside the worst case.
const PLACES: i32 = 48;

/// Rounds the multipliers of a solution so that the function values cancel exactly and the residual is exactly positive semidefinite;
/// `None` if the nearest such rounding has no semidefinite residual, or a negative multiplier.
///
/// Each multiplier is first rounded to a dyadic fraction, whose last place contributes at most `2^-48` of the worst case to any
/// coefficient (in the [`Units`] of the solution). The defects in the identities of the function values, then at most the solver's
/// and these roundings', are moved into the largest multipliers that span the identities. Both change the residual by a few parts in
/// `10^13` of the worst case, so that it stays semidefinite if it was definite by more: see [`prove`](super::prove).
pub fn round(program: &Program<Rational>, solution: &Solution) -> Option<Rounded> {
    settle(program, solution, dyadic, None)
}

/// A bound that is known to be attained, and the runs that attain it.
pub struct Attained<'a> {
    /// The bound.
    pub bound: &'a Rational,
    /// The program's vectors in each coordinate of the runs' space.
    pub vectors: &'a [Vec<Rational>],
}

/// Exact multipliers from a way to round one: `nearest(x, size)`, where a multiplier of 1 contributes as much as `size` of the worst
/// case to some coefficient. If what is attained is given, the bound is exactly that, for which the residual has to vanish on those runs.
pub(super) fn settle(
    program: &Program<Rational>,
    solution: &Solution,
    nearest: impl Fn(f64, f64) -> Option<Rational>,
    attained: Option<&Attained>,
) -> Option<Rounded> {
    let floats = program.to_floats();
    let units = Units::of_coefficients(&floats).of_solution(solution);
    // Variables: the weights, then the multipliers. Identities: one for each function value, then the sum of the weights; then the bound,
    // and a row of the residual times a coordinate of a run for each vector.
    let coordinates = attained.map_or(&[][..], |attained| attained.vectors);
    let rows = program.values + 2 + coordinates.len() * program.order;
    let forms = || program.measures.iter().chain(program.constraints.iter().map(|c| &c.form));
    let is_measure = |index: usize| index < program.measures.len();
    let is_free = |index: usize| !is_measure(index) && program.constraints[index - program.measures.len()].equality;
    let float_forms = floats.measures.iter().chain(floats.constraints.iter().map(|c| &c.form));
    let sizes: Vec<f64> = float_forms.map(|form| units.weight(form)).collect();
    let found: Vec<f64> = solution.weights.iter().chain(&solution.multipliers).copied().collect();
    let signed = |index: usize| if is_free(index) { found[index] } else { found[index].max(0.0) };
    let mut variables: Vec<Rational> =
        (0..found.len()).map(|index| nearest(signed(index), sizes[index])).collect::<Option<_>>()?;

    let columns: Vec<Sparse> = forms()
        .enumerate()
        .map(|(index, form)| {
            let sign = if is_measure(index) { Rational::NEG_ONE } else { Rational::ONE };
            let values = form.values.iter().map(|(i, x)| (*i, &sign * x));
            let mut column: Sparse = values.chain(is_measure(index).then_some((program.values, Rational::ONE))).collect();
            if let Some(constraint) = index.checked_sub(program.measures.len()).filter(|_| attained.is_some()) {
                column.insert(program.values + 1, program.constraints[constraint].bound.clone());
            }
            for (k, coordinate) in coordinates.iter().enumerate() {
                let first = program.values + 2 + k * program.order;
                for ([i, j], x) in &form.products {
                    let half = &sign * x / Rational::from(2);
                    *column.entry(first + i).or_insert(Rational::ZERO) += &half * &coordinate[*j];
                    *column.entry(first + j).or_insert(Rational::ZERO) += &half * &coordinate[*i];
                }
            }
            column.retain(|_, x| !x.is_zero());
            column
        })
        .collect();
    let mut defect: Sparse = [(program.values, Rational::ONE)].into();
    defect.extend(attained.map(|attained| (program.values + 1, attained.bound.clone())));
    for (column, x) in columns.iter().zip(&variables).filter(|(_, x)| !x.is_zero()) {
        for (row, entry) in column {
            *defect.entry(*row).or_insert(Rational::ZERO) -= x * entry;
        }
    }
    defect.retain(|_, x| !x.is_zero());
    let contribution = |index: usize| found[index].abs() * sizes[index];
    let mut order: Vec<usize> = (0..columns.len()).filter(|&index| !variables[index].is_zero()).collect();
    order.sort_by(|&i, &j| contribution(j).total_cmp(&contribution(i)));
    for (index, change) in repair(&columns, &order, rows, defect)? {
        variables[index] += change;
    }

    let multipliers = variables.split_off(program.measures.len());
    let weights = variables;
    let negative = |x: &Rational| *x < Rational::ZERO;
    let signs =
        !weights.iter().any(negative) && !multipliers.iter().zip(&program.constraints).any(|(x, c)| !c.equality && negative(x));
    let terms = multipliers.iter().zip(&program.constraints).filter(|(_, c)| !c.bound.is_zero()).map(|(x, c)| x * &c.bound);
    let bound = terms.fold(Rational::ZERO, |sum, x| sum + x);
    (signs && is_semidefinite(&residual(program, &weights, &multipliers))).then_some(Rounded { multipliers, weights, bound })
}

/// The multiple nearest to `x` of the largest power of two that is at most `2^-PLACES / size`.
fn dyadic(x: f64, size: f64) -> Option<Rational> {
    let quantum = libm::ldexp(1.0, -PLACES - libm::ilogb(size.clamp(1e-200, 1e200)) - 1);
    Rational::try_from((x / quantum).round() * quantum).ok()
}

/// Twice the matrix of the residual quadratic form, the lower triangle.
fn residual(program: &Program<Rational>, weights: &[Rational], multipliers: &[Rational]) -> Vec<Vec<Rational>> {
    let mut lower: Vec<Vec<Rational>> = (0..program.order).map(|i| vec![Rational::ZERO; i + 1]).collect();
    let mut add = |form: &Form<Rational>, factor: &Rational| {
        for ([i, j], x) in &form.products {
            let entry = &mut lower[*j][*i];
            *entry += if i == j { Rational::from(2) * factor * x } else { factor * x };
        }
    };
    for (measure, weight) in program.measures.iter().zip(weights).filter(|(_, x)| !x.is_zero()) {
        add(measure, &-weight.clone());
    }
    for (constraint, multiplier) in program.constraints.iter().zip(multipliers).filter(|(_, x)| !x.is_zero()) {
        add(&constraint.form, multiplier);
    }
    lower
}
