//! BFGS and L-BFGS.

use super::*;

/// `H` is `A⁻¹` after n steps if all n are needed (Nocedal and Wright 2006, theorem 6.4), and not if fewer are.
#[test]
fn bfgs_with_exact_searches_ends_after_n_steps_with_the_inverse() {
    for (spectrum, steps) in [(vec![1, 2, 5, 11], 4), (vec![1, 4, 9, 16, 25, 36], 6), (vec![2, 2, 2], 1)] {
        let problem = quadratic(&spectrum);
        let start: Vec<Rational> = (0..spectrum.len() as i64).map(|place| rational(3 * place - 4, 1)).collect();
        let mut method = Bfgs::new(ExactSearch, Start::Identity, Curvature::Skip);
        let run = minimize(&mut method, &problem, start.clone(), &stopping(Rational::ZERO, 20));
        assert_eq!((run.status, run.steps()), (Status::Converged, steps));
        method.learn(run.end(), &problem.gradient(run.end()));
        let inverse = method.inverse().expect("a matrix");
        let hessian = problem.hessian(&start);
        let unit = |place: usize| (0..spectrum.len()).map(|other| Rational::from(i64::from(other == place))).collect::<Vec<_>>();
        let inverts = (0..spectrum.len()).all(|place| times(inverse, &times(&hessian, &unit(place))) == unit(place));
        assert_eq!(inverts, steps == spectrum.len(), "{spectrum:?}");
    }
}

/// Random pairs with the curvature of a positive definite matrix.
fn pairs(trial: u64, count: usize) -> Vec<[Vec<Rational>; 2]> {
    let mut draws = draws(trial);
    let problem = quadratic(&[1, 2, 5, 11]);
    let mut step = || -> Vec<Rational> { (0..4).map(|_| draws.fraction(-9..10, 3)).collect() };
    let steps = std::iter::repeat_with(&mut step).filter(|s| s.iter().any(|s| !s.is_zero())).take(count);
    steps.map(|s| [s.clone(), problem.hessian_product(&s, &s)]).collect()
}

fn identity(size: usize, scale: &Rational) -> Vec<Vec<Rational>> {
    let entry = |row, column| if row == column { scale.clone() } else { Rational::ZERO };
    (0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect()
}

/// `(I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ`, as products of matrices.
fn update_by_products(inverse: &[Vec<Rational>], s: &[Rational], y: &[Rational]) -> Vec<Vec<Rational>> {
    let rho = Rational::ONE / dot(s, y);
    let size = s.len();
    let multiply = |a: &[Vec<Rational>], b: &[Vec<Rational>]| -> Vec<Vec<Rational>> {
        let column = |place: usize| b.iter().map(|row| row[place].clone()).collect::<Vec<_>>();
        a.iter().map(|row| (0..size).map(|place| dot(row, &column(place))).collect()).collect()
    };
    let unit = identity(size, &Rational::ONE);
    let factor = |a: &[Rational], b: &[Rational]| -> Vec<Vec<Rational>> {
        (0..size).map(|row| (0..size).map(|column| &unit[row][column] - &rho * &a[row] * &b[column]).collect()).collect()
    };
    let product = multiply(&multiply(&factor(s, y), inverse), &factor(y, s));
    (0..size).map(|row| (0..size).map(|column| &product[row][column] + &rho * &s[row] * &s[column]).collect()).collect()
}

#[test]
fn every_update_meets_the_secant_equation() {
    for trial in 0..20 {
        let mut inverse = identity(4, &Rational::ONE);
        for [s, y] in pairs(trial, 5) {
            let expected = update_by_products(&inverse, &s, &y);
            inverse = inverse_update(&inverse, &s, &y);
            assert_eq!(inverse, expected);
            assert_eq!(times(&inverse, &y), s);
            assert!(Cholesky::new(&inverse).is_some(), "positive definite");
        }
    }
}

/// Exactly, with more pairs than room: only the newest m count.
#[test]
fn the_two_loops_multiply_by_the_matrix_of_bfgs() {
    for (trial, capacity) in (0..20).zip([1, 2, 3, 5].into_iter().cycle()) {
        for scaling in [InitialScaling::Newest, InitialScaling::Identity] {
            let pairs = pairs(trial, 5);
            let mut history = history(capacity, scaling);
            pairs.iter().for_each(|[s, y]| assert!(history.push(s.clone(), y.clone())));
            let [s, y] = &pairs[4];
            let scale = if scaling == InitialScaling::Newest { dot(s, y) / dot(y, y) } else { Rational::ONE };
            let kept = &pairs[5 - capacity..];
            let inverse = kept.iter().fold(identity(4, &scale), |inverse, [s, y]| update_by_products(&inverse, s, y));
            let gradient = int(&[1, -2, 3, 5]);
            let expected: Vec<Rational> = times(&inverse, &gradient).into_iter().map(|d| -d).collect();
            assert_eq!(history.direction(&gradient), expected, "{capacity} {scaling:?}");
        }
    }
}

/// `H y = s` for the newest pair: pairs of a step with another step's change of the gradient (a fault of gonum's) do not meet it.
#[test]
fn the_recursion_meets_the_newest_secant_equation() {
    let problem = quadratic(&[1, 2, 5, 11]);
    let mut method = Lbfgs::new(StrongWolfe::default(), history(3, InitialScaling::Newest));
    let mut x = int(&[3, -1, 4, 1]);
    for step in 0..5 {
        let next = method.advance(&problem, &x).expect("a step");
        let mut after = method.clone();
        after.advance(&problem, &next).expect("a step");
        let (s, y) = (minus(&next, &x), minus(&problem.gradient(&next), &problem.gradient(&x)));
        let expected: Vec<Rational> = s.iter().map(|s| -s).collect();
        assert_eq!(after.history.direction(&y), expected, "step {step}");
        x = next;
    }
}

/// Not of the oldest (a fault of jaxopt's).
#[test]
fn the_scale_is_that_of_the_newest_pair() {
    let mut history = history(3, InitialScaling::Newest);
    for (round, [s, y]) in pairs(3, 8).into_iter().enumerate() {
        let newest = dot(&s, &y) / dot(&y, &y);
        history.push(s, y);
        assert_eq!(*history.scale(), newest, "round {round}");
    }
}

#[test]
fn a_full_history_holds_2mn_plus_m_numbers() {
    let mut history = history(3, InitialScaling::Newest);
    pairs(0, 7).into_iter().for_each(|[s, y]| assert!(history.push(s, y)));
    assert_eq!(history.state_len(), 2 * 3 * 4 + 3);
}

/// On a saddle the gradient's change along y is against the step.
#[test]
fn a_pair_of_negative_curvature_is_skipped_or_damped() {
    let problem = Quadratic { spectrum: int(&[1, -1]) };
    let start = int(&[1, 2]);
    let after = |curvature| {
        let mut method = Bfgs::new(Fixed(rational(1, 2)), Start::Identity, curvature);
        let x = method.advance(&problem, &start).expect("a step");
        method.learn(&x, &problem.gradient(&x));
        (method.inverse().expect("a matrix").to_vec(), x)
    };
    let (skipped, x) = after(Curvature::Skip);
    assert_eq!(skipped, identity(2, &Rational::ONE));
    // Powell 1978: y' = θ y + (1 - θ) B s with θ = 0.8 sᵀB s / (sᵀB s - sᵀy), so that sᵀy' = 0.2 sᵀB s; here B = I.
    let s = minus(&x, &start);
    let y = minus(&problem.gradient(&x), &problem.gradient(&start));
    let expected = dot(&s, &s);
    assert!(dot(&s, &y) < Rational::ZERO);
    let theta = rational(4, 5) * &expected / (&expected - dot(&s, &y));
    let damped: Vec<Rational> = s.iter().zip(&y).map(|(s, y)| &theta * y + (Rational::ONE - &theta) * s).collect();
    assert_eq!(dot(&s, &damped), rational(1, 5) * &expected);
    let (inverse, _) = after(Curvature::powell());
    assert_eq!(inverse, update_by_products(&identity(2, &Rational::ONE), &s, &damped));
    assert!(Cholesky::new(&inverse).is_some());
    // Where the curvature suffices, damping does nothing.
    let convex = quadratic(&[1, 2]);
    let run = |curvature| {
        let mut method = Bfgs::new(ExactSearch, Start::Identity, curvature);
        minimize(&mut method, &convex, start.clone(), &stopping(Rational::ZERO, 1)).iterates
    };
    assert_eq!(run(Curvature::Skip), run(Curvature::powell()));
    // And a history leaves the pair out, unless its threshold is below.
    assert!(!history(3, InitialScaling::Newest).push(s.clone(), y.clone()));
    assert!(History::new(3, Rational::from(-100), InitialScaling::Newest).push(s, y));
}

#[test]
fn the_first_matrix_matters() {
    let problem = quadratic(&[1, 2, 5, 11]);
    let start = int(&[3, -1, 4, 1]);
    let after = |first| {
        let mut method = Bfgs::new(Fixed(rational(1, 20)), first, Curvature::Skip);
        let x = method.advance(&problem, &start).expect("a step");
        method.learn(&x, &problem.gradient(&x));
        (x.clone(), method.inverse().expect("a matrix").to_vec())
    };
    let ((x, identity_start), (_, scaled)) = (after(Start::Identity), after(Start::Scaled));
    let (s, y) = (minus(&x, &start), minus(&problem.gradient(&x), &problem.gradient(&start)));
    assert_eq!(identity_start, update_by_products(&identity(4, &Rational::ONE), &s, &y));
    assert_eq!(scaled, update_by_products(&identity(4, &(dot(&s, &y) / dot(&y, &y))), &s, &y));
    assert_ne!(identity_start, scaled);
    // It is scaled once.
    let mut method = Bfgs::new(Fixed(rational(1, 20)), Start::Scaled, Curvature::Skip);
    let run = minimize(&mut method, &problem, start, &stopping(Rational::ZERO, 2));
    method.learn(run.end(), &problem.gradient(run.end()));
    let s = minus(run.end(), &x);
    let y = minus(&problem.gradient(run.end()), &problem.gradient(&x));
    assert_eq!(method.inverse().expect("a matrix"), update_by_products(&scaled, &s, &y));
}
