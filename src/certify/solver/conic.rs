//! The dual of a worst-case program, handed to clarabel.

use super::Stalled;
use super::program::{Form, Program, Solution};
use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettingsBuilder, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

/// How well a program is to be solved.
#[derive(Clone, Copy, Debug)]
pub struct Accuracy {
    /// The solver's relative tolerance.
    pub tolerance: f64,
    /// The residual is to stay semidefinite when the margin times the unit matrix is taken away; this costs the margin times the trace of a worst
    /// run's Gram matrix.
    pub margin: f64,
}

impl Accuracy {
    /// What shows a worst case's shape.
    pub const ROUGH: Accuracy = Accuracy { tolerance: 1e-8, margin: 0.0 };
}

/// Solves the program by clarabel: the dual, whose variables are the multipliers and whose one semidefinite block is the residual.
///
/// So the equations that clarabel factorises have a row for each multiplier and `order (order + 1) / 2` dense ones; the primal, with a
/// Gram matrix as the variable, has as many dense ones and a column for each of its entries beside.
///
/// # Errors
/// [`Stalled`] if clarabel found no solution, or proved that there is none.
pub fn solve(program: &Program<f64>, accuracy: Accuracy) -> Result<Solution, Stalled> {
    let (measures, constraints) = (&program.measures, &program.constraints);
    let variables = measures.len() + constraints.len();
    let triangle = |i: usize, j: usize| j * (j + 1) / 2 + i;
    let inequalities = measures.len() + constraints.iter().filter(|c| !c.equality).count();
    let equalities = program.values + 1;
    let cones = [
        SupportedConeT::ZeroConeT(equalities),
        SupportedConeT::NonnegativeConeT(inequalities),
        SupportedConeT::PSDTriangleConeT(program.order),
    ];
    let first_psd = equalities + inequalities;
    let rows = first_psd + program.order * (program.order + 1) / 2;
    let (mut starts, mut indices, mut entries) = (vec![0], Vec::new(), Vec::new());
    let mut cost = vec![0.0; measures.len()];
    cost.extend(constraints.iter().map(|c| c.bound));
    let mut inequality = equalities;
    let mut column = |form: &Form<f64>, sign: f64, weight: bool, equality: bool| {
        let mut list: Vec<(usize, f64)> = form.values.iter().map(|&(i, x)| (i, sign * x)).collect();
        if weight {
            list.push((program.values, 1.0));
        }
        if !equality {
            list.push((inequality, -1.0));
            inequality += 1;
        }
        for &([i, j], x) in &form.products {
            list.push((first_psd + triangle(i, j), -sign * if i == j { x } else { x * FRAC_1_SQRT_2 }));
        }
        list.sort_by_key(|&(row, _)| row);
        for (row, x) in list {
            indices.push(row);
            entries.push(x);
        }
        starts.push(indices.len());
    };
    for measure in measures {
        column(measure, -1.0, true, false);
    }
    for constraint in constraints {
        column(&constraint.form, 1.0, false, constraint.equality);
    }
    let mut right = vec![0.0; rows];
    right[program.values] = 1.0;
    for i in 0..program.order {
        right[first_psd + triangle(i, i)] = -accuracy.margin;
    }
    let settings = DefaultSettingsBuilder::default()
        .verbose(false)
        .max_iter(100)
        .max_threads(1)
        .chordal_decomposition_enable(false)
        .presolve_enable(false)
        .tol_gap_abs(accuracy.tolerance)
        .tol_gap_rel(accuracy.tolerance)
        .tol_feas(accuracy.tolerance)
        .build()
        .expect("valid settings");
    let matrix = CscMatrix::new(rows, variables, starts, indices, entries);
    let mut solver = DefaultSolver::new(&CscMatrix::zeros((variables, variables)), &cost, &matrix, &right, &cones, settings)
        .expect("consistent sizes");
    solver.solve();
    let found = &solver.solution;
    if !matches!(found.status, SolverStatus::Solved | SolverStatus::AlmostSolved | SolverStatus::InsufficientProgress) {
        return Err(Stalled);
    }
    let mut gram = vec![0.0; program.order * program.order];
    for j in 0..program.order {
        for i in 0..=j {
            let x = found.z[first_psd + triangle(i, j)] / if i == j { 1.0 } else { SQRT_2 };
            gram[j * program.order + i] = x;
            gram[i * program.order + j] = x;
        }
    }
    let values: Vec<f64> = found.z[..program.values].iter().map(|x| -x).collect();
    let measure = |form: &Form<f64>| {
        let products = form.products.iter().map(|&([i, j], x)| x * gram[j * program.order + i]);
        products.chain(form.values.iter().map(|&(i, x)| x * values[i])).sum::<f64>()
    };
    let attained = measures.iter().map(measure).fold(f64::INFINITY, f64::min);
    Ok(Solution {
        weights: found.x[..measures.len()].to_vec(),
        multipliers: found.x[measures.len()..].to_vec(),
        bound: found.obj_val,
        gram,
        values,
        attained,
        iterations: found.iterations,
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{Measure, gradient_descent, worst_case};
    use super::*;
    use crate::number::Rational;

    /// Drori and Teboulle (2014): `L R² / (4N + 2)` for step size `1/L`. Pairs of neighbours, and all seen from the minimiser, suffice.
    #[test]
    fn gradient_descent_on_smooth_convex_functions() {
        for steps in 1..=6 {
            let points = gradient_descent(steps, &Rational::ONE);
            let known = 1.0 / (4 * steps + 2) as f64;
            for all in [false, true] {
                let wanted = |i: usize, j: usize| all || i == points.len() || (j < points.len() && i.abs_diff(j) == 1);
                let program = worst_case(&points, [&Rational::ZERO, &Rational::ONE], Measure::Value, wanted).to_floats();
                let solution = solve(&program, Accuracy { tolerance: 1e-11, margin: 0.0 }).unwrap();
                assert!(
                    (solution.bound / known - 1.0).abs() < 1e-8 && (solution.attained / known - 1.0).abs() < 1e-8,
                    "{solution:?}"
                );
            }
        }
    }

    #[test]
    fn without_an_initial_condition_there_is_no_bound() {
        let points = gradient_descent(2, &Rational::ONE);
        let mut program = worst_case(&points, [&Rational::ZERO, &Rational::ONE], Measure::Value, |_, _| true).to_floats();
        program.constraints.remove(0);
        assert_eq!(solve(&program, Accuracy::ROUGH).unwrap_err(), Stalled);
    }
}
