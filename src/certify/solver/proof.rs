//! From an exact worst-case program to exact multipliers.

use super::Stalled;
use super::barrier::improve;
use super::conic::{Accuracy, solve};
use super::program::{Program, Solution};
use super::rounding::{Rounded, round};
use super::scaling::Units;
use super::thinning::{PRICES, needed};
use crate::number::{Rational, to_f64};

/// What a proof may give away, relative to the worst run found, for the search to end.
const SLACK: f64 = 1e-9;

/// How well a program is sketched: clarabel sometimes gives up on one and solves a program nearby.
const SKETCHES: [Accuracy; 4] = [
    Accuracy { tolerance: 1e-8, margin: 0.0 },
    Accuracy { tolerance: 1e-6, margin: 0.0 },
    Accuracy { tolerance: 1e-4, margin: 1e-6 },
    Accuracy { tolerance: 1e-3, margin: 1e-3 },
];

/// A rough solution, which shows the shape of the worst run.
///
/// # Errors
/// [`Stalled`] if there is none at any accuracy.
pub fn sketch(program: &Program<f64>) -> Result<Solution, Stalled> {
    let units = Units::of_coefficients(program);
    let scaled = units.program(program);
    let solution = SKETCHES.iter().find_map(|&accuracy| solve(&scaled, accuracy).ok());
    solution.map(|solution| units.undo(solution)).ok_or(Stalled)
}

/// Multipliers that prove a bound exactly, and the solution in floating point that they were rounded from; its `attained` says how far from
/// the least the bound may be. To start with, a [`sketch`] is needed, and what some run is known to attain is welcome.
///
/// Where the bound is least, the residual is singular and multipliers vanish, so that any rounding may spoil them. Therefore a share of
/// the bound is given away to keep a distance from there, `m` say: rounding succeeds if it moves the residual, in the [`Units`] in
/// which the worst run's vectors have length one, by less than `m / order`. The ways, in the order of their cost:
///
/// 1. clarabel is asked that the residual stays semidefinite less `m / order` times the unit matrix, for `m = 2·10^-10`. It keeps its
///    equations up to about `10^-12`, which suffices as a rule.
/// 2. On badly conditioned programs it does not. Often most of the constraints are superfluous, and then those that are [`needed`] make a
///    better program, on which the first way and the next are tried.
/// 3. Newton's method on the dual barrier starts well inside and ends at `m = 3·10^-10`, keeping the equations to the last digits.
/// 4. If that stalls, clarabel's solution is taken for larger `m`, and the bound is what it is: proved, but not tight.
///
/// # Errors
/// [`Stalled`] if no way leads to multipliers: if there is no bound, for example.
pub fn prove(program: &Program<Rational>, sketch: &Solution, known: Option<f64>) -> Result<(Rounded, Solution), Stalled> {
    let mut search = Search::new(program, sketch, known);
    if search.directly() || search.with_fewer_constraints() || search.by_the_barrier() {
        return search.result();
    }
    // Once more, as the units of a rough solution may mislead.
    search.units = Units::of_coefficients(&search.floats).of_solution(&search.last);
    if search.directly() || search.by_the_barrier() {
        return search.result();
    }
    for share in [1e-8, 1e-6, 1e-4] {
        if search.best.is_some() {
            break;
        }
        let solution = search.solved(share);
        solution.iter().for_each(|solution| search.keep(solution));
    }
    search.result()
}

/// A program whose proof is looked for, and the best one so far.
struct Search<'a> {
    program: &'a Program<Rational>,
    floats: Program<f64>,
    units: Units,
    /// What a run is known to attain, which the solver need not have found.
    known: Option<f64>,
    /// The last solution under all constraints.
    last: Solution,
    best: Option<(Rounded, Solution)>,
}

impl<'a> Search<'a> {
    fn new(program: &'a Program<Rational>, sketch: &Solution, known: Option<f64>) -> Self {
        let floats = program.to_floats();
        let units = Units::of_coefficients(&floats).of_solution(sketch);
        Search { program, floats, units, known, last: sketch.clone(), best: None }
    }

    /// Clarabel's solution with a share of the bound given away.
    fn solved(&self, share: f64) -> Option<Solution> {
        let accuracy = Accuracy { tolerance: 1e-11, margin: share / self.program.order as f64 };
        solve(&self.units.program(&self.floats), accuracy).ok().map(|solution| self.units.undo(solution))
    }

    /// The first way; whether a tight proof is known after it.
    fn directly(&mut self) -> bool {
        if let Some(solution) = self.solved(2e-10) {
            self.keep(&solution);
            self.last = solution;
        }
        self.is_tight()
    }

    /// The second way.
    fn with_fewer_constraints(&mut self) -> bool {
        for price in PRICES {
            let Some(kept) = needed(&self.floats, &self.last, price) else { continue };
            let program = self.program.restricted(&kept);
            let mut fewer = Search::new(&program, &self.last, self.known);
            let _ = fewer.directly() || fewer.by_the_barrier();
            if let Some((rounded, solution)) = fewer.best {
                let all = self.program.constraints.len();
                self.propose(rounded.spread(&kept, all), solution.spread(&kept, all));
            }
            if self.is_tight() {
                return true;
            }
        }
        false
    }

    /// The third way.
    fn by_the_barrier(&mut self) -> bool {
        let scaled = self.units.program(&self.floats);
        let improved = [1e-2, 1e-1, 1.0].iter().find_map(|&share| {
            let inside = solve(&scaled, Accuracy { tolerance: 1e-5, margin: share / self.program.order as f64 }).ok()?;
            improve(&scaled, &inside, 3e-10)
        });
        if let Some(solution) = improved {
            let solution = self.units.undo(solution);
            self.keep(&solution);
            self.last = solution;
        }
        self.is_tight()
    }

    /// Rounds a solution, and keeps it if it proves more than the best one yet.
    fn keep(&mut self, solution: &Solution) {
        if let Some(rounded) = round(self.program, solution) {
            self.propose(rounded, solution.clone());
        }
    }

    fn propose(&mut self, rounded: Rounded, solution: Solution) {
        if self.best.as_ref().is_none_or(|(known, _)| rounded.bound < known.bound) {
            self.best = Some((rounded, solution));
        }
    }

    /// Whether the bound agrees with the worst run that is known, or the one that the solver found under all constraints; one said to be worse
    /// than what is proved shows that the solver is off.
    fn is_tight(&self) -> bool {
        let Some((rounded, _)) = &self.best else { return false };
        let bound = to_f64(&rounded.bound);
        self.known.into_iter().chain([self.last.attained]).any(|attained| (bound - attained).abs() <= SLACK * attained.abs())
    }

    fn result(self) -> Result<(Rounded, Solution), Stalled> {
        let attained = self.last.attained;
        self.best.map(|(rounded, solution)| (rounded, Solution { attained, ..solution })).ok_or(Stalled)
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::{Measure, Vector, accelerated, gradient_descent, heavy_ball, worst_case};
    use super::super::program::{Constraint, Form};
    use super::super::thinning::indispensable;
    use super::*;
    use crate::number::{rational, square};

    fn proof(program: &Program<Rational>) -> (Rounded, Solution) {
        prove(program, &sketch(&program.to_floats()).unwrap(), None).unwrap()
    }

    /// Proves a bound that is at least `known` and exceeds it by less than a billionth.
    fn proves(program: &Program<Rational>, known: &Rational) -> (Rounded, Solution) {
        let (rounded, solution) = proof(program);
        let excess = &rounded.bound / known - Rational::ONE;
        assert!(Rational::ZERO <= excess && excess <= rational(1, 1_000_000_000), "{} for {known}", to_f64(&rounded.bound));
        (rounded, solution)
    }

    fn smooth_convex(points: &[Vector], measure: Measure) -> Program<Rational> {
        worst_case(points, [&Rational::ZERO, &Rational::ONE], measure, |_, _| true)
    }

    /// Drori and Teboulle (2014): `1/(4N + 2)`; and fewer multipliers do.
    #[test]
    fn gradient_descent_on_smooth_convex_functions() {
        for steps in 1..=10 {
            let program = smooth_convex(&gradient_descent(steps, &Rational::ONE), Measure::Value);
            let known = rational(1, 4 * steps as u64 + 2);
            let (_, solution) = proves(&program, &known);
            if steps == 5 {
                let all: Vec<usize> = (1..program.constraints.len()).collect();
                let fewer = indispensable(&program.to_floats(), &solution, to_f64(&known), &all);
                assert!(fewer.len() <= 13, "{fewer:?}");
                proves(&program.restricted(&fewer), &known);
            }
        }
    }

    /// The momentum `(k - 1)/(k + 2)`: `2/((N + 2)(N + 3))`.
    #[test]
    fn nesterov_on_smooth_convex_functions() {
        for steps in 1..=10 {
            let points = accelerated(steps, &Rational::ONE, |k| rational(k as i64 - 1, k as u64 + 2));
            proves(&smooth_convex(&points, Measure::Value), &rational(2, (steps as u64 + 2) * (steps as u64 + 3)));
        }
    }

    /// The least of the squared gradients along gradient descent: `1/(N + 1)²`, by weights on all of them.
    #[test]
    fn the_best_gradient_of_gradient_descent() {
        for steps in 1..=5 {
            let program = smooth_convex(&gradient_descent(steps, &Rational::ONE), Measure::BestGradient);
            let (rounded, _) = proves(&program, &rational(1, (steps as u64 + 1).pow(2)));
            assert_eq!(rounded.weights.iter().fold(Rational::ZERO, |sum, x| sum + x), Rational::ONE);
        }
    }

    /// One step on strongly convex functions: the distance shrinks by the larger of `|1 - ημ|` and `|1 - ηL|`, in any units.
    #[test]
    fn one_step_on_strongly_convex_functions() {
        for smoothness in [rational(1, 1000), Rational::ONE, Rational::from(1000)] {
            let mu = &smoothness * rational(1, 4);
            for tenths in [5, 10, 15, 16, 17, 19] {
                let relative = rational(tenths, 10);
                let points = gradient_descent(1, &(&relative / &smoothness));
                let program = worst_case(&points, [&mu, &smoothness], Measure::Distance, |_, _| true);
                let known = square(&(Rational::ONE - &relative * rational(1, 4))).max(square(&(Rational::ONE - &relative)));
                proves(&program, &known);
            }
        }
    }

    /// No closed form: the bound agrees with the worst run that the solver finds.
    #[test]
    fn heavy_ball_is_bounded_tightly() {
        for steps in [1, 3, 6] {
            let points = heavy_ball(steps, &rational(1, 2), &rational(1, 4));
            let (rounded, solution) = proof(&smooth_convex(&points, Measure::Value));
            assert!((to_f64(&rounded.bound) / solution.attained - 1.0).abs() < 1e-9);
        }
    }

    /// The subgradient method on convex functions with gradients of length at most `M = 1`: the best of `N + 1` values is at most
    /// `(R² + (N + 1) η² M²) / (2η (N + 1))`, here `1/2`.
    #[test]
    fn subgradients_of_bounded_length() {
        let points = gradient_descent(3, &rational(1, 2));
        // Interpolation without smoothness: what is left of the condition when the term in 1/L is taken away.
        let mut program = smooth_convex(&points, Measure::Value);
        for (index, (i, j)) in (0..5).flat_map(|i| (0..5).map(move |j| (i, j))).filter(|(i, j)| i != j).enumerate() {
            let mut left: Vec<([usize; 2], Rational)> = Vec::new();
            for (pair, x) in &program.constraints[index + 1].form.products {
                let curvature = if *pair == [i + 1, i + 1] && i < 4 || *pair == [j + 1, j + 1] && j < 4 {
                    rational(1, 2)
                } else if i < 4 && j < 4 && *pair == [i.min(j) + 1, i.max(j) + 1] {
                    Rational::NEG_ONE
                } else {
                    Rational::ZERO
                };
                left.push((*pair, x - curvature));
            }
            left.retain(|(_, x)| !x.is_zero());
            program.constraints[index + 1].form.products = left;
        }
        for k in 0..4 {
            let form = Form { products: vec![([k + 1, k + 1], Rational::ONE)], values: vec![] };
            program.constraints.push(Constraint { form, bound: Rational::ONE, equality: false });
        }
        program.measures = (0..4).map(|k| Form { products: vec![], values: vec![(k, Rational::ONE)] }).collect();
        proves(&program, &rational(1, 2));
    }

    #[test]
    fn an_equation_has_a_free_multiplier() {
        let mut program = smooth_convex(&gradient_descent(2, &Rational::ONE), Measure::Value);
        program.constraints[0].equality = true;
        // The same equation in other words: only the difference of the multipliers counts.
        let mut double = program.constraints[0].clone();
        double.form.products[0].1 = Rational::from(-2);
        double.bound = Rational::from(-2);
        program.constraints.push(double);
        proves(&program, &rational(1, 10));
    }
}
