//! Landscape tools, held against planted spectra, a library's eigenvalues, enumeration, brute force and closed forms.

mod critical_points;
mod pac_bayes;
mod paths;
mod runs;
mod sharpness;
mod spectra;

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
