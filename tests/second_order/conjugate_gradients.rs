//! Conjugate gradients.

use super::*;

#[test]
fn conjugate_gradients_end_after_as_many_steps_as_there_are_eigenvalues() {
    for (spectrum, distinct) in [(vec![1, 2, 3, 4, 5], 5), (vec![1, 1, 7, 7, 20], 3), (vec![3, 3, 3], 1)] {
        let problem = quadratic(&spectrum);
        let origin = vec![Rational::ZERO; spectrum.len()];
        let right: Vec<Rational> = (0..spectrum.len()).map(|place| rational(2 * place as i64 + 1, 3)).collect();
        let multiply = |v: &[Rational]| problem.hessian_product(&origin, v);
        let mut run = ConjugateGradients::new(right.clone());
        let (mut residuals, mut directions) = (vec![run.residual.clone()], vec![]);
        while run.squared_residual() > Rational::ZERO {
            directions.push(run.direction.clone());
            run.advance(&multiply(&run.direction.clone()));
            residuals.push(run.residual.clone());
        }
        assert_eq!(directions.len(), distinct, "{spectrum:?}");
        assert_eq!(multiply(&run.solution), right);
        for later in 0..distinct {
            for earlier in 0..later {
                assert_eq!(dot(&residuals[later], &residuals[earlier]), Rational::ZERO);
                assert_eq!(dot(&directions[later], &multiply(&directions[earlier])), Rational::ZERO);
            }
        }
        let mut solved = ConjugateGradients::new(right);
        assert_eq!(solved.solve(multiply, &Rational::ZERO, 9), (Status::Converged, distinct));
        assert_eq!(solved, run);
    }
}

#[test]
fn conjugate_gradients_refuse_what_is_not_definite() {
    let multiply = |v: &[f64]| vec![v[0], -2.0 * v[1]];
    let mut run = ConjugateGradients::new(vec![1.0, 1.0]);
    assert_eq!(run.solve(multiply, &0.0, 9), (Status::NotDefinite, 0));
    assert_eq!(run.solution, [0.0, 0.0]);
    assert_eq!(ConjugateGradients::new(vec![f64::NAN]).solve(|v| v.to_vec(), &0.0, 9), (Status::NotFinite, 0));
    assert_eq!(ConjugateGradients::new(vec![1.0]).solve(|_| vec![f64::NAN], &0.0, 9), (Status::NotFinite, 0));
    assert_eq!(ConjugateGradients::new(vec![1.0, 2.0]).solve(|v| vec![v[0], 2.0 * v[1]], &0.0, 1), (Status::Exhausted, 1));
}

/// Under exact line searches all of them are the method of conjugate gradients (Nocedal and Wright 2006, theorem 6.4; Nazareth 1979).
#[test]
fn the_iterates_of_conjugate_gradients_and_bfgs_agree_on_quadratics() {
    let problem = quadratic(&[1, 2, 5, 11]);
    let start = int(&[3, -1, 4, 1]);
    let run = |method: &mut dyn Iteration<Rational, _>| minimize(method, &problem, start.clone(), &stopping(Rational::ZERO, 9));
    let mut linear = ConjugateGradients::new(problem.gradient(&start).into_iter().map(|g| -g).collect());
    let mut expected = vec![start.clone()];
    for _ in 0..4 {
        linear.advance(&problem.hessian_product(&start, &linear.direction.clone()));
        expected.push(start.iter().zip(&linear.solution).map(|(x, s)| x + s).collect());
    }
    assert_eq!(run(&mut NonlinearConjugateGradients::new(Conjugacy::FletcherReeves, ExactSearch)).iterates, expected);
    assert_eq!(run(&mut NonlinearConjugateGradients::new(Conjugacy::PolakRibierePlus, ExactSearch)).iterates, expected);
    for start in [Start::Identity, Start::Scaled] {
        assert_eq!(run(&mut Bfgs::new(ExactSearch, start, Curvature::Skip)).iterates, expected, "BFGS, {start:?}");
    }
    for (capacity, scaling) in [(1, InitialScaling::Identity), (1, InitialScaling::Newest), (3, InitialScaling::Newest)] {
        assert_eq!(
            run(&mut Lbfgs::new(ExactSearch, history(capacity, scaling))).iterates,
            expected,
            "L-BFGS {capacity} {scaling:?}"
        );
    }
    // An exact search is what it takes: a fixed length does not end.
    let mut fixed = Bfgs::new(Fixed(rational(1, 7)), Start::Identity, Curvature::Skip);
    let fixed = minimize(&mut fixed, &problem, start.clone(), &stopping(Rational::ZERO, 5));
    assert_eq!(fixed.status, Status::Exhausted);
}

#[test]
fn fletcher_reeves_and_polak_ribiere_differ_off_quadratics() {
    let length = rational(1, 1000);
    let start = vec![rational(-6, 5), Rational::ONE];
    let first = Rosenbrock.gradient(&start);
    let x: Vec<Rational> = start.iter().zip(&first).map(|(x, g)| x - g * &length).collect();
    let second = Rosenbrock.gradient(&x);
    let square = dot(&first, &first);
    let fletcher_reeves = dot(&second, &second) / &square;
    let polak_ribiere = dot(&second, &minus(&second, &first)) / &square;
    assert!(polak_ribiere < Rational::ZERO && fletcher_reeves > Rational::ZERO);
    for (conjugacy, factor) in [(Conjugacy::FletcherReeves, fletcher_reeves), (Conjugacy::PolakRibierePlus, Rational::ZERO)] {
        let mut method = NonlinearConjugateGradients::new(conjugacy, Fixed(length.clone()));
        let run = minimize(&mut method, &Rosenbrock, start.clone(), &stopping(Rational::ZERO, 2));
        let step = second.iter().zip(&first).map(|(second, first)| -second - first * &factor);
        let expected: Vec<Rational> = x.iter().zip(step).map(|(x, d)| x + d * &length).collect();
        assert_eq!(run.end(), expected, "{conjugacy:?}");
    }
}
