//! An optimizer whose steps are taken in another way.

use super::Cause;
use crate::audit::conformance::Twin;
use crate::audit::conventions::Candidate;
use crate::audit::trace::Trace;
use crate::number::{Bounded, Real, Root};
use crate::optimizers::{Coupling, Goal, Method, Optimizer, Saved};
use std::borrow::Cow;

/// One step as somebody else may take it.
pub(super) struct Call<'a, R: Real> {
    /// The optimizer, with the learning rate of this step.
    pub optimizer: &'a mut dyn Optimizer<R>,
    /// All tensors.
    pub parameters: &'a mut [Vec<R>],
    /// Their gradients.
    pub gradients: &'a [Option<&'a [R]>],
    /// The learning rate of this step.
    pub rate: &'a R::Wide,
    /// The number of this step, from 1.
    pub number: i64,
}

/// How a step is taken.
pub(super) type Detour<R> = Box<dyn FnMut(Call<R>) + Send>;

struct Detoured<R: Real> {
    inner: Box<dyn Optimizer<R>>,
    detour: Detour<R>,
    rate: R::Wide,
    steps: i64,
}

impl<R: Real> Optimizer<R> for Detoured<R> {
    fn probe(&self, parameters: &[Vec<R>]) -> Vec<Vec<R>> {
        self.inner.probe(parameters)
    }

    fn step(&mut self, parameters: &mut [Vec<R>], gradients: &[Option<&[R]>]) {
        self.steps += 1;
        let (optimizer, rate, number) = (self.inner.as_mut(), &self.rate, self.steps);
        (self.detour)(Call { optimizer, parameters, gradients, rate, number });
    }

    fn set_step_size(&mut self, step_size: R::Wide) {
        self.rate = step_size.clone();
        self.inner.set_step_size(step_size);
    }

    fn save(&self) -> Saved<R> {
        self.inner.save()
    }

    fn load(&mut self, saved: Saved<R>) {
        self.inner.load(saved);
    }
}

/// The gradients that the rule of a method sees: turned where it goes uphill, with the decay where it is coupled.
pub(super) struct Seen<R> {
    uphill: bool,
    decay: Option<R>,
}

impl<R: Real> Seen<R> {
    pub fn by(method: &Method) -> Self {
        let coupled = method.decay.as_ref().filter(|decay| decay.coupling == Coupling::Gradient);
        let decay = coupled.map(|decay| R::narrow(&R::Wide::of(&decay.strength)));
        Seen { uphill: method.goal == Goal::Maximize, decay }
    }

    /// At a parameter with this gradient.
    pub fn at(&self, x: &R, gradient: &R) -> R {
        let turned = if self.uphill { -gradient.clone() } else { gradient.clone() };
        match &self.decay {
            Some(decay) => turned + x.clone() * decay,
            None => turned,
        }
    }

    /// The method that is left once its rule is given these.
    pub fn rest(&self, method: &Method) -> Method {
        let decay = if self.decay.is_some() { None } else { method.decay.clone() };
        Method { decay, goal: Goal::Minimize, ..method.clone() }
    }
}

/// A hypothesis about how the steps of a method are taken.
pub(super) struct Hypothesis<R: Real> {
    /// What it says, after "all of it is explained by".
    pub words: String,
    /// The method.
    pub method: Method,
    /// How its steps are taken.
    pub detour: Detour<R>,
}

impl<N: Bounded> Hypothesis<N>
where
    N::Wide: Root,
{
    /// A method whose steps are taken in another way.
    pub fn new(words: impl Into<String>, method: &Method, detour: impl FnMut(Call<N>) + Send + 'static) -> Self {
        Hypothesis { words: words.into(), method: method.clone(), detour: Box::new(detour) }
    }

    /// The cause, if it explains the whole trace.
    pub fn explains(self, trace: &Trace, candidate: &Candidate) -> Option<Cause> {
        let Hypothesis { words, method, detour } = self;
        let rate = N::Wide::of(&method.step_size);
        let optimizer = Box::new(Detoured { inner: method.build::<N>(), detour, rate, steps: 0 });
        let fits = Twin::with(trace, optimizer, Cow::Borrowed(&trace.lr)).fits();
        fits.then(|| Cause::formula(trace, format!("all of it is explained by {words}"), candidate))
    }
}
