//! The adaptive methods in the notes' conventions, their single steps, and faults in their code.

use super::adam_m_hat_unbiased::WITHOUT_CORRECTION;
use crate::evidence::{Evidence, Property};
use crate::number::{Interval, Rational, Real, Root, Tracked, rational};
use crate::optimizers::{AdaGrad, Adam, Algorithm, Epsilon, Method, Moments, Optimizer, RmsProp, advance};
use crate::subject::Impostor;
use crate::theorem::{Broken, Control};
use crate::theorems::impostors::longer;

/// AdaGrad from `G_0 = 0`.
pub fn adagrad(placement: Epsilon, epsilon: Rational) -> Algorithm {
    let (initial_accumulator, step_decay) = (Rational::ZERO, Rational::ZERO);
    Algorithm::AdaGrad(AdaGrad { epsilon, placement, initial_accumulator, step_decay })
}

/// RMSprop from `v_0 = start`, neither centred nor with momentum.
pub fn rmsprop_from(start: Rational, decay_rate: Rational, placement: Epsilon, epsilon: Rational) -> Algorithm {
    Algorithm::RmsProp(RmsProp { decay_rate, epsilon, placement, initial_accumulator: start, centred: false, momentum: None })
}

/// RMSprop from `v_0 = 0`, neither centred nor with momentum.
pub fn rmsprop(decay_rate: Rational, placement: Epsilon, epsilon: Rational) -> Algorithm {
    rmsprop_from(Rational::ZERO, decay_rate, placement, epsilon)
}

/// Adam with its bias correction.
pub fn adam([beta1, beta2]: [Rational; 2], placement: Epsilon, epsilon: Rational) -> Algorithm {
    Algorithm::Adam(Adam { moments: Moments { beta1, beta2 }, epsilon, placement, bias_correction: true })
}

/// `β₁ = 0.9` and `β₂ = 0.999`.
pub fn default_betas() -> [Rational; 2] {
    [rational(9, 10), rational(999, 1000)]
}

/// Whether all of an enclosure is within a relative `limit` of all of another, or nothing of it.
///
/// The limit is the precision that the claim states for itself, and no tolerance for rounding, which the enclosures hold: one that is
/// wider than the limit leaves the claim undecided.
pub fn relatively_near(found: Interval, wanted: Interval, limit: f64) -> Option<bool> {
    (found / wanted - Interval::point(1.0)).smaller_than(limit)
}

/// The same method with its algorithm changed.
pub fn changed(method: &Method, change: impl FnOnce(&mut Algorithm)) -> Method {
    let mut method = method.clone();
    change(&mut method.algorithm);
    method
}

/// ε on the other side of the root.
pub static OTHER_PLACE: Impostor = Impostor {
    name: "ε on the other side of the root",
    instead: |method| {
        changed(method, |algorithm| {
            let placement = match algorithm {
                Algorithm::AdaGrad(rule) => &mut rule.placement,
                Algorithm::RmsProp(rule) => &mut rule.placement,
                Algorithm::Adam(rule) => &mut rule.placement,
                _ => return,
            };
            *placement = if *placement == Epsilon::Inside { Epsilon::Outside } else { Epsilon::Inside };
        })
    },
};

/// Steps by `η (1 + 10⁻¹²)`: for bounds of rounding errors.
pub static LONGER_BY_A_TRILLIONTH: Impostor =
    Impostor { name: "step larger by a trillionth", instead: |method| longer(method, rational(1, 1_000_000_000_000)) };

/// Steps by `η (1 + 10⁻¹³)`: for bounds that allow the cancellation in `1 - β₂`.
pub static LONGER_BY_A_TEN_TRILLIONTH: Impostor =
    Impostor { name: "step larger by a ten-trillionth", instead: |method| longer(method, rational(1, 10_000_000_000_000)) };

/// Steps by `η (1 + 5·10⁻¹⁵)`: for bounds of few rounding errors.
pub static BARELY_LONGER: Impostor =
    Impostor { name: "step larger by five quadrillionths", instead: |method| longer(method, rational(1, 200_000_000_000_000)) };

/// RMSprop with a long memory where AdaGrad is asked for.
pub static FORGETTING: Impostor = Impostor {
    name: "RMSprop for AdaGrad",
    instead: |method| {
        changed(method, |algorithm| {
            if let Algorithm::AdaGrad(rule) = algorithm {
                *algorithm = rmsprop(rational(999, 1000), rule.placement, rule.epsilon.clone());
            }
        })
    },
};

/// A control that runs a claim on this subject.
pub const fn on(id: &'static str, differs: &'static str, claim: &'static str, subject: &'static Impostor) -> Control {
    Control { id, differs, broken: Broken::Subject { claim, subject } }
}

/// A control that leaves out Adam's bias correction.
pub const fn uncorrected(id: &'static str, claim: &'static str) -> Control {
    on(id, "the code does not correct the bias", claim, &WITHOUT_CORRECTION)
}

/// Holds an optimizer in doubles against the formula of its way down in error-carrying arithmetic, from zero over these gradients; both
/// keep their state. The bound allows any order of evaluation of the formula.
pub fn follow(
    property: &mut Property,
    optimizer: &mut dyn Optimizer<f64>,
    gradients: &[Vec<f64>],
    mut formula: impl FnMut(usize, usize, Tracked<f64>) -> Tracked<f64>,
) {
    let mut x = vec![0.0; gradients[0].len()];
    let mut twin = vec![Tracked::<f64>::zero(); x.len()];
    for (update, gradient) in gradients.iter().enumerate() {
        advance(optimizer, &mut x, |_| gradient.clone());
        for (element, twin) in twin.iter_mut().enumerate() {
            *twin = *twin - formula(update + 1, element, Tracked::exactly(gradient[element]));
            let found = x[element];
            property.within("x as by the formula", twin.distance(found), twin.bound(), || {
                format!("update {}, g = {:e}: x = {found:e} against {:e}", update + 1, gradient[element], twin.value())
            });
        }
    }
}

/// The evidence of one comparison with a formula.
pub fn followed(
    mut optimizer: Box<dyn Optimizer<f64>>,
    gradients: &[Vec<f64>],
    formula: impl FnMut(usize, usize, Tracked<f64>) -> Tracked<f64>,
) -> Evidence {
    let mut property = Property::new();
    follow(&mut property, &mut *optimizer, gradients, formula);
    property.evidence()
}

/// `√v + ε` or `√(v + ε)`.
pub fn denominator<R: Root>(second_moment: R, placement: Epsilon, epsilon: &R) -> R {
    match placement {
        Epsilon::Inside => (second_moment + epsilon).sqrt(),
        Epsilon::Outside | Epsilon::Hat => second_moment.sqrt() + epsilon,
    }
}

/// An interval's ends as people read them.
pub fn shown(interval: Interval) -> String {
    format!("[{:e}, {:e}]", interval.lo, interval.hi)
}

/// `2^exponent`.
pub fn power_of_two(exponent: isize) -> Rational {
    Rational::from(2).pow(exponent)
}
