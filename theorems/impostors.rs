//! Faults in the code that several theorems must catch.

use crate::number::{Rational, rational};
use crate::optimizers::{Algorithm, HeavyBall, Method, Momentum};
use crate::subject::Impostor;

/// Steps by `η (1 + 10⁻⁹)`.
pub static LONGER_STEP: Impostor =
    Impostor { name: "step larger by a billionth", instead: |method| longer(method, rational(1, 1_000_000_000)) };

/// Steps by `η (1 - 10⁻⁹)`.
pub static SHORTER_STEP: Impostor =
    Impostor { name: "step smaller by a billionth", instead: |method| longer(method, rational(-1, 1_000_000_000)) };

/// Multiplies the momentum of the heavy ball, in its two-point form or with a velocity, by `1 + 10⁻⁹`.
pub static HEAVIER_BALL: Impostor =
    Impostor { name: "momentum larger by a billionth", instead: |method| heavier(method, rational(1, 1_000_000_000)) };

/// Leaves the interval.
pub static UNPROJECTED: Impostor =
    Impostor { name: "no projection", instead: |method| Method { interval: None, ..method.clone() } };

/// The same method with a step size larger by the fraction `excess`.
pub fn longer(method: &Method, excess: Rational) -> Method {
    Method { step_size: &method.step_size * (Rational::ONE + excess), ..method.clone() }
}

/// The same method with the momentum of a heavy ball, in its two-point form or with a velocity, larger by the fraction `excess`.
pub fn heavier(method: &Method, excess: Rational) -> Method {
    let larger = |momentum: &Rational| momentum * (Rational::ONE + &excess);
    let algorithm = match &method.algorithm {
        Algorithm::HeavyBall(HeavyBall { momentum }) => Algorithm::HeavyBall(HeavyBall { momentum: larger(momentum) }),
        Algorithm::Momentum(Momentum { momentum, velocity }) => {
            Algorithm::Momentum(Momentum { momentum: larger(momentum), velocity: velocity.clone() })
        }
        other => other.clone(),
    };
    Method { algorithm, ..method.clone() }
}
