//! In which format a tensor lies in memory.

use crate::number::Real;
use half::{bf16, f16};

/// A format of parameters and gradients from which the arithmetic in `R` reads and into which it writes.
///
/// Every number type stores itself. The 16-bit floats are also stored for arithmetic in `f32`, as mixed-precision training has it:
/// state and operations in `f32`, parameters rounded once at the end of an update.
pub trait Storage<R>: Clone + Send + Sync + 'static {
    /// The stored number, exactly.
    fn load(&self) -> R;

    /// The number of the format that is nearest to `value`.
    fn store(value: R) -> Self;
}

impl<R: Real> Storage<R> for R {
    #[inline(always)]
    fn load(&self) -> R {
        self.clone()
    }

    #[inline(always)]
    fn store(value: R) -> R {
        value
    }
}

// A 16-bit float times 2^16 is an f32 of the same bits for bf16; half's conversions do the same without a table. They are not
// vectorised for f16 on processors without F16C, where they are exact too.
impl Storage<f32> for bf16 {
    #[inline(always)]
    fn load(&self) -> f32 {
        f32::from_bits(u32::from(self.to_bits()) << 16)
    }

    #[inline(always)]
    fn store(value: f32) -> Self {
        let bits = value.to_bits();
        // Round to nearest, ties to even: add half of the last place, less one when that place is even. A NaN keeps its upper bits and
        // is made quiet, as the addition could carry it to infinity.
        let rounded = bits.wrapping_add(0x7fff + ((bits >> 16) & 1)) >> 16;
        let quiet = (bits >> 16) | 0x40;
        bf16::from_bits(if value.is_nan() { quiet as u16 } else { rounded as u16 })
    }
}

impl Storage<f32> for f16 {
    #[inline(always)]
    fn load(&self) -> f32 {
        self.to_f32()
    }

    #[inline(always)]
    fn store(value: f32) -> Self {
        f16::from_f32(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::quickcheck;

    #[test]
    fn every_bf16_loads_as_itself() {
        for bits in 0..=u16::MAX {
            let stored = bf16::from_bits(bits);
            let loaded: f32 = stored.load();
            assert!(loaded == stored.to_f32() || loaded.is_nan() && stored.is_nan(), "{bits:#x}");
        }
    }

    quickcheck! {
        fn a_bf16_is_stored_as_half_rounds_it(bits: u32) -> bool {
            let value = f32::from_bits(bits);
            <bf16 as Storage<f32>>::store(value).to_bits() == bf16::from_f32(value).to_bits()
        }
    }
}
