//! Newton-CG, trust regions and cubic regularisation.

use super::*;

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
    let mut along = draws.normals(3);
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
