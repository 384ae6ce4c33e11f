//! An optimizer in this process, as its author's tests have it.

use super::header::Dtype;
use super::implementation::{Answer, Hello, Hyper, Implementation, Offer, Order, Running};
use super::setting::Setting;
use super::tensor::Tensor;
use crate::number::{bf16, f16};
use crate::{Error, Result};
use std::marker::PhantomData;

/// A type that an optimizer in this process may hold its parameters in.
pub trait Element: Copy + 'static {
    /// Its name in the protocol.
    const DTYPE: Dtype;
    /// The nearest number of this type.
    fn of(x: f64) -> Self;
    /// The number.
    fn number(self) -> f64;
}

macro_rules! element {
    ($type:ty, $dtype:ident, $of:expr, $number:expr) => {
        impl Element for $type {
            const DTYPE: Dtype = Dtype::$dtype;
            fn of(x: f64) -> Self {
                $of(x)
            }
            fn number(self) -> f64 {
                $number(self)
            }
        }
    };
}

element!(f64, F64, |x| x, |x| x);
element!(f32, F32, |x| x as f32, f64::from);
element!(bf16, Bf16, bf16::from_f64, bf16::to_f64);
element!(f16, F16, f16::from_f64, f16::to_f64);

/// An optimizer as two closures: one makes it from its hyper-parameters and the parameters, what it returns makes a step.
///
/// ```
/// use gradproof::audit::InProcess;
///
/// let descent = InProcess::new("sgd", &[("lr", 0.1)], |hyper, _: &[Vec<f32>]| {
///     let lr = hyper("lr") as f32;
///     move |parameters: &mut [Vec<f32>], gradients: &[Vec<f32>]| {
///         let pairs = parameters.iter_mut().flatten().zip(gradients.iter().flatten());
///         pairs.for_each(|(x, g)| *x -= lr * g);
///     }
/// });
/// # let _ = descent;
/// ```
pub struct InProcess<P, M> {
    name: String,
    hyper: Hyper,
    make: M,
    element: PhantomData<P>,
}

impl<P, M> std::fmt::Debug for InProcess<P, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InProcess({})", self.name)
    }
}

impl<P: Element, M, S> InProcess<P, M>
where
    M: Fn(&dyn Fn(&str) -> f64, &[Vec<P>]) -> S,
    S: FnMut(&mut [Vec<P>], &[Vec<P>]) + 'static,
{
    /// An optimizer with the neutral name whose promise it keeps, its hyper-parameters with their defaults, and what makes it.
    pub fn new(name: &str, hyper: &[(&str, f64)], make: M) -> Self {
        let hyper = hyper.iter().map(|(name, value)| (name.to_string(), Setting::Number(*value))).collect();
        InProcess { name: name.into(), hyper, make, element: PhantomData }
    }
}

impl<P: Element, M, S> Implementation for InProcess<P, M>
where
    M: Fn(&dyn Fn(&str) -> f64, &[Vec<P>]) -> S,
    S: FnMut(&mut [Vec<P>], &[Vec<P>]) + 'static,
{
    fn hello(&self) -> Hello {
        let offer = Offer { hyper: self.hyper.clone(), dtypes: vec![P::DTYPE] };
        let optimizers = [(self.name.clone(), offer)].into();
        Hello { framework: "rust".into(), version: "in this process".into(), optimizers, ..Hello::default() }
    }

    fn start(&self, order: &Order) -> Result<Box<dyn Running + '_>> {
        let mut hyper = self.hyper.clone();
        for (name, value) in &order.hyper {
            match hyper.get_mut(name) {
                Some(held) => *held = value.clone(),
                None => return Err(Error::new(format!("'{}' has no hyper-parameter '{name}'", self.name))),
            }
        }
        let number = |name: &str| match hyper.get(name) {
            Some(Setting::Number(x)) => *x,
            _ => panic!("'{name}' is not among the declared hyper-parameters of '{}'", self.name),
        };
        let params: Vec<Vec<P>> = order.params.iter().map(|tensor| held(tensor)).collect();
        let step = Box::new((self.make)(&number, &params));
        let shapes = order.params.iter().map(|tensor| tensor.shape.clone()).collect();
        Ok(Box::new(Local { hyper, shapes, params, step }))
    }
}

fn held<P: Element>(tensor: &Tensor) -> Vec<P> {
    tensor.data.iter().map(|x| P::of(*x)).collect()
}

/// What makes a step of parameters and gradients.
type Step<P> = Box<dyn FnMut(&mut [Vec<P>], &[Vec<P>])>;

struct Local<P> {
    hyper: Hyper,
    shapes: Vec<Vec<u64>>,
    params: Vec<Vec<P>>,
    step: Step<P>,
}

impl<P: Element> Running for Local<P> {
    fn hyper(&self) -> Hyper {
        self.hyper.clone()
    }

    fn step(&mut self, gradients: &[Option<Tensor>]) -> Result<Answer> {
        let missing = || Error::new("a gradient is missing, which an optimizer in this process does not know");
        let gradients: Option<Vec<Vec<P>>> = gradients.iter().map(|gradient| gradient.as_ref().map(held)).collect();
        (self.step)(&mut self.params, &gradients.ok_or_else(missing)?);
        let numbers = |tensor: &Vec<P>| tensor.iter().map(|x| x.number()).collect();
        let shaped = |(shape, tensor): (&Vec<u64>, &Vec<P>)| Tensor::new(shape.clone(), numbers(tensor));
        let params = self.shapes.iter().zip(&self.params).map(shaped).collect::<Result<_>>()?;
        Ok(Answer::Moved { params, grads: None })
    }
}
