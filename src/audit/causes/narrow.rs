//! The formats to which a subject may have narrowed its scalars.

use crate::number::{bf16, f16};

/// A format and a way of rounding to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Narrow {
    Single,
    BrainTruncated,
    Brain,
    Half,
}

/// All, from the widest to the narrowest.
pub(super) const ALL: [Narrow; 4] = [Narrow::Single, Narrow::Half, Narrow::Brain, Narrow::BrainTruncated];

impl Narrow {
    /// `x` in this format.
    pub fn round(self, x: f64) -> f64 {
        match self {
            Narrow::Single => f64::from(x as f32),
            Narrow::Half => f16::from_f64(x).to_f64(),
            Narrow::Brain => bf16::from_f64(x).to_f64(),
            Narrow::BrainTruncated => f64::from(f32::from_bits((x as f32).to_bits() & 0xffff_0000)),
        }
    }

    /// The format in words.
    pub fn words(self) -> &'static str {
        match self {
            Narrow::Single => "single precision",
            Narrow::Half => "half precision",
            Narrow::Brain => "bf16",
            Narrow::BrainTruncated => "bf16 by truncation",
        }
    }

    /// Number of updates after which a counter of this format stays as it is: adding one to it changes nothing.
    pub fn last_count(self) -> u64 {
        match self {
            Narrow::Single => 1 << 24,
            Narrow::Half => 1 << 11,
            Narrow::Brain | Narrow::BrainTruncated => 1 << 8,
        }
    }
}
