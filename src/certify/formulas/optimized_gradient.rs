//! The optimized gradient method of Kim and Fessler (2016) with rational `θ_k`.
//!
//! `y⁺ = (1 - 1/θ⁺)(y - ∇f(y)/L) + z⁺/θ⁺`, `z⁺ = z - 2θ ∇f(y)/L`, `θ_0 = 1`. The method's own `θ_k` solve `θ_k² - θ_k = θ_(k-1)²`, and
//! `θ_N² - θ_N = 2 θ_(N-1)²` for the last, which are nested roots from the second on. Its proof needs `≤` alone: what is missing is a
//! multiple of `f(y_(k-1)) - f* ≥ ‖g_(k-1)‖²/(2L)`. So every sequence that is rounded down is a method with the bound `L R²/(2 θ_N²)`.

use super::{at_distance_one, attained_by, between, statement};
use crate::certify::certificate::{Certificate, Class, Function, Measure, Method};
use crate::number::Rational;
use dashu_int::UBig;
use dashu_int::ops::SquareRoot;

/// Which way a sequence is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// Every `θ_k` is at most the method's own.
    Below,
    /// Every `θ_k` is at least the method's own.
    Above,
}

/// `θ_0, ..., θ_N`, each rounded to so many decimals after it was computed from the one before.
pub fn rounded(steps: usize, decimals: usize, towards: Towards) -> Vec<Rational> {
    let unit = UBig::from(10u8).pow(decimals);
    let mut numerators = vec![unit.clone()];
    for k in 1..=steps {
        let factor = UBig::from(if k == steps { 8u8 } else { 4u8 });
        let before = &numerators[k - 1];
        // θ = (1 + √(1 + factor θ²))/2; the floor of a root and of a half is the floor of both.
        let sum = &unit + (&unit * &unit + factor * before * before).sqrt();
        numerators.push(match towards {
            Towards::Below => sum / UBig::from(2u8),
            Towards::Above => sum / UBig::from(2u8) + UBig::ONE,
        });
    }
    numerators.into_iter().map(|numerator| Rational::from_parts(numerator.into(), unit.clone())).collect()
}

/// `w_(k,j)` of `y_k = x_0 - Σ_j w_(k,j) g_j / L`.
fn weights(thetas: &[Rational]) -> Vec<Vec<Rational>> {
    let steps = thetas.len() - 1;
    let (mut y, mut z) = (vec![Rational::ZERO; steps], vec![Rational::ZERO; steps]);
    let mut rows = vec![y.clone()];
    for k in 0..steps {
        z[k] += Rational::from(2) * &thetas[k];
        y[k] += Rational::ONE;
        let share = Rational::ONE / &thetas[k + 1];
        y = y.iter().zip(&z).map(|(y, z)| y + &share * (z - y)).collect();
        rows.push(y.clone());
    }
    rows
}

/// The step matrix, in the form of [`Method::FixedStep`].
pub fn step_matrix(smoothness: &Rational, thetas: &[Rational]) -> Vec<Vec<Rational>> {
    let weights = weights(thetas);
    let row = |k: usize| (0..=k).map(|j| (&weights[k + 1][j] - &weights[k][j]) / smoothness).collect();
    (0..thetas.len() - 1).map(row).collect()
}

/// The `θ_k` of a step matrix, if it has this form: its diagonal is `(1 + (2 θ_k - 1)/θ_(k+1))/L`.
pub fn thetas(smoothness: &Rational, diagonal: &[Rational]) -> Option<Vec<Rational>> {
    let two = Rational::from(2);
    let mut thetas = vec![Rational::ONE];
    for entry in diagonal {
        let own = entry * smoothness - Rational::ONE;
        let long = &two * thetas.last()? - Rational::ONE;
        if own <= Rational::ZERO || long <= Rational::ZERO {
            return None;
        }
        thetas.push(long / own);
    }
    Some(thetas)
}

/// `f(y_N) - f* ≤ L/(2 θ_N²) ‖x_0 - x*‖²` for convex functions with `L`-Lipschitz gradient, if the sequence is not above the method's own.
pub fn optimized_gradient(smoothness: &Rational, thetas: &[Rational]) -> Certificate {
    let steps = thetas.len() - 1;
    let end = thetas[steps].pow(2);
    let shared = |k: usize| if k == steps { Rational::ONE } else { Rational::from(2) };
    let mut multipliers = vec![between("*", 0, &(Rational::from(2) / &end))];
    for k in 1..=steps {
        let (theta, before) = (&thetas[k], &thetas[k - 1]);
        let passed = shared(k) * (theta.pow(2) - theta);
        multipliers.push(between(k - 1, k, &(&passed / &end)));
        multipliers.push(between(k - 1, "*", &((Rational::from(2) * before.pow(2) - &passed) / &end)));
        multipliers.push(between("*", k, &(shared(k) * theta / &end)));
    }
    let texts = |row: Vec<Rational>| row.iter().map(Rational::to_string).collect();
    let matrix = step_matrix(smoothness, thetas).into_iter().map(texts).collect();
    let class = Class::SmoothConvex { L: smoothness.to_string() };
    let bound = smoothness / (Rational::from(2) * &end);
    let claim = statement(Method::FixedStep { matrix }, class, Measure::FunctionGap, at_distance_one(), steps, &bound);
    Certificate { multipliers: multipliers.into_iter().flatten().collect(), ..claim }
}

/// The Huber function that is worst among those on whose straight part all steps run: with `W = Σ_j w_(N,j)` its threshold is `1/(2W + 1)`, and
/// so is twice the value at the end. From 1.
pub fn optimized_gradient_attained(smoothness: &Rational, thetas: &[Rational]) -> Certificate {
    let upper = optimized_gradient(smoothness, thetas);
    let weights = weights(thetas);
    let total = weights[thetas.len() - 1].iter().fold(Rational::ZERO, |sum, weight| sum + weight);
    let threshold = Rational::ONE / (Rational::from(2) * total + Rational::ONE);
    let bound = (smoothness * &threshold / Rational::from(2)).to_string();
    let huber = Function::Huber { curvature: smoothness.to_string(), threshold: threshold.to_string() };
    Certificate { bound, ..attained_by(&upper, huber, &[Rational::ONE]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::check;
    use crate::number::{rational, to_f64};

    #[test]
    fn rounded_down_it_is_certified_and_nearly_attained() {
        for steps in 1..=5 {
            let below = rounded(steps, 12, Towards::Below);
            let smoothness = rational(3, 2);
            let (upper, lower) = (optimized_gradient(&smoothness, &below), optimized_gradient_attained(&smoothness, &below));
            assert!(check(&upper).is_ok(), "{:?}", check(&upper));
            assert!(check(&lower).is_ok(), "{:?}", check(&lower));
            // θ in floating point, and L R²/(2 θ_N²).
            let mut theta = 1.0f64;
            for k in 1..=steps {
                theta = (1.0 + (1.0 + if k == steps { 8.0 } else { 4.0 } * theta * theta).sqrt()) / 2.0;
            }
            let ideal = 1.5 / (2.0 * theta * theta);
            let [upper, lower] = [upper, lower].map(|c| to_f64(&c.bound.parse().expect("a fraction")));
            assert!((upper / ideal - 1.0).abs() < 1e-11 && (lower / ideal - 1.0).abs() < 1e-11, "{upper} {lower} {ideal}");
        }
    }

    #[test]
    fn rounded_up_it_is_refused() {
        let above = rounded(3, 12, Towards::Above);
        assert!(check(&optimized_gradient(&Rational::ONE, &above)).is_err());
    }

    #[test]
    fn the_sequence_is_read_off_the_matrix() {
        let smoothness = rational(7, 3);
        let below = rounded(4, 6, Towards::Below);
        let matrix = step_matrix(&smoothness, &below);
        let diagonal: Vec<Rational> = (0..4).map(|k| matrix[k][k].clone()).collect();
        assert_eq!(thetas(&smoothness, &diagonal), Some(below));
    }
}
