//! Units in which the numbers of a program are near one.

use super::program::{Form, Program, Solution};

/// Lengths for the vectors, sizes for the function values, and one for the measures, read off a first solution. Multipliers do not
/// depend on the first two, and are proportional to the third.
#[derive(Clone, Debug)]
pub(super) struct Units {
    lengths: Vec<f64>,
    values: Vec<f64>,
    /// The worst case.
    pub(super) bound: f64,
}

impl Units {
    /// The units in which the given solution's vectors have length one and its function values are one; what is nearly zero there
    /// counts as a thousandth of the largest.
    pub(super) fn of(solution: &Solution, order: usize) -> Self {
        let floor = |sizes: Vec<f64>| -> Vec<f64> {
            let largest = sizes.iter().fold(0.0_f64, |a, b| a.max(*b));
            let largest = if largest > 0.0 { largest } else { 1.0 };
            sizes.into_iter().map(|x| x.max(1e-3 * largest)).collect()
        };
        Units {
            lengths: floor((0..order).map(|i| solution.gram[i * order + i].max(0.0).sqrt()).collect()),
            values: floor(solution.values.iter().map(|x| x.abs()).collect()),
            bound: if solution.bound > 0.0 { solution.bound } else { 1.0 },
        }
    }

    /// A form in these units.
    fn form(&self, form: &Form<f64>) -> Form<f64> {
        Form {
            products: form.products.iter().map(|&([i, j], x)| ([i, j], x * self.lengths[i] * self.lengths[j])).collect(),
            values: form.values.iter().map(|&(i, x)| (i, x * self.values[i])).collect(),
        }
    }

    /// The program in these units: multipliers of it, times `self.bound`, are multipliers of the original.
    pub(super) fn program(&self, program: &Program<f64>) -> Program<f64> {
        let mut scaled = program.clone();
        for constraint in &mut scaled.constraints {
            constraint.form = self.form(&constraint.form);
        }
        for measure in &mut scaled.measures {
            *measure = self.form(measure);
            measure.products.iter_mut().for_each(|(_, x)| *x /= self.bound);
            measure.values.iter_mut().for_each(|(_, x)| *x /= self.bound);
        }
        scaled
    }

    /// The solution of the program in these units, in the original ones.
    pub(super) fn undo(&self, mut solution: Solution) -> Solution {
        let order = self.lengths.len();
        solution.multipliers.iter_mut().for_each(|x| *x *= self.bound);
        solution.bound *= self.bound;
        solution.attained *= self.bound;
        for (k, entry) in solution.gram.iter_mut().enumerate() {
            *entry *= self.lengths[k / order] * self.lengths[k % order];
        }
        for (value, unit) in solution.values.iter_mut().zip(&self.values) {
            *value *= unit;
        }
        solution
    }

    /// The largest coefficient of a form in these units, in units of the worst case: what a multiplier of 1 would contribute.
    pub(super) fn weight(&self, form: &Form<f64>) -> f64 {
        let scaled = self.form(form);
        let products = scaled.products.iter().map(|(_, x)| x.abs());
        products.chain(scaled.values.iter().map(|(_, x)| x.abs())).fold(0.0, f64::max) / self.bound
    }
}
