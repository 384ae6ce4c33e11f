//! Landscape tools, held against planted spectra, a library's eigenvalues, enumeration, brute force and closed forms.

use gradproof::lab::{Draws, Lab};
use gradproof::landscape::*;
use gradproof::number::{Big, Interval, Rational, Real, rational, to_f64};
use nalgebra::{DMatrix, SymmetricEigen};

fn draws(purpose: &str, trial: u64) -> Draws {
    Lab::new(0, 1, "landscape").stream(purpose).trial(trial)
}

fn exactly(x: f64) -> Rational {
    Rational::try_from(x).expect("finite")
}

/// `Q diag(spectrum) Q` for a Householder reflection Q along a random axis, exactly.
fn planted(spectrum: &[Rational], draws: &mut Draws) -> Vec<Vec<Rational>> {
    let size = spectrum.len();
    let axis: Vec<Rational> = (0..size).map(|_| draws.fraction(1..9, 1)).collect();
    let length = axis.iter().fold(Rational::ZERO, |sum, v| sum + v * v);
    let unit = |i: usize, j: usize| Rational::from(i64::from(i == j)) - Rational::from(2) * &axis[i] * &axis[j] / &length;
    let entry = |i: usize, j: usize| (0..size).fold(Rational::ZERO, |sum, k| sum + unit(i, k) * &spectrum[k] * unit(k, j));
    (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
}

fn floats(matrix: &[Vec<Rational>]) -> Vec<Vec<f64>> {
    matrix.iter().map(|row| row.iter().map(to_f64).collect()).collect()
}

fn integers(values: &[i64]) -> Vec<Rational> {
    values.iter().map(|value| Rational::from(*value)).collect()
}

/// The symmetric matrix with these entries on and below the diagonal, row by row.
fn symmetric<R: Clone>(size: usize, mut entry: impl FnMut() -> R) -> Vec<Vec<R>> {
    let lower: Vec<Vec<R>> = (0..size).map(|i| (0..=i).map(|_| entry()).collect()).collect();
    (0..size).map(|i| (0..size).map(|j| lower[i.max(j)][i.min(j)].clone()).collect()).collect()
}

fn times<R: Real>(matrix: &[Vec<R>], x: &[R]) -> Vec<R> {
    let row = |row: &Vec<R>| row.iter().zip(x).fold(R::zero(), |sum, (entry, x)| sum + entry.clone() * x);
    matrix.iter().map(row).collect()
}

fn library_spectrum(matrix: &[Vec<f64>]) -> Vec<f64> {
    let size = matrix.len();
    let mut spectrum: Vec<f64> =
        SymmetricEigen::new(DMatrix::from_fn(size, size, |i, j| matrix[i][j])).eigenvalues.iter().copied().collect();
    spectrum.sort_by(f64::total_cmp);
    spectrum
}

/// A backward-stable eigensolver's error: 16 n u times the norm (as in tests/spectra.rs).
fn solver_error(matrix: &[Vec<f64>]) -> f64 {
    let norm = matrix.iter().flatten().map(|entry| entry * entry).sum::<f64>().sqrt();
    16.0 * matrix.len() as f64 * f64::EPSILON * norm
}

// Spectra

#[test]
fn power_iteration_finds_planted_eigenvalues_within_its_interval() {
    let mut draws = draws("power", 0);
    let exact = planted(&integers(&[1, 3, 5, 10]), &mut draws);
    let hessian = floats(&exact);
    let start: Vec<f64> = (0..4).map(|_| draws.normal()).collect();
    let mut errors = Vec::new();
    for steps in [0, 1, 2, 4, 8, 16] {
        let float = power_iteration(&start, &0.0, steps, |v| times(&hessian, v)).unwrap();
        // The residual of the float vector, again in intervals around the exact matrix: a rigorous enclosure of an eigenvalue.
        let point = float.vector.iter().map(|x| Interval::point(*x)).collect();
        let enclosed: Vec<Vec<Interval>> = exact.iter().map(|row| row.iter().map(Interval::of).collect()).collect();
        let rigorous = Rayleigh::of(point, |v| times(&enclosed, v)).enclosure();
        assert!([1.0, 3.0, 5.0, 10.0].iter().any(|eigenvalue| rigorous[0].lo <= *eigenvalue && *eigenvalue <= rigorous[1].hi));
        // The two differ by the rounding of about 30 sums and products of numbers up to 10.
        let rounding = 64.0 * 10.0 * f64::EPSILON;
        assert!((float.enclosure()[0] - rigorous[0].lo).abs() < rounding);
        assert!((float.enclosure()[1] - rigorous[1].hi).abs() < rounding);
        errors.push((10.0 - float.quotient).abs());
    }
    // The quotient's error shrinks by (5/10)² a step in the end: by 2⁻¹⁶ from 8 steps to 16, within a factor of two by then.
    let ratio = errors[5] / errors[4] * 65536.0;
    assert!((0.5..2.0).contains(&ratio), "{errors:?}");
    // Any multiple of a vector has its quotient and residual: (9 · 1 + 16 · 2)/25, and ‖(3, 4) ⊙ (−16, 9)/25‖/5 = 12/25.
    let multiple = Rayleigh::of(vec![3.0, 4.0], |v| vec![v[0], 2.0 * v[1]]);
    let close = |found: f64, expected: f64| (found - expected).abs() <= 8.0 * f64::EPSILON;
    assert!(close(multiple.quotient, 1.64) && close(multiple.residual, 0.48), "{multiple:?}");
    // Repeated largest eigenvalues are no obstacle; an invariant start stays where it is; a zero start is refused.
    let double = |v: &[f64]| vec![2.0 * v[0], 2.0 * v[1], v[2]];
    let found = power_iteration(&[1.0, 2.0, 3.0], &0.0, 60, double).unwrap();
    assert!((found.quotient - 2.0).abs() <= found.residual + 1e-15 && found.residual < 1e-14);
    assert_eq!(power_iteration(&[0.0, 0.0, 5.0], &0.0, 60, double).unwrap().quotient, 1.0);
    assert!(power_iteration(&[0.0, 0.0, 0.0], &0.0, 1, double).is_err());
    assert_eq!(power_iteration(&[1.0, 0.0, 0.0], &-2.0, 3, double).unwrap().enclosure(), [2.0, 2.0]);
    assert!(power_iteration(&[1.0], &0.0, 3, |_| vec![f64::NAN]).unwrap().quotient.is_nan());
}

/// The catalog's control: diag(1, −2).
#[test]
fn without_a_shift_power_iteration_finds_the_largest_modulus() {
    let hessian = |v: &[f64]| vec![v[0], -2.0 * v[1]];
    let found = |shift: f64| power_iteration(&[0.6, 0.8], &shift, 200, hessian).unwrap();
    assert_eq!(found(0.0).quotient, -2.0);
    assert_eq!(found(2.0).quotient, 1.0);
    assert_eq!(found(-1.0).quotient, -2.0);
    // The same in 256 bits, where the iteration still has an error to show: |1 + 2|/|−2 + 2| is infinite, so one step is exact.
    let big = |x: f64| Big::exactly(x);
    let one = power_iteration(&[big(0.5), big(0.5)], &big(2.0), 1, |v| vec![v[0].clone(), v[1].clone() * big(-2.0)]).unwrap();
    assert_eq!(one.enclosure().map(|end| end.to_f64()), [1.0, 1.0]);
}

#[test]
fn lanczos_is_exact_after_as_many_steps_as_dimensions() {
    let spectrum = [-3, 1, 2, 5, 8, 13];
    for trial in 0..10 {
        let mut draws = draws("lanczos", trial);
        let hessian = floats(&planted(&integers(&spectrum), &mut draws));
        let start: Vec<f64> = (0..6).map(|_| draws.normal()).collect();
        let process = Lanczos::new(&start, 6, Reorthogonalisation::Full, |v| times(&hessian, v)).unwrap();
        let ritz = process.ritz();
        assert_eq!(ritz.len(), 6);
        for (pair, eigenvalue) in ritz.iter().zip(spectrum) {
            let error = (pair.value - eigenvalue as f64).abs();
            assert!(error <= 8.0 * solver_error(&hessian), "{} for {eigenvalue}", pair.value);
            let rayleigh = Rayleigh::of(pair.vector.clone(), |v| times(&hessian, v));
            assert!((rayleigh.quotient - pair.value).abs() <= 8.0 * solver_error(&hessian));
            assert!(rayleigh.residual <= 8.0 * solver_error(&hessian), "{}", rayleigh.residual);
        }
    }
    // A repeated eigenvalue is met once: the space of one start is invariant after two steps.
    let twice = Lanczos::new(&[1.0, 1.0, 1.0], 3, Reorthogonalisation::Full, |v| vec![v[0], v[1], 4.0 * v[2]]).unwrap();
    assert_eq!((twice.basis.len(), twice.remainder), (2, 0.0));
    for (start, steps) in [(&[0.0, 0.0][..], 1), (&[f64::NAN, 1.0], 1), (&[1.0, 1.0], 3), (&[1.0, 1.0], 0)] {
        assert!(Lanczos::new(start, steps, Reorthogonalisation::None, |v| v.to_vec()).is_err());
    }
    assert!(Lanczos::new(&[1.0, 1.0], 2, Reorthogonalisation::None, |_| vec![f64::INFINITY, 0.0]).is_err());
}

#[test]
fn ritz_values_lie_within_their_bounds_of_eigenvalues() {
    for trial in 0..20 {
        let mut draws = draws("ritz", trial);
        let hessian = symmetric(12, || draws.normal());
        let spectrum = library_spectrum(&hessian);
        let start: Vec<f64> = (0..12).map(|_| draws.normal()).collect();
        for steps in 1..=12 {
            let process = Lanczos::new(&start, steps, Reorthogonalisation::Full, |v| times(&hessian, v)).unwrap();
            let ritz = process.ritz();
            for pair in &ritz {
                let nearest = spectrum.iter().map(|eigenvalue| (eigenvalue - pair.value).abs()).fold(f64::INFINITY, f64::min);
                assert!(nearest <= pair.bound + 4.0 * solver_error(&hessian), "{steps} steps: {nearest} beyond {}", pair.bound);
                // The bound is the residual itself.
                let residual = Rayleigh::of(pair.vector.clone(), |v| times(&hessian, v)).residual;
                assert!((residual - pair.bound).abs() <= 4.0 * solver_error(&hessian), "{residual} is not {}", pair.bound);
            }
            // Ritz values lie between the ends of the spectrum (Courant and Fischer).
            assert!(ritz[0].value >= spectrum[0] - solver_error(&hessian));
            assert!(ritz[steps - 1].value <= spectrum[11] + solver_error(&hessian));
        }
    }
}

/// From the first unit vector the Lanczos process of a tridiagonal matrix returns that matrix.
#[test]
fn lanczos_returns_a_tridiagonal_matrix_as_it_is() {
    let (diagonal, off_diagonal) = ([2.0, -1.0, 3.0, 0.5, 4.0], [1.0, 0.25, 2.0, 8.0]);
    let entry = |i: usize, j: usize| match i.abs_diff(j) {
        0 => diagonal[i],
        1 => off_diagonal[i.min(j)],
        _ => 0.0,
    };
    let matrix: Vec<Vec<f64>> = (0..5).map(|i| (0..5).map(|j| entry(i, j)).collect()).collect();
    for reorthogonalisation in [Reorthogonalisation::None, Reorthogonalisation::Full] {
        let process = Lanczos::new(&[3.0, 0.0, 0.0, 0.0, 0.0], 5, reorthogonalisation, |v| times(&matrix, v)).unwrap();
        assert_eq!((process.diagonal, process.off_diagonal, process.remainder), (diagonal.to_vec(), off_diagonal.to_vec(), 0.0));
    }
}

/// A diagonal spectrum with one large eigenvalue: it converges first and comes back ("ghost") once rounding has lost orthogonality.
#[test]
fn without_reorthogonalisation_lanczos_finds_an_eigenvalue_twice() {
    let spectrum: Vec<f64> = (0..60).map(|i| if i == 59 { 1e6 } else { f64::from(i) + 1.0 }).collect();
    let product = |v: &[f64]| v.iter().zip(&spectrum).map(|(v, eigenvalue)| v * eigenvalue).collect::<Vec<f64>>();
    let largest = |reorthogonalisation| {
        let process = Lanczos::new(&[1.0; 60], 40, reorthogonalisation, product).unwrap();
        process.ritz().iter().filter(|pair| pair.value > 1e5).count()
    };
    assert_eq!(largest(Reorthogonalisation::Full), 1);
    assert!(largest(Reorthogonalisation::None) > 1);
}

/// All vectors with entries from a list.
fn vectors(entries: &[i64], size: usize) -> Vec<Vec<Rational>> {
    let count = entries.len().pow(size as u32);
    let vector = |mut code: usize| {
        let mut entry = || {
            let entry = entries[code % entries.len()];
            code /= entries.len();
            Rational::from(entry)
        };
        (0..size).map(|_| entry()).collect()
    };
    (0..count).map(vector).collect()
}

/// Exact mean and variance over all 2ⁿ signs. A normal number's first five moments are those of {−√3, 0, √3} with weights 1/6, 2/3, 1/6,
/// a uniform one's those of √(3/5){−1, 0, 1} with 5/18, 4/9, 5/18 (Gauss's quadratures), and `zᵀHz` is of degree 4: so enumeration gives
/// their means and variances too.
#[test]
fn hutchinsons_mean_and_variance_are_those_of_all_probes() {
    for trial in 0..5 {
        let mut draws = draws("hutchinson", trial);
        let size = 2 + draws.index(3);
        let hessian = symmetric(size, || draws.fraction(-32..33, 8));
        let trace = (0..size).fold(Rational::ZERO, |sum, i| sum + &hessian[i][i]);
        let rules = [
            (Probe::Rademacher, &[-1, 1][..], Rational::ONE, [rational(1, 2), Rational::ZERO], &trace * Rational::ONE),
            (Probe::Normal, &[-1, 0, 1], rational(3, 1), [rational(1, 6), rational(2, 3)], trace.clone()),
            (Probe::Uniform, &[-1, 0, 1], rational(3, 5), [rational(5, 18), rational(4, 9)], &trace / Rational::from(3)),
        ];
        for (probe, entries, square, [weight, centre], expected) in rules {
            let mut moments = [Rational::ZERO, Rational::ZERO];
            for z in vectors(entries, size) {
                let weight = z.iter().fold(Rational::ONE, |p, z| p * if z.is_zero() { &centre } else { &weight });
                let form = hutchinson(std::slice::from_ref(&z), |z| times(&hessian, z)) * &square;
                moments[0] += &weight * &form;
                moments[1] += weight * &form * &form;
            }
            assert_eq!(moments[0], expected, "{probe:?}");
            assert_eq!(probe.mean(&hessian), expected, "{probe:?}");
            assert_eq!(probe.variance(&hessian), &moments[1] - &moments[0] * &moments[0], "{probe:?}");
        }
        // The mean over all signs is the trace itself.
        assert_eq!(hutchinson(&vectors(&[-1, 1], size), |z| times(&hessian, z)), trace);
    }
}

#[test]
fn uniform_probes_estimate_a_third_of_the_trace() {
    let hessian = vec![integers(&[6, 1]), integers(&[1, 3])];
    assert_eq!(Probe::Uniform.mean(&hessian), rational(3, 1));
    assert_eq!(Probe::Normal.mean(&hessian), rational(9, 1));
    // Diagonal Hessians have no variance with signs, 2‖H‖² with normal numbers.
    let diagonal = vec![integers(&[6, 0]), integers(&[0, 3])];
    assert_eq!(Probe::Rademacher.variance(&diagonal), Rational::ZERO);
    assert_eq!(Probe::Normal.variance(&diagonal), rational(90, 1));
    assert_eq!(Probe::Rademacher.variance(&hessian), rational(4, 1));
}

/// Chebyshev with the exact variance: beyond σ/√(n p) with probability at most p = 1e-3, and the draws are seeded.
#[test]
fn drawn_probes_have_their_laws_moments() {
    let hessian = vec![vec![6.0, 1.0], vec![1.0, 3.0]];
    for probe in [Probe::Rademacher, Probe::Normal, Probe::Uniform] {
        let mut draws = draws("probes", 0);
        let probes: Vec<Vec<f64>> = (0..20_000).map(|_| probe.draw(2, &mut draws)).collect();
        let estimate = hutchinson(&probes, |z| times(&hessian, z));
        let radius = (probe.variance(&hessian) / (20_000.0 * 1e-3)).sqrt();
        assert!((estimate - probe.mean(&hessian)).abs() <= radius, "{probe:?}: {estimate} ± {radius}");
    }
}

// Sharpness

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
            let direction: Vec<f64> = (0..size).map(|_| draws.normal()).collect();
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
            let other: Vec<f64> = (0..3).map(|_| draws.normal()).collect();
            let share = radius / length(&other);
            let other: Vec<f64> = other.iter().map(|d| d * share).collect();
            assert!(gain(&other) <= gain(&step) * (1.0 + 16.0 * f64::EPSILON), "{scale:?}");
        }
    }
    // ρT²g/‖Tg‖ by hand: T = (3, 4)/…: x = (1, 2), g = (3, 2), Tg = (3, 4), T²g = (3, 8), ρ = 10.
    assert_eq!(Scale::Elementwise(0.0).ascent(&[1.0, 2.0], &[3.0, 2.0], &10.0).unwrap(), [6.0, 16.0]);
    assert!(Scale::Elementwise(0.0).ascent(&[0.0, 2.0], &[3.0, 0.0], &10.0).is_err());
}

// Slices and paths

#[test]
fn an_even_grid_misses_the_trained_loss_and_an_odd_one_contains_it() {
    let grid = even_grid(&rational(1, 2), 50);
    assert_eq!((grid.len(), &grid[0], &grid[49]), (50, &rational(-1, 2), &rational(1, 2)));
    let nearest = grid.iter().map(|t| t.clone().larger(-t.clone())).min();
    assert_eq!(nearest, Some(rational(1, 98)), "no zero: ±0.0102 is the nearest");
    assert!(grid.windows(2).all(|pair| &pair[1] - &pair[0] == rational(1, 49)));
    let odd = even_grid(&rational(1, 2), 51);
    assert!(odd[25].is_zero());
    let loss = |x: &[Rational]| &x[0] * &x[0] + Rational::from(3) * &x[1] + rational(7, 1);
    let x = integers(&[2, 5]);
    let directions = [integers(&[1, 0]), integers(&[0, 1])];
    let at = |grid: &[Rational]| slice(&x, [&directions[0], &directions[1]], grid, loss);
    assert_eq!(at(&odd)[25][25], loss(&x));
    assert!(at(&grid).iter().flatten().all(|value| *value != loss(&x)));
    // Rows follow the first direction.
    assert_eq!(at(&odd)[50][0], loss(&[rational(5, 2), rational(9, 2)]));
    // In floats as NumPy computes it: the end is the end.
    assert_eq!(even_grid(&0.5, 50)[49], 0.5);
    assert_eq!(even_grid(&0.1, 4)[3], 0.1);
}

/// The sum of a tensor's slopes is all that the slice of the notes can see of a linear loss.
#[test]
fn the_slice_of_the_notes_sees_one_direction_of_each_tensor() {
    let grid = even_grid(&rational(1, 2), 4);
    let [first, second] = [all_entries(5, 0..2), all_entries(5, 2..4)];
    assert_eq!(first, integers(&[1, 1, 0, 0, 0]));
    let at = |slopes: [i64; 5]| {
        let linear =
            move |x: &[Rational]| x.iter().zip(slopes).fold(Rational::ZERO, |sum, (x, slope)| sum + x * Rational::from(slope));
        slice(&integers(&[0; 5]), [&first, &second], &grid, linear)
    };
    let seen = at([5, -5, 1, 2, 100]);
    assert_eq!(seen, at([0, 0, 3, 0, -7]));
    assert_eq!(seen[0][3], rational(3, 2), "slopes 0 and 3 at (-1/2, 1/2)");
    assert_ne!(seen, at([5, -4, 1, 2, 100]));
}

/// The output's squares of a ReLU network with 3 inputs, 4 hidden units and 2 outputs on three inputs.
fn relu_loss(parameters: &[f64]) -> f64 {
    let (first, second) = parameters.split_at(12);
    let inputs = [[1.0, -0.5, 2.0], [-1.0, 0.75, 0.25], [0.5, 1.0, -1.5]];
    let output = |x: &[f64; 3]| -> f64 {
        let hidden: Vec<f64> = first.chunks(3).map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>().max(0.0)).collect();
        second.chunks(4).map(|row| row.iter().zip(&hidden).map(|(w, h)| w * h).sum::<f64>()).map(|y| (y - 1.0) * (y - 1.0)).sum()
    };
    inputs.iter().map(output).sum()
}

/// The network with hidden unit j's incoming weights times `factors[j]` and its outgoing ones divided by it: the same function.
fn rescaled(parameters: &[f64], factors: [f64; 4]) -> Vec<f64> {
    let factor = |index: usize| if index < 12 { factors[index / 3] } else { 1.0 / factors[(index - 12) % 4] };
    parameters.iter().enumerate().map(|(index, w)| w * factor(index)).collect()
}

fn relu_filters() -> Vec<Vec<usize>> {
    let hidden = (0..4).map(|unit| (3 * unit..3 * unit + 3).collect());
    hidden.chain((0..2).map(|unit| (12 + 4 * unit..16 + 4 * unit).collect())).collect()
}

/// Powers of two change no bit of a significand, so that invariance is equality.
#[test]
fn filter_normalised_slices_survive_a_rescaled_layer_but_not_rescaled_units() {
    let mut draws = draws("slice", 0);
    let x = random_direction(20, &mut draws);
    let directions = [random_direction(20, &mut draws), random_direction(20, &mut draws)];
    let grid = even_grid(&0.5, 5);
    let filters = relu_filters();
    let plain = |x: &[f64]| slice(x, [&directions[0], &directions[1]], &grid, relu_loss);
    let filtered = |x: &[f64]| {
        let [first, second] = [0, 1].map(|which: usize| normalised(&directions[which], x, &filters, Rest::Zero));
        slice(x, [&first, &second], &grid, relu_loss)
    };
    for factor in [2.0, 8.0, 0.25] {
        let layer = rescaled(&x, [factor; 4]);
        assert_eq!(relu_loss(&layer), relu_loss(&x));
        assert_eq!(filtered(&layer), filtered(&x), "a layer by {factor}");
        assert_ne!(plain(&layer), plain(&x));
    }
    let units = rescaled(&x, [1.0, 2.0, 8.0, 0.25]);
    assert_eq!(relu_loss(&units), relu_loss(&x));
    assert_ne!(filtered(&units), filtered(&x));
    assert_eq!(filtered(&x)[2][2], relu_loss(&x), "the centre is the trained loss");
}

#[test]
fn a_normalised_direction_has_its_filters_norms() {
    let (direction, x) = ([3.0, 4.0, 1.0, 7.0], [-6.0, 8.0, 0.5, 9.0]);
    let filters = [vec![0, 1], vec![2]];
    assert_eq!(normalised(&direction, &x, &filters, Rest::Zero), [6.0, 8.0, 0.5, 0.0]);
    assert_eq!(normalised(&direction, &x, &filters, Rest::Copied), [6.0, 8.0, 0.5, 9.0]);
    assert_eq!(normalised(&direction, &x, &filters, Rest::Drawn), [6.0, 8.0, 0.5, 7.0]);
    // The whole as one filter is the layer's normalisation, with a bias in it.
    let layer = normalised(&[3.0, 4.0], &[0.0, 10.0], &[vec![0, 1]], Rest::Zero);
    assert_eq!(layer, [6.0, 8.0]);
}

#[test]
fn paths_begin_and_end_at_their_ends() {
    let mut draws = draws("paths", 0);
    let mut point = || -> Vec<Rational> { (0..3).map(|_| draws.fraction(-64..65, 16)).collect() };
    let (a, control, b) = (point(), point(), point());
    let (zero, one, half) = (Rational::ZERO, Rational::ONE, rational(1, 2));
    assert_eq!((segment(&a, &b, &zero), segment(&a, &b, &one)), (a.clone(), b.clone()));
    assert_eq!((bezier(&a, &control, &b, &zero), bezier(&a, &control, &b, &one)), (a.clone(), b.clone()));
    // Bernstein's form at a third; a control point half way gives the segment.
    let third = rational(1, 3);
    let bernstein: Vec<Rational> =
        (0..3).map(|i| (Rational::from(4) * &a[i] + Rational::from(4) * &control[i] + &b[i]) / Rational::from(9)).collect();
    assert_eq!(bezier(&a, &control, &b, &third), bernstein);
    assert_eq!(bezier(&a, &segment(&a, &b, &half), &b, &third), segment(&a, &b, &third));
}

/// `½(uv − 1)²` between its minima (1, 1) and (−1, −1): every path crosses u = 0, and the segment's rise is exactly that ½.
#[test]
fn the_width_one_product_has_barrier_one_half_on_the_segment_between_its_minima() {
    let loss = |x: &[Rational]| {
        let residual = &x[0] * &x[1] - Rational::ONE;
        &residual * &residual / Rational::from(2)
    };
    let [a, b] = [integers(&[1, 1]), integers(&[-1, -1])];
    for baseline in [Baseline::Linear, Baseline::Larger] {
        assert_eq!(barrier(baseline, 11, |t| loss(&segment(&a, &b, t))), rational(1, 2));
        // Eleven times see the middle, ten miss it.
        assert!(barrier(baseline, 10, |t| loss(&segment(&a, &b, t))) < rational(1, 2));
        // Two permuted copies with a flat path between them: none.
        assert_eq!(barrier(baseline, 11, |t| loss(&segment(&a, &a, t))), Rational::ZERO);
    }
}

#[test]
fn baselines_differ_where_the_ends_do() {
    // From 0 up to 1 along √-like points: 3t − 2t² rises above its chord by 2t(1 − t), and above 1 by 1/8 at t = 3/4.
    let loss = |t: &Rational| Rational::from(3) * t - Rational::from(2) * t * t;
    assert_eq!(barrier(Baseline::Linear, 5, loss), rational(1, 2));
    assert_eq!(barrier(Baseline::Larger, 5, loss), rational(1, 8));
    assert!(barrier(Baseline::Linear, 3, |t| if *t > 0.4 && *t < 0.6 { f64::NAN } else { 0.0 }).is_nan());
}

/// `E L(φ(t))` is quadratic in the control point for a quadratic loss: its central quotients are its derivatives.
#[test]
fn the_control_points_gradient_is_that_of_the_mean_loss() {
    let loss = |x: &[Rational]| &x[0] * &x[0] * rational(3, 2) + &x[0] * &x[1] + Rational::from(5) * &x[1];
    let gradient = |x: &[Rational]| vec![Rational::from(3) * &x[0] + &x[1], &x[0] + Rational::from(5)];
    let [a, b, control] = [integers(&[1, -2]), integers(&[3, 1]), integers(&[-1, 4])];
    let times = [rational(1, 7), rational(1, 2), rational(5, 6)];
    let mean = |control: &[Rational]| {
        times.iter().fold(Rational::ZERO, |sum, t| sum + loss(&bezier(&a, control, &b, t))) / Rational::from(3)
    };
    let found = control_gradient([&a, &b], &control, &times, gradient);
    for place in 0..2 {
        let at = |step: i64| {
            let mut moved = control.clone();
            moved[place] += Rational::from(step);
            mean(&moved)
        };
        assert_eq!((at(1) - at(-1)) / Rational::from(2), found[place]);
    }
    let stepped = train_bezier([&a, &b], &control, &rational(1, 10), [times.to_vec()], gradient);
    let expected: Vec<Rational> = control.iter().zip(&found).map(|(x, g)| x - g / Rational::from(10)).collect();
    assert_eq!(stepped, expected);
}

/// `(x² + y² − 1)²` between (1, 0) and (−1, 0): the segment has barrier 1, and the best quadratic curve less than 1/16 (control (0, 2):
/// `(s² − s)²` with `s = 4t(1 − t)`).
#[test]
fn a_trained_bezier_path_goes_around_the_barrier() {
    let radius = |x: &[f64]| x[0] * x[0] + x[1] * x[1] - 1.0;
    let loss = |x: &[f64]| radius(x) * radius(x);
    let gradient = |x: &[f64]| vec![4.0 * radius(x) * x[0], 4.0 * radius(x) * x[1]];
    let [a, b] = [[1.0, 0.0], [-1.0, 0.0]];
    assert_eq!(barrier(Baseline::Larger, 101, |t| loss(&segment(&a, &b, t))), 1.0);
    let mut draws = draws("bezier", 0);
    let quadrature = vec![(0..16).map(|k| (f64::from(k) + 0.5) / 16.0).collect::<Vec<f64>>(); 400];
    let stochastic: Vec<Vec<f64>> = (0..4000).map(|_| vec![draws.uniform()]).collect();
    for (times, step_size) in [(quadrature, 0.3), (stochastic, 0.05)] {
        let control = train_bezier([&a, &b], &[0.0, 0.3], &step_size, times, gradient);
        let found = barrier(Baseline::Larger, 101, |t| loss(&bezier(&a, &control, &b, t)));
        assert!(found < 0.1, "control {control:?}: barrier {found}");
    }
}

// Alignment, critical points

#[test]
fn alignment_recovers_a_planted_permutation() {
    for trial in 0..10 {
        let mut draws = draws("alignment", trial);
        let units = 1 + draws.index(40);
        let a: Vec<Vec<f64>> = (0..units).map(|_| (0..12).map(|_| draws.normal()).collect()).collect();
        let order = draws.distinct(units, units);
        let b = permuted(&a, &order);
        let found = align(&a, &b).unwrap();
        assert_eq!(permuted(&b, &found), a, "the same function, aligned to the last bit");
        // Small noise does not matter, whatever the scale.
        let noisy: Vec<Vec<f64>> =
            b.iter().map(|unit| unit.iter().map(|w| 1e6 * (w + 1e-3 * draws.normal())).collect()).collect();
        assert_eq!(align(&a, &noisy).unwrap(), found);
    }
    for (a, b) in [
        (vec![], vec![]),
        (vec![vec![1.0]], vec![]),
        (vec![vec![1.0]], vec![vec![1.0, 2.0]]),
        (vec![vec![f64::NAN]], vec![vec![1.0]]),
    ] {
        assert!(align(&a, &b).is_err());
    }
    assert_eq!(align(&[vec![0.0]], &[vec![0.0]]), Ok(vec![0]));
}

#[test]
fn alignment_is_the_best_of_all_permutations() {
    fn permutations(size: usize) -> Vec<Vec<usize>> {
        if size == 0 {
            return vec![vec![]];
        }
        let insert = |shorter: Vec<usize>| {
            (0..size).map(move |place| {
                let mut longer = shorter.clone();
                longer.insert(place, size - 1);
                longer
            })
        };
        permutations(size - 1).into_iter().flat_map(insert).collect()
    }
    for trial in 0..30 {
        let mut draws = draws("assignment", trial);
        let units = 1 + draws.index(5);
        let mut layer = || -> Vec<Vec<f64>> { (0..units).map(|_| (0..3).map(|_| draws.normal()).collect()).collect() };
        let (a, b) = (layer(), layer());
        let distance = |permutation: &[usize]| -> f64 {
            let other = permuted(&b, permutation);
            a.iter().flatten().zip(other.iter().flatten()).map(|(a, b)| (a - b) * (a - b)).sum()
        };
        let best = permutations(units).iter().map(|permutation| distance(permutation)).fold(f64::INFINITY, f64::min);
        // Twice the promised 2⁻⁴⁰ of products below 30, five times.
        assert!(distance(&align(&a, &b).unwrap()) <= best + 300.0 / (1u64 << 40) as f64);
    }
}

#[test]
fn the_index_counts_planted_eigenvalues() {
    for (spectrum, index, kind) in [
        (vec![1, 2, 3], [0, 0, 3], CriticalPoint::Minimum),
        (vec![-1, -2, -2], [3, 0, 0], CriticalPoint::Maximum),
        (vec![-1, 2, 3, 4], [1, 0, 3], CriticalPoint::Saddle),
        (vec![0, 2, 3], [0, 1, 2], CriticalPoint::Undecided),
        (vec![0, -2, 3], [1, 1, 1], CriticalPoint::Saddle),
        (vec![0, 0, -5], [1, 2, 0], CriticalPoint::Undecided),
        (vec![0, 0], [0, 2, 0], CriticalPoint::Undecided),
    ] {
        let hessian = planted(&integers(&spectrum), &mut draws("index", 0));
        let found = Index::of(&hessian, &Rational::ZERO).unwrap();
        assert_eq!([found.negative, found.undecided, found.positive], index, "{spectrum:?}");
        assert_eq!(found.kind(), kind, "{spectrum:?}");
    }
    // No diagonal entry to start from.
    let saddle = [integers(&[0, 1, 0]), integers(&[1, 0, 0]), integers(&[0, 0, 0])];
    assert_eq!(Index::of(&saddle, &Rational::ZERO), Ok(Index { negative: 1, undecided: 1, positive: 1 }));
    assert!(Index::of(&[], &Rational::ZERO).is_err());
    assert!(Index::of(&[integers(&[1, 2]), integers(&[3, 1])], &Rational::ZERO).is_err());
    assert!(Index::of(&[integers(&[1])], &rational(-1, 2)).is_err());
}

#[test]
fn the_index_agrees_with_computed_spectra() {
    for trial in 0..60 {
        let mut draws = draws("inertia", trial);
        let size = 2 + draws.index(7);
        let mut hessian = symmetric(size, || draws.normal());
        if trial % 2 == 1 {
            (0..size).for_each(|i| hessian[i][i] = 0.0); // no pivot to begin with
        }
        let exact: Vec<Vec<Rational>> = hessian.iter().map(|row| row.iter().map(|entry| exactly(*entry)).collect()).collect();
        let margin = draws.fraction(0..64, 64) * Rational::from(i64::from(trial % 4 != 1)); // 0 for every other zero diagonal
        let limit = to_f64(&margin);
        let spectrum = library_spectrum(&hessian);
        if spectrum.iter().any(|eigenvalue| (eigenvalue.abs() - limit).abs() <= solver_error(&hessian)) {
            continue; // too close for floats to say
        }
        let count = |inside: &dyn Fn(f64) -> bool| spectrum.iter().filter(|eigenvalue| inside(**eigenvalue)).count();
        let expected = Index {
            negative: count(&|eigenvalue| eigenvalue < -limit),
            undecided: count(&|eigenvalue| eigenvalue.abs() <= limit),
            positive: count(&|eigenvalue| eigenvalue > limit),
        };
        assert_eq!(Index::of(&exact, &margin), Ok(expected));
    }
}

#[test]
fn the_classifier_refuses_to_decide_inside_its_margin() {
    let hessian = planted(&[rational(1, 8), Rational::ONE], &mut draws("margin", 0));
    let kind = |margin: Rational| Index::of(&hessian, &margin).unwrap().kind();
    assert_eq!(kind(rational(1, 9)), CriticalPoint::Minimum);
    assert_eq!(kind(rational(1, 8)), CriticalPoint::Undecided, "the end belongs to the margin");
    assert_eq!(kind(rational(2, 1)), CriticalPoint::Undecided);
    // A saddle needs both signs outside the margin only.
    let saddle = planted(&[rational(-1, 1), rational(1, 100), Rational::ONE], &mut draws("margin", 1));
    assert_eq!(Index::of(&saddle, &rational(1, 10)).unwrap().kind(), CriticalPoint::Saddle);
    assert_eq!(Index::of(&saddle, &rational(1, 1)).unwrap().kind(), CriticalPoint::Undecided);
}

// PAC-Bayes

/// Closed forms: `kl(0‖p) = −ln(1 − p)`, and `kl(½‖p) = −½ ln(4p(1 − p))`; in general, the divergence at the ends brackets c.
#[test]
fn the_kl_inverse_encloses_both_sides() {
    let inverse = |q: f64, c: f64, side| divergence_inverse(q, Interval::point(c), side).unwrap();
    let near = |found: Interval, expected: f64| {
        // The enclosure of the divergence is 2⁻⁴⁴ wide at most here, its slope at least 1/20.
        assert!(found.hi - found.lo <= 1e-11, "{found:?} is wide");
        assert!(found.lo - 1e-14 <= expected && expected <= found.hi + 1e-14, "{expected} is not in {found:?}");
    };
    for c in [0.01, 0.5] {
        near(inverse(0.0, c, Side::Upper), -libm::expm1(-c));
        near(inverse(1.0, c, Side::Lower), libm::exp(-c));
        let half = libm::sqrt(-libm::expm1(-2.0 * c)) / 2.0;
        near(inverse(0.5, c, Side::Upper), 0.5 + half);
        near(inverse(0.5, c, Side::Lower), 0.5 - half);
        for q in [0.0, 1e-9, 0.3, 0.9, 1.0] {
            let (upper, lower) = (inverse(q, c, Side::Upper), inverse(q, c, Side::Lower));
            assert!(lower.lo <= q && q <= upper.hi && lower.hi <= q && q <= upper.lo);
            let pinsker = libm::sqrt(c / 2.0);
            assert!(upper.lo <= q + pinsker && lower.hi >= q - pinsker, "Pinsker at {q}, {c}");
            for inner in [upper.lo, lower.hi] {
                assert!(bernoulli_divergence(q, inner).hi <= c, "{q}, {c}");
            }
            for outer in [upper.hi, lower.lo] {
                assert!(outer == 0.0 || outer == 1.0 || bernoulli_divergence(q, outer).lo >= c, "{q}, {c}: {outer}");
            }
        }
    }
    assert_eq!(inverse(0.3, 0.0, Side::Upper), Interval::point(0.3));
    assert_eq!((inverse(1.0, 0.5, Side::Upper), inverse(0.0, 0.5, Side::Lower)), (Interval::point(1.0), Interval::point(0.0)));
    assert_eq!(bernoulli_divergence(0.5, 1.0).lo, f64::INFINITY);
    assert!(bernoulli_divergence(0.0, 0.5).contains(std::f64::consts::LN_2));
    let nothing = bernoulli_divergence(0.0, 0.0);
    assert!(nothing.contains(0.0) && nothing.hi < 1e-300);
    for (q, c) in [(-0.1, 1.0), (1.1, 1.0), (f64::NAN, 1.0), (0.5, -1.0), (0.5, f64::NAN)] {
        assert!(divergence_inverse(q, Interval::point(c), Side::Upper).is_err());
    }
}

/// The catalog's control: n = 12, δ = 0.05, KL = 0 gives ln(2√12/0.05)/12 = 0.411 < ln 2, so that R̂ = 0 would bound R below ½.
#[test]
fn the_pac_bayes_bound_has_its_published_control_value() {
    let complexity = Confidence::Maurer.complexity(0.0, 12, 0.05).unwrap();
    assert!((complexity.lo - 0.411).abs() < 5e-4 && complexity.hi < std::f64::consts::LN_2);
    let bound = pac_bayes_bound(0.0, 0.0, 12, 0.05, Confidence::Maurer).unwrap();
    assert!(bound.contains(1.0 - libm::exp(-complexity.lo)) && bound.hi < 0.5);
    // Langford's term is larger from n = 2 on; a divergence adds itself over n.
    let langford = Confidence::Langford.complexity(0.0, 12, 0.05).unwrap();
    assert!(langford.contains(libm::log(13.0 / 0.05) / 12.0) && langford.lo > complexity.hi);
    let farther = Confidence::Maurer.complexity(3.0, 12, 0.05).unwrap();
    assert!((farther.lo - complexity.lo - 0.25).abs() < 1e-14);
    for (divergence, samples, delta) in [(-1.0, 12, 0.05), (0.0, 7, 0.05), (0.0, 12, 0.0), (0.0, 12, 1.0), (f64::NAN, 12, 0.5)] {
        assert!(Confidence::Maurer.complexity(divergence, samples, delta).is_err());
    }
    assert!(Confidence::Langford.complexity(0.0, 7, 0.05).is_ok() && Confidence::Langford.complexity(0.0, 0, 0.05).is_err());
}

// Runs

#[test]
fn escape_counts_are_those_of_a_doubling_map() {
    let run = |start: f64, horizon| escape(vec![start], horizon, |x| vec![2.0 * x[0]], |x| x[0] <= 100.0);
    assert_eq!(
        [run(1.0, 7), run(1.0, 6), run(101.0, 0), run(1.0, 100)],
        [Ending::Escaped(7), Ending::Censored, Ending::Escaped(0), Ending::Escaped(7)]
    );
    let runs: Vec<Ending> = [1.0, 50.0, 60.0, 0.001, 200.0].map(|start| run(start, 3)).to_vec();
    let escapes = Escapes::of(3, &runs);
    assert_eq!(escapes, Escapes { horizon: 3, times: vec![0, 1, 2], censored: 2, not_finite: 0 });
    assert_eq!([0, 1, 2, 3].map(|steps| escapes.by(steps)), [1, 2, 3, 3]);
    assert_eq!(escapes.rate(), Some(rational(3, 9)));
    assert_eq!(Escapes::of(0, &[Ending::Censored]).rate(), None);
}

/// 3ᵀ runs in the exact proportions of a geometric law with p = 1/3, cut at T: the rate is p for every T, while the mean of the
/// times of those that escaped falls short of 1/p, the more the shorter the horizon.
#[test]
fn the_rate_is_the_geometric_laws_whatever_the_horizon() {
    for horizon in 1..=7u32 {
        let escaped = (1..=horizon).flat_map(|t| vec![Ending::Escaped(t.into()); 2usize.pow(t - 1) * 3usize.pow(horizon - t)]);
        let runs: Vec<Ending> = escaped.chain(vec![Ending::Censored; 2usize.pow(horizon)]).collect();
        assert_eq!(runs.len(), 3usize.pow(horizon));
        let escapes = Escapes::of(horizon.into(), &runs);
        assert_eq!(escapes.rate(), Some(rational(1, 3)), "horizon {horizon}");
        let naive = rational(escapes.times.iter().sum::<u64>() as i64, escapes.times.len() as u64);
        assert!(naive < rational(3, 1), "the uncensored mean is {naive}");
    }
}

#[test]
fn a_run_that_is_not_finite_has_not_escaped() {
    let square = |x: &[f64]| vec![x[0] * x[0]];
    let run = |horizon| escape(vec![1e200], horizon, square, |x| x[0] < 1e300);
    assert_eq!([run(5), run(0)], [Ending::NotFinite(1), Ending::Censored]);
    let escapes = Escapes::of(5, &[run(5), Ending::Escaped(2)]);
    assert_eq!((escapes.not_finite, escapes.by(5), escapes.rate()), (1, 1, None));
}

/// `¼(x² − 1)²` under gradient descent with η = 1/16, below `1/L = 1/11` on [−2, 2]: a monotone map, so that each side keeps to its
/// minimum; 0 stays on the maximum between them.
#[test]
fn the_double_wells_basins_meet_at_its_saddle() {
    let step = |x: &[f64]| vec![x[0] - 0.0625 * (x[0] * x[0] * x[0] - x[0])];
    let starts: Vec<Vec<f64>> = (-8..=8).map(|i| vec![f64::from(i) / 4.0]).collect();
    let map = basin_map(&starts, &[vec![-1.0], vec![1.0]], &1e-6, 400, step);
    for (start, basin) in starts.iter().zip(map) {
        let expected = if start[0] == 0.0 { None } else { Some(usize::from(start[0] > 0.0)) };
        assert_eq!(basin, expected, "from {}", start[0]);
    }
}

#[test]
fn a_start_that_settles_nowhere_belongs_to_no_basin() {
    let minima = [vec![rational(1, 1)], vec![rational(2, 1)]];
    let map = |start: i64, tolerance: Rational, steps| {
        basin_map(&[vec![Rational::from(start)]], &minima, &tolerance, steps, |x| vec![-x[0].clone()])[0]
    };
    // A two-cycle: at its minimum after an even number of steps, away after an odd one.
    assert_eq!([map(1, rational(1, 10), 4), map(1, rational(1, 10), 5)], [Some(0), None]);
    // The nearest of several within the tolerance, which includes its end.
    assert_eq!([map(2, rational(1, 1), 0), map(3, rational(1, 1), 0), map(4, rational(1, 1), 0)], [Some(1), Some(1), None]);
    // At 3/5 from the nearer one, a tolerance of a half does not reach, though 9/25 is below it.
    let from = |start| basin_map(&[vec![start]], &minima, &rational(1, 2), 0, |x| x.to_vec())[0];
    assert_eq!([from(rational(13, 5)), from(rational(12, 5))], [None, Some(1)]);
    let diverged = basin_map(&[vec![10.0]], &[vec![0.0]], &1e-3, 3000, |x| vec![x[0] - x[0] * x[0] * x[0]]);
    assert_eq!(diverged, [None], "infinity minus infinity");
}
