//! The potential of Nesterov's method with constant momentum on strongly convex functions: that it falls.

use crate::evidence::{Evidence, Exact};
use crate::number::{Polynomial, rational};

/// The proof of the potential's decrease; `error` billionths are added to the first multiplier.
pub fn potential(error: i64) -> Evidence {
    // x = y + d, z = y - s d, ∇f(y) = L h, L = μ s²; values at x, y and x⁺; f(0) = 0. For the interpolation: ∇f(x⁺) = g.
    let [mu, s, y, d, h, at_x, at_y, at_next, g] = Polynomial::variables();
    let [one, half] = [s.int(1), s.constant(&rational(1, 2))];
    let squared = |p: &Polynomial| p * p;
    let smoothness = &mu * &squared(&s);
    let (x, z) = (&y + &d, &y - &(&s * &d));
    let (next, gradient) = (&y - &h, &smoothness * &h);
    let mut exact = Exact::new();
    let mut same = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    let convexity = |to: &Polynomial, value: &Polynomial| {
        let step = to - &y;
        value - &at_y - &gradient * &step - &half * &mu * squared(&step)
    };
    let to_x = convexity(&x, &at_x);
    let to_minimiser = convexity(&y.int(0), &y.int(0));
    let descent = &at_y - &at_next - &half * &smoothness * squared(&h);
    // What interpolation (Taylor, Hendrickx and Glineur 2017, Theorem 4), times 2 (L - μ), says of a and b with gradients p and t:
    // the inequalities above follow by dropping squares.
    let room = &smoothness - &mu;
    let interpolation = |[value_a, value_b]: [&Polynomial; 2], [a, b]: [&Polynomial; 2], [p, t]: [&Polynomial; 2]| {
        let (step, change) = (a - b, p - t);
        let bracket = squared(&change) + &mu * &smoothness * squared(&step) - mu.int(2) * &mu * (&change * &step);
        s.int(2) * &room * (value_a - value_b - t * &step) - bracket
    };
    let two = s.int(2);
    let from_y = interpolation([&at_x, &at_y], [&x, &y], [&g, &gradient]);
    same("convexity from interpolation", &two * &room * &to_x - from_y, squared(&(&g - &(&gradient + &(&mu * &d)))));
    let to_next = interpolation([&at_y, &at_next], [&y, &next], [&gradient, &g]);
    same("descent from interpolation", &two * &room * &descent - to_next, squared(&g));
    // The potential, times s.
    let ahead = &z + &d - &s * &h;
    let value = |value: &Polynomial, z: &Polynomial| value + &(&half * &mu * squared(z));
    let fall = (&s - &one) * value(&at_x, &z) - &s * value(&at_next, &ahead);
    let weighed = (&s + &s.constant(&rational(error, 1_000_000_000))) * descent + (&s - &one) * to_x + to_minimiser;
    same("fall of the potential", fall - weighed, &half * &mu * ((squared(&s) - one.clone()) * squared(&d)));
    // The method in two sequences and in three: y and z from x and x⁻, times s + 1 where it divides.
    same("y between x and z", (&s + &one) * &y, &s * &x + z.clone());
    same("z from the last two points", ahead.clone(), &next + &((&s - &one) * (&next - &x)));
    let extrapolated = (&s + &one) * &next + (&s - &one) * (&next - &x);
    same("the next y", extrapolated, &s * &next + ahead);
    exact.evidence()
}
