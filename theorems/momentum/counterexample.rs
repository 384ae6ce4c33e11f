//! The function of Lessard, Recht and Packard (2016) on which the heavy ball tuned on quadratics cycles, with the parameters of the methods that
//! run on it.

use crate::lab::Lab;
use crate::number::{Rational, Real, rational, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, Nesterov, Tuning, polyak_tuning, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem};
use crate::subject::{Reference, Subject};

/// Polyak's parameters for `μ = 1`, `L = 25`: `η = 1/9`, `β = 4/9`.
pub fn tuning() -> Tuning {
    polyak_tuning(&Rational::from(1), &Rational::from(5))
}

/// The heavy ball with them.
pub fn polyak() -> Method {
    Method::heavy_ball(tuning())
}

/// Parameters that converge on the whole class: `(1 - ημ)(1 - ηL) = 49/100`.
pub fn safe() -> Method {
    Method::heavy_ball(Tuning { step_size: rational(1, 50), momentum: rational(7, 10) })
}

/// Nesterov's method for the same constants: `η = 1/25`, `β = (√κ - 1)/(√κ + 1) = 2/3`.
pub fn nesterov() -> Method {
    let momentum = Extrapolation::Constant(rational(2, 3));
    Method::new(Algorithm::Nesterov(Nesterov { momentum, form: Form::Sequence }), rational(1, 25))
}

/// The function of Lessard, Recht and Packard, slopes 25, 1, 25.
pub fn counterexample<R: Real>() -> Piecewise<R> {
    Piecewise::new(&[1, 2].map(Rational::from), &[25, 1, 25].map(Rational::from))
}

/// The cycle of the heavy ball with [`polyak`]'s parameters.
pub fn cycle_points() -> [Rational; 3] {
    [792, -2208, 2592].map(|numerator| rational(numerator, 1225))
}

/// The iterates of the code in doubles from 3.3.
fn iterates(method: &Method, steps: usize) -> Vec<f64> {
    let Ok(mut optimizer) = Reference.double(method) else { return Vec::new() };
    trajectory(&mut *optimizer, vec![3.3], |x| counterexample::<f64>().gradient(x), steps).concat()
}

/// Each iterate against the next.
pub fn phases(_: &Lab) -> Plot {
    let points = cycle_points().map(|point| to_f64(&point));
    let corners = (0..=3).map(|corner| [points[corner % 3], points[(corner + 1) % 3]]);
    Plot {
        id: "phases".into(),
        title: "The tuned heavy ball from rest at 3.3: it ends in a cycle of three, not at the minimum 0".into(),
        x: "x at step t".into(),
        y: "x at step t + 1".into(),
        series: vec![
            Series::theory("the exact cycle", corners),
            Series::measured("the code in doubles", iterates(&polyak(), 60).windows(2).map(|pair| [pair[0], pair[1]])),
            Series::measured("the minimum", [[0.0, 0.0]]),
        ],
        ..Plot::default()
    }
}

/// The distances of this method and of those that converge.
pub fn distances(_: &Lab) -> Plot {
    let distance = |method: &Method| {
        let points = iterates(method, 80).into_iter().enumerate().map(|(step, x)| [step as f64, x.abs()]);
        points.filter(|[_, distance]| *distance > 0.0).collect::<Vec<_>>()
    };
    let bound = (0..=80).scan(3.3, |bound, step| {
        let now = *bound;
        *bound *= 12.0 / 13.0;
        Some([f64::from(step), now])
    });
    Plot {
        id: "distances".into(),
        title: "Distance from the minimum on the same function".into(),
        x: "step t".into(),
        y: "|x|".into(),
        log_y: true,
        series: vec![
            Series::theory("3.3 (12/13)^t", bound),
            Series::measured("heavy ball", distance(&polyak())),
            Series::measured("heavy ball, η = 1/50, β = 7/10", distance(&safe())),
            Series::measured("gradient descent", distance(&Method::gradient_descent(rational(2, 26)))),
            Series::measured("Nesterov", distance(&nesterov())),
        ],
        ..Plot::default()
    }
}
