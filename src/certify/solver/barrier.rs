//! Dual feasible multipliers improved by Newton's method on the logarithmic barrier.
//!
//! Clarabel's multipliers satisfy the identities of the function values and the residual's sign up to some `1e-12` or, on awkward
//! programs, `1e-9` of the worst case, while a bound within `1e-9` of the best has room for about `1e-10`. Here the residual is
//! computed from the multipliers themselves, and a step keeps the identities, so that the iterates stay feasible up to the rounding
//! of one sum: the price is that a strictly feasible point must be given.

use super::dense::{add_scaled, cholesky, dot, solve_lower, solve_lower_transposed};
use super::program::{Form, Program, Solution};

/// What the Newton steps may take in all; some twenty suffice as a rule.
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
    identities: Vec<Vec<(usize, f64)>>,
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

    /// The unit in which a step of each variable is measured.
    fn units(&self, variables: &[f64]) -> Vec<f64> {
        variables.iter().zip(&self.free).map(|(x, free)| if *free { 1.0 } else { *x }).collect()
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

    /// The Newton step for `cost · y / barrier - log det S(y) - Σ log y` in the variables' own units, and its decrement.
    fn newton(&self, variables: &[f64], lower: &[f64], barrier: f64) -> Option<(Vec<f64>, f64)> {
        let (n, q, units) = (self.program.order, variables.len(), self.units(variables));
        let mut inverse = super::dense::identity(n);
        for column in inverse.chunks_mut(n) {
            solve_lower(lower, n, n, column);
            solve_lower_transposed(lower, n, n, column);
        }
        let mut hessian = vec![0.0; q * q];
        let mut right = vec![0.0; q];
        for d in 0..q {
            // U = S⁻¹ M S⁻¹ for the matrix M of variable d, as half the sum of W and its transpose.
            let (form, sign) = self.forms[d];
            let mut w = vec![0.0; n * n];
            for &([i, j], x) in &form.products {
                for (l, &along) in inverse[j * n..(j + 1) * n].iter().enumerate() {
                    add_scaled(&mut w[l * n..(l + 1) * n], sign * x * along * units[d], &inverse[i * n..(i + 1) * n]);
                }
            }
            for c in d..q {
                let (other, other_sign) = self.forms[c];
                let inner: f64 = other.products.iter().map(|&([i, j], x)| x * 0.5 * (w[i * n + j] + w[j * n + i])).sum();
                hessian[d * q + c] = inner * other_sign * units[c];
            }
            let trace: f64 = form.products.iter().map(|&([i, j], x)| sign * x * inverse[i * n + j]).sum();
            right[d] = (trace - self.cost[d] / barrier) * units[d];
            if self.free[d] {
                hessian[d * q + d] += 1e-12;
            } else {
                hessian[d * q + d] += 1.0;
                right[d] += 1.0;
            }
        }
        // In the independent variables, each in its own unit, the others following.
        let solved = self.solved(variables);
        let follow = |step: &mut [f64]| {
            for (index, _, others) in &solved.dependent {
                step[*index] = -others.iter().map(|&(n, x)| x * step[n] * units[n]).sum::<f64>() / units[*index];
            }
        };
        let mut directions = Vec::new();
        for &index in &solved.independent {
            let mut direction = vec![0.0; q];
            direction[index] = 1.0;
            follow(&mut direction);
            directions.push(direction.into_iter().enumerate().filter(|(_, x)| *x != 0.0).collect::<Vec<_>>());
        }
        let count = directions.len();
        let mut reduced = vec![0.0; count * count];
        let entry = |c: usize, d: usize| if c >= d { hessian[d * q + c] } else { hessian[c * q + d] };
        for d in 0..count {
            let mut image = vec![0.0; q];
            for &(index, x) in &directions[d] {
                for (c, sum) in image.iter_mut().enumerate() {
                    *sum += x * entry(c, index);
                }
            }
            // A trace more on the diagonal bends a step a little, and keeps the factorisation alive.
            for c in d..count {
                reduced[d * count + c] = directions[c].iter().map(|&(index, x)| x * image[index]).sum();
            }
            reduced[d * count + d] *= 1.0 + 1e-12;
        }
        let along: Vec<f64> =
            directions.iter().map(|direction| direction.iter().map(|&(index, x)| x * right[index]).sum()).collect();
        cholesky(&mut reduced, count, count).ok()?;
        let mut short = along.clone();
        solve_lower(&reduced, count, count, &mut short);
        solve_lower_transposed(&reduced, count, count, &mut short);
        let decrement = dot(&short, &along).max(0.0).sqrt();
        let mut step = vec![0.0; q];
        for (direction, x) in directions.iter().zip(&short) {
            direction.iter().for_each(|&(index, entry)| step[index] += x * entry);
        }
        Some((step.iter().zip(&units).map(|(z, unit)| z * unit).collect(), decrement))
    }
}

/// The identities solved for some variables.
struct Solved {
    /// Of each such variable: its index, what is to be added to it, and the coefficients of the others in its row.
    dependent: Vec<(usize, f64, Vec<(usize, f64)>)>,
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
