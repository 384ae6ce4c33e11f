//! Values that carry a bound on the rounding error of whoever computes them in floats: the source of every tolerance.

mod functions;

use super::{Interval, Rational, Real, Root, to_f64};
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Neg, Sub};
use twofloat::TwoFloat;

/// A subject's floating-point format.
pub trait Format: Copy + Send + Sync + std::fmt::Debug + 'static {
    /// Largest relative error of one correctly rounded operation.
    const UNIT_ROUNDOFF: f64;
    /// Least positive normal number. Frameworks flush smaller results to zero, so that is the error of an underflow.
    const LEAST_NORMAL: f64;
    /// Largest finite number.
    const LARGEST: f64;
    /// `x` rounded to the format.
    fn round(x: f64) -> f64;
}

impl Format for f32 {
    const UNIT_ROUNDOFF: f64 = 1.0 / (1u64 << 24) as f64;
    const LEAST_NORMAL: f64 = f32::MIN_POSITIVE as f64;
    const LARGEST: f64 = f32::MAX as f64;
    fn round(x: f64) -> f64 {
        x as f32 as f64
    }
}

impl Format for f64 {
    const UNIT_ROUNDOFF: f64 = 1.0 / (1u64 << 53) as f64;
    const LEAST_NORMAL: f64 = f64::MIN_POSITIVE;
    const LARGEST: f64 = f64::MAX;
    fn round(x: f64) -> f64 {
        x
    }
}

/// An enclosure's ends. Each is the nearest double, which errs by at most `u`, moved one ulp outward, which is at most `2u` more: less than `4u`.
impl Format for Interval {
    const UNIT_ROUNDOFF: f64 = 4.0 * f64::UNIT_ROUNDOFF;
    const LEAST_NORMAL: f64 = f64::LEAST_NORMAL;
    const LARGEST: f64 = f64::LARGEST;
    fn round(x: f64) -> f64 {
        x
    }
}

macro_rules! sixteen_bits {
    ($float:ident, $digits:literal) => {
        impl Format for ::half::$float {
            const UNIT_ROUNDOFF: f64 = 1.0 / (1u64 << $digits) as f64;
            const LEAST_NORMAL: f64 = ::half::$float::MIN_POSITIVE.to_f64_const();
            const LARGEST: f64 = ::half::$float::MAX.to_f64_const();
            fn round(x: f64) -> f64 {
                ::half::$float::from_f64(x).to_f64()
            }
        }
    };
}
sixteen_bits!(bf16, 8);
sixteen_bits!(f16, 11);

/// The exact value of a formula (in double-double, at least twice the subject's precision) and a bound on how far a subject
/// that evaluates the formula in the format `F` may be from it.
///
/// The standard model of floating-point arithmetic (Higham 2002, section 2.2): every operation returns the exact result on its
/// (already wrong) operands times `1 + d` with `|d| <= u`, or errs by at most the least normal number where it underflows. Fewer
/// roundings (fused multiply-add, wider intermediates) stay within the bound; where a subject may overflow, it is infinite. What else is allowed, and why:
/// - a hyper-parameter may be used as given or rounded to `F`: [`Real::of`] charges `u` unless `F` holds it exactly,
///   and the least normal number where it may be flushed to zero;
/// - scalars may be formed in `F` or in `f64`, so that `1 - beta` carries `u beta` absolutely, and `1 - beta^t` likewise;
/// - three and more terms may be added in any order, so that each sum knows its terms: how many they are, the sum of their magnitudes
///   and of their errors. It then errs by `γ_(n-1)` of the magnitudes (Higham 2002, section 4.2), however much of them cancels;
/// - `(1 - c) x` may be computed as `x - c x` ([`Real::shrunk`]);
/// - a root may be taken factor by factor (`sqrt(v) / sqrt(c)` for `sqrt(v / c)`): [`Root::sqrt`] does not halve the relative
///   error that it receives, which pays for the two further roundings;
/// - double-double's own error (below 2^-100 relative) and the rounding of the bound itself are covered by [`SLACK`].
#[derive(Clone, Copy, Debug)]
pub struct Tracked<F> {
    value: TwoFloat,
    bound: f64,
    terms: Terms,
    format: PhantomData<F>,
}

/// What was added to form a value; the value itself, if it is no sum.
#[derive(Clone, Copy, Debug)]
struct Terms {
    /// How many, at least one.
    count: u32,
    /// The sum of their magnitudes, each with its error.
    magnitudes: f64,
    /// The sum of their errors.
    errors: f64,
}

/// Each bound is computed by fewer than eight `f64` operations on non-negative numbers.
const SLACK: f64 = 1.0 + 8.0 * f64::EPSILON;

impl<F: Format> Tracked<F> {
    /// A number that the subject holds exactly, unless it flushes subnormal numbers to zero. What is not finite has no bound: nothing can
    /// be said of what becomes of it.
    pub fn exactly(x: f64) -> Self {
        let bound = match x.abs() {
            size if !size.is_finite() => f64::INFINITY,
            size if size < F::LEAST_NORMAL => size,
            _ => 0.0,
        };
        Self::with(TwoFloat::from(x), bound)
    }

    fn with(value: TwoFloat, bound: f64) -> Self {
        let terms = Terms { count: 1, magnitudes: f64::from(value).abs() + bound, errors: bound };
        Tracked { value, bound, terms, format: PhantomData }
    }

    /// The result of one operation: the error that came in, and one rounding.
    fn rounded(value: TwoFloat, incoming: f64) -> Self {
        let magnitude = f64::from(value).abs();
        if magnitude == 0.0 && incoming == 0.0 {
            return Self::with(value, 0.0);
        }
        let largest = magnitude + incoming;
        if largest.is_nan() || largest > F::LARGEST {
            return Self::unknown(value);
        }
        let underflow = if magnitude - incoming < F::LEAST_NORMAL { F::LEAST_NORMAL } else { 0.0 };
        Self::with(value, (incoming + F::UNIT_ROUNDOFF * largest + underflow) * SLACK)
    }

    /// A sum whose terms may be added in any order. Two have but one.
    fn of_terms(value: TwoFloat, terms: Terms) -> Self {
        let sum = Self::rounded(value, terms.errors);
        if terms.count < 3 || sum.bound == 0.0 {
            return Tracked { terms, ..sum };
        }
        if terms.magnitudes.is_nan() || terms.magnitudes > F::LARGEST {
            return Self::unknown(value);
        }
        let units = f64::from(terms.count - 1) * F::UNIT_ROUNDOFF;
        let relative = if units < 1.0 { units / (1.0 - units) } else { f64::INFINITY };
        let flushed = f64::from(terms.count - 2) * F::LEAST_NORMAL;
        let bound = (terms.errors + relative * terms.magnitudes + flushed) * SLACK;
        Tracked { bound: sum.bound.max(bound), terms, ..sum }
    }

    /// Whether every subject holds `x` exactly: a subnormal number may be flushed.
    fn holds(x: f64) -> bool {
        F::round(x) == x && (x == 0.0 || x.abs() >= F::LEAST_NORMAL)
    }

    /// A scalar that was computed in the format `G`, rounded to this one.
    pub(super) fn narrowed<G: Format>(wide: &Tracked<G>) -> Self {
        let high = f64::from(wide.value);
        let held = wide.bound == 0.0 && Self::holds(high) && wide.value == high;
        if held { Self::with(wide.value, 0.0) } else { Self::rounded(wide.value, wide.bound) }
    }

    /// The distance of the value from zero.
    fn size(&self) -> f64 {
        f64::from(self.value).abs()
    }

    /// Whether this is the number one, exactly.
    fn is_one(&self) -> bool {
        self.bound == 0.0 && self.value == 1.0
    }

    /// Nothing can be said about what a subject has.
    fn unknown(value: TwoFloat) -> Self {
        Self::with(value, f64::INFINITY)
    }

    /// The exact value, rounded to `f64`.
    pub fn value(&self) -> f64 {
        f64::from(self.value)
    }

    /// Largest distance at which a correct subject may be; NaN or infinite if nothing can be said.
    pub fn bound(&self) -> f64 {
        self.bound
    }

    /// Distance of `observed` from the exact value, without the rounding of that value to `f64`.
    pub fn distance(&self, observed: f64) -> f64 {
        self.deviation(observed).abs()
    }

    /// `observed` minus the exact value, without the rounding of that value to `f64`.
    pub fn deviation(&self, observed: f64) -> f64 {
        f64::from(TwoFloat::from(observed) - self.value)
    }
}

impl<F> PartialEq for Tracked<F> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// By value: the branch that exact arithmetic takes.
impl<F> PartialOrd for Tracked<F> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<F: Format> Neg for Tracked<F> {
    type Output = Self;
    fn neg(self) -> Self {
        Tracked { value: -self.value, ..self }
    }
}

impl<F: Format> Add for Tracked<F> {
    type Output = Self;
    fn add(self, b: Self) -> Self {
        let nothing = |x: &Self| x.bound == 0.0 && x.value == 0.0;
        // Adding nothing is exact, and no term.
        if nothing(&self) {
            return b;
        }
        if nothing(&b) {
            return self;
        }
        let terms = Terms {
            count: self.terms.count.saturating_add(b.terms.count),
            magnitudes: (self.terms.magnitudes + b.terms.magnitudes) * SLACK,
            errors: (self.terms.errors + b.terms.errors) * SLACK,
        };
        Self::of_terms(self.value + b.value, terms)
    }
}

impl<F: Format> Sub for Tracked<F> {
    type Output = Self;
    fn sub(self, b: Self) -> Self {
        self + -b
    }
}

impl<F: Format> Mul for Tracked<F> {
    type Output = Self;
    fn mul(self, b: Self) -> Self {
        // Multiplying by one is exact, and left out by most subjects.
        if self.is_one() {
            return b;
        }
        if b.is_one() {
            return self;
        }
        let incoming = self.size() * b.bound + b.size() * self.bound + self.bound * b.bound;
        Self::rounded(self.value * b.value, incoming)
    }
}

impl<F: Format> Div for Tracked<F> {
    type Output = Self;
    /// `|a'/b' - a/b| <= (ea + |a/b| eb) / (|b| - eb)`; unbounded if the divisor may be zero.
    fn div(self, b: Self) -> Self {
        let quotient = quotient(self.value, b.value);
        let room = b.size() - b.bound;
        if room <= 0.0 || room.is_nan() {
            return Self::unknown(quotient);
        }
        Self::rounded(quotient, (self.bound + f64::from(quotient).abs() * b.bound) / room)
    }
}

/// `a / b` by long division with two corrected digits. The crate's own division forms the residual `1 - b (1/b)` without a fused
/// multiply-add (twofloat 0.8), so that only half of its digits are right; `tests/numbers.rs` holds ours.
fn quotient(a: TwoFloat, b: TwoFloat) -> TwoFloat {
    let first = a.hi() / b.hi();
    if !first.is_finite() {
        return TwoFloat::from(first);
    }
    let rest = a - b * first;
    let second = rest.hi() / b.hi();
    let rest = rest - b * second;
    TwoFloat::new_add(first, second) + rest.hi() / b.hi()
}

super::borrowed_operands!(Tracked<F: Format>);

impl<F: Format> Real for Tracked<F> {
    type Wide = Self;

    fn of(exact: &Rational) -> Self {
        let high = to_f64(exact);
        if high.is_nan() || high.abs() > F::LARGEST {
            return Self::unknown(TwoFloat::from(high));
        }
        let rest = exact - Rational::try_from(high).expect("finite");
        let value = TwoFloat::from(high) + to_f64(&rest);
        if Self::holds(high) && rest.is_zero() {
            return Self::with(value, 0.0);
        }
        let underflow = if high.abs() < F::LEAST_NORMAL { F::LEAST_NORMAL } else { 0.0 };
        Self::with(value, (F::UNIT_ROUNDOFF * high.abs() + underflow) * SLACK)
    }

    /// Without a fraction, where a double holds the integer and so does the subject: most numbers that rules make are 0 and 1.
    fn int(value: i64) -> Self {
        let high = value as f64;
        let exact = value.unsigned_abs() <= 1 << 53 && Self::holds(high);
        if exact { Self::with(TwoFloat::from(high), 0.0) } else { Self::of(&Rational::from(value)) }
    }

    fn narrow(wide: &Self) -> Self {
        Self::narrowed(wide)
    }

    /// Any order of `n` non-negative terms errs by at most `γ_(n-1) = (n - 1) u / (1 - (n - 1) u)` of the sum (Higham 2002, section 4.2).
    fn in_any_order(self, terms: usize) -> Self {
        let units = terms.saturating_sub(1) as f64 * F::UNIT_ROUNDOFF;
        let relative = if units < 1.0 { units / (1.0 - units) } else { f64::INFINITY };
        let sum = self.size() + self.bound;
        let widened = if sum == 0.0 { 0.0 } else { relative * sum };
        Self::with(self.value, (self.bound + widened) * SLACK)
    }

    /// Any order of `n` terms errs by at most `γ_(n-1)` of the sum of their magnitudes, however much of it cancels (Higham 2002, section
    /// 4.2), and each partial sum may be flushed to zero.
    fn sum(terms: impl Iterator<Item = Self>) -> Self {
        let (mut count, mut value) = (0usize, TwoFloat::from(0.0));
        let mut magnitudes = Self::with(value, 0.0);
        for term in terms.filter(|term| term.value != 0.0 || term.bound != 0.0) {
            count += 1;
            value += term.value;
            magnitudes = Self::with(magnitudes.value + term.size(), (magnitudes.bound + term.bound) * SLACK);
        }
        let largest = magnitudes.size() + magnitudes.bound;
        if largest.is_nan() || largest > F::LARGEST {
            return Self::unknown(value);
        }
        let flushed = count.saturating_sub(1) as f64 * F::LEAST_NORMAL;
        Self::with(value, (magnitudes.in_any_order(count).bound + flushed) * SLACK)
    }

    /// The maximum is 1-Lipschitz in each operand; where the two cannot meet, only the larger one's error counts.
    fn larger(self, other: Self) -> Self {
        let known = |x: &Self| x.size().is_finite() && x.bound.is_finite();
        if !known(&self) || !known(&other) {
            return Self::unknown(TwoFloat::from(f64::from(self.value).larger(f64::from(other.value))));
        }
        let (low, high) = if other.value > self.value { (self, other) } else { (other, self) };
        let meet = f64::from(high.value - low.value) <= low.bound + high.bound;
        Self::with(high.value, if meet { high.bound.max(low.bound) } else { high.bound })
    }

    fn if_zero(&self, then: Self, otherwise: Self) -> Self {
        let zero = self.value == 0.0;
        let chosen = if zero { then } else { otherwise };
        let told = if zero { self.bound == 0.0 } else { self.bound < self.size() };
        if told { chosen } else { Self::unknown(chosen.value) }
    }

    /// Where the subject may stand on zero's other side, the bound reaches its sign there.
    fn sign(self) -> Self {
        let value = f64::from(self.value);
        let sign = TwoFloat::from(Real::sign(value));
        match self.bound {
            bound if value.is_nan() || !bound.is_finite() => Self::unknown(sign),
            bound if bound < self.size() || bound == 0.0 => Self::with(sign, 0.0),
            _ => Self::with(sign, 1.0 + self.size().sign()),
        }
    }

    fn magnitude(self) -> Self {
        Self::with(self.value.abs(), self.bound)
    }

    /// `x` and `-c x` stay terms, for whoever subtracts the sum of what is taken away. Both hold the same `x`, so that its error
    /// shrinks with it: otherwise that of a long run would grow by `1 + c` a step.
    fn shrunk(self, factor: &Self) -> Self {
        let product = self * factor;
        if factor.is_one() || !product.bound.is_finite() {
            return product;
        }
        let taken = f64::from(factor.value - 1.0).abs() + factor.bound;
        let magnitude = taken * (self.size() + self.bound) * SLACK;
        let incoming = self.size() * factor.bound + (factor.size() + factor.bound) * self.bound;
        let terms = Terms {
            count: 2,
            magnitudes: (self.size() + self.bound + magnitude) * SLACK,
            errors: (incoming + F::UNIT_ROUNDOFF * magnitude + F::LEAST_NORMAL) * SLACK,
        };
        let difference = Self::of_terms(product.value, terms);
        Tracked { bound: product.bound.max(difference.bound), ..difference }
    }
}

impl<F: Format> Root for Tracked<F> {
    /// `|sqrt(a') - sqrt(a)| <= e / (sqrt(a) + sqrt(a - e)) <= e / sqrt(a)`, and at most `sqrt(e)` where `a <= e`.
    fn sqrt(self) -> Self {
        let value = f64::from(self.value);
        if value + self.bound < 0.0 || value.is_nan() {
            return Self::unknown(TwoFloat::from(f64::NAN));
        }
        let root = if value > 0.0 { self.value.sqrt() } else { TwoFloat::from(0.0) };
        let incoming = if value <= self.bound { self.bound.sqrt() } else { self.bound / f64::from(root) };
        Self::rounded(root, incoming)
    }

    fn sqrt_of_difference(self) -> Self {
        if f64::from(self.value) < self.bound { Self::unknown(self.value) } else { self.sqrt() }
    }

    /// The hypotenuse is 1-Lipschitz in each leg, which the bound of a root of squares would not know: a recursion through it, such as
    /// FISTA's, then doubles its error in every step. Squares, sum and root err by at most 5/2 units in all, halved by the root where
    /// they precede it; the last of the three that are charged is that of [`Tracked::rounded`].
    fn hypotenuse(self, other: Self) -> Self {
        let value = (self.value * self.value + other.value * other.value).sqrt();
        let value = if f64::from(value).is_nan() { TwoFloat::from(0.0) } else { value };
        let incoming = self.bound + other.bound;
        Self::rounded(value, (incoming + 2.0 * F::UNIT_ROUNDOFF * (f64::from(value) + incoming)) * SLACK)
    }
}
