//! From an exact worst-case program to exact multipliers.

use super::Stalled;
use super::barrier::improve;
use super::conic::{Accuracy, solve};
use super::program::{Program, Solution};
use super::rounding::{Rounded, round};
use super::scaling::Units;
use crate::number::{Rational, to_f64};

/// What a proof may give away, relative to the worst run found, for the search to end.
const SLACK: f64 = 1e-9;

/// Multipliers that prove a bound exactly, and the solution in floating point that they were rounded from, whose `attained` says how
/// far from the least the bound may be.
///
/// Where the bound is least, the residual is singular and multipliers vanish, so that any rounding may spoil them. Therefore a share of
/// the bound is given away to keep a distance from there, `m` say: rounding succeeds if it moves the residual, in the [`Units`] in
/// which the worst run's vectors have length one, by less than `m / order`. The three ways, in the order of their cost:
///
/// 1. clarabel is asked that the residual stays semidefinite less `m / order` times the unit matrix, for `m = 2·10^-10`. It keeps its
///    equations up to about `10^-12`, which suffices as a rule.
/// 2. On badly conditioned programs it does not; then Newton's method on the dual barrier starts well inside and ends at
///    `m = 3·10^-10`, keeping the equations to the last digits.
/// 3. If that stalls, clarabel's solution is taken for larger `m`, and the bound is what it is: proved, but not tight.
///
/// # Errors
/// [`Stalled`] if no way leads to multipliers: if there is no bound, for example.
pub fn prove(program: &Program<Rational>) -> Result<(Rounded, Solution), Stalled> {
    let floats = program.to_floats();
    let prior = Units::of_coefficients(&floats);
    let mut units = after_a_first_solution(&floats, &prior)?;
    let mut best: Option<(Rounded, Solution)> = None;
    let with_margin = |scaled: &Program<f64>, tolerance: f64, share: f64| {
        solve(scaled, Accuracy { tolerance, margin: share / program.order as f64 })
    };
    // Twice, as the units of a rough solution may mislead.
    for _ in 0..2 {
        let scaled = units.program(&floats);
        let direct = with_margin(&scaled, 1e-11, 2e-10).ok();
        if let Some(solution) = &direct {
            keep(&mut best, program, units.undo(solution.clone()));
            if is_tight(&best) {
                break;
            }
        }
        let improved = [1e-2, 1e-1, 1.0].iter().find_map(|&share| {
            let inside = with_margin(&scaled, 1e-5, share).ok()?;
            improve(&scaled, &inside, 3e-10)
        });
        if let Some(solution) = improved {
            keep(&mut best, program, units.undo(solution));
            if is_tight(&best) {
                break;
            }
        }
        if let Some(solution) = &direct {
            units = prior.of_solution(&units.undo(solution.clone()));
        }
    }
    if best.is_none() {
        let scaled = units.program(&floats);
        for share in [1e-8, 1e-6, 1e-4] {
            if let Ok(solution) = with_margin(&scaled, 1e-11, share) {
                keep(&mut best, program, units.undo(solution));
            }
            if best.is_some() {
                break;
            }
        }
    }
    best.ok_or(Stalled)
}

/// Units in which the worst run is near one, from a coarse solution; clarabel sometimes gives up on a program and solves one nearby.
fn after_a_first_solution(floats: &Program<f64>, prior: &Units) -> Result<Units, Stalled> {
    let scaled = prior.program(floats);
    let attempts = [(1e-6, 0.0), (1e-4, 1e-6), (1e-3, 1e-3)];
    let solution = attempts.iter().find_map(|&(tolerance, margin)| solve(&scaled, Accuracy { tolerance, margin }).ok());
    Ok(prior.of_solution(&prior.undo(solution.ok_or(Stalled)?)))
}

/// Rounds a solution, and keeps it if it proves more than the best one yet.
fn keep(best: &mut Option<(Rounded, Solution)>, program: &Program<Rational>, solution: Solution) {
    if let Some(rounded) = round(program, &solution)
        && best.as_ref().is_none_or(|(known, _)| rounded.bound < known.bound)
    {
        *best = Some((rounded, solution));
    }
}

/// Whether the bound and the worst run agree; a run said to be worse than what is proved shows that the solver is off.
fn is_tight(best: &Option<(Rounded, Solution)>) -> bool {
    best.as_ref()
        .is_some_and(|(rounded, solution)| (to_f64(&rounded.bound) - solution.attained).abs() <= SLACK * solution.attained.abs())
}

#[cfg(test)]
mod tests {
    use super::super::examples::{Measure, Vector, accelerated, gradient_descent, heavy_ball, worst_case};
    use super::super::program::{Constraint, Form};
    use super::super::thinning::thin;
    use super::*;
    use crate::number::{rational, square};

    /// Proves a bound that is at least `known` and exceeds it by less than a billionth.
    fn proves(program: &Program<Rational>, known: &Rational) -> (Rounded, Solution) {
        let (rounded, solution) = prove(program).unwrap();
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
            let (proof, solution) = proves(&program, &rational(1, 4 * steps as u64 + 2));
            if steps == 5 {
                let (thinner, _) = thin(&program, &proof, &solution).unwrap();
                let used = |proof: &Rounded| proof.multipliers.iter().filter(|x| !x.is_zero()).count();
                assert!(2 * used(&thinner) < used(&proof));
                assert!(thinner.bound <= rational(1, 22) * (Rational::ONE + rational(1, 500_000_000)));
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
            let (rounded, solution) = prove(&smooth_convex(&points, Measure::Value)).unwrap();
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
