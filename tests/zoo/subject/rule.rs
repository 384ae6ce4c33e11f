//! One update: of an element, of a tensor, or of all tensors.

use super::cell::Cell;
use super::hyper::Step;

/// An update of all tensors.
type AllTensors<F> = fn(&mut [Vec<Cell<F>>], &[Step<F>]);

/// An update in one of the float types.
#[derive(Clone, Copy)]
pub enum Body<F> {
    /// What looks at one element.
    Element(fn(&mut Cell<F>, &Step<F>)),
    /// What looks at a tensor.
    Tensor(fn(&mut [Cell<F>], &Step<F>)),
    /// What looks at all tensors that have a gradient.
    All(AllTensors<F>),
}

/// An update in both float types.
#[derive(Clone, Copy)]
pub struct Rule {
    pub single: Body<f32>,
    pub double: Body<f64>,
}

impl<F> Body<F> {
    /// Updates the tensors that have a gradient.
    pub fn update(&self, tensors: &mut [Vec<Cell<F>>], steps: &[Step<F>]) {
        let pairs = tensors.iter_mut().zip(steps);
        match self {
            Body::Element(rule) => pairs.for_each(|(tensor, step)| tensor.iter_mut().for_each(|cell| rule(cell, step))),
            Body::Tensor(rule) => pairs.for_each(|(tensor, step)| rule(tensor, step)),
            Body::All(rule) => rule(tensors, steps),
        }
    }
}

/// The update of an element `c` in a step `h`.
macro_rules! each {
    (|$c:ident, $h:ident| $body:expr) => {{
        use $crate::subject::{Body, Cell, Rule, Step};
        let single = Body::Element(|$c: &mut Cell<f32>, $h: &Step<f32>| $body);
        let double = Body::Element(|$c: &mut Cell<f64>, $h: &Step<f64>| $body);
        Rule { single, double }
    }};
}

/// The update of a tensor `t` in a step `h`.
macro_rules! tensor {
    (|$t:ident, $h:ident| $body:expr) => {{
        use $crate::subject::{Body, Cell, Rule, Step};
        let single = Body::Tensor(|$t: &mut [Cell<f32>], $h: &Step<f32>| $body);
        let double = Body::Tensor(|$t: &mut [Cell<f64>], $h: &Step<f64>| $body);
        Rule { single, double }
    }};
}

/// The update of all tensors `t` in a step `h` of each.
macro_rules! all {
    (|$t:ident, $h:ident| $body:expr) => {{
        use $crate::subject::{Body, Cell, Rule, Step};
        let single = Body::All(|$t: &mut [Vec<Cell<f32>>], $h: &[Step<f32>]| $body);
        let double = Body::All(|$t: &mut [Vec<Cell<f64>>], $h: &[Step<f64>]| $body);
        Rule { single, double }
    }};
}

pub(crate) use {all, each, tensor};
