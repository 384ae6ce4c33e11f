//! Gradients with closed sums, and the comparison of a method with positions that come from them.
//!
//! The kernels' distance from the closed form must stay within the bound that `Tracked` derives, and that bound within a tenth of
//! the effect of a step size that is wrong by a hundredth (f32) or a billionth (f64).

use gradproof::number::{Big, Format, Rational, Real, Root, Tracked, rational};
use gradproof::optimizers::{Epsilon, Method, Moments, advance};

/// Gradients for which weighted sums have closed forms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// `g_i = 3/4`.
    Constant,
    /// `g_1 = 3/2`, then 0.
    Spike,
    /// `g_i = 3 · 2^(1-i)`.
    Geometric,
    /// `g_1 = 10`, then `1/8`: the input that separates the orders of AMSGrad.
    Outlier,
}

pub const INPUTS: [Input; 4] = [Input::Constant, Input::Spike, Input::Geometric, Input::Outlier];
pub const STEPS: u64 = 40;
pub const PLACES: [Epsilon; 3] = [Epsilon::Outside, Epsilon::Inside, Epsilon::Hat];

pub fn big(x: &Rational) -> Big {
    Big::of(x)
}

pub fn one() -> Big {
    Big::one()
}

pub fn size(x: Big) -> Big {
    if x < Big::zero() { -x } else { x }
}

impl Input {
    pub fn gradient(self, i: u64) -> Rational {
        match (self, i) {
            (Input::Constant, _) => rational(3, 4),
            (Input::Spike, 1) => rational(3, 2),
            (Input::Spike, _) => Rational::ZERO,
            (Input::Geometric, i) => rational(3, 1 << (i - 1)),
            (Input::Outlier, 1) => rational(10, 1),
            (Input::Outlier, _) => rational(1, 8),
        }
    }

    /// `Σ_(i=1)^t β^(t-i) g_i^power`.
    pub fn sum(self, beta: &Big, t: u64, power: u64) -> Big {
        let first = big(&self.gradient(1)).power(power);
        // Σ β^(t-i) r^(i-1) = (β^t - r^t) / (β - r)
        let geometric = |r: Big, terms: u64| {
            if r == *beta {
                Big::int(terms as i64) * beta.power(terms - 1)
            } else {
                (beta.power(terms) - r.power(terms)) / (beta.clone() - r)
            }
        };
        match self {
            Input::Constant => first * geometric(one(), t),
            Input::Spike => first * beta.power(t - 1),
            Input::Geometric => first * geometric(big(&rational(1, 2)).power(power), t),
            Input::Outlier if t == 1 => first,
            Input::Outlier => first * beta.power(t - 1) + big(&rational(1, 8)).power(power) * geometric(one(), t - 1),
        }
    }

    /// `(1 - β) Σ β^(t-i) g_i^power`.
    pub fn average(self, beta: &Big, t: u64, power: u64) -> Big {
        (one() - beta) * self.sum(beta, t, power)
    }
}

/// The parameter after each step, from 3/8.
pub fn run<R: Root>(method: &Method, input: Input) -> Vec<R>
where
    R::Wide: Root,
{
    let mut optimizer = method.build::<R>();
    let mut x = vec![R::of(&rational(3, 8))];
    let step = |t| {
        advance(&mut *optimizer, &mut x, |_| vec![R::of(&input.gradient(t))]);
        x[0].clone()
    };
    (1..=STEPS).map(step).collect()
}

pub fn in_format<F: Format + Root<Wide = f64> + Into<f64>>(method: &Method, input: Input, oracle: &[Big], error: &Rational) {
    let found = run::<F>(method, input);
    let tracked = run::<Tracked<F>>(method, input);
    for (t, ((found, tracked), oracle)) in found.iter().zip(&tracked).zip(oracle).enumerate() {
        let distance = size(Big::exactly((*found).into()) - oracle).to_f64();
        let (bound, exact) = (tracked.bound(), oracle.to_f64());
        assert!(distance <= bound, "{method:?}, {input:?}, t = {}: {found:?} against {exact}, bound {bound:e}", t + 1);
        let own = tracked.distance(exact);
        // Half an ulp of `exact`, and the twin's own error where the positions cancel (all are below 16).
        assert!(
            own <= 0.5 * f64::EPSILON * exact.abs() + 16.0 * f64::EPSILON * f64::EPSILON,
            "{method:?}, {input:?}, t = {}: twin {own:e} from the oracle",
            t + 1
        );
    }
    let mutant = Method { step_size: &method.step_size * (Rational::ONE + error), ..method.clone() };
    let last = oracle.len() - 1;
    let effect = size(Big::exactly(run::<F>(&mutant, input)[last].into()) - &oracle[last]).to_f64();
    let bound = tracked[last].bound();
    assert!(10.0 * bound <= effect, "{method:?}, {input:?}: a bound of {bound:e} hides an effect of {effect:e}");
}

/// Holds a method against `x_t` for t = 1, 2, ...
pub fn holds(method: &Method, input: Input, oracle: &[Big]) {
    in_format::<f32>(method, input, oracle, &rational(1, 100));
    in_format::<f64>(method, input, oracle, &rational(1, 1_000_000_000));
}

/// `x_t = 3/8 - Σ_(i ≤ t) step_i`.
pub fn descended(step: impl Fn(u64) -> Big) -> Vec<Big> {
    let mut x = big(&rational(3, 8));
    let next = |t| {
        x = x.clone() - step(t);
        x.clone()
    };
    (1..=STEPS).map(next).collect()
}

pub fn eta() -> Rational {
    rational(1, 10)
}

/// `numerator / (√(c v) + ε)`, or with ε inside, or as ε̂ beside the uncorrected root.
pub fn divided(numerator: Big, v: Big, correction: Big, epsilon: &Big, placement: Epsilon) -> Big {
    let corrected = v / &correction;
    numerator
        / match placement {
            Epsilon::Outside => corrected.sqrt() + epsilon,
            Epsilon::Inside => (corrected + epsilon).sqrt(),
            Epsilon::Hat => corrected.sqrt() + epsilon.clone() / correction.sqrt(),
        }
}

pub fn moments() -> Moments<Rational> {
    Moments { beta1: rational(9, 10), beta2: rational(999, 1000) }
}

/// Large, so that its place shows.
pub fn epsilon() -> Rational {
    rational(1, 64)
}

pub fn corrections(t: u64) -> (Big, Big) {
    let Moments { beta1, beta2 } = moments();
    (one() - big(&beta1).power(t), one() - big(&beta2).power(t))
}

pub fn averages(input: Input, t: u64) -> (Big, Big) {
    let Moments { beta1, beta2 } = moments();
    (input.average(&big(&beta1), t, 1), input.average(&big(&beta2), t, 2))
}
