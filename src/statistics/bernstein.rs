//! Empirical Bernstein, for bounded trials.

use super::sequence::{BLOCK, Look, Sequence, crossing, weight};

/// The empirical Bernstein sequence with predictable plug-in (Waudby-Smith & Ramdas 2024, J. R. Stat. Soc. B 86, theorem 2): for Y in
/// [0, 1], λᵢ in (0, 1) and μ̂ᵢ depending on earlier trials alone, always
///
/// \|Σλᵢ(Yᵢ − m)\| ≤ ln(2/α) + Σ(Yᵢ − μ̂ᵢ)²·ψ(λᵢ), with ψ(λ) = −ln(1 − λ) − λ.
///
/// λ and μ̂ are fixed within a block, so that three numbers a block suffice; the estimate is the mean weighted with λ.
pub(super) struct Bernstein {
    lo: f64,
    range: f64,
    /// The margin in units of the range.
    margin: f64,
    log: f64,
    trials: f64,
    /// Mean and sum of squared deviations of all trials so far.
    mean: f64,
    deviations: f64,
    /// Σλ, Σλ(Y − ½) and Σ(Y − μ̂)²ψ(λ).
    weights: f64,
    weighted: f64,
    penalty: f64,
}

impl Bernstein {
    pub(super) fn new(lo: f64, hi: f64, margin: f64, alpha: f64) -> Self {
        let (range, log) = (hi - lo, -libm::log(alpha / 2.0));
        let (trials, mean, deviations) = (0.0, 0.5, 0.0);
        let (weights, weighted, penalty) = (0.0, 0.0, 0.0);
        Bernstein { lo, range, margin: margin / range, log, trials, mean, deviations, weights, weighted, penalty }
    }

    /// The weight for the block that ends at `trials`. At most 1/2, where ψ exceeds λ²/2 by half.
    fn weight(&self, variance: f64, trials: f64) -> f64 {
        weight(self.log, variance, self.margin, trials).min(0.5)
    }

    /// Supposes the largest variance, 1/4.
    pub(super) fn required(&self) -> f64 {
        let weight = self.weight(0.25, 1.0);
        crossing(self.log, weight, 0.25 * psi(weight), self.margin)
    }

    /// Normal approximation at the largest variance: 2Φ̄(z), z = (margin − radius)/deviation of the weighted mean.
    pub(super) fn inconclusive(&self, trials: u64) -> f64 {
        let (mut weights, mut squares, mut penalty) = (0.0, 0.0, 0.0);
        for block in 1..=trials.div_ceil(BLOCK) {
            let weight = self.weight(0.25, (block * BLOCK) as f64);
            weights += weight;
            squares += weight * weight / 4.0;
            penalty += psi(weight) / 4.0;
        }
        let block = BLOCK as f64;
        let radius = (self.log + penalty * block) / (weights * block);
        let deviation = (squares / block).sqrt() / weights;
        libm::erfc((self.margin - radius) / deviation * std::f64::consts::FRAC_1_SQRT_2)
    }
}

fn psi(weight: f64) -> f64 {
    -libm::log1p(-weight) - weight
}

impl Sequence for Bernstein {
    fn feed(&mut self, block: &[f64]) {
        let size = block.len() as f64;
        let trials = self.trials + size;
        // The prior is one trial at each end, so that a constant block does not stop the learning.
        let variance = (0.5 + self.deviations) / (self.trials + 2.0);
        let weight = self.weight(variance, trials);

        let unit = |x: &f64| Some((x - self.lo) / self.range).filter(|y| (0.0..=1.0).contains(y)).unwrap_or(f64::NAN);
        let mean = block.iter().map(unit).sum::<f64>() / size;
        let deviations: f64 = block.iter().map(|x| (unit(x) - mean) * (unit(x) - mean)).sum();
        let shift = mean - self.mean;
        self.weights += weight * size;
        self.weighted += weight * size * (mean - 0.5);
        self.penalty += psi(weight) * (deviations + size * shift * shift);
        // Merged as by Chan, Golub and LeVeque 1979, without cancellation.
        self.deviations += deviations + shift * shift * size * self.trials / trials;
        self.mean += shift * size / trials;
        self.trials = trials;
    }

    fn look(&self) -> Look {
        let centre = 0.5 + self.weighted / self.weights;
        let radius = (self.log + self.penalty) / self.weights;
        // `clamp` keeps NaN: the mean lies in the range anyway.
        let [lo, hi] = [centre - radius, centre + radius].map(|y| self.lo + self.range * y.clamp(0.0, 1.0));
        Look { estimate: self.lo + self.range * centre, interval: [lo, hi] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// exp(λx − x²ψ(λ)) ≤ 1 + λx for x ≥ −1 (Fan, Grama & Liu 2015): what makes it a supermartingale. Equal at −1.
    #[test]
    fn the_penalty_pays_for_every_deviation() {
        for weight in (1..=50).map(|step| f64::from(step) / 100.0) {
            for x in (-100..=100).map(|step| f64::from(step) / 100.0) {
                let exponent = weight * x - x * x * psi(weight);
                assert!(exponent <= libm::log1p(weight * x) + 1e-15, "λ = {weight}, x = {x}");
            }
        }
    }

    #[test]
    fn a_block_chooses_neither_its_weight_nor_its_centre() {
        let fed = |value: f64| {
            let mut sequence = Bernstein::new(0.0, 1.0, 0.1, 1e-3);
            sequence.feed(&[0.25, 0.5]);
            sequence.feed(&[value; 2]);
            sequence
        };
        assert_eq!(fed(0.0).weights, fed(1.0).weights);
        // The centre is 3/8 for the second block: deviations 5/8 and 3/8.
        let [low, high] = [fed(0.0).penalty, fed(1.0).penalty];
        let second = psi(fed(0.0).weights / 2.0 - Bernstein::new(0.0, 1.0, 0.1, 1e-3).weight(0.25, 2.0));
        assert!((high - low - second * 2.0 * (25.0 - 9.0) / 64.0).abs() < 1e-12, "{low} {high}");
    }
}
