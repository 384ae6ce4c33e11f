//! The stream of gradients on which Adam fails (Reddi, Kale and Kumar 2018, Theorem 1), and the methods that run on it.
//!
//! On `[-1, 1]` the losses are `C x` once and `-x` twice, again and again; -1 is best.

use crate::number::{Rational, Root, rational};
use crate::optimizers::{Adam, Algorithm, AmsGrad, Epsilon, MaximumOrder, Method, Moments, Optimizer, advance};
use crate::subject::Impostor;

/// `β₁ = 0` and `β₂`.
pub fn memory(beta2: Rational) -> Moments<Rational> {
    Moments { beta1: Rational::ZERO, beta2 }
}

/// The `β₂ = 1/(1 + C²)` that belongs to the large gradient C.
pub fn short(large: &Rational) -> Moments<Rational> {
    memory(Rational::ONE / (Rational::ONE + large * large))
}

/// With projection onto `[-1, 1]`.
pub fn on_the_interval(algorithm: Algorithm) -> Method {
    Method::new(algorithm, rational(1, 2)).projected(-Rational::ONE, Rational::ONE)
}

/// Adam as Reddi et al. write it: without bias correction, `ε = 0`.
pub fn uncorrected(moments: Moments<Rational>) -> Algorithm {
    Algorithm::Adam(Adam { moments, epsilon: Rational::ZERO, placement: Epsilon::Outside, bias_correction: false })
}

/// AMSGrad with `ε = 0` in this order.
pub fn maximal(moments: Moments<Rational>, order: MaximumOrder) -> Algorithm {
    let (epsilon, initial_moment) = (Rational::ZERO, Rational::ZERO);
    Algorithm::AmsGrad(AmsGrad { moments, epsilon, placement: Epsilon::Outside, order, initial_moment })
}

/// Adam that fails for this C.
pub fn reddi(large: &Rational) -> Method {
    on_the_interval(uncorrected(short(large)))
}

/// AMSGrad with the same parameters.
pub fn amsgrad(large: &Rational) -> Method {
    on_the_interval(maximal(short(large), MaximumOrder::Uncorrected))
}

/// Projected gradient descent.
pub fn gradient_descent(_: &Rational) -> Method {
    on_the_interval(Algorithm::GradientDescent)
}

/// Runs AMSGrad for Adam.
pub static KEEPS_MAXIMUM: Impostor = Impostor {
    name: "AMSGrad for Adam",
    instead: |method| match &method.algorithm {
        Algorithm::Adam(rule) => Method { algorithm: maximal(rule.moments.clone(), MaximumOrder::Uncorrected), ..method.clone() },
        _ => method.clone(),
    },
};

/// Runs Adam for AMSGrad.
pub static LOSES_MAXIMUM: Impostor = Impostor {
    name: "Adam for AMSGrad",
    instead: |method| match &method.algorithm {
        Algorithm::AmsGrad(rule) => Method { algorithm: uncorrected(rule.moments.clone()), ..method.clone() },
        _ => method.clone(),
    },
};

/// The step size of step t, from η and t.
pub type Rates<R> = fn(R, R) -> R;

/// `η/√t`.
pub fn decaying<R: Root>(rate: R, t: R) -> R {
    rate / t.sqrt()
}

/// Runs an optimizer for whole cycles from `x_1 = 1`; `see` is given t, `x_t` and the gradient before each update.
pub fn follow<R: Root<Wide = R>>(
    optimizer: &mut dyn Optimizer<R>,
    large: &Rational,
    (rate, rates): (&Rational, Rates<R>),
    cycles: u32,
    mut see: impl FnMut(u32, &R, &R),
) {
    let (large, small, rate) = (R::of(large), -R::one(), R::of(rate));
    let mut x = vec![R::one()];
    for t in 1..=3 * cycles {
        let gradient = if t % 3 == 1 { large.clone() } else { small.clone() };
        see(t, &x[0], &gradient);
        optimizer.set_step_size(rates(rate.clone(), R::int(i64::from(t))));
        advance(optimizer, &mut x, |_| vec![gradient]);
    }
}
