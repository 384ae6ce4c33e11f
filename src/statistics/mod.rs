//! Confidence sequences, and the means and distributions that theorems decide with them.
//!
//! A theorem states what is known of one trial's statistic, its [`Law`], and asks a [`Question`] about its mean. The law, not taste,
//! chooses the sequence:
//!
//! | known of one trial X with mean m | law | sequence | why this one |
//! |---|---|---|---|
//! | E exp(λ(X − m)) ≤ exp(λ²σ²/2) for all λ: Gaussian noise, or bounded by ±σ | [`Law::SubGaussian`] | normal mixture (Robbins 1970) | closed form, never far from the narrowest |
//! | lo ≤ X ≤ hi, the variance unknown and perhaps small: indicators, cosines | [`Law::Bounded`] | empirical Bernstein (Waudby-Smith & Ramdas 2024) | learns the variance |
//! | E exp(λ(X − m)) ≤ exp(λ²v/(2(1 − c·\|λ\|))) for \|λ\| < 1/c: squares, variances, products of Gaussians | [`Law::SubGamma`] | stitched lines (Howard, Ramdas, McAuliffe & Sekhon 2021) | a square has no sub-Gaussian tail |
//! | E(X − m)² ≤ v, nothing else: heavy tails, stochastic gradients with σ² given | [`Law::Variance`] | Catoni (Wang & Ramdas 2023) | as narrow as the Gaussian one, for any tail |
//!
//! Each covers the mean at *all* sample sizes at once with probability at least 1 − α, so looking after every block and stopping
//! when decided costs nothing. All are two-sided, for inequalities too, where a one-sided one would save 1% of the radius.
//!
//! **The law must be known, not claimed.** If v or σ follows from the hypotheses alone, both decisions carry the error α. If it
//! follows from the claim under test, a rejection still does (it contradicts claim and law together), but a confirmation does not:
//! then take v, c or σ for the largest effect that has to be told apart, a factor of two or four above the claimed value.
//!
//! Radii exceed 10⁻⁶ of a trial's spread at any sample size that a run reaches, so the rounding of the sums (below 10⁻¹² of the
//! values) is not added to them; statistics with a mean beyond 10⁵ spreads are to be centred by the theorem.
//!
//! A claim about a whole distribution is decided by [`distribution`], with the band of Dvoretzky, Kiefer and Wolfowitz.

mod band;
mod bernstein;
mod catoni;
mod estimate;
mod law;
mod lines;
mod mixture;
mod sequence;
#[cfg(test)]
mod tests;

pub(crate) use band::distance;
pub use band::distribution;
pub use estimate::{Question, estimate};
pub use law::Law;
pub use sequence::{BLOCK, Look, Running, Sequence};
