//! The spectral radii of the heavy ball and of Nesterov's method over step size and momentum, on quadratics with `κ = 100`: figures, in closed form and as
//! read off the iterates of the code.

use super::recursion::Recursion;
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};
use crate::optimizers::{Algorithm, Extrapolation, Form, Method, Nesterov, Tuning, polyak_tuning};
use crate::plot::{Plot, Series};
use crate::subject::Reference;

/// The larger modulus of the roots of `z² - T z + β`.
fn modulus(trace: f64, momentum: f64) -> f64 {
    let discriminant = trace * trace / 4.0 - momentum;
    if discriminant < 0.0 { momentum.sqrt() } else { trace.abs() / 2.0 + discriminant.sqrt() }
}

/// The radius over step size and momentum, κ = 100, with the code at both candidates and at the best step size without momentum.
pub fn map(_: &Lab) -> Plot {
    // L = 100; grey where the iterates diverge.
    let radius = |[scaled, momentum]: [f64; 2]| {
        let at = |share: f64| modulus(1.0 + momentum - scaled * share, momentum);
        let radius = at(0.01).max(at(1.0));
        if radius < 1.0 { radius } else { f64::NAN }
    };
    // With γ all steps from (1 - √γ)²/μ to (1 + √γ)²/L are best; ηL = 2.3 is among them.
    let at_gamma = Tuning { step_size: rational(23, 1000), momentum: rational(9, 11) };
    let candidates = [
        ("η*, β* = 81/121", polyak_tuning(&Rational::ONE, &Rational::from(10))),
        ("the note's γ = 9/11 at a best step", at_gamma),
        ("gradient descent, 2/(L + μ)", Tuning { step_size: rational(2, 101), momentum: Rational::ZERO }),
    ];
    let marked = candidates.map(|(name, tuning)| {
        let place = [to_f64(&tuning.step_size) * 100.0, to_f64(&tuning.momentum)];
        Series::measured(&format!("{name}: {:.4}", coded(&tuning).unwrap_or(f64::NAN)), [place])
    });
    let mut series = vec![
        Series::field("radius", [[0.0, 4.0], [0.0, 1.0]], [64, 40], radius),
        // The roots at L are conjugate left of this line, those at μ above the level line.
        Series::theory(
            "double roots at L",
            (0..=100).map(|part| f64::from(part) / 100.0).map(|root| [(1.0 + root) * (1.0 + root), root * root]),
        ),
    ];
    let lower = (64..=100).map(|part| f64::from(part) / 100.0).map(|root| [100.0 * (1.0 - root) * (1.0 - root), root * root]);
    series.push(Series::level("double root at μ", lower.filter(|[scaled, _]| *scaled <= 4.0)));
    series.extend(marked);
    Plot {
        id: "map".into(),
        title: "The heavy ball's spectral radius, κ = 100, the code's at three points; grey: unstable".into(),
        x: "ηL".into(),
        y: "momentum β".into(),
        series,
        ..Plot::default()
    }
}

/// The heavy ball's radius at κ = 100.
fn coded(tuning: &Tuning) -> Option<f64> {
    read(&Method::heavy_ball(tuning.clone()))
}

/// The code's radius at κ = 100; without momentum the recursion has one step, `1 - ηλ`.
fn read(method: &Method) -> Option<f64> {
    let ends = [1, 100].map(|eigenvalue| Recursion::read(&Reference, method, &Rational::from(eigenvalue)).ok());
    ends.into_iter().try_fold(0.0f64, |worst, end| Some(worst.max(end?.radius())))
}

/// The least radius of Nesterov's method over 4,000 step sizes below 2/L, κ = 100, and `ηL` there.
fn nesterov_least(momentum: f64) -> [f64; 2] {
    let radius = |scaled: f64| {
        let at = |share: f64| {
            let kept = 1.0 - scaled * share;
            modulus((1.0 + momentum) * kept, momentum * kept)
        };
        at(0.01).max(at(1.0))
    };
    let steps = (1..4000).map(|part| f64::from(part) / 2000.0);
    steps
        .map(|scaled| [radius(scaled), scaled])
        .fold([f64::INFINITY, 0.0], |best, found| if found[0] < best[0] { found } else { best })
}

/// The least radius over step sizes against the momentum, κ = 100.
pub fn least(_: &Lab) -> Plot {
    // Below β* the radius solves μ(1 + r)(r + β) = L(1 - r)(r - β), where both ends of the spectrum are binding.
    let heavy_ball_least = |momentum: f64| {
        let half = (1.0 + momentum) * 99.0 / 202.0;
        momentum.sqrt().max(half + (half * half - momentum).max(0.0).sqrt())
    };
    // The step size that gives it: (1 - r)(r - β)/(rμ) below β*, and beyond it the middle of those with conjugate roots.
    let best_step = |momentum: f64| {
        let (radius, root) = (heavy_ball_least(momentum), momentum.sqrt());
        let middle = ((1.0 - root) * (1.0 - root) + (1.0 + root) * (1.0 + root) / 100.0) / 2.0;
        if radius > root { (1.0 - radius) * (radius - momentum) / radius } else { middle }
    };
    let measured = |momentum: Rational| {
        let step_size = Rational::try_from(best_step(to_f64(&momentum))).ok()?;
        Some([to_f64(&momentum), coded(&Tuning { step_size, momentum })?])
    };
    let nesterov = |momentum: Rational, step_size: Rational| {
        let place = to_f64(&momentum);
        let rule = Nesterov { momentum: Extrapolation::Constant(momentum), form: Form::Sequence };
        Some([place, read(&Method::new(Algorithm::Nesterov(rule), step_size))?])
    };
    let best_nesterov = |momentum: Rational| {
        let [_, scaled] = nesterov_least(to_f64(&momentum));
        nesterov(momentum, Rational::try_from(scaled / 100.0).ok()?)
    };
    let polyak = polyak_tuning(&Rational::ONE, &Rational::from(10));
    let grid = (1..40).map(|k| rational(k, 40));
    Plot {
        id: "radii".into(),
        title: "Spectral radius at the best step size, κ = 100".into(),
        x: "momentum β".into(),
        y: "spectral radius".into(),
        series: vec![
            Series::theory(
                "heavy ball, least over step sizes",
                (0..200).map(|k| f64::from(k) / 200.0).map(|beta| [beta, heavy_ball_least(beta)]),
            ),
            Series::theory(
                "Nesterov, least over step sizes",
                (0..100).map(|k| f64::from(k) / 100.0).map(|beta| [beta, nesterov_least(beta)[0]]),
            ),
            Series::measured("the code, heavy ball", grid.clone().filter_map(measured)),
            Series::measured("the code, Nesterov", grid.filter_map(best_nesterov)),
            Series::measured("Nesterov's code at 1/L and γ = 9/11", nesterov(rational(9, 11), rational(1, 100))),
            Series::measured("the heavy ball at β* = 81/121", coded(&polyak).map(|radius| [to_f64(&polyak.momentum), radius])),
            Series::measured("the heavy ball at the note's γ = 9/11", measured(rational(9, 11))),
        ],
        ..Plot::default()
    }
}
