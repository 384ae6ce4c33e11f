//! The normal mixture, for sub-Gaussian trials.

use super::sequence::{Look, Sequence};

/// Robbins' two-sided normal mixture (Robbins 1970, Ann. Math. Stat. 41; in this form Howard, Ramdas, McAuliffe &
/// Sekhon 2021, Ann. Stat. 49, equation 14): mixing exp(λSₙ − λ²σ²n/2) over λ ~ N(0, 1/(σ²ρ)) gives the supermartingale
/// √(ρ/(n + ρ))·exp(Sₙ²/(2σ²(n + ρ))), which exceeds 1/α with probability at most α (Ville 1939), so that always
///
/// \|Sₙ\| ≤ σ·√((n + ρ)·ln((n + ρ)/(ρα²))).
pub(super) struct Mixture {
    deviation: f64,
    log: f64,
    prior: f64,
    trials: f64,
    sum: f64,
}

impl Mixture {
    pub(super) fn new(deviation: f64, margin: f64, alpha: f64) -> Self {
        let prior = Self::required(deviation, margin, alpha) / Self::ratio(alpha);
        Mixture { deviation, log: -2.0 * libm::log(alpha), prior, trials: 0.0, sum: 0.0 }
    }

    /// n/ρ at the sample size n that ρ is best for: −W₋₁(−α²/e) − 1 ≈ ln α⁻² + ln(1 + ln α⁻²) (the same paper, proposition 3).
    fn ratio(alpha: f64) -> f64 {
        let log = -2.0 * libm::log(alpha);
        log + libm::log1p(log)
    }

    /// The boundary over n, set equal to the margin and solved for n with ρ = n/ratio.
    pub(super) fn required(deviation: f64, margin: f64, alpha: f64) -> f64 {
        let ratio = Self::ratio(alpha);
        let spread = deviation / margin;
        spread * spread * (1.0 + 1.0 / ratio) * (libm::log1p(ratio) - 2.0 * libm::log(alpha))
    }

    fn radius(&self, trials: f64) -> f64 {
        let total = trials + self.prior;
        self.deviation * (total * (libm::log(total / self.prior) + self.log)).sqrt() / trials
    }

    /// The interval is inside the margin unless \|Sₙ/n − m\| exceeds margin − radius: Chernoff's bound 2·exp(−nδ²/(2σ²)), which is
    /// within a factor of 20 of 2Φ̄ down to 10⁻¹², but holds for every sub-Gaussian trial.
    pub(super) fn inconclusive(&self, margin: f64, trials: f64) -> f64 {
        let room = (margin - self.radius(trials)).max(0.0) / self.deviation;
        2.0 * libm::exp(-trials * room * room / 2.0)
    }
}

impl Sequence for Mixture {
    fn feed(&mut self, block: &[f64]) {
        self.trials += block.len() as f64;
        self.sum += block.iter().sum::<f64>();
    }

    fn look(&self) -> Look {
        let (estimate, radius) = (self.sum / self.trials, self.radius(self.trials));
        Look { estimate, interval: [estimate - radius, estimate + radius] }
    }
}
