//! Which methods the optimizer under audit can be asked for, and with which hyper-parameters.

use super::fingerprint::Fingerprint;
use super::recording;
use crate::audit::header::Dtype;
use crate::audit::hyper;
use crate::audit::implementation::{Hello, Hyper, Offer, Order};
use crate::audit::setting::Setting;
use crate::audit::spelled::spelled;
use crate::number::{Rational, to_f64};
use crate::optimizers::{Algorithm, Counter, HeavyBall, Method, Momentum, Velocity};
use crate::subject::NotOffered;

/// What an optimizer was found to be.
#[derive(Debug)]
pub(super) struct Repertoire<'a> {
    pub(super) hello: &'a Hello,
    pub(super) name: &'a str,
    pub(super) offer: &'a Offer,
    pub(super) pinned: &'a Hyper,
    pub(super) dtype: Dtype,
    pub(super) fingerprint: &'a Fingerprint,
}

/// How a method is asked for.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// A fresh optimizer, still without parameters.
    pub(super) order: Order,
    /// Whether it is the method as long as its learning rate stays what it is.
    pub(super) at_a_constant_rate: bool,
}

impl Repertoire<'_> {
    /// The order for a method. It is one only if what the runs found the optimizer to be with these hyper-parameters is that method,
    /// up to the rounding of its numbers.
    pub(super) fn part(&self, method: &Method) -> Result<Part, NotOffered> {
        if method.interval.is_some() {
            return Err(NotOffered("the protocol has no request for a projection".into()));
        }
        let mut hyper = self.hyper(method);
        let header = recording::header(self.hello, self.name, hyper.clone(), self.dtype);
        let refused = |error: crate::Error| NotOffered(error.to_string());
        hyper::check(self.name, &hyper).map_err(refused)?;
        // Updates are counted alike where every tensor has a gradient.
        let wanted = rounded(&Method { counter: Counter::Each, ..method.clone() });
        let found: Vec<Method> =
            self.fingerprint.candidates(&header).map_err(refused)?.iter().map(|c| rounded(&c.method)).collect();
        let same = found.contains(&wanted);
        if !same && !found.iter().any(|found| heavy_ball(found).as_ref() == Some(&wanted)) {
            return Err(NotOffered(format!("'{}' is not {}", self.name, method.algorithm)));
        }
        hyper.extend(self.pinned.clone());
        let order = Order { optimizer: self.name.into(), hyper, dtype: self.dtype, params: vec![], groups: vec![] };
        Ok(Part { order, at_a_constant_rate: !same })
    }

    /// Every declared hyper-parameter of the formula: as the method has it, and off where the method has none.
    fn hyper(&self, method: &Method) -> Hyper {
        let spelled = spelled(method);
        let value = |(name, default): (&String, &Setting)| {
            let off = match default {
                Setting::Number(_) if hyper::optional(self.name, name) => Setting::Number(0.0),
                Setting::Flag(_) if hyper::optional(self.name, name) => Setting::Flag(false),
                _ => default.clone(),
            };
            let pinned = self.pinned.get(name).cloned();
            (name.clone(), pinned.or_else(|| spelled.get(name).cloned()).unwrap_or(off))
        };
        self.offer.hyper.iter().filter(|(name, _)| hyper::knows(self.name, name)).map(value).collect()
    }
}

/// The method as an implementation is given it: every number is an f64.
fn rounded(method: &Method) -> Method {
    method.map(&|x| Rational::try_from(to_f64(x)).unwrap_or_else(|_| x.clone()))
}

/// The heavy ball whose iterates momentum has as long as the learning rate stays what it is: `x - x⁻` is `-η v`.
fn heavy_ball(method: &Method) -> Option<Method> {
    match &method.algorithm {
        Algorithm::Momentum(Momentum { momentum, velocity: Velocity::StepOutside | Velocity::StepInside }) => {
            let algorithm = Algorithm::HeavyBall(HeavyBall { momentum: momentum.clone() });
            Some(Method { algorithm, ..method.clone() })
        }
        _ => None,
    }
}
