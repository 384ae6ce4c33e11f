//! Power iteration, Lanczos and Hutchinson against planted spectra.

use super::*;

#[test]
fn power_iteration_finds_planted_eigenvalues_within_its_interval() {
    let mut draws = draws("power", 0);
    let exact = planted(&integers(&[1, 3, 5, 10]), &mut draws);
    let hessian = floats(&exact);
    let start = draws.normals(4);
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
        let start = draws.normals(6);
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
        let start = draws.normals(12);
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
