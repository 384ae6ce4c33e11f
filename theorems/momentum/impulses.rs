//! Runs on given gradients, unit impulses among them: their coordinates are the coefficients for every gradient sequence, if the code
//! is linear in the gradients.

use crate::evidence::Exact;
use crate::lab::Lab;
use crate::number::{Rational, rational, to_f64};

/// The learning rate of step `t = 0, 1, ...`.
pub type Schedule = fn(usize) -> Rational;

/// Its first `steps` rates.
pub fn rates(schedule: Schedule, steps: usize) -> Vec<Rational> {
    (0..steps).map(schedule).collect()
}

/// From 1/10 to 1/100 at step 50.
pub fn step_decay(t: usize) -> Rational {
    if t < 50 { rational(1, 10) } else { rational(1, 100) }
}

/// From 1/500 up to 1/10 in 50 equal steps.
pub fn warm_up(t: usize) -> Rational {
    rational(1 + t.min(49) as i64, 500)
}

/// Half a cosine from 1/10 down, rounded to thousandths of that.
pub fn cosine(t: usize) -> Rational {
    let cosine = libm::cos(std::f64::consts::PI * t as f64 / 60.0);
    rational(libm::round(500.0 * (1.0 + cosine)) as i64, 10_000)
}

/// The rates 1/100, 1/50, 1/20, 3/100, over and over.
pub fn unsteady(t: usize) -> Rational {
    rational([1, 2, 5, 3][t % 4], 100)
}

/// All four.
pub const SCHEDULES: [Schedule; 4] = [step_decay, warm_up, cosine, unsteady];

/// The gradients of all steps. In the first coordinates gradient `t` is the `t`-th unit vector; of the last three, one has an
/// impulse of -100 at the start and two have drawn numbers, in `[-1, 1]` and in `[-100, 100]`.
pub fn gradients(lab: &Lab, steps: usize) -> Vec<Vec<Rational>> {
    let draws = &mut lab.stream("dense").trial(0);
    let at = |t: usize| {
        let mut gradient: Vec<Rational> = (0..steps).map(|i| Rational::from(u8::from(i == t))).collect();
        let large = Rational::from(if t == 0 { -100 } else { 0 });
        gradient.extend([large, draws.fraction(-8..9, 8), draws.fraction(-100..101, 1)]);
        gradient
    };
    (0..steps).map(at).collect()
}

/// Tries whether the code is linear: `x`, which is the last iterate of a run from 1 on these gradients, holds the gradients' coefficients
/// and, behind them, what other sequences led to, which must be the superposition.
pub fn linear(exact: &mut Exact, gradients: &[Vec<Rational>], x: &[Rational]) {
    for place in gradients.len()..x.len() {
        let effects = gradients.iter().zip(x).map(|(gradient, x)| &gradient[place] * (x - Rational::ONE));
        let superposed = effects.fold(Rational::ONE, |sum, effect| sum + effect);
        exact.holds("the code is linear in the gradients", x[place] == superposed, || {
            let [found, superposed] = [&x[place], &superposed].map(to_f64);
            format!("coordinate {place} after {} steps: {found:e} against {superposed:e}", gradients.len())
        });
    }
}
