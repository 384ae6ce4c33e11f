//! Error-carrying values whose scalars are held in another precision than their elements.

use super::{Format, Rational, Real, Root, Tracked};
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value that carries a bound on a subject's rounding error.
pub trait Bounded: Root {
    /// A number that the subject holds exactly.
    fn exactly(x: f64) -> Self;

    /// The exact value, rounded to `f64`.
    fn value(&self) -> f64;

    /// Largest distance at which a correct subject may be.
    fn bound(&self) -> f64;

    /// `observed` minus the exact value, without the rounding of that value to `f64`.
    fn deviation(&self, observed: f64) -> f64;

    /// Distance of `observed` from the exact value.
    fn distance(&self, observed: f64) -> f64 {
        self.deviation(observed).abs()
    }
}

impl<F: Format> Bounded for Tracked<F> {
    fn exactly(x: f64) -> Self {
        Tracked::exactly(x)
    }

    fn value(&self) -> f64 {
        Tracked::value(self)
    }

    fn bound(&self) -> f64 {
        Tracked::bound(self)
    }

    fn deviation(&self, observed: f64) -> f64 {
        Tracked::deviation(self, observed)
    }
}

/// As [`Tracked<F>`], for a subject that holds hyper-parameters, powers and corrections in the format `G`.
///
/// `Mixed<f32, f64>` is sharper than `Tracked<f32>`, which allows scalars in either format; `Mixed<f64, f32>` is what becomes of a
/// double-precision method when a scalar of it is held in single precision.
#[derive(Clone, Copy, Debug)]
pub struct Mixed<F, G> {
    element: Tracked<F>,
    scalars: PhantomData<G>,
}

impl<F, G> Mixed<F, G> {
    fn with(element: Tracked<F>) -> Self {
        Mixed { element, scalars: PhantomData }
    }
}

impl<F: Format, G: Format> Bounded for Mixed<F, G> {
    fn exactly(x: f64) -> Self {
        Self::with(Tracked::exactly(x))
    }

    fn value(&self) -> f64 {
        self.element.value()
    }

    fn bound(&self) -> f64 {
        self.element.bound()
    }

    fn deviation(&self, observed: f64) -> f64 {
        self.element.deviation(observed)
    }
}

impl<F, G> PartialEq for Mixed<F, G> {
    fn eq(&self, other: &Self) -> bool {
        self.element == other.element
    }
}

impl<F, G> PartialOrd for Mixed<F, G> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.element.partial_cmp(&other.element)
    }
}

impl<F: Format, G> Neg for Mixed<F, G> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::with(-self.element)
    }
}

/// Operations on the elements, with the right operand by value or borrowed.
macro_rules! on_elements {
    ($($operation:ident, $method:ident;)*) => {$(
        impl<F: Format, G> $operation for Mixed<F, G> {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self::with($operation::$method(self.element, other.element))
            }
        }
        impl<F: Format, G> $operation<&Mixed<F, G>> for Mixed<F, G> {
            type Output = Self;
            fn $method(self, other: &Self) -> Self {
                Self::with($operation::$method(self.element, other.element))
            }
        }
    )*};
}

on_elements! {
    Add, add;
    Sub, sub;
    Mul, mul;
    Div, div;
}

impl<F: Format, G: Format> Real for Mixed<F, G> {
    type Wide = Tracked<G>;

    fn of(value: &Rational) -> Self {
        Self::with(Tracked::of(value))
    }

    fn narrow(wide: &Tracked<G>) -> Self {
        Self::with(Tracked::narrowed(wide))
    }

    fn larger(self, other: Self) -> Self {
        Self::with(self.element.larger(other.element))
    }

    fn if_zero(&self, then: Self, otherwise: Self) -> Self {
        Self::with(self.element.if_zero(then.element, otherwise.element))
    }

    fn in_any_order(self, terms: usize) -> Self {
        Self::with(self.element.in_any_order(terms))
    }

    fn sum(terms: impl Iterator<Item = Self>) -> Self {
        Self::with(Tracked::sum(terms.map(|term| term.element)))
    }

    fn sign(self) -> Self {
        Self::with(self.element.sign())
    }

    fn magnitude(self) -> Self {
        Self::with(self.element.magnitude())
    }

    fn shrunk(self, factor: &Self) -> Self {
        Self::with(self.element.shrunk(&factor.element))
    }
}

impl<F: Format, G: Format> Root for Mixed<F, G> {
    fn sqrt(self) -> Self {
        Self::with(self.element.sqrt())
    }

    fn sqrt_of_difference(self) -> Self {
        Self::with(self.element.sqrt_of_difference())
    }

    fn hypotenuse(self, other: Self) -> Self {
        Self::with(self.element.hypotenuse(other.element))
    }
}
