//! One factor between what is expected and what is observed.

use crate::number::{Format, Tracked};

/// The factors, less 1, by which every number so far is explained.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    least: f64,
    most: f64,
    /// How many numbers tell one factor from another.
    told: usize,
}

/// Fewer numbers than that are explained by some factor too easily.
const FEWEST: usize = 3;

impl Factor {
    /// No number has been seen.
    pub fn any() -> Self {
        Factor { least: f64::NEG_INFINITY, most: f64::INFINITY, told: 0 }
    }

    /// The factors that also explain one number more, which is expected within a bound; `None` if there are none. A bound is multiplied as
    /// the number is, and the product rounded once more. Of a number that may be zero nothing is known but its size.
    pub fn and<F: Format>(self, expected: &Tracked<F>, bound: f64, observed: f64) -> Option<Self> {
        let size = expected.value().abs();
        if !bound.is_finite() || size <= bound {
            return (!bound.is_finite() || observed.abs() <= size + bound).then_some(self);
        }
        let room = (bound / size + F::UNIT_ROUNDOFF) * observed.abs();
        let less_one = |shift: f64| (expected.deviation(observed) + shift) / expected.value();
        let (one, other) = (less_one(-room), less_one(room));
        let (least, most) = (self.least.max(one.min(other)), self.most.min(one.max(other)));
        (observed.is_finite() && least <= most).then_some(Factor { least, most, told: self.told + 1 })
    }

    /// The factor in words, if several numbers agree on one that is not 1.
    pub fn words(&self) -> Option<String> {
        let Factor { least, most, told } = *self;
        if told < FEWEST || (least <= 0.0 && 0.0 <= most) {
            return None;
        }
        let less_one = f64::midpoint(least, most);
        let sign = if less_one > 0.0 { '+' } else { '-' };
        Some(match less_one.abs() {
            little if little < 0.01 => format!("1 {sign} {little:.1e}"),
            _ => format!("{:.4}", 1.0 + less_one),
        })
    }
}
