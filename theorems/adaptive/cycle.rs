//! Where RMSprop with a constant step size ends on `½x²`: a cycle of two points.

use super::conventions::{relatively_near, rmsprop, rmsprop_from, shown};
use super::runs::default_epsilon;
use crate::evidence::{Evidence, Exact, Property};
use crate::number::{Interval, Polynomial, Rational, Real, Root, rational, square, to_f64};
use crate::optimizers::{Epsilon, Method, advance};
use crate::subject::{NotOffered, Subject};

/// `η = 1/100`.
pub fn step_size() -> Rational {
    rational(1, 100)
}

/// The square of the cycle's point: `η/2 - ε`, or `√(η²/4 - ε)` with ε inside the root.
pub fn squared_amplitude(placement: Epsilon, epsilon: &Rational) -> Rational {
    let half = step_size() / Rational::from(2);
    match placement {
        Epsilon::Inside => square(&half) - epsilon,
        Epsilon::Outside | Epsilon::Hat => square(&(half - epsilon)),
    }
}

/// What the square of the cycle's point is said to be.
pub type Amplitude = fn(Epsilon, &Rational) -> Rational;

/// One step from the claimed point a with the mean square `a²` leads to `-a`; the mean square stays, so that this is a cycle.
pub fn returns(subject: &dyn Subject, amplitude: Amplitude) -> Result<Evidence, NotOffered> {
    let mut exact = Exact::new();
    for placement in [Epsilon::Outside, Epsilon::Inside] {
        for decay in [rational(1, 2), rational(9, 10), rational(99, 100)] {
            let start = amplitude(placement, &default_epsilon());
            let point = Interval::of(&start).sqrt();
            let rule = rmsprop_from(start, decay.clone(), placement, default_epsilon());
            let mut optimizer = subject.enclosure(&Method::new(rule, step_size()))?;
            let mut x = vec![point];
            for step in 1..=3 {
                advance(&mut *optimizer, &mut x, |x| x.to_vec());
                let wanted = if step % 2 == 1 { -point } else { point };
                exact.decided("to the other side and back", relatively_near(x[0], wanted, 1e-11), || {
                    format!("{placement}, γ = {decay}, step {step}: {} against {}", shown(x[0]), shown(wanted))
                });
            }
        }
    }
    Ok(exact.evidence())
}

/// The cycle attracts: close to it, `|x| = a + y` and `√v = a + w`. To the first order `v ← γv + (1 - γ)x²` is `w ← γw + (1 - γ)y`, and then with the new w
/// `|x| ← |x| (η/(√v + ε) - 1)`, whose factor is 1 on the cycle, is `y ← y - cw`: with ε outside `c = aη/(a + ε)² = 4a/η = 2 - 4ε/η`, as `a + ε = η/2`; inside
/// `c = a²η/(a² + ε)^(3/2) = 8a²/η² = 2 - 8ε/η²`, as `a² + ε = η²/4`. Both eigenvalues are inside the unit circle if the determinant γ is below 1 and the
/// trace `1 + γ - c(1 - γ)` smaller than `1 + γ` in absolute value (Jury); there is room in both while `0 < c ≤ 2`.
pub fn attracts(error: i64) -> Evidence {
    // γ = kept, 1 - γ = left, c = 2 - room.
    let [kept, room] = Polynomial::variables();
    let (one, two) = (kept.int(1), kept.int(2));
    let left = &one - &kept;
    let c = &two - &room + kept.int(error);
    // Columns are the images of y and w: w' = γw + (1 - γ)y, y' = y - cw'.
    let [[yy, yw], [wy, ww]] = [[&one - &c * &left, -(&c * &kept)], [left.clone(), kept.clone()]];
    let (trace, determinant) = (&yy + &ww, &yy * &ww - &yw * &wy);
    let mut exact = Exact::new();
    exact.identity("the determinant is γ, so below 1", determinant, kept.clone());
    exact.identity("1 + γ - trace = c (1 - γ)", &one + &kept - &trace, &c * &left);
    exact.identity("1 + γ + trace = 4γ + (2 - c)(1 - γ)", &one + &kept + &trace, kept.int(4) * &kept + &room * &left);
    exact.evidence()
}

/// In doubles, from `x = 1/256`, the last 100 of 600 steps are within `10⁻¹²` of the cycle.
///
/// The linear map contracts by `√γ` a step: from a distance of 0.03, where the first long step leads, `0.9^(250) < 4·10⁻¹²` of it is left
/// after 500. A step's few roundings, each below `2⁻⁵³` of 0.01, add up to less than `10⁻¹⁵` over the map's memory of some twenty steps.
pub fn in_doubles(subject: &dyn Subject, placement: Epsilon) -> Result<Evidence, NotOffered> {
    let method = Method::new(rmsprop(rational(9, 10), placement, default_epsilon()), step_size());
    let mut optimizer = subject.double(&method)?;
    let amplitude = to_f64(&squared_amplitude(placement, &default_epsilon())).sqrt();
    let mut property = Property::new();
    let mut x = vec![1.0 / 256.0];
    for step in 1..=600 {
        let before: f64 = x[0];
        advance(&mut *optimizer, &mut x, |x| x.to_vec());
        if step > 500 {
            let distance = (x[0].abs() - amplitude).abs();
            property.within("distance from the cycle", distance, 1e-12, || format!("step {step}: x = {}", x[0]));
            // 0 or 2.
            let sum_of_signs = (before.signum() + x[0].signum()).abs();
            property.within("a change of sign", sum_of_signs, 1.0, || format!("step {step}: x = {}", x[0]));
        }
    }
    Ok(property.evidence())
}
