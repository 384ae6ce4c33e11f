//! Faults in the code that several theorems must catch.

use crate::number::{Rational, rational};
use crate::optimizers::{Algorithm, HeavyBall, Method};
use crate::subject::Impostor;

/// Steps by `η (1 + 10⁻⁹)`.
pub static LONGER_STEP: Impostor =
    Impostor { name: "step larger by a billionth", instead: |method| longer(method, rational(1, 1_000_000_000)) };

/// Steps by `η (1 - 10⁻⁹)`.
pub static SHORTER_STEP: Impostor =
    Impostor { name: "step smaller by a billionth", instead: |method| longer(method, rational(-1, 1_000_000_000)) };

/// Multiplies the heavy ball's momentum by `1 + 10⁻⁹`.
pub static HEAVIER_BALL: Impostor =
    Impostor { name: "momentum larger by a billionth", instead: |method| heavier(method, rational(1, 1_000_000_000)) };

/// The same method with a step size larger by the fraction `excess`.
pub fn longer(method: &Method, excess: Rational) -> Method {
    Method { step_size: &method.step_size * (Rational::ONE + excess), ..method.clone() }
}

/// The same method with a heavy ball's momentum larger by the fraction `excess`.
pub fn heavier(method: &Method, excess: Rational) -> Method {
    match &method.algorithm {
        Algorithm::HeavyBall(HeavyBall { momentum }) => {
            let momentum = momentum * (Rational::ONE + excess);
            Method { algorithm: Algorithm::HeavyBall(HeavyBall { momentum }), ..method.clone() }
        }
        _ => method.clone(),
    }
}
