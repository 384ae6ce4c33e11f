//! Methods, runs and faults that several theorems on adaptive methods share.

use crate::lab::Lab;
use crate::number::{Interval, Rational, Real, rational};
use crate::optimizers::{
    Adam, Algorithm, Coupling, Decay, Epsilon, Method, Moments, Momentum, Optimizer, Order, Scaling, Velocity, advance,
};
use crate::subject::Impostor;
use crate::theorems::impostors::longer;

/// `β₁` and `β₂`, from their numerators and denominators.
pub fn moments(beta1: (i64, u64), beta2: (i64, u64)) -> Moments<Rational> {
    Moments { beta1: rational(beta1.0, beta1.1), beta2: rational(beta2.0, beta2.1) }
}

/// `β₁ = 0.9` and `β₂ = 0.999`.
pub fn default_moments() -> Moments<Rational> {
    moments((9, 10), (999, 1000))
}

/// Adam with its bias correction and ε outside the root.
pub fn adam(moments: Moments<Rational>, epsilon: Rational) -> Algorithm {
    Algorithm::Adam(Adam { moments, epsilon, placement: Epsilon::Outside, bias_correction: true })
}

/// `ε = 10⁻⁸`.
pub fn default_epsilon() -> Rational {
    rational(1, 100_000_000)
}

/// Momentum whose velocity is an exponential moving average of the gradients.
pub fn averaging(decay: Rational) -> Algorithm {
    Algorithm::Momentum(Momentum { momentum: decay, velocity: Velocity::Average })
}

/// The way back from one step, `x_(t-1) - x_t`. Without weight decay it depends on the gradients alone, so that every step may start
/// at 0 and is not rounded into x.
pub fn displacement<R: Real>(optimizer: &mut dyn Optimizer<R>, gradient: &[R]) -> Vec<R> {
    let mut x = vec![R::zero(); gradient.len()];
    advance(optimizer, &mut x, |_| gradient.to_vec());
    x.into_iter().map(|x| -x).collect()
}

/// Independent normal gradients: so many steps of so many coordinates.
pub fn gradients(lab: &Lab, steps: u64, width: usize) -> Vec<Vec<f64>> {
    let stream = lab.stream("gradients");
    let row = |step| {
        let mut draws = stream.trial(step);
        draws.normals(width)
    };
    (0..steps).map(row).collect()
}

/// The intervals of these numbers.
pub fn points(numbers: &[f64]) -> Vec<Interval> {
    numbers.iter().copied().map(Interval::point).collect()
}

/// The farthest that a member of an enclosure is from zero.
pub fn size(enclosure: Interval) -> f64 {
    enclosure.lo.abs().max(enclosure.hi.abs())
}

/// The same method with its Adam changed.
pub fn changed(method: &Method, change: fn(&mut Adam<Rational>)) -> Method {
    let mut method = method.clone();
    if let Algorithm::Adam(rule) = &mut method.algorithm {
        change(rule);
    }
    method
}

/// Steps by `η (1 + 10⁻¹²)`: a few times what rounding may do to a double, where `1 - β₂ = 0.001` is off by a unit of `β₂`.
pub static BARELY_LONGER: Impostor =
    Impostor { name: "step larger by 1e-12", instead: |method| longer(method, rational(1, 1_000_000_000_000)) };

/// The decay of AdamW: `ηλθ` is taken off the parameter before the step.
pub const DECOUPLED: Coupling = Coupling::Parameter(Scaling::StepSize, Order::Before);

/// The same method with its weight decay coupled in this way.
pub fn coupled(method: &Method, coupling: Coupling) -> Method {
    Method { decay: method.decay.as_ref().map(|decay| Decay { coupling, ..decay.clone() }), ..method.clone() }
}

/// Decouples the weight decay, also where it is L2.
pub static DECOUPLES: Impostor = Impostor { name: "decoupled decay for L2", instead: |method| coupled(method, DECOUPLED) };

/// The same method with the decay of its momentum changed.
pub fn changed_decay(method: &Method, change: fn(&Rational) -> Rational) -> Method {
    let algorithm = match &method.algorithm {
        Algorithm::Momentum(Momentum { momentum, velocity }) => {
            Algorithm::Momentum(Momentum { momentum: change(momentum), velocity: velocity.clone() })
        }
        other => other.clone(),
    };
    Method { algorithm, ..method.clone() }
}
