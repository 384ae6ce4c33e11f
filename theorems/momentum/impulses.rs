//! Momentum on given gradients: a linear filter, read from the steps that the code makes.

use crate::evidence::{Evidence, Exact};
use crate::lab::Lab;
use crate::number::{Polynomial, Rational, rational, to_f64};
use crate::optimizers::{Algorithm, HeavyBall, Method, Momentum, Optimizer, Saved, Velocity, advance};
use crate::subject::{NotOffered, Reference, Subject};

/// The momenta γ of the theorems that run more than one.
pub const MOMENTA: [(i64, u64); 3] = [(1, 2), (9, 10), (99, 100)];

/// Momentum in this convention.
pub fn with_velocity(momentum: &Rational, velocity: Velocity<Rational>) -> Algorithm {
    Algorithm::Momentum(Momentum { momentum: momentum.clone(), velocity })
}

/// The forms that have the same iterates, from the momentum: A, B and the heavy ball with two points.
pub const FORMS: [fn(&Rational) -> Algorithm; 3] = [
    |beta| with_velocity(beta, Velocity::StepOutside),
    |beta| with_velocity(beta, Velocity::StepInside),
    |beta| Algorithm::HeavyBall(HeavyBall { momentum: beta.clone() }),
];

/// `Σ_(i<t) q^i (1 - q) = 1 - q^t` for `q = β` and for `q = -β`: as polynomials in β for `t ≤ 50`, and for all t by induction.
/// `error` billionths are added to the new term of the sum.
pub fn geometric_sums(error: i64) -> Evidence {
    let mut exact = Exact::new();
    let [beta, power, sum] = Polynomial::variables();
    let term = beta.constant(&(Rational::ONE + rational(error, 1_000_000_000)));
    for (name, ratio) in [("q = β", beta.clone()), ("q = -β", -beta.clone())] {
        let rest = |sum: &Polynomial, power: &Polynomial| (beta.int(1) - &ratio) * sum - (beta.int(1) - power);
        let (mut partial, mut reached) = (beta.int(0), beta.int(1));
        for _ in 0..50 {
            (partial, reached) = (&ratio * &partial + &term, &ratio * &reached);
            exact.identity(&format!("{name}: the sum up to t = 50"), rest(&partial, &reached), beta.int(0));
        }
        let next = rest(&(&ratio * &sum + &term), &(&ratio * &power));
        exact.identity(&format!("{name}: from t to t + 1"), next, &ratio * rest(&sum, &power));
    }
    exact.evidence()
}

/// The code's displacements `x_(t-1) - x_t`, `t = 1, 2, ...`, on these gradients.
pub fn displacements(
    subject: &dyn Subject,
    method: &Method,
    gradients: &[Vec<Rational>],
) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let mut optimizer = subject.exact(method)?;
    let mut x = vec![Rational::ZERO; gradients[0].len()];
    let displacement = |gradient: &Vec<Rational>| {
        let before = x.clone();
        advance(&mut *optimizer, &mut x, |_| gradient.clone());
        before.iter().zip(&x).map(|(before, x)| before - x).collect()
    };
    Ok(gradients.iter().map(displacement).collect())
}

/// The weights of the gradients in the code's displacements over η: entry `j` of `weights[t - 1]` is that of `g_j` after `t` steps.
/// Holds for all gradients if the code is linear in them, which [`impulses`] tries.
pub fn weights(
    exact: &mut Exact,
    lab: &Lab,
    subject: &dyn Subject,
    algorithm: Algorithm,
    step_size: &Rational,
    steps: usize,
) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let found = impulses(exact, lab, subject, algorithm, &vec![step_size.clone(); steps], None)?;
    let weight = |(before, x): (&Rational, &Rational)| (before - x) / step_size;
    Ok(found.windows(2).map(|pair| pair[0].iter().zip(&pair[1]).take(steps).map(weight).collect()).collect())
}

/// The learning rate of step `t = 0, 1, ...`.
pub type Schedule = fn(usize) -> Rational;

/// The learning rates of the first steps.
pub fn rates(schedule: Schedule, steps: usize) -> Vec<Rational> {
    (0..steps).map(schedule).collect()
}

/// Falls from 1/10 to 1/100 at step 50.
pub fn step_decay(t: usize) -> Rational {
    if t < 50 { rational(1, 10) } else { rational(1, 100) }
}

/// Rises from 1/500 to 1/10 in 50 steps.
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

/// The schedules of the theorems under changing rates.
pub const SCHEDULES: [Schedule; 4] = [step_decay, warm_up, cosine, unsteady];

/// What multiplies the velocity where the learning rate changes, from the rates before and after.
pub type Factor = fn(&Rational, &Rational) -> Rational;

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

/// The iterates from `x = 1` with [`gradients`]: coordinate `i` of `x_t - 1` is the coefficient of `g_i` in it, and the last iterate
/// of the other three sequences must be the superposition. Where the learning rate changes, the saved velocity is multiplied by
/// `rescale`'s factor.
pub fn impulses(
    exact: &mut Exact,
    lab: &Lab,
    subject: &dyn Subject,
    algorithm: Algorithm,
    rates: &[Rational],
    rescale: Option<Factor>,
) -> Result<Vec<Vec<Rational>>, NotOffered> {
    let mut optimizer = subject.exact(&Method::new(algorithm, rates[0].clone()))?;
    let gradients = gradients(lab, rates.len());
    let mut x = vec![Rational::ONE; gradients[0].len()];
    let mut iterates = vec![x.clone()];
    for (t, rate) in rates.iter().enumerate() {
        if t > 0 && *rate != rates[t - 1] {
            optimizer.set_step_size(rate.clone());
            if let Some(rescale) = rescale {
                let factor = rescale(&rates[t - 1], rate);
                let mut saved = optimizer.save();
                for velocity in saved.tensors.iter_mut().flatten().flat_map(|(_, slots)| slots).flatten() {
                    *velocity *= &factor;
                }
                optimizer.load(saved);
            }
        }
        advance(&mut *optimizer, &mut x, |_| gradients[t].clone());
        iterates.push(x.clone());
    }
    linear(exact, &gradients, &x);
    Ok(iterates)
}

/// Compares two runs, coordinate by coordinate: coefficients, and iterates on the other gradients as far as both have them.
pub fn compare(exact: &mut Exact, condition: &str, left: &[Vec<Rational>], right: &[Vec<Rational>]) {
    let steps = left.len() - 1;
    for (t, (left, right)) in left.iter().zip(right).enumerate() {
        for (i, (left, right)) in left.iter().zip(right).enumerate() {
            exact.holds(condition, left == right, || {
                let [left, right] = [left, right].map(|x| to_f64(&(x - Rational::ONE)));
                format!("coordinate {i} of x_{t} (if i < {}, the coefficient of g_i): {left:e} against {right:e}", steps)
            });
        }
    }
}

/// A control's subject: the reference, with gradients clipped to `[-1, 1]`.
#[derive(Debug)]
pub struct Clipping;

impl Subject for Clipping {
    fn name(&self) -> &str {
        "clipped gradients"
    }

    fn double(&self, _method: &Method) -> Result<Box<dyn Optimizer<f64>>, NotOffered> {
        Err(NotOffered("clips in exact arithmetic only".into()))
    }

    fn single(&self, _method: &Method) -> Result<Box<dyn Optimizer<f32>>, NotOffered> {
        Err(NotOffered("clips in exact arithmetic only".into()))
    }

    fn exact(&self, method: &Method) -> Result<Box<dyn Optimizer<Rational>>, NotOffered> {
        Ok(Box::new(Clipped(Reference.exact(method)?)))
    }
}

struct Clipped(Box<dyn Optimizer<Rational>>);

impl Optimizer<Rational> for Clipped {
    fn probe(&self, parameters: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
        self.0.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<Rational>], gradients: &[Option<&[Rational]>]) {
        let clip = |g: &Rational| g.clone().clamp(-Rational::ONE, Rational::ONE);
        let clipped: Vec<Option<Vec<Rational>>> =
            gradients.iter().map(|tensor| tensor.map(|tensor| tensor.iter().map(clip).collect())).collect();
        let clipped: Vec<Option<&[Rational]>> = clipped.iter().map(Option::as_deref).collect();
        self.0.step(parameters, &clipped);
    }

    fn set_step_size(&mut self, step_size: Rational) {
        self.0.set_step_size(step_size);
    }

    fn save(&self) -> Saved<Rational> {
        self.0.save()
    }

    fn load(&mut self, saved: Saved<Rational>) {
        self.0.load(saved);
    }
}
