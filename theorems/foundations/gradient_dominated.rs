//! Two functions with Polyak's inequality `½‖∇f‖² ≥ μ (f - f*)`, and runs of the code on them: least squares with more parameters than samples, and a
//! function that is not convex.

use crate::networks::{Loss, Objective, deep_linear};
use crate::number::{Rational, rational};
use crate::optimizers::{Method, trajectory};
use crate::problems::{Piecewise, Problem};
use crate::subject::{NotOffered, Subject};

/// Two orthogonal samples of four numbers with `X Xᵀ/N = diag(8, 2)`: `L = 8` and `μ = 2`. The least loss is 0.
const SAMPLES: [[i64; 4]; 2] = [[2, 2, 2, 2], [1, -1, 1, -1]];
/// The eigenvalues that are not 0.
pub const EIGENVALUES: [i64; 2] = [8, 2];
const TARGETS: [i64; 2] = [3, -1];

/// Half the mean square of their residuals.
pub fn objective() -> Objective<Rational> {
    let network = deep_linear(&[4, 1]).expect("one layer");
    let [inputs, targets] = [SAMPLES.concat(), TARGETS.to_vec()].map(|numbers| numbers.into_iter().map(Rational::from).collect());
    Objective::new(network, Loss::HalfSquares, inputs, targets).expect("two samples")
}

/// Even, 0 at the origin and not convex. `L = 4`; Polyak's inequality is sharp at 2, where `½ 3² = μ 11/2`.
pub fn bent() -> Piecewise<Rational> {
    Piecewise::new(&[-2, -1, 1, 2].map(Rational::from), &[4, -1, 4, -1, 4].map(Rational::from))
}

/// A run of the code.
pub struct Run {
    pub eta: Rational,
    pub losses: Vec<Rational>,
}

impl Run {
    /// `(1 - ημ)^t f(x_0)`.
    pub fn bound(&self, steps: usize, mu: &Rational) -> Rational {
        (Rational::ONE - &self.eta * mu).pow(steps as isize) * &self.losses[0]
    }
}

/// Runs on [`bent`] from both sides, from all kinds of pieces, with four step sizes up to `1/L`.
pub fn bent_runs(subject: &dyn Subject) -> Result<Vec<Run>, NotOffered> {
    let function = bent();
    let mut runs = Vec::new();
    for start in [rational(7, 2), rational(2, 1), rational(-3, 2), rational(3, 4)] {
        for eta in (1..=4).map(|k| rational(k, 16)) {
            let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
            let path = trajectory(&mut *optimizer, vec![start.clone()], |x| function.gradient(x), 10);
            runs.push(Run { eta, losses: path.into_iter().map(|x| function.value(&x)).collect() });
        }
    }
    Ok(runs)
}

/// Runs on [`objective`] from three starts, one of them with an error in the slow direction alone, and eight step sizes up to `1/L`; with the
/// residuals at the start.
pub fn runs(subject: &dyn Subject) -> Result<Vec<([Rational; 2], Run)>, NotOffered> {
    let objective = objective();
    let mut runs = Vec::new();
    for start in [[0, 0, 0, 0], [1, -2, 0, 3], [3, 0, 0, 0]].map(|start: [i64; 4]| start.map(|x| rational(x, 2)).to_vec()) {
        let residual = |sample: usize| {
            let products = SAMPLES[sample].iter().zip(&start).map(|(a, x)| Rational::from(*a) * x);
            products.fold(Rational::from(-TARGETS[sample]), |sum, x| sum + x)
        };
        for eta in (1..=8).map(|k| rational(k, 64)) {
            let mut optimizer = subject.exact(&Method::gradient_descent(eta.clone()))?;
            let gradient = |x: &[Rational]| objective.gradient(&[x.to_vec()]).1.remove(0);
            let path = trajectory(&mut *optimizer, start.clone(), gradient, 10);
            let losses = path.into_iter().map(|x| objective.value(&[x])).collect();
            runs.push(([residual(0), residual(1)], Run { eta, losses }));
        }
    }
    Ok(runs)
}
