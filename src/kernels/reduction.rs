//! Sums over slices: one order of additions, whatever the instruction set and the number of threads.
//!
//! Floating-point addition is not associative, so the order is part of the formula. Element `i` of a block of [`BLOCK`] elements is
//! added to lane `i mod 16`, in order; the lanes are joined as a binary tree (lane `j` with lane `j + 8`, then 4, 2 and 1); blocks
//! are joined as a binary tree whose left half has as many blocks as the right one or one more. Lengths alone decide that order.

use super::{GRAIN, Isa};
use crate::number::{Real, Root};

/// Partial sums of a block: two vectors of 256 bits in `f32`, four in `f64`, so that additions need not wait for each other.
const LANES: usize = 16;

/// Elements that are summed in lanes before the tree begins.
const BLOCK: usize = 4096;

/// What is summed: a function of the corresponding elements of `N` slices.
trait Term<R: Real, const N: usize> {
    fn of(elements: [&R; N]) -> R;
}

struct Element;
struct Product;

impl<R: Real> Term<R, 1> for Element {
    #[inline(always)]
    fn of([x]: [&R; 1]) -> R {
        x.clone()
    }
}

impl<R: Real> Term<R, 2> for Product {
    #[inline(always)]
    fn of([x, y]: [&R; 2]) -> R {
        x.clone() * y
    }
}

/// `Σ_i x_i`; zero for an empty slice.
pub fn sum<R: Real>(isa: Isa, x: &[R]) -> R {
    tree::<R, 1, Element>(isa, [x])
}

/// `Σ_i x_i y_i`; zero for empty slices.
///
/// # Panics
/// If the lengths differ.
pub fn dot<R: Real>(isa: Isa, x: &[R], y: &[R]) -> R {
    assert_eq!(x.len(), y.len(), "factors of one length");
    tree::<R, 2, Product>(isa, [x, y])
}

/// The sum of the squares of all elements of these tensors, the tensors' sums added in their order; zero if there is none. It may be
/// compared with what another order gives ([`Real::in_any_order`]).
pub fn squares<'a, R: Real>(isa: Isa, tensors: impl IntoIterator<Item = &'a [R]>) -> R {
    let join = |(sum, terms): (R, usize), tensor: &'a [R]| (sum + dot(isa, tensor, tensor), terms + tensor.len());
    let (sum, terms) = tensors.into_iter().fold((R::zero(), 0), join);
    sum.in_any_order(terms)
}

/// The Euclidean norm `√(Σ_i x_i²)`. As in the frameworks the squares are not scaled: where they overflow the norm is infinite, and
/// where all of them underflow it is zero.
pub fn norm<R: Root>(isa: Isa, x: &[R]) -> R {
    squares(isa, [x]).sqrt()
}

fn tree<R: Real, const N: usize, T: Term<R, N>>(isa: Isa, slices: [&[R]; N]) -> R {
    let length = slices[0].len();
    if length <= BLOCK {
        return block::<R, N, T>(isa, slices);
    }
    let middle = length.div_ceil(BLOCK).div_ceil(2) * BLOCK;
    let (low, high) = (slices.map(|slice| &slice[..middle]), slices.map(|slice| &slice[middle..]));
    let (low, high) = if length > GRAIN {
        rayon::join(|| tree::<R, N, T>(isa, low), || tree::<R, N, T>(isa, high))
    } else {
        (tree::<R, N, T>(isa, low), tree::<R, N, T>(isa, high))
    };
    low + high
}

fn block<R: Real, const N: usize, T: Term<R, N>>(isa: Isa, slices: [&[R]; N]) -> R {
    let lanes = match isa {
        _ if !R::VECTORS => plain::<R, N, T>(slices),
        Isa::Scalar => scalar::<R, N, T>(slices),
        Isa::Baseline => plain::<R, N, T>(slices),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Isa::Avx2` is only ever chosen where the processor has AVX2.
        Isa::Avx2 => unsafe { avx2::<R, N, T>(slices) },
        #[cfg(not(target_arch = "x86_64"))]
        Isa::Avx2 => plain::<R, N, T>(slices),
    };
    join(&lanes)
}

fn join<R: Real>(lanes: &[R]) -> R {
    match lanes {
        [lane] => lane.clone(),
        _ => {
            let (low, high) = lanes.split_at(lanes.len() / 2);
            join(&low.iter().zip(high).map(|(low, high)| low.clone() + high).collect::<Vec<R>>())
        }
    }
}

/// The specification: one element after the other, through a call that the compiler cannot merge into vectors.
fn scalar<R: Real, const N: usize, T: Term<R, N>>(slices: [&[R]; N]) -> [R; LANES] {
    let mut lanes = std::array::from_fn(|_| R::zero());
    for index in 0..slices[0].len() {
        one::<R, N, T>(&mut lanes[index % LANES], slices.map(|slice| &slice[index]));
    }
    lanes
}

#[inline(never)]
fn one<R: Real, const N: usize, T: Term<R, N>>(lane: &mut R, elements: [&R; N]) {
    *lane = lane.clone() + T::of(elements);
}

/// The loop that the vector paths are compiled from.
#[inline(always)]
fn plain<R: Real, const N: usize, T: Term<R, N>>(slices: [&[R]; N]) -> [R; LANES] {
    let mut lanes: [R; LANES] = std::array::from_fn(|_| R::zero());
    let rows = slices.map(|slice| slice.as_chunks::<LANES>());
    for row in 0..rows[0].0.len() {
        let row = rows.map(|(rows, _)| &rows[row]);
        for lane in 0..LANES {
            lanes[lane] = lanes[lane].clone() + T::of(row.map(|row| &row[lane]));
        }
    }
    for lane in 0..rows[0].1.len() {
        lanes[lane] = lanes[lane].clone() + T::of(rows.map(|(_, rest)| &rest[lane]));
    }
    lanes
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<R: Real, const N: usize, T: Term<R, N>>(slices: [&[R]; N]) -> [R; LANES] {
    plain::<R, N, T>(slices)
}
