//! Programs with known answers.

use super::program::{Constraint, Form, Program};
use crate::number::{Rational, rational};

/// A linear combination of the basis vectors.
type Vector = Vec<Rational>;

fn inner(factor: &Rational, u: &Vector, v: &Vector, form: &mut Vec<Vec<Rational>>) {
    for (i, a) in u.iter().enumerate().filter(|(_, a)| !a.is_zero()) {
        for (j, b) in v.iter().enumerate().filter(|(_, b)| !b.is_zero()) {
            let (low, high) = (i.min(j), i.max(j));
            form[low][high] += factor * a * b;
        }
    }
}

fn sparse(dense: Vec<Vec<Rational>>) -> Vec<([usize; 2], Rational)> {
    let mut products = Vec::new();
    for (i, row) in dense.into_iter().enumerate() {
        for (j, x) in row.into_iter().enumerate().filter(|(_, x)| !x.is_zero()) {
            products.push(([i, j], x));
        }
    }
    products
}

pub enum Measure {
    Value,
    Distance,
    BestGradient,
}

/// A fixed-step method `x_{k+1} = x_k + momentum_k (...)`, given by where gradients are taken: `points[k]` in terms of
/// `x_0 - x_*` (entry 0) and `g_0, ..., g_N` (entries 1, ...). Initially `‖x_0 - x_*‖² ≤ 1`.
pub fn worst_case(
    points: &[Vector],
    mu: &Rational,
    smoothness: &Rational,
    measure: Measure,
    pairs: &dyn Fn(usize, usize) -> bool,
) -> Program<Rational> {
    let last = points.len() - 1;
    let order = last + 2;
    let zero: Vector = vec![Rational::ZERO; order];
    // Sample number last + 1 is the minimiser.
    let point = |k: usize| if k > last { &zero } else { &points[k] };
    let gradient = |k: usize| {
        let mut g = zero.clone();
        if k <= last {
            g[k + 1] = Rational::ONE;
        }
        g
    };
    let difference = |u: &Vector, v: &Vector| -> Vector { u.iter().zip(v).map(|(a, b)| a - b).collect() };
    let mut constraints = vec![Constraint {
        form: Form { products: vec![([0, 0], Rational::ONE)], values: vec![] },
        bound: Rational::ONE,
        equality: false,
    }];
    let blank = || vec![vec![Rational::ZERO; order]; order];
    for i in 0..=last + 1 {
        for j in 0..=last + 1 {
            if i == j || !pairs(if i > last { usize::MAX } else { i }, if j > last { usize::MAX } else { j }) {
                continue;
            }
            // f_j - f_i + <g_j, x_i - x_j> + (|dg|^2 + mu L |dx|^2 - 2 mu <dg, dx>) / (2 (L - mu)) <= 0
            let (dx, dg) = (difference(point(i), point(j)), difference(&gradient(i), &gradient(j)));
            let mut form = blank();
            inner(&Rational::ONE, &gradient(j), &dx, &mut form);
            let scale = Rational::ONE / (Rational::from(2) * (smoothness - mu));
            inner(&scale, &dg, &dg, &mut form);
            inner(&(&scale * mu * smoothness), &dx, &dx, &mut form);
            inner(&(-Rational::from(2) * &scale * mu), &dg, &dx, &mut form);
            let mut values = Vec::new();
            if j <= last {
                values.push((j, Rational::ONE));
            }
            if i <= last {
                values.push((i, -Rational::ONE));
            }
            constraints.push(Constraint {
                form: Form { products: sparse(form), values },
                bound: Rational::ZERO,
                equality: false,
            });
        }
    }
    let measures = match measure {
        Measure::Value => vec![Form { products: vec![], values: vec![(last, Rational::ONE)] }],
        Measure::Distance => {
            let mut form = blank();
            inner(&Rational::ONE, point(last), point(last), &mut form);
            vec![Form { products: sparse(form), values: vec![] }]
        }
        Measure::BestGradient => {
            (0..=last).map(|k| Form { products: vec![([k + 1, k + 1], Rational::ONE)], values: vec![] }).collect()
        }
    };
    Program { order, values: last + 1, measures, constraints }
}

/// The points of `x_{k+1} = y_k - step g(y_k)`, `y_{k+1} = x_{k+1} + momentum_{k+1} (x_{k+1} - x_k)`, gradients at `y_0, ..., y_{N-1}` and at `x_N`.
pub fn accelerated(steps: usize, step: &Rational, momentum: &dyn Fn(usize) -> Rational) -> Vec<Vector> {
    let order = steps + 2;
    let mut x: Vector = vec![Rational::ZERO; order];
    x[0] = Rational::ONE;
    let (mut y, mut points) = (x.clone(), Vec::new());
    for k in 0..steps {
        points.push(y.clone());
        let mut next = y.clone();
        next[k + 1] -= step;
        let beta = momentum(k + 1);
        y = next.iter().zip(&x).map(|(a, b)| a + &beta * (a - b)).collect();
        x = next;
    }
    points.push(x);
    points
}

/// The points of `x_{k+1} = x_k - step g(x_k) + momentum (x_k - x_{k-1})`.
pub fn heavy_ball(steps: usize, step: &Rational, momentum: &Rational) -> Vec<Vector> {
    let order = steps + 2;
    let mut x: Vector = vec![Rational::ZERO; order];
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

pub fn gradient_descent(steps: usize, step: &Rational) -> Vec<Vector> {
    accelerated(steps, step, &|_| Rational::ZERO)
}

/// Neighbours, and everything seen from the minimiser.
pub fn chain(i: usize, j: usize) -> bool {
    i == usize::MAX || i.abs_diff(j) == 1
}

pub fn all(_: usize, _: usize) -> bool {
    true
}

pub fn half() -> Rational {
    rational(1, 2)
}
