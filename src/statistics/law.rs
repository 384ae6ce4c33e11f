//! What is known of one trial.

use super::bernstein::Bernstein;
use super::catoni::Catoni;
use super::lines::Lines;
use super::mixture::Mixture;
use super::sequence::Sequence;
use std::fmt;

/// What is known of one trial's statistic X with the unknown mean m; it decides the confidence sequence.
///
/// The module's documentation says which law is for which statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// E exp(λ(X − m)) ≤ exp(λ²σ²/2) for all λ. A Gaussian has its own deviation σ; a variable in `[lo, hi]` has σ = (hi − lo)/2
    /// (Hoeffding 1963; Boucheron, Lugosi & Massart 2013, lemma 2.2); a sum of independent ones has σ² = Σσᵢ².
    SubGaussian {
        /// The deviation σ.
        deviation: f64,
    },
    /// lo ≤ X ≤ hi. A value outside, be it by rounding, makes the estimate NaN: leave room.
    Bounded {
        /// Lower bound.
        lo: f64,
        /// Upper bound.
        hi: f64,
    },
    /// E exp(λ(X − m)) ≤ exp(ψ(\|λ\|)) with ψ(λ) = λ²v/(2(1 − cλ)), for \|λ\| < 1/c: sub-gamma on both sides
    /// (Boucheron, Lugosi & Massart 2013, section 2.4). Closed under sums of independent terms: v adds, c is the largest; a·X has
    /// a²v and \|a\|c. Members, with Z and Z′ independent standard normal:
    ///
    /// - Z²: ln E exp(λ(Z² − 1)) = −λ − ½ln(1 − 2λ) ≤ λ²/(1 − 2λ), and ≤ λ² for λ < 0, so v = 2, c = 2 (Laurent & Massart 2000,
    ///   lemma 1). Hence Σaᵢ·Zᵢ² has v = 2Σaᵢ², c = 2·max\|aᵢ\|; see [`Law::chi_square`].
    /// - (Z + μ)²: the term μ²λ/(1 − 2λ) − μ²λ = 2μ²λ²/(1 − 2λ) comes in addition, so v = 2 + 4μ², c = 2.
    /// - Z·Z′: −½ln(1 − λ²) ≤ λ²/(2(1 − \|λ\|)), so v = 1, c = 1.
    /// - \|X − m\| ≤ b with variance v: c = b/3 (Bernstein; the same book, corollary 2.11).
    SubGamma {
        /// The variance factor v.
        variance: f64,
        /// The scale c, at least 0.
        scale: f64,
    },
    /// E(X − m)² ≤ v, and nothing else.
    Variance {
        /// The bound v.
        bound: f64,
    },
}

impl Law {
    /// The law of `scale`·χ²: an estimate of a variance σ² by k squares of known mean has k degrees and the scale σ²/k.
    pub fn chi_square(degrees: f64, scale: f64) -> Law {
        Law::SubGamma { variance: 2.0 * degrees * scale * scale, scale: 2.0 * scale.abs() }
    }

    /// The confidence sequence for this law, tuned for the sample size at which its radius reaches the margin.
    ///
    /// # Panics
    /// If the margin, α or the spread of the law is not positive: that is a mistake in the theorem, not a finding.
    pub fn sequence(&self, margin: f64, alpha: f64) -> Box<dyn Sequence + Send> {
        let sound = match *self {
            Law::SubGaussian { deviation } => deviation > 0.0,
            Law::Bounded { lo, hi } => lo < hi,
            Law::SubGamma { variance, scale } => variance > 0.0 && scale >= 0.0,
            Law::Variance { bound } => bound > 0.0,
        };
        assert!(sound && margin > 0.0 && 0.0 < alpha && alpha < 1.0, "{self}: margin {margin}, alpha {alpha}");
        match *self {
            Law::SubGaussian { deviation } => Box::new(Mixture::new(deviation, margin, alpha)),
            Law::Bounded { lo, hi } => Box::new(Bernstein::new(lo, hi, margin, alpha)),
            Law::SubGamma { variance, scale } => Box::new(Lines::new(variance, scale, margin, alpha)),
            Law::Variance { bound } => Box::new(Catoni::new(bound, margin, alpha)),
        }
    }

    /// Predicted number of trials at which the radius reaches the margin, so that a true claim is decided at the next look or the
    /// one after it. For [`Law::Bounded`] it supposes the largest variance, (hi − lo)²/4. Choose four times as many as the
    /// largest number:
    ///
    /// ```
    /// use gradproof::{lab::Lab, statistics::Law};
    /// let lab = Lab::new(1, 1, "an-example");
    /// let law = Law::SubGaussian { deviation: 1.0 };
    /// let margin = 0.2; // a fifth of the smallest effect that has to be told apart
    /// let largest = 4 * law.required(margin, lab.policy.alpha());
    /// assert!(law.inconclusive(margin, lab.policy.alpha(), largest) < 1e-6);
    /// assert_eq!(largest, 4 * 1511);
    /// ```
    pub fn required(&self, margin: f64, alpha: f64) -> u64 {
        let trials = match *self {
            Law::SubGaussian { deviation } => Mixture::required(deviation, margin, alpha),
            Law::Bounded { lo, hi } => Bernstein::new(lo, hi, margin, alpha).required(),
            Law::SubGamma { variance, scale } => Lines::new(variance, scale, margin, alpha).required(margin),
            Law::Variance { bound } => Catoni::new(bound, margin, alpha).required(),
        };
        trials.ceil() as u64
    }

    /// Probability, at most, that `trials` do not confirm a claim whose target is exactly the mean. A theorem for every law but
    /// [`Law::Bounded`], where it is the normal approximation at the largest variance.
    pub fn inconclusive(&self, margin: f64, alpha: f64, trials: u64) -> f64 {
        let probability = match *self {
            Law::SubGaussian { deviation } => Mixture::new(deviation, margin, alpha).inconclusive(margin, trials as f64),
            Law::Bounded { lo, hi } => Bernstein::new(lo, hi, margin, alpha).inconclusive(trials),
            Law::SubGamma { variance, scale } => Lines::new(variance, scale, margin, alpha).inconclusive(margin, trials as f64),
            Law::Variance { bound } => Catoni::new(bound, margin, alpha).inconclusive(trials),
        };
        probability.min(1.0)
    }
}

/// The sequence and its assumption, in a sentence; numbers to six digits.
impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let six = |x: f64| format!("{x:.5e}").parse::<f64>().unwrap_or(x);
        match *self {
            Law::SubGaussian { deviation } => {
                write!(f, "normal mixture; a trial is sub-Gaussian with deviation {}", six(deviation))
            }
            Law::Bounded { lo, hi } => write!(f, "empirical Bernstein; a trial lies in [{}, {}]", six(lo), six(hi)),
            Law::SubGamma { variance, scale } => {
                write!(f, "stitched lines; a trial is sub-gamma with variance factor {} and scale {}", six(variance), six(scale))
            }
            Law::Variance { bound } => write!(f, "Catoni; a trial has a variance of at most {}", six(bound)),
        }
    }
}
