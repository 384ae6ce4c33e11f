//! The potential of Nesterov's method on convex functions: that it does not increase, for which momenta, and where it begins.

use crate::certify::{Class, Sample};
use crate::evidence::{Evidence, Exact};
use crate::number::{Polynomial, rational};

/// The proof that V does not increase, with `t_(k-1)² = t² - t + room`; `error` billionths are added to a multiplier.
pub fn potential(error: i64) -> Evidence {
    // x = y + d, z = y - (t - 1) d, ∇f(y) = L h; p and q are the gradients at x and x⁺.
    let [l, t, room, y, d, h, at_x, at_y, at_next, p, q] = Polynomial::variables();
    let [zero, one, two] = [0, 1, 2].map(|n| t.int(n));
    let (x, z, next) = (&y + &d, &y - (&t - &one) * &d, &y - &h);
    let gradient = &l * &h;
    let class = Class { strong_convexity: zero, smoothness: l.clone() };
    let sample = |point: &Polynomial, gradient: &Polynomial, value: &Polynomial| Sample {
        point: point.clone(),
        gradient: gradient.clone(),
        value: value.clone(),
    };
    let [from, here, there] = [sample(&x, &p, &at_x), sample(&y, &gradient, &at_y), sample(&next, &q, &at_next)];
    // All three are what interpolation says, less a square; twice each.
    let to_x = &two * (&at_x - &at_y - &gradient * &d);
    let to_minimiser = &two * (&gradient * &y - &at_y);
    let descent = &two * (&at_y - &at_next) - &l * h.squared();
    let mut exact = Exact::new();
    let interpolated = |convexity: &Polynomial, inequality: Polynomial| &l * convexity - inequality;
    exact.identity("convexity to x", interpolated(&to_x, class.interpolation(&from, &here)), (&p - &gradient).squared());
    let residual = interpolated(&to_minimiser, class.interpolation(&Sample::minimiser(&l), &here));
    exact.identity("convexity to the minimiser", residual, gradient.squared());
    exact.identity("descent", interpolated(&descent, class.interpolation(&here, &there)), q.squared());
    let before = t.squared() - &t + &room;
    let value = |weight: &Polynomial, value: &Polynomial, z: &Polynomial| &two * weight * value + &l * z.squared();
    let fall = value(&before, &at_x, &z) - value(&t.squared(), &at_next, &(&z - &t * &h));
    let weight = t.squared() + t.constant(&rational(error, 1_000_000_000));
    // For t ≥ 1 all multipliers are non-negative.
    let weighed = &two * &room * &at_x + (t.squared() - &t) * to_x + &t * to_minimiser + weight * descent;
    exact.identity("2 (V - V⁺)", fall, weighed);
    exact.identity("y between x and z", &t * &y, (&t - &one) * &x + &z);
    exact.identity("the next z", &z - &t * &h, &x + &t * (&next - &x));
    // With T = t_(k-1) and z = x⁻ + T (x - x⁻): the momentum (T - 1)/t of the method in two sequences, times t.
    let [t, before, x, last] = Polynomial::variables();
    let one = t.int(1);
    let ahead = &t * &x + (&before - &one) * (&x - &last);
    exact.identity("y from the last two points", ahead, (&t - &one) * &x + &last + &before * (&x - &last));
    exact.evidence()
}

/// The two schedules; `errors` billionths are taken from the first potential and added to `t_k`.
pub fn schedules([less, more]: [i64; 2]) -> Evidence {
    let billionths = |count: i64| rational(count, 1_000_000_000);
    let [k] = Polynomial::variables();
    let [one, two] = [1, 2].map(|n| k.int(n));
    let half = k.constant(&rational(1, 2));
    let mut exact = Exact::new();
    let (t, last) = (&half * (&k + &two) + k.constant(&billionths(more)), &half * (&k + &one));
    exact.identity("(t_(k-1) - 1)/t_k = (k - 1)/(k + 2)", (&last - &one) * (&k + &two), (&k - &one) * &t);
    exact.identity("t_(k-1)² - t_k² + t_k = 1/4", last.squared() - t.squared() + &t, k.constant(&rational(1, 4)));
    // The first step, t = 3/2 and y = z = x, with 9/4 times descent and 9/4 times the inequality to the minimiser, values twice.
    let [l, x, h, at_x, at_next] = Polynomial::variables();
    let [two, three] = [2, 3].map(|n| l.int(n));
    let fraction = |numerator: i64, denominator: u64| l.constant(&rational(numerator, denominator));
    let class = Class { strong_convexity: l.int(0), smoothness: l.clone() };
    let start = Sample { point: x.clone(), gradient: &l * &h, value: at_x.clone() };
    let to_minimiser = class.interpolation(&Sample::minimiser(&l), &start); // 2L times
    let descent = &two * (&at_x - &at_next) - &l * h.squared();
    let first = fraction(9, 2) * &at_next + &l * (&x - fraction(3, 2) * &h).squared(); // 2 V_1
    let claimed = fraction(5, 4) - l.constant(&billionths(less));
    let claim = &l * (claimed * &l * x.squared() - first);
    let weighed = fraction(9, 4) * (&l * descent + to_minimiser) + fraction(1, 4) * l.squared() * (&x - &three * &h).squared();
    exact.identity("V_1 ≤ (5/8) L R²", claim, weighed);
    // FISTA: t = 1 + s, T² = t² - t; T = 0 gives t = 1, so that V_0 = ½ L R².
    let [s] = Polynomial::variables();
    let [one, two] = [1, 2].map(|n| s.int(n));
    let half = s.constant(&rational(1, 2));
    let t = &one + &s;
    let before = t.squared() - &t;
    exact.identity("(2t - 1)² = 1 + 4T²", (&two * &t - &one).squared(), &one + s.int(4) * &before);
    exact.identity("(t - ½)² = T² + ¼: t ≥ T + ½", (&t - &half).squared(), before + half.squared());
    exact.evidence()
}
