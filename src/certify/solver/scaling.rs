//! Units in which the numbers of a program are near one.

use super::program::{Form, Program, Solution};

/// What is smaller than this, beside the others, has no size of its own.
const NEGLIGIBLE: f64 = 1e-3;

/// Lengths for the vectors, sizes for the function values, and one for the measures. Multipliers do not depend on the first two, and
/// are proportional to the third.
#[derive(Clone, Debug)]
pub(super) struct Units {
    lengths: Vec<f64>,
    values: Vec<f64>,
    bound: f64,
}

impl Units {
    /// Units read off the coefficients: those in which their logarithms, and the logarithms of the bounds, are least in the mean square
    /// if every condition is multiplied by a number of its own (Curtis and Reid 1972). So nothing depends on the units of the input.
    pub(super) fn of_coefficients(program: &Program<f64>) -> Self {
        let (order, values) = (program.order, program.values);
        // One row for each condition and measure: the sum of two unknowns, or one unknown, or none.
        let unknowns = order + values;
        let row = |form: &Form<f64>, bound: Option<f64>| -> Vec<(f64, Option<usize>, Option<usize>)> {
            let products = form.products.iter().map(|&([i, j], x)| (x, Some(i), Some(j)));
            let values = form.values.iter().map(|&(i, x)| (x, Some(order + i), None));
            let entries = products.chain(values).chain(bound.map(|x| (x, None, None)));
            entries.filter(|(x, _, _)| *x != 0.0).map(|(x, i, j)| (libm::log2(x.abs()), i, j)).collect()
        };
        let mut rows: Vec<_> = program.constraints.iter().map(|c| row(&c.form, Some(c.bound))).collect();
        rows.extend(program.measures.iter().map(|form| row(form, None)));
        let mut logarithms = vec![0.0; unknowns];
        let at = |logarithms: &[f64], i: Option<usize>| i.map_or(0.0, |i| logarithms[i]);
        for _ in 0..10 {
            // The best multiplier of each row for these units, then each unit for these multipliers, as if it were the only one.
            let (mut sums, mut counts) = (vec![0.0; unknowns], vec![0.0; unknowns]);
            for row in &rows {
                let terms: Vec<f64> = row.iter().map(|&(x, i, j)| x + at(&logarithms, i) + at(&logarithms, j)).collect();
                let mean = terms.iter().sum::<f64>() / terms.len().max(1) as f64;
                for (&(_, i, j), term) in row.iter().zip(&terms) {
                    for unknown in i.into_iter().chain(j) {
                        sums[unknown] += mean - term;
                        counts[unknown] += if i == j { 4.0 } else { 2.0 } / 2.0;
                    }
                }
            }
            for (logarithm, (sum, count)) in logarithms.iter_mut().zip(sums.iter().zip(&counts)) {
                *logarithm += sum / f64::max(*count, 1.0);
            }
        }
        let sizes = |logarithms: &[f64]| logarithms.iter().map(|x| libm::exp2(x.round())).collect();
        Units { lengths: sizes(&logarithms[..order]), values: sizes(&logarithms[order..]), bound: 1.0 }
    }

    /// The units in which the vectors of a solution have length one, its function values are one and the worst case is one; what is
    /// nearly zero there, in the units at hand, counts as a thousandth of the largest; values are compared with squared lengths too.
    pub(super) fn of_solution(&self, solution: &Solution) -> Self {
        let order = self.lengths.len();
        let lengths: Vec<f64> = (0..order).map(|i| solution.gram[i * order + i].max(0.0).sqrt() / self.lengths[i]).collect();
        let values: Vec<f64> = solution.values.iter().zip(&self.values).map(|(x, unit)| x.abs() / unit).collect();
        let largest = |sizes: &[f64]| sizes.iter().copied().fold(0.0, f64::max);
        let [length, value] = [largest(&lengths), largest(&values)];
        let raised = |sizes: Vec<f64>, units: &[f64], largest: f64| -> Vec<f64> {
            let largest = if largest > 0.0 && largest.is_finite() { largest } else { 1.0 };
            sizes.iter().zip(units).map(|(x, unit)| unit * x.max(NEGLIGIBLE * largest)).collect()
        };
        Units {
            lengths: raised(lengths, &self.lengths, length.max(value.sqrt())),
            values: raised(values, &self.values, value.max(length * length)),
            bound: if solution.bound > 0.0 { solution.bound } else { self.bound },
        }
    }

    /// A form in these units.
    fn form(&self, form: &Form<f64>) -> Form<f64> {
        Form {
            products: form.products.iter().map(|&([i, j], x)| ([i, j], x * self.lengths[i] * self.lengths[j])).collect(),
            values: form.values.iter().map(|&(i, x)| (i, x * self.values[i])).collect(),
        }
    }

    /// The program in these units: multipliers of it, times the unit of the measures, are multipliers of the original.
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

    /// A bound in these units.
    pub(super) fn relative(&self, bound: f64) -> f64 {
        bound / self.bound
    }

    /// The largest coefficient of a form in these units, in units of the worst case: what a multiplier of 1 would contribute.
    pub(super) fn weight(&self, form: &Form<f64>) -> f64 {
        self.form(form).largest() / self.bound
    }
}
