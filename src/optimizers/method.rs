//! A method as data: an algorithm, its conventions and its exact hyper-parameters.

use super::decayed_tensors::DecayedTensors;
use super::elementwise::Elementwise;
use super::l1::{Proximal, Subgradient};
use super::lamb::Trusted;
use super::lars::Adapted;
use super::projected::Projected;
use super::tensorwise::{Directed, Tensorwise};
use super::{
    AdaGrad, Adam, Adaptation, AmsGrad, Decay, Decayed, Extrapolation, Fista, Form, GradientDescent, HeavyBall, L1, Lamb, Lars,
    Momentum, NAdam, Nesterov, Normalized, Optimizer, RAdam, RmsProp, Rule, Treatment, Tuning,
};
use crate::kernels::Isa;
use crate::number::{Rational, Real, Root};
use dashu_float::{FBig, round::mode::HalfEven};
use dashu_int::{IBig, UBig};

/// What an implementation is asked to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// The algorithm with its conventions.
    pub algorithm: Algorithm,
    /// Learning rate η.
    pub step_size: Rational,
    /// Weight decay.
    pub decay: Option<Decay<Rational>>,
    /// The interval `[low, high]` onto which each parameter is projected after a step.
    pub interval: Option<[Rational; 2]>,
}

/// The algorithms.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "each variant is documented at its rule")]
pub enum Algorithm {
    GradientDescent,
    Momentum(Momentum<Rational>),
    HeavyBall(HeavyBall<Rational>),
    Nesterov(Nesterov<Rational>),
    Fista,
    AdaGrad(AdaGrad<Rational>),
    RmsProp(RmsProp<Rational>),
    Adam(Adam<Rational>),
    AmsGrad(AmsGrad<Rational>),
    NAdam(NAdam<Rational>),
    RAdam(RAdam<Rational>),
    L1(L1<Rational>),
    Normalized(Normalized<Rational>),
    Lamb(Lamb<Rational>),
    Lars(Lars<Rational>),
}

impl Method {
    /// The algorithm at this step size, without decay or projection.
    pub fn new(algorithm: Algorithm, step_size: Rational) -> Self {
        Method { algorithm, step_size, decay: None, interval: None }
    }

    /// Gradient descent at this step size.
    pub fn gradient_descent(step_size: Rational) -> Self {
        Method::new(Algorithm::GradientDescent, step_size)
    }

    /// The heavy ball with these parameters.
    pub fn heavy_ball(Tuning { step_size, momentum }: Tuning) -> Self {
        Method::new(Algorithm::HeavyBall(HeavyBall { momentum }), step_size)
    }

    /// The same method with weight decay.
    pub fn with_decay(self, strength: Rational, coupling: super::Coupling) -> Self {
        Method { decay: Some(Decay { strength, coupling }), ..self }
    }

    /// The same method with each parameter projected onto `[low, high]` after a step.
    pub fn projected(self, low: Rational, high: Rational) -> Self {
        Method { interval: Some([low, high]), ..self }
    }

    /// The reference optimizer in the arithmetic `R`, its loops compiled for the instruction set of the environment.
    pub fn build<R: Root>(&self) -> Box<dyn Optimizer<R>>
    where
        R::Wide: Root,
    {
        self.build_for(Isa::current())
    }

    /// The reference optimizer in the arithmetic `R`, its loops compiled for `isa`.
    pub fn build_for<R: Root>(&self, isa: Isa) -> Box<dyn Optimizer<R>>
    where
        R::Wide: Root,
    {
        let number = &R::Wide::of;
        match &self.algorithm {
            Algorithm::Fista => self.finish(Fista::new(), isa),
            Algorithm::AdaGrad(rule) => self.finish(rule.map(number), isa),
            Algorithm::RmsProp(rule) => self.finish(rule.map(number), isa),
            Algorithm::Adam(rule) => self.finish(rule.map(number), isa),
            Algorithm::AmsGrad(rule) => self.finish(rule.map(number), isa),
            Algorithm::NAdam(rule) => self.finish(rule.map(number), isa),
            Algorithm::RAdam(rule) => self.finish(rule.map(number), isa),
            Algorithm::L1(L1 { strength, treatment: Treatment::Accelerated }) => {
                self.finish(Proximal { rule: Fista::new(), strength: number(strength) }, isa)
            }
            Algorithm::Normalized(rule) => {
                let inner = Box::new(Elementwise::new(GradientDescent, number(&self.step_size), isa));
                self.finish_tensors(Tensorwise { isa, rule: rule.map(&narrow::<R>), inner })
            }
            Algorithm::Lamb(rule) => {
                let decay = (!rule.decay.is_zero()).then(|| number(&rule.decay));
                let adapted = decay.is_some() || rule.adaptation == Adaptation::Always;
                let scale = Trusted(adapted.then(|| rule.trust.map(&narrow::<R>)));
                self.finish_tensors(Directed::new(rule.adam.map(number), decay, scale, number(&self.step_size), isa))
            }
            Algorithm::Lars(rule) => {
                let adapted = !rule.decay.is_zero() || rule.adaptation == Adaptation::Always;
                let scale = || (narrow::<R>(&rule.decay), rule.trust.map(&narrow::<R>), rule.step_norm);
                let inner = Box::new(Elementwise::new(rule.momentum.map(number), number(&self.step_size), isa));
                self.finish_tensors(Tensorwise { isa, rule: Adapted(adapted.then(scale)), inner })
            }
            _ => self.rootless(isa).expect("the algorithms with roots are above"),
        }
    }

    /// The reference optimizer in exact rational arithmetic; `None` for algorithms that take roots.
    pub fn build_exact(&self) -> Option<Box<dyn Optimizer<Rational>>> {
        self.rootless(Isa::Scalar)
    }

    fn rootless<R: Real>(&self, isa: Isa) -> Option<Box<dyn Optimizer<R>>> {
        let number = &R::Wide::of;
        Some(match &self.algorithm {
            Algorithm::GradientDescent => self.finish(GradientDescent, isa),
            Algorithm::Momentum(rule) => self.finish(rule.map(number), isa),
            Algorithm::HeavyBall(rule) => self.finish(rule.map(number), isa),
            Algorithm::Nesterov(rule) => self.finish(rule.map(number), isa),
            Algorithm::L1(L1 { strength, treatment }) => {
                let strength = number(strength);
                match treatment {
                    Treatment::Subgradient(at_zero) => {
                        self.finish(Subgradient { rule: GradientDescent, strength, at_zero: *at_zero }, isa)
                    }
                    Treatment::Proximal => self.finish(Proximal { rule: GradientDescent, strength }, isa),
                    Treatment::AcceleratedCounting => {
                        let rule = Nesterov { momentum: Extrapolation::Counting, form: Form::Sequence };
                        self.finish(Proximal { rule, strength }, isa)
                    }
                    Treatment::Accelerated => return None,
                }
            }
            _ => return None,
        })
    }

    /// Decay and projection around the rule, in that order.
    fn finish<R: Real, const N: usize, K: Rule<R, N>>(&self, rule: K, isa: Isa) -> Box<dyn Optimizer<R>> {
        let step_size = R::Wide::of(&self.step_size);
        let inner: Box<dyn Optimizer<R>> = match &self.decay {
            None => Box::new(Elementwise::new(rule, step_size, isa)),
            Some(decay) => {
                let rule = Decayed { rule, decay: decay.map(&R::Wide::of), base_step_size: step_size.clone() };
                Box::new(Elementwise::new(rule, step_size, isa))
            }
        };
        self.project(inner)
    }

    /// Decay and projection around an optimizer that looks at whole tensors.
    fn finish_tensors<R: Real>(&self, inner: impl Optimizer<R> + 'static) -> Box<dyn Optimizer<R>> {
        let step_size = R::Wide::of(&self.step_size);
        let inner: Box<dyn Optimizer<R>> = Box::new(inner);
        self.project(match &self.decay {
            None => inner,
            Some(decay) => {
                let decay = decay.map(&R::Wide::of);
                Box::new(DecayedTensors { inner, decay, base_step_size: step_size.clone(), step_size })
            }
        })
    }

    fn project<R: Real>(&self, inner: Box<dyn Optimizer<R>>) -> Box<dyn Optimizer<R>> {
        match &self.interval {
            None => inner,
            Some([low, high]) => Box::new(Projected { inner, low: R::of(low), high: R::of(high) }),
        }
    }
}

/// A hyper-parameter in the parameters' type, rounded to the wide one first as the frameworks do.
fn narrow<R: Real>(value: &Rational) -> R {
    R::narrow(&R::Wide::of(value))
}

/// NAdam's `0.96^ψ` for a decay ψ, rounded to 256 bits, so that twins in any of our arithmetics round it once more at most.
pub fn warming_base(momentum_decay: &Rational) -> Rational {
    let big = |integer: IBig| FBig::<HalfEven, 2>::from(integer).with_precision(256).value();
    let fraction = |x: &Rational| big(x.numerator().clone()) / big(x.denominator().clone().into());
    let base = fraction(&Rational::from_parts(IBig::from(24), UBig::from(25u8))).powf(&fraction(momentum_decay));
    Rational::try_from(base).expect("a power of a positive number is finite")
}
