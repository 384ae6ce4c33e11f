//! The strong Wolfe search of PyTorch's L-BFGS.

use crate::number::{Root, rational};
use crate::vector::{dot, largest};

/// Bracketing and zooming with cubic interpolation, as `torch/optim/lbfgs.py` does it (PyTorch 2.15, `_strong_wolfe`, after Schmidt's
/// minFunc). It departs from Nocedal and Wright's algorithm 3.5: the increase over the last trial counts from the third trial on,
/// an extrapolation stays between 1.01 and 10 times the length, the zoom ends when the bracket is short, and when the trials are
/// spent the better end is returned without a word, be it the start (length 0).
#[derive(Clone, Debug, PartialEq)]
pub struct CubicZoom<R> {
    /// `c₁` of Armijo's condition.
    pub sufficient: R,
    /// `c₂` of the curvature condition.
    pub curvature: R,
    /// The zoom ends when the largest component of the bracket is shorter.
    pub tolerance_change: R,
    /// Largest number of trials after the first.
    pub trials: usize,
}

impl<R: Root> Default for CubicZoom<R> {
    /// PyTorch's constants: `c₁ = 10⁻⁴`, `c₂ = 9/10`, `10⁻⁹`, 25.
    fn default() -> Self {
        let of = |numerator, denominator| R::of(&rational(numerator, denominator));
        CubicZoom { sufficient: of(1, 10_000), curvature: of(9, 10), tolerance_change: of(1, 1_000_000_000), trials: 25 }
    }
}

/// A point on the ray.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<R> {
    /// Its distance in lengths of the direction.
    pub length: R,
    /// The function there.
    pub value: R,
    /// The gradient there.
    pub gradient: Vec<R>,
    /// The slope along the direction there.
    pub slope: R,
}

impl<R: Root> Found<R> {
    /// The point at `length`, with its slope along `direction`.
    pub fn new(length: R, (value, gradient): (R, Vec<R>), direction: &[R]) -> Self {
        Found { slope: dot(&gradient, direction), length, value, gradient }
    }
}

impl<R: Root> CubicZoom<R> {
    /// The point found and the number of evaluations of `closure`, which returns value and gradient at a length.
    pub fn search(
        &self,
        start: Found<R>,
        first: R,
        direction: &[R],
        mut closure: impl FnMut(&R) -> (R, Vec<R>),
    ) -> (Found<R>, usize) {
        let mut evaluate = |length: R| {
            let seen = closure(&length);
            Found::new(length, seen, direction)
        };
        let flat = -(start.slope.clone() * &self.curvature);
        let too_high = |here: &Found<R>| here.value > start.value.clone() + start.slope.clone() * &here.length * &self.sufficient;
        let mut evaluations = 1;
        let mut here = evaluate(first);
        let mut behind = start.clone();
        let mut trials = 0;
        let mut bracket = loop {
            if trials == self.trials {
                break [start.clone(), here];
            }
            if too_high(&here) || (trials > 1 && here.value >= behind.value) {
                break [behind, here];
            }
            if here.slope.clone().magnitude() <= flat {
                return (here, evaluations);
            }
            if here.slope >= R::zero() {
                break [behind, here];
            }
            let nearest = here.length.clone() + (here.length.clone() - &behind.length) * R::of(&rational(1, 100));
            let furthest = here.length.clone() * R::int(10);
            let length = minimiser(&behind, &here, [nearest, furthest]);
            behind = std::mem::replace(&mut here, evaluate(length));
            evaluations += 1;
            trials += 1;
        };

        let reach = largest(direction);
        let better = |bracket: &[Found<R>; 2]| {
            usize::from(bracket[0].value.partial_cmp(&bracket[1].value).is_none_or(|order| order.is_gt()))
        };
        let mut low = better(&bracket);
        let mut insufficient = false;
        while trials < self.trials {
            if (bracket[1].length.clone() - &bracket[0].length).magnitude() * &reach < self.tolerance_change {
                break;
            }
            let [left, right] = ordered(bracket[0].length.clone(), bracket[1].length.clone());
            let mut length = minimiser(&bracket[0], &bracket[1], [left.clone(), right.clone()]);
            let margin = (right.clone() - &left) * R::of(&rational(1, 10));
            let (from_right, from_left) = (right.clone() - &length, length.clone() - &left);
            let near = (if from_left < from_right { &from_left } else { &from_right }) < &margin;
            if near && (insufficient || length >= right || length <= left) {
                length = if from_right.magnitude() < from_left.magnitude() { right - &margin } else { left + &margin };
                insufficient = false;
            } else {
                insufficient = near;
            }

            let here = evaluate(length);
            evaluations += 1;
            trials += 1;
            if too_high(&here) || here.value >= bracket[low].value {
                bracket[1 - low] = here;
                low = better(&bracket);
            } else {
                let done = here.slope.clone().magnitude() <= flat;
                let width = bracket[1 - low].length.clone() - &bracket[low].length;
                if !done && here.slope.clone() * width >= R::zero() {
                    bracket.swap(0, 1);
                    bracket[low] = here;
                } else {
                    bracket[low] = here;
                }
                if done {
                    break;
                }
            }
        }
        let [first, second] = bracket;
        (if low == 0 { first } else { second }, evaluations)
    }
}

/// The minimiser of the cubic through the values and slopes of two points, kept within the bounds; their middle where the cubic
/// has none (Nocedal and Wright 2006, equation 3.59).
fn minimiser<R: Root>(a: &Found<R>, b: &Found<R>, [lowest, highest]: [R; 2]) -> R {
    let chord = (a.value.clone() - &b.value) * R::int(3) / (a.length.clone() - &b.length);
    let mean = a.slope.clone() + &b.slope - chord;
    let square = mean.clone() * &mean - a.slope.clone() * &b.slope;
    if square >= R::zero() {
        let root = square.sqrt();
        let (left, right) = if a.length <= b.length { (a, b) } else { (b, a) };
        let share = (right.slope.clone() + &root - &mean) / (right.slope.clone() - &left.slope + root * R::int(2));
        let at = right.length.clone() - (right.length.clone() - &left.length) * share;
        if lowest > at {
            lowest
        } else if highest < at {
            highest
        } else {
            at
        }
    } else {
        (lowest + highest) / R::int(2)
    }
}

/// The two numbers in increasing order.
fn ordered<R: Root>(a: R, b: R) -> [R; 2] {
    if b < a { [b, a] } else { [a, b] }
}
