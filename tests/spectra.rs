//! What the suite decides exactly, held against the eigenvalues that a linear-algebra library computes.

use gradproof::certify::roots_within;
use gradproof::lab::{Draws, Lab};
use gradproof::number::{Rational, rational, to_f64};
use gradproof::optimizers::{Method, advance};
use gradproof::problems::{Problem, Quadratic, Rotated};
use nalgebra::{DMatrix, Matrix2, SymmetricEigen};

/// A fraction between -4 and 4.
fn fraction(draws: &mut Draws) -> Rational {
    rational(draws.index(513) as i64 - 256, 64)
}

/// Relative error of a computed eigenvalue of a 2 by 2 matrix with entries up to 4: the discriminant's rounding, below 64 u, under a
/// root that turns it into its square root at worst where the eigenvalues meet.
fn eigenvalue_error() -> f64 {
    (64.0 * f64::EPSILON).sqrt()
}

#[test]
fn jurys_criterion_agrees_with_computed_eigenvalues() {
    let stream = Lab::new(0, 1, "spectra").stream("matrices");
    let mut decided = [0, 0];
    for trial in 0..2000 {
        let mut draws = stream.trial(trial);
        let [a, b, c, d] = [(); 4].map(|()| fraction(&mut draws));
        let radius = rational(1 + draws.index(511) as i64, 64);
        let matrix = Matrix2::new(to_f64(&a), to_f64(&b), to_f64(&c), to_f64(&d));
        let computed = matrix.complex_eigenvalues().iter().map(|z| z.re * z.re + z.im * z.im).fold(0.0, f64::max).sqrt();
        let distance = computed - to_f64(&radius);
        if distance.abs() <= eigenvalue_error() * 8.0 {
            continue; // too close for floats to say
        }
        let within = roots_within(&(&a + &d), &(&a * &d - &b * &c), &radius);
        assert_eq!(within, distance < 0.0, "[[{a}, {b}], [{c}, {d}]] at radius {radius}: computed {computed}");
        decided[usize::from(within)] += 1;
    }
    assert!(decided.iter().all(|count| *count > 300), "both answers occur often: {decided:?}");
}

/// One step of gradient descent is the matrix `I - ηH`, read off the unit vectors; its eigenvalues are `1 - ηλ`.
#[test]
fn a_rotated_quadratic_keeps_its_spectrum_and_the_step_has_it() {
    let stream = Lab::new(0, 1, "spectra").stream("rotations");
    for trial in 0..50 {
        let mut draws = stream.trial(trial);
        let size = 2 + draws.index(5);
        let mut spectrum: Vec<Rational> = (0..size).map(|_| rational(1 + draws.index(640) as i64, 64)).collect();
        let axis: Vec<Rational> =
            (0..size).map(|place| fraction(&mut draws) + Rational::from(i64::from(place == 0) * 9)).collect();
        let problem = Rotated::new(Quadratic { spectrum: spectrum.clone() }, &axis);
        let method = Method::gradient_descent(rational(1, 7));
        let column = |unit: usize| {
            let mut x: Vec<Rational> = (0..size).map(|place| Rational::from(i64::from(place == unit))).collect();
            let mut optimizer = method.build_exact().expect("gradient descent has an exact twin");
            advance(&mut *optimizer, &mut x, |x| problem.gradient(x));
            x.iter().map(to_f64).collect::<Vec<f64>>()
        };
        let step = DMatrix::from_fn(size, size, |row, unit| column(unit)[row]);
        let mut computed: Vec<f64> = SymmetricEigen::new(step).eigenvalues.iter().copied().collect();
        spectrum.sort();
        computed.sort_by(|a, b| b.total_cmp(a));
        for (eigenvalue, computed) in spectrum.iter().zip(computed) {
            let exact = to_f64(&(Rational::ONE - eigenvalue / Rational::from(7)));
            // Weyl: a symmetric eigenvalue moves by at most the norm of the perturbation; the library's backward error is a small
            // multiple of u n ‖A‖ (LAPACK Users' Guide, section 4.7.1), taken as 16.
            let bound = 16.0 * size as f64 * f64::EPSILON * 2.0;
            assert!((exact - computed).abs() <= bound, "λ = {eigenvalue}: {exact} against {computed}");
        }
    }
}
