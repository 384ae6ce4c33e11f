//! Catoni's estimator as a confidence sequence, for trials of bounded variance.

use super::sequence::{BLOCK, Look, Sequence, crossing, weight};
use rayon::prelude::*;

/// Catoni-style confidence sequence (Wang & Ramdas 2023, Stoch. Proc. Appl. 163, by their Catoni supermartingales, after Catoni 2012): with the influence
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

    /// Each exact end reaches beyond m ± δ, δ = margin, with a probability of at most exp(ln(2/α) + Σ(−λδ + λ²(v + δ²/2))), because
    /// E exp φ(λ(X − m − δ)) ≤ 1 − λδ + λ²(v + δ²)/2 (Catoni 2012, section 2). Bisection adds at most 1/512 of the radius.
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

    /// Neighbours around the m where the sum falls to `level`, closer than 1/512 of the radius.
    fn falls_to(&self, level: f64, guess: f64, radius: f64) -> [f64; 2] {
        let mut step = radius / 64.0;
        let mut ends = [guess - step, guess + step];
        while self.influence(ends[0]) <= level {
            step *= 2.0;
            ends = [ends[0] - step, ends[0]];
        }
        while self.influence(ends[1]) > level {
            step *= 2.0;
            ends = [ends[1], ends[1] + step];
        }
        while ends[1] - ends[0] > radius / 512.0 {
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
        let (centre, radius) = (self.weighted / self.weights, bound / self.weights);
        // Near the centre the sum falls by Σλ a unit; the outer neighbours keep the interval conservative.
        let middle = centre + self.influence(centre) / self.weights;
        let [lo, _] = self.falls_to(bound, middle - radius, radius);
        let [_, hi] = self.falls_to(-bound, middle + radius, radius);
        Look { estimate: lo + (hi - lo) / 2.0, interval: [lo, hi] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// −ln(1 − x + x²/2) ≤ φ(x) ≤ ln(1 + x + x²/2): what makes it a supermartingale. One side is an equality.
    #[test]
    fn the_influence_lies_between_its_bounds() {
        for x in (-1000..=1000).map(|step| f64::from(step) / 50.0) {
            let (least, most) = (-libm::log(1.0 - x + x * x / 2.0), libm::log(1.0 + x + x * x / 2.0));
            assert!(least - 1e-15 <= influence(x) && influence(x) <= most + 1e-15, "φ({x})");
        }
    }

    /// The bisection's ends are outside of the exact interval, by less than 1/512 of its radius.
    #[test]
    fn the_interval_is_rounded_outward() {
        let mut sequence = Catoni::new(1.0, 0.3, 1e-3);
        sequence.feed(&[0.0, 5.0, -1.0, 0.5, 1.0, -2.0].repeat(50));
        let Look { interval: [lo, hi], .. } = sequence.look();
        let bound = sequence.log + sequence.squares / 2.0;
        let step = bound / sequence.weights / 512.0;
        assert!(sequence.influence(lo) > bound && sequence.influence(lo + step) <= bound);
        assert!(sequence.influence(hi) <= -bound && sequence.influence(hi - step) > -bound);
    }
}
