//! When a look-ahead with the step size, and one without, is stable on `½ λ x²`: Jury's conditions, as formulas.

use crate::evidence::{Evidence, Exact};
use crate::number::{Polynomial, rational};

/// Trace, determinant, `1 - trace + determinant`, `1 + trace + determinant`, given how far the look-ahead goes along `-βv`.
fn conditions([eta, beta, lambda]: &[Polynomial; 3], reach: &Polynomial) -> [Polynomial; 4] {
    // v⁺ = βv + λ (x - reach β v) and x⁺ = x - η v⁺, each as (coefficient of x, coefficient of v).
    let one = eta.int(1);
    let velocity = [lambda.clone(), beta - lambda * &(reach * beta)];
    let place = [&one - eta * &velocity[0], -(eta * &velocity[1])];
    let trace = &place[0] + &velocity[1];
    let determinant = &place[0] * &velocity[1] - &place[1] * &velocity[0];
    let both = &one + &determinant;
    [trace.clone(), determinant, &both - &trace, both + trace]
}

/// The unscaled form; `errors` are added, in billionths, to β in the determinant and in `1 - det`.
pub fn unscaled(errors: [i64; 2]) -> Evidence {
    let variables = Polynomial::variables();
    let [eta, beta, lambda] = &variables;
    let [one, two] = [1, 2].map(|value| eta.int(value));
    let [claimed, below_one] = errors.map(|error| beta + &eta.constant(&rational(error, 1_000_000_000)));
    let [trace, determinant, below, above] = conditions(&variables, &one);
    let predicted = &claimed * &(&one - lambda);
    let mut exact = Exact::new();
    let mut same = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    same("determinant, without η", determinant.clone(), predicted.clone());
    same("trace", trace, &one - eta * lambda + &predicted);
    same("1 - trace + determinant", below, eta * lambda);
    same("1 + trace + determinant", above, &two + &two * &predicted - eta * lambda);
    // With λ = 1 + 1/β + excess, where β / β is 1: -det - 1 = β excess.
    same("-determinant - 1 = β (λ - 1) - 1", -determinant.clone() - one.clone(), beta * &(lambda - &one) - one.clone());
    // Positive for 0 < β < 1 and λ > 0: beyond 1 in size the determinant can only be below -1.
    same("1 - determinant = (1 - β) + β λ", &one - &determinant, &one - beta + &below_one * lambda);
    exact.evidence()
}

/// The scaled form; `error` billionths are added to `2 + 2β`.
pub fn scaled(error: i64) -> Evidence {
    let variables = Polynomial::variables();
    let [eta, beta, lambda] = &variables;
    let [one, two] = [1, 2].map(|value| eta.int(value));
    let [trace, determinant, below, above] = conditions(&variables, eta);
    let step = eta * lambda;
    let room = &two + &two * beta + eta.constant(&rational(error, 1_000_000_000));
    let mut exact = Exact::new();
    let mut same = |name: &str, left: Polynomial, right: Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    same("trace", trace, (&one + beta) * (&one - &step));
    same("determinant", determinant.clone(), beta * &(&one - &step));
    same("1 - trace + determinant", below, step.clone());
    same("1 + trace + determinant", above.clone(), room - (&one + &two * beta) * &step);
    // 1 - det = (1 - β) + β ηλ > 0, and 1 + det > 0 from 1 + trace + det > 0: all terms on the right are at least 0.
    same("1 - determinant", &one - &determinant, &one - beta + beta * &step);
    same(
        "1 + determinant",
        (&one + &two * beta) * (&one + &determinant),
        beta * &above + (&one - beta) * (&one + beta) + beta * &(&one + beta),
    );
    exact.evidence()
}
