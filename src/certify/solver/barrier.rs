//! Dual feasible multipliers improved by Newton's method on the logarithmic barrier.
//!
//! Clarabel's multipliers satisfy the identities of the function values and the residual's sign up to some `1e-12` or, on awkward
//! programs, `1e-9` of the worst case, while a bound within `1e-9` of the best has room for about `1e-10`. Here the residual is
//! computed from the multipliers themselves, and a step keeps the identities, so that the iterates stay feasible up to the rounding
//! of one sum: the price is that a strictly feasible point must be given.

use super::dense::{add_scaled, cholesky, dot, identity, solve_lower, solve_lower_transposed};
use super::program::{Form, Program, Solution};

/// What the Newton steps may take in all; some forty suffice as a rule.
const STEPS: usize = 250;

/// The gap that the first point on the central path is to have.
const START: f64 = 1e-2;

/// By what the barrier is multiplied once a point is near the path: then four full steps or so lead to the next.
const SHRINKING: f64 = 0.03;

/// A program's dual as arrays: its variables are the weights, then the multipliers.
struct Dual<'a> {
    program: &'a Program<f64>,
    forms: Vec<(&'a Form<f64>, f64)>,
    free: Vec<bool>,
    cost: Vec<f64>,
    /// Row after row, the identities: of each function value, and of the sum of the weights.
    identities: Vec<Row>,
}

impl<'a> Dual<'a> {
    fn new(program: &'a Program<f64>) -> Self {
        let measures = program.measures.len();
        let mut forms: Vec<(&Form<f64>, f64)> = program.measures.iter().map(|form| (form, -1.0)).collect();
        forms.extend(program.constraints.iter().map(|c| (&c.form, 1.0)));
        let mut identities = vec![Vec::new(); program.values + 1];
        for (index, (form, sign)) in forms.iter().enumerate() {
            form.values.iter().for_each(|&(row, x)| identities[row].push((index, sign * x)));
        }
        identities[program.values] = (0..measures).map(|index| (index, 1.0)).collect();
        identities.retain(|row| !row.is_empty());
        Dual {
            program,
            forms,
            free: vec![false; measures].into_iter().chain(program.constraints.iter().map(|c| c.equality)).collect(),
            cost: vec![0.0; measures].into_iter().chain(program.constraints.iter().map(|c| c.bound)).collect(),
            identities,
        }
    }

    /// The matrix of the residual.
    fn residual(&self, variables: &[f64]) -> Vec<f64> {
        let n = self.program.order;
        let mut matrix = vec![0.0; n * n];
        for ((form, sign), x) in self.forms.iter().zip(variables) {
            for &([i, j], coefficient) in &form.products {
                let half = 0.5 * sign * x * coefficient;
                matrix[i * n + j] += half;
                matrix[j * n + i] += half;
            }
        }
        matrix
    }

    /// The Cholesky factor of the residual, if all is strictly feasible but for the identities.
    fn factor(&self, variables: &[f64]) -> Option<Vec<f64>> {
        if variables.iter().zip(&self.free).any(|(x, free)| !free && *x <= 0.0) {
            return None;
        }
        let mut matrix = self.residual(variables);
        cholesky(&mut matrix, self.program.order, self.program.order).ok()?;
        Some(matrix)
    }

    /// The identities solved for as many variables, the largest that can be chosen.
    fn solved(&self, variables: &[f64]) -> Solved {
        let (q, last) = (variables.len(), self.identities.len() - 1);
        // Rows of the identities with their defects behind.
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (k, identity) in self.identities.iter().enumerate() {
            let mut row = vec![0.0; q + 1];
            row[q] = if k == last { 1.0 } else { 0.0 };
            for &(index, x) in identity {
                row[index] = x;
                row[q] -= x * variables[index];
            }
            rows.push(row);
        }
        let mut order: Vec<usize> = (0..q).collect();
        let key = |index: usize| if self.free[index] { f64::INFINITY } else { variables[index] };
        order.sort_by(|&i, &j| key(j).total_cmp(&key(i)));
        let mut pivots: Vec<Option<usize>> = vec![None; rows.len()];
        for index in order {
            let open = (0..rows.len()).filter(|&k| pivots[k].is_none());
            let Some(k) = open.max_by(|&k, &l| rows[k][index].abs().total_cmp(&rows[l][index].abs())) else { break };
            if rows[k][index].abs() < 1e-9 {
                continue;
            }
            pivots[k] = Some(index);
            let mut row = std::mem::take(&mut rows[k]);
            let pivot = row[index];
            row.iter_mut().for_each(|x| *x /= pivot);
            for other in rows.iter_mut().filter(|other| !other.is_empty() && other[index] != 0.0) {
                let factor = -other[index];
                add_scaled(other, factor, &row);
                other[index] = 0.0;
            }
            rows[k] = row;
        }
        let mut solved = Solved { dependent: Vec::new(), independent: Vec::new() };
        for (row, pivot) in rows.iter().zip(&pivots) {
            if let Some(pivot) = pivot {
                solved.dependent.push((
                    *pivot,
                    row[q],
                    (0..q).filter(|n| n != pivot && row[*n] != 0.0).map(|n| (n, row[n])).collect(),
                ));
            }
        }
        solved.independent = (0..q).filter(|n| !pivots.contains(&Some(*n))).collect();
        solved
    }

    /// The Newton step for `cost · y / barrier - log det S(y) - Σ log y`, for the Cholesky factor of `S(y)`, and its decrement.
    ///
    /// The second derivative is `Aᵀ A`, where a column of `A` holds `L⁻¹ M L⁻ᵀ` for the matrix `M` of a direction, and the direction
    /// itself in units of the variables. Near the optimum the eigenvalues of `Aᵀ A` span twenty decades, so that it is not formed:
    /// orthogonalising the columns spans ten.
    fn newton(&self, variables: &[f64], lower: &[f64], barrier: f64) -> Option<(Vec<f64>, f64)> {
        let (n, q) = (self.program.order, variables.len());
        let mut inverse = identity(n);
        inverse.chunks_mut(n).for_each(|column| solve_lower(lower, n, n, column));
        let unit = |index: usize| if self.free[index] { 1.0 } else { variables[index] };
        let rows = n * n + q;
        let solved = self.solved(variables);
        let (mut columns, mut right) = (Vec::new(), Vec::new());
        for &independent in &solved.independent {
            // An independent variable moves by its unit, and the others follow.
            let follow =
                |others: &[(usize, f64)]| others.iter().filter(|(other, _)| *other == independent).map(|(_, x)| x).sum::<f64>();
            let moves = solved.dependent.iter().map(|(index, _, others)| (*index, -follow(others) * unit(independent)));
            let mut column = vec![0.0; rows];
            let mut slope = 0.0;
            for (index, x) in moves.chain([(independent, unit(independent))]).filter(|(_, x)| *x != 0.0) {
                let (form, sign) = self.forms[index];
                for &([i, j], coefficient) in &form.products {
                    let half = 0.5 * sign * x * coefficient;
                    for l in 0..n {
                        let target = &mut column[l * n..(l + 1) * n];
                        add_scaled(target, half * inverse[j * n + l], &inverse[i * n..(i + 1) * n]);
                        add_scaled(target, half * inverse[i * n + l], &inverse[j * n..(j + 1) * n]);
                    }
                }
                if !self.free[index] {
                    column[n * n + index] = x / variables[index];
                    slope += x / variables[index];
                }
                slope -= self.cost[index] * x / barrier;
            }
            right.push(slope + (0..n).map(|i| column[i * n + i]).sum::<f64>());
            columns.push(column);
        }
        let short = solve_normal(columns, &right)?;
        let decrement = dot(&short, &right).max(0.0).sqrt();
        let mut step = vec![0.0; q];
        for (&index, x) in solved.independent.iter().zip(&short) {
            step[index] = x * unit(index);
        }
        for (index, _, others) in &solved.dependent {
            step[*index] = -others.iter().map(|&(n, x)| x * step[n]).sum::<f64>();
        }
        Some((step, decrement))
    }
}

/// The solution of `Aᵀ A z = right` for the given columns of `A`, by modified Gram-Schmidt orthogonalisation and one correction.
fn solve_normal(columns: Vec<Vec<f64>>, right: &[f64]) -> Option<Vec<f64>> {
    let n = columns.len();
    let mut rest = columns.clone();
    // The transpose of the triangular factor, as a lower triangle.
    let mut lower = vec![0.0; n * n];
    for j in 0..n {
        let (done, later) = rest.split_at_mut(j + 1);
        let norm = dot(&done[j], &done[j]).sqrt();
        if norm.is_nan() || norm <= 0.0 {
            return None;
        }
        done[j].iter_mut().for_each(|x| *x /= norm);
        lower[j * n + j] = norm;
        for (k, column) in later.iter_mut().enumerate() {
            let along = dot(&done[j], column);
            lower[j * n + j + 1 + k] = along;
            add_scaled(column, -along, &done[j]);
        }
    }
    let mut solution = vec![0.0; n];
    for _ in 0..2 {
        let mut image = vec![0.0; columns.first().map_or(0, Vec::len)];
        columns.iter().zip(&solution).for_each(|(column, x)| add_scaled(&mut image, *x, column));
        let mut change: Vec<f64> = columns.iter().zip(right).map(|(column, x)| x - dot(column, &image)).collect();
        solve_lower(&lower, n, n, &mut change);
        solve_lower_transposed(&lower, n, n, &mut change);
        add_scaled(&mut solution, 1.0, &change);
    }
    Some(solution)
}

/// The coefficients of an identity and the variables that they stand at.
type Row = Vec<(usize, f64)>;

/// The identities solved for some variables.
struct Solved {
    /// Of each such variable: its index, what is to be added to it, and the coefficients of the others in its row.
    dependent: Vec<(usize, f64, Row)>,
    /// The other variables.
    independent: Vec<usize>,
}

/// Strictly feasible multipliers whose bound is within about `gap` of the least, relative to a worst case near one, from a solution
/// whose residual is positive definite by far. `None` if it is not, or Newton's method stalls.
///
/// On the central path with parameter `μ` the bound exceeds the least one by at most `μ` times the number of inequalities and of
/// vectors, and the smallest eigenvalue of the residual is at least `μ` over the largest one of the worst run's Gram matrix.
pub(super) fn improve(program: &Program<f64>, inside: &Solution, gap: f64) -> Option<Solution> {
    let dual = Dual::new(program);
    let start = inside.weights.iter().chain(&inside.multipliers);
    let mut variables: Vec<f64> = start.zip(&dual.free).map(|(&x, &free)| if free { x } else { x.max(1e-6) }).collect();
    for _ in 0..2 {
        dual.solved(&variables).dependent.iter().for_each(|(index, missing, _)| variables[*index] += missing);
    }
    let mut lower = dual.factor(&variables)?;
    let degree = (program.order + dual.free.iter().filter(|free| !**free).count()) as f64;
    let (target, mut barrier) = (gap / degree, START / degree);
    for _ in 0..STEPS {
        let (step, decrement) = dual.newton(&variables, &lower, barrier)?;
        let at = |length: f64| -> Vec<f64> { variables.iter().zip(&step).map(|(x, z)| x + length * z).collect() };
        let mut length = 1.0;
        (variables, lower) = loop {
            if let Some(factor) = dual.factor(&at(length)) {
                // Not to the boundary: what is feasible at four thirds of the length is taken.
                if decrement < 0.7 || dual.factor(&at(length * 4.0 / 3.0)).is_some() {
                    break (at(length), factor);
                }
            }
            length *= 0.75;
            if length < 1e-6 {
                return None;
            }
        };
        if decrement < 0.5 {
            if barrier <= target {
                let bound = dot(&variables, &dual.cost);
                let multipliers = variables.split_off(program.measures.len());
                return Some(Solution {
                    multipliers,
                    weights: variables,
                    bound,
                    attained: bound - barrier * degree,
                    ..inside.clone()
                });
            }
            barrier = (barrier * SHRINKING).max(target);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::conic::{Accuracy, solve};
    use super::super::examples::{Measure, accelerated, gradient_descent, worst_case};
    use super::super::scaling::Units;
    use super::*;
    use crate::number::{Rational, rational};

    /// From a tenth above the worst case to `3·10^-10` above it, and strictly feasible there.
    #[test]
    fn a_point_well_inside_leads_to_the_optimum() {
        let momentum = |k: usize| rational(k as i64 - 1, k as u64 + 2);
        for (points, measure, known) in [
            (gradient_descent(3, &Rational::ONE), Measure::Value, 1.0 / 14.0),
            (accelerated(4, &Rational::ONE, momentum), Measure::Value, 1.0 / 21.0),
            (gradient_descent(3, &Rational::ONE), Measure::BestGradient, 1.0 / 16.0),
        ] {
            let program = worst_case(&points, [&Rational::ZERO, &Rational::ONE], measure, |_, _| true).to_floats();
            let units = Units::of_coefficients(&program).of_solution(&solve(&program, Accuracy::ROUGH).unwrap());
            let scaled = units.program(&program);
            let inside = solve(&scaled, Accuracy { tolerance: 1e-5, margin: 0.1 / program.order as f64 }).unwrap();
            let improved = improve(&scaled, &inside, 3e-10).unwrap();
            let dual = Dual::new(&scaled);
            let variables: Vec<f64> = improved.weights.iter().chain(&improved.multipliers).copied().collect();
            assert!(dual.factor(&variables).is_some());
            assert!(dual.solved(&variables).dependent.iter().all(|(_, missing, _)| missing.abs() < 1e-13));
            let excess = units.undo(improved).bound / known - 1.0;
            assert!((0.0..5e-10).contains(&excess), "{excess}");
        }
    }
}
