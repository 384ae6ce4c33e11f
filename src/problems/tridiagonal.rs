//! Nesterov's worst function for first-order methods.

use super::Problem;
use crate::number::{Rational, Real, rational};

/// `f(x) = ½ xᵀAx - x_1` on `R^d` with `A = tridiag(-1, 2, -1)`: convex and 4-smooth (Nesterov 2004, section 2.1.2).
///
/// From the origin, a method that steps along gradients reaches one more coordinate in each step: for `d = 2k + 1` none has
/// `f(x_k) - f* < 3 L R²/(32 (k + 1)²)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tridiagonal {
    /// The dimension d.
    pub dimension: usize,
}

impl Tridiagonal {
    /// L: no eigenvalue of A exceeds it.
    pub const SMOOTHNESS: i64 = 4;

    /// The least value, `-d / (2(d + 1))`, at `x_i = 1 - i/(d + 1)`.
    pub fn minimum(self) -> Rational {
        let dimension = self.dimension as i64;
        rational(-dimension, 2 * (dimension as u64 + 1))
    }

    /// R² for the start at the origin: `Σ (1 - i/(d + 1))² = d (2d + 1) / (6(d + 1))`.
    pub fn squared_distance(self) -> Rational {
        let dimension = self.dimension as i64;
        rational(dimension * (2 * dimension + 1), 6 * (dimension as u64 + 1))
    }

    /// `A x`.
    fn product<R: Real>(self, x: &[R]) -> Vec<R> {
        let neighbour = |place: Option<usize>| place.and_then(|place| x.get(place)).cloned().unwrap_or_else(R::zero);
        let row = |place: usize| x[place].clone() * R::int(2) - neighbour(place.checked_sub(1)) - neighbour(Some(place + 1));
        (0..self.dimension).map(row).collect()
    }
}

impl<R: Real> Problem<R> for Tridiagonal {
    fn gradient(&self, x: &[R]) -> Vec<R> {
        let mut gradient = self.product(x);
        gradient[0] = gradient[0].clone() - R::one();
        gradient
    }

    fn value(&self, x: &[R]) -> R {
        let products = self.product(x).into_iter().zip(x).map(|(product, x)| product * x);
        products.fold(R::zero(), |sum, product| sum + product) / R::int(2) - &x[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::square;

    #[test]
    fn the_minimum_is_where_it_is_said_to_be() {
        for dimension in 1..8 {
            let problem = Tridiagonal { dimension };
            let x: Vec<Rational> =
                (1..=dimension).map(|place| rational((dimension + 1 - place) as i64, dimension as u64 + 1)).collect();
            assert!(problem.gradient(&x).iter().all(Rational::is_zero));
            assert_eq!(problem.value(&x), problem.minimum());
            assert_eq!(x.iter().map(square).fold(Rational::ZERO, |sum, x| sum + x), problem.squared_distance());
        }
    }
}
