//! Sharpness, exact, coded and adaptive.

use super::*;

/// For a diagonal Hessian, in rationals: the increase at the displacement is at most S(ρ), the dual bound at the multiplier at least, and
/// both meet within their rounding.
#[test]
fn sharpness_is_bracketed_exactly_by_its_displacement_and_its_multiplier() {
    for trial in 0..200 {
        let mut draws = draws("ball", trial);
        let size = 1 + draws.index(5);
        let spectrum: Vec<Rational> = (0..size).map(|_| draws.fraction(-64..65, 16)).collect();
        // Every third gradient is zero along the top: the hard case if the rest is short.
        let top = spectrum.iter().max().expect("not empty");
        let mut gradient: Vec<Rational> = (0..size).map(|_| draws.fraction(-64..65, 16)).collect();
        if trial % 3 == 0 {
            gradient
                .iter_mut()
                .zip(&spectrum)
                .filter(|(_, eigenvalue)| *eigenvalue == top)
                .for_each(|(g, _)| *g = Rational::ZERO);
        }
        let radius = draws.fraction(1..128, 16);
        let hessian: Vec<Vec<Rational>> =
            (0..size).map(|i| (0..size).map(|j| if i == j { spectrum[i].clone() } else { Rational::ZERO }).collect()).collect();
        let float_gradient: Vec<f64> = gradient.iter().map(to_f64).collect();
        let found = ball_sharpness(&float_gradient, &floats(&hessian), to_f64(&radius)).unwrap();
        let displacement: Vec<Rational> = found.displacement.iter().map(|d| exactly(*d)).collect();
        let increase = quadratic_increase(&gradient, &hessian, &displacement);
        let length = displacement.iter().fold(Rational::ZERO, |sum, d| sum + d * d);
        assert!(length <= &radius * &radius * (Rational::ONE + rational(1, 1 << 45)), "outside the ball");
        let upper = dual_bound(&spectrum, &gradient, &radius, &exactly(found.multiplier).max(top.clone()).max(Rational::ZERO));
        // Everything is below 4 (4 + 8) 8 · 5 < 2¹¹, computed in about 2⁵ operations of 2⁻⁵³: a gap below 2⁻³⁶ on the scale of one.
        assert!(
            increase <= &upper + rational(1, 1 << 36) && &upper - &increase <= rational(1, 1 << 36),
            "{increase} and {upper}"
        );
        assert!((found.value - to_f64(&increase)).abs() <= 2e-11 && (found.bound - to_f64(&upper)).abs() <= 2e-11);
    }
}

#[test]
fn sharpness_beats_every_point_of_the_ball() {
    for trial in 0..30 {
        let mut draws = draws("brute", trial);
        let size = 2 + draws.index(3);
        let hessian = symmetric(size, || draws.normal());
        let gradient: Vec<f64> = (0..size).map(|_| if trial % 4 == 0 { 0.0 } else { draws.normal() }).collect();
        let radius = draws.between(0.1, 2.0);
        let found = ball_sharpness(&gradient, &hessian, radius).unwrap();
        let mut best = 0.0_f64;
        for _ in 0..2000 {
            let direction = draws.normals(size);
            let length = direction.iter().map(|d| d * d).sum::<f64>().sqrt();
            let share = radius * draws.uniform().sqrt().sqrt() / length;
            let point: Vec<f64> = direction.iter().map(|d| d * share).collect();
            best = best.max(quadratic_increase(&gradient, &hessian, &point));
        }
        // Sums of at most 20 terms below 2 (10 + 10) in size.
        let rounding = 20.0 * 40.0 * 4.0 * f64::EPSILON;
        assert!(best <= found.value + rounding, "trial {trial}: {best} above {}", found.value);
        assert!(
            (found.bound - found.value).abs() <= 16.0 * solver_error(&hessian) * (1.0 + radius) * (1.0 + radius),
            "{found:?}"
        );
        assert!(best >= 0.5 * found.value, "trial {trial}: 2,000 points reach half of {}: {best}", found.value);
    }
    let one = [vec![1.0]];
    for (gradient, hessian, radius) in [
        (vec![1.0], one.to_vec(), 0.0),
        (vec![1.0], one.to_vec(), f64::NAN),
        (vec![1.0, 2.0], one.to_vec(), 1.0),
        (vec![f64::NAN], one.to_vec(), 1.0),
        (vec![1.0, 1.0], vec![vec![1.0, 2.0], vec![3.0, 1.0]], 1.0),
        (vec![1.0], vec![vec![f64::INFINITY]], 1.0),
        (vec![], vec![], 1.0),
    ] {
        assert!(ball_sharpness(&gradient, &hessian, radius).is_err());
    }
}

/// In one dimension `|g|ρ + ½λρ²`, or the vertex `g²/(2|λ|)` of a parabola that falls before the edge; at a minimum `½ρ²λmax`.
#[test]
fn sharpness_of_one_dimension_and_of_minima_has_its_closed_form() {
    let sharpness = |gradient: f64, curvature: f64, radius: f64| ball_sharpness(&[gradient], &[vec![curvature]], radius).unwrap();
    for (gradient, curvature, radius, expected) in [
        (1.0, 2.0, 0.5, 0.75),
        (-1.0, 2.0, 0.5, 0.75),
        (1.0, -0.5, 0.5, 0.4375),
        (1.0, -4.0, 0.5, 0.125),
        (0.0, -4.0, 0.5, 0.0),
        (0.0, 0.0, 0.5, 0.0),
        (2.0, 0.0, 0.5, 1.0),
    ] {
        let found = sharpness(gradient, curvature, radius);
        assert!((found.value - expected).abs() <= 8.0 * f64::EPSILON, "{gradient}, {curvature}: {found:?}");
        assert!((found.bound - expected).abs() <= 8.0 * f64::EPSILON, "{gradient}, {curvature}: {found:?}");
    }
    let mut draws = draws("minimum", 0);
    let hessian = floats(&planted(&integers(&[1, 4, 9]), &mut draws));
    let found = ball_sharpness(&[0.0; 3], &hessian, 0.5).unwrap();
    assert!((found.value - 0.5 * 0.25 * 9.0).abs() <= solver_error(&hessian));
    // Not half of ρ² times the trace.
    assert!((found.value - 0.5 * 0.25 * 14.0).abs() > 0.5);
}

/// Brute force over a grid of the box that contains its corners, and each vertex.
#[test]
fn the_box_metric_is_attained_at_a_corner_or_a_vertex_of_the_parabola() {
    let (spectrum, gradient) = (integers(&[2, -4, -1]), integers(&[1, -1, 3]));
    let (x, epsilon, value) = (integers(&[1, 0, -3]), rational(1, 2), rational(1, 4));
    let edges = [Rational::ONE, rational(1, 2), rational(2, 1)];
    let mut best = Rational::ZERO;
    for i in 0..3 {
        let steps = (-32..=32).map(|step| rational(step, 32) * &edges[i]);
        best += steps.map(|d| &gradient[i] * &d + &spectrum[i] * &d * &d / Rational::from(2)).max().expect("a grid");
    }
    assert_eq!(best, rational(2, 1) + rational(1, 8) + rational(4, 1));
    let expected = Rational::from(100) * best / (Rational::ONE + &value);
    assert_eq!(box_sharpness(&spectrum, &gradient, &x, &epsilon, &value), expected);
    // It depends on the point's own size, which a ball does not.
    assert_ne!(box_sharpness(&spectrum, &gradient, &integers(&[1, 0, 3001]), &epsilon, &value), expected);
    assert_ne!(box_sharpness(&spectrum, &gradient, &x, &epsilon, &Rational::ZERO), expected);
}

fn diagonal_loss<R: Real>(spectrum: Vec<R>) -> impl Fn(&[R]) -> R {
    move |x| x.iter().zip(&spectrum).fold(R::zero(), |sum, (x, eigenvalue)| sum + eigenvalue.clone() * x * x) / R::int(2)
}

/// At the minimum of a quadratic exactly `(ε/2) max zᵀHz`: ten times smaller ε, ten times smaller "sharpness".
#[test]
fn the_perturbation_code_scales_with_epsilon_and_never_goes_below_zero() {
    let loss = diagonal_loss(integers(&[3, 1]));
    let directions = [integers(&[1, 2]), integers(&[-2, 1]), integers(&[0, 1])];
    let code = |epsilon: &Rational, x: &[Rational]| perturbation_code(x, epsilon, &directions, &loss);
    let minimum = [Rational::ZERO, Rational::ZERO];
    assert_eq!(code(&rational(1, 100), &minimum), rational(13, 200), "(ε/2)·13, with 13 = zᵀHz of the second");
    assert_eq!(code(&rational(1, 1000), &minimum), rational(13, 2000));
    // Away from it, the slope along z; downhill everywhere, zero.
    assert_eq!(code(&rational(1, 100), &integers(&[-1, 0])), rational(6, 1) + rational(13, 200));
    let downhill = |x: &[Rational]| -x[0].clone() - &x[1];
    assert_eq!(perturbation_code(&minimum, &rational(1, 100), &[integers(&[1, 2])], downhill), Rational::ZERO);
    assert!(perturbation_code(&[0.0], &0.01, &[vec![1.0]], |x| if x[0] > 0.0 { f64::NAN } else { 0.0 }).is_nan());
}

/// The catalog's pair: λmax 10 against 1, the code's mean value 0.191 against 0.614 (ten normal draws, ε = 0.01).
#[test]
fn the_perturbation_code_orders_two_quadratics_against_their_eigenvalues() {
    let mean = |first: f64, rest: f64| {
        let spectrum: Vec<f64> = (0..100).map(|i| if i == 0 { first } else { rest }).collect();
        let loss = diagonal_loss(spectrum);
        let total: f64 = (0..800)
            .map(|trial| {
                let mut draws = draws("code", trial);
                let directions: Vec<Vec<f64>> = (0..10).map(|_| Probe::Normal.draw(100, &mut draws)).collect();
                perturbation_code(&[0.0; 100], &0.01, &directions, &loss)
            })
            .sum();
        total / 800.0
    };
    let [sharp, flat] = [mean(10.0, 0.0), mean(1.0, 1.0)];
    // One value deviates by 0.04 (0.005 times the largest of ten χ²₁₀₀) or 0.11 (0.05 times that of ten χ²₁): 0.03 is above seven deviations
    // of the mean of 800.
    assert!((sharp - 0.191).abs() < 0.03 && (flat - 0.614).abs() < 0.03, "{sharp} and {flat}");
    assert!(sharp < flat);
}

#[test]
fn the_corrected_estimator_gives_the_top_eigenvalue_exactly() {
    let loss = diagonal_loss(integers(&[3, 7]));
    let curvature = |x: &[Rational], direction: &[i64], epsilon: &Rational, difference| {
        curvature_along(x, &integers(direction), epsilon, difference, &loss)
    };
    let minimum = [Rational::ZERO, Rational::ZERO];
    for epsilon in [rational(1, 100), rational(1, 7)] {
        for difference in [Difference::OneSided, Difference::Central] {
            assert_eq!(curvature(&minimum, &[0, 1], &epsilon, difference), rational(7, 1));
            assert_eq!(curvature(&minimum, &[1, 0], &epsilon, difference), rational(3, 1));
        }
        // Off the minimum the one-sided one gains 2 gᵀv/ε.
        let x = integers(&[0, 1]);
        assert_eq!(curvature(&x, &[0, 1], &epsilon, Difference::Central), rational(7, 1));
        assert_eq!(curvature(&x, &[0, 1], &epsilon, Difference::OneSided), rational(7, 1) + rational(14, 1) / &epsilon);
    }
    // With the direction from power iteration, and ε = 2⁻¹⁰ so that the steps are exact: v is off by r/gap = r/4, λ by its square.
    let found = power_iteration(&[1.0, 1.0], &0.0, 40, |v| vec![3.0 * v[0], 7.0 * v[1]]).unwrap();
    let float: f64 =
        curvature_along(&[0.0, 0.0], &found.vector, &(1.0 / 1024.0), Difference::OneSided, diagonal_loss(vec![3.0, 7.0]));
    assert!((float - 7.0).abs() <= 64.0 * f64::EPSILON, "{float}");
}

/// `½(uv − 1)²` at its minima (t, 1/t): plain sharpness depends on t, adaptive sharpness does not; t = 2ᵏ keeps it to the last bits.
#[test]
fn adaptive_sharpness_does_not_see_a_reparametrisation_and_plain_sharpness_does() {
    let at = |t: f64, scale: &Scale<f64>| {
        let (u, v) = (t, 1.0 / t);
        adaptive_sharpness(&[u, v], &[0.0, 0.0], &[vec![v * v, 1.0], vec![1.0, u * u]], scale, 0.25).unwrap()
    };
    let adaptive = Scale::Elementwise(0.0);
    for k in 0..6 {
        let t = (1u64 << k) as f64;
        let found = at(t, &adaptive);
        // THT is [[1, 1], [1, 1]]: ½ρ²·2.
        assert!((found.value - 0.0625).abs() <= 16.0 * f64::EPSILON, "t = {t}: {found:?}");
        let [du, dv] = [found.displacement[0] / t, found.displacement[1] * t];
        assert!((du * du + dv * dv - 0.0625).abs() <= 16.0 * f64::EPSILON, "on the ellipse of the scales");
        let plain = at(t, &Scale::One).value;
        let expected = 0.5 * 0.0625 * (t * t + 1.0 / (t * t));
        assert!((plain - expected).abs() <= 1e-14 * expected);
        // The authors' offset breaks the invariance.
        assert!(k == 0 || (at(t, &Scale::Elementwise(0.01)).value - at(1.0, &Scale::Elementwise(0.01)).value).abs() > 1e-6);
    }
    let filters = Scale::Filterwise(vec![vec![0, 2]]);
    assert_eq!(filters.diagonal(&[3.0, -2.0, 4.0]), [5.0, 2.0, 5.0]);
    assert_eq!(Scale::Elementwise(0.5).diagonal(&[3.0, -2.0]), [3.5, 2.5]);
    assert_eq!(Scale::One.diagonal(&[3.0, -2.0]), [1.0, 1.0]);
}

#[test]
fn the_adaptive_ascent_step_is_the_steepest_of_its_length() {
    let (x, gradient, radius) = ([3.0, -2.0, 0.5], [1.0, -2.0, 4.0], 0.5);
    for scale in [Scale::One, Scale::Elementwise(0.0), Scale::Elementwise(0.01), Scale::Filterwise(vec![vec![0, 1]])] {
        let scales = scale.diagonal(&x);
        let length = |d: &[f64]| d.iter().zip(&scales).map(|(d, t)| d / t * (d / t)).sum::<f64>().sqrt();
        let gain = |d: &[f64]| d.iter().zip(&gradient).map(|(d, g)| d * g).sum::<f64>();
        let step = scale.ascent(&x, &gradient, &radius).unwrap();
        assert!((length(&step) - radius).abs() <= 8.0 * f64::EPSILON);
        let mut draws = draws("ascent", 0);
        for _ in 0..500 {
            let other = draws.normals(3);
            let share = radius / length(&other);
            let other: Vec<f64> = other.iter().map(|d| d * share).collect();
            assert!(gain(&other) <= gain(&step) * (1.0 + 16.0 * f64::EPSILON), "{scale:?}");
        }
    }
    // ρT²g/‖Tg‖ by hand: T = (3, 4)/…: x = (1, 2), g = (3, 2), Tg = (3, 4), T²g = (3, 8), ρ = 10.
    assert_eq!(Scale::Elementwise(0.0).ascent(&[1.0, 2.0], &[3.0, 2.0], &10.0).unwrap(), [6.0, 16.0]);
    assert!(Scale::Elementwise(0.0).ascent(&[0.0, 2.0], &[3.0, 0.0], &10.0).is_err());
}
