//! The rules, the sums over slices and the normal numbers, compiled once for each instruction set.
//!
//! There is one loop. Without fused multiply-add every instruction set rounds every operation alike, so each path gives the bits of
//! [`Isa::Scalar`], the specification: a theorem of the suite, `every-kernel-equals-scalar`.

mod isa;
mod normal;
mod reduction;
mod storage;

pub use isa::Isa;
pub use normal::{normal, unit};
pub use reduction::{dot, norm, squares, sum};
pub use storage::Storage;

use crate::number::Real;
use crate::optimizers::Rule;

/// Elements that one thread takes at a time; below this a second thread costs more than it brings.
const GRAIN: usize = 1 << 16;

/// Updates every element of a tensor with the coefficients `step`. Parameters and gradients are stored as `P`, state and arithmetic
/// are in `R`.
///
/// # Panics
/// If the slices' lengths differ.
pub fn sweep<P: Storage<R>, R: Real, const N: usize, K: Rule<R, N>>(
    isa: Isa,
    step: &K::Step,
    x: &mut [P],
    gradient: &[P],
    mut slots: [&mut [R]; N],
) {
    assert_eq!(x.len(), gradient.len(), "a gradient has the length of its parameter");
    assert!(slots.iter().all(|slot| slot.len() == x.len()), "a state has the length of its parameter");
    if x.len() <= GRAIN {
        return compiled::<P, R, N, K>(isa, step, x, gradient, slots);
    }
    // The halves are multiples of the grain, so that the split does not depend on the number of threads.
    let middle = (x.len() / 2).next_multiple_of(GRAIN);
    let (x_low, x_high) = x.split_at_mut(middle);
    let (gradient_low, gradient_high) = gradient.split_at(middle);
    let slots_high = slots.each_mut().map(|slot| {
        let (low, high) = std::mem::take(slot).split_at_mut(middle);
        *slot = low;
        high
    });
    rayon::join(
        || sweep::<P, R, N, K>(isa, step, x_low, gradient_low, slots),
        || sweep::<P, R, N, K>(isa, step, x_high, gradient_high, slots_high),
    );
}

fn compiled<P: Storage<R>, R: Real, const N: usize, K: Rule<R, N>>(
    isa: Isa,
    step: &K::Step,
    x: &mut [P],
    gradient: &[P],
    slots: [&mut [R]; N],
) {
    if !R::VECTORS {
        return plain::<P, R, N, K>(step, x, gradient, slots);
    }
    match isa {
        Isa::Scalar => scalar::<P, R, N, K>(step, x, gradient, slots),
        Isa::Baseline => plain::<P, R, N, K>(step, x, gradient, slots),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Isa::Avx2` is only ever chosen where the processor has AVX2.
        Isa::Avx2 => unsafe { avx2::<P, R, N, K>(step, x, gradient, slots) },
        #[cfg(not(target_arch = "x86_64"))]
        Isa::Avx2 => plain::<P, R, N, K>(step, x, gradient, slots),
    }
}

/// The specification: one element after the other, through a call that the compiler cannot merge into vectors.
fn scalar<P: Storage<R>, R: Real, const N: usize, K: Rule<R, N>>(
    step: &K::Step,
    x: &mut [P],
    gradient: &[P],
    mut slots: [&mut [R]; N],
) {
    for index in 0..x.len() {
        let state = std::array::from_fn(|slot| slots[slot][index].clone());
        let (next, state) = one::<R, N, K>(step, x[index].load(), gradient[index].load(), state);
        x[index] = P::store(next);
        for (slot, value) in slots.iter_mut().zip(state) {
            slot[index] = value;
        }
    }
}

#[inline(never)]
fn one<R: Real, const N: usize, K: Rule<R, N>>(step: &K::Step, x: R, gradient: R, state: [R; N]) -> (R, [R; N]) {
    K::update(step, x, gradient, state)
}

/// The loop that the vector paths are compiled from.
#[inline(always)]
fn plain<P: Storage<R>, R: Real, const N: usize, K: Rule<R, N>>(
    step: &K::Step,
    x: &mut [P],
    gradient: &[P],
    slots: [&mut [R]; N],
) {
    let length = x.len();
    // Equal lengths, visible to the compiler: the loop below then has no bounds checks.
    let gradient = &gradient[..length];
    let mut slots = slots.map(|slot| &mut slot[..length]);
    for index in 0..length {
        let state = std::array::from_fn(|slot| slots[slot][index].clone());
        let (next, state) = K::update(step, x[index].load(), gradient[index].load(), state);
        x[index] = P::store(next);
        for (slot, value) in slots.iter_mut().zip(state) {
            slot[index] = value;
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<P: Storage<R>, R: Real, const N: usize, K: Rule<R, N>>(
    step: &K::Step,
    x: &mut [P],
    gradient: &[P],
    slots: [&mut [R]; N],
) {
    plain::<P, R, N, K>(step, x, gradient, slots);
}
