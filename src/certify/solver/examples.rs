//! Worst cases with known answers, for tests.

use super::program::{Constraint, Form, Program};
use crate::number::Rational;

/// A linear combination of the basis vectors: `x_0 - x_*`, then the gradients `g_0, ..., g_N`.
pub type Vector = Vec<Rational>;

/// What is bounded.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// `f(x_N) - f(x_*)`.
    Value,
    /// `‖x_N - x_*‖²`.
    Distance,
    /// The least `‖g_k‖²`.
    BestGradient,
}

/// Adds `factor ⟨u, v⟩` to the coefficients of a form.
fn add_product(form: &mut [Vec<Rational>], factor: &Rational, u: &Vector, v: &Vector) {
    for (i, a) in u.iter().enumerate().filter(|(_, a)| !a.is_zero()) {
        for (j, b) in v.iter().enumerate().filter(|(_, b)| !b.is_zero()) {
            form[i.min(j)][i.max(j)] += factor * a * b;
        }
    }
}

fn sparse(dense: Vec<Vec<Rational>>, values: Vec<(usize, Rational)>) -> Form<Rational> {
    let rows = dense.into_iter().enumerate();
    let entries = rows.flat_map(|(i, row)| row.into_iter().enumerate().map(move |(j, x)| ([i, j], x)));
    Form { products: entries.filter(|(_, x)| !x.is_zero()).collect(), values }
}

/// The worst case over functions of `F(μ, L)` with `‖x_0 - x_*‖ ≤ 1`, from the interpolation conditions of the pairs that `wanted`
/// names; the minimiser is number `points.len()`.
pub fn worst_case(
    points: &[Vector],
    [mu, smoothness]: [&Rational; 2],
    measure: Measure,
    wanted: impl Fn(usize, usize) -> bool,
) -> Program<Rational> {
    let (count, order) = (points.len(), points.len() + 1);
    let zero: Vector = vec![Rational::ZERO; order];
    let point = |k: usize| if k < count { &points[k] } else { &zero };
    let gradient = |k: usize| -> Vector {
        (0..order).map(|i| if k < count && i == k + 1 { Rational::ONE } else { Rational::ZERO }).collect()
    };
    let difference = |u: &Vector, v: &Vector| -> Vector { u.iter().zip(v).map(|(a, b)| a - b).collect() };
    let blank = || vec![vec![Rational::ZERO; order]; order];
    let initial = Form { products: vec![([0, 0], Rational::ONE)], values: vec![] };
    let mut constraints = vec![Constraint { form: initial, bound: Rational::ONE, equality: false }];
    for (i, j) in (0..=count).flat_map(|i| (0..=count).map(move |j| (i, j))).filter(|&(i, j)| i != j && wanted(i, j)) {
        // f_j - f_i + ⟨g_j, x_i - x_j⟩ + (‖g_i - g_j‖² + μL ‖x_i - x_j‖² - 2μ ⟨g_i - g_j, x_i - x_j⟩) / (2 (L - μ)) ≤ 0.
        let (step, change) = (difference(point(i), point(j)), difference(&gradient(i), &gradient(j)));
        let scale = Rational::ONE / (Rational::from(2) * (smoothness - mu));
        let mut form = blank();
        add_product(&mut form, &Rational::ONE, &gradient(j), &step);
        add_product(&mut form, &scale, &change, &change);
        add_product(&mut form, &(&scale * mu * smoothness), &step, &step);
        add_product(&mut form, &(-Rational::from(2) * &scale * mu), &change, &step);
        let values = [(j, Rational::ONE), (i, Rational::NEG_ONE)].into_iter().filter(|(k, _)| *k < count).collect();
        constraints.push(Constraint { form: sparse(form, values), bound: Rational::ZERO, equality: false });
    }
    let square = |vector: &Vector| {
        let mut form = blank();
        add_product(&mut form, &Rational::ONE, vector, vector);
        sparse(form, vec![])
    };
    let measures = match measure {
        Measure::Value => vec![Form { products: vec![], values: vec![(count - 1, Rational::ONE)] }],
        Measure::Distance => vec![square(&points[count - 1])],
        Measure::BestGradient => (0..count).map(|k| square(&gradient(k))).collect(),
    };
    Program { order, values: count, measures, constraints }
}

/// The points of `x_{k+1} = y_k - step g(y_k)`, `y_{k+1} = x_{k+1} + momentum(k + 1) (x_{k+1} - x_k)` where gradients are asked for:
/// `y_0, ..., y_{N-1}` and at last `x_N`.
pub fn accelerated(steps: usize, step: &Rational, momentum: impl Fn(usize) -> Rational) -> Vec<Vector> {
    let mut x: Vector = vec![Rational::ZERO; steps + 2];
    x[0] = Rational::ONE;
    let (mut y, mut points) = (x.clone(), Vec::new());
    for k in 0..steps {
        points.push(y.clone());
        let mut next = y.clone();
        next[k + 1] -= step;
        let factor = momentum(k + 1);
        y = next.iter().zip(&x).map(|(a, b)| a + &factor * (a - b)).collect();
        x = next;
    }
    points.push(x);
    points
}

/// The points of `x_{k+1} = x_k - step g(x_k) + momentum (x_k - x_{k-1})`.
pub fn heavy_ball(steps: usize, step: &Rational, momentum: &Rational) -> Vec<Vector> {
    let mut x: Vector = vec![Rational::ZERO; steps + 2];
    x[0] = Rational::ONE;
    let (mut before, mut points) = (x.clone(), vec![x.clone()]);
    for k in 0..steps {
        let mut next: Vector = x.iter().zip(&before).map(|(a, b)| a + momentum * (a - b)).collect();
        next[k + 1] -= step;
        (before, x) = (x, next);
        points.push(x.clone());
    }
    points
}

/// The points of gradient descent.
pub fn gradient_descent(steps: usize, step: &Rational) -> Vec<Vector> {
    accelerated(steps, step, |_| Rational::ZERO)
}
