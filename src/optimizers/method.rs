//! A method as data: an algorithm, its conventions and its exact hyper-parameters.

use super::ascent::Ascent;
use super::decayed_tensors::DecayedTensors;
use super::elementwise::Elementwise;
use super::l1::{Proximal, Subgradient};
use super::lamb::Trusted;
use super::lars::Adapted;
use super::projected::Projected;
use super::stored::Stored;
use super::tensorwise::{Directed, Tensorwise};
use super::{
    AdaBound, AdaGrad, Adadelta, Adam, Adamax, Adaptation, AmsGrad, Counter, Decay, Decayed, Extrapolation, Fista, Form,
    GradientDescent, HeavyBall, L1, Lamb, Lars, Lion, Momentum, NAdam, Nesterov, Normalized, Optimizer, RAdam, RmsProp, Rule,
    Scope, SignDescent, Signum, Treatment, Tuning,
};
use crate::kernels::{Isa, Storage};
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
    /// Which way to go.
    pub goal: Goal,
    /// What counts the updates.
    pub counter: Counter,
}

/// Which way an optimizer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Downhill.
    Minimize,
    /// Uphill: the gradient is negated before weight decay is added, so that decay still shrinks (PyTorch's `maximize`).
    Maximize,
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
    SignDescent,
    Signum(Signum<Rational>),
    Lion(Lion<Rational>),
    AdaGrad(AdaGrad<Rational>),
    Adadelta(Adadelta<Rational>),
    RmsProp(RmsProp<Rational>),
    Adam(Adam<Rational>),
    Adamax(Adamax<Rational>),
    AmsGrad(AmsGrad<Rational>),
    NAdam(NAdam<Rational>),
    RAdam(RAdam<Rational>),
    AdaBound(AdaBound<Rational>),
    L1(L1<Rational>),
    Normalized(Normalized<Rational>),
    Lamb(Lamb<Rational>),
    Lars(Lars<Rational>),
}

impl Algorithm {
    /// The same algorithm with its numbers changed.
    pub fn map(&self, number: &impl Fn(&Rational) -> Rational) -> Algorithm {
        macro_rules! rules {
            ($($name:ident)*) => {
                match self {
                    Algorithm::GradientDescent | Algorithm::Fista | Algorithm::SignDescent => self.clone(),
                    $(Algorithm::$name(rule) => Algorithm::$name(rule.map(number)),)*
                }
            };
        }
        rules! {
            Momentum HeavyBall Nesterov Signum Lion AdaGrad Adadelta RmsProp Adam Adamax AmsGrad NAdam RAdam AdaBound L1 Normalized
            Lamb Lars
        }
    }
}

impl Method {
    /// The algorithm at this step size, downhill, without decay or projection, each tensor with its own counter.
    pub fn new(algorithm: Algorithm, step_size: Rational) -> Self {
        Method { algorithm, step_size, decay: None, interval: None, goal: Goal::Minimize, counter: Counter::Each }
    }

    /// Gradient descent at this step size.
    pub fn gradient_descent(step_size: Rational) -> Self {
        Method::new(Algorithm::GradientDescent, step_size)
    }

    /// The heavy ball with these parameters.
    pub fn heavy_ball(Tuning { step_size, momentum }: Tuning) -> Self {
        Method::new(Algorithm::HeavyBall(HeavyBall { momentum }), step_size)
    }

    /// What an element's step depends on besides the element itself: `None` for nothing, otherwise its tensor or all of them.
    pub fn scope(&self) -> Option<Scope> {
        match &self.algorithm {
            Algorithm::Normalized(rule) => Some(rule.scope),
            Algorithm::Lamb(Lamb { trust, .. }) | Algorithm::Lars(Lars { trust, .. }) => Some(trust.scope),
            _ => None,
        }
    }

    /// The same method with its numbers changed.
    pub fn map(&self, number: &impl Fn(&Rational) -> Rational) -> Method {
        Method {
            algorithm: self.algorithm.map(number),
            step_size: number(&self.step_size),
            decay: self.decay.as_ref().map(|decay| decay.map(number)),
            interval: self.interval.as_ref().map(|ends| ends.each_ref().map(number)),
            goal: self.goal,
            counter: self.counter,
        }
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

    /// The reference optimizer for parameters that are held as `P` and have their state and arithmetic in `R`, its loops compiled for
    /// `isa`: `build_stored::<bf16, f32>` is training in mixed precision without a master copy of the parameters.
    pub fn build_stored<P: Real + Storage<R>, R: Root>(&self, isa: Isa) -> Box<dyn Optimizer<P, R>>
    where
        R::Wide: Root,
    {
        self.with_roots(isa)
    }

    /// The reference optimizer in the arithmetic `R`, its loops compiled for `isa`.
    pub fn build_for<R: Root>(&self, isa: Isa) -> Box<dyn Optimizer<R>>
    where
        R::Wide: Root,
    {
        self.with_roots(isa)
    }

    fn with_roots<P: Real + Storage<R>, R: Root>(&self, isa: Isa) -> Box<dyn Optimizer<P, R>>
    where
        R::Wide: Root,
    {
        let number = &R::Wide::of;
        match &self.algorithm {
            Algorithm::Fista => self.finish(Fista::new(), isa),
            Algorithm::AdaGrad(rule) => self.finish(rule.map(number), isa),
            Algorithm::Adadelta(rule) => self.finish(rule.map(number), isa),
            Algorithm::RmsProp(rule) => match rule.slots() {
                1 => self.finish::<P, R, 1, _>(rule.map(number), isa),
                2 => self.finish::<P, R, 2, _>(rule.map(number), isa),
                _ => self.finish::<P, R, 3, _>(rule.map(number), isa),
            },
            Algorithm::Adam(rule) => self.finish(rule.map(number), isa),
            Algorithm::AmsGrad(rule) => self.finish(rule.map(number), isa),
            Algorithm::NAdam(rule) => self.finish(rule.map(number), isa),
            Algorithm::RAdam(rule) => self.finish(rule.map(number), isa),
            Algorithm::AdaBound(rule) if rule.maximum => self.finish::<P, R, 3, _>(rule.map(number), isa),
            Algorithm::AdaBound(rule) => self.finish::<P, R, 2, _>(rule.map(number), isa),
            Algorithm::L1(L1 { strength, treatment: Treatment::Accelerated }) => {
                self.finish(Proximal { rule: Fista::new(), strength: number(strength) }, isa)
            }
            Algorithm::Normalized(rule) => {
                let inner = Box::new(Elementwise::new(GradientDescent, number(&self.step_size), isa, self.counter));
                self.finish_tensors(Tensorwise { isa, rule: rule.map(&narrow::<R>), inner })
            }
            Algorithm::Lamb(rule) => {
                let decay = (!rule.decay.is_zero()).then(|| number(&rule.decay));
                let adapted = decay.is_some() || rule.adaptation == Adaptation::Always;
                let scale = Trusted(adapted.then(|| rule.trust.map(&narrow::<R>)));
                let adam = rule.adam.map(number);
                self.finish_tensors(Directed::new(adam, decay, scale, number(&self.step_size), isa, self.counter))
            }
            Algorithm::Lars(rule) => {
                let adapted = !rule.decay.is_zero() || rule.adaptation == Adaptation::Always;
                let scale = || (narrow::<R>(&rule.decay), rule.trust.map(&narrow::<R>), rule.step_norm);
                let inner = Box::new(Elementwise::new(rule.momentum.map(number), number(&self.step_size), isa, self.counter));
                self.finish_tensors(Tensorwise { isa, rule: Adapted(adapted.then(scale)), inner })
            }
            _ => self.rootless(isa).expect("the algorithms with roots are above"),
        }
    }

    /// The reference optimizer in exact rational arithmetic; `None` for algorithms that take roots.
    pub fn build_exact(&self) -> Option<Box<dyn Optimizer<Rational>>> {
        self.rootless(Isa::Scalar)
    }

    fn rootless<P: Real + Storage<R>, R: Real>(&self, isa: Isa) -> Option<Box<dyn Optimizer<P, R>>> {
        let number = &R::Wide::of;
        Some(match &self.algorithm {
            Algorithm::GradientDescent => self.finish(GradientDescent, isa),
            Algorithm::Momentum(rule) => self.finish(rule.map(number), isa),
            Algorithm::HeavyBall(rule) => self.finish(rule.map(number), isa),
            Algorithm::Nesterov(rule) => self.finish(rule.map(number), isa),
            Algorithm::SignDescent => self.finish(SignDescent, isa),
            Algorithm::Signum(rule) => self.finish(rule.map(number), isa),
            Algorithm::Lion(rule) => self.finish(rule.map(number), isa),
            Algorithm::Adamax(rule) => self.finish(rule.map(number), isa),
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

    /// Decay, ascent and projection around a rule, in that order: the method's own, or one that somebody takes in its place.
    pub(crate) fn finish<P: Real + Storage<R>, R: Real, const N: usize, K: Rule<R, N>>(
        &self,
        rule: K,
        isa: Isa,
    ) -> Box<dyn Optimizer<P, R>> {
        let step_size = R::Wide::of(&self.step_size);
        let inner: Box<dyn Optimizer<P, R>> = match &self.decay {
            None => Box::new(Elementwise::new(rule, step_size, isa, self.counter)),
            Some(decay) => {
                let rule = Decayed { rule, decay: decay.map(&R::Wide::of), base_step_size: step_size.clone() };
                Box::new(Elementwise::new(rule, step_size, isa, self.counter))
            }
        };
        self.around(inner)
    }

    /// Decay, ascent and projection around an optimizer that looks at whole tensors.
    fn finish_tensors<P: Real + Storage<R>, R: Real>(&self, inner: impl Optimizer<R> + 'static) -> Box<dyn Optimizer<P, R>> {
        let step_size = R::Wide::of(&self.step_size);
        let inner: Box<dyn Optimizer<R>> = match &self.decay {
            None => Box::new(inner),
            Some(decay) => {
                let (inner, decay) = (Box::new(inner), decay.map(&R::Wide::of));
                Box::new(DecayedTensors { inner, decay, base_step_size: step_size.clone(), step_size })
            }
        };
        self.around(Box::new(Stored { inner }))
    }

    /// Ascent and projection.
    fn around<P: Real, R: Real>(&self, inner: Box<dyn Optimizer<P, R>>) -> Box<dyn Optimizer<P, R>> {
        let inner = match self.goal {
            Goal::Minimize => inner,
            Goal::Maximize => Box::new(Ascent { inner }),
        };
        match &self.interval {
            None => inner,
            Some([low, high]) => Box::new(Projected { inner, low: P::of(low), high: P::of(high) }),
        }
    }
}

/// A hyper-parameter in the parameters' type, rounded to the wide one first as the frameworks do.
fn narrow<R: Real>(value: &Rational) -> R {
    R::narrow(&R::Wide::of(value))
}

/// NAdam's `0.96^ψ` for a decay ψ, rounded to 256 bits, so that twins in any of our arithmetics round it once more at most.
pub fn warming_base(momentum_decay: &Rational) -> Rational {
    // Beyond this ψ the power is below the least positive f64, and from some ψ on no memory holds its digits.
    if *momentum_decay > Rational::from(20_000) {
        return Rational::ZERO;
    }
    let big = |integer: IBig| FBig::<HalfEven, 2>::from(integer).with_precision(256).value();
    let fraction = |x: &Rational| big(x.numerator().clone()) / big(x.denominator().clone().into());
    let base = fraction(&Rational::from_parts(IBig::from(24), UBig::from(25u8))).powf(&fraction(momentum_decay));
    Rational::try_from(base).expect("a power of a positive number is finite")
}
