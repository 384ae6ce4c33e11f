//! Least squares on features that are independent signs, without label noise: the noise of a batch gradient vanishes at the minimiser.

use crate::number::{Rational, rational, square};
use crate::optimizers::{Method, advance};
use crate::subject::{NotOffered, Subject};

/// The mean of `‖w⁺‖²` over all batches after one step of the code from `w`, where sample `a ∈ {-1, 1}^d` has the loss `½ ⟨a, w⟩²`.
pub(super) fn mean_square(
    subject: &dyn Subject,
    step_size: &Rational,
    w: &[Rational],
    batch: usize,
) -> Result<Rational, NotOffered> {
    let dimension = w.len();
    // The overall sign of a sample does not change its gradient: its first feature is 1.
    let free = (dimension - 1) * batch;
    let feature = |draw: usize, sample: usize, place: usize| match place {
        0 => Rational::ONE,
        _ if draw >> (sample * (dimension - 1) + place - 1) & 1 == 0 => Rational::ONE,
        _ => Rational::NEG_ONE,
    };
    let mut optimizer = subject.exact(&Method::gradient_descent(step_size.clone()))?;
    // All batches side by side in one tensor.
    let mut x: Vec<Rational> = w.iter().cloned().cycle().take(dimension << free).collect();
    advance(&mut *optimizer, &mut x, |x| {
        let of_batch = |(draw, w): (usize, &[Rational])| {
            let mut gradient = vec![Rational::ZERO; dimension];
            for sample in 0..batch {
                let features: Vec<Rational> = (0..dimension).map(|place| feature(draw, sample, place)).collect();
                let residual = features.iter().zip(w).fold(Rational::ZERO, |sum, (a, w)| sum + a * w);
                for (sum, a) in gradient.iter_mut().zip(&features) {
                    *sum += a * &residual / Rational::from(batch);
                }
            }
            gradient
        };
        x.chunks(dimension).enumerate().flat_map(of_batch).collect()
    });
    let total = x.iter().fold(Rational::ZERO, |sum, x| sum + square(x));
    Ok(total * rational(1, 1 << free))
}

/// Where `E‖w⁺‖² = (1 - 2η + η² M) ‖w‖²`, the factor for this `M` and `η`.
pub(super) fn factor(step_size: &Rational, second: &Rational) -> Rational {
    Rational::ONE - rational(2, 1) * step_size + square(step_size) * second
}

/// `M = 1 + (d + excess)/B`: the excess is -1 for signs and 1 for Gaussian features.
pub(super) fn second(dimension: usize, batch: usize, excess: i64) -> Rational {
    Rational::ONE + rational(dimension as i64 + excess, batch as u64)
}
