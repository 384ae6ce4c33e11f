//! Gauss-Newton and its damping.

use super::*;

/// Residuals `A x - b`.
struct Linear;

impl<R: Real> Residuals<R> for Linear {
    fn residuals(&self, x: &[R]) -> Vec<R> {
        let [a, b] = [x[0].clone(), x[1].clone()];
        vec![a.clone() + b.clone() * R::int(2) - R::int(1), a.clone() * R::int(3) - &b, a + b * R::int(5) - R::int(7)]
    }

    fn jacobian(&self, _x: &[R]) -> Vec<Vec<R>> {
        [[1, 2], [3, -1], [1, 5]].map(|row| row.map(R::int).to_vec()).to_vec()
    }
}

/// One step to the point where the gradient vanishes, exactly, although the residuals do not.
#[test]
fn gauss_newton_is_newton_for_linear_residuals() {
    let problem = LeastSquares(Linear);
    let mut method = GaussNewton { line_search: Fixed(Rational::ONE) };
    let run = minimize(&mut method, &problem, int(&[10, -20]), &stopping(Rational::ZERO, 9));
    assert_eq!((run.status, run.steps()), (Status::Converged, 1));
    assert!(problem.value(run.end()) > Rational::ZERO);
    // The sum of squares is the function that it says.
    let x = int(&[2, 1]);
    assert_eq!(LeastSquares(Rosenbrock).value(&x), (Rational::from(900) + Rational::ONE) / Rational::from(2));
    assert_eq!(LeastSquares(Rosenbrock).gradient(&x), Rosenbrock.gradient(&x));
}

#[test]
fn gauss_newton_is_not_newton_where_residuals_bend() {
    let start = int(&[2, 1]);
    let step = |method: &mut dyn Iteration<Rational, LeastSquares<Rosenbrock>>| method.advance(&LeastSquares(Rosenbrock), &start);
    let gauss_newton = step(&mut GaussNewton { line_search: Fixed(Rational::ONE) }).expect("a step");
    // Two equations in two unknowns: the linearised residuals vanish, x = 1 and y = x₀² + 2 x₀ (x - x₀).
    assert_eq!(gauss_newton, int(&[1, 0]));
    let newton = newton(Fixed(Rational::ONE)).advance(&Rosenbrock, &start).expect("a step");
    assert_ne!(gauss_newton, newton);
    // Half the step with half the length.
    let half = step(&mut GaussNewton { line_search: Fixed(rational(1, 2)) }).expect("a step");
    assert_eq!(half, vec![rational(3, 2), rational(1, 2)]);
}

/// In the units `x = U z`, Marquardt's step is the same step, Levenberg's is another; both exactly.
#[test]
fn marquardts_damping_ignores_units_and_levenbergs_does_not() {
    struct Scaled;
    impl Residuals<Rational> for Scaled {
        fn residuals(&self, z: &[Rational]) -> Vec<Rational> {
            Rosenbrock.residuals(&[&z[0] * Rational::from(10), &z[1] / Rational::from(7)])
        }
        fn jacobian(&self, z: &[Rational]) -> Vec<Vec<Rational>> {
            let rows = Rosenbrock.jacobian(&[&z[0] * Rational::from(10), &z[1] / Rational::from(7)]);
            rows.into_iter().map(|row| vec![&row[0] * Rational::from(10), &row[1] / Rational::from(7)]).collect()
        }
    }
    for (scaling, same) in [(Damping::Diagonal, true), (Damping::Identity, false)] {
        let method = || LevenbergMarquardt::<Rational>::new(scaling);
        let here = method().advance(&LeastSquares(Rosenbrock), &[rational(-6, 5), Rational::ONE]).expect("a step");
        let there = method().advance(&LeastSquares(Scaled), &[rational(-6, 50), Rational::from(7)]).expect("a step");
        assert_eq!(here == [&there[0] * Rational::from(10), &there[1] / Rational::from(7)], same, "{scaling:?}");
    }
    // The damped normal equations of a linear problem, by hand: JᵀJ = [[11, 4], [4, 30]], Jᵀr at 0 = -[8, 37].
    for (scaling, diagonal) in [(Damping::Identity, [2, 2]), (Damping::Diagonal, [22, 60])] {
        let mut method = LevenbergMarquardt { scaling, damping: Rational::from(2), factor: Rational::from(5) };
        let step = method.advance(&LeastSquares(Linear), &int(&[0, 0])).expect("a step");
        let damped = vec![int(&[11 + diagonal[0], 4]), int(&[4, 30 + diagonal[1]])];
        assert_eq!(times(&damped, &step), int(&[8, 37]), "{scaling:?}");
        assert_eq!(method.damping, rational(2, 5), "a success divides");
    }
    // From where Gauss-Newton's step ascends, λ grows until the step does not.
    let mut method = LevenbergMarquardt { damping: rational(1, 1_000_000), ..LevenbergMarquardt::new(Damping::Identity) };
    let start = [rational(-6, 5), Rational::ONE];
    let next = method.advance(&LeastSquares(Rosenbrock), &start).expect("a step");
    assert!(Rosenbrock.value(&next) < Rosenbrock.value(&start) && method.damping > rational(1, 1_000_000));
}
