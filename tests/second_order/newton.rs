//! Linear systems and Newton's method.

use super::*;

/// `f(A z)`.
struct Mapped<P, R> {
    inner: P,
    map: Vec<Vec<R>>,
}

impl<P, R: Real> Mapped<P, R> {
    fn transposed(&self, v: &[R]) -> Vec<R> {
        let column = |place: usize| self.map.iter().map(|row| row[place].clone()).collect::<Vec<R>>();
        (0..self.map[0].len()).map(|place| dot(&column(place), v)).collect()
    }
}

impl<R: Real, P: Problem<R>> Problem<R> for Mapped<P, R> {
    fn gradient(&self, z: &[R]) -> Vec<R> {
        self.transposed(&self.inner.gradient(&times(&self.map, z)))
    }

    fn value(&self, z: &[R]) -> R {
        self.inner.value(&times(&self.map, z))
    }
}

impl<R: Real, P: TwiceDifferentiable<R>> TwiceDifferentiable<R> for Mapped<P, R> {
    fn hessian_product(&self, z: &[R], v: &[R]) -> Vec<R> {
        self.transposed(&self.inner.hessian_product(&times(&self.map, z), &times(&self.map, v)))
    }
}

/// Against the definition `A x = b`, exactly, and where Sylvester's criterion says that the matrix is not definite.
#[test]
fn cholesky_solves_definite_systems_and_refuses_others() {
    let hessian = quadratic(&[1, 3, 10, 1000]).hessian(&int(&[0, 0, 0, 0]));
    let right = int(&[1, -2, 3, 5]);
    let solution = Cholesky::new(&hessian).expect("a definite matrix").solve(&right);
    assert_eq!(times(&hessian, &solution), right);
    for spectrum in [[1, 3, -1, 2], [1, 0, 2, 3]] {
        assert_eq!(Cholesky::new(&quadratic(&spectrum).hessian(&int(&[0, 0, 0, 0]))), None);
    }
    assert_eq!(Cholesky::new(&[vec![f64::NAN]]), None);
}

// Newton

#[test]
fn newton_reaches_a_quadratics_minimum_in_one_step() {
    let problem = quadratic(&[1, 7, 1_000_000]);
    let run = minimize(&mut newton(Fixed(Rational::ONE)), &problem, int(&[3, -5, 7]), &stopping(Rational::ZERO, 9));
    assert_eq!((run.status, run.steps()), (Status::Converged, 1));
    // Half a step leaves half the error; a quadratic is where an exact search finds 1.
    let half = minimize(&mut newton(Fixed(rational(1, 2))), &problem, int(&[2, 4, 6]), &stopping(Rational::ZERO, 1));
    assert_eq!(half.end(), int(&[1, 2, 3]));
    let exact = minimize(&mut newton(ExactSearch), &problem, int(&[3, -5, 7]), &stopping(Rational::ZERO, 9));
    assert_eq!(exact.steps(), 1);
}

/// For `φ(z) = f(A z)`, the iterates satisfy `A z = x`, exactly; those of gradient descent do not.
#[test]
fn newton_is_affine_invariant() {
    let map = vec![int(&[2, 1]), int(&[-1, 3])];
    let mapped = Mapped { inner: Rosenbrock, map: map.clone() };
    let z = vec![rational(1, 2), rational(-1, 3)];
    let x = times(&map, &z);
    let mut pure = Newton { line_search: Fixed(Rational::ONE), indefinite: PURE };
    let there = minimize(&mut pure, &mapped, z, &stopping(Rational::ZERO, 3));
    let here = minimize(&mut pure, &Rosenbrock, x, &stopping(Rational::ZERO, 3));
    assert_eq!(here.steps(), 3);
    assert_eq!(there.iterates.iter().map(|z| times(&map, z)).collect::<Vec<_>>(), here.iterates);
}

/// On `x²/2 + x³/6` the step is `x²/(2 (1 + x))` in closed form.
#[test]
fn newtons_errors_square_near_a_minimum() {
    let problem = Power(vec![Rational::ZERO, Rational::ZERO, rational(1, 2), rational(1, 6)]);
    let run = minimize(&mut newton(Fixed(Rational::ONE)), &problem, vec![rational(1, 2)], &stopping(Rational::ZERO, 5));
    assert_eq!(run.steps(), 5);
    for pair in run.iterates.windows(2) {
        let x = &pair[0][0];
        assert_eq!(pair[1][0], x * x / (Rational::from(2) * (Rational::ONE + x)));
    }
}

/// `x y` has zeros on the diagonal of its Hessian, `½ (x + y)²` a Hessian without an inverse.
#[test]
fn newton_solves_regular_systems_and_refuses_singular_ones() {
    struct Form([[i64; 2]; 2]);
    impl Problem<Rational> for Form {
        fn gradient(&self, x: &[Rational]) -> Vec<Rational> {
            self.hessian_product(x, x)
        }
        fn value(&self, x: &[Rational]) -> Rational {
            dot(x, &self.gradient(x)) / Rational::from(2)
        }
    }
    impl TwiceDifferentiable<Rational> for Form {
        fn hessian_product(&self, _x: &[Rational], v: &[Rational]) -> Vec<Rational> {
            times(&self.0.map(|row| int(&row)), v)
        }
    }
    let step = |form, indefinite| Newton { line_search: Fixed(Rational::ONE), indefinite }.advance(&Form(form), &int(&[3, 5]));
    assert_eq!(step([[0, 1], [1, 0]], PURE), Ok(int(&[0, 0])));
    assert_eq!(step([[0, 1], [1, 0]], Indefinite::Refuse), Err(Status::NotDefinite));
    assert_eq!(step([[1, 1], [1, 1]], PURE), Err(Status::NotDefinite));
}

#[test]
fn newton_is_attracted_to_a_saddle_and_saddle_free_newton_leaves_it() {
    let start = vec![0.5, 0.1];
    let run = |method: &mut dyn Iteration<f64, Saddle>| minimize(method, &Saddle, start.clone(), &stopping(1e-12, 100));
    let attracted = run(&mut Newton { line_search: Fixed(1.0), indefinite: PURE });
    assert_eq!(attracted.status, Status::Converged);
    assert!(norm(attracted.end()) < 1e-12, "{:?}", attracted.end());
    assert_eq!(run(&mut newton(Fixed(1.0))).status, Status::NotDefinite);
    let free = run(&mut SaddleFree { step_size: 1.0, damping: 0.0 });
    // The curvature at the minimum is 2, so that a gradient of 1e-12 leaves 5e-13, and one ulp of 1 is 2.2e-16.
    assert!(free.status == Status::Converged && (free.end()[1] - 1.0).abs() < 1e-12, "{free:?}");
    // On ½x² - ½y² one step doubles y: |H| is the identity there.
    let plain = Quadratic { spectrum: vec![1.0, -1.0] };
    let mut method = SaddleFree { step_size: 1.0, damping: 0.0 };
    assert_eq!(method.advance(&plain, &[3.0, 5.0]), Ok(vec![0.0, 10.0]));
    assert_eq!(SaddleFree { step_size: 0.5, damping: 1.0 }.advance(&plain, &[4.0, 8.0]), Ok(vec![3.0, 10.0]));
    let flat = Quadratic { spectrum: vec![1.0, 0.0] };
    assert_eq!(method.advance(&flat, &[3.0, 5.0]), Err(Status::NotDefinite));
}

/// The eigendecomposition and the solve each lose at most a modest multiple of `n² u κ` (Higham 2002, chapter 10): n = 3, κ = 100.
#[test]
fn saddle_free_newton_is_newton_where_the_function_is_convex() {
    let spectrum: Vec<Rational> = int(&[1, 10, 100]);
    let problem: Rotated<Quadratic<f64>, f64> = Rotated::new(Quadratic::of(&spectrum), &int(&[1, 2, 3]));
    let next = SaddleFree { step_size: 1.0, damping: 0.0 }.advance(&problem, &[1.0, 2.0, 3.0]).expect("a step");
    assert!(norm(&next) <= 100.0 * 9.0 * 100.0 * UNIT_ROUNDOFF, "{next:?}");
}

#[test]
fn damping_makes_newton_converge_from_afar() {
    let step = newton(Fixed(Tracked::<f64>::exactly(1.0))).advance(&Hyperbola, &[Tracked::exactly(2.0)]).expect("a step");
    assert!(step[0].distance(-8.0) <= step[0].bound() && step[0].bound() < 1e-13, "{step:?}");
    let run = |method: &mut dyn Iteration<f64, Hyperbola>| minimize(method, &Hyperbola, vec![10.0], &stopping(1e-12, 100));
    assert_ne!(run(&mut newton(Fixed(1.0))).status, Status::Converged);
    assert_eq!(run(&mut newton(Backtracking::default())).status, Status::Converged);
}
