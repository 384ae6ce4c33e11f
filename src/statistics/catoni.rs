//! Catoni's estimator as a confidence sequence, for trials of bounded variance.

use super::sequence::{BLOCK, Look, Sequence, crossing, weight};
use rayon::prelude::*;

/// Catoni-style confidence sequence (Wang & Ramdas 2023, Stoch. Proc. Appl. 163, theorem 9, after Catoni 2012): with the influence
/// function φ(x) = ±ln(1 + \|x\| + x²/2), E exp(±φ(λ(X − m))) ≤ 1 + λ²v/2 ≤ exp(λ²v/2), so that always
///
/// \|Σφ(λᵢ(Xᵢ − m))\| ≤ ln(2/α) + (v/2)Σλᵢ².
///
/// The sum falls in m, so the m that satisfy this are an interval, found by bisection over the stored trials; the estimate is its
/// midpoint. No tail is assumed, yet the radius is that of Gaussian trials.
pub(super) struct Catoni {
    variance: f64,
    margin: f64,
    log: f64,
    trials: f64,
    /// Each block with its λ.
    blocks: Vec<(f64, Vec<f64>)>,
    /// Σλ, Σλx and Σλ².
    weights: f64,
    weighted: f64,
    squares: f64,
}

impl Catoni {
    pub(super) fn new(variance: f64, margin: f64, alpha: f64) -> Self {
        let log = -libm::log(alpha / 2.0);
        Catoni { variance, margin, log, trials: 0.0, blocks: Vec::new(), weights: 0.0, weighted: 0.0, squares: 0.0 }
    }

    fn weight(&self, trials: f64) -> f64 {
        weight(self.log, self.variance, self.margin, trials)
    }

    pub(super) fn required(&self) -> f64 {
        let weight = self.weight(1.0);
        crossing(self.log, weight, weight * weight * self.variance / 2.0, self.margin)
    }

    /// Each end reaches beyond m ± margin with a probability of at most exp(bound + Σ(−λδ + λ²(v + δ²)/2)), δ = margin, because
    /// E exp φ(λ(X − m − δ)) ≤ 1 − λδ + λ²(v + δ²)/2.
    pub(super) fn inconclusive(&self, trials: u64) -> f64 {
        let mut exponent = self.log;
        for block in 1..=trials.div_ceil(BLOCK) {
            let weight = self.weight((block * BLOCK) as f64);
            let square = weight * weight * (self.variance + self.margin * self.margin / 2.0);
            exponent += BLOCK as f64 * (square - weight * self.margin);
        }
        2.0 * libm::exp(exponent)
    }

    /// Σφ(λᵢ(Xᵢ − m)), a sum a block, added in order.
    fn influence(&self, mean: f64) -> f64 {
        let of_block = |(weight, values): &(f64, Vec<f64>)| values.iter().map(|x| influence(weight * (x - mean))).sum();
        let sums: Vec<f64> = self.blocks.par_iter().map(of_block).collect();
        sums.iter().sum()
    }

    /// Neighbours around the m where the sum falls to `level`, closer than a thousandth of the radius.
    fn falls_to(&self, level: f64, start: f64, radius: f64) -> [f64; 2] {
        let mut ends = [start - radius, start + radius];
        let mut step = radius;
        while self.influence(ends[0]) <= level {
            ends = [ends[0] - step, ends[0]];
            step *= 2.0;
        }
        while self.influence(ends[1]) > level {
            ends = [ends[1], ends[1] + step];
            step *= 2.0;
        }
        while ends[1] - ends[0] > radius / 1024.0 {
            let middle = ends[0] + (ends[1] - ends[0]) / 2.0;
            if middle <= ends[0] || middle >= ends[1] {
                break;
            }
            ends[usize::from(self.influence(middle) <= level)] = middle;
        }
        ends
    }
}

fn influence(x: f64) -> f64 {
    let size = x.abs();
    libm::log(1.0 + size * (1.0 + size / 2.0)).copysign(x)
}

impl Sequence for Catoni {
    fn feed(&mut self, block: &[f64]) {
        let size = block.len() as f64;
        self.trials += size;
        let weight = self.weight(self.trials);
        self.weights += weight * size;
        self.weighted += weight * block.iter().sum::<f64>();
        self.squares += weight * weight * size;
        self.blocks.push((weight, block.to_vec()));
    }

    fn look(&self) -> Look {
        let bound = self.log + self.squares * self.variance / 2.0;
        let (start, radius) = (self.weighted / self.weights, bound / self.weights);
        let [lo, _] = self.falls_to(bound, start - radius, radius / 2.0);
        let [_, hi] = self.falls_to(-bound, start + radius, radius / 2.0);
        Look { estimate: lo + (hi - lo) / 2.0, interval: [lo, hi] }
    }
}
