//! The minimum of a function of one variable in exact arithmetic.

use crate::number::{Rational, rational};

/// A bracket of the minimiser of a unimodal function in `(0, end)`, by the golden section in rational steps: the points are multiples of `end`
/// over the first of Fibonacci's numbers that is at least `parts`, and the bracket is three of them wide.
///
/// # Errors
/// If the function has no value at a point.
pub fn fibonacci_search<E>(
    end: &Rational,
    parts: u64,
    mut function: impl FnMut(&Rational) -> Result<Rational, E>,
) -> Result<[Rational; 2], E> {
    let mut fibonacci = vec![1u64, 1];
    while fibonacci[fibonacci.len() - 1] < parts {
        fibonacci.push(fibonacci[fibonacci.len() - 1] + fibonacci[fibonacci.len() - 2]);
    }
    let mut at = fibonacci.len() - 1;
    let last = fibonacci[at];
    let point = |place: u64| end * rational(place as i64, last);
    let mut value = |place: u64| function(&point(place));
    // The bracket is from `low` to `low + fibonacci[at]`, with values at the two points that divide it.
    let mut low = 0;
    let [mut left, mut right] = [value(fibonacci[at - 2])?, value(fibonacci[at - 1])?];
    while at > 3 {
        at -= 1;
        if left <= right {
            right = left;
            left = value(low + fibonacci[at - 2])?;
        } else {
            low += fibonacci[at - 1];
            left = right;
            right = value(low + fibonacci[at - 1])?;
        }
    }
    Ok([point(low), point(low + fibonacci[at])])
}
