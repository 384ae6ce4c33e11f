//! Natural gradient.

use super::*;

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
