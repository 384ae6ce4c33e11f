//! The conventions of momentum, and the induction that they are the same at a constant learning rate: polynomials.

use super::impulses::with_velocity;
use crate::evidence::{Evidence, Exact};
use crate::number::{Polynomial, Rational, rational};
use crate::optimizers::{Algorithm, HeavyBall, Velocity};

/// β of all runs of the theorem.
pub fn momentum() -> Rational {
    rational(9, 10)
}

/// Momentum with this meaning of the velocity.
pub fn velocity(velocity: Velocity<Rational>) -> Algorithm {
    with_velocity(&momentum(), velocity)
}

/// The heavy ball.
pub fn two_point() -> Algorithm {
    Algorithm::HeavyBall(HeavyBall { momentum: momentum() })
}

/// What one update keeps, for all forms, and what rescaling the velocity makes of it; `error` billionths are added to the rescaling factor.
pub fn induction(error: i64) -> Evidence {
    // The velocity is v in A before the update; η is the learning rate, `last` the one before, τ the dampening.
    let [eta, last, beta, tau, x, v, g] = Polynomial::variables();
    let mut exact = Exact::new();
    let mut same = |name: &str, left: &Polynomial, right: &Polynomial| {
        exact.holds(name, left == right, || format!("the difference has {} terms", (left - right).terms()));
    };
    let update = |velocity: &Polynomial, input: &Polynomial| &beta * velocity + input * &g;
    let one = x.int(1);
    let next = update(&v, &one);
    let place = x.clone() - &eta * &next;
    let inside = update(&(&eta * &v), &eta);
    same("B: v_B = η v_A again", &inside, &(&eta * &next));
    same("B: the same place", &(x.clone() - inside), &place);
    for (name, kept) in [("C", &one - &beta), ("D", &one - &tau)] {
        let scaled = update(&(&kept * &v), &kept);
        // At the learning rate η, where A has η (1 - β) or η (1 - τ).
        same(&format!("{name}: the velocity is a multiple of A's again"), &scaled, &(&kept * &next));
        same(&format!("{name}: the same place"), &(x.clone() - &eta * &scaled), &(x.clone() - &eta * &kept * &next));
    }
    // The last step was x⁻ - x = last v in A.
    let previous = x.clone() + &last * &v;
    let recursion = &last * &(x.clone() - &eta * &g) + &beta * &eta * &(&x - &previous);
    same("recursion of A, times the last learning rate", &(&last * &place), &recursion);
    let inside = update(&(&last * &v), &eta);
    let recursion = x.clone() - &eta * &g + &beta * &(&x - &previous);
    same("recursion of B", &(x.clone() - inside.clone()), &recursion);
    // v = η u makes the quotient v last / η the polynomial u last.
    let factor = last.clone() + &last * &x.constant(&rational(error, 1_000_000_000));
    let rescaled = &eta * &update(&(&v * &factor), &one);
    let inside = update(&(&last * &(&eta * &v)), &eta);
    same("A rescaled = B", &rescaled, &inside);
    let rescaled = update(&(&factor * &(&eta * &v)), &(&last * &eta));
    same("B rescaled = A, times the last learning rate", &rescaled, &(&last * &(&eta * &update(&v, &one))));
    exact.evidence()
}
