//! Where the roots of a quadratic polynomial lie, without taking roots.

use crate::number::{Rational, square};

/// Whether both roots of `z² - trace z + determinant` satisfy `|z| ≤ radius` (Jury's criterion, scaled): exactly if
/// `|determinant| ≤ radius²` and `|trace| radius ≤ radius² + determinant`. So the spectral radius of a real 2 x 2 matrix is
/// bounded without a rounding.
///
/// Why: complex roots have `|z|² = determinant`, and then the second condition follows from `trace² < 4 determinant`; for real ones
/// it reads `(r - a)(r - b) ≥ 0` and `(r + a)(r + b) ≥ 0`, so that a root beyond an end would need the other one at or beyond the
/// same end, which `|ab| ≤ r²` excludes if `r > 0`. Both roots are zero exactly if trace and determinant are.
pub fn roots_within(trace: &Rational, determinant: &Rational, radius: &Rational) -> bool {
    if radius.is_zero() {
        return trace.is_zero() && determinant.is_zero();
    }
    let largest = square(radius);
    let between = |x: &Rational, bound: &Rational| -bound <= *x && x <= bound;
    *radius > Rational::ZERO && between(determinant, &largest) && between(&(trace * radius), &(&largest + determinant))
}

/// Whether both roots of `z² - trace z + determinant` satisfy `|z| < radius`: the same conditions, strictly.
///
/// Why: with a root on the circle one of them is an equality. Complex ones have `determinant = radius²`; a real one at an end makes
/// its factor of `(r - a)(r - b)` or `(r + a)(r + b)` zero.
pub fn roots_inside(trace: &Rational, determinant: &Rational, radius: &Rational) -> bool {
    let largest = square(radius);
    let between = |x: &Rational, bound: &Rational| -bound < *x && x < bound;
    *radius > Rational::ZERO && between(determinant, &largest) && between(&(trace * radius), &(&largest + determinant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::rational;

    #[test]
    fn agrees_with_known_roots() {
        let roots = [-5i64, -3, -2, -1, 0, 1, 2, 4];
        for (a, b) in roots.iter().flat_map(|a| roots.iter().map(move |b| (*a, *b))) {
            for radius in 0..6 {
                let expected = a.abs().max(b.abs()) <= radius;
                assert_eq!(roots_within(&(a + b).into(), &(a * b).into(), &radius.into()), expected, "{a}, {b}, {radius}");
                let expected = a.abs().max(b.abs()) < radius;
                assert_eq!(roots_inside(&(a + b).into(), &(a * b).into(), &radius.into()), expected, "{a}, {b}, {radius}");
            }
        }
        // 3 ± 4i, on the circle of radius 5.
        assert!(roots_within(&6.into(), &25.into(), &5.into()));
        assert!(!roots_within(&6.into(), &25.into(), &rational(4_999_999_999, 1_000_000_000)));
        assert!(!roots_inside(&6.into(), &25.into(), &5.into()));
        assert!(roots_inside(&6.into(), &25.into(), &rational(5_000_000_001, 1_000_000_000)));
    }
}
