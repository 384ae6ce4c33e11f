//! The second-order methods against closed forms, exact termination, optimality conditions and PyTorch.

mod bfgs;
mod conjugate_gradients;
mod every_method;
mod least_squares;
mod line_search;
mod natural_gradient;
mod newton;
mod pytorch;
mod trust_region;

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

fn draws(trial: u64) -> Draws {
    Lab::new(1, 1, "second-order").stream("pairs").trial(trial)
}
