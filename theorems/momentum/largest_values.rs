//! The values of Nesterov's method and of gradient descent, step by step, on the worst functions known: figures.

use super::tridiagonal::gap;
use super::variants::{nesterov, scheduled};
use crate::lab::Lab;
use crate::number::{Rational, rational};
use crate::optimizers::{Form, Method, Tuning, trajectory};
use crate::plot::{Plot, Series};
use crate::problems::{Piecewise, Problem, Quadratic, Tridiagonal};
use crate::subject::{Reference, Subject};

/// The numbers of steps.
const COUNTS: [i32; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

fn line(value: fn(f64) -> f64) -> Vec<[f64; 2]> {
    COUNTS.map(f64::from).map(|k| [k, value(k)]).to_vec()
}

/// The code's values from 1 on Huber's function, with its `corner` for each number of steps.
fn on_huber(method: &Method, corner: fn(f64) -> f64) -> Vec<[f64; 2]> {
    let value = |k: i32| {
        let corner = Rational::try_from(corner(f64::from(k))).ok()?;
        let function = Piecewise::<f64>::huber(&Rational::ONE, &corner);
        let mut optimizer = Reference.double(method).ok()?;
        let path = trajectory(&mut *optimizer, vec![1.0], |x| function.gradient(x), k as usize);
        Some([f64::from(k), function.value(&path[k as usize])])
    };
    COUNTS.into_iter().filter_map(value).collect()
}

/// Gradient descent and Nesterov's method with the schedule on Huber's functions, which are their worst.
fn worst() -> [Series; 2] {
    [
        Series::measured(
            "Nesterov, scheduled, on Huber's",
            on_huber(&scheduled(Rational::ONE), |k| 1.0 / (k * (k + 7.0) / 4.0 + 1.0)),
        ),
        Series::measured(
            "gradient descent on Huber's",
            on_huber(&Method::gradient_descent(Rational::ONE), |k| 1.0 / (2.0 * k + 1.0)),
        ),
    ]
}

/// The axes of values in units of `L R²`.
fn in_units() -> Plot {
    Plot { x: "steps k".into(), y: "(f(x_k) - f*) / LR²".into(), log_x: true, log_y: true, ..Plot::default() }
}

/// Gradient descent and Nesterov's method with its schedule, and the bounds of both.
pub fn rates(_: &Lab) -> Plot {
    let [nesterov, descent] = worst();
    let on_family = {
        let method = scheduled(rational(1, Tridiagonal::SMOOTHNESS as u64));
        let value = |k: i32| Some([f64::from(k), gap(&Reference, &method, k as usize).ok()? / Tridiagonal::SMOOTHNESS as f64]);
        COUNTS.into_iter().filter_map(value).collect::<Vec<_>>()
    };
    Plot {
        id: "rates".into(),
        title: "Values after k steps on the worst functions known, from distance R".into(),
        series: vec![
            Series::theory("1/(4k + 2)", line(|k| 1.0 / (4.0 * k + 2.0))),
            Series::theory("5/(2(k + 2)²)", line(|k| 2.5 / ((k + 2.0) * (k + 2.0)))),
            Series::theory("(3/32)/(k + 1)²", line(|k| 3.0 / 32.0 / ((k + 1.0) * (k + 1.0)))),
            descent,
            nesterov,
            Series::measured("Nesterov on the tridiagonal family", on_family),
        ],
        ..in_units()
    }
}

/// The same for constant momenta, on the worst of 200 quadratics `½ λ x²` with λ between 10⁻⁶ and 1, from 1.
pub fn momenta(_: &Lab) -> Plot {
    let spectrum: Vec<f64> = (0..200).map(|place| libm::pow(10.0, -0.03 * f64::from(place))).collect();
    let quadratic = Quadratic { spectrum: spectrum.clone() };
    let on_quadratics = |method: Method| {
        let Ok(mut optimizer) = Reference.double(&method) else { return Vec::new() };
        let path = trajectory(&mut *optimizer, vec![1.0; spectrum.len()], |x| quadratic.gradient(x), 256);
        let largest = |x: &[f64]| x.iter().zip(&spectrum).map(|(x, curvature)| 0.5 * curvature * x * x).fold(0.0, f64::max);
        COUNTS.map(|k| [f64::from(k), largest(&path[k as usize])]).to_vec()
    };
    let constant = rational(9, 10);
    let heavy_ball = Method::heavy_ball(Tuning { step_size: Rational::ONE, momentum: constant.clone() });
    let [scheduled, descent] = worst();
    Plot {
        id: "momenta".into(),
        title: "With a constant momentum the worst value falls like 1/k in the end; η = 1/L".into(),
        series: vec![
            Series::theory("1/(4k + 2)", line(|k| 1.0 / (4.0 * k + 2.0))),
            Series::theory("2/(k² + 7k + 4)", line(|k| 2.0 / (k * k + 7.0 * k + 4.0))),
            Series::theory("(1 - β)/(4ek), β = 0.9", line(|k| 0.1 / (4.0 * std::f64::consts::E * k))),
            scheduled,
            Series::measured(
                "Nesterov, β = 0.9, on the worst quadratic",
                on_quadratics(nesterov(Form::Sequence, Rational::ONE, constant)),
            ),
            Series::measured("heavy ball, β = 0.9, on the worst quadratic", on_quadratics(heavy_ball)),
            descent,
        ],
        ..in_units()
    }
}
