//! Stitched lines, for sub-gamma trials.

use super::sequence::{Look, Sequence, crossing};
use std::f64::consts::FRAC_1_SQRT_2;

/// For each λ, exp(±λSₙ − nψ(λ)) is a supermartingale, so \|Sₙ\| ≤ (ln(2/αⱼ) + nψ(λⱼ))/λⱼ for all n, but with probability αⱼ (Ville
/// 1939). Shares α₀ + α₁ + … ≤ α over a falling grid of λ make the least of these lines a boundary that narrows like
/// √(ln ln n / n) as far as the grid reaches (stitching: Howard, Ramdas, McAuliffe & Sekhon 2021, Ann. Stat. 49, theorem 1).
///
/// λ₀ is best for the radius margin/√2, λⱼ = λ₀·2^(−j/2) for sample sizes 2ʲ times larger, and αⱼ = α/((j + 1)(j + 2)). Mixing the
/// same exponentials instead of splitting α gains less than 2% of the radius at α = 10⁻¹² and needs a root search.
pub(super) struct Lines {
    variance: f64,
    scale: f64,
    /// λⱼ, ψ(λⱼ) and ln(2/αⱼ).
    lines: Vec<[f64; 3]>,
    trials: f64,
    sum: f64,
}

impl Lines {
    /// Enough for sample sizes a million times larger than required.
    const COUNT: u32 = 20;

    pub(super) fn new(variance: f64, scale: f64, margin: f64, alpha: f64) -> Self {
        let first = slope(variance, scale, margin * FRAC_1_SQRT_2);
        let mut lines = Vec::new();
        let mut weight = first;
        for line in 0..Self::COUNT {
            let share = alpha / (f64::from(line + 1) * f64::from(line + 2));
            lines.push([weight, penalty(variance, scale, weight), -libm::log(share / 2.0)]);
            weight *= FRAC_1_SQRT_2;
        }
        Lines { variance, scale, lines, trials: 0.0, sum: 0.0 }
    }

    /// Where the first line reaches the margin.
    pub(super) fn required(&self, margin: f64) -> f64 {
        let [weight, penalty, log] = self.lines[0];
        crossing(log, weight, penalty, margin)
    }

    fn radius(&self, trials: f64) -> f64 {
        let radii = self.lines.iter().map(|[weight, penalty, log]| (log + trials * penalty) / (trials * weight));
        radii.fold(f64::INFINITY, f64::min)
    }

    /// Chernoff's bound 2·exp(−nψ*(δ)) of the probability that the estimate is off by more than δ = margin − radius, where
    /// ψ*(δ) = sup(λδ − ψ(λ)).
    pub(super) fn inconclusive(&self, margin: f64, trials: f64) -> f64 {
        let room = (margin - self.radius(trials)).max(0.0);
        let weight = slope(self.variance, self.scale, room);
        2.0 * libm::exp(-trials * (weight * room - penalty(self.variance, self.scale, weight)))
    }
}

/// ψ(λ) = λ²v/(2(1 − cλ)).
fn penalty(variance: f64, scale: f64, weight: f64) -> f64 {
    weight * weight * variance / (2.0 * (1.0 - scale * weight))
}

/// The λ with ψ′(λ) = δ, which is (1 − 1/s)/c with s = √(1 + 2cδ/v) (Boucheron, Lugosi & Massart 2013, section 2.4), written
/// without the quotient 0/0 at c = 0. Always below 1/c.
fn slope(variance: f64, scale: f64, radius: f64) -> f64 {
    let root = (1.0 + 2.0 * scale * radius / variance).sqrt();
    2.0 * radius / (variance * root * (root + 1.0))
}

impl Sequence for Lines {
    fn feed(&mut self, block: &[f64]) {
        self.trials += block.len() as f64;
        self.sum += block.iter().sum::<f64>();
    }

    fn look(&self) -> Look {
        let (estimate, radius) = (self.sum / self.trials, self.radius(self.trials));
        Look { estimate, interval: [estimate - radius, estimate + radius] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_at_most_alpha() {
        let shares: f64 = Lines::new(1.0, 1.0, 0.1, 1e-3).lines.iter().map(|[_, _, log]| 2.0 * libm::exp(-log)).sum();
        assert!(0.95e-3 < shares && shares <= 1e-3, "{shares}");
    }

    /// The members that the law's documentation lists, with their exact cumulants on both sides.
    #[test]
    fn penalties_bound_cumulants() {
        for signed in (-999..1000).filter(|&step| step != 0).map(|step| f64::from(step) / 1000.0) {
            let product = -0.5 * libm::log1p(-signed * signed);
            assert!(product <= penalty(1.0, 1.0, signed.abs()), "Z·Z′ at {signed}");
            let weight = signed / 2.0;
            let square = -weight - 0.5 * libm::log1p(-2.0 * weight);
            assert!(square <= penalty(2.0, 2.0, weight.abs()), "Z² at {weight}");
            let moved = square + 2.0 * 9.0 * weight * weight / (1.0 - 2.0 * weight);
            assert!(moved <= penalty(2.0 + 4.0 * 9.0, 2.0, weight.abs()), "(Z + 3)² at {weight}");
        }
    }

    /// ψ′ at the slope is the radius, by a central difference.
    #[test]
    fn slopes_are_best_for_their_radius() {
        for (variance, scale, radius) in [(1.0, 0.0, 0.3), (2.0, 2.0, 0.01), (2.0, 2.0, 1.5), (0.1, 5.0, 40.0)] {
            let weight = slope(variance, scale, radius);
            let step = 1e-5 * weight * (1.0 - scale * weight);
            let rise = penalty(variance, scale, weight + step) - penalty(variance, scale, weight - step);
            assert!((rise / (2.0 * step) / radius - 1.0).abs() < 1e-6, "{variance} {scale} {radius}");
        }
    }
}
