//! All methods on one problem, with NaN, and within their bounds.

use super::*;

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
