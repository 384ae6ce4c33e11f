//! The second-order methods against closed forms, exact termination, optimality conditions and PyTorch.

use gradproof::lab::{Draws, Lab};
use gradproof::number::{Rational, Real, Root, Tracked, rational};
use gradproof::problems::{LeastSquares, Likelihood, Logistic, Problem, Quadratic, Residuals, Rotated, TwiceDifferentiable};
use gradproof::second_order::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;

fn int(values: &[i64]) -> Vec<Rational> {
    values.iter().map(|value| Rational::from(*value)).collect()
}

fn dot<R: Real>(a: &[R], b: &[R]) -> R {
    a.iter().zip(b).fold(R::zero(), |sum, (a, b)| sum + a.clone() * b)
}

fn minus<R: Real>(a: &[R], b: &[R]) -> Vec<R> {
    a.iter().zip(b).map(|(a, b)| a.clone() - b).collect()
}

fn times<R: Real>(matrix: &[Vec<R>], v: &[R]) -> Vec<R> {
    matrix.iter().map(|row| dot(row, v)).collect()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// A dense quadratic with these eigenvalues and rational entries.
fn quadratic(spectrum: &[i64]) -> Rotated<Quadratic<Rational>, Rational> {
    let axis: Vec<i64> = (1..=spectrum.len() as i64).collect();
    Rotated::new(Quadratic::of(&int(spectrum)), &int(&axis))
}

fn stopping<R: Real>(gradient: R, iterations: usize) -> Stopping<R> {
    Stopping { gradient, iterations }
}

/// `½ (100 (y - x²)² + (1 - x)²)`, half of Rosenbrock's function, by its residuals.
struct Rosenbrock;

impl<R: Real> Residuals<R> for Rosenbrock {
    fn residuals(&self, x: &[R]) -> Vec<R> {
        vec![(x[1].clone() - x[0].clone() * &x[0]) * R::int(10), R::one() - &x[0]]
    }

    fn jacobian(&self, x: &[R]) -> Vec<Vec<R>> {
        vec![vec![x[0].clone() * R::int(-20), R::int(10)], vec![-R::one(), R::zero()]]
    }
}

impl<R: Real> Problem<R> for Rosenbrock {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        let valley = (x[1].clone() - x[0].clone() * &x[0]) * R::int(100);
        vec![valley.clone() * &x[0] * R::int(-2) - (R::one() - &x[0]), valley]
    }

    fn value(&self, x: &[R]) -> R {
        let r = self.residuals(x);
        dot(&r, &r) / R::int(2)
    }
}

impl<R: Real> TwiceDifferentiable<R> for Rosenbrock {
    fn hessian_product(&self, x: &[R], v: &[R]) -> Vec<R> {
        let corner = x[0].clone() * &x[0] * R::int(600) - x[1].clone() * R::int(200) + R::one();
        let side = x[0].clone() * R::int(-200);
        vec![corner * &v[0] + side.clone() * &v[1], side * &v[0] + v[1].clone() * R::int(100)]
    }
}

/// `½ x² - ½ y² + ¼ y⁴`: a saddle at the origin between minima at `y = ±1`.
struct Saddle;

impl<R: Real> Problem<R> for Saddle {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        vec![x[0].clone(), x[1].clone() * &x[1] * &x[1] - &x[1]]
    }

    fn value(&self, x: &[R]) -> R {
        let [a, b] = [x[0].clone() * &x[0], x[1].clone() * &x[1]];
        (a - &b + b.clone() * &b / R::int(2)) / R::int(2)
    }
}

impl<R: Real> TwiceDifferentiable<R> for Saddle {
    fn hessian_product(&self, x: &[R], v: &[R]) -> Vec<R> {
        vec![v[0].clone(), (x[1].clone() * &x[1] * R::int(3) - R::one()) * &v[1]]
    }
}

/// `√(1 + x²)`, on which Newton's method is `x ← -x³`.
struct Hyperbola;

impl<R: Root> Problem<R> for Hyperbola {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        vec![x[0].clone() / self.value(x)]
    }

    fn value(&self, x: &[R]) -> R {
        (R::one() + x[0].clone() * &x[0]).sqrt()
    }
}

impl<R: Root> TwiceDifferentiable<R> for Hyperbola {
    fn hessian_product(&self, x: &[R], v: &[R]) -> Vec<R> {
        let root = self.value(x);
        vec![v[0].clone() / (root.clone() * &root * root)]
    }
}

/// A polynomial of one variable, coefficients from the constant up.
struct Power<R>(Vec<R>);

impl<R: Real> Power<R> {
    fn derivative(&self) -> Self {
        let terms = self.0.iter().enumerate().skip(1);
        Power(terms.map(|(degree, c)| c.clone() * R::int(degree as i64)).collect())
    }

    fn at(&self, x: &R) -> R {
        self.0.iter().rev().fold(R::zero(), |sum, c| sum * x + c)
    }
}

impl<R: Real> Problem<R> for Power<R> {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        vec![self.derivative().at(&x[0])]
    }

    fn value(&self, x: &[R]) -> R {
        self.at(&x[0])
    }
}

impl<R: Real> TwiceDifferentiable<R> for Power<R> {
    fn hessian_product(&self, x: &[R], v: &[R]) -> Vec<R> {
        vec![self.derivative().derivative().at(&x[0]) * &v[0]]
    }
}

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

/// What one evaluation of a problem spoils.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Poison {
    Value,
    Gradient,
    Hessian,
}

/// Rosenbrock's function with a NaN in one of its answers, from the second iterate on.
struct Poisoned(Poison);

impl Poisoned {
    fn spoil(&self, poison: Poison, x: &[f64]) -> f64 {
        if self.0 == poison && x != [-1.2, 1.0] { f64::NAN } else { 0.0 }
    }
}

impl Problem<f64> for Poisoned {
    fn gradient(&self, x: &[f64]) -> Vec<f64> {
        Rosenbrock.gradient(x).into_iter().map(|g| g + self.spoil(Poison::Gradient, x)).collect()
    }

    fn value(&self, x: &[f64]) -> f64 {
        Problem::<f64>::value(&Rosenbrock, x) + self.spoil(Poison::Value, x)
    }
}

impl TwiceDifferentiable<f64> for Poisoned {
    fn hessian_product(&self, x: &[f64], v: &[f64]) -> Vec<f64> {
        Rosenbrock.hessian_product(x, v).into_iter().map(|h| h + self.spoil(Poison::Hessian, x)).collect()
    }
}

const PURE: Indefinite = Indefinite::Solve;

fn newton<L>(line_search: L) -> Newton<L> {
    Newton { line_search, indefinite: Indefinite::Refuse }
}

fn tight() -> StrongWolfe<f64> {
    StrongWolfe { curvature: 0.1, ..StrongWolfe::default() }
}

fn history<R: Real>(capacity: usize, scaling: InitialScaling) -> History<R> {
    History::new(capacity, R::zero(), scaling)
}

type Method<P> = Box<dyn Iteration<f64, P>>;

/// Every method that runs on a twice differentiable function, by name, and whether it looks at values and at the Hessian.
fn methods<P: TwiceDifferentiable<f64>>() -> Vec<(&'static str, Method<P>, bool, bool)> {
    let steihaug = Steihaug { tolerance: 1e-2, products: 10 };
    let bfgs = |curvature| Bfgs::new(StrongWolfe::default(), Start::Scaled, curvature);
    let cg = |conjugacy| NonlinearConjugateGradients::new(conjugacy, tight());
    let newton_cg = |forcing| NewtonCg { forcing, line_search: Backtracking::default(), products: 10 };
    vec![
        ("Newton", Box::new(Newton { line_search: Fixed(1.0), indefinite: PURE }), false, true),
        ("damped Newton", Box::new(newton(Backtracking::default())), true, true),
        ("saddle-free Newton", Box::new(SaddleFree { step_size: 1.0, damping: 0.0 }), false, true),
        ("dogleg", Box::new(TrustRegion::new(Dogleg)), true, true),
        ("Steihaug", Box::new(TrustRegion::new(steihaug)), true, true),
        ("exact trust region", Box::new(TrustRegion::new(ExactSubproblem)), true, true),
        ("cubic", Box::new(CubicRegularisation::guessing(1.0)), true, true),
        ("BFGS", Box::new(bfgs(Curvature::Skip)), true, false),
        ("damped BFGS", Box::new(bfgs(Curvature::powell())), true, false),
        ("L-BFGS", Box::new(Lbfgs::new(StrongWolfe::default(), history(10, InitialScaling::Newest))), true, false),
        ("Fletcher-Reeves", Box::new(cg(Conjugacy::FletcherReeves)), true, false),
        ("Polak-Ribière+", Box::new(cg(Conjugacy::PolakRibierePlus)), true, false),
        ("Newton-CG", Box::new(newton_cg(Forcing::Root)), true, true),
        ("Newton-CG quadratic", Box::new(newton_cg(Forcing::Norm)), true, true),
        ("Newton-CG constant", Box::new(newton_cg(Forcing::Constant(1e-3))), true, true),
    ]
}

/// At the minimum the Hessian of half of Rosenbrock's function has the least eigenvalue 0.1997, so that components of the
/// gradient below 1e-9 leave an error below `√2 · 1e-9 / 0.1997 < 7.2e-9`, and 1e-8 allows for the function's bending.
#[test]
fn every_method_solves_rosenbrocks_problem() {
    for (name, mut method, ..) in methods::<Rosenbrock>() {
        let run = minimize(method.as_mut(), &Rosenbrock, vec![-1.2, 1.0], &stopping(1e-9, 2000));
        println!("{name}: {} steps", run.steps());
        assert_eq!(run.status, Status::Converged, "{name}: {:?}", run.end());
        assert!(run.end().iter().all(|x| (x - 1.0).abs() < 1e-8), "{name}: {:?}", run.end());
    }
    let problem = LeastSquares(Rosenbrock);
    let squares: [(&str, Method<LeastSquares<Rosenbrock>>); 3] = [
        ("Gauss-Newton", Box::new(GaussNewton { line_search: Backtracking::default() })),
        ("Levenberg", Box::new(LevenbergMarquardt::new(Damping::Identity))),
        ("Marquardt", Box::new(LevenbergMarquardt::new(Damping::Diagonal))),
    ];
    for (name, mut method) in squares {
        let run = minimize(method.as_mut(), &problem, vec![-1.2, 1.0], &stopping(1e-9, 200));
        println!("{name}: {} steps", run.steps());
        assert_eq!(run.status, Status::Converged, "{name}: {:?}", run.end());
        assert!(run.end().iter().all(|x| (x - 1.0).abs() < 1e-8), "{name}: {:?}", run.end());
    }
}

/// A NaN in anything that a method looks at ends its run within its bounds, and not as converged.
#[test]
fn a_nan_stops_every_method() {
    for poison in [Poison::Value, Poison::Gradient, Poison::Hessian] {
        for (name, mut method, values, curvature) in methods::<Poisoned>() {
            let seen = match poison {
                Poison::Value => values,
                Poison::Gradient => true,
                Poison::Hessian => curvature,
            };
            let run = minimize(method.as_mut(), &Poisoned(poison), vec![-1.2, 1.0], &stopping(1e-9, 200));
            let stopped = run.status != Status::Converged && run.steps() < 200;
            assert!(stopped || !seen, "{name} with a NaN {poison:?}: {:?} after {} steps", run.status, run.steps());
        }
    }
}

#[test]
fn a_run_ends_within_its_bounds() {
    let problem = quadratic(&[1, 2]);
    let run = |iterations, start| {
        let mut method = newton(Fixed(rational(1, 2)));
        minimize(&mut method, &problem, start, &stopping(rational(1, 100), iterations))
    };
    let short = run(3, int(&[1, 1]));
    assert_eq!((short.status, short.steps()), (Status::Exhausted, 3));
    let long = run(100, int(&[1, 1]));
    assert_eq!(long.status, Status::Converged);
    assert!(long.steps() > 3 && problem.gradient(&long.iterates[long.steps() - 1]).iter().any(|g| *g > rational(1, 100)));
    let done = run(100, int(&[0, 0]));
    assert_eq!((done.status, done.steps()), (Status::Converged, 0));
}

// Linear systems

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

// Line searches

/// On `½ x²` from 1 along -4, a length passes exactly if it is at most `(1 - c) / 2`.
#[test]
fn backtracking_takes_the_first_length_that_decreases() {
    let problem = Quadratic { spectrum: int(&[1]) };
    let length = |search: Backtracking<Rational>, direction: i64| search.length(&problem, &int(&[1]), &int(&[direction]));
    let plain = Backtracking::default();
    assert_eq!(length(plain.clone(), -4), Ok(rational(1, 4)));
    assert_eq!(length(Backtracking { contraction: rational(1, 3), ..plain.clone() }, -4), Ok(rational(1, 3)));
    assert_eq!(length(Backtracking { first: rational(2, 5), ..plain.clone() }, -4), Ok(rational(2, 5)));
    assert_eq!(length(Backtracking { sufficient: rational(3, 5), ..plain.clone() }, -4), Ok(rational(1, 8)));
    assert_eq!(length(Backtracking { sufficient: rational(1, 2), ..plain.clone() }, -4), Ok(rational(1, 4)), "equality passes");
    assert_eq!(length(Backtracking { trials: 2, ..plain.clone() }, -4), Err(Status::Stalled));
    assert_eq!(length(plain, 4), Err(Status::NotDescent));
    let nan = Backtracking::default().length(&Quadratic { spectrum: vec![f64::NAN] }, &[1.0], &[-1.0]);
    assert_eq!(nan, Err(Status::NotFinite));
}

/// Value and slope along a direction, and bounds for their rounding errors: Horner's rule of degree 4 loses `2 · 4` roundings of the sum of
/// the terms' magnitudes (Higham 2002, equation 5.3), and so does the derivative; scaling and the sides of the conditions add fewer than 8.
fn probe(function: &Power<f64>, x: f64, direction: f64, length: f64) -> [f64; 4] {
    let at = x + length * direction;
    let magnitudes = |function: &Power<f64>| Power(function.0.iter().map(|c| c.abs()).collect()).at(&at.abs());
    let derivative = function.derivative();
    // The rounding of the point itself moves the value by the slope, and the slope by the curvature.
    let curvature = magnitudes(&derivative.derivative()) * at.abs();
    let value_error = 16.0 * UNIT_ROUNDOFF * (magnitudes(function) + magnitudes(&derivative) * at.abs());
    let slope_error = 16.0 * UNIT_ROUNDOFF * (magnitudes(&derivative) + curvature) * direction.abs();
    [function.at(&at), derivative.at(&at) * direction, value_error, slope_error]
}

fn assert_wolfe(function: &Power<f64>, x: f64, direction: f64, length: f64, [sufficient, curvature]: [f64; 2]) {
    let [start, slope, start_error, slope_error] = probe(function, x, direction, 0.0);
    let [end, end_slope, end_error, end_slope_error] = probe(function, x, direction, length);
    let decrease = start + sufficient * length * slope - end;
    assert!(decrease >= -(start_error + end_error + length * slope_error), "no decrease at {length}: {decrease}");
    let flat = -curvature * slope - end_slope.abs();
    assert!(flat >= -(slope_error + end_slope_error), "too steep at {length}: {flat}");
}

fn torch_search<R: Root>(function: &Power<R>, x: R, direction: R, zoom: &CubicZoom<R>, first: R) -> (Found<R>, usize) {
    let derivative = function.derivative();
    let closure = |length: &R| {
        let at = x.clone() + length.clone() * &direction;
        (function.at(&at), vec![derivative.at(&at)])
    };
    let direction = std::slice::from_ref(&direction);
    let start = Found::new(R::zero(), closure(&R::zero()), direction);
    zoom.search(start, first, direction, closure)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

    /// Quartics with a minimum, several of them or a saddle between, from any side and with any first length.
    #[test]
    fn a_wolfe_point_is_one(
        low in prop::array::uniform3(-4.0..4.0f64), top in 0.1..4.0f64, x in -3.0..3.0f64, scale in 0.1..10.0f64,
        first in prop::sample::select(vec![1e-3, 0.1, 1.0, 10.0, 1e3]), curvature in prop::sample::select(vec![0.1, 0.5, 0.9]),
    ) {
        let function = Power(vec![1.0, low[0], low[1], low[2], top]);
        let slope = function.derivative().at(&x);
        prop_assume!(slope.abs() > 1e-3);
        let direction = -scale * slope.signum();
        let search = StrongWolfe { first, curvature, ..StrongWolfe::default() };
        let length = search.length(&function, &[x], &[direction]);
        prop_assert!(length.is_ok(), "{length:?}");
        assert_wolfe(&function, x, direction, length.expect("a length"), [1e-4, curvature]);

        let zoom = CubicZoom { curvature, ..CubicZoom::default() };
        let (found, evaluations) = torch_search(&function, x, direction, &zoom, first);
        prop_assert_eq!(found.value, function.at(&(x + found.length * direction)));
        // It returns what it has when its trials are spent.
        if evaluations <= zoom.trials {
            assert_wolfe(&function, x, direction, found.length, [1e-4, curvature]);
        }
    }
}

/// On a cubic the interpolation is exact: from a bracket the next trial is the minimiser, in either order of its ends (a fault
/// of liblbfgs, which mistook one end for the other).
#[test]
fn cubic_interpolation_is_exact_on_cubics() {
    // t³/3 - t: the minimum is at 1. The number type carries the bound of what rounding does to the interpolation.
    let number = |x: f64| Tracked::<f64>::exactly(x);
    let cubic = Power(vec![number(0.0), number(-1.0), number(0.0), number(1.0) / number(3.0)]);
    let tight = CubicZoom { curvature: number(1e-8), ..CubicZoom::default() };
    // Within a bracket; extrapolated; and after an extrapolation to ten times the length.
    for (first, expected) in [(2.0, 2), (1.5, 2), (5.0, 2), (0.2, 2), (0.02, 3)] {
        let (found, evaluations) = torch_search(&cubic, number(0.0), number(1.0), &tight, number(first));
        let length = found.length;
        assert!(length.distance(1.0) <= length.bound() && length.bound() < 1e-11, "from {first}: {length:?}");
        assert_eq!(evaluations, expected, "from {first}");
    }
}

/// With the values 0, -1, -9/10 and the slope -1 at 0, 1 and 2: what lies between 1 and 2 is found because the value at 2 is higher than at 1, though
/// Armijo's condition holds there and the slope still falls (a function without bound, further out).
#[test]
fn a_rise_between_trials_is_a_bracket() {
    let function = Power(vec![0.0, -1.0, 77.0 / 40.0, -187.0 / 40.0, 143.0 / 40.0, -33.0 / 40.0]);
    let length = StrongWolfe::default().length(&function, &[0.0], &[1.0]).expect("a length");
    assert!(length > 1.0 && length < 2.0, "{length}");
}

/// On `|x - 3/10|` no point is flat; the zoom gives up when the bracket, times the largest component of the direction, is short.
#[test]
fn a_zoom_into_a_kink_ends() {
    let search = |tolerance_change: f64, scale: f64| {
        let closure = |length: &f64| ((scale * length - 0.3).abs(), vec![(scale * length - 0.3).signum()]);
        let zoom = CubicZoom { tolerance_change, ..CubicZoom::default() };
        zoom.search(Found::new(0.0, closure(&0.0), &[scale]), 1.0 / scale, &[scale], closure)
    };
    assert_eq!(search(0.0, 1.0).1, 26);
    let (found, evaluations) = search(1e-2, 1.0);
    assert!(evaluations < 26 && (found.length - 0.3).abs() < 1e-2, "{found:?} after {evaluations}");
    assert_eq!(search(1e-2, 1024.0).1, evaluations, "the length of the direction does not matter");
}

#[test]
fn a_search_without_a_minimum_ends() {
    let down = Power(vec![0.0, -1.0]);
    assert_eq!(StrongWolfe::default().length(&down, &[0.0], &[1.0]), Err(Status::Stalled));
    let (found, evaluations) = torch_search(&down, 0.0, 1.0, &CubicZoom::default(), 1.0f64);
    assert_eq!((evaluations, found.length.is_finite()), (26, true));
    let up = StrongWolfe::default().length(&down, &[0.0], &[-1.0]);
    assert_eq!(up, Err(Status::NotDescent));
    let longest = StrongWolfe { longest: 0.5, ..StrongWolfe::default() };
    assert_eq!(longest.length(&Power(vec![0.0, -1.0, 0.5]), &[0.0], &[1.0]), Ok(0.5), "the slope -1/2 is flat enough");
}

// Conjugate gradients

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

// BFGS and L-BFGS

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

fn draws(trial: u64) -> Draws {
    Lab::new(1, 1, "second-order").stream("pairs").trial(trial)
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

// Newton-CG, trust regions, cubic regularisation

/// After a full step on a quadratic the new gradient is the residual `H d + g`, exactly up to rounding, which the ratios dwarf.
#[test]
fn newton_cg_solves_as_accurately_as_its_forcing_term_asks() {
    let spectrum = int(&[1, 2, 5, 11, 50, 200]);
    let problem: Rotated<Quadratic<f64>, f64> = Rotated::new(Quadratic::of(&spectrum), &int(&[1, 2, 3, 4, 5, 6]));
    let ratio = |forcing, start: &[f64]| {
        let mut method = NewtonCg { forcing, line_search: Fixed(1.0), products: 20 };
        let next = method.advance(&problem, start).expect("a step");
        norm(&problem.gradient(&next)) / norm(&problem.gradient(start))
    };
    let start: Vec<f64> = [1.0, -1.0, 1.0, 2.0, -1.0, 1.0].map(|x| x * 1e-4).to_vec();
    let size = norm(&problem.gradient(&start));
    assert!(size < 0.1, "small enough for the forcing terms to be told apart: {size}");
    let constant = ratio(Forcing::Constant(1e-8), &start);
    let root = ratio(Forcing::Root, &start);
    let quadratic = ratio(Forcing::Norm, &start);
    assert!(constant <= 1e-8 && root <= size.sqrt() && quadratic <= size, "{constant} {root} {quadratic}");
    assert!(constant < quadratic && quadratic < root, "each works harder than the next: {constant} {root} {quadratic}");
    let far: Vec<f64> = start.iter().map(|x| x * 1e6).collect();
    assert!(ratio(Forcing::Root, &far) <= 0.5 && ratio(Forcing::Norm, &far) <= 0.5);
    let mut one = NewtonCg { forcing: Forcing::Norm, line_search: Fixed(1.0), products: 1 };
    let next = one.advance(&problem, &start).expect("a step");
    // One product is one step of steepest descent.
    let gradient = problem.gradient(&start);
    let length = dot(&gradient, &gradient) / dot(&gradient, &problem.hessian_product(&start, &gradient));
    for ((next, x), g) in next.iter().zip(&start).zip(&gradient) {
        assert!((next - (x - length * g)).abs() <= 64.0 * UNIT_ROUNDOFF * (x.abs() + (length * g).abs()));
    }
}

#[test]
fn newton_cg_leaves_by_negative_curvature() {
    // Along the first direction, -g, the curvature is negative: that direction is the step.
    let mut method = NewtonCg { forcing: Forcing::Norm, line_search: Fixed(1.0), products: 10 };
    assert_eq!(method.advance(&Quadratic { spectrum: vec![1.0, -1.0] }, &[0.0, 2.0]), Ok(vec![0.0, 4.0]));
    let mut method = NewtonCg { forcing: Forcing::Norm, line_search: Backtracking::default(), products: 10 };
    let run = minimize(&mut method, &Saddle, vec![0.5f64, 0.1], &stopping(1e-12, 100));
    assert!(run.status == Status::Converged && (run.end()[1].abs() - 1.0).abs() < 1e-12, "{:?}", run.end());
}

/// A quadratic model as a problem: `f(s) = gᵀs + ½ sᵀH s`, so that the step from the origin is that of the model.
struct Model {
    gradient: Vec<f64>,
    hessian: Vec<Vec<f64>>,
}

impl Problem<f64> for Model {
    fn gradient(&self, s: &[f64]) -> Vec<f64> {
        times(&self.hessian, s).iter().zip(&self.gradient).map(|(a, b)| a + b).collect()
    }

    fn value(&self, s: &[f64]) -> f64 {
        dot(&self.gradient, s) + dot(s, &times(&self.hessian, s)) / 2.0
    }
}

impl TwiceDifferentiable<f64> for Model {
    fn hessian_product(&self, _s: &[f64], v: &[f64]) -> Vec<f64> {
        times(&self.hessian, v)
    }
}

/// Random models of three unknowns with eigenvalues in [-3, 3]; every fourth in the hard case, without gradient along the least eigenvector.
fn model(trial: u64) -> Model {
    let mut draws = Lab::new(1, 1, "second-order").stream("models").trial(trial);
    let mut spectrum: Vec<f64> = (0..3).map(|_| draws.between(-3.0, 3.0)).collect();
    spectrum.sort_by(f64::total_cmp);
    let mut along: Vec<f64> = (0..3).map(|_| draws.normal()).collect();
    if trial.is_multiple_of(4) {
        along[0] = 0.0;
    }
    let axis: Vec<Rational> = (0..3).map(|_| draws.fraction(1..9, 1)).collect();
    let hessian = Rotated::new(Quadratic { spectrum }, &axis).hessian(&[0.0; 3]);
    Model { gradient: householder(&axis, &along), hessian }
}

/// The reflection that rotates the model: its own inverse.
fn householder(axis: &[Rational], v: &[f64]) -> Vec<f64> {
    let axis: Vec<f64> = axis.iter().map(f64::of).collect();
    let amount = 2.0 * dot(&axis, v) / dot(&axis, &axis);
    v.iter().zip(&axis).map(|(v, a)| v - amount * a).collect()
}

/// The multiplier λ of a step with `(H + λ I) s = -g`, by least squares, the residual's norm, and the least eigenvalue of `H + λ I`.
fn optimality(model: &Model, step: &[f64]) -> [f64; 3] {
    let pull = model.gradient(step); // H s + g = -λ s
    let multiplier = -dot(&pull, step) / dot(step, step);
    let residual: Vec<f64> = pull.iter().zip(step).map(|(p, s)| p + multiplier * s).collect();
    let matrix = nalgebra::DMatrix::from_fn(3, 3, |row, column| model.hessian[row][column]);
    [multiplier, norm(&residual), matrix.symmetric_eigenvalues().min() + multiplier]
}

/// Eigenvalues of matrices of norm up to 3 are good to `n² u 3 < 3e-15`, steps to that over the distance from the spectrum.
const LOOSE: f64 = 1e-10;

/// Nocedal and Wright 2006, theorem 4.1: necessary and sufficient for a global minimiser.
#[test]
fn the_exact_step_meets_the_optimality_conditions() {
    for trial in 0..400 {
        let model = model(trial);
        for radius in [0.01, 0.3, 1.0, 10.0] {
            let (step, reached) = ExactSubproblem.step(&model, &[0.0; 3], &model.gradient, &radius).expect("a step");
            let [multiplier, residual, least] = optimality(&model, &step);
            let room = radius - norm(&step);
            assert!(residual <= LOOSE * (1.0 + radius) && least >= -LOOSE, "{trial} {radius}: {residual} {least}");
            assert!(multiplier >= -LOOSE && room >= -LOOSE, "{trial} {radius}: λ = {multiplier}, room {room}");
            assert!((multiplier * room).abs() <= LOOSE * (1.0 + radius) && reached == (room.abs() < LOOSE), "{trial} {radius}");
        }
    }
}

/// Moreover a descent as large as theory asks of all: `½ |g| min(Δ, |g| / |H|)` (Nocedal and Wright 2006, lemma 4.3).
#[test]
fn dogleg_and_steihaug_lie_between_cauchys_point_and_the_exact_step() {
    let mut strictly = [0, 0];
    for trial in 0..400 {
        let model = model(trial);
        let matrix = nalgebra::DMatrix::from_fn(3, 3, |row, column| model.hessian[row][column]);
        let largest = matrix.symmetric_eigenvalues().amax();
        for radius in [0.01, 0.3, 1.0, 10.0] {
            let lowered = |found: Result<(Vec<f64>, bool), Status>| {
                let (step, reached) = found.expect("a step");
                assert!(norm(&step) <= radius * (1.0 + 1e-13) && (!reached || norm(&step) >= radius * (1.0 - 1e-13)));
                -model.value(&step)
            };
            let (origin, gradient) = ([0.0; 3], &model.gradient);
            let best = lowered(ExactSubproblem.step(&model, &origin, gradient, &radius));
            let dogleg = lowered(Dogleg.step(&model, &origin, gradient, &radius));
            let steihaug = Steihaug { tolerance: 1e-3, products: 3 };
            let steihaug = lowered(steihaug.step(&model, &origin, gradient, &radius));
            let size = norm(gradient);
            let cauchy = 0.5 * size * radius.min(size / largest);
            for (place, found) in [dogleg, steihaug].into_iter().enumerate() {
                assert!(found >= cauchy * (1.0 - 1e-12) && found <= best * (1.0 + 1e-12), "{trial}: {cauchy} {found} {best}");
                strictly[place] += usize::from(found < best * 0.999);
            }
        }
    }
    assert!(strictly.iter().all(|count| *count > 100), "neither is the exact method: {strictly:?}");
}

#[test]
fn subproblems_agree_when_the_radius_is_large_and_differ_when_it_binds() {
    // Spectrum 1, 4 with g = -(1, 8): Newton's step is (1, 2).
    let model = Model { gradient: vec![-1.0, -8.0], hessian: vec![vec![1.0, 0.0], vec![0.0, 4.0]] };
    let steps = |radius: f64| {
        let steihaug = Steihaug { tolerance: 1e-14, products: 5 };
        let found = [
            Dogleg.step(&model, &[0.0; 2], &model.gradient, &radius),
            steihaug.step(&model, &[0.0; 2], &model.gradient, &radius),
            ExactSubproblem.step(&model, &[0.0; 2], &model.gradient, &radius),
        ];
        found.map(|found| found.expect("a step"))
    };
    for (step, reached) in steps(10.0) {
        assert!(norm(&minus(&step, &[1.0, 2.0])) < 64.0 * UNIT_ROUNDOFF && !reached);
    }
    let [dogleg, steihaug, exact] = steps(2.1).map(|(step, reached)| {
        assert!(reached && (norm(&step) - 2.1).abs() < 64.0 * UNIT_ROUNDOFF);
        step
    });
    // Both paths are straight lines from Cauchy's point to Newton's step here: in two dimensions they are the same.
    assert!(norm(&minus(&dogleg, &steihaug)) < 1e-13 && norm(&minus(&dogleg, &exact)) > 1e-3);
}

#[test]
fn a_trust_region_converges_from_afar_unless_its_radius_never_shrinks() {
    let run = |mut method: TrustRegion<f64, Dogleg>| {
        method.radius = 20.0;
        minimize(&mut method, &Hyperbola, vec![10.0], &stopping(1e-12, 60))
    };
    assert_eq!(run(TrustRegion::new(Dogleg)).status, Status::Converged);
    let careless = TrustRegion { acceptance: -1e300, contraction: 1.0, ..TrustRegion::new(Dogleg) };
    let cycle = run(careless.clone());
    assert_eq!(cycle.status, Status::Exhausted);
    // Each of 60 steps of length 20 is rounded a few times, relative to 20.
    assert!(cycle.iterates.iter().all(|x| (x[0].abs() - 10.0).abs() <= 60.0 * 8.0 * UNIT_ROUNDOFF * 20.0), "{:?}", cycle.end());
    // Accepting all but shrinking converges; so does shrinking alone matter.
    assert_eq!(run(TrustRegion { contraction: 0.25, ..careless }).status, Status::Converged);
    // A step that fails is not taken, and the radius shrinks to a quarter.
    let mut careful = TrustRegion { radius: 20.0, ..TrustRegion::new(Dogleg) };
    assert_eq!(careful.advance(&Hyperbola, &[10.0]), Ok(vec![10.0]));
    assert_eq!(careful.radius, 5.0);
    let mut bold = TrustRegion { radius: 0.25, largest_radius: 0.75, ..TrustRegion::new(Dogleg) };
    let next = bold.advance(&Hyperbola, &[10.0]).expect("a step");
    assert_eq!((next, bold.radius), (vec![9.75], 0.5));
    bold.advance(&Hyperbola, &[9.75]).expect("a step");
    assert_eq!(bold.radius, 0.75, "twice 0.5 is more than the largest radius");
    let mut inner = TrustRegion { radius: 8.0, ..TrustRegion::new(Dogleg) };
    assert_eq!(inner.advance(&Quadratic { spectrum: vec![2.0] }, &[1.0]), Ok(vec![0.0]));
    assert_eq!(inner.radius, 8.0, "a good step that does not reach the boundary");
    let mut demanding = TrustRegion { acceptance: 2.0, ..TrustRegion::new(Dogleg) };
    assert_eq!(demanding.advance(&Rosenbrock, &[-1.2, 1.0]), Ok(vec![-1.2, 1.0]), "an agreement of about 1 is below that");
}

/// `(H + λ I) s = -g` with `λ = M |s| / 2` and `H + λ I` positive semidefinite (Nesterov and Polyak 2006, section 5).
#[test]
fn the_cubic_step_solves_its_equation() {
    for trial in 0..400 {
        let model = model(trial);
        for lipschitz in [0.01, 1.0, 30.0] {
            let mut method = CubicRegularisation { lipschitz, estimate: Estimate::Known };
            let step = method.advance(&model, &[0.0; 3]).expect("a step");
            let [multiplier, residual, least] = optimality(&model, &step);
            let scale = 1.0 + norm(&step);
            assert!(residual <= LOOSE * scale && least >= -LOOSE, "{trial} {lipschitz}: {residual} {least}");
            let due = lipschitz * norm(&step) / 2.0;
            assert!((multiplier - due).abs() <= LOOSE * scale, "{trial} {lipschitz}: {multiplier} {due}");
        }
    }
}

/// The third derivative of `¼ y⁴` is `6 y`, so that M = 9 holds on `|y| ≤ 3/2`.
#[test]
fn cubic_regularisation_leaves_a_saddle_and_never_ascends() {
    let methods = [
        CubicRegularisation { lipschitz: 9.0, estimate: Estimate::Known },
        CubicRegularisation::guessing(0.01),
        CubicRegularisation::guessing(100.0),
    ];
    let runs = methods.map(|mut method| {
        // At y = 0 the gradient shows nothing of the saddle: the hard case.
        let run = minimize(&mut method, &Saddle, vec![0.5, 0.0], &stopping(1e-12, 200));
        assert!(run.status == Status::Converged && (run.end()[1].abs() - 1.0).abs() < 1e-11, "{:?} {:?}", run.status, run.end());
        let values: Vec<f64> = run.iterates.iter().map(|x| Problem::<f64>::value(&Saddle, x)).collect();
        assert!(values.is_sorted_by(|before, after| *after <= before + UNIT_ROUNDOFF), "{values:?}");
        run.steps()
    });
    // Doubled until the model holds, then halved, not below the guess.
    let mut guessing = CubicRegularisation::guessing(0.01);
    let next = guessing.advance(&Saddle, &[0.5, 0.1]).expect("a step");
    let Estimate::Doubled { present } = guessing.estimate else { panic!("an estimate") };
    assert!(present > 0.01);
    let known = CubicRegularisation { lipschitz: 2.0 * present, estimate: Estimate::Known }.advance(&Saddle, &[0.5, 0.1]);
    assert_eq!(known, Ok(next));
    let mut easy = CubicRegularisation::guessing(8.0);
    easy.advance(&Quadratic { spectrum: vec![1.0] }, &[1.0]).expect("a step");
    assert_eq!(easy.estimate, Estimate::Doubled { present: 8.0 });
    assert!(runs[0] != runs[1] && runs[1] != runs[2], "the constant matters: {runs:?}");
}

// Least squares

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

// Natural gradient

/// A coin whose probability of outcome 1 is a function of the parameter, and what was thrown.
struct Coin<R> {
    probability: fn(&R) -> R,
    derivative: fn(&R) -> R,
    thrown: Vec<usize>,
}

impl<R: Real> Likelihood<R> for Coin<R> {
    fn samples(&self) -> usize {
        self.thrown.len()
    }

    fn outcomes(&self) -> usize {
        2
    }

    fn observed(&self, sample: usize) -> usize {
        self.thrown[sample]
    }

    fn probability(&self, _sample: usize, outcome: usize, x: &[R]) -> R {
        let heads = (self.probability)(&x[0]);
        if outcome == 1 { heads } else { R::one() - heads }
    }

    fn score(&self, sample: usize, outcome: usize, x: &[R]) -> Vec<R> {
        let slope = (self.derivative)(&x[0]);
        let slope = if outcome == 1 { slope } else { -slope };
        vec![slope / self.probability(sample, outcome, x)]
    }
}

fn exact<R: Real>(step_size: R) -> NaturalGradient<R> {
    NaturalGradient { step_size, fisher: Fisher::Exact, damping: R::zero() }
}

fn logit(x: &f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

fn mean_coin(thrown: &[usize]) -> Coin<f64> {
    Coin { probability: |p| *p, derivative: |_| 1.0, thrown: thrown.to_vec() }
}

fn logit_coin(thrown: &[usize]) -> Coin<f64> {
    Coin { probability: logit, derivative: |x| logit(x) * (1.0 - logit(x)), thrown: thrown.to_vec() }
}

/// Of a canonical model the Fisher information is the Hessian, whatever the labels; entries of order 1, N = 50 terms.
#[test]
fn natural_gradient_is_newton_on_logistic_regression() {
    let problem = Logistic::drawn(&mut draws(0), 50, 3);
    let x = [0.3, -0.2, 0.5];
    let hessian = problem.hessian(&x);
    let distance = |fisher: Fisher| {
        let matrix = fisher.matrix(&problem, &x);
        (0..3).map(|row| norm(&minus(&matrix[row], &hessian[row]))).fold(0.0, f64::max)
    };
    assert!(distance(Fisher::Exact) < 64.0 * UNIT_ROUNDOFF * 50.0 && distance(Fisher::Empirical) > 1e-2);
    assert!(norm(&minus(&problem.loss_gradient(&x), &problem.gradient(&x))) < 64.0 * UNIT_ROUNDOFF * 50.0);
    let natural = exact(1.0).advance(&problem, &x).expect("a step");
    let newton = newton(Fixed(1.0)).advance(&problem, &x).expect("a step");
    // The matrices differ by the bound above, and their inverses' norms are below 100.
    assert!(norm(&minus(&natural, &newton)) < 100.0 * 100.0 * 64.0 * UNIT_ROUNDOFF * 50.0, "{natural:?} {newton:?}");
    let half = exact(0.5).advance(&problem, &x).expect("a step");
    assert!(norm(&minus(&half, &[0, 1, 2].map(|i| (natural[i] + x[i]) / 2.0))) < 1e-12);
}

/// Catalog: from p = 1/2 towards outcome 1 with η = 1, the mean parameter goes to 1 and the logit by 2, to p = 0.8808; at p = 3/10 the
/// difference is of second order in η.
#[test]
fn natural_gradient_is_invariant_under_affine_maps_and_to_first_order_under_others() {
    // p = (2 z + 1) / 7 at z = 1, exactly.
    let affine = Coin::<Rational> {
        probability: |z| (Rational::from(2) * z + Rational::ONE) / Rational::from(7),
        derivative: |_| rational(2, 7),
        thrown: vec![1, 0, 1],
    };
    let mean = Coin::<Rational> { probability: |p| p.clone(), derivative: |_| Rational::ONE, thrown: vec![1, 0, 1] };
    let there = exact(rational(1, 3)).advance(&affine, &int(&[1])).expect("a step");
    let here = exact(rational(1, 3)).advance(&mean, &[rational(3, 7)]).expect("a step");
    assert_eq!((affine.probability)(&there[0]), here[0]);
    // In the mean parameter the natural gradient is the distance from the observed mean.
    assert_eq!(here[0], rational(3, 7) + rational(1, 3) * (rational(2, 3) - rational(3, 7)));

    let mean = exact(1.0).advance(&mean_coin(&[1]), &[0.5]).expect("a step");
    let natural = exact(1.0).advance(&logit_coin(&[1]), &[0.0]).expect("a step");
    assert_eq!((mean, natural.clone()), (vec![1.0], vec![2.0]));
    assert!((logit(&natural[0]) - 0.880797).abs() < 5e-7, "six digits");

    let start = 0.3;
    let gap = |step_size: f64| {
        let mean = exact(step_size).advance(&mean_coin(&[1]), &[start]).expect("a step")[0];
        let natural = exact(step_size).advance(&logit_coin(&[1]), &[libm::log(start / (1.0 - start))]).expect("a step")[0];
        logit(&natural) - mean
    };
    // Second derivative of the map: σ'' s'² / 2 with s' = (1 - p) / (p (1 - p)) = 1/p, σ'' = p (1 - p) (1 - 2 p).
    let second = start * (1.0 - start) * (1.0 - 2.0 * start) / (2.0 * start * start);
    for step_size in [1e-2, 1e-3, 1e-4] {
        let ratio = gap(step_size) / (step_size * step_size);
        // The third order is below 2 η; at η = 1e-4 rounding is 1e-16 / 1e-8.
        assert!((ratio - second).abs() < 2.0 * step_size + 1e-7, "{step_size}: {ratio} {second}");
    }
}

#[test]
fn the_empirical_fisher_is_another_matrix_where_residuals_are_large() {
    // At p = 1/10 with heads thrown: scores 10 and -10/9. Exact: 1/(p (1 - p)) = 100/9; empirical: 100.
    let coin = |thrown| Coin::<Rational> { probability: |p| p.clone(), derivative: |_| Rational::ONE, thrown };
    let x = [rational(1, 10)];
    let misfit = coin(vec![1]);
    assert_eq!(Fisher::Exact.matrix(&misfit, &x), [[rational(100, 9)]]);
    assert_eq!(Fisher::Empirical.matrix(&misfit, &x), [[Rational::from(100)]]);
    // Where the model is right, one throw in ten, they agree.
    let right = coin(vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(Fisher::Exact.matrix(&right, &x), Fisher::Empirical.matrix(&right, &x));
    let step = |fisher| NaturalGradient { fisher, ..exact(Rational::ONE) }.advance(&misfit, &x).expect("a step");
    assert_eq!((step(Fisher::Exact), step(Fisher::Empirical)), (int(&[1]), vec![rational(1, 5)]));
}

#[test]
fn damping_regularises_a_singular_fisher() {
    // The parameter does not matter where the derivative vanishes.
    let flat = Coin { probability: |x: &f64| 0.5 + x * x / 8.0, derivative: |x| x / 4.0, thrown: vec![1] };
    assert_eq!(exact(1.0).advance(&flat, &[0.0]), Err(Status::NotDefinite));
    let damped = NaturalGradient { damping: 0.5, ..exact(1.0) };
    assert_eq!(damped.advance(&flat, &[0.0]), Ok(vec![0.0]));
    assert_eq!(exact(1.0).advance(&flat, &[f64::NAN]), Err(Status::NotFinite));
    // At p = 1/2, F = 4 and the gradient is -2: the step is 2 η / (4 + δ).
    let step = NaturalGradient { damping: 4.0, ..exact(1.0) }.advance(&mean_coin(&[1]), &[0.5]);
    assert_eq!(step, Ok(vec![0.75]));
}

// PyTorch's L-BFGS

/// Runs steps on a problem, counting the calls of the closure.
fn torch<R: Root, P: Problem<R>>(settings: Settings<R>, problem: &P, mut x: Vec<R>, steps: usize) -> (Vec<R>, Vec<R>, usize) {
    let (mut optimizer, mut calls) = (PyTorchLbfgs::new(settings), 0);
    let mut closure = |x: &[R]| {
        calls += 1;
        (problem.value(x), problem.gradient(x))
    };
    let losses = (0..steps).map(|_| optimizer.step(&mut x, &mut closure)).collect();
    (x, losses, calls)
}

fn settings() -> Settings<f64> {
    Settings::default()
}

/// `min(1, 1 / |g|₁) lr`; on ½ Σ λ x² with powers of two, exactly.
#[test]
fn pytorchs_first_step_is_scaled_by_the_sum_of_the_gradient() {
    let problem = Quadratic { spectrum: vec![2.0, 4.0] };
    let one = |lr, x| torch(Settings { lr, max_iter: 1, ..settings() }, &problem, x, 1);
    // g = (4, -12), |g|₁ = 16.
    assert_eq!(one(1.0, vec![2.0, -3.0]), (vec![2.0 - 4.0 / 16.0, -3.0 + 12.0 / 16.0], vec![22.0], 1));
    assert_eq!(one(0.5, vec![2.0, -3.0]).0, [2.0 - 4.0 / 32.0, -3.0 + 12.0 / 32.0]);
    // g = (1/2, 1/4), |g|₁ < 1: the step is the whole gradient.
    assert_eq!(one(1.0, vec![0.25, 0.0625]).0, [-0.25, -0.1875]);
    // The second step has the whole length: in one dimension, the secant.
    let power = Power(vec![0.0, 0.0, 0.0, 0.0, 1.0]);
    let two = torch(Settings { max_iter: 2, ..settings() }, &power, vec![1.0], 1).0[0];
    // x₁ = 1 - 4 / 4 = 0, where the gradient vanishes.
    assert_eq!(two, 0.0);
    let half = torch(Settings { lr: 0.5, max_iter: 2, ..settings() }, &power, vec![1.0], 1).0[0];
    // x₁ = 1/2, g = 1/2, secant slope (4 - 1/2) / (1/2) = 7: x₂ = 1/2 - 1/2 · (1/2) / 7.
    assert!((half - (0.5 - 1.0 / 28.0)).abs() < 4.0 * UNIT_ROUNDOFF, "{half}");
}

/// Catalog, `lbfgs-closure-line-search`: on √(1 + x²) from 2 the default takes 20 evaluations and is beyond 1e4; with strong Wolfe it is at the
/// minimum.
#[test]
fn pytorchs_default_searches_no_line() {
    let (x, losses, calls) = torch(settings(), &Hyperbola, vec![2.0], 1);
    assert!(calls == 20 && x[0].abs() > 1e4, "{x:?} after {calls}");
    assert_eq!(losses, [5.0f64.sqrt()], "the loss before the step");
    let (x, _, calls) = torch(Settings { line_search: Some(Trials::Remaining), ..settings() }, &Hyperbola, vec![2.0], 1);
    assert!(x[0].abs() < 1e-5, "{x:?} after {calls}");
}

/// Along x² scaled until `yᵀs` falls below 1e-10, the pair is not learnt: the next step is that of γ = 1.
#[test]
fn pytorchs_pairs_pass_their_threshold() {
    let settings = Settings { tolerance_grad: 0.0, tolerance_change: 0.0, max_iter: 2, ..settings() };
    for (start, learnt) in [(1.0 / 32_768.0, true), (1.0 / 65_536.0, false)] {
        let problem = Quadratic { spectrum: vec![0.5] };
        let x = torch(settings.clone(), &problem, vec![start], 1).0[0];
        // First x/2; then the secant, which is exact, or -g again. yᵀs = (x/2)² / 2: 1.2e-10, or 2.9e-11.
        assert_eq!(x, if learnt { 0.0 } else { start / 4.0 }, "{start}");
    }
}

/// Iterations, evaluations, tolerances and the capacity, each on its own; and a second step goes on with the first one's pairs.
#[test]
fn pytorchs_limits_count() {
    let run = |settings: Settings<f64>, steps| torch(settings, &Rosenbrock, vec![-1.2, 1.0], steps);
    let wolfe = || Settings { line_search: Some(Trials::Remaining), ..settings() };
    assert_eq!(run(Settings { max_iter: 5, ..settings() }, 1).2, 5, "none in the last iteration");
    assert_eq!(run(Settings { max_eval: 3, ..settings() }, 1).2, 3);
    assert!(run(Settings { max_eval: 8, ..wolfe() }, 1).2 <= 9, "the search ends at most one trial late");
    let flat = Settings { tolerance_grad: 1e9, ..settings() };
    assert_eq!(run(flat, 3).2, 3, "one call a step, and no motion");
    let still = run(Settings { tolerance_change: 1e9, ..settings() }, 1);
    assert_eq!((still.2, still.0), (1, vec![-1.2, 1.0]), "a slope within the tolerance moves nothing");
    // With twice the length 1 goes to -1: the loss does not change, all else does.
    let mirrored = torch(Settings { lr: 2.0, ..settings() }, &Quadratic { spectrum: vec![1.0] }, vec![1.0], 1);
    assert_eq!((mirrored.0, mirrored.2), (vec![-1.0], 2));
    let one = run(Settings { max_iter: 10, ..settings() }, 1);
    let two = run(Settings { max_iter: 5, ..settings() }, 2);
    assert_eq!(one.0, two.0, "the same iterates");
    assert_eq!((one.2, two.2), (10, 10));
    assert_ne!(run(Settings { history_size: 1, ..settings() }, 1).0, run(settings(), 1).0);
    // 25 trials may exceed the limit: from a slope so gentle that the first search has far to go.
    let far = |trials| {
        let settings = Settings { line_search: Some(trials), lr: 1e-9, max_eval: 4, ..settings() };
        torch(settings, &Rosenbrock, vec![-1.2, 1.0], 1).2
    };
    assert!(far(Trials::Remaining) <= 5 && far(Trials::TwentyFive) > 5);
    // The maximum of -f is the minimum of f.
    struct Negated;
    impl Problem<f64> for Negated {
        fn gradient(&self, x: &[f64]) -> Vec<f64> {
            Rosenbrock.gradient(x).into_iter().map(|g: f64| -g).collect()
        }
        fn value(&self, x: &[f64]) -> f64 {
            -Problem::<f64>::value(&Rosenbrock, x)
        }
    }
    for line_search in [None, Some(Trials::Remaining)] {
        let settings = Settings { line_search, ..settings() };
        let down = torch(settings.clone(), &Rosenbrock, vec![-1.2, 1.0], 2);
        let up = torch(Settings { maximize: true, ..settings }, &Negated, vec![-1.2, 1.0], 2);
        assert_eq!((up.0, up.1.iter().map(|loss| -loss).collect::<Vec<_>>(), up.2), down);
    }
}

fn waves() -> Power<Tracked<f64>> {
    Power([1.0, -0.5, 4.0, 0.25, -1.0, 0.0, 0.0625].map(Tracked::exactly).to_vec())
}

/// The recorded runs of `torch.optim.LBFGS`: as many evaluations in each step, at the same points, with the same losses, up to what the number type
/// says that rounding may do. Its worst case grows from iteration to iteration; the first dozen evaluations are held to better than 1e-6.
#[test]
fn pytorchs_runs_are_reproduced() {
    let text = std::fs::read_to_string("tests/fixtures/lbfgs.json").expect("the fixture");
    let fixture: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let (mut tight, mut worst) = (0, 0f64);
    for case in fixture["cases"].as_array().expect("cases") {
        let agreements = match case["problem"].as_str().expect("a problem") {
            "rosenbrock" => reproduce(case, &Rosenbrock),
            "hyperbola" => reproduce(case, &Hyperbola),
            "waves" => reproduce(case, &waves()),
            _ => reproduce(case, &Quadratic { spectrum: [1, 4, 25].map(Tracked::<f64>::int).to_vec() }),
        };
        for (ours, theirs) in agreements.into_iter().filter(|(ours, _)| ours.bound() < 1e-6) {
            let distance = ours.distance(theirs);
            assert!(distance <= ours.bound(), "{}: {theirs} is {distance} from {ours:?}", case["name"]);
            (tight, worst) = (tight + 1, worst.max(distance / ours.bound().max(f64::MIN_POSITIVE)));
        }
    }
    for case in fixture["searches"].as_array().expect("searches") {
        let [start, first, curvature] =
            ["start", "first", "curvature"].map(|key| Tracked::exactly(case[key].as_f64().expect("a number")));
        let direction = -waves().derivative().at(&start);
        let (found, evaluations) =
            torch_search(&waves(), start, direction, &CubicZoom { curvature, ..CubicZoom::default() }, first);
        assert_eq!(case["evaluations"], evaluations, "{case}");
        let length = found.length;
        assert!(length.distance(case["length"].as_f64().expect("a length")) <= length.bound(), "{case}: {length:?}");
    }
    assert!(tight >= 400, "{tight} numbers held closely");
    assert!(worst > 1e-3, "the bound is not far from what happens: {worst}");
}

/// A recorded case and its repetition, number by number.
fn reproduce(case: &serde_json::Value, problem: &dyn Problem<Tracked<f64>>) -> Vec<(Tracked<f64>, f64)> {
    let list = |value: &serde_json::Value| value.as_array().expect("a list").clone();
    let numbers =
        |value: &serde_json::Value| list(value).iter().map(|number| number.as_f64().expect("a number")).collect::<Vec<_>>();
    let hyper = &case["hyper"];
    let number = |key: &str, default: f64| Tracked::exactly(hyper[key].as_f64().unwrap_or(default));
    let count = |key: &str, default: usize| hyper[key].as_u64().map_or(default, |count| count as usize);
    let max_iter = count("max_iter", 20);
    let maximize = hyper["maximize"] == true;
    let settings = Settings {
        lr: number("lr", 1.0),
        max_iter,
        max_eval: count("max_eval", max_iter * 5 / 4),
        tolerance_grad: number("tolerance_grad", 1e-7),
        tolerance_change: number("tolerance_change", 1e-9),
        history_size: count("history_size", 100),
        line_search: (hyper["line_search_fn"] == "strong_wolfe").then_some(Trials::Remaining),
        maximize,
    };
    let mut optimizer = PyTorchLbfgs::new(settings);
    let mut x: Vec<Tracked<f64>> = numbers(&case["start"]).into_iter().map(Tracked::exactly).collect();
    let (mut points, mut agreements) = (Vec::new(), Vec::new());
    let steps = numbers(&case["losses"]).into_iter().zip(list(&case["ends"])).zip(numbers(&case["evaluations"]));
    for ((loss, end), evaluations) in steps {
        let ours = optimizer.step(&mut x, |x| {
            points.push(x.to_vec());
            let sign = Tracked::int(if maximize { -1 } else { 1 });
            (problem.value(x) * sign, problem.gradient(x).into_iter().map(|g| g * sign).collect())
        });
        assert_eq!(points.len() as f64, evaluations, "{}: evaluations", case["name"]);
        agreements.push((ours, loss));
        agreements.extend(x.iter().copied().zip(numbers(&end)));
    }
    let theirs = list(&case["points"]).iter().flat_map(numbers).collect::<Vec<_>>();
    agreements.extend(points.concat().into_iter().zip(theirs));
    agreements
}
