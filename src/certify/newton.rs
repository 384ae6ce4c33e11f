//! Zeros of a function of one variable, and statements over continuous ranges, in intervals.

use super::bisection::halves;
use crate::number::Interval;

/// What an interval Newton step finds out about the zeros of a function within an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Zeros {
    /// There is none.
    None,
    /// There is exactly one, and it lies in this part.
    One(Interval),
    /// The step does not tell.
    Open,
}

/// The interval Newton operator `m - f(m) / f'(X)` with the middle m of X (Moore, Kearfott and Cloud 2009, section 8.1).
///
/// `value` and `slope` enclose a continuously differentiable function and its derivative. By the mean value theorem every zero in X lies in
/// the image; an image inside X without its ends shows that there is one, and a slope without a zero that there is no other. Where the
/// two enclose a family of functions, a parameter ranging over an interval, this holds for each of its members.
pub fn newton(value: &dyn Fn(Interval) -> Interval, slope: &dyn Fn(Interval) -> Interval, within: Interval) -> Zeros {
    let middle = Interval::point(within.lo + (within.hi - within.lo) / 2.0);
    let image = middle - value(middle) / slope(within);
    if image.hi < within.lo || within.hi < image.lo {
        Zeros::None
    } else if within.lo < image.lo && image.hi < within.hi {
        Zeros::One(image)
    } else {
        Zeros::Open
    }
}

/// All zeros within an interval, from left to right, each enclosed as narrowly as Newton steps can; `None` if `halvings` of it do
/// not tell them apart, as for a zero where the slope vanishes too.
pub fn zeros(
    value: &dyn Fn(Interval) -> Interval,
    slope: &dyn Fn(Interval) -> Interval,
    within: Interval,
    halvings: u32,
) -> Option<Vec<Interval>> {
    if !value(within).contains(0.0) {
        return Some(Vec::new());
    }
    match newton(value, slope, within) {
        Zeros::None => Some(Vec::new()),
        Zeros::One(zero) => Some(vec![sharpened(value, slope, zero)]),
        Zeros::Open if halvings == 0 => None,
        Zeros::Open => {
            let [left, right] = halves(within);
            let mut found = zeros(value, slope, left, halvings - 1)?;
            found.extend(zeros(value, slope, right, halvings - 1)?);
            Some(found)
        }
    }
}

/// An interval that is known to hold one zero, narrowed by further steps.
fn sharpened(value: &dyn Fn(Interval) -> Interval, slope: &dyn Fn(Interval) -> Interval, mut zero: Interval) -> Interval {
    while let Zeros::One(narrower) = newton(value, slope, zero) {
        zero = narrower;
    }
    zero
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Elementary, Function, Interval};

    const LINE: Interval = Interval { lo: -4.0, hi: 4.0 };

    fn constant(x: f64) -> Interval {
        Interval::point(x)
    }

    #[test]
    fn the_root_of_two_is_enclosed_to_a_few_units() {
        let found = zeros(&|x| x * x - constant(2.0), &|x| constant(2.0) * x, LINE, 20).unwrap();
        assert_eq!(found.len(), 2);
        for (zero, expected) in found.iter().zip([-std::f64::consts::SQRT_2, std::f64::consts::SQRT_2]) {
            assert!(zero.contains(expected) && zero.hi - zero.lo < 1e-14, "{zero:?}");
        }
    }

    #[test]
    fn a_double_zero_stays_open_and_a_missing_one_is_seen() {
        assert_eq!(zeros(&|x| x * x, &|x| constant(2.0) * x, LINE, 20), None);
        assert_eq!(zeros(&|x| x * x + constant(1.0), &|x| constant(2.0) * x, LINE, 20), Some(vec![]));
    }

    #[test]
    fn a_range_of_parameters_is_one_step() {
        // e^x = p with 2 ≤ p ≤ 2.1: the zero lies between ln 2 and ln 2.1.
        let parameter = Interval { lo: 2.0, hi: 2.1 };
        let exponential = |x: Interval| x.apply(Function::Exponential);
        let within = Interval { lo: 0.5, hi: 1.0 };
        let Zeros::One(zero) = newton(&|x| exponential(x) - parameter, &exponential, within) else { panic!("not isolated") };
        assert!(zero.lo <= std::f64::consts::LN_2 && zero.hi >= libm::log(2.1) && zero.hi - zero.lo < 0.2);
    }

    #[test]
    fn a_zero_at_the_end_is_never_claimed() {
        let within = Interval { lo: 0.0, hi: 1.0 };
        assert_eq!(newton(&|x| x, &|_| constant(1.0), within), Zeros::Open);
    }
}
