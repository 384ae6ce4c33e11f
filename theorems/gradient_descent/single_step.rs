//! The worst value after one step on smooth convex functions.

use crate::certify::{Class, Sample};
use crate::evidence::{Evidence, Exact};
use crate::number::{Polynomial, Rational, rational};
use crate::problems::Piecewise;

/// The proof that `f(x_1) - f* ≤ ½ L R² max(1/(2h + 1), (1 - h)²)` with `h = ηL`, and that this is least at 3/2;
/// `error` billionths are added to the multiplier of `f_0 ≥ f_1 + ...`.
pub fn single_step(error: i64) -> Evidence {
    let [l, h, x, g, k, f, v] = Polynomial::variables();
    let [zero, one, two, three] = [0, 1, 2, 3].map(|n| l.int(n));
    let half = l.constant(&rational(1, 2));
    let class = Class { strong_convexity: zero, smoothness: l.clone() };
    let minimum = Sample::minimiser(&l);
    // The gradients are `L g` and `L k`, so that the step is -h g and no formula divides by L.
    let next = &x - &h * &g;
    let before = Sample { point: x.clone(), gradient: &l * &g, value: f };
    let after = Sample { point: next, gradient: &l * &k, value: v.clone() };
    let combined = |descent: &Polynomial| {
        (descent + l.constant(&rational(error, 1_000_000_000))) * class.interpolation(&before, &after)
            + descent * class.interpolation(&minimum, &before)
            + (&one - descent) * class.interpolation(&minimum, &after)
    };
    let mut exact = Exact::new();
    // Both claims times 2L (as the inequalities are), the first times 2(2h + 1) in addition.
    let doubled = &two * &h + &one;
    let claim = &two * &l * (&l * x.squared() - &two * &doubled * &v);
    let squares = (&two * &x - &doubled * (&g + &k)).squared() + &doubled * (&three - &two * &h) * (&g - &k).squared();
    let residual = &two * (claim - &two * &doubled * combined(&half));
    exact.identity("h ≤ 3/2: f(x_1) - f* ≤ LR²/(2(2h + 1))", residual, l.squared() * squares);
    let claim = &two * &l * (&half * &l * (&one - &h).squared() * x.squared() - &v);
    let squares = (&k + &g - (&two - &h) * &x).squared() + (&two * &h - &three) * (&x - &g).squared();
    let residual = claim - combined(&(&h - &one));
    exact.identity("h ≥ 3/2: f(x_1) - f* ≤ LR²(1 - h)²/2", residual, l.squared() * squares);
    // The first bound decreases in h; the second exceeds ¼ beyond 3/2; they meet there.
    let excess = (&one - &h).squared() - half.squared();
    exact.identity("(1 - h)² - ¼", excess, (&h - &three * &half) * (&h - &half));
    let meeting = &doubled * (&one - &h).squared() - &one;
    exact.identity("(2h + 1)(1 - h)² - 1", meeting, h.squared() * (&two * &h - &three));
    exact.evidence()
}

/// Huber's function with curvature 10 up to `1/(2h + 1)`, which attains the first of the two bounds from 1 for `L = 10`.
pub fn huber(h: &Rational) -> Piecewise<Rational> {
    let corner = Rational::ONE / (Rational::from(2) * h + Rational::ONE);
    Piecewise::huber(&Rational::from(10), &corner)
}

/// That Huber's function attains it for every `h > 0`, with `R = 1` and values over `½ L`: its slope is `L c` from its corner
/// `c = 1/(2h + 1)` on, so the step leads from 1 to `x_1 = 1 - hc ≥ c`, where f is `2 (c x_1 - c²/2)`. `less` is taken from that value.
pub fn attained_on_huber(exact: &mut Exact, less: &Rational) {
    let [h] = Polynomial::variables();
    let [one, two] = [1, 2].map(|n| h.int(n));
    // All times 2h + 1 or its square.
    let doubled = &two * &h + &one;
    let next = &doubled - &h;
    exact.identity("x_1 - c on Huber's function is hc", &next - &one, h.clone());
    exact.identity("f(x_1) there is c", &two * next - &one, &doubled - h.constant(less) * doubled.squared());
}
